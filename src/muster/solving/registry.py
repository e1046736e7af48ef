"""The planning methods by name, and the one door to them: solve, then judge.

No plan leaves here without having passed the judge.  Where a method gives up, or the judge finds a
fault in its plan, the greedy plan takes its place and says so.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

from muster.core.planning.judge import Fault, faults
from muster.core.planning.plans import Plan
from muster.core.planning.problem import Problem
from muster.core.refusals import PlanMethodUnknown
from muster.solving import greedy, highs, structured
from muster.solving.arrays import Unsolved
from muster.solving.replanning import Last, replanned


class Solver(Protocol):
    """A method: from a problem to a plan, in about so many seconds."""

    def __call__(self, problem: Problem, *, seconds: float = 30) -> Plan:
        """Make a plan.

        Raises:
            ProblemFaulty: the problem contradicts itself.
            Unsolved: the method cannot solve this problem, or not in the time.
        """
        ...


class FaultyPlanError(AssertionError):
    """The baseline's own plan has faults: a bug, and loud."""

    def __init__(self, found: tuple[Fault, ...]) -> None:
        """Show the first fault and count all."""
        super().__init__(f"{found[0].sentence} ({len(found)} faults in all)")


METHODS: Mapping[str, Solver] = MappingProxyType(
    {
        greedy.NAME: greedy.solve,
        highs.NAME: highs.solve,
        structured.NAME: structured.solve,
    }
)
DEFAULT_METHOD = highs.NAME


def solve(problem: Problem, *, method: str = DEFAULT_METHOD, seconds: float = 30) -> Plan:
    """Make a plan by the named method and let the judge check it.

    Args:
        problem: what may go where.
        method: one of `METHODS`.
        seconds: how long the method may look for a better plan.

    Raises:
        PlanMethodUnknown: there is no such method.
        ProblemFaulty: the problem contradicts itself.
    """
    if method not in METHODS:
        raise PlanMethodUnknown(method=method, known=", ".join(METHODS))
    return judged(problem, METHODS[method], seconds=seconds)


def replan(problem: Problem, last: Last, *, seconds: float = 30) -> Plan:
    """Plan again from the last plan on, whatever changed, and let the judge check it.

    Args:
        problem: what may go where now.
        last: the problem as it was, and the plan made for it; `Last(problem=..., plan=...)`.
        seconds: how long to look for a better plan.

    Raises:
        ProblemFaulty: the problem contradicts itself.
    """

    def again(problem: Problem, *, seconds: float = 30) -> Plan:
        return replanned(problem, last, seconds=seconds)[0]

    return judged(problem, again, seconds=seconds)


def judged(problem: Problem, solver: Solver, *, seconds: float = 30) -> Plan:
    """Run a method; where it fails, or the judge finds its plan wrong, fall back to greedy.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        FaultyPlanError: the greedy plan has faults too.
    """
    try:
        plan = solver(problem, seconds=seconds)
    except Unsolved as unsolved:
        trouble = str(unsolved)
    else:
        found = faults(problem, plan)
        if not found:
            return plan
        trouble = f"Its plan did not pass the check. {found[0].sentence}"
    baseline = greedy.solve(problem)
    if found := faults(problem, baseline):
        raise FaultyPlanError(found)
    note = f"The chosen method gave no usable plan, so this is the greedy one. {trouble}"
    return replace(baseline, outcome=replace(baseline.outcome, notes=(note,)))
