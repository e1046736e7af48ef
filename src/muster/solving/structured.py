"""The structured method: price what is shared, round to a whole plan, mend where the gap is.

A problem of few pairs is handed to the exact method.  Otherwise, for each level in turn:

1. `interior`, or `prices` where there are too many pairs, finds prices of all rows (offers, needs
   and room) and a fractional plan.  The prices
   prove a bound in whole numbers, whatever they are; least amounts only make true plans worse.
2. The fractional plan is cut to whole steps and filled up in the order of reduced gain.
3. The gap between plan and bound is a sum over rows and columns: price times what is left of a row,
   reduced gain times what a column does not use or should not.  Where a row's share is largest, all
   columns of the needs around it are set free, and HiGHS makes the best of that part while the
   rest is held.  A part never makes the plan worse, so this goes on until the gap is small enough.

The second level is planned in what the first leaves.  Its bound holds for every plan that does no
worse on the first: with each unit on time counted many times, late is at most all together less
what is on time.
The third level has no bound here, unless HiGHS took the whole.
"""

import time

import numpy as np
from numpy.typing import NDArray

from muster.core.planning.objectives import DEFAULT_ORDER, Objective
from muster.core.planning.plans import Plan
from muster.core.planning.problem import Problem
from muster.core.planning.soundness import require_sound
from muster.solving import greedy, highs
from muster.solving.arrays import NO_LIMIT, Arrays, Ints
from muster.solving.blocks import blocks_of
from muster.solving.filling import fitting, repaired, room_left
from muster.solving.interior import interior
from muster.solving.prices import Floats, Priced, Programme, priced

NAME = "structured"

# A problem of no more usable pairs than this is taken whole by HiGHS.
FEW = 1_500

# The share of the bound that may stay open on the first level; the prices may use a half of it.
_GAP = 1e-3
_ROUNDS = 1_200
_LATE_ROUNDS = 400

# How many units late one unit on time is counted as, in the proofs of the second level.
_TIMES = 30

# Up to so many pairs the interior point method is quicker than gradients.
_INTERIOR = 60_000

# How many pairs HiGHS gets at a time, how many parts at most, and how deep it looks.
_PART = 400
_PARTS = 16
_NODES = 5

# A pair matters to a part when its price is no further than this share of its gain from paying.
_NEAR = 0.02


def solve(problem: Problem, *, seconds: float = 30, few: int = FEW) -> Plan:
    """Make a plan within a proved gap of the best.

    Args:
        problem: any sound problem.
        seconds: after this, no further part is mended; pricing is ended by rounds, not by time.
        few: problems of no more usable pairs are taken whole by HiGHS, as are those with packages
            or with other objectives than usual.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        Unsolved: the amounts are too large for floats, or HiGHS gave no plan in the time.
    """
    require_sound(problem)
    ends = time.monotonic() + seconds
    arrays = Arrays.of(problem)
    plain = problem.objectives.order == DEFAULT_ORDER and not problem.packages
    if not plain or np.count_nonzero(arrays.most) <= few:
        return highs.planned(arrays, problem, seconds=seconds, method=NAME)
    start = arrays.steps_of(greedy.solve(problem))
    on_time, late = arrays.gains(Objective.ON_TIME), arrays.gains(Objective.LATE)
    steps, first, prices = _on_time(arrays, on_time, start, ends)
    steps = _late(arrays, late, steps, ends)
    if (on_time @ start, late @ start) > (on_time @ steps, late @ steps):
        steps = start
    second = _late_bound(arrays, int(on_time @ steps), prices, ends)
    bounds = {Objective.ON_TIME: first, Objective.LATE: second}
    return arrays.plan(steps, method=NAME, bounds=bounds)


