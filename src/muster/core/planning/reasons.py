"""Why is this need not met?  Reasons found by test on the problem and the plan, true ones only.

Each reason is a fact that can be looked up in the problem's rows and the plan's rows.  Together
they account for every offer of the right kind: each of them was used up, is out of reach of whole
steps, is forbidden, or cannot get there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from muster.core.planning.net import Measure, Slot
from muster.core.planning.plans import Assignment, Plan
from muster.core.planning.problem import Forbidden, Need, Offer, Pair, Problem, is_late, step_for

# How many names a sentence lists before it only counts the rest; the reason's rows have them all.
_NAMED = 3


class ReasonCode(StrEnum):
    """Why a part of a need stays unmet.

    NOBODY_OFFERS: no offer is of the item or of a substitute.
    NOTHING_LEFT: offers may serve, and nothing was free of them before this plan.
    NO_WAY: an offer is of the very item, and the problem knows no way from it to the need.
    FORBIDDEN: a rule, a caveat or a date forbids the offer for this need.
    TOO_LITTLE_OFFERED: all that may serve would not cover the need, had nobody else asked.
    OUTRANKED: an offer is used up, in part by needs of a higher priority class.
    SHARED: an offer is used up, in part by other needs of the same class.
    TAKEN_BY_LOWER: an offer is used up, in part by needs of a lower class.
    LOT_TOO_LARGE: one whole step of the offer is more than is open, or more than is offered.
    REMAINDER: what is left of the offer is less than one whole step.
    NO_ROOM: goods are left, and a leg of the way has no room for one more step in that period.
    TOO_FEW: what could still go is less than the donor sends, or than is of use.
    NOT_IN_TIME: goods are left, and every way from there arrives after the deadline.
    LEFT_UNUSED: the plan leaves a usable offer unused; a better plan exists.
    """

    NOBODY_OFFERS = "nobody_offers"
    NOTHING_LEFT = "nothing_left"
    NO_WAY = "no_way"
    FORBIDDEN = "forbidden"
    TOO_LITTLE_OFFERED = "too_little_offered"
    OUTRANKED = "outranked"
    SHARED = "shared"
    TAKEN_BY_LOWER = "taken_by_lower"
    LOT_TOO_LARGE = "lot_too_large"
    REMAINDER = "remainder"
    NO_ROOM = "no_room"
    TOO_FEW = "too_few"
    NOT_IN_TIME = "not_in_time"
    LEFT_UNUSED = "left_unused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason why a need is not fully met.

    Args:
        code: which reason.
        sentence: the same for a person.
        offers: the ids of the offers it is about.
        needs: the ids of the other needs it is about, where there are any.
        by: for FORBIDDEN, whose rule, caveat or date it is; otherwise empty.
    """

    code: ReasonCode
    sentence: str
    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """What a plan leaves open of one need.

    Args:
        need: the need's id.
        amount: units of the item asked for that stay open; what is met late is met.
        reasons: at least one.
    """

    need: str
    amount: int
    reasons: tuple[Reason, ...]


def explain(problem: Problem, plan: Plan) -> tuple[Unmet, ...]:
    """Say for each need that is not fully met what stays open and why, in the order of need ids.

    The plan must have passed the judge.
    """
    facts = _Facts(problem, plan)
    return tuple(
        Unmet(need=need.id, amount=still_open, reasons=tuple(_reasons(facts, need, still_open)))
        for need in sorted(problem.needs, key=lambda need: need.id)
        if (still_open := need.amount - facts.brought[need.id]) > 0
    )


