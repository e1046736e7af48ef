"""Where a plan falls short of its bound, HiGHS makes the best of one part after another.

The gap is shared out to the needs; the part around the need with the largest share is set free,
the rest is held.  A part never makes the plan worse.
"""

import time

import numpy as np
from numpy.typing import NDArray

from muster.solving import highs
from muster.solving.arrays import Ints
from muster.solving.blocks import blocks_of
from muster.solving.filling import Floats, Rounding, room_left
from muster.solving.rooms import NO_LIMIT

Marks = NDArray[np.bool_]

# How many pairs HiGHS gets at a time, how many parts at most, and how deep it looks.
_PART = 400
_PARTS = 16
_NODES = 5

# A pair matters to a part when its price is no further than this share of its gain from paying.
_NEAR = 0.02


def mended(rounding: Rounding, steps: Ints, bound: int, *, gap: float, ends: float) -> Ints:
    """Mend parts until the gap is small enough, the parts are over, or the time is.

    Args:
        rounding: the level to be mended, with its prices.
        steps: a whole plan that keeps every row.
        bound: what no plan can pass.
        gap: the share of the bound that may stay open.
        ends: after this moment no part is begun.
    """
    arrays, gain, steps = rounding.arrays, rounding.gain, steps.copy()
    slack: Floats = gain - (rounding.prices[arrays.rows] * arrays.coefficients).sum(axis=1)
    near = (gain > 0) & (arrays.most > 0) & (slack >= -_NEAR * gain)
    tried = np.zeros(len(arrays.needs), dtype=np.bool_)
    for _ in range(_PARTS):
        seconds = ends - time.monotonic()
        if bound - int(gain @ steps) <= gap * bound or seconds <= 0 or tried.all():
            break
        part = _part(rounding, steps, slack, near, tried)
        columns = np.flatnonzero(part[arrays.need] & (near | ((steps > 0) & (gain > 0))))
        tried |= part
        held = steps.copy()
        held[columns] = 0
        for block in blocks_of(arrays, columns, room_left(arrays, held)):
            mine = block.columns
            steps[mine] = highs.mended(
                block, gain[mine], steps[mine], nodes=_NODES, seconds=seconds
            )
    return steps


def _part(rounding: Rounding, steps: Ints, slack: Floats, near: Marks, tried: Marks) -> Marks:
    """Choose the needs of a part: the one with the largest share of the gap, and those around it.

    Around it are the needs that take, or could take, of the rows that its pairs need.
    """
    arrays, prices = rounding.arrays, rounding.prices
    own = _shares(rounding, steps, slack, near)
    own[tried] = -1
    count = len(arrays.needs)
    chosen = np.zeros(count, dtype=np.bool_)
    chosen[int(own.argmax())] = True
    matters = near | (steps > 0)
    while True:
        mine = chosen[arrays.need] & matters
        touched = np.zeros(len(prices), dtype=np.bool_)
        touched[arrays.rows[mine][arrays.coefficients[mine] > 0]] = True
        touched &= prices > 0
        around = matters & (touched[arrays.rows] & (arrays.coefficients > 0)).any(axis=1)
        wider = chosen.copy()
        wider[arrays.need[around]] = True
        if wider.sum() == chosen.sum():
            return chosen
        grown = matters & wider[arrays.need]
        if grown.sum() > _PART:
            # The nearest ring is too wide: take of it the needs with the largest shares.
            ring = np.flatnonzero(wider & ~chosen)
            ring = ring[np.argsort(-own[ring], kind="stable")]
            sizes = np.bincount(arrays.need[matters], minlength=count)
            fits = np.cumsum(sizes[ring]) <= _PART - int((matters & chosen[arrays.need]).sum())
            chosen[ring[fits]] = True
            return chosen
        chosen = wider


def _shares(rounding: Rounding, steps: Ints, slack: Floats, near: Marks) -> Floats:
    """Share the gap out to the needs."""
    arrays, prices = rounding.arrays, rounding.prices
    left = np.where(arrays.limits < NO_LIMIT, room_left(arrays, steps), 0)
    count, split = len(arrays.needs), len(arrays.offers)
    shares = np.maximum(slack, 0) * (arrays.most - steps) + np.maximum(-slack, 0) * steps
    own: Floats = np.zeros(count)
    np.add.at(own, arrays.need, shares * near)
    own += (prices * left)[split : split + count]
    # What is left of a priced row is the fault of the needs that could have used it.
    users = np.bincount(arrays.rows[near].ravel(), minlength=len(left))
    spread = (prices * left / np.maximum(users, 1))[arrays.rows] * (arrays.coefficients > 0)
    spread[:, 1] = 0
    own += np.bincount(arrays.need, weights=spread.sum(axis=1) * near, minlength=count)
    return own