def _on_time(arrays: Arrays, gain: Ints, start: Ints, ends: float) -> tuple[Ints, int, Floats]:
    """Plan the first level: whole steps, the proved bound, and the prices that prove it."""
    programme, columns = _programme(arrays, gain, arrays.limits, arrays.most)
    found = _priced(programme, gap=_GAP / 2, rounds=_ROUNDS, ends=ends)
    bound = _rounded(min(programme.bound(each) for each in _candidates(arrays, found.prices)), gain)
    order = _order(arrays, columns, found.steps)
    steps = _whole(arrays, columns, found.steps, np.zeros_like(arrays.most))
    steps = repaired(arrays, steps, order)
    # A quick plan can be the better one to mend.
    if gain @ start > gain @ steps:
        steps = repaired(arrays, np.where(gain > 0, start, 0), order)
    steps = _mended(arrays, gain, steps, (bound, found.prices), ends)
    return repaired(arrays, steps, order), bound, found.prices


def _late(arrays: Arrays, gain: Ints, steps: Ints, ends: float) -> Ints:
    """Plan the second level in what the first leaves."""
    left = room_left(arrays, steps)
    most = np.minimum(arrays.most - steps, fitting(arrays, left, np.arange(len(steps))))
    programme, columns = _programme(arrays, gain, left, most)
    if not len(columns):
        return steps
    found = _priced(programme, gap=_GAP, rounds=_LATE_ROUNDS, ends=ends)
    order = _order(arrays, columns, found.steps)
    return repaired(arrays, _whole(arrays, columns, found.steps, steps), order)


def _late_bound(arrays: Arrays, reached: int, prices: Floats, ends: float) -> int:
    """Prove how much late no plan can pass that reaches as much on time."""
    on_time, late = arrays.gains(Objective.ON_TIME), arrays.gains(Objective.LATE)
    alone, _ = _programme(arrays, late, arrays.limits, arrays.most)
    proved = min(alone.bound(each) for each in _candidates(arrays, prices))
    if proved:
        both, _ = _programme(arrays, _TIMES * on_time + late, arrays.limits, arrays.most)
        begin = _TIMES * prices
        found = _priced(both, gap=_GAP / 2, rounds=_LATE_ROUNDS, ends=ends, begin=begin)
        # Late is at most (all together) less so many times on time, which is `reached` at least.
        together = min(both.bound(each) for each in (found.prices, begin))
        proved = min(proved, together - _TIMES * reached)
    return _rounded(max(0, proved), late)


def _priced(
    programme: Programme, *, gap: float, rounds: int, ends: float, begin: Floats | None = None
) -> Priced:
    """Price by the interior point method where that is quick, and by gradients otherwise."""
    if len(programme.gain) <= _INTERIOR:
        found = interior(programme, seconds=ends - time.monotonic())
        if found is not None and found.gap <= gap:
            return found
    return priced(programme, gap=gap, rounds=rounds, begin=begin)


def _programme(arrays: Arrays, gain: Ints, limits: Ints, most: Ints) -> tuple[Programme, Ints]:
    """Take the pairs that gain something and can move."""
    columns = np.flatnonzero((gain > 0) & (most > 0))
    programme = Programme(
        gain=gain[columns],
        rows=arrays.rows[columns],
        coefficients=arrays.coefficients[columns],
        limits=limits,
        most=most[columns],
    )
    return programme, columns


def _candidates(arrays: Arrays, prices: Floats) -> tuple[Floats, ...]:
    """Give the prices found, none at all, and full weight for the needs with all else free.

    The last two prove what is plain: that no plan brings more than is offered or asked.
    """
    weight = np.zeros(len(arrays.needs))
    np.maximum.at(weight, arrays.need, arrays.weight.astype(np.float64))
    asked = np.zeros_like(prices)
    asked[len(arrays.offers) : len(arrays.offers) + len(weight)] = weight
    return prices, np.zeros_like(prices), asked


def _order(arrays: Arrays, columns: Ints, fractional: Floats) -> Ints:
    """Order the pairs for filling up: the heaviest class first, then what was cut off most."""
    cut = fractional - np.floor(fractional)
    order: Ints = columns[np.lexsort((-cut, -arrays.weight[columns]))]
    return order


def _slack(arrays: Arrays, gain: Ints, prices: Floats) -> Floats:
    """Give what a step of each pair gains beyond the price of what it takes."""
    slack: Floats = gain - (prices[arrays.rows] * arrays.coefficients).sum(axis=1)
    return slack