class _Facts:
    """The rows of the problem and the plan, ready to be looked up; built once for all needs."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.needs = {need.id: need for need in problem.needs}
        self.offers = {offer.id: offer for offer in problem.offers}
        self.pairs: defaultdict[str, list[Pair]] = defaultdict(list)
        self.forbidden: defaultdict[str, list[Forbidden]] = defaultdict(list)
        self.of_item: defaultdict[str, list[Offer]] = defaultdict(list)
        self.users: defaultdict[str, list[Assignment]] = defaultdict(list)
        self.brought: defaultdict[str, int] = defaultdict(int)
        self.left = {offer.id: offer.amount for offer in problem.offers}
        for pair in sorted(problem.pairs, key=lambda pair: pair.key):
            self.pairs[pair.need].append(pair)
        for row in sorted(problem.forbidden, key=lambda row: (row.offer, row.code, row.sentence)):
            self.forbidden[row.need].append(row)
        for offer in sorted(problem.offers, key=lambda offer: offer.id):
            self.of_item[offer.item].append(offer)
        self.net = problem.net
        self.carried: dict[Slot, tuple[int, ...]] = {}
        by_key = {pair.key: pair for pair in problem.pairs} if problem.net.legs else {}
        for use in plan.assignments:
            if use.key in by_key:
                self._carry(use, by_key[use.key])
            self.users[use.offer].append(use)
            self.brought[use.need] += use.covers
            self.left[use.offer] -= use.amount

    def _carry(self, use: Assignment, pair: Pair) -> None:
        for slot in self.net.slots(pair.hops):
            had = self.carried.get(slot, (0, 0, 0))
            loads = self.offers[use.offer].load.amounts
            self.carried[slot] = tuple(
                taken + load * use.amount for taken, load in zip(had, loads, strict=True)
            )


def _reasons(facts: _Facts, need: Need, still_open: int) -> Iterator[Reason]:
    """Find every reason that holds for one need, the plainest first."""
    pairs, forbidden = facts.pairs[need.id], facts.forbidden[need.id]
    linked = {pair.offer for pair in pairs} | {row.offer for row in forbidden}
    stranded = [offer for offer in facts.of_item[need.item] if offer.id not in linked]
    if not linked and not stranded:
        yield Reason(
            code=ReasonCode.NOBODY_OFFERS,
            sentence="Nobody offers it, nor a listed substitute for it.",
        )
        return
    usable = [pair for pair in pairs if facts.offers[pair.offer].amount > 0]
    yield from _nothing_left(facts, pairs)
    yield from _too_little(facts, need, usable)
    yield from _used_by_others(facts, need, usable)
    yield from _not_in_time(facts, need, usable)
    told: set[tuple[ReasonCode, str]] = set()
    for pair in usable:
        for reason in _steps(facts, need, pair, still_open):
            # Several ways from one offer often fail alike; once is enough.
            if (reason.code, reason.sentence) not in told:
                told.add((reason.code, reason.sentence))
                yield reason
    for row in forbidden:
        yield Reason(
            code=ReasonCode.FORBIDDEN,
            sentence=f"{facts.offers[row.offer].name} may not serve: {row.sentence}",
            offers=(row.offer,),
            by=row.by,
        )
    if stranded:
        names = _named(offer.name for offer in stranded)
        yield Reason(
            code=ReasonCode.NO_WAY,
            sentence=f"It is offered ({names}), and no way from there to the need is known.",
            offers=tuple(offer.id for offer in stranded),
        )


def _nothing_left(facts: _Facts, pairs: list[Pair]) -> Iterator[Reason]:
    """Name the offers of which nothing was free before the plan began."""
    empty = _unique(pair.offer for pair in pairs if facts.offers[pair.offer].amount == 0)
    if empty:
        names = _named(facts.offers[offer].name for offer in empty)
        yield Reason(
            code=ReasonCode.NOTHING_LEFT,
            sentence=f"Of what was offered nothing is left: {names}.",
            offers=empty,
        )


def _too_little(facts: _Facts, need: Need, usable: list[Pair]) -> Iterator[Reason]:
    """Test whether all usable offers together, given to this need alone, would cover it."""
    most: dict[str, int] = {}
    for pair in usable:
        offer = facts.offers[pair.offer]
        step = step_for(offer, pair)
        covers = step.covered * (offer.amount // step.offered)
        most[offer.id] = max(most.get(offer.id, 0), covers)
    total = sum(most.values())
    if most and total < need.amount:
        yield Reason(
            code=ReasonCode.TOO_LITTLE_OFFERED,
            sentence=(
                f"All that is offered and may serve covers at most {total} "
                f"of the {need.amount} open."
            ),
            offers=tuple(most),
        )


def _used_by_others(facts: _Facts, need: Need, usable: list[Pair]) -> Iterator[Reason]:
    """Name the other needs that use up the offers which may serve this one, class by class."""
    spent = _unique(
        pair.offer
        for pair in usable
        if facts.left[pair.offer] < step_for(facts.offers[pair.offer], pair).offered
    )
    others = [use for offer in spent for use in facts.users[offer] if use.need != need.id]
    told = {
        ReasonCode.OUTRANKED: "needs of higher priority",
        ReasonCode.SHARED: "other needs of the same priority",
        ReasonCode.TAKEN_BY_LOWER: "needs of lower priority",
    }
    for code, whom in told.items():
        uses = [use for use in others if _standing(facts, need, use) is code]
        if uses:
            offers = _unique(use.offer for use in uses)
            needs = _unique(use.need for use in uses)
            what = _named(facts.offers[offer].name for offer in offers)
            names = _named(facts.needs[other].name for other in needs)
            yield Reason(
                code=code,
                sentence=f"Used up by {whom} ({names}): {what}.",
                offers=offers,
                needs=needs,
            )


def _standing(facts: _Facts, need: Need, use: Assignment) -> ReasonCode:
    """Say how the user of an offer ranks beside this need."""
    other = facts.needs[use.need].priority
    if other == need.priority:
        return ReasonCode.SHARED
    return ReasonCode.OUTRANKED if other < need.priority else ReasonCode.TAKEN_BY_LOWER


def _steps(facts: _Facts, need: Need, pair: Pair, still_open: int) -> Iterator[Reason]:
    """Test whether one more whole step of this pair would fit, and what is in its way."""
    offer = facts.offers[pair.offer]
    step, left = step_for(offer, pair), facts.left[pair.offer]
    reason = partial(Reason, offers=(offer.id,))
    if step.offered > offer.amount:
        yield reason(
            code=ReasonCode.LOT_TOO_LARGE,
            sentence=(
                f"{offer.name} goes in steps of {step.offered}, and only {offer.amount} are free."
            ),
        )
    elif step.covered > still_open:
        yield reason(
            code=ReasonCode.LOT_TOO_LARGE,
            sentence=(
                f"{offer.name} goes in steps that cover {step.covered}, "
                f"and only {still_open} of {need.name} are open."
            ),
        )
    elif left >= step.offered and (few := _too_few(facts, need, pair, still_open)):
        yield reason(code=ReasonCode.TOO_FEW, sentence=few)
    elif left >= step.offered and (full := _full(facts, pair)):
        yield reason(code=ReasonCode.NO_ROOM, sentence=full)
    elif left >= step.offered and need.least > 1 and not facts.brought[need.id]:
        yield reason(
            code=ReasonCode.TOO_FEW,
            sentence=(
                f"Fewer than {need.least} of {need.name} are of no use, and the plan does not "
                f"bring so many."
            ),
        )
    elif left >= step.offered:
        yield reason(
            code=ReasonCode.LEFT_UNUSED,
            sentence=f"The plan leaves {left} of {offer.name} unused; a better plan exists.",
        )
    elif left > 0:
        yield reason(
            code=ReasonCode.REMAINDER,
            sentence=f"{left} of {offer.name} are left, less than a whole step of {step.offered}.",
        )


def _full(facts: _Facts, pair: Pair) -> str:
    """Say which leg of the way has no room for the least that could go; empty if all have."""
    offer = facts.offers[pair.offer]
    step = step_for(offer, pair).offered
    begun = any(use.key == pair.key for use in facts.users[offer.id])
    amount = step if begun else step * max(1, -(-offer.least // step))
    for leg_id, period in facts.net.slots(pair.hops):
        leg = facts.net.by_id[leg_id]
        carried = facts.carried.get((leg_id, period), (0, 0, 0))
        rows = zip(Measure, leg.room_in(period).limits, carried, offer.load.amounts, strict=True)
        for measure, limit, taken, load in rows:
            if limit is not None and taken + load * amount > limit:
                return (
                    f"{offer.name} cannot pass {leg.name} in the period from "
                    f"{facts.net.first_day(period)}: it has room for {limit / measure.unit:g} "
                    f"{measure}, {taken / measure.unit:g} are taken, and the least that could go "
                    f"takes {load * amount / measure.unit:g}."
                )
    return ""


def _too_few(facts: _Facts, need: Need, pair: Pair, still_open: int) -> str:
    """Say that what could still go is less than the donor sends at once; empty if it is not."""
    offer = facts.offers[pair.offer]
    step, left = step_for(offer, pair), facts.left[pair.offer]
    possible = step.most(left=left, still_open=still_open) * step.offered
    if possible >= offer.least or any(use.key == pair.key for use in facts.users[offer.id]):
        return ""
    return (
        f"{offer.name} goes in no fewer than {offer.least} at once, "
        f"and only {possible} of it could still go to {need.name}."
    )


def _not_in_time(facts: _Facts, need: Need, usable: list[Pair]) -> Iterator[Reason]:
    """Name the offers with goods left from which every known way arrives late."""
    late = [pair for pair in usable if is_late(need, pair.arrives)]
    on_time = {pair.offer for pair in usable if not is_late(need, pair.arrives)}
    offers = _unique(
        pair.offer for pair in late if pair.offer not in on_time and facts.left[pair.offer] > 0
    )
    if offers:
        names = _named(facts.offers[offer].name for offer in offers)
        first = min(pair.arrives for pair in late if pair.offer in offers)
        yield Reason(
            code=ReasonCode.NOT_IN_TIME,
            sentence=(
                f"Every way from {names} arrives after {need.needed_by}, the first on {first}."
            ),
            offers=offers,
        )


def _unique(ids: Iterable[str]) -> tuple[str, ...]:
    """Keep each id once, in the order of its first appearance."""
    return tuple(dict.fromkeys(ids))


def _named(names: Iterable[str]) -> str:
    """List the first few names and count the rest."""
    every = list(dict.fromkeys(names))
    rest = len(every) - _NAMED
    return ", ".join(every[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
