"""Planned again after a change of needs: from the last prices and the last fractional plan on.

Pairs, offers and net are not read again, and the search for prices is shorter.  What is whole is
made anew: plans that were only mended near the change lost several tenths of a percent.
"""

from muster.core.planning.plans import Plan
from muster.core.planning.problem import Problem
from muster.core.planning.soundness import require_sound
from muster.solving import structured
from muster.solving.structured import Memory


def replanned(
    problem: Problem, last: Memory | None, *, seconds: float = 30
) -> tuple[Plan, Memory | None]:
    """Plan again what differs from the last problem in the values of needs alone.

    Where it differs in anything else the plan is made from nothing.

    Args:
        problem: best made by `Problem.with_needs`, of the problem that was planned last.
        last: what the last plan left.
        seconds: as for `structured.solve`.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        Unsolved: as for `structured.solve`.
    """
    if last is None or not _is_near(problem, last.arrays.problem):
        return structured.remembered(problem, seconds=seconds)
    require_sound(problem)
    return structured.from_arrays(last.arrays.with_needs(problem), last, seconds=seconds)


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
