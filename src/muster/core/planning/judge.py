"""The judge: an independent check of every plan, the exact method's too.

It shares no arithmetic with the methods: it reads the problem's rows and the plan's rows, works in
whole numbers and fractions, and counts everything again.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

from muster.core.planning.glance import glanced
from muster.core.planning.net import Measure
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment, Plan, Score, Status
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.core.planning.recounting import recounted
from muster.core.planning.terms import ConsentState

_SHUT = frozenset({ConsentState.AWAITED, ConsentState.REFUSED})


class FaultCode(StrEnum):
    """In which way a plan is wrong."""

    NOT_WHOLE = "not_whole"
    NOT_POSITIVE = "not_positive"
    UNKNOWN = "unknown"
    NOT_ALLOWED = "not_allowed"
    TWICE = "twice"
    RATIO = "ratio"
    LOT = "lot"
    ARRIVAL = "arrival"
    LATE_MARK = "late_mark"
    WAY = "way"
    TOO_FEW = "too_few"
    OVER_ROOM = "over_room"
    OVER_RATE = "over_rate"
    NO_CONSENT = "no_consent"
    OVER_OFFER = "over_offer"
    OVER_NEED = "over_need"
    SCORE = "score"
    BOUND = "bound"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with a plan.

    Args:
        code: in which way.
        at: the offer, need, pair or objective it is about.
        sentence: what is wrong, for a person.
    """

    code: FaultCode
    at: str
    sentence: str


def faults(problem: Problem, plan: Plan) -> tuple[Fault, ...]:
    """List everything that is wrong with a plan; a plan without faults may be shown.

    A proved bound is checked for consistency only (no plan passes it); that it is a true bound is
    the method's claim.
    """
    counted = glanced(problem, plan)
    return (
        judged(problem, plan) if counted is None else tuple(_claim_faults(problem, plan, counted))
    )


def judged(problem: Problem, plan: Plan) -> tuple[Fault, ...]:
    """Judge row by row, without the first look at all of them; the same faults, in more time."""
    found = [*_row_faults(problem, plan), *_sum_faults(problem, plan)]
    found += [*_room_faults(problem, plan), *_rate_faults(problem, plan)]
    if not found:
        # Values are counted by the rows; over faulty rows a count means nothing.
        counted = recounted(problem, plan.assignments)
        return tuple(_claim_faults(problem, plan, counted))
    return tuple(found)


def _row_faults(problem: Problem, plan: Plan) -> Iterator[Fault]:
    """Check each assignment alone."""
    needs = {need.id: need for need in problem.needs}
    offers = {offer.id: offer for offer in problem.offers}
    pairs = {pair.key: pair for pair in problem.pairs}
    seen: set[tuple[str, str, str]] = set()
    for row in plan.assignments:
        at = f"{row.offer} to {row.need}"
        if type(row.amount) is not int or type(row.covers) is not int:
            yield _fault(FaultCode.NOT_WHOLE, at, "amounts are not whole numbers")
            continue
        if row.amount <= 0 or row.covers <= 0:
            yield _fault(FaultCode.NOT_POSITIVE, at, "amounts must be more than zero")
        if row.key in seen:
            yield _fault(FaultCode.TWICE, at, "the same pair is used twice")
        seen.add(row.key)
        need, offer, pair = needs.get(row.need), offers.get(row.offer), pairs.get(row.key)
        if need is None or offer is None:
            yield _fault(FaultCode.UNKNOWN, at, "there is no such need or offer")
            continue
        if pair is None:
            yield _fault(FaultCode.NOT_ALLOWED, at, "this pair is not allowed")
            continue
        yield from _pair_faults(row, need, offer, pair)
        if pair.consent and problem.consent_of[pair.consent].state in _SHUT:
            told = f"{problem.consent_of[pair.consent].name} is not there, nor counted on"
            yield _fault(FaultCode.NO_CONSENT, at, told)


def _pair_faults(row: Assignment, need: Need, offer: Offer, pair: Pair) -> Iterator[Fault]:
    """Check one assignment against the pair it uses."""
    at = f"{row.offer} to {row.need}"
    if row.amount * pair.ratio.denominator != row.covers * pair.ratio.numerator:
        told = f"{row.amount} does not stand for {row.covers} at the ratio {pair.ratio}"
        yield _fault(FaultCode.RATIO, at, told)
    if row.amount % offer.lot:
        yield _fault(FaultCode.LOT, at, f"{row.amount} is not whole lots of {offer.lot}")
    if row.amount < offer.least:
        told = f"{row.amount} go, and no fewer than {offer.least} may go at once"
        yield _fault(FaultCode.TOO_FEW, at, told)
    if row.arrives != pair.arrives:
        yield _fault(FaultCode.ARRIVAL, at, f"it arrives on {pair.arrives}, not {row.arrives}")
    if row.late != (need.needed_by is not None and pair.arrives > need.needed_by):
        told = f"arrival {pair.arrives}, deadline {need.needed_by}, marked late: {row.late}"
        yield _fault(FaultCode.LATE_MARK, at, told)


