"""Two plans side by side: what moved, who gains, who loses.

Both are read as rows of who gives how much for which need; which method made them is no matter.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class Row(Protocol):
    """A movement of either plan."""

    @property
    def need(self) -> str:
        """The need's id."""

    @property
    def offer(self) -> str:
        """The offer's id."""

    @property
    def amount(self) -> int:
        """Units of the offered item."""

    @property
    def covers(self) -> int:
        """Units of the item asked for."""

    @property
    def arrives(self) -> date:
        """The day of arrival."""

    @property
    def late(self) -> bool:
        """Whether it arrives after the need's deadline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What goes from one offer to one need, and when the last of it is there, in both plans."""

    need: str
    offer: str
    before: int
    after: int
    before_there: date | None
    after_there: date | None

    @property
    def same(self) -> bool:
        """Whether both plans bring as much by the same day."""
        return (self.before, self.before_there) == (self.after, self.after_there)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What a need gets in the one plan and in the other, in units of the item asked for."""

    need: str
    before: int
    after: int
    before_on_time: int
    after_on_time: int

    @property
    def on_time(self) -> int:
        """What it gains in time, or loses."""
        return self.after_on_time - self.before_on_time

    @property
    def all_told(self) -> int:
        """What it gains, in time or not, or loses."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a plan differs from another; what is the same in both is left out."""

    shifts: tuple[Shift, ...]
    gains: tuple[Gain, ...]
    losses: tuple[Gain, ...]
    same: int


def compared(before: Iterable[Row], after: Iterable[Row]) -> Comparison:
    """Hold a plan against another.

    A need gains when it gets more in time, or as much in time and more in all.
    """
    one, other = list(before), list(after)
    moved, then = _by_pair(one), _by_pair(other)
    there = [_last(rows) for rows in (one, other)]
    shifts = [
        Shift(
            need=need,
            offer=offer,
            before=moved[need, offer],
            after=then[need, offer],
            before_there=there[0].get((need, offer)),
            after_there=there[1].get((need, offer)),
        )
        for need, offer in sorted(moved.keys() | then.keys())
    ]
    gains = list(_gains(one, other))
    return Comparison(
        shifts=tuple(shift for shift in shifts if not shift.same),
        gains=tuple(each for each in gains if (each.on_time, each.all_told) > (0, 0)),
        losses=tuple(each for each in gains if (each.on_time, each.all_told) < (0, 0)),
        same=sum(shift.same for shift in shifts),
    )


def _last(rows: Iterable[Row]) -> dict[tuple[str, str], date]:
    found: dict[tuple[str, str], date] = {}
    for row in rows:
        key = (row.need, row.offer)
        found[key] = max(found.get(key, row.arrives), row.arrives)
    return found


def _by_pair(rows: Iterable[Row]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[row.need, row.offer] += row.amount
    return found


def _gains(one: list[Row], other: list[Row]) -> Iterable[Gain]:
    whole = [_met(rows, late=True) for rows in (one, other)]
    timely = [_met(rows, late=False) for rows in (one, other)]
    for need in sorted(whole[0].keys() | whole[1].keys()):
        yield Gain(
            need=need,
            before=whole[0][need],
            after=whole[1][need],
            before_on_time=timely[0][need],
            after_on_time=timely[1][need],
        )


def _met(rows: Iterable[Row], *, late: bool) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        if late or not row.late:
            found[row.need] += row.covers
    return found
