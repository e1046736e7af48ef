"""Rounds of the search for prices, shared by the cores of the machine.

The columns are cut into parts, and each thread moves the steps of its parts; the prices follow when
all are there.  The cut hangs on the number of columns alone, so what comes out does not depend on
how many threads there are.  Small problems stay on one core: to wait for each other would take
longer than a round.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from types import ModuleType, TracebackType
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


# A part has about so many columns, and there are at most so many parts.
_PART = 16_000
_PARTS = 8


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


class Together:
    """Threads that share every round; they end with the `with` block."""

    def __init__(self, cores: int | None) -> None:
        """Begin no thread yet.

        Args:
            cores: how many threads; as many as there are cores if not given.
        """
        self.cores = min(cores or os.cpu_count() or 1, _PARTS)
        self.pool = ThreadPoolExecutor(max(1, self.cores - 1))

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the threads."""
        self.pool.shutdown()

    def run(self, rounds: int, pace: Pace, matrix: Matrix, at: Standing) -> None:
        """Go on for so many rounds; in place."""
        count, rows = len(at.steps), len(at.prices)
        parts = max(1, min(_PARTS, count // _PART))
        cuts = np.linspace(0, count, parts + 1).astype(np.int64)
        takes = np.zeros((parts, rows))
        threads = min(self.cores, parts)
        if threads == 1:
            kernels().run(rounds, cuts, matrix, pace, at, takes)
            return
        shares = np.linspace(0, parts, threads + 1).astype(int).tolist()
        moved = [
            partial(kernels().moved, share, cuts, matrix, pace, at, takes)
            for share in pairwise(shares)
        ]
        raised = partial(kernels().raised, pace, at, takes)
        for _ in range(rounds):
            waited = [self.pool.submit(each) for each in moved[1:]]
            moved[0]()
            for each in waited:
                each.result()
            raised()


def kernels() -> ModuleType:
    """Load the compiled rounds, when they are first needed."""
    from muster.solving import rounds

    return rounds
