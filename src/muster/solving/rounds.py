"""The kernel of the search for prices: rounds over all columns and rows of a scaled programme.

All columns are counted from 0 to 1 and all rows are at most about 1; `values` is what a whole
column takes of a row.  A column that has fewer rows than the others repeats one with the value 0.
"""

import numpy as np
from numpy.typing import NDArray

from muster.solving.compiling import compiled

Floats = NDArray[np.float64]
Rows = NDArray[np.int32]
# Half the width is half the way through memory, and exact enough: bounds are proved elsewhere.
Values = NDArray[np.float32]


@compiled
def run(
    rounds: int,
    rows: Rows,
    values: Values,
    limits: Floats,
    gain: Floats,
    pace: tuple[Floats, Floats, float, float],
    steps: Floats,
    prices: Floats,
    taken: Floats,
    sum_steps: Floats,
    sum_prices: Floats,
) -> None:
    """Move steps up their slack and prices up what is over, so many times; in place.

    Args:
        rounds: how many times.
        rows: of each column, shape (columns, width).
        values: what the column takes there.
        limits: of each row.
        gain: of each column.
        pace: step length of each column and of each row, their balance, and how far beyond the
            plain step to go (from 1, below 2).
        steps: where the columns stand.
        prices: where the rows stand.
        taken: what the steps take of each row, kept up to date.
        sum_steps: added up over the rounds, for the average.
        sum_prices: likewise.
    """
    tau, sigma, weight, beyond = pace
    width = rows.shape[1]
    takes = np.zeros(len(limits))
    for _ in range(rounds):
        takes[:] = 0.0
        for at in range(len(gain)):
            slack = gain[at]
            for place in range(width):
                slack -= prices[rows[at, place]] * values[at, place]
            moved = min(1.0, max(0.0, steps[at] + tau[at] / weight * slack))
            for place in range(width):
                takes[rows[at, place]] += moved * values[at, place]
            steps[at] += beyond * (moved - steps[at])
            sum_steps[at] += steps[at]
        for row in range(len(limits)):
            over = 2.0 * takes[row] - taken[row] - limits[row]
            moved = max(0.0, prices[row] + sigma[row] * weight * over)
            prices[row] += beyond * (moved - prices[row])
            taken[row] += beyond * (takes[row] - taken[row])
            sum_prices[row] += prices[row]


@compiled
def weighed(
    rows: Rows,
    values: Values,
    limits: Floats,
    gain: Floats,
    steps: Floats,
    prices: Floats,
) -> tuple[float, float, float]:
    """Give the bound of the prices, what the steps gain, and what they are over at those prices."""
    bound, value, over = 0.0, 0.0, 0.0
    taken = np.zeros(len(limits))
    for at in range(len(gain)):
        slack = gain[at]
        for place in range(rows.shape[1]):
            row = rows[at, place]
            slack -= prices[row] * values[at, place]
            taken[row] += steps[at] * values[at, place]
        bound += max(0.0, slack)
        value += gain[at] * steps[at]
    for row in range(len(limits)):
        bound += prices[row] * limits[row]
        over += prices[row] * max(0.0, taken[row] - limits[row])
    return bound, value, over


@compiled
def taken_by(rows: Rows, values: Values, steps: Floats, count: int) -> Floats:
    """Add up what the steps take of each row."""
    taken = np.zeros(count)
    for at in range(len(steps)):
        for place in range(rows.shape[1]):
            taken[rows[at, place]] += steps[at] * values[at, place]
    return taken
