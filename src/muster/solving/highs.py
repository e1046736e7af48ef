"""The exact method: HiGHS on arrays, one objective after the other.

Every level is solved over what the levels before leave undecided, so a later objective never costs
an earlier one.  A smooth block (see `blocks`) is a linear programme whose duals are whole numbers:
the bound is added up from them exactly, and the plans that reach it are exactly those on one face,
to which the next level is held by fixing columns and rows.  A rugged block is a mixed-integer
programme: its bound is HiGHS' own, and a level already reached is kept by a row.

One thread, a fixed seed and canonical rows make the plan the same for the same input, unless the
time runs out.
"""

import time
from dataclasses import dataclass, field
from math import floor

import highspy
import numpy as np
from numpy.typing import NDArray

from muster.core.planning.plans import PROVED_LEVELS, Objective, Plan
from muster.core.planning.problem import Problem, require_sound
from muster.solving import greedy
from muster.solving.arrays import Arrays, Ints, Unsolved
from muster.solving.blocks import Block, blocks_of

NAME = "exact"

# The search for fewer assignments among equal plans is stopped after so many nodes, not after a
# time, so that it stops at the same plan everywhere.
_TIDYING_NODES = 50

# Rows with a coefficient beyond this are scaled for HiGHS; their check stays in whole numbers.
_LARGE = 10_000

# How far a bound in floats is trusted: it is moved outwards by this share before it is rounded.
_BOUND_SLACK = 1e-9


@dataclass(slots=True)
class _Found:
    """What was found for one block: the steps, and the proved bound of each level reached."""

    steps: Ints
    bounds: dict[Objective, int] = field(default_factory=dict)


def solve(problem: Problem, *, seconds: float = 30) -> Plan:
    """Make the best plan there is, or the best found in the time, and say which.

    Args:
        problem: any sound problem.
        seconds: how long to look for it; what has not begun by then is done greedily.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        Unsolved: the amounts are too large for floats, or HiGHS gave no plan in the time.
    """
    require_sound(problem)
    return planned(Arrays.of(problem), problem, seconds=seconds, method=NAME)


def planned(arrays: Arrays, problem: Problem, *, seconds: float, method: str) -> Plan:
    """Make the plan from arrays that are there already, in the name of a method.

    Raises:
        Unsolved: HiGHS gave no plan in the time.
    """
    ends = time.monotonic() + seconds
    blocks = blocks_of(arrays)
    steps = np.zeros(len(arrays.pairs), dtype=np.int64)
    start = steps
    if any(not block.smooth for block in blocks):
        start = arrays.steps_of(greedy.solve(problem))
    bounds = dict.fromkeys(PROVED_LEVELS, 0)
    for at, block in enumerate(blocks):
        left = max(0.0, ends - time.monotonic()) / (len(blocks) - at)
        gains = {each: arrays.gains(each)[block.columns] for each in Objective}
        if block.smooth:
            found = _smooth(block, gains, left)
        else:
            found = _rugged(block, gains, start[block.columns], left)
        steps[block.columns] = found.steps
        # A level is proved for the whole only where every block has it proved.
        bounds = {
            each: bound + found.bounds[each]
            for each, bound in bounds.items()
            if each in found.bounds
        }
    signed = {each: bound if each.more_is_better else -bound for each, bound in bounds.items()}
    return arrays.plan(steps, method=method, bounds=signed)


def mended(block: Block, gain: Ints, steps: Ints, *, nodes: int, seconds: float) -> Ints:
    """Look for steps of one block that gain more than these; the same ones when there are none.

    The search ends after so many nodes, so that it ends at the same steps everywhere.
    """
    solver = _Solver(block, whole=not block.smooth)
    solver.begin_at(steps)
    answer = solver.best(gain.astype(np.float64), seconds, nodes=nodes)
    if answer is None or not _holds(block, answer) or gain @ answer <= gain @ steps:
        return steps
    return answer


