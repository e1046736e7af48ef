"""The rows and columns of a problem, cut into parts that do not touch.

Each column (one pair) stands in its offer's row, its need's, and those of the room it takes, where
that could run out.  Where all coefficients of a
part are 1 after each row is divided by its greatest common divisor, the part is a transportation
problem, unless room is shared or an amount can be too small: its linear programme has whole
solutions and whole duals.  Those parts together form the
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
        rows: for each column its rows, shape (columns, width): the offer's, the need's, then room.
        coefficients: the column's coefficients in them, same shape; 0 where there is no more row.
        limits: the right-hand side of each row.
        most: the largest value of each column.
        least: the smallest value of each column but 0.
        useful: rows (of needs) whose sum must be 0 or at least so much.
        smooth: whether the linear programme has whole solutions and duals.
    """

    columns: Ints
    rows: Ints
    coefficients: Ints
    limits: Ints
    most: Ints
    least: Ints
    useful: dict[int, int]
    smooth: bool


def blocks_of(
    arrays: Arrays,
    columns: Ints | None = None,
    limits: Ints | None = None,
    *,
    apart: bool = True,
) -> list[Block]:
    """Cut the problem: at most one smooth block first, then each rugged part by its first column.

    Pairs that cannot take one whole step are in no block.

    Args:
        arrays: the problem.
        columns: the pairs to look at, in ascending order; all if not given.
        limits: what there is for them in each row of `arrays.limits`, if that is less.
        apart: whether to cut at all; if not, there is one rugged block.
    """
    most = arrays.most
    columns = np.flatnonzero(most > 0) if columns is None else columns[most[columns] > 0]
    if not len(columns):
        return []
    split = len(arrays.offers) + len(arrays.needs)
    rows, coefficients = arrays.rows[columns], arrays.coefficients[columns].copy()
    limits = arrays.limits if limits is None else limits.copy()
    # Room that all who may take it together cannot use up is no matter.
    wanted = np.zeros(len(limits))
    np.add.at(wanted, rows, coefficients * most[columns][:, None].astype(np.float64))
    matters = (np.arange(len(limits)) < split) | (wanted > limits)
    coefficients[~matters[rows]] = 0
    rows = np.where(coefficients > 0, rows, rows[:, :1])
    width = max(2, int(np.flatnonzero((coefficients > 0).any(axis=0)).max()) + 1)
    rows, coefficients = rows[:, :width], coefficients[:, :width]

    divisors = np.zeros_like(limits)
    np.gcd.at(divisors, rows, coefficients)
    divisors[divisors == 0] = 1
    coefficients //= divisors[rows]
    limits //= divisors
    least = arrays.least[columns]
    useful = np.zeros_like(limits)
    useful[len(arrays.offers) : split] = arrays.useful
    useful = -(-useful // divisors)

    part = _parts(rows, len(limits))[rows[:, 0]]
    odd = (coefficients > 1).any(axis=1) | (coefficients[:, 2:] > 0).any(axis=1)
    odd |= (least > 1) | (useful[rows[:, 1]] > coefficients[:, 1])
    odd_parts = np.unique(part[odd])
    chosen = [~np.isin(part, odd_parts), *(part == each for each in odd_parts)]
    if not apart:
        chosen = [np.zeros_like(odd), np.ones_like(odd)]
    return [
        _block(
            columns[mask],
            rows[mask],
            coefficients[mask],
            (limits, useful),
            (most[columns[mask]], least[mask]),
            smooth=not at,
        )
        for at, mask in enumerate(chosen)
        if mask.any()
    ]


def _block(
    columns: Ints,
    rows: Ints,
    coefficients: Ints,
    of_rows: tuple[Ints, Ints],
    of_columns: tuple[Ints, Ints],
    *,
    smooth: bool,
) -> Block:
    """Number the rows of one part from 0."""
    (limits, useful), (most, least) = of_rows, of_columns
    used, flat = np.unique(rows, return_inverse=True)
    local = flat.reshape(rows.shape).astype(np.int64)
    asking = np.unique(local[:, 1])
    if smooth:
        local, coefficients = local[:, :2], coefficients[:, :2]
    return Block(
        columns=columns,
        rows=local,
        coefficients=coefficients,
        limits=limits[used],
        most=most,
        least=least,
        useful={int(at): int(useful[used[at]]) for at in asking if useful[used[at]] > 1},
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
        for at in range(rows.shape[1]):
            np.minimum.at(joined, rows[:, at], least)
        joined = joined[joined]
        if np.array_equal(joined, labels):
            return labels
        labels = joined
