"""What a plan leaves for the next one, by the names of its rows; and back into arrays.

Rows are numbered anew for each problem, so prices are kept by the ids of offers, needs and legs.
"""

from collections.abc import Sequence

import numpy as np

from muster.core.planning.net import Measure
from muster.core.planning.plans import Prices
from muster.core.planning.problem import Need, Offer
from muster.solving.arrays import Arrays, Ints
from muster.solving.prices import Floats

# In how many parts one is counted when a price is kept.
_PARTS = 10**12

# A larger price would not be exact, and is never needed.
_LARGEST = 2**62 // _PARTS


def named_prices(arrays: Arrays, prices: Floats) -> Prices:
    """Name the rows that have a price; what a rate lets go is left out."""
    whole = np.rint(np.clip(np.nan_to_num(prices), 0, _LARGEST) * _PARTS).astype(np.int64)
    offers, needs = len(arrays.offers), len(arrays.needs)
    of_room = whole[offers + needs :][: len(arrays.slots) * len(Measure)]
    used = np.flatnonzero(of_room)
    return Prices(
        offers=_named(arrays.offers, whole[:offers]),
        needs=_named(arrays.needs, whole[offers : offers + needs]),
        room=tuple(
            (*arrays.slots[at // len(Measure)], at % len(Measure), price)
            for at, price in zip(used.tolist(), of_room[used].tolist(), strict=True)
        ),
    )


def _named(rows: Sequence[Offer | Need], prices: Ints) -> tuple[tuple[str, int], ...]:
    used = np.flatnonzero(prices)
    return tuple(zip((rows[at].id for at in used.tolist()), prices[used].tolist(), strict=True))


def prices_in(arrays: Arrays, kept: Prices) -> Floats:
    """Give the price of each row; 0 where none was kept, and where the row was not there."""
    offers, needs, room = dict(kept.offers), dict(kept.needs), dict[tuple[str, int, int], int]()
    for leg, period, measure, price in kept.room:
        room[leg, period, measure] = price
    values = [offers.get(each.id, 0) for each in arrays.offers]
    values += [needs.get(each.id, 0) for each in arrays.needs]
    values += [room.get((*slot, at), 0) for slot in arrays.slots for at in range(len(Measure))]
    prices = np.zeros(len(arrays.limits))
    prices[: len(values)] = np.array(values, dtype=np.float64) / _PARTS
    return prices