def _smooth(block: Block, gains: dict[Objective, Ints], seconds: float) -> _Found:
    """Solve a block whose linear programme is whole, level by level on its optimal face.

    Raises:
        Unsolved: not even the first level was solved.
    """
    ends = time.monotonic() + seconds
    solver = _Solver(block, whole=False)
    found = _Found(np.zeros_like(block.most))
    lower, upper = np.zeros_like(block.most), block.most.copy()
    tight = np.zeros(len(block.limits), dtype=np.bool_)
    for level in PROVED_LEVELS:
        gain = gains[level]
        answer = solver.best(gain.astype(np.float64), ends - time.monotonic())
        if answer is None or not _holds(block, answer):
            if level is PROVED_LEVELS[0]:
                raise Unsolved("HiGHS found no plan in the time it was given.")
            break
        found.steps = answer
        prices = np.rint(solver.prices()).astype(np.int64)
        prices = np.where(tight, prices, np.maximum(prices, 0))
        slack = gain - prices[block.rows].sum(axis=1)
        pushed = np.where(slack > 0, upper, lower)
        bound = int(prices @ block.limits + slack @ pushed)
        found.bounds[level] = bound
        if bound != int(gain @ answer):
            break
        lower = np.where(slack > 0, upper, lower)
        upper = np.where(slack < 0, lower, upper)
        tight |= prices > 0
        solver.hold(lower, upper, tight)
    else:
        _tidy(solver, block, found, gains, ends - time.monotonic())
    _fill(block, found, gains)
    return found


def _rugged(block: Block, gains: dict[Objective, Ints], start: Ints, seconds: float) -> _Found:
    """Solve a block that needs branching, level by level, from the greedy plan on."""
    ends = time.monotonic() + seconds
    solver = _Solver(block, whole=True)
    found = _Found(start.copy())
    for level in PROVED_LEVELS:
        gain = gains[level]
        divisor = int(np.gcd.reduce(gain)) or 1
        unit = gain // divisor
        solver.begin_at(found.steps)
        answer = solver.best(unit.astype(np.float64), ends - time.monotonic())
        better = (
            answer is not None
            and _holds(block, answer)
            and not _worse(gains, answer, found.steps, level)
        )
        if answer is not None and better:
            found.steps = answer
        # A level says nothing about what the next one counts; a full plan is a good place to go on.
        _fill(block, found, gains)
        reached = int(unit @ found.steps)
        limit = solver.bound
        bound = reached - 1 if limit is None else floor(limit + _BOUND_SLACK * abs(limit) + 1e-6)
        if bound < reached:
            # No bound, or one that a plan in hand disproves: nothing is claimed.
            return found
        found.bounds[level] = bound * divisor
        if bound != reached:
            return found
        solver.keep(unit, reached)
    solver.begin_at(found.steps)
    _tidy(solver, block, found, gains, ends - time.monotonic())
    return found


