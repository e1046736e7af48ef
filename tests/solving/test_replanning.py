"""Planned again from the last plan: whatever changed, sound and within a proved bound."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.planning.judge import faults
from muster.core.planning.keeping import as_plain, from_plain
from muster.core.planning.plans import NO_PRICES, Plan
from muster.core.planning.problem import Need, Problem
from muster.core.refusals import ProblemFaulty
from muster.solving import registry, searching, structured
from muster.solving.replanning import Last, replanned, resumed
from tests.solving.test_shared_room import DAY, crossing, every_plan, reached, shipped

VALUES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 3), st.sampled_from((0, 0, 2))),
    min_size=3,
    max_size=3,
)


def made(problem: Problem) -> Last:
    plan, memory = structured.remembered(problem, few=0)
    return Last(problem=problem, plan=plan, memory=memory)


def kept(last: Last) -> Last:
    """What is left of it after a night in a database."""
    plan = from_plain(Plan, json.loads(json.dumps(as_plain(last.plan))))
    return Last(problem=last.problem, plan=plan)


def changed(problem: Problem, values: list[tuple[int, int, int]]) -> Problem:
    return problem.with_needs(
        [
            replace(need, amount=amount, priority=priority, least=least)
            for need, (amount, priority, least) in zip(problem.needs, values, strict=False)
        ]
    )


def require_within_its_bound(problem: Problem, plan: Plan) -> None:
    assert faults(problem, plan) == ()
    bound = plan.outcome.scores[0].bound
    assert bound is not None
    assert reached(plan)[0] <= max(every_plan(problem))[0] <= bound


@settings(deadline=None, max_examples=100)
@given(shipped(), VALUES)
def test_planned_again_a_changed_problem_has_a_sound_plan_within_a_proved_bound(
    problem: Problem, values: list[tuple[int, int, int]]
) -> None:
    last, after = made(problem), changed(problem, values)
    for each in (last, kept(last)):
        # All anew as well, since nothing may stay open.
        require_within_its_bound(after, replanned(after, each, gap=0)[0])
        plan, memory = replanned(after, each)
        require_within_its_bound(after, plan)
        # And once more from there, back to where it began.
        again, _ = replanned(problem, Last(problem=after, plan=plan, memory=memory))
        require_within_its_bound(problem, again)


@settings(deadline=None, max_examples=100)
@given(shipped(), st.data())
def test_planned_again_with_lines_added_and_taken_away_it_is_as_sound(
    problem: Problem, data: st.DataObject
) -> None:
    needs = data.draw(st.sets(st.sampled_from(problem.needs)))
    offers = data.draw(st.sets(st.sampled_from(problem.offers)))
    fewer = replace(
        problem,
        needs=tuple(each for each in problem.needs if each not in needs),
        offers=tuple(each for each in problem.offers if each not in offers),
        pairs=tuple(
            pair
            for pair in problem.pairs
            if pair.need not in {each.id for each in needs}
            and pair.offer not in {each.id for each in offers}
        ),
    )
    for before, after in ((problem, fewer), (fewer, problem)):
        plan, _ = replanned(after, kept(made(before)))
        require_within_its_bound(after, plan)


@settings(deadline=None, max_examples=50)
@given(shipped(), VALUES, st.randoms())
def test_planned_again_the_order_of_rows_does_not_change_the_plan(
    problem: Problem, values: list[tuple[int, int, int]], chance: object
) -> None:
    last, after = kept(made(problem)), changed(problem, values)
    shuffled = replace(
        after,
        needs=tuple(chance.sample(after.needs, len(after.needs))),  # type: ignore[attr-defined]
        offers=tuple(chance.sample(after.offers, len(after.offers))),  # type: ignore[attr-defined]
        pairs=tuple(chance.sample(after.pairs, len(after.pairs))),  # type: ignore[attr-defined]
    )
    assert replanned(after, last)[0] == replanned(shuffled, last)[0]


def test_an_unsound_change_is_refused_and_no_need_can_be_changed_that_is_not_there() -> None:
    problem = crossing(needs=30, grams=300)
    last = made(problem)
    wider = replace(problem, net=replace(problem.net, legs=(replace(problem.net.legs[0], days=2),)))
    with pytest.raises(ProblemFaulty, match="and not on"):
        replanned(wider, last)
    with pytest.raises(ProblemFaulty, match="negative amount"):
        replanned(problem.with_needs([replace(problem.needs[0], amount=-1)]), last)
    with pytest.raises(ValueError, match="no need moon"):
        problem.with_needs([replace(problem.needs[0], id="moon")])


def test_a_plan_kept_without_prices_is_no_hindrance_to_planning_again() -> None:
    problem = crossing(needs=30, grams=300)
    last = made(problem)
    bare = replace(last, plan=replace(last.plan, prices=NO_PRICES), memory=None)
    assert last.plan.prices != NO_PRICES
    late = Need(id="late", item="a", amount=1, needed_by=DAY - timedelta(days=1))
    wider = replace(problem, needs=(*problem.needs, late))
    plan = registry.replan(wider, bare)
    assert faults(wider, plan) == ()
    assert plan.outcome.scores[0].value == last.plan.outcome.scores[0].value


@pytest.mark.parametrize("method", ["exact", "structured"])
def test_a_search_for_the_same_goes_on_from_the_plan_there_is_and_for_another_does_not(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = crossing(needs=12, grams=100)
    best = registry.solve(problem, method="exact")
    given: list[Plan | None] = []

    def apart(problem: Problem, **asked: object) -> Plan:
        given.append(asked["begin"])  # type: ignore[arg-type]
        return registry.solve(problem, method=method, begin=given[-1])

    monkeypatch.setattr(searching, "solved_apart", apart)
    other = replace(problem, weights=(100, 10, 2))
    for asked, begins in ((problem, best), (other, None)):
        last = Last(problem=problem, plan=best)
        first, *rest = searching.searched(
            asked, method=method, seconds=60, stopped=lambda: False, last=last
        )
        assert given.pop(0) == begins
        assert (first.best == best) is (begins is not None)
        assert faults(asked, rest[-1].best) == ()
        given.clear()


def test_going_on_with_a_plan_that_has_prices_never_loses_its_bound() -> None:
    problem = crossing(needs=40, grams=300)
    last = made(problem)
    plan = resumed(problem, begin=kept(last).plan)
    assert faults(problem, plan) == ()
    (had, *_), (has, *_) = last.plan.outcome.scores, plan.outcome.scores
    assert has.value == had.value
    assert has.bound is not None
    assert has.bound >= has.value
