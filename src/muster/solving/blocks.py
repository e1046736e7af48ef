"""The rows and columns of a problem without shared transport, cut into parts that do not touch.

Each column (one pair) stands in two rows: its offer's and its need's.  Where all coefficients of a
part are 1 after each row is divided by its greatest common divisor, the part is a transportation
problem: its linear programme has whole solutions and whole duals.  Those parts together form the
smooth block.  Every other part is rugged and needs branching; it is kept by itself, so that one
odd ratio does not slow the rest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from muster.solving.arrays import Arrays, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One part: maximise gains under rows of the form `sum(coefficient * steps) <= limit`.

    Args:
        columns: which pairs of the `Arrays` it has, in ascending order.
        rows: for each column its two rows, shape (columns, 2): the offer's, then the need's.
        coefficients: the column's coefficients in them, same shape.
        limits: the right-hand side of each row.
        most: the largest value of each column.
        smooth: whether all coefficients are 1.
    """

    columns: Ints
    rows: Ints
    coefficients: Ints
    limits: Ints
    most: Ints
    smooth: bool


def blocks_of(arrays: Arrays) -> list[Block]:
    """Cut the problem: at most one smooth block first, then each rugged part by its first column.

    Pairs that cannot take one whole step are in no block.
    """
    most = arrays.most
    columns = np.flatnonzero(most > 0)
    if not len(columns):
        return []
    rows = np.column_stack((arrays.offer[columns], arrays.need[columns] + len(arrays.offers)))
    coefficients = np.column_stack((arrays.offered[columns], arrays.covered[columns]))
    limits = np.concatenate((arrays.free, arrays.open))
    divisors = np.zeros_like(limits)
    np.gcd.at(divisors, rows, coefficients)
    divisors[divisors == 0] = 1
    coefficients //= divisors[rows]
    limits //= divisors

    part = _parts(rows, len(limits))[rows[:, 0]]
    odd_parts = np.unique(part[(coefficients > 1).any(axis=1)])
    chosen = [~np.isin(part, odd_parts), *(part == each for each in odd_parts)]
    return [
        _block(columns[mask], rows[mask], coefficients[mask], limits, most, smooth=not at)
        for at, mask in enumerate(chosen)
        if mask.any()
    ]


def _block(
    columns: Ints, rows: Ints, coefficients: Ints, limits: Ints, most: Ints, *, smooth: bool
) -> Block:
    """Number the rows of one part from 0."""
    used, local = np.unique(rows, return_inverse=True)
    return Block(
        columns=columns,
        rows=local.reshape(rows.shape).astype(np.int64),
        coefficients=coefficients,
        limits=limits[used],
        most=most[columns],
        smooth=smooth,
    )


def _parts(rows: Ints, count: int) -> NDArray[np.int64]:
    """Give each row the smallest row that it is joined to through columns.

    Each round hands the smaller label over every column and then jumps to the label's own label,
    so that long chains close in few rounds.
    """
    labels = np.arange(count, dtype=np.int64)
    while True:
        least = labels[rows].min(axis=1)
        joined = labels.copy()
        np.minimum.at(joined, rows[:, 0], least)
        np.minimum.at(joined, rows[:, 1], least)
        joined = joined[joined]
        if np.array_equal(joined, labels):
            return labels
        labels = joined
