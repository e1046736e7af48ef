"""Two plans side by side, in names: what moved, who gains, who loses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from muster.core.actors import Actor
from muster.core.planning.comparing import Comparison, Gain, compared
from muster.queries.plan_contents import Move, ShownPlan, of_record
from muster.queries.visibility import find
from muster.records.models import SavedPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifted:
    """What goes from an offer to a need in the one plan and in the other, in names."""

    item: str
    unit: str
    donor: str
    line: str
    before: int
    after: int
    before_there: date | None
    after_there: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gained:
    """What a need gets in the one plan and in the other, in names."""

    line: str
    item: str
    unit: str
    recipient: str
    urgency: int
    before: int
    after: int
    before_on_time: int
    after_on_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two plans side by side."""

    before: SavedPlan
    after: SavedPlan
    one: ShownPlan
    other: ShownPlan
    shifts: tuple[Shifted, ...]
    gains: tuple[Gained, ...]
    losses: tuple[Gained, ...]
    same: int
    met: tuple[tuple[str, int, int], ...]
    """Needs met in full, in part, late, as (words, before, after)."""


def comparison(one: UUID, other: UUID, actor: Actor, day: date) -> Compared:
    """Hold two kept plans against each other.

    Raises:
        NotFound: one of them is not there, or the actor may not see it.
    """
    before, after = find(SavedPlan, one, actor, day), find(SavedPlan, other, actor, day)
    first, second = of_record(before), of_record(after)
    found = compared(first.moves, second.moves)
    return Compared(
        before=before,
        after=after,
        one=first,
        other=second,
        shifts=tuple(_shifts(found, (*first.moves, *second.moves))),
        gains=tuple(_gains(found.gains, first, second)),
        losses=tuple(_gains(found.losses, first, second)),
        same=found.same,
        met=tuple(_met(first, second)),
    )


def _shifts(found: Comparison, moves: Iterable[Move]) -> Iterable[Shifted]:
    named = {(move.need, move.offer): move for move in moves}
    for shift in found.shifts:
        move = named[shift.need, shift.offer]
        yield Shifted(
            item=move.offered_item,
            unit=move.offered_unit,
            donor=move.donor,
            line=move.line,
            before=shift.before,
            after=shift.after,
            before_there=shift.before_there,
            after_there=shift.after_there,
        )


def _gains(gains: Iterable[Gain], one: ShownPlan, other: ShownPlan) -> Iterable[Gained]:
    asked = {need.need: need for need in (*one.asked, *other.asked)}
    for gain in gains:
        need = asked[gain.need]
        yield Gained(
            line=need.line,
            item=need.item,
            unit=need.unit,
            recipient=need.recipient,
            urgency=need.urgency,
            before=gain.before,
            after=gain.after,
            before_on_time=gain.before_on_time,
            after_on_time=gain.after_on_time,
        )


def _met(one: ShownPlan, other: ShownPlan) -> Iterable[tuple[str, int, int]]:
    first, second = _counts(one), _counts(other)
    for words in first:
        yield words, first[words], second[words]


def _counts(plan: ShownPlan) -> dict[str, int]:
    open_now = {need.need: need.amount for need in plan.unmet}
    full = sum(need.need not in open_now for need in plan.asked)
    nothing = sum(open_now.get(need.need, 0) == need.amount for need in plan.asked)
    return {
        "Needs met in full": full,
        "Needs met in part": len(plan.asked) - full - nothing,
        "Needs not met": nothing,
        "Needs partly late": len({move.need for move in plan.moves if move.late}),
        "Movements": len(plan.moves),
        "Donors": len({move.donor for move in plan.moves}),
    }
