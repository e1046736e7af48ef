"""The transport net: legs with room per period, and the ways that goods can take over them.

A leg is one movement that is scheduled as one: a road, a flight, a border crossing, a gauge break.
Its room is shared by all goods that depart on it within one period.  Weights and volumes are whole
numbers of small units, so that sums are exact: grams, millilitres and thousandths of a pallet.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property


class Measure(StrEnum):
    """What a leg can run out of; the order is that of `Load.amounts` and `Room.limits`."""

    KG = "kg"
    M3 = "m3"
    PALLETS = "pallets"

    @property
    def unit(self) -> int:
        """How many of the small units make one of the unit that people read."""
        return 1_000_000 if self is Measure.M3 else 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one unit of an item takes of a leg's room.

    Args:
        grams: its weight.
        millilitres: its volume; 1,000,000 to the cubic metre.
        millipallets: thousandths of a pallet.
    """

    grams: int = 0
    millilitres: int = 0
    millipallets: int = 0

    @property
    def amounts(self) -> tuple[int, int, int]:
        """The three amounts in the order of `Measure`."""
        return self.grams, self.millilitres, self.millipallets


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a leg can carry in one period; None where that measure has no limit."""

    grams: int | None = None
    millilitres: int | None = None
    millipallets: int | None = None

    @property
    def limits(self) -> tuple[int | None, int | None, int | None]:
        """The three limits in the order of `Measure`."""
        return self.grams, self.millilitres, self.millipallets


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One stretch of the way.

    Args:
        id: unique within the net.
        start: the place it leaves from.
        end: the place it leads to.
        mode: road, rail, sea, air, crossing ...; for people.
        days: days from departure to arrival; 0 or more.
        room: what it carries in each period.
        closed: spans of days (first, last) on which nothing departs on it.
        cost: what carrying one tonne over it is counted at, in any one currency.
        label: what a person calls it; the id when empty.
        special: periods whose room differs, each with its own.
    """

    id: str
    start: str
    end: str
    mode: str = ""
    days: int = 0
    room: Room = Room()
    closed: tuple[tuple[date, date], ...] = ()
    cost: int = 0
    label: str = ""
    special: tuple[tuple[int, Room], ...] = ()

    @property
    def name(self) -> str:
        """What a person calls this leg."""
        return self.label or self.id

    def room_in(self, period: int) -> Room:
        """Give what it carries in one period."""
        return dict(self.special).get(period, self.room) if self.special else self.room

    def opens(self, day: date) -> date:
        """Give the first day from `day` on, on which something departs on it."""
        for first, last in sorted(self.closed):
            if first <= day <= last:
                day = last + timedelta(days=1)
        return day


@dataclass(frozen=True, slots=True)
class Hop:
    """One departure on one leg."""

    leg: str
    departs: date


