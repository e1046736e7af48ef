"""What is in the way of one more whole step by one pair?  Each test looks at one thing alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from muster.core.matching import Step
from muster.core.planning.causes import Reason, ReasonCode
from muster.core.planning.facts import Facts
from muster.core.planning.net import Measure, Slot
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment
from muster.core.planning.problem import Need, Pair, is_late
from muster.core.planning.recounting import recounted

_UNITS = tuple(measure.unit for measure in Measure)

_PLENTY = 2**62

# With these first a step more is always better.
_USUAL = (Objective.ON_TIME, Objective.LATE)


class Full(NamedTuple):
    """A leg that has no room for the least that could go, to be put in words when it is told.

    Args:
        offer: whose goods cannot pass.
        slot: the leg and the period.
        at: the measure's number.
        amount: the least that could go, in units of the offer.
        nor: whether it is told as one thing more.
    """

    offer: str
    slot: Slot
    at: int
    amount: int
    nor: bool


def in_words(facts: Facts, found: Reason | Full) -> Reason:
    """Put what is in the way in words."""
    if isinstance(found, Reason):
        return found
    offer_id, slot, at, amount, nor = found
    offer = facts.offers[offer_id]
    full, needs = facts.fullness(slot, at)
    passes = f"Nor could {offer.name} pass" if nor else f"{offer.name} cannot pass"
    least = offer.load.amounts[at] * amount / _UNITS[at]
    return Reason(
        code=ReasonCode.NO_ROOM,
        sentence=f"{passes} {full}, and the least that could go takes {least:g}.",
        offers=(offer_id,),
        needs=needs,
        leg=slot[0],
        period=slot[1],
    )


def obstacles(
    facts: Facts, need: Need, pair: Pair, *, supposed: bool = False
) -> list[Reason | Full]:
    """List all that is in the way of one more whole step, but for what others use of the offer.

    Where less than a step is left of the offer, it is looked at as if no other need got any of it.
    With all that is listed mended, and a step of the offer left, the step could go.

    Args:
        facts: what the problem and the plan say.
        need: the need that is not met in full.
        pair: one way from one offer to it.
        supposed: whether the pair is none that may be planned; then what it would do to the
            objectives is not counted.
    """
    step = facts.step(pair)
    elsewhere = facts.elsewhere(pair)
    spent = elsewhere.left < step.offered
    least = _least_to_go(facts, pair, step)
    found: list[Reason | Full] = []
    if (large := _too_large(facts, need, pair, step)) is not None:
        found.append(large)
    elif least > step.offered and (few := _too_few(facts, need, pair, spent=spent)) is not None:
        found.append(few)
    vain = None
    if need.least > 1 and not facts.brought[need.id]:
        least, vain = _of_use(facts, need, pair, least, spent=spent)
    if facts.rated and (slow := _too_slow(facts, pair, least, spent=spent)) is not None:
        found.append(slow)
    # What others have of an offer may go by a way that takes no room, and what fills a leg may be
    # what this need has of it already.
    if room := facts.spare(pair):
        freed = facts.freed(pair) if spent and elsewhere.free >= step.offered else None
        found += _full_legs(facts, pair, room, least, freed)
    if not facts.late_asked and (late := _late_not_asked(facts, need, pair)) is not None:
        found.append(late)
    if vain is not None:
        found.append(vain)
    usable = not found and not spent and not supposed
    if usable and (costs := _costs_earlier(facts, need, pair, least)) is not None:
        found.append(costs)
    return found


def left_unused(facts: Facts, pair: Pair) -> Reason:
    """Say that nothing is in the way, and that the plan leaves the offer all the same."""
    offer = facts.offers[pair.offer]
    return Reason(
        code=ReasonCode.LEFT_UNUSED,
        sentence=(
            f"The plan leaves {facts.left[offer.id]} of {offer.name} unused; a better plan exists."
        ),
        offers=(offer.id,),
    )


def others_have_a_step(facts: Facts, pair: Pair) -> bool:
    """Tell whether a step could go by a pair if no other need got anything of its offer."""
    return facts.elsewhere(pair).free >= facts.step(pair).offered


def remainder(facts: Facts, pair: Pair) -> Iterator[Reason]:
    """Say that what is left of an offer, or what others have of it, is less than a step of it."""
    offer, step, left = facts.offers[pair.offer], facts.step(pair).offered, facts.left[pair.offer]
    free = facts.elsewhere(pair).free
    if not free or step > offer.amount:
        return
    told = f"{left} of {offer.name} are left, less than a whole step of {step}."
    if left < free < step:
        told = (
            f"{left} of {offer.name} are left and {free - left} go elsewhere, together less than "
            f"a whole step of {step}."
        )
    elif not left:
        return
    yield Reason(code=ReasonCode.REMAINDER, sentence=told, offers=(offer.id,))


def _too_large(facts: Facts, need: Need, pair: Pair, step: Step) -> Reason | None:
    """Test whether one step is more than is offered, or more than is open."""
    offer, still_open = facts.offers[pair.offer], facts.open_of(need.id)
    if offer.amount and step.offered > offer.amount:
        told = f"{offer.name} goes in steps of {step.offered}, and only {offer.amount} are free."
    elif step.covered > still_open:
        told = (
            f"{offer.name} goes in steps that cover {step.covered}, "
            f"and only {still_open} of {need.name} are open."
        )
    else:
        return None
    return Reason(code=ReasonCode.LOT_TOO_LARGE, sentence=told, offers=(offer.id,))


def _too_few(facts: Facts, need: Need, pair: Pair, *, spent: bool) -> Reason | None:
    """Test whether what could still go is less than the donor sends at once."""
    offer = facts.offers[pair.offer]
    step, still_open = facts.step(pair), facts.open_of(need.id)
    left = _could_come_free(facts, pair) if spent else facts.left[pair.offer]
    possible = step.most(left=left, still_open=still_open) * step.offered
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


def _could_come_free(facts: Facts, pair: Pair) -> int:
    """Count what there would be of an offer if others got nothing and no reserve were kept.

    Where all of it goes to this need, it is looked at as if more were offered.
    """
    free = facts.elsewhere(pair).free + facts.offers[pair.offer].held_back
    return free if free > facts.left[pair.offer] else _PLENTY


def _too_slow(facts: Facts, pair: Pair, amount: int, *, spent: bool) -> Reason | None:
    """Test whether the donor's rate is used up in the span in which this pair leaves."""
    offer = facts.offers[pair.offer]
    if offer.rate is None:
        return None
    span = facts.problem.span_of(offer, pair)
    gone = facts.leaving_to(pair.need, offer, span) if spent else facts.leaving[offer.id, span]
    if gone + amount <= offer.rate.amount:
        return None
    return Reason(
        code=ReasonCode.RATE,
        sentence=(
            f"{offer.name} comes at {offer.rate.amount} in {offer.rate.days} days, and {gone} of "
            f"that are planned already in the days in question."
        ),
        offers=(offer.id,),
    )


