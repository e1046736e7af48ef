"""Planned again after a change: from the last prices and the last plan on.

Where needs alone have other values, pairs, offers and net are not read again.  Whatever else has
changed, the rows that are still there keep their prices, and the movements their steps.
"""

from dataclasses import dataclass

import numpy as np

from muster.core.planning.plans import NO_PRICES, Plan
from muster.core.planning.problem import Problem
from muster.core.planning.soundness import require_sound
from muster.solving import structured
from muster.solving.arrays import Arrays
from muster.solving.leaving import prices_in
from muster.solving.prices import Priced
from muster.solving.structured import Level, Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The plan to begin with.

    Args:
        problem: what it was made for.
        plan: the plan itself, with the prices that it leaves.
        memory: what its method left in this process; what is kept elsewhere has none, and then the
            pairs are read again.
    """

    problem: Problem
    plan: Plan
    memory: Memory | None = None


def replanned(problem: Problem, last: Last, *, seconds: float = 30) -> tuple[Plan, Memory | None]:
    """Plan again, whatever changed: needs, offers, pairs, net, or nothing.

    Args:
        problem: quickest where it was made by `Problem.with_needs` of the last one.
        last: the last plan.
        seconds: as for `structured.solve`.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        Unsolved: as for `structured.solve`.
    """
    require_sound(problem)
    memory = last.memory
    if memory is not None and _is_near(problem, memory.arrays.problem):
        arrays = memory.arrays.with_needs(problem)
    elif structured.is_priced(problem) and last.plan.prices != NO_PRICES:
        arrays = Arrays.of(problem)
        memory = _recalled(arrays, last.plan)
    else:
        return structured.remembered(problem, seconds=seconds)
    return structured.from_arrays(arrays, memory, seconds=seconds)


def _recalled(arrays: Arrays, plan: Plan) -> Memory:
    """Put what a kept plan says into the arrays of another problem."""
    steps = np.clip(arrays.steps_of(plan), 0, arrays.most)
    columns = np.arange(len(steps))
    found = Priced(
        prices=prices_in(arrays, plan.prices),
        steps=steps.astype(np.float64),
        bound=np.inf,
        gap=np.inf,
        rounds=0,
    )
    level = Level(steps=steps, bound=0, found=found, columns=columns)
    return Memory(arrays=arrays, first=level, steps=steps)


def _is_near(problem: Problem, last: Problem) -> bool:
    """Tell whether the two differ in the values of needs alone."""
    same = (
        problem.pairs is last.pairs
        and problem.offers is last.offers
        and problem.net is last.net
        and problem.day == last.day
        and problem.objectives == last.objectives
        and problem.consents == last.consents
        and not problem.packages
    )
    return same and [need.id for need in problem.needs] == [need.id for need in last.needs]
