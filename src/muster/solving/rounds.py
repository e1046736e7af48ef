"""The kernel of the search for prices: rounds over all columns and rows of a scaled programme.

All columns are counted from 0 to 1 and all rows are at most about 1; `values` is what a whole
column takes of a row.  A column that has fewer rows than the others repeats one with the value 0.

Columns are cut into parts, whose number hangs on their count alone; what the parts take is added up
part after part.  So the sums are the same however many threads share the parts.
"""

import numpy as np
from numpy.typing import NDArray

from muster.solving.compiling import compiled
from muster.solving.scaled import Matrix, Pace, Standing

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

# Less of a column than this is none.
_SOME = 1e-4


@compiled
def moved(
    parts: tuple[int, int],
    cuts: Ints,
    matrix: Matrix,
    pace: Pace,
    at: Standing,
    takes: Floats,
) -> None:
    """Move the steps of some parts of the columns up their slack, and say what they take.

    Args:
        parts: the first of them, and the first behind them.
        cuts: where each part begins, and where the last ends.
        matrix: what each column takes.
        pace: how far to go.
        at: where the search stands; steps and their sums are changed.
        takes: what each part takes of each row, shape (parts, rows); written here.
    """
    rows, values, gain = matrix
    tau, _, weight, beyond, _ = pace
    steps, prices, _, sum_steps, _ = at
    width = rows.shape[1]
    for part in range(parts[0], parts[1]):
        mine = takes[part]
        mine[:] = 0.0
        for column in range(cuts[part], cuts[part + 1]):
            slack = gain[column]
            for place in range(width):
                slack -= prices[rows[column, place]] * values[column, place]
            to = min(1.0, max(0.0, steps[column] + tau[column] / weight * slack))
            for place in range(width):
                mine[rows[column, place]] += to * values[column, place]
            steps[column] += beyond * (to - steps[column])
            sum_steps[column] += steps[column]


@compiled
def raised(pace: Pace, at: Standing, takes: Floats) -> None:
    """Move prices up what is over, when all parts have said what they take."""
    _, sigma, weight, beyond, limits = pace
    _, prices, taken, _, sum_prices = at
    for row in range(len(limits)):
        takes_now = takes[0, row]
        for part in range(1, len(takes)):
            takes_now += takes[part, row]
        over = 2.0 * takes_now - taken[row] - limits[row]
        to = max(0.0, prices[row] + sigma[row] * weight * over)
        prices[row] += beyond * (to - prices[row])
        taken[row] += beyond * (takes_now - taken[row])
        sum_prices[row] += prices[row]


@compiled
def run(rounds: int, cuts: Ints, matrix: Matrix, pace: Pace, at: Standing, takes: Floats) -> None:
    """Move steps and prices so many times, on one core: see `moved` and `raised`."""
    for _ in range(rounds):
        moved((0, len(takes)), cuts, matrix, pace, at, takes)
        raised(pace, at, takes)


@compiled
def weighed(
    matrix: Matrix,
    limits: Floats,
    steps: Floats,
    prices: Floats,
) -> tuple[float, float, float]:
    """Give the bound of the prices, what the steps gain, and what they are over at those prices."""
    rows, values, gain = matrix
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
def hopeful(matrix: Matrix, prices: Floats, steps: Floats, share: float) -> Marks:
    """Mark the columns that have steps, or nearly gain what they cost at these prices."""
    rows, values, gain = matrix
    marks = np.zeros(len(gain), np.bool_)
    for at in range(len(gain)):
        slack = gain[at]
        for place in range(rows.shape[1]):
            slack -= prices[rows[at, place]] * values[at, place]
        marks[at] = slack > -share * gain[at] or steps[at] > _SOME
    return marks


@compiled
def taken_by(matrix: Matrix, steps: Floats, count: int) -> Floats:
    """Add up what the steps take of each row."""
    rows, values, _ = matrix
    taken = np.zeros(count)
    for at in range(len(steps)):
        for place in range(rows.shape[1]):
            taken[rows[at, place]] += steps[at] * values[at, place]
    return taken