def _sum_faults(problem: Problem, plan: Plan) -> Iterator[Fault]:
    """Check that no offer gives, and no need takes, more than there is."""
    out: Counter[str] = Counter()
    into: Counter[str] = Counter()
    for row in plan.assignments:
        out[row.offer] += row.amount
        into[row.need] += row.covers
    for offer in problem.offers:
        if out[offer.id] > offer.amount:
            told = f"{out[offer.id]} are given of {offer.amount} offered"
            yield _fault(FaultCode.OVER_OFFER, offer.id, told)
    for need in problem.needs:
        if into[need.id] > need.amount:
            told = f"{into[need.id]} are brought of {need.amount} needed"
            yield _fault(FaultCode.OVER_NEED, need.id, told)
        if 0 < into[need.id] < need.least:
            told = f"{into[need.id]} are brought, and fewer than {need.least} are of no use"
            yield _fault(FaultCode.TOO_FEW, need.id, told)


def _room_faults(problem: Problem, plan: Plan) -> Iterator[Fault]:
    """Walk the way of each assignment, and add up what each leg carries in each period."""
    legs = {leg.id: leg for leg in problem.net.legs}
    loads = {offer.id: offer.load.amounts for offer in problem.offers}
    hops = {pair.key: pair.hops for pair in problem.pairs if pair.hops}
    carried: Counter[tuple[str, int, int]] = Counter()
    for row in plan.assignments:
        at = f"{row.offer} to {row.need}"
        place, there = "", problem.day
        for hop in hops.get(row.key, ()):
            leg = legs.get(hop.leg)
            if leg is None:
                yield _fault(FaultCode.WAY, at, f"there is no leg {hop.leg}")
                break
            if (place and place != leg.start) or hop.departs < there:
                yield _fault(FaultCode.WAY, at, f"it is not at {leg.name} on {hop.departs}")
            if any(first <= hop.departs <= last for first, last in leg.closed):
                yield _fault(FaultCode.WAY, at, f"{leg.name} is closed on {hop.departs}")
            period = (hop.departs - problem.net.start).days // problem.net.period
            for kind, load in enumerate(loads.get(row.offer, ())):
                carried[hop.leg, period, kind] += load * row.amount
            place, there = leg.end, hop.departs + timedelta(days=leg.days)
        if there > row.arrives:
            yield _fault(FaultCode.WAY, at, f"it is there on {there}, not on {row.arrives}")
    for (leg_id, period, kind), amount in carried.items():
        limit = dict(legs[leg_id].special).get(period, legs[leg_id].room).limits[kind]
        if limit is not None and amount > limit:
            told = f"{amount} are carried in period {period}, and there is room for {limit}"
            yield _fault(FaultCode.OVER_ROOM, f"{legs[leg_id].name}, {list(Measure)[kind]}", told)


def _rate_faults(problem: Problem, plan: Plan) -> Iterator[Fault]:
    """Add up what leaves of each offer with a rate in each span of it."""
    rates = {offer.id: (offer, offer.rate) for offer in problem.offers if offer.rate}
    pairs = {pair.key: pair for pair in problem.pairs if pair.offer in rates}
    left: Counter[tuple[str, int]] = Counter()
    for row in plan.assignments:
        if row.key in pairs:
            (offer, rate), pair = rates[row.offer], pairs[row.key]
            begins = offer.ready or problem.day
            leaves = pair.departs or begins
            if pair.hops:
                leaves = pair.hops[0].departs
            left[row.offer, (leaves - begins).days // rate.days] += row.amount
    for (offer_id, span), amount in left.items():
        rate = rates[offer_id][1]
        if amount > rate.amount:
            told = f"{amount} leave in span {span}, and the rate is {rate.amount}"
            yield _fault(FaultCode.OVER_RATE, offer_id, told)


def _claim_faults(problem: Problem, plan: Plan, counted: dict[Objective, int]) -> Iterator[Fault]:
    """Check that what the plan claims of itself is what its own rows say."""
    outcome = plan.outcome
    if [score.objective for score in outcome.scores] != list(problem.objectives.order):
        told = "there must be one score for each objective, in their order"
        yield _fault(FaultCode.SCORE, "scores", told)
        return
    for score in outcome.scores:
        if score.value != counted[score.objective]:
            told = f"{score.value} is claimed, {counted[score.objective]} is counted"
            yield _fault(FaultCode.SCORE, score.objective, told)
        if _passes_bound(score):
            told = f"the value {score.value} passes the claimed bound {score.bound}"
            yield _fault(FaultCode.BOUND, score.objective, told)
    levels = outcome.scores[: len(problem.objectives.levels)]
    proved = all(score.proved for score in levels)
    if (outcome.status is Status.OPTIMAL) != proved:
        told = f"the plan is called {outcome.status} and its bounds say otherwise"
        yield _fault(FaultCode.STATUS, "status", told)
    if any(later.bound is not None and first.bound is None for first, later in pairwise(levels)):
        told = "a later level has a bound though an earlier one has none"
        yield _fault(FaultCode.BOUND, "scores", told)
    if outcome.status is Status.BOUNDED and levels[0].bound is None:
        yield _fault(FaultCode.STATUS, "status", "the plan is called bounded without a bound")


def _passes_bound(score: Score) -> bool:
    if score.bound is None:
        return False
    if score.objective.more_is_better:
        return score.value > score.bound
    return score.value < score.bound


def _fault(code: FaultCode, at: str, told: str) -> Fault:
    return Fault(code=code, at=at, sentence=f"In the plan at {at}: {told}.")
