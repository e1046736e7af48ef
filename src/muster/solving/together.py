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
from typing import Self

import numpy as np

from muster.solving.scaled import Matrix, Pace, Standing

# A part has about so many columns, and there are at most so many parts.
_PART = 16_000
_PARTS = 8


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
