"""The plain baseline: need by need, by priority and deadline, each from what arrives first.

It proves nothing.  It leaves no whole step undone that could still be done, it answers in the time
of one sort, it takes amounts of any size, and every other method is measured against it.
"""

from collections import defaultdict
from datetime import date

from muster.core.planning.plans import Assignment, Objective, Outcome, Plan, Score, Status
from muster.core.planning.problem import Need, Pair, Problem, is_late, require_sound, step_for

NAME = "greedy"


def solve(problem: Problem, *, seconds: float = 30) -> Plan:  # noqa: ARG001 - nothing to stop
    """Make a plan in two rounds: first all that arrives on time, then all that arrives late.

    Args:
        problem: any sound problem.
        seconds: not used; it is there so that all methods are called alike.

    Raises:
        ProblemFaulty: the problem contradicts itself.
    """
    require_sound(problem)
    rows = sorted(_assignments(problem), key=lambda row: row.key)
    values = _values(problem, rows)
    scores = tuple(Score(objective=each, value=values[each]) for each in Objective)
    outcome = Outcome(status=Status.FEASIBLE, method=NAME, scores=scores)
    return Plan(assignments=tuple(rows), outcome=outcome)


def _assignments(problem: Problem) -> list[Assignment]:
    """Give each need in turn as many whole steps as its pairs allow, the earliest arrival first."""
    offers = {offer.id: offer for offer in problem.offers}
    free = {offer.id: offer.amount for offer in problem.offers}
    still_open = {need.id: need.amount for need in problem.needs}
    pairs: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in sorted(problem.pairs, key=lambda pair: (pair.arrives, pair.key)):
        pairs[pair.need].append(pair)
    rows = []
    for late in (False, True):
        for need in sorted(problem.needs, key=_urgency):
            for pair in pairs[need.id]:
                if is_late(need, pair.arrives) is not late:
                    continue
                step = step_for(offers[pair.offer], pair)
                steps = step.most(left=free[pair.offer], still_open=still_open[need.id])
                if steps:
                    row = Assignment(
                        offer=pair.offer,
                        need=need.id,
                        route=pair.route,
                        amount=steps * step.offered,
                        covers=steps * step.covered,
                        arrives=pair.arrives,
                        late=late,
                    )
                    free[row.offer] -= row.amount
                    still_open[row.need] -= row.covers
                    rows.append(row)
    return rows


def _urgency(need: Need) -> tuple[int, date, str]:
    """Order needs by priority, then deadline; ids decide ties, so that order of rows does not."""
    return need.priority, need.needed_by or date.max, need.id


def _values(problem: Problem, rows: list[Assignment]) -> dict[Objective, int]:
    """Count what the rows reach on each objective."""
    weight = {need.id: problem.weights[need.priority - 1] for need in problem.needs}
    worth = [(row, weight[row.need] * row.covers) for row in rows]
    return {
        Objective.ON_TIME: sum(units for row, units in worth if not row.late),
        Objective.LATE: sum(units for row, units in worth if row.late),
        Objective.WAITING: sum(units * (row.arrives - problem.day).days for row, units in worth),
        Objective.ASSIGNMENTS: len(rows),
    }
