"""A plan made again from an earlier one: as good as it can be, and then as like it as it can be."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from muster.core.planning.judge import faults
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Assignment, Plan
from muster.core.planning.problem import Problem, step_for
from muster.solving import greedy, structured
from muster.solving.registry import DEFAULT_METHOD, FaultyPlanError, replan, solve
from muster.solving.replanning import Last
from muster.solving.searching import better

# Up to so many usable pairs, of plans that are equally good the one most like the last is looked
# for; all movements hang together then, so it is one model.
LIKE = 1_500


def planned_again(problem: Problem, last: Last, *, method: str, seconds: float = 30) -> Plan:
    """Plan what there is now, from an earlier plan on.

    Args:
        problem: what may go where now.
        last: the earlier plan, and what it was made for.
        method: one of the registry's.
        seconds: how long it may look, for each of two plans at most.

    Raises:
        PlanMethodUnknown: there is no such method.
        ProblemFaulty: the problem contradicts itself.
    """
    if method == structured.NAME and len(problem.open_pairs) > LIKE:
        return replan(problem, last, seconds=seconds, gap=structured.GAP)
    plan = solve(problem, method=method, seconds=seconds)
    order = problem.objectives.order
    if method == greedy.NAME or len(problem.open_pairs) > LIKE or Objective.AGREED in order:
        return plan
    like = _like(problem, last.plan.assignments, seconds)
    levels = problem.objectives.levels
    if _values(like, levels) != _values(plan, levels):
        return better(plan, like)
    # What is proved of the one holds for the other.
    proved = {score.objective: score.bound for score in plan.outcome.scores}
    scores = tuple(
        replace(score, bound=proved[score.objective]) if score.objective in levels else score
        for score in like.outcome.scores
    )
    return replace(like, outcome=replace(plan.outcome, scores=scores))


def _values(plan: Plan, levels: Iterable[Objective]) -> list[int]:
    values = {score.objective: score.value for score in plan.outcome.scores}
    return [values[level] for level in levels]


def _like(problem: Problem, rows: Iterable[Assignment], seconds: float) -> Plan:
    """Make the plan that, where nothing else is lost, moves what these rows move."""
    order = [*problem.objectives.order]
    # The number of movements, where it comes last, is no reason to move goods otherwise.
    at = len(order) - (order[-1] is Objective.ASSIGNMENTS)
    order.insert(at, Objective.AGREED)
    kept = _still_possible(problem, rows)
    pairs = tuple(replace(pair, agreed=kept[pair.key]) for pair in problem.pairs)
    objectives = replace(problem.objectives, order=tuple(order))
    asked = replace(problem, pairs=pairs, objectives=objectives)
    made = solve(asked, method=DEFAULT_METHOD, seconds=seconds)
    scores = tuple(s for s in made.outcome.scores if s.objective is not Objective.AGREED)
    plan = replace(made, outcome=replace(made.outcome, scores=scores))
    if found := faults(problem, plan):
        raise FaultyPlanError(found)
    return plan


def _still_possible(problem: Problem, rows: Iterable[Assignment]) -> Counter[tuple[str, str, str]]:
    """Take of each row what offer and need still allow, in whole steps, the first rows first."""
    offers = {offer.id: offer for offer in problem.offers}
    left = Counter({offer.id: offer.amount for offer in problem.offers})
    still_open = Counter({need.id: need.amount for need in problem.needs})
    pairs = {pair.key: pair for pair in problem.open_pairs}
    kept: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        pair = pairs.get(row.key)
        if pair is None:
            continue
        step = step_for(offers[row.offer], pair)
        steps = min(
            min(row.amount, left[row.offer]) // step.offered,
            still_open[row.need] // step.covered,
        )
        kept[row.key] = steps * step.offered
        left[row.offer] -= steps * step.offered
        still_open[row.need] -= steps * step.covered
    return kept