def _full_legs(
    facts: Facts,
    pair: Pair,
    room: Sequence[tuple[Slot, list[tuple[int, int]]]],
    amount: int,
    freed: Mapping[Slot, int] | None,
) -> list[Full]:
    """Name each leg of a way that has no room for an amount, its first measure without room once.

    Args:
        facts: what the problem and the plan say.
        pair: the way.
        room: what is left of its legs, as `Facts.spare` gives it.
        amount: of the offer.
        freed: units of the offer that are taken as if they did not go, by leg and period; if given
            at all, it is told as one thing more.
    """
    loads, found = facts.offers[pair.offer].load.amounts, list[Full]()
    for slot, left in room:
        more = amount - freed.get(slot, 0) if freed else amount
        for at, spare in left:
            if loads[at] * more > spare:
                found.append(Full(pair.offer, slot, at, amount, freed is not None))
                break
    return found


def _of_use(
    facts: Facts, need: Need, pair: Pair, amount: int, *, spent: bool
) -> tuple[int, Reason | None]:
    """Give the least that could go and be of use, where nothing is brought and a few are no use.

    If this pair alone cannot bring so much, it is said, and the amount stays as it is.
    """
    step = facts.step(pair)
    wanted = -(-need.least // step.covered) * step.offered
    if wanted <= amount:
        return amount, None
    left = _could_come_free(facts, pair) if spent else facts.left[pair.offer]
    if step.most(left=left, still_open=facts.open_of(need.id)) * step.offered >= wanted:
        return wanted, None
    return amount, Reason(
        code=ReasonCode.TOO_FEW,
        sentence=(
            f"Fewer than {need.least} of {need.name} are of no use, and the plan does not "
            f"bring so many."
        ),
        offers=(pair.offer,),
    )


def _late_not_asked(facts: Facts, need: Need, pair: Pair) -> Reason | None:
    """Test whether the goods would be late, and nothing asks for late goods."""
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


def _costs_earlier(facts: Facts, need: Need, pair: Pair, amount: int) -> Reason | None:
    """Test by counting whether the step would make an objective worse before one gets better."""
    order = facts.problem.objectives.order
    if order[:2] == _USUAL:
        return None
    before = recounted(facts.problem, facts.plan.assignments)
    after = recounted(facts.problem, _with_more(facts, need, pair, amount))
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


def _with_more(facts: Facts, need: Need, pair: Pair, amount: int) -> list[Assignment]:
    """Give the plan's rows with so many units more by this pair."""
    step = facts.step(pair)
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


def _least_to_go(facts: Facts, pair: Pair, its: Step) -> int:
    """Give the least that could go more by a pair: one step, or what the donor sends at once."""
    least, step = facts.offers[pair.offer].least, its.offered
    if least <= step or facts.begun(pair):
        return step
    return step * -(-least // step)
