"""A long search told as it goes: the best plan so far, its bound, and the time; stopped at will.

The greedy plan is there at once, or that of an earlier search for the same, which is gone on with.
Then the chosen method looks in rounds, each twice as long as the one before and from the best plan
on, so that something better is known early and little of the time is spent again.  The best of all
rounds is kept.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from muster.core.planning.judge import faults
from muster.core.planning.plans import Plan, Status
from muster.core.planning.problem import Problem
from muster.core.refusals import PlanMethodUnknown
from muster.solving import greedy
from muster.solving.apart import solved_apart
from muster.solving.registry import METHODS, solve
from muster.solving.replanning import Last

_FIRST_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a search stands.

    Args:
        best: the best plan so far.
        rounds: how many rounds of the chosen method are done.
        spent: seconds since the beginning.
        stopped: whether somebody has stopped it.
    """

    best: Plan
    rounds: int
    spent: float
    stopped: bool = False


def searched(
    problem: Problem,
    *,
    method: str,
    seconds: float,
    stopped: Callable[[], bool],
    last: Last | None = None,
) -> Iterator[Found]:
    """Search for so many seconds in all, and tell after each round; the last told is the result.

    Args:
        problem: what may go where.
        method: one of the registry's.
        seconds: how long in all.
        stopped: asked several times a second.
        last: an earlier plan; gone on with if it is one of this very problem.

    Raises:
        ProblemFaulty: the problem contradicts itself.
        PlanMethodUnknown: there is no such method.
    """
    if method not in METHODS:
        raise PlanMethodUnknown(method=method, known=", ".join(METHODS))
    began = time.monotonic()
    best = solve(problem, method=greedy.NAME)
    begin = None
    if last is not None and last.problem == problem and not faults(problem, last.plan):
        best = begin = better(best, last.plan)
    yield Found(best=best, rounds=0, spent=time.monotonic() - began)
    length, rounds = _FIRST_S, 0
    while method != greedy.NAME and (left := seconds - (time.monotonic() - began)) > 0:
        plan = solved_apart(
            problem, method=method, seconds=min(length, left), stopped=stopped, begin=begin
        )
        if plan is None:
            yield Found(best=best, rounds=rounds, spent=time.monotonic() - began, stopped=True)
            return
        best = begin = better(best, plan)
        rounds += 1
        yield Found(best=best, rounds=rounds, spent=time.monotonic() - began)
        if plan.outcome.status is Status.OPTIMAL or plan.outcome.method == greedy.NAME:
            # Proved, or the method cannot do it: more time would change nothing.
            return
        length *= 2


def better(one: Plan, other: Plan) -> Plan:
    """Choose the plan with the better scores, in their order; of equals the one that is proved."""
    for mine, its in zip(one.outcome.scores, other.outcome.scores, strict=True):
        if mine.value != its.value:
            more = its.value > mine.value
            return other if more == mine.objective.more_is_better else one
    return one if one.outcome.status is Status.OPTIMAL else other
