"""One model of HiGHS for one block of a problem."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import highspy
import numpy as np
from numpy.typing import NDArray

from muster.solving.arrays import Ints
from muster.solving.blocks import Block
from muster.solving.rooms import NO_LIMIT

# Gains are whole numbers, so a gap below 1 is none.
_WITHIN = 0.999

# Rows with a coefficient beyond this are scaled for HiGHS; their check stays in whole numbers.
_LARGE = 10_000


def holds(block: Block, steps: Ints) -> bool:
    """Check in whole numbers that the steps keep every row of the block."""
    sums = np.zeros_like(block.limits)
    np.add.at(sums, block.rows, steps[:, None] * block.coefficients)
    inside = (steps >= 0).all() and (steps <= block.most).all()
    enough = ((steps == 0) | (steps >= block.least)).all()
    of_use = all(not 0 < sums[row] < least for row, least in block.useful.items())
    return bool(inside and enough and of_use and (sums <= block.limits).all())


def plain_bound(block: Block, gain: Ints) -> int:
    """Give what no plan can pass were every need alone, or every offer, in whole numbers.

    Where all can be met it is reached, and no float is trusted for it.
    """
    sides = []
    for side in (0, 1):
        best: dict[int, tuple[int, int]] = {}
        columns = block.rows[:, side].tolist(), block.coefficients[:, side].tolist()
        for row, count, each in zip(*columns, gain.tolist(), strict=True):
            had, of = best.get(row, (0, 1))
            if each * of > had * count:
                best[row] = each, count
        limits = block.limits
        sides.append(sum(int(limits[row]) * each // count for row, (each, count) in best.items()))
    return min(sides)


class Model:
    """One HiGHS model of one block, kept warm between the levels.

    HiGHS minimises; gains are handed over with their sign turned, and prices and bounds come back
    with it turned again.
    """

    def __init__(self, block: Block, *, whole: bool) -> None:
        self.whole = whole
        # The columns that were added to those of the pairs and the choices.
        self.added: list[int] = []
        # What no whole plan can pass by the last gain, where the last run proved it.
        self.bound: float | None = None
        self.limits = np.where(block.limits < NO_LIMIT, block.limits, highspy.kHighsInf)
        self.columns = np.arange(len(block.columns), dtype=np.int32)
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]  # its own stub lacks it
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("mip_rel_gap", 0.0),
        ):
            self.highs.setOptionValue(option, value)
        count, rows = len(block.columns), len(block.limits)
        semi = block.least > 1
        lowest = np.where(semi, block.least, 0).astype(np.float64)
        floats = np.zeros(count), lowest, block.most.astype(np.float64)
        kinds = np.where(semi, int(highspy.HighsVarType.kSemiInteger), int(whole)).astype(np.int32)
        used = block.coefficients > 0
        # Grams and millilitres are large beside counts; rows of like size are kinder to floats.
        # The middle of a row is made 1: were its largest made 1, HiGHS would drop the smallest.
        largest, smallest = np.ones(rows), np.full(rows, np.inf)
        np.maximum.at(largest, block.rows[used], block.coefficients[used].astype(np.float64))
        np.minimum.at(smallest, block.rows[used], block.coefficients[used].astype(np.float64))
        scale = np.where(largest < _LARGE, 1.0, np.sqrt(largest * np.minimum(smallest, largest)))
        self.limits = self.limits / scale
        values = (block.coefficients / scale[block.rows])[used]
        starts = np.concatenate(([0], np.cumsum(used.sum(axis=1))[:-1])).astype(np.int32)
        self.highs.passModel(
            count,
            rows,
            int(used.sum()),
            int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            *floats,
            np.full(rows, -highspy.kHighsInf),
            self.limits,
            starts,
            block.rows[used].astype(np.int32),
            values,
            kinds,
        )
        self.useful = block.useful
        self.block = block
        for at, (row, least) in enumerate(block.useful.items()):
            self._add_choice(count + at, row, least)

    def _add_choice(self, at: int, row: int, least: int) -> None:
        """Add a yes-or-no column: no keeps the row's sum at 0, yes demands the least of it."""
        self.highs.addCol(0.0, 0.0, 1.0, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        self.highs.changeColIntegrality(at, highspy.HighsVarType.kInteger)
        mine = np.flatnonzero(self.block.rows[:, 1] == row)
        columns = np.append(mine, at).astype(np.int32)
        counts = self.block.coefficients[mine, 1].astype(np.float64)
        endless, limit = highspy.kHighsInf, float(self.block.limits[row])
        size = len(columns)
        self.highs.addRow(-endless, 0.0, size, columns, np.append(counts, -limit))
        self.highs.addRow(0.0, endless, size, columns, np.append(counts, -float(least)))

    def add_column(self, upper: float, *, whole: bool = False) -> int:
        """Add a column from 0 to so much, which counts in no row yet; gives its number."""
        at: int = self.highs.getNumCol()
        self.highs.addCol(0.0, 0.0, upper, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        if whole:
            self.highs.changeColIntegrality(at, highspy.HighsVarType.kInteger)
        self.added.append(at)
        return at

    def add_row(self, values: Mapping[int, float], *, lower: float = -highspy.kHighsInf) -> None:
        """Add a row: the sum of these columns, each times its value, is `lower` at least."""
        columns = np.fromiter(values, dtype=np.int32, count=len(values))
        counts = np.fromiter(values.values(), dtype=np.float64, count=len(values))
        self.highs.addRow(lower, highspy.kHighsInf, len(values), columns, counts)

    def best(
        self,
        gain: NDArray[np.float64],
        seconds: float,
        *,
        nodes: int | None = None,
        added: Mapping[int, float] = MappingProxyType({}),
        within: float = _WITHIN,
    ) -> Ints | None:
        """Maximise the gain; the best whole steps found, or None when there are none.

        Args:
            gain: what one step of each pair gains.
            seconds: how long to look.
            nodes: after how many nodes to stop.
            added: what the columns added later gain.
            within: how far from the best an answer may be to be taken for it.
        """
        # What an earlier run left behind is no bound on this gain.
        self.bound = None
        if seconds <= 0:
            return None
        self.highs.changeColsCost(len(self.columns), self.columns, -gain)
        for at in self.added:
            self.highs.changeColCost(at, -added.get(at, 0.0))
        self.highs.setOptionValue("mip_abs_gap", within)
        # HiGHS counts its time over all runs of one model.
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + seconds)
        if nodes is not None:
            self.highs.setOptionValue("mip_max_nodes", nodes)
        if self.highs.run() == highspy.HighsStatus.kError:
            # HiGHS begins its threads once for a process, and refuses another number of them than
            # a user of HiGHS before us asked for.
            highspy.Highs.resetGlobalScheduler(True)
            self.highs.run()
        info = self.highs.getInfo()
        if self.whole and info.valid and np.isfinite(info.mip_dual_bound):
            self.bound = -float(info.mip_dual_bound)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        values = np.array(self.highs.getSolution().col_value)
        steps: Ints = np.rint(values[: len(self.columns)]).astype(np.int64)
        return steps

    def prices(self) -> NDArray[np.float64]:
        """Give what one more unit of each row's limit would add to the last gain."""
        return -np.array(self.highs.getSolution().row_dual)

    def hold(self, lower: Ints, upper: Ints, tight: NDArray[np.bool_]) -> None:
        """Hold the columns within bounds and the tight rows at their limits."""
        floats = lower.astype(np.float64), upper.astype(np.float64)
        self.highs.changeColsBounds(len(self.columns), self.columns, *floats)
        for row in np.flatnonzero(tight).tolist():
            self.highs.changeRowBounds(row, self.limits[row], self.limits[row])

    def keep(self, gain: Ints, reached: int) -> None:
        """Demand that this gain is reached from now on."""
        used = np.flatnonzero(gain).astype(np.int32)
        values = gain[used].astype(np.float64)
        self.highs.addRow(float(reached), highspy.kHighsInf, len(used), used, values)

    def begin_at(self, steps: Ints, added: Sequence[float] = ()) -> None:
        """Hand over a plan to begin with, and the values of the columns added later."""
        solution = highspy.HighsSolution()
        sums = np.bincount(
            self.block.rows[:, 1],
            weights=self.block.coefficients[:, 1] * steps,
            minlength=len(self.limits),
        )
        chosen = [float(sums[row] > 0) for row in self.useful]
        solution.col_value = [*steps.astype(np.float64).tolist(), *chosen, *added]
        self.highs.setSolution(solution)
