"""What is in the way of one more whole step by one pair?  Each test looks at one thing alone."""

from collections import Counter
from dataclasses import replace

from muster.core.planning.causes import Reason, ReasonCode
from muster.core.planning.facts import Facts
from muster.core.planning.net import Measure, Slot
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment
from muster.core.planning.problem import Need, Pair, is_late
from muster.core.planning.recounting import recounted

_MEASURES = tuple(Measure)
_NOTHING = (0,) * len(_MEASURES)

# With these first a step more is always better.
_USUAL = (Objective.ON_TIME, Objective.LATE)


def obstacle(facts: Facts, need: Need, pair: Pair) -> Reason | None:
    """Say what is in the way of one more whole step; None where the offer is just used up."""
    offer = facts.offers[pair.offer]
    step, left = facts.step(pair), facts.left[pair.offer]
    if step.offered > offer.amount or step.covered > facts.open_of(need.id):
        return _too_large(facts, need, pair)
    if left < step.offered:
        return _remainder(facts, pair) if left else None
    # A test is asked where what it looks at is there at all: reasons are asked for by the thousand.
    found = _too_few(facts, need, pair) if offer.least > step.offered else None
    if found is None and offer.rate is not None:
        found = _too_slow(facts, pair)
    if found is None and pair.hops:
        found = _no_room(facts, pair)
    if found is None and need.least > 1:
        found = _no_use(facts, need, pair)
    if found is None and not facts.late_is_asked:
        found = _late_not_asked(facts, need, pair)
    return (
        found
        or _costs_earlier(facts, need, pair)
        or Reason(
            code=ReasonCode.LEFT_UNUSED,
            sentence=f"The plan leaves {left} of {offer.name} unused; a better plan exists.",
            offers=(offer.id,),
        )
    )


def _too_large(facts: Facts, need: Need, pair: Pair) -> Reason:
    """Say that one step is more than is offered, or more than is open."""
    offer, still_open = facts.offers[pair.offer], facts.open_of(need.id)
    step = facts.step(pair)
    if step.offered > offer.amount:
        told = f"{offer.name} goes in steps of {step.offered}, and only {offer.amount} are free."
    else:
        told = (
            f"{offer.name} goes in steps that cover {step.covered}, "
            f"and only {still_open} of {need.name} are open."
        )
    return Reason(code=ReasonCode.LOT_TOO_LARGE, sentence=told, offers=(offer.id,))


def _remainder(facts: Facts, pair: Pair) -> Reason:
    offer = facts.offers[pair.offer]
    step, left = facts.step(pair).offered, facts.left[pair.offer]
    return Reason(
        code=ReasonCode.REMAINDER,
        sentence=f"{left} of {offer.name} are left, less than a whole step of {step}.",
        offers=(offer.id,),
    )


def _too_few(facts: Facts, need: Need, pair: Pair) -> Reason | None:
    """Test whether what could still go is less than the donor sends at once."""
    offer = facts.offers[pair.offer]
    step, left = facts.step(pair), facts.left[pair.offer]
    possible = step.most(left=left, still_open=facts.open_of(need.id)) * step.offered
    if possible >= offer.least or facts.begun(pair):
        return None
    return Reason(
        code=ReasonCode.TOO_FEW,
        sentence=(
            f"{offer.name} goes in no fewer than {offer.least} at once, "
            f"and only {possible} of it could still go to {need.name}."
        ),
        offers=(offer.id,),
    )


def _too_slow(facts: Facts, pair: Pair) -> Reason | None:
    """Test whether the donor's rate is used up in the span in which this pair leaves."""
    offer = facts.offers[pair.offer]
    if offer.rate is None:
        return None
    gone = facts.leaving[offer.id, facts.problem.span_of(offer, pair)]
    if gone + _least_to_go(facts, pair) <= offer.rate.amount:
        return None
    return Reason(
        code=ReasonCode.RATE,
        sentence=(
            f"{offer.name} comes at {offer.rate.amount} in {offer.rate.days} days, and {gone} of "
            f"that are planned already in the days in question."
        ),
        offers=(offer.id,),
    )