Slot = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Net:
    """All legs, and how time is cut into periods.

    Args:
        legs: in any order.
        start: the first day of period 0.
        period: days in a period; 1 or more.
    """

    legs: tuple[Leg, ...] = ()
    start: date = date(2000, 1, 3)
    period: int = 7

    @cached_property
    def by_id(self) -> Mapping[str, Leg]:
        """The legs by their ids."""
        return {leg.id: leg for leg in self.legs}

    @cached_property
    def leaving(self) -> Mapping[str, tuple[Leg, ...]]:
        """The legs that leave from each place, in the order of their ids."""
        found: dict[str, list[Leg]] = {}
        for leg in sorted(self.legs, key=lambda leg: leg.id):
            found.setdefault(leg.start, []).append(leg)
        return {place: tuple(legs) for place, legs in found.items()}

    def period_of(self, day: date) -> int:
        """Tell in which period a day lies."""
        return (day - self.start).days // self.period

    def first_day(self, period: int) -> date:
        """Give the first day of a period."""
        return self.start + timedelta(days=period * self.period)

    def slots(self, hops: Iterable[Hop]) -> list[Slot]:
        """Give the leg and the period that each hop takes room of."""
        return [(hop.leg, self.period_of(hop.departs)) for hop in hops]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One scheduled way from a place to another.

    Args:
        hops: the departures, in order.
        arrives: the day on which the goods are there.
    """

    hops: tuple[Hop, ...]
    arrives: date

    @property
    def route(self) -> str:
        """Name the way by its departures; two ways of one pair never have the same name."""
        return " > ".join(f"{hop.leg} {hop.departs.isoformat()}" for hop in self.hops)


def ways(
    net: Net,
    *,
    start: str,
    end: str,
    ready: date,
    until: date | None = None,
    periods: int = 3,
    paths: int = 3,
    legs: int = 6,
) -> tuple[Way, ...]:
    """List ways between two places, departing in each of the first periods, soonest arrival first.

    Args:
        net: a sound net.
        start: where the goods are.
        end: where they are to go; the same place as `start` needs no hop.
        ready: the first day on which they can leave.
        until: the last day on which they can leave, or None for no end.
        periods: in how many periods from `ready` on a departure is looked for.
        paths: how many paths at most, those of the fewest days first.
        legs: how many legs a path has at most.
    """
    if start == end:
        return (Way(hops=(), arrives=ready),)
    found = sorted(
        _paths(net, start, end, legs),
        key=lambda path: (sum(leg.days for leg in path), len(path), [leg.id for leg in path]),
    )
    first = net.period_of(ready)
    leaves = [ready, *(net.first_day(first + more) for more in range(1, periods))]
    made: dict[tuple[Hop, ...], Way] = {}
    for path in found[:paths]:
        for day in leaves:
            way = _scheduled(path, day)
            if until is None or way.hops[0].departs <= until:
                made.setdefault(way.hops, way)
    return tuple(sorted(made.values(), key=lambda way: (way.arrives, way.route)))


def _paths(net: Net, start: str, end: str, legs: int) -> Iterator[tuple[Leg, ...]]:
    """Walk every path without a circle."""
    stack: list[tuple[str, tuple[Leg, ...]]] = [(start, ())]
    while stack:
        place, path = stack.pop()
        if place == end:
            yield path
            continue
        if len(path) == legs:
            continue
        seen = {start, *(leg.end for leg in path)}
        stack += [
            (leg.end, (*path, leg)) for leg in net.leaving.get(place, ()) if leg.end not in seen
        ]


def _scheduled(path: tuple[Leg, ...], day: date) -> Way:
    """Depart on each leg as soon as the goods are there and the leg is open."""
    hops = []
    for leg in path:
        day = leg.opens(day)
        hops.append(Hop(leg.id, day))
        day += timedelta(days=leg.days)
    return Way(hops=tuple(hops), arrives=day)


def net_faults(net: Net) -> Iterator[str]:
    """Say in sentences how a net contradicts itself."""
    if net.period < 1:
        yield f"The net has periods of {net.period} days; a period is at least 1."
    if len(net.by_id) < len(net.legs):
        yield "Two legs of the net have the same id."
    for leg in net.legs:
        yield from _leg_faults(leg)
    circle = _free_circle(net)
    if circle:
        yield f"Goods could go round for ever at no cost and in no time: {' > '.join(circle)}."


def _leg_faults(leg: Leg) -> Iterator[str]:
    if leg.days < 0:
        yield f"The leg {leg.id} takes {leg.days} days; it cannot arrive before it departs."
    if leg.cost < 0:
        yield f"The leg {leg.id} has a negative cost ({leg.cost})."
    for period, room in ((None, leg.room), *leg.special):
        when = "" if period is None else f" in period {period}"
        for measure, limit in zip(Measure, room.limits, strict=True):
            if limit is not None and limit < 0:
                yield f"The leg {leg.id} has a negative room{when} in {measure} ({limit})."
    for first, last in leg.closed:
        if first > last:
            yield f"The leg {leg.id} is closed from {first} to {last}, which ends first."


def _free_circle(net: Net) -> list[str]:
    """Find places on a circle of legs without days and without cost; empty when there is none."""
    free: dict[str, list[str]] = {}
    for leg in sorted(net.legs, key=lambda leg: leg.id):
        if leg.days == 0 and leg.cost == 0:
            free.setdefault(leg.start, []).append(leg.end)
            free.setdefault(leg.end, [])
    # What has no free leg in, or none out, lies on no circle; what is left after that does.
    while True:
        entered = {end for ends in free.values() for end in ends}
        kept = {
            place: [end for end in ends if end in free]
            for place, ends in free.items()
            if ends and place in entered
        }
        kept = {place: [end for end in ends if end in kept] for place, ends in kept.items()}
        if kept == free:
            break
        free = kept
    if not free:
        return []
    place, seen = min(free), list[str]()
    while place not in seen:
        seen.append(place)
        place = free[place][0]
    return [*seen[seen.index(place) :], place]


def hop_faults(net: Net, hops: tuple[Hop, ...]) -> Iterator[str]:
    """Say what is wrong with a chain of hops by itself."""
    place, there, passed = "", date.min, set[str]()
    for hop in hops:
        leg = net.by_id.get(hop.leg)
        if leg is None:
            yield f"there is no leg {hop.leg}"
            return
        if leg.id in passed:
            yield f"it takes the leg {leg.name} twice"
        passed.add(leg.id)
        if place and leg.start != place:
            yield f"the leg {leg.name} leaves from {leg.start}, and the goods are at {place}"
        if hop.departs < there:
            yield f"it departs on {leg.name} on {hop.departs}, before it is there ({there})"
        if leg.opens(hop.departs) != hop.departs:
            yield f"the leg {leg.name} is closed on {hop.departs}"
        place, there = leg.end, hop.departs + timedelta(days=leg.days)


def arrival(net: Net, hops: tuple[Hop, ...]) -> date:
    """Give the day on which the last hop arrives; there must be at least one."""
    last = hops[-1]
    return last.departs + timedelta(days=net.by_id[last.leg].days)
