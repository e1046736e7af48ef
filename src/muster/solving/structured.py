"""The structured method: price what is shared, round to a whole plan, mend where the gap is.

A problem of few pairs is handed to the exact method.  Otherwise, for each level in turn:

1. `prices` finds prices of all rows (offers, needs and room) and a fractional plan.  The prices
   prove a bound in whole numbers, whatever they are; least amounts only make true plans worse.
2. The fractional plan is cut to whole steps, filled up in the order of reduced gain, and bettered
   by chains of exchanges: add here, take away what is in the way, fill what that frees.
3. The gap between plan and bound is a sum over rows and columns: price times what is left of a row,
   reduced gain times what a column does not use or should not.  While it is too wide, `mending`
   lets HiGHS make the best of the part where most of it is.

The second level is planned in what the first leaves.  Its bound holds for every plan that does no
worse on the first: with each unit on time counted many times, late is at most all together less
what is on time.
The third level has no bound here, unless HiGHS took the whole.

Planned again after a change, the search begins at the last prices and the last fractional plan.
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from muster.core.planning.collecting import collecting_later
from muster.core.planning.objectives import DEFAULT_ORDER, Objective
from muster.core.planning.plans import Assignment, Plan
from muster.core.planning.problem import Problem
from muster.core.planning.soundness import require_sound
from muster.solving import greedy, highs
from muster.solving.arrays import Arrays, Ints, Made
from muster.solving.filling import Marks, Rounding, fitting, plain, repaired, room_left
from muster.solving.leaving import named_prices
from muster.solving.mending import mended
from muster.solving.nearby import Change, around
from muster.solving.prices import Floats, Priced, Programme, Start, priced

NAME = "structured"

# A problem of no more usable pairs than this is taken whole by HiGHS.
FEW = 1_500

# The share of the bound that may stay open on the first level, and what the prices may use of it.
GAP = 1e-3
_OF_PRICES = 7e-4
_ROUNDS = 1_200

# The share that may stay open before anything is mended, when it is planned again in a hurry.
GAP_AGAIN = 2e-3

# And when only what is around the change is planned anew.
GAP_NEAR = 5e-3

# The second level has a loose bound at best, so it gets less.
_OF_LATE_PRICES = 3e-3
_LATE_ROUNDS = 240

# How many units late one unit on time is counted as, in the proofs of the second level; they get a
# search of their own only up to so many pairs.
_TIMES = 30
_SEARCHED = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What was found for the first level: steps of each pair, the bound, and what the prices say.

    Args:
        steps: whole steps of each pair.
        bound: what no plan can pass.
        found: prices, and a fractional plan of the columns.
        columns: the pairs that the fractional plan has.
    """

    steps: Ints
    bound: int
    found: Priced
    columns: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What one plan leaves for the next: see `replanning`.

    Args:
        arrays: the problem as it was.
        first: what was found for the first level.
        steps: whole steps of each pair, of all levels.
        rows: the plan's movements.
    """

    arrays: Arrays
    first: Level
    steps: Ints
    rows: tuple[Assignment, ...]


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
    return remembered(problem, seconds=seconds, few=few)[0]


@collecting_later()
def remembered(
    problem: Problem, *, seconds: float = 30, few: int = FEW
) -> tuple[Plan, Memory | None]:
    """Make the plan, and give what the next one can begin with; None where HiGHS took the whole.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        Unsolved: the amounts are too large for floats, or HiGHS gave no plan in the time.
    """
    require_sound(problem)
    arrays = Arrays.of(problem)
    if not is_priced(problem) or np.count_nonzero(arrays.most) <= few:
        return highs.planned(arrays, problem, seconds=seconds, method=NAME), None
    return from_arrays(arrays, None, seconds=seconds)


def is_priced(problem: Problem) -> bool:
    """Tell whether this method prices such problems; others it hands to HiGHS whole."""
    return problem.objectives.order == DEFAULT_ORDER and not problem.packages


def from_arrays(
    arrays: Arrays, last: Memory | None, *, seconds: float, gap: float = GAP_AGAIN
) -> tuple[Plan, Memory]:
    """Make the plan of arrays that are there, from what the last plan left if there is any.

    Args:
        arrays: of the problem.
        last: what the last plan left.
        seconds: as for `solve`.
        gap: with a last plan, the share that may stay open before anything is mended.
    """
    ends = time.monotonic() + seconds
    agreed = any(pair.agreed for pair in arrays.pairs)
    start = arrays.steps_of(greedy.solve(arrays.problem)) if agreed else plain(arrays)
    on_time, late = arrays.gains(Objective.ON_TIME), arrays.gains(Objective.LATE)
    first = _on_time(arrays, on_time, start, last, (ends, GAP if last is None else gap))
    steps = _late(arrays, late, first.steps)
    if (on_time @ start, late @ start) > (on_time @ steps, late @ steps):
        steps = start
    second = _late_bound(arrays, int(on_time @ steps), first)
    bounds = {Objective.ON_TIME: first.bound, Objective.LATE: second}
    return _finished(arrays, first, steps, bounds)


def _finished(
    arrays: Arrays,
    first: Level,
    steps: Ints,
    bounds: dict[Objective, int],
    last: Memory | None = None,
) -> tuple[Plan, Memory]:
    """Turn steps into a plan with its claims and its prices, and keep what the next can use."""
    made = Made(last.steps, last.arrays.late, last.rows) if last else None
    plan = arrays.plan(steps, method=NAME, bounds=bounds, last=made)
    plan = replace(plan, prices=named_prices(arrays, first.found.prices))
    return plan, Memory(arrays=arrays, first=first, steps=steps, rows=plan.assignments)


def from_near(
    arrays: Arrays, last: Memory, columns: Marks, *, gap: float = GAP_NEAR
) -> tuple[Plan, Memory] | None:
    """Make the plan around the columns that changed; None where more than the gap stays open."""
    change = Change(
        arrays=arrays, steps=last.steps, prices=last.first.found.prices, columns=columns
    )
    found = around(change)
    on_time = arrays.gains(Objective.ON_TIME)
    reached, bound = int(on_time @ found.steps), _rounded(found.bound, on_time)
    if bound - reached > gap * bound:
        return None
    floats = found.steps.astype(np.float64)
    prices = replace(last.first.found, prices=found.prices, steps=floats)
    every = np.arange(len(floats))
    first = Level(steps=found.steps, bound=bound, found=prices, columns=every)
    late = _late_bound(arrays, reached, first, searched=0)
    bounds = {Objective.ON_TIME: bound, Objective.LATE: late}
    return _finished(arrays, first, found.steps, bounds, last)


def _on_time(
    arrays: Arrays, gain: Ints, start: Ints, last: Memory | None, until: tuple[float, float]
) -> Level:
    """Plan the first level: whole steps, the proved bound, and the prices that prove it.

    Args:
        arrays: of the problem.
        gain: of a step of each pair.
        start: steps of a plan to be no worse than.
        last: what the last plan left.
        until: when to end, and the share that may stay open before anything is mended.
    """
    ends, gap = until
    found, columns, bound = _priced_first(arrays, gain, last)
    rounding = Rounding(arrays=arrays, gain=gain, columns=columns, prices=found.prices)
    enough = bound - int(GAP * bound)
    steps = rounding.whole(found.steps, np.zeros_like(arrays.most), enough=enough)
    # A quick plan can be the better one to go on from.
    if gain @ start > gain @ steps:
        steps = rounding.improved(np.where(gain > 0, start, 0), enough=enough)
    if bound - int(gain @ steps) > gap * bound:
        steps = mended(rounding, steps, bound, gap=gap, ends=ends)
        steps = repaired(arrays, steps, rounding.order)
    return Level(steps=steps, bound=bound, found=found, columns=columns)


def _priced_first(arrays: Arrays, gain: Ints, last: Memory | None) -> tuple[Priced, Ints, int]:
    """Price the first level, from the last prices on if there are any, and prove its bound."""
    programme, columns = _programme(arrays, gain, arrays.limits, arrays.most)
    begin = None
    if last is not None:
        steps = np.zeros(len(arrays.most))
        steps[last.first.columns] = last.first.found.steps
        begin = Start(prices=last.first.found.prices, steps=steps[columns])
    found = priced(programme, gap=_OF_PRICES, rounds=_ROUNDS, begin=begin)
    proved = min(programme.bound(each) for each in _candidates(arrays, found.prices))
    return found, columns, _rounded(proved, gain)


def _late(arrays: Arrays, gain: Ints, steps: Ints) -> Ints:
    """Plan the second level in what the first leaves."""
    left = room_left(arrays, steps)
    most = np.minimum(arrays.most - steps, fitting(arrays, left))
    programme, columns = _programme(arrays, gain, left, most)
    if not len(columns):
        return steps
    found = priced(programme, gap=_OF_LATE_PRICES, rounds=_LATE_ROUNDS)
    rounding = Rounding(arrays=arrays, gain=gain, columns=columns, prices=found.prices)
    return rounding.whole(found.steps, steps)


def _late_bound(arrays: Arrays, reached: int, first: Level, *, searched: int = _SEARCHED) -> int:
    """Prove how much late no plan can pass that reaches as much on time."""
    on_time, late = arrays.gains(Objective.ON_TIME), arrays.gains(Objective.LATE)
    alone, columns = _programme(arrays, late, arrays.limits, arrays.most)
    if not len(columns):
        return 0
    prices = first.found.prices
    proved = min(alone.bound(each) for each in _candidates(arrays, prices)[-2:])
    both, columns = _programme(arrays, _TIMES * on_time + late, arrays.limits, arrays.most)
    tries = [_TIMES * prices]
    if len(columns) <= searched:
        steps = np.zeros(len(arrays.most))
        steps[first.columns] = first.found.steps
        begin = Start(prices=tries[0], steps=steps[columns])
        tries.append(priced(both, gap=_OF_PRICES, rounds=_LATE_ROUNDS, begin=begin).prices)
    # Late is at most (all together) less so many times on time, which is `reached` at least.
    together = min(both.bound(each) for each in tries)
    return _rounded(max(0, min(proved, together - _TIMES * reached)), late)


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


def _rounded(bound: int, gain: Ints) -> int:
    """Lower a bound to what sums of whole gains can reach."""
    divisor = int(np.gcd.reduce(gain)) or 1
    return bound // divisor * divisor
