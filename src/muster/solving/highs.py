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
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import floor

import numpy as np

from muster.core.planning.objectives import PROVED_LEVELS, Objective
from muster.core.planning.plans import Plan, Score
from muster.core.planning.problem import Problem
from muster.core.planning.soundness import require_sound
from muster.solving import greedy, lexicographic
from muster.solving.arrays import Arrays, Ints, Unsolved
from muster.solving.blocks import Block, blocks_of
from muster.solving.model import Model, holds, plain_bound

NAME = "exact"

# The search for fewer assignments among equal plans is stopped after so many nodes, not after a
# time, so that it stops at the same plan everywhere.
_TIDYING_NODES = 50

# What is a sum over single movements, so that parts which share nothing can be planned apart.
SEPARABLE = frozenset({*PROVED_LEVELS, Objective.LATENESS, Objective.COST})

# How far a bound in floats is trusted: it is moved outwards by this share before it is rounded.
_BOUND_SLACK = 1e-9

# Makes a plan to go on from, if it can.
Begin = Callable[[], Plan | None]


@dataclass(slots=True)
class _Found:
    """What was found for one block: the steps, and the proved bound of each level reached."""

    steps: Ints
    bounds: dict[Objective, int] = field(default_factory=dict)


def solve(problem: Problem, *, seconds: float = 30, begin: Begin | None = None) -> Plan:
    """Make the best plan there is, or the best found in the time, and say which.

    Args:
        problem: any sound problem.
        seconds: how long to look for it; what has not begun by then is done greedily.
        begin: makes a plan of this problem to go on from, and is only asked where some part needs
            branching; the greedy one if there is none.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        Unsolved: the amounts are too large for floats, or HiGHS gave no plan in the time.
    """
    require_sound(problem)
    return planned(Arrays.of(problem), problem, seconds=seconds, method=NAME, begin=begin)


def planned(
    arrays: Arrays, problem: Problem, *, seconds: float, method: str, begin: Begin | None = None
) -> Plan:
    """Make the plan from arrays that are there already, in the name of a method.

    Raises:
        Unsolved: HiGHS gave no plan in the time.
    """
    if problem.packages or not SEPARABLE.issuperset(problem.objectives.levels):
        return lexicographic.planned(arrays, seconds=seconds, method=method)
    ends = time.monotonic() + seconds
    blocks = blocks_of(arrays)
    steps = np.zeros(len(arrays.pairs), dtype=np.int64)
    start, begun = steps, None
    if any(not block.smooth for block in blocks):
        begun = (begin and begin()) or greedy.solve(problem)
        start = arrays.steps_of(begun)
    levels = problem.objectives.levels
    bounds = dict.fromkeys(levels, 0)
    whole = {each: arrays.gains(each) for each in levels}
    for at, block in enumerate(blocks):
        left = max(0.0, ends - time.monotonic()) / (len(blocks) - at)
        gains = {each: gain[block.columns] for each, gain in whole.items()}
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
    if begun is not None:
        signed = tightened(signed, begun.outcome.scores, arrays.values(steps))
    return arrays.plan(steps, method=method, bounds=signed)


def tightened(
    bounds: Mapping[Objective, int], begun: Iterable[Score], values: Mapping[Objective, int]
) -> dict[Objective, int]:
    """Take over what was proved for the plan that was begun with, where it is the tighter bound.

    Args:
        bounds: what is proved of each level, where something is.
        begun: the scores of that plan, of the same problem, level by level.
        values: what the new plan reaches.

    A bound holds for all plans that do no worse on the levels before: of the new plan, as long as
    it does no worse than the other one there.
    """
    tight = dict(bounds)
    for score in begun:
        level, value = score.objective, values.get(score.objective)
        best = min if level.more_is_better else max
        if value is None:
            break
        if score.bound is not None:
            tight[level] = best(tight.get(level, score.bound), score.bound)
        if value != score.value and best(value, score.value) == value:
            break
    return tight


def mended(block: Block, gain: Ints, steps: Ints, *, nodes: int, seconds: float) -> Ints:
    """Look for steps of one block that gain more than these; the same ones when there are none.

    The search ends after so many nodes, so that it ends at the same steps everywhere.
    """
    solver = Model(block, whole=not block.smooth)
    solver.begin_at(steps)
    answer = solver.best(gain.astype(np.float64), seconds, nodes=nodes)
    if answer is None or not holds(block, answer) or gain @ answer <= gain @ steps:
        return steps
    return answer


def _smooth(block: Block, gains: dict[Objective, Ints], seconds: float) -> _Found:
    """Solve a block whose linear programme is whole, level by level on its optimal face.

    Raises:
        Unsolved: not even the first level was solved.
    """
    ends = time.monotonic() + seconds
    solver = Model(block, whole=False)
    found = _Found(np.zeros_like(block.most))
    lower, upper = np.zeros_like(block.most), block.most.copy()
    tight = np.zeros(len(block.limits), dtype=np.bool_)
    for level, gain in gains.items():
        answer = solver.best(gain.astype(np.float64), ends - time.monotonic())
        if answer is None or not holds(block, answer):
            if not found.bounds:
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
    solver = Model(block, whole=True)
    found = _Found(start.copy())
    for level, gain in gains.items():
        divisor = int(np.gcd.reduce(gain)) or 1
        unit = gain // divisor
        solver.begin_at(found.steps)
        answer = solver.best(unit.astype(np.float64), ends - time.monotonic())
        better = (
            answer is not None
            and holds(block, answer)
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
        bound = max(reached, min(bound, plain_bound(block, unit)))
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
    Where the levels are others than usual, adding may cost one of them, and nothing is added.
    """
    if tuple(gains)[:2] != PROVED_LEVELS[:2]:
        return
    left = block.limits.copy()
    np.subtract.at(left, block.rows, found.steps[:, None] * block.coefficients)
    counted = np.maximum(block.coefficients, 1)
    # Where there is no row, the coefficient is 0 and the row repeats the offer's: no less room.
    room = np.where(block.coefficients > 0, left[block.rows] // counted, block.most[:, None]).min(
        axis=1
    )
    # Room that one pair alone could use up is in its most, and may have no row.
    room = np.minimum(room, block.most - found.steps)
    for at in np.lexsort(tuple(-each for each in reversed(gains.values()))):
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
    solver: Model,
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
    if answer is None or not holds(block, answer):
        return
    equal = all(gains[level] @ answer == gains[level] @ found.steps for level in gains)
    if equal and np.count_nonzero(answer) < np.count_nonzero(found.steps):
        found.steps = answer


def _worse(gains: dict[Objective, Ints], new: Ints, old: Ints, level: Objective) -> bool:
    """Tell whether the new steps fall behind the old ones, on this level or one before it."""
    for each, counts in gains.items():
        gain, had = int(counts @ new), int(counts @ old)
        if gain != had or each is level:
            return gain < had
    return False
