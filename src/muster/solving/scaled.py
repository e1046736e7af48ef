"""A linear programme in units in which each column and each row is about 1, and a search in it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Matrix(NamedTuple):
    """What each column takes of each row, both scaled: see `rounds`.

    Args:
        rows: of each column, shape (columns, width).
        values: what it takes there.  Half the width is half the way through memory, and exact
            enough: bounds are proved elsewhere.
        gain: of each column.
    """

    rows: NDArray[np.int32]
    values: NDArray[np.float32]
    gain: Floats

    def of(self, columns: NDArray[np.int64]) -> "Matrix":
        """Take some of the columns."""
        return Matrix(self.rows[columns], self.values[columns], self.gain[columns])


class Pace(NamedTuple):
    """How far one round goes.

    Args:
        tau: the step length of each column.
        sigma: the step length of each row.
        weight: the balance of the two.
        beyond: how far beyond the plain step to go (from 1, below 2).
        limits: of each row.
    """

    tau: Floats
    sigma: Floats
    weight: float
    beyond: float
    limits: Floats


class Standing(NamedTuple):
    """Where the search stands; every round changes it in place.

    Args:
        steps: of each column, from 0 to 1.
        prices: of each row.
        taken: what the steps take of each row, kept up to date.
        sum_steps: added up over the rounds, for the average.
        sum_prices: likewise.
    """

    steps: Floats
    prices: Floats
    taken: Floats
    sum_steps: Floats
    sum_prices: Floats
