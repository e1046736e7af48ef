"""Offers and ways of a problem as columns, read once: what is in stock, and every way walked once.

The judge reads plans by these.  They say nothing that a method has found out, only what the net and
the ways are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from muster.core.planning.net import Hop, Leg, Load, Net

Ints = NDArray[np.int64]

# Stands for the end of a way that cannot be walked.
ODD = -1

# Stands for room without a limit: more than any sum that is looked at.
ENDLESS = 2**62


class Giving(Protocol):
    """What is read of an offer; the problem's own class has it, and stands above this module."""

    @property
    def amount(self) -> int:
        """Units that are free."""
        ...

    @property
    def lot(self) -> int:
        """Units of which whole multiples go."""
        ...

    @property
    def least(self) -> int:
        """The fewest units that go at once."""
        ...

    @property
    def load(self) -> Load:
        """What one unit takes of room."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """The offers as columns; what is too large for 64 bits stands as the largest.

    Args:
        amount: units that are free.
        lot: units of which whole multiples go.
        least: the fewest units that go at once.
        load: what one unit takes of room, by measure.
    """

    amount: Ints
    lot: Ints
    least: Ints
    load: Ints


def stock_of(offers: Sequence[Giving]) -> Stock:
    """Read the offers."""
    loads = chain.from_iterable(offer.load.amounts for offer in offers)
    return Stock(
        amount=_ints([offer.amount for offer in offers]),
        lot=_ints([offer.lot for offer in offers]),
        least=_ints([offer.least for offer in offers]),
        load=_ints(list(loads)).reshape(len(offers), -1),
    )


def _ints(values: list[int]) -> Ints:
    """Give whole numbers of 64 bits; what is too large stands as the largest."""
    if values and max(values) > ENDLESS:
        values = [min(each, ENDLESS) for each in values]
    if values and min(values) < -1:
        values = [max(-1, each) for each in values]
    return np.array(values, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walks:
    """Where each way ends, and through which room it goes.

    Args:
        ends: the day on which each way ends, as its ordinal; `ODD` where something about it is.
        slots: for each way, the rows of `room` that it takes, hop by hop; filled up with the last.
        room: the room of each leg and period, by measure; the last row has no limit.
    """

    ends: Ints
    slots: Ints
    room: Ints


def walked(ways: Sequence[tuple[Hop, ...]], net: Net, day: date) -> Walks:
    """Walk every way from leg to leg, not before this day."""
    ends = np.array([_end(net, hops, day) for hops in ways], dtype=np.int64)
    known: dict[tuple[str, int], int] = {}
    width = max(map(len, ways), default=0)
    slots = np.full((len(ways), width), -1, dtype=np.int64)
    for at in np.flatnonzero(ends != ODD).tolist():
        hops = ways[at]
        for place, hop in enumerate(hops):
            slot = hop.leg, (hop.departs - net.start).days // net.period
            slots[at, place] = known.setdefault(slot, len(known))
    slots[slots < 0] = len(known)
    limits = [net.by_id[leg].room_in(period).limits for leg, period in known]
    rows = [[ENDLESS if each is None else min(each, ENDLESS) for each in row] for row in limits]
    room = np.array([*rows, [ENDLESS] * 3], dtype=np.int64)
    return Walks(ends=ends, slots=slots, room=room)


def _end(net: Net, hops: tuple[Hop, ...], day: date) -> int:
    """Check one chain of hops, and give the ordinal of the day on which it ends."""
    legs = net.by_id
    if hops and (net.period <= 0 or not all(hop.leg in legs for hop in hops)):
        return ODD
    there, place = day, None
    for hop in hops:
        leg = legs[hop.leg]
        astray = place is not None and place != leg.start
        if astray or hop.departs < there or (leg.closed and _is_closed(leg, hop.departs)):
            return ODD
        there, place = hop.departs + timedelta(days=leg.days), leg.end
    return there.toordinal()


def _is_closed(leg: Leg, day: date) -> bool:
    return any(first <= day <= last for first, last in leg.closed)
