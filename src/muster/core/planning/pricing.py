"""What would one more let through?  The price of full room and of a missing consent."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction

from muster.core.planning.changes import Change, Consented, MoreRoom
from muster.core.planning.facts import Facts
from muster.core.planning.near import part_of
from muster.core.planning.net import Measure
from muster.core.planning.plans import Plan
from muster.core.planning.problem import Problem, step_for
from muster.core.planning.turning import (
    NEARBY,
    Difference,
    OutOfTimeError,
    Planner,
    compared_with,
    difference,
    kept_close,
    met_first,
    units_told,
)

# How many changes are tried at most, unless more are asked for.
TRIED = 20

# One slot and one measure: what a leg can run out of in a period.
Tight = tuple[str, int, Measure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a change would let through, and to whom.

    Args:
        change: more room on a leg in a period, or a consent.
        difference: what the needs would get more and less, weighted.
        proved: whether both plans are proved to be the best.
        sentence: the same for a person.
    """

    change: Change
    difference: Difference
    proved: bool
    sentence: str

    @property
    def each(self) -> Fraction:
        """Give what one more unit of room is worth, in units met on time, weighted.

        A unit is a kilogram, a cubic metre or a pallet; a consent is one by itself.
        """
        if isinstance(self.change, MoreRoom):
            return Fraction(self.difference.on_time * self.change.measure.unit, self.change.extra)
        return Fraction(self.difference.on_time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """The prices of what is full or missing.

    Args:
        found: what lets most through first; what lets nothing through comes last.
        tried: how many changes were tried.
        of: how many there are to try.
    """

    found: tuple[Price, ...]
    tried: int
    of: int

    @property
    def sentence(self) -> str:
        """Say in short what was looked at."""
        if not self.of:
            return "No leg is too full for what is open, and no consent is missing."
        helps = sum(bool(each.difference.more or each.difference.on_time) for each in self.found)
        told = f"{self.tried} of {self.of}" if self.tried < self.of else f"{self.of}"
        kind = "change" if self.of == 1 else "changes"
        return (
            f"Tried: {told} single {kind} of room that is full or of a consent that is missing; "
            f"{helps or 'none'} of them would let more through."
        )


def prices(
    problem: Problem,
    plan: Plan,
    solve: Planner,
    *,
    need: str = "",
    most: int = TRIED,
    guess: Callable[[Problem], Mapping[Tight, float]] | None = None,
) -> Prices:
    """Find what more room and each consent would let through, what lets most through first.

    Where the planner's time is over, what was found before is given.

    Args:
        problem: a sound problem.
        plan: a plan of it that has passed the judge.
        solve: the method to plan again with.
        need: only what could bring this need more, by its id; all of it if empty.
        most: how many changes are tried at most.
        guess: prices of room by which the changes to try are chosen, where there are more than are
            tried; by their names otherwise.
    """
    listed = _worth_trying(problem, plan, need)
    if guess and len(listed) > most:
        guessed = guess(problem)
        consents = [each for each in listed if not isinstance(each, MoreRoom)]
        room = [each for each in listed if isinstance(each, MoreRoom)]
        listed = [*consents, *sorted(room, key=lambda each: -guessed.get(_tight(each), 0.0))]
    found: list[Price] = []
    with suppress(OutOfTimeError):
        for change in listed[:most]:
            found += [price_of(problem, plan, change, solve)]
    ranked = sorted(found, key=lambda each: (-each.difference.on_time, -each.difference.late))
    return Prices(found=tuple(ranked), tried=len(found), of=len(listed))


def _worth_trying(problem: Problem, plan: Plan, need: str) -> list[Change]:
    """List the missing consents and the room that is full, for one need or for all."""
    changes: list[Change] = [*_consents(problem), *tight_room(Facts(problem, plan))]
    if not need:
        return changes
    pairs = [pair for pair in problem.pairs if pair.need == need]
    consents = {pair.consent for pair in pairs}
    slots = {slot for pair in pairs for slot in problem.net.slots(pair.hops)}
    return [
        change
        for change in changes
        if (isinstance(change, Consented) and change.consent in consents)
        or (isinstance(change, MoreRoom) and (change.leg, change.period) in slots)
    ]


def price_of(problem: Problem, plan: Plan, change: Change, solve: Planner) -> Price:
    """Plan again with one change, as close to the plan as that allows, and compare."""
    needs = _touched(problem, change)
    found_in = part_of(problem, plan.assignments, needs)
    part = replace(found_in.problem, objectives=met_first(problem))
    old = compared_with(problem, plan, replace(found_in, problem=part), solve)
    new = solve(kept_close(change.applied(part), old))
    found = difference(problem, old, new.assignments)
    told = units_told(problem, found.more) if found.more else "nothing more"
    if not found.more and found.on_time > 0:
        told = "nothing more, but more of it in time"
    loses = f", and take {units_told(problem, found.less)}" if found.less else ""
    return Price(
        change=change,
        difference=found,
        proved=found_in.whole and new.outcome.scores[0].proved,
        sentence=f"If {change.sentence(problem)}, it would let through {told}{loses}."
        + ("" if found_in.whole else NEARBY),
    )


def tight_room(facts: Facts) -> Iterator[MoreRoom]:
    """List the room too full for a step of some pair, with the least more that lets it in.

    Pairs of needs that are met are no reason to widen anything.
    """
    extra: dict[Tight, int] = {}
    for need in facts.problem.needs:
        if not facts.open_of(need.id):
            continue
        for pair in facts.sorted_out(need.id)[0]:
            offer = facts.offers[pair.offer]
            step = step_for(offer, pair).offered
            if step > offer.amount:
                continue
            for slot in facts.net.slots(pair.hops):
                limits = facts.net.by_id[slot[0]].room_in(slot[1]).limits
                carried = facts.carried.get(slot, (0, 0, 0))
                rows = zip(Measure, limits, carried, offer.load.amounts, strict=True)
                for measure, limit, taken, load in rows:
                    if limit is not None and taken + load * step > limit:
                        short = taken + load * step - limit
                        key = (*slot, measure)
                        extra[key] = min(extra.get(key, short), short)
    for (leg, period, measure), short in sorted(extra.items()):
        whole = -(-short // measure.unit) * measure.unit
        yield MoreRoom(leg=leg, period=period, measure=measure, extra=whole)


def _consents(problem: Problem) -> Iterator[Consented]:
    asked = {pair.consent for pair in problem.pairs}
    for consent in sorted(problem.consents, key=lambda each: each.id):
        if consent.id in asked and not consent.state.opens:
            yield Consented(consent.id)


def _touched(problem: Problem, change: Change) -> set[str]:
    """Name the needs that a change can be felt by first."""
    if isinstance(change, Consented):
        return {pair.need for pair in problem.pairs if pair.consent == change.consent}
    if isinstance(change, MoreRoom):
        slot = (change.leg, change.period)
        return {pair.need for pair in problem.pairs if slot in problem.net.slots(pair.hops)}
    return {pair.need for pair in problem.pairs if pair.offer == change.offer}


def _tight(change: MoreRoom) -> Tight:
    return change.leg, change.period, change.measure
