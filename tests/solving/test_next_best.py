"""Where a method fails, the next best one answers, greedy at last, and the plan says so."""

from dataclasses import replace
from fractions import Fraction

import pytest

from muster.core.planning.judge import faults
from muster.core.planning.plans import Plan, Status
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.core.planning.reasons import explain
from muster.solving import greedy, highs, registry, structured
from muster.solving.arrays import Unsolved
from muster.solving.highs import Begin
from tests.solving.test_methods import DAY, contest


def test_a_method_whose_plan_fails_the_judge_is_replaced_by_the_next_best_and_says_so() -> None:
    def broken(problem: Problem, *, seconds: float = 30) -> Plan:
        plan = highs.solve(problem, seconds=seconds)
        first, *rest = plan.assignments
        return replace(plan, assignments=(replace(first, amount=99, covers=99), *rest))

    problem = contest()
    plan = registry.judged(problem, broken)
    assert plan.outcome.method == "structured"
    assert "so this is the structured one" in plan.outcome.notes[0]
    assert "101 are given of 10 offered" in plan.outcome.notes[0]
    assert faults(problem, plan) == ()
    assert plan.outcome.scores[0].value == highs.solve(problem).outcome.scores[0].value


def test_where_every_other_method_fails_too_the_greedy_plan_stands_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(problem: Problem, *, seconds: float = 30, **_: object) -> Plan:
        raise Unsolved(f"It gave up on {len(problem.needs)} needs in {seconds} s.")

    problem = contest()
    monkeypatch.setattr(structured, "solve", failing)
    monkeypatch.setattr(highs, "solve", failing)
    plan = registry.judged(problem, failing, seconds=0)
    assert plan.outcome.method == "greedy"
    assert "so this is the greedy one. It gave up on" in plan.outcome.notes[0]
    assert plan.assignments == greedy.solve(problem).assignments


def test_amounts_beyond_floats_are_planned_greedily_and_said_so() -> None:
    problem = contest()
    huge = replace(problem, offers=(replace(problem.offers[0], amount=10**18),))
    plan = registry.solve(huge)
    assert plan.outcome.method == "greedy"
    assert "too large" in plan.outcome.notes[0]


def test_without_time_the_next_best_method_answers_and_claims_what_it_proves() -> None:
    problem = contest()
    plan = registry.solve(problem, seconds=0)
    assert plan.outcome.method == "structured"
    assert "in the time" in plan.outcome.notes[0]
    score, best = plan.outcome.scores[0], highs.solve(problem).outcome.scores[0].value
    assert score.bound is not None
    assert score.value <= best <= score.bound


def test_a_need_that_uses_an_offer_up_by_the_lesser_way_is_told_so() -> None:
    need = Need(id="n", item="a", amount=5)
    offer = Offer(id="o", donor="Norway", item="a", amount=3)
    ways = (
        Pair(offer="o", need="n", arrives=DAY, route="quick"),
        Pair(offer="o", need="n", arrives=DAY, ratio=Fraction(1, 2), route="thrifty"),
    )
    problem = Problem(day=DAY, needs=(need,), offers=(offer,), pairs=ways)
    plan = greedy.solve(problem)
    [unmet] = explain(problem, plan)
    assert (unmet.amount, [reason.offers for reason in unmet.reasons]) == (2, [("o",)])
    assert "covers 3 by the ways it goes; by another way" in unmet.reasons[0].sentence


def test_a_large_problem_is_searched_from_the_structured_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began: list[Plan | None] = []
    searched = highs.solve

    def seen(problem: Problem, *, seconds: float = 30, begin: Begin | None = None) -> Plan:
        began.append(begin() if begin else None)
        return searched(problem, seconds=seconds, begin=begin)

    problem = contest()
    monkeypatch.setattr(highs, "solve", seen)
    small = registry.solve(problem, method="exact")
    monkeypatch.setattr(registry, "_LARGE", 1)
    large = registry.solve(problem, method="exact")
    assert began == [None, structured.solve(problem)]
    assert large.outcome.scores == small.outcome.scores


@pytest.mark.parametrize(("ratio", "asked"), [(Fraction(1), 0), (Fraction(3), 1)])
def test_exact_asks_for_a_plan_to_begin_at_only_where_branching_is_needed(
    ratio: Fraction, asked: int
) -> None:
    needs = tuple(Need(id=f"n{at}", item="a", amount=5) for at in range(2))
    offer = Offer(id="o", donor="Norway", item="a", amount=7)
    pairs = tuple(
        Pair(offer="o", need=need.id, arrives=DAY, ratio=each)
        for need, each in zip(needs, (Fraction(1), ratio), strict=True)
    )
    problem = Problem(day=DAY, needs=needs, offers=(offer,), pairs=pairs)
    calls: list[Problem] = []

    def begun() -> Plan:
        calls.append(problem)
        return greedy.solve(problem)

    plan = highs.solve(problem, begin=begun)
    assert len(calls) == asked
    assert plan.outcome.status is Status.OPTIMAL