def _rounded(bound: int, gain: Ints) -> int:
    """Lower a bound to what sums of whole gains can reach."""
    divisor = int(np.gcd.reduce(gain)) or 1
    return bound // divisor * divisor


def _whole(arrays: Arrays, columns: Ints, fractional: Floats, steps: Ints) -> Ints:
    """Add the whole part of a fractional plan; nothing where rounding errors broke a row."""
    added = steps.copy()
    added[columns] += np.floor(fractional).astype(np.int64)
    return added if (room_left(arrays, added) >= 0).all() else steps


def _mended(
    arrays: Arrays, gain: Ints, steps: Ints, proof: tuple[int, Floats], ends: float
) -> Ints:
    """Let HiGHS make the best of one part after another, where the gap is largest first."""
    bound, prices = proof
    slack = _slack(arrays, gain, prices)
    near = (gain > 0) & (arrays.most > 0) & (slack >= -_NEAR * gain)
    tried = np.zeros(len(arrays.needs), dtype=np.bool_)
    for _ in range(_PARTS):
        seconds = ends - time.monotonic()
        if bound - int(gain @ steps) <= _GAP * bound or seconds <= 0 or tried.all():
            break
        part = _part(arrays, steps, (slack, prices), near, tried)
        columns = np.flatnonzero(part[arrays.need] & (near | ((steps > 0) & (gain > 0))))
        tried |= part
        held = steps.copy()
        held[columns] = 0
        for block in blocks_of(arrays, columns, room_left(arrays, held)):
            mine = block.columns
            steps[mine] = highs.mended(
                block, gain[mine], steps[mine], nodes=_NODES, seconds=seconds
            )
    return steps


def _part(
    arrays: Arrays,
    steps: Ints,
    priced_at: tuple[Floats, Floats],
    near: NDArray[np.bool_],
    tried: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Choose the needs of a part: the one with the largest share of the gap, and those around it.

    Around it are the needs that take, or could take, of the rows that its pairs need.
    """
    slack, prices = priced_at
    left = np.where(arrays.limits < NO_LIMIT, room_left(arrays, steps), 0)
    count = len(arrays.needs)
    shares = np.maximum(slack, 0) * (arrays.most - steps) + np.maximum(-slack, 0) * steps
    own: Floats = np.zeros(count)
    np.add.at(own, arrays.need, shares * near)
    split = len(arrays.offers)
    own = own + (prices * left)[split : split + count]
    # What is left of a priced row is the fault of the needs that could have used it.
    users = np.bincount(arrays.rows[near].ravel(), minlength=len(left))
    spread = (prices * left / np.maximum(users, 1))[arrays.rows] * (arrays.coefficients > 0)
    spread[:, 1] = 0
    own += np.bincount(arrays.need, weights=spread.sum(axis=1) * near, minlength=count)
    own[tried] = -1
    chosen = np.zeros(count, dtype=np.bool_)
    chosen[int(own.argmax())] = True
    matters = near | (steps > 0)
    while True:
        mine = chosen[arrays.need] & matters
        touched = np.zeros(len(left), dtype=np.bool_)
        touched[arrays.rows[mine][arrays.coefficients[mine] > 0]] = True
        touched &= prices > 0
        around = matters & (touched[arrays.rows] & (arrays.coefficients > 0)).any(axis=1)
        wider = chosen.copy()
        wider[arrays.need[around]] = True
        if wider.sum() == chosen.sum():
            return chosen
        grown = matters & wider[arrays.need]
        if grown.sum() > _PART:
            # The nearest ring is too wide: take of it the needs with the largest shares.
            ring = np.flatnonzero(wider & ~chosen)
            ring = ring[np.argsort(-own[ring], kind="stable")]
            sizes = np.bincount(arrays.need[matters], minlength=count)
            fits = np.cumsum(sizes[ring]) <= _PART - int((matters & chosen[arrays.need]).sum())
            chosen[ring[fits]] = True
            return chosen
        chosen = wider
