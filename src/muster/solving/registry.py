"""The planning methods by name, and the one door to them: solve, then judge.

No plan leaves here without having passed the judge.  Where a method gives up, or the judge finds a
fault in its plan, the next best method's takes its place, greedy's at last, and says so.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Protocol

from muster.core.planning.judge import Fault, faults
from muster.core.planning.plans import Plan
from muster.core.planning.problem import Problem
from muster.core.refusals import PlanMethodUnknown
from muster.solving import greedy, highs, structured
from muster.solving.arrays import Unsolved
from muster.solving.replanning import Last, replanned, resumed


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


# From so many pairs on the exact method begins at the structured one's plan.
_LARGE = 2_000


def exact(problem: Problem, *, seconds: float = 30, begin: Plan | None = None) -> Plan:
    """Make the best plan there is, from the best that is quickly had; see `highs.solve`.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        Unsolved: HiGHS cannot solve this problem, or not in the time.
    """

    def begun() -> Plan | None:
        if begin is not None or len(problem.pairs) < _LARGE or not structured.is_priced(problem):
            return begin
        found = _tried(problem, structured.solve, seconds)
        return found if isinstance(found, Plan) else None

    return highs.solve(problem, seconds=seconds, begin=begun)


METHODS: Mapping[str, Solver] = MappingProxyType(
    {
        greedy.NAME: greedy.solve,
        highs.NAME: exact,
        structured.NAME: structured.solve,
    }
)
DEFAULT_METHOD = highs.NAME

# A problem of more pairs is not handed to HiGHS whole when another method has failed.
_WHOLE = 60_000


def solve(
    problem: Problem,
    *,
    method: str = DEFAULT_METHOD,
    seconds: float = 30,
    begin: Plan | None = None,
) -> Plan:
    """Make a plan by the named method and let the judge check it.

    Args:
        problem: what may go where.
        method: one of `METHODS`.
        seconds: how long the method may look for a better plan.
        begin: a plan of this very problem, which the method goes on from if it can.

    Raises:
        PlanMethodUnknown: there is no such method.
        ProblemFaulty: the problem contradicts itself.
    """
    if method not in METHODS:
        raise PlanMethodUnknown(method=method, known=", ".join(METHODS))
    solver = METHODS[method]
    if begin is not None and method == highs.NAME:
        solver = partial(exact, begin=begin)
    elif begin is not None and method == structured.NAME:
        solver = partial(resumed, begin=begin)
    return judged(problem, solver, seconds=seconds)


def replan(
    problem: Problem, last: Last, *, seconds: float = 30, gap: float = structured.GAP_NEAR
) -> Plan:
    """Plan again from the last plan on, whatever changed, and let the judge check it.

    Args:
        problem: what may go where now.
        last: the problem as it was, and the plan made for it; `Last(problem=..., plan=...)`.
        seconds: how long to look for a better plan.
        gap: the share that may stay open with most of the last plan left as it is; where more
            does, everything is planned anew.

    Raises:
        ProblemFaulty: the problem contradicts itself.
    """

    def again(problem: Problem, *, seconds: float = 30) -> Plan:
        return replanned(problem, last, seconds=seconds, gap=gap)[0]

    return judged(problem, again, seconds=seconds)


def judged(problem: Problem, solver: Solver, *, seconds: float = 30) -> Plan:
    """Run a method; where it fails, or the judge finds its plan wrong, the next best one is tried.

    Greedy is the last of them, and the plan says which one made it and why.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        FaultyPlanError: the greedy plan has faults too.
    """
    ends, trouble = time.monotonic() + seconds, ""
    for each in (solver, *_next_best(problem, solver)):
        left = max(0.0, ends - time.monotonic()) if trouble else seconds
        found = _tried(problem, each, left)
        if isinstance(found, Plan):
            return _noted(found, trouble) if trouble else found
        trouble = trouble or found
    baseline = greedy.solve(problem)
    if found_faults := faults(problem, baseline):
        raise FaultyPlanError(found_faults)
    return _noted(baseline, trouble)


def _tried(problem: Problem, solver: Solver, seconds: float) -> Plan | str:
    """Run one method; its plan if the judge has nothing against it, or else what was wrong."""
    try:
        plan = solver(problem, seconds=seconds)
    except Unsolved as unsolved:
        return str(unsolved)
    found = faults(problem, plan)
    return f"Its plan did not pass the check. {found[0].sentence}" if found else plan


def _next_best(problem: Problem, solver: Solver) -> list[Solver]:
    """Give the methods to try after one that failed, but for the baseline, the best first."""
    if solver is greedy.solve:
        return []
    others: list[Solver] = [exact] if len(problem.pairs) <= _WHOLE else []
    if structured.is_priced(problem):
        # By prices alone: what is handed to HiGHS may be what failed.
        others.append(partial(structured.solve, few=0))
    if solver is exact:
        return [each for each in others if each is not solver]
    return others[::-1] if solver is not structured.solve else others


def _noted(plan: Plan, trouble: str) -> Plan:
    whose = plan.outcome.method
    note = f"The chosen method gave no usable plan, so this is the {whose} one. {trouble}"
    return replace(plan, outcome=replace(plan.outcome, notes=(note,)))