def _fill(block: Block, found: _Found, gains: dict[Objective, Ints]) -> None:
    """Add every whole step that still fits, what counts most first.

    Where the first two levels are proved nothing can fit, so this touches unproved levels alone.
    """
    left = block.limits.copy()
    np.subtract.at(left, block.rows, found.steps[:, None] * block.coefficients)
    counted = np.maximum(block.coefficients, 1)
    # Where there is no row, the coefficient is 0 and the row repeats the offer's: no less room.
    room = np.where(block.coefficients > 0, left[block.rows] // counted, block.most[:, None]).min(
        axis=1
    )
    # Room that one pair alone could use up is in its most, and may have no row.
    room = np.minimum(room, block.most - found.steps)
    worth = gains[Objective.ON_TIME], gains[Objective.LATE], gains[Objective.WAITING]
    for at in np.lexsort(tuple(-each for each in reversed(worth))):
        if room[at]:
            used = block.coefficients[at] > 0
            rows, each = block.rows[at][used], block.coefficients[at][used]
            more = min(int((left[rows] // each).min()), int(block.most[at] - found.steps[at]))
            taking = int(rows[1])
            brought = int(block.limits[taking] - left[taking] + more * each[1])
            too_few = brought < block.useful.get(taking, 0)
            if too_few or found.steps[at] + more < block.least[at]:
                continue
            found.steps[at] += more
            left[rows] -= more * each


def _tidy(
    solver: "_Solver",
    block: Block,
    found: _Found,
    gains: dict[Objective, Ints],
    seconds: float,
) -> None:
    """Look among equal plans for one with fewer assignments; nothing is claimed of the result.

    The true count needs a yes-or-no for each pair.  Instead each step costs the share of the pair
    that it uses, which favours pairs that can do the whole of it.
    """
    if seconds <= 0:
        return
    answer = solver.best(-1.0 / block.most, seconds, nodes=_TIDYING_NODES)
    if answer is None or not _holds(block, answer):
        return
    equal = all(gains[level] @ answer == gains[level] @ found.steps for level in PROVED_LEVELS)
    if equal and np.count_nonzero(answer) < np.count_nonzero(found.steps):
        found.steps = answer


def _worse(gains: dict[Objective, Ints], new: Ints, old: Ints, level: Objective) -> bool:
    """Tell whether the new steps fall behind the old ones, on this level or one before it."""
    for each in PROVED_LEVELS:
        gain, had = int(gains[each] @ new), int(gains[each] @ old)
        if gain != had or each is level:
            return gain < had
    return False


def _holds(block: Block, steps: Ints) -> bool:
    """Check in whole numbers that the steps keep every row of the block."""
    sums = np.zeros_like(block.limits)
    np.add.at(sums, block.rows, steps[:, None] * block.coefficients)
    inside = (steps >= 0).all() and (steps <= block.most).all()
    enough = ((steps == 0) | (steps >= block.least)).all()
    of_use = all(not 0 < sums[row] < least for row, least in block.useful.items())
    return bool(inside and enough and of_use and (sums <= block.limits).all())


class _Solver:
    """One HiGHS model of one block, kept warm between the levels.

    HiGHS minimises; gains are handed over with their sign turned, and prices and bounds come back
    with it turned again.
    """

    def __init__(self, block: Block, *, whole: bool) -> None:
        self.whole = whole
        # What no whole plan can pass by the last gain, where the last run proved it.
        self.bound: float | None = None
        self.limits = block.limits.astype(np.float64)
        self.columns = np.arange(len(block.columns), dtype=np.int32)
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]  # its own stub lacks it
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("mip_rel_gap", 0.0),
            # Gains are whole numbers, so a gap below 1 is none.
            ("mip_abs_gap", 0.999),
        ):
            self.highs.setOptionValue(option, value)
        count, rows = len(block.columns), len(block.limits)
        semi = block.least > 1
        lowest = np.where(semi, block.least, 0).astype(np.float64)
        floats = np.zeros(count), lowest, block.most.astype(np.float64)
        kinds = np.where(semi, int(highspy.HighsVarType.kSemiInteger), int(whole)).astype(np.int32)
        used = block.coefficients > 0
        # Grams and millilitres are large beside counts; rows of like size are kinder to floats.
        scale = np.ones(rows)
        np.maximum.at(scale, block.rows[used], block.coefficients[used].astype(np.float64))
        scale[scale < _LARGE] = 1.0
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

    def best(
        self, gain: NDArray[np.float64], seconds: float, *, nodes: int | None = None
    ) -> Ints | None:
        """Maximise the gain; the best whole steps found, or None when there are none."""
        # What an earlier run left behind is no bound on this gain.
        self.bound = None
        if seconds <= 0:
            return None
        self.highs.changeColsCost(len(self.columns), self.columns, -gain)
        # HiGHS counts its time over all runs of one model.
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + seconds)
        if nodes is not None:
            self.highs.setOptionValue("mip_max_nodes", nodes)
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

    def begin_at(self, steps: Ints) -> None:
        """Hand over a plan to begin with."""
        solution = highspy.HighsSolution()
        sums = np.bincount(
            self.block.rows[:, 1],
            weights=self.block.coefficients[:, 1] * steps,
            minlength=len(self.limits),
        )
        chosen = [float(sums[row] > 0) for row in self.useful]
        solution.col_value = [*steps.astype(np.float64).tolist(), *chosen]
        self.highs.setSolution(solution)
