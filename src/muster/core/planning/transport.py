"""Legs as people write them down, and what may never be written down of them.

People write kilograms, cubic metres and pallets; the net counts grams, millilitres and thousandths
of a pallet, so that sums are exact.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

from muster.core.planning.net import Leg, Measure, Net, Room, net_faults
from muster.core.refusals import ChoiceUnknown, DatesOutOfOrder, Kind, Refusal
from muster.core.rules import code_forbids

MODES: Mapping[str, str] = {
    "road": "road",
    "rail": "rail",
    "sea": "sea",
    "river": "inland water",
    "air": "air",
    "crossing": "border crossing",
    "transfer": "change of carriage",
}
"""How goods move on a leg: the word that is stored, and as people read it."""
MOST_DAYS = 365
_CURRENCY = re.compile(r"[A-Z]{3}")
# Beyond this the small units would not fit what the database stores.
_MOST = Decimal(10) ** 12
_CENTS = 100
# How many faults of a file a refusal lists before it only counts the rest.
_LISTED = 5


class LegOntoItself(Refusal, field="end"):
    """The leg {code} leads from {place} onto itself; a leg leads to another place."""


class RoomNegative(Refusal, field="kg"):
    """The leg {code} has {amount} {measure} of room in a period; write 0 or more, or nothing."""


class NumberNotExact(Refusal):
    """The number "{text}" of the leg {code} cannot be kept exactly; write it as {form}."""


class DaysUnlikely(Refusal, field="days"):
    """The leg {code} takes {days} days; write 0 to 365."""


class CostWrong(Refusal, field="cost"):
    """The leg {code} costs "{cost} {currency}"; write 0 or more and a currency such as EUR."""


class NetFileFaulty(Refusal, field="file"):
    """The file of legs has {count} faults, and nothing was changed: {first}."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Carry every fault, of which there is one at least."""
        rest = len(faults) - _LISTED
        more = [f"And {rest} more."] if rest > 0 else []
        super().__init__(count=len(faults), first=" ".join([*faults[:_LISTED], *more]).rstrip("."))
        self.faults = tuple(faults)


class NetContradicts(Refusal, kind=Kind.CONFLICT, field="legs"):
    """The transport net would contradict itself: {faults}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Days on which nothing departs, both included, and why."""

    first: date
    last: date
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegTold:
    """A leg as somebody writes it down.

    Args:
        code: what it is called, once in its operation or among the shared legs.
        start: the code of the place it leaves from.
        end: the code of the place it leads to.
        mode: one of `MODES`.
        days: days from departure to arrival.
        kg: what it carries in each period; None where that is not limited, or not known.
        m3: likewise.
        pallets: likewise.
        cost: what carrying a tonne over it costs; None where nobody has said.
        currency: of the cost, by its three letters.
        gauge_break: whether goods change between gauges on it.
        closures: when nothing departs on it.
        label: what people call it.
    """

    code: str
    start: str
    end: str
    mode: str
    days: int
    kg: Decimal | None = None
    m3: Decimal | None = None
    pallets: Decimal | None = None
    cost: Decimal | None = None
    currency: str = ""
    gauge_break: bool = False
    closures: tuple[Closure, ...] = ()
    label: str = ""

    @property
    def room(self) -> Room:
        """The room in the small units of the net."""
        return Room(
            grams=_small(self.kg, Measure.KG),
            millilitres=_small(self.m3, Measure.M3),
            millipallets=_small(self.pallets, Measure.PALLETS),
        )

    def leg(self) -> Leg:
        """See it as the planner does."""
        return Leg(
            id=self.code,
            start=self.start,
            end=self.end,
            mode=self.mode,
            days=self.days,
            room=self.room,
            closed=tuple((closure.first, closure.last) for closure in self.closures),
            # Whole units: a plan weighs costs, it does not account for them.
            cost=ceil(self.cost or 0),
            label=self.label,
        )


def leg_forbids(told: LegTold) -> Refusal | None:
    """Say what is wrong with a leg by itself, or nothing."""
    return (
        code_forbids(told.code)
        or _ends_forbid(told)
        or _cost_forbids(told)
        or _room_forbids(told)
        or _closures_forbid(told)
    )


def _ends_forbid(told: LegTold) -> Refusal | None:
    if told.mode not in MODES:
        return ChoiceUnknown(at="mode", given=told.mode[:40], known=", ".join(MODES))
    if told.start == told.end:
        return LegOntoItself(code=told.code, place=told.start)
    if not 0 <= told.days <= MOST_DAYS:
        return DaysUnlikely(code=told.code, days=told.days)
    return None


def _cost_forbids(told: LegTold) -> Refusal | None:
    if told.cost is None and not told.currency:
        return None
    if told.cost is None or told.cost < 0 or not _CURRENCY.fullmatch(told.currency):
        cost = "" if told.cost is None else told.cost
        return CostWrong(code=told.code, cost=cost, currency=told.currency[:40])
    if not _fits(told.cost, _CENTS):
        form = f"an amount of no more than {_MOST:,}, with at most two decimals"
        return NumberNotExact(at="cost", code=told.code, text=told.cost, form=form)
    return None


def _room_forbids(told: LegTold) -> Refusal | None:
    for measure, amount in zip(Measure, (told.kg, told.m3, told.pallets), strict=True):
        if amount is None:
            continue
        if amount < 0:
            return RoomNegative(
                at=measure.value, code=told.code, amount=amount, measure=measure.value
            )
        if not _fits(amount, measure.unit):
            places = len(str(measure.unit)) - 1
            form = f"{measure.value}, no more than {_MOST:,}, with at most {places} decimals"
            return NumberNotExact(at=measure.value, code=told.code, text=amount, form=form)
    return None


def _closures_forbid(told: LegTold) -> Refusal | None:
    for closure in told.closures:
        if closure.first > closure.last:
            return DatesOutOfOrder(
                at="closed",
                first=f"The first closed day of {told.code}",
                first_date=closure.first,
                second="the last",
                second_date=closure.last,
            )
    return None


def require_sound_net(net: Net) -> None:
    """Refuse a net that contradicts itself, such as by a circle of legs that cost nothing.

    Raises:
        NetContradicts: with a sentence for each fault.
    """
    faults = list(net_faults(net))
    if faults:
        raise NetContradicts(faults=" ".join(faults).rstrip("."))


def together(shared: Iterable[Leg], own: Iterable[Leg]) -> tuple[Leg, ...]:
    """Lay an operation's own legs over the shared ones; of one code its own holds."""
    legs = {leg.id: leg for leg in shared} | {leg.id: leg for leg in own}
    return tuple(legs[code] for code in sorted(legs))


def closed_on(told: LegTold, closure: Closure) -> LegTold:
    """Close a leg on more days."""
    return replace(told, closures=tuple(sorted({*told.closures, closure}, key=_by_days)))


def opened_from(told: LegTold, day: date) -> LegTold:
    """Open a leg again from a day on: what is closed later is not, what has begun ends before."""
    kept = [
        replace(closure, last=min(closure.last, day - timedelta(days=1)))
        for closure in told.closures
        if closure.first < day
    ]
    return replace(told, closures=tuple(kept))


def _by_days(closure: Closure) -> tuple[date, date, str]:
    return closure.first, closure.last, closure.why


def _small(amount: Decimal | None, measure: Measure) -> int | None:
    return None if amount is None else int(amount * measure.unit)


def _fits(amount: Decimal | None, unit: int) -> bool:
    if amount is None or not amount.is_finite() or abs(amount) > _MOST:
        return False
    small = amount * unit
    return small == small.to_integral_value()
