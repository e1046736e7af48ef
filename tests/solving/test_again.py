"""A plan made again is as good as a new one, and of those the one most like the last."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from muster.core.planning.judge import faults
from muster.core.planning.objectives import Objective
from muster.core.planning.plans import Plan
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.solving import registry
from muster.solving.again import planned_again
from muster.solving.replanning import Last
from tests.solving.test_whole_problem import whole_problems

DAY = date(2026, 3, 2)
# Two offers that are as good as each other for two needs: any of them may serve any.
NEEDS = tuple(Need(id=f"n{at}", item="tent", amount=10) for at in range(2))
OFFERS = tuple(Offer(id=f"o{at}", donor=f"D{at}", item="tent", amount=10) for at in range(3))
EQUAL = Problem(
    day=DAY,
    needs=NEEDS,
    offers=OFFERS,
    pairs=tuple(
        Pair(offer=offer.id, need=need.id, arrives=DAY + timedelta(days=2))
        for need in NEEDS
        for offer in OFFERS
    ),
)


def moved_by(plan: Plan) -> set[tuple[str, str, int]]:
    return {(row.offer, row.need, row.amount) for row in plan.assignments}


@pytest.mark.parametrize("method", ["exact", "structured"])
@pytest.mark.parametrize(
    ("first", "second"), [("o0", "o1"), ("o1", "o0"), ("o2", "o0"), ("o1", "o2")]
)
def test_of_plans_that_are_as_good_the_one_most_like_the_last_is_made(
    method: str, first: str, second: str
) -> None:
    only = {("n0", first), ("n1", second)}
    was = replace(EQUAL, pairs=tuple(p for p in EQUAL.pairs if (p.need, p.offer) in only))
    last = Last(problem=was, plan=registry.solve(was))
    again = planned_again(EQUAL, last, method=method, seconds=60)
    assert moved_by(again) == {(first, "n0", 10), (second, "n1", 10)}
    assert not faults(EQUAL, again)
    assert again.outcome.status.value == "optimal"


def test_what_is_better_now_is_planned_whatever_was_planned_before() -> None:
    last = Last(problem=EQUAL, plan=registry.solve(EQUAL))
    [moved] = [row for row in last.plan.assignments if row.need == "n0"]
    gone = tuple(replace(o, amount=4) if o.id == moved.offer else o for o in OFFERS)
    now = replace(EQUAL, offers=gone)
    again = planned_again(now, last, method="exact", seconds=60)
    assert sum(row.covers for row in again.assignments) == 20
    assert not faults(now, again)


@settings(max_examples=40, deadline=None)
@given(problem=whole_problems())
def test_a_plan_made_again_is_as_good_as_one_made_anew(problem: Problem) -> None:
    others = {Objective.ON_TIME, Objective.AGREED}
    order = (Objective.ON_TIME, *(o for o in problem.objectives.order if o not in others))
    problem = replace(problem, objectives=replace(problem.objectives, order=order))
    less = tuple(replace(each, amount=each.amount // 2) for each in problem.offers)
    smaller = replace(
        problem,
        offers=less,
        pairs=tuple(replace(pair, agreed=0) for pair in problem.pairs),
    )
    problem = replace(problem, pairs=smaller.pairs)
    for was, now in ((smaller, problem), (problem, smaller)):
        last = Last(problem=was, plan=registry.solve(was))
        again = planned_again(now, last, method="exact", seconds=60)
        anew = registry.solve(now, seconds=60)
        assert not faults(now, again)
        levels = now.objectives.levels
        values = [
            {s.objective: s.value for s in plan.outcome.scores if s.objective in levels}
            for plan in (again, anew)
        ]
        assert values[0] == values[1]
