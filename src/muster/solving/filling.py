"""From any steps to a whole plan that keeps every row, by taking away and filling up."""

import numpy as np
from numpy.typing import NDArray

from muster.solving.arrays import Arrays, Ints


def repaired(arrays: Arrays, steps: Ints, order: Ints, *, most: Ints | None = None) -> Ints:
    """Keep what is of use of the steps, and add every whole step that still fits.

    Args:
        arrays: the problem.
        steps: whole steps of each pair that keep every row's limit; leasts may be broken.
        order: the pairs that may be added to, the most wanted first.
        most: the most steps of each pair; `arrays.most` if not given.
    """
    most = arrays.most if most is None else most
    steps = np.where(steps >= arrays.least, steps, 0)
    barred = np.zeros(len(arrays.needs), dtype=np.bool_)
    while True:
        steps = _filled(arrays, steps, order[~barred[arrays.need[order]]], most)
        brought = np.bincount(
            arrays.need, weights=steps * arrays.covered, minlength=len(arrays.needs)
        )
        short = (brought > 0) & (brought < arrays.useful)
        if not short.any():
            return steps
        barred |= short
        steps = np.where(short[arrays.need], 0, steps)


def room_left(arrays: Arrays, steps: Ints) -> Ints:
    """Give what the steps leave of every row's limit; the last row has no limit."""
    left, used = arrays.limits, np.flatnonzero(steps)
    np.subtract.at(left, arrays.rows[used], steps[used][:, None] * arrays.coefficients[used])
    return left


def _filled(arrays: Arrays, steps: Ints, order: Ints, most: Ints) -> Ints:
    """Add to the pairs in this order as many steps as fit."""
    left = room_left(arrays, steps)
    order = order[fitting(arrays, left, order) > 0]
    # Plain lists are several times faster than arrays where one entry is read at a time.
    rows, counts = arrays.rows[order].tolist(), arrays.coefficients[order].tolist()
    caps, least = (most - steps)[order].tolist(), (arrays.least - steps)[order].tolist()
    free, added = left.tolist(), [0] * len(order)
    for at, (mine, each, cap, few) in enumerate(zip(rows, counts, caps, least, strict=True)):
        more = cap
        for row, count in zip(mine, each, strict=True):
            if count and free[row] < more * count:
                more = free[row] // count
        if more > 0 and more >= few:
            added[at] = more
            for row, count in zip(mine, each, strict=True):
                free[row] -= more * count
    out = steps.copy()
    out[order] += np.array(added, dtype=np.int64)
    return out


def fitting(arrays: Arrays, left: Ints, columns: NDArray[np.int64]) -> Ints:
    """Count the steps of each of these pairs that fit what is left, were it alone."""
    counts = arrays.coefficients[columns]
    fits = np.where(counts > 0, left[arrays.rows[columns]] // np.maximum(counts, 1), 2**60)
    fewest: Ints = fits.min(axis=1, initial=2**60)
    return fewest