def _no_room(facts: Facts, pair: Pair) -> Reason | None:
    """Test which leg of the way has no room for the least that could go, and who fills it."""
    offer, amount = facts.offers[pair.offer], _least_to_go(facts, pair)
    loads = offer.load.amounts
    for slot in facts.slots(pair):
        for at, free in facts.free(slot):
            if loads[at] * amount > free:
                measure = _MEASURES[at]
                return Reason(
                    code=ReasonCode.NO_ROOM,
                    sentence=(
                        f"{offer.name} cannot pass {facts.fullness(slot, at)}, and the least "
                        f"that could go takes {loads[at] * amount / measure.unit:g}."
                    ),
                    offers=(offer.id,),
                    needs=facts.filling(slot),
                    leg=slot[0],
                    period=slot[1],
                )
    return None


def no_room_without(facts: Facts, pair: Pair) -> Reason | None:
    """Test whether a way has no room even if nothing else of its offer went anywhere."""
    offer, amount = facts.offers[pair.offer], _least_to_go(facts, pair)
    own = Counter[Slot]()
    for use in facts.users[offer.id]:
        other = facts.way_of(use)
        if other is not None:
            own.update(dict.fromkeys(facts.slots(other), use.amount))
    for slot in facts.slots(pair):
        carried = facts.carried.get(slot, _NOTHING)
        for at, limit in facts.limits(slot):
            load = offer.load.amounts[at]
            if carried[at] + load * (amount - own[slot]) > limit:
                unit = _MEASURES[at].unit
                return Reason(
                    code=ReasonCode.NO_ROOM,
                    sentence=(
                        f"Nor could {offer.name} pass {facts.fullness(slot, at)}, and the least "
                        f"that could go takes {load * amount / unit:g}."
                    ),
                    offers=(offer.id,),
                    needs=facts.filling(slot),
                    leg=slot[0],
                    period=slot[1],
                )
    return None


def _no_use(facts: Facts, need: Need, pair: Pair) -> Reason | None:
    """Test whether fewer than is of use would be brought, and nothing is."""
    if need.least <= 1 or facts.brought[need.id]:
        return None
    return Reason(
        code=ReasonCode.TOO_FEW,
        sentence=(
            f"Fewer than {need.least} of {need.name} are of no use, and the plan does not "
            f"bring so many."
        ),
        offers=(pair.offer,),
    )


def _late_not_asked(facts: Facts, need: Need, pair: Pair) -> Reason | None:
    """Test whether the goods would be late, where nothing asks for late goods."""
    if not is_late(need, pair.arrives):
        return None
    return Reason(
        code=ReasonCode.NOT_ASKED,
        sentence=(
            f"{facts.offers[pair.offer].name} would arrive on {pair.arrives}, after "
            f"{need.needed_by}, and this plan does not look for what is late."
        ),
        offers=(pair.offer,),
    )


def _costs_earlier(facts: Facts, need: Need, pair: Pair) -> Reason | None:
    """Test by counting whether the step would make an objective worse before one gets better."""
    order = facts.problem.objectives.order
    if order[:2] == _USUAL:
        return None
    before = recounted(facts.problem, facts.plan.assignments)
    after = recounted(facts.problem, _with_one_more(facts, need, pair))
    for objective in order:
        if after[objective] == before[objective]:
            continue
        if (after[objective] > before[objective]) is objective.more_is_better:
            return None
        return Reason(
            code=ReasonCode.COSTS_EARLIER,
            sentence=(
                f"More of {facts.offers[pair.offer].name} would make "
                f'"{objective.value.replace("_", " ")}" worse, which comes first.'
            ),
            offers=(pair.offer,),
        )
    return Reason(
        code=ReasonCode.NOT_ASKED,
        sentence=f"More of {facts.offers[pair.offer].name} would better nothing that is asked for.",
        offers=(pair.offer,),
    )


def _with_one_more(facts: Facts, need: Need, pair: Pair) -> list[Assignment]:
    """Give the plan's rows with one more step by this pair."""
    amount, step = _least_to_go(facts, pair), facts.step(pair)
    covers = amount // step.offered * step.covered
    rows = {row.key: row for row in facts.plan.assignments}
    had = rows.get(pair.key)
    if had is not None:
        row = replace(had, amount=had.amount + amount, covers=had.covers + covers)
    else:
        row = Assignment(
            offer=pair.offer,
            need=need.id,
            route=pair.route,
            amount=amount,
            covers=covers,
            arrives=pair.arrives,
            late=is_late(need, pair.arrives),
        )
    return list({**rows, pair.key: row}.values())


def _least_to_go(facts: Facts, pair: Pair) -> int:
    """Give the least that could go more by a pair: one step, or what the donor sends at once."""
    offer = facts.offers[pair.offer]
    step = facts.step(pair).offered
    return step if facts.begun(pair) else step * max(1, -(-offer.least // step))
