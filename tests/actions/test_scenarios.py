"""What-ifs are kept, shared and planned in, and touch nothing; long searches tell and stop."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from muster.actions import operations, plans, scenarios, transport
from muster.actions.searches import search, stop_search
from muster.core.actors import Role
from muster.core.planning.choosing import ObjectiveTwice, OnlyInScenario
from muster.core.planning.plans import Plan, Status
from muster.core.planning.problem import Problem
from muster.core.planning.scenarios import Change, ScenarioContradicts, What
from muster.core.planning.transport import LegTold
from muster.core.refusals import (
    ChoiceUnknown,
    DuplicateReference,
    NotFound,
    PlanMethodUnknown,
    RoleMissing,
    WrongStage,
)
from muster.queries.comparisons import comparison
from muster.queries.plan_contents import of_record
from muster.queries.planning import open_problem
from muster.queries.scenarios import scenarios_of
from muster.records.constraints import broken_constraint
from muster.records.models import Allocation, JournalEntry, PlanSearch, SavedPlan, Scenario
from muster.solving import searching
from muster.solving.searching import better
from tests import make

pytestmark = pytest.mark.usefixtures("records")

DAY = make.NOW.date()
LEG = LegTold(code="RZE-LVIV", start=make.HUB, end=make.PLACE, mode="road", days=2)
CLOSED = Change(what=What.LEG_CLOSED, subject="RZE-LVIV", first=DAY, last=DAY + timedelta(days=60))


def over_the_road() -> make.World:
    w = make.world()
    transport.put_legs(act=make.act(w.coordinator), operation=w.operation.pk, legs=[LEG])
    make.offered(w, "50", place=make.HUB)
    make.asked(w, "50", place=make.PLACE, needed_by=DAY + timedelta(days=20))
    return w


def kept(w: make.World, *changes: Change, **more: Any) -> Scenario:  # noqa: ANN401
    inputs = {"name": "what if", "operation": w.operation.pk, "changes": list(changes), **more}
    return scenarios.keep_scenario(act=make.act(w.coordinator), **inputs)


def planned(w: make.World, **more: Any) -> SavedPlan:  # noqa: ANN401
    inputs = {"operation": w.operation.pk, "method": "exact", "seconds": 5, **more}
    return plans.make_plan(act=make.act(w.coordinator), **inputs)


def test_a_plan_in_a_scenario_differs_and_nothing_else_does() -> None:
    w = over_the_road()
    before = open_problem(w.operation, w.coordinator, day=DAY).problem
    usual, imagined = planned(w), planned(w, scenario=kept(w, CLOSED).pk)
    shown = of_record(imagined)
    assert [move.late for move in of_record(usual).moves] == [False]
    assert [move.late for move in shown.moves] == [True]
    assert (shown.scenario, len(shown.changes)) == ("what if", 1)
    assert "is closed from" in shown.changes[0]
    assert open_problem(w.operation, w.coordinator, day=DAY).problem == before
    found = comparison(usual.pk, imagined.pk, w.coordinator, DAY)
    assert [(loss.before_on_time, loss.after_on_time) for loss in found.losses] == [(50, 0)]
    assert found.gains == ()


def test_what_only_a_scenario_knows_is_planned_with_and_cannot_be_taken_up() -> None:
    w = over_the_road()
    more = Change(what=What.OFFER_ADDED, subject=make.TENT, amount=30, party="NOR", place=make.HUB)
    asked = Change(
        what=What.NEED_ADDED, subject=make.TENT, amount=30, party="UKR", place=make.PLACE
    )
    plan = planned(w, scenario=kept(w, more, asked).pk)
    assert sum(move.covers for move in of_record(plan).moves) == 80
    with pytest.raises(OnlyInScenario):
        plans.accept_plan(act=make.act(w.coordinator), plan=plan.pk)
    assert not Allocation.objects.filter(operation=w.operation).exists()


def test_a_scenario_is_refused_for_what_is_not_there_or_contradicts_itself() -> None:
    w = over_the_road()
    for wrong in (
        replace(CLOSED, subject="NO-LEG"),
        Change(what=What.OFFER_LATE, subject=str(uuid4()), days=3),
        Change(what=What.CONSENT_GIVEN, subject="SWE"),
    ):
        with pytest.raises(NotFound):
            kept(w, wrong)
    with pytest.raises(ScenarioContradicts):
        kept(w, CLOSED, CLOSED)
    assert scenarios_of(w.operation, w.coordinator, DAY) == ()


def test_a_name_is_of_one_scenario_until_it_is_put_aside() -> None:
    w = over_the_road()
    first = kept(w, CLOSED)
    with pytest.raises(DuplicateReference), transaction.atomic():
        kept(w, CLOSED)
    scenarios.end_scenario(act=make.act(w.coordinator), scenario=first.pk)
    kept(w, CLOSED)
    with pytest.raises(NotFound):
        scenarios.end_scenario(act=make.act(w.coordinator), scenario=first.pk)


def test_a_scenario_said_anew_leaves_the_plans_made_in_it_as_they_were() -> None:
    w = over_the_road()
    scenario = kept(w, CLOSED)
    plan = planned(w, scenario=scenario.pk)
    scenarios.change_scenario(
        act=make.act(w.coordinator),
        scenario=scenario.pk,
        name="another",
        changes=[Change(what=What.DONOR_LATE, subject="DEU", days=3)],
    )
    assert of_record(SavedPlan.objects.get(pk=plan.pk)).scenario == "what if"
    verbs = JournalEntry.objects.filter(subject_id=scenario.pk).values_list("verb", flat=True)
    assert set(verbs) == {"keep a scenario", "change a scenario"}


def test_scenarios_are_the_centres_and_are_shared_with_logistics_if_said() -> None:
    w = over_the_road()
    mover = make.person(Role.LOGISTICS, "EADRCC")
    kept(w, CLOSED)
    assert scenarios_of(w.operation, mover, DAY) == ()
    kept(w, CLOSED, name="shared", with_logistics=True)
    assert [each.name for each in scenarios_of(w.operation, mover, DAY)] == ["shared"]
    for nation in (w.donor, w.recipient):
        assert scenarios_of(w.operation, nation, DAY) == ()
        with pytest.raises(RoleMissing):
            scenarios.keep_scenario(
                act=make.act(nation), operation=w.operation.pk, name="x", changes=[CLOSED]
            )


def test_a_plan_of_another_order_or_a_closed_operation_is_refused_before_it_is_made() -> None:
    w, other = over_the_road(), make.world()
    with pytest.raises(ChoiceUnknown):
        planned(w, objectives=("speed",))
    with pytest.raises(ObjectiveTwice):
        planned(w, objectives=("late", "late"))
    with pytest.raises(NotFound):
        planned(other, scenario=kept(w, CLOSED).pk)
    order = ("late", "on_time")
    assert [s.objective for s in of_record(planned(w, objectives=order)).scores] == list(order)
    for event in ("wind_down", "close"):
        act = make.act(w.coordinator, reason="done")
        operations.move_operation(act=act, operation=w.operation.pk, event=event)
    for attempt in (lambda: planned(w), lambda: kept(w, CLOSED, name="late")):
        with pytest.raises(WrongStage):
            attempt()


def test_the_database_refuses_a_scenario_without_a_name() -> None:
    w = over_the_road()
    kept(w, CLOSED)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Scenario.objects.filter(operation=w.operation).update(name="")
    assert broken_constraint(caught.value) == "scenario_has_a_name"


def _searched(w: make.World, monkeypatch: pytest.MonkeyPatch, rounds: list[Plan | None]) -> Plan:
    """Search with rounds whose ends are given: a plan, or stopped before there was one."""

    def apart(_: Problem, **asked: Any) -> Plan | None:  # noqa: ANN401
        asked["stopped"]()
        return rounds.pop(0)

    monkeypatch.setattr(searching, "solved_apart", apart)
    problem = open_problem(w.operation, w.coordinator, day=DAY).problem
    act = make.act(w.coordinator)
    found = search(act=act, operation=w.operation, problem=problem, method="exact", seconds=60)
    told = PlanSearch.objects.get(pk=act.id)
    assert (told.ended, told.value) == (True, found.outcome.scores[0].value)
    return found


def test_a_search_that_is_stopped_keeps_its_best(monkeypatch: pytest.MonkeyPatch) -> None:
    w = over_the_road()
    assert _searched(w, monkeypatch, [None]).outcome.method == "greedy"


def test_a_search_ends_when_its_plan_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    w = over_the_road()
    problem = open_problem(w.operation, w.coordinator, day=DAY).problem
    proved = searching.solve(problem, method="exact")
    assert _searched(w, monkeypatch, [proved, None]).outcome.status is Status.OPTIMAL


def test_a_search_really_runs_in_a_process_of_its_own() -> None:
    w = over_the_road()
    problem = open_problem(w.operation, w.coordinator, day=DAY).problem
    found = searching.solved_apart(problem, method="exact", seconds=5, stopped=lambda: False)
    assert found == searching.solve(problem, method="exact")
    assert searching.solved_apart(problem, method="exact", seconds=5, stopped=lambda: True) is None
    assert found is not None
    assert better(searching.solve(problem, method="greedy"), found) == found


def test_only_whoever_plans_stops_a_search() -> None:
    w = over_the_road()
    told = PlanSearch.objects.create(
        key=uuid4(), operation=w.operation, method="exact", seconds=9, began_at=make.NOW
    )
    with pytest.raises(RoleMissing):
        stop_search(act=make.act(w.donor), search=told.pk)
    with pytest.raises(NotFound):
        stop_search(act=make.act(w.coordinator), search=uuid4())
    assert stop_search(act=make.act(w.coordinator), search=told.pk).stop_asked
    with pytest.raises(PlanMethodUnknown):
        planned(w, method="guess", long=True)


def test_the_goods_of_another_nation_wait_for_its_consent_and_the_plan_says_whose() -> None:
    w = make.world()
    make.offered(w, "5", origin="NOR")
    make.asked(w, "5")
    usual = planned(w)
    refused = planned(w, scenario=kept(w, Change(what=What.CONSENT_REFUSED, subject="NOR")).pk)
    assert len(of_record(usual).moves) == 1
    assert of_record(refused).moves == ()
    assert any("consent" in reason for reason in of_record(refused).unmet[0].reasons)


def test_the_plan_made_by_hand_is_held_against_one_made_afresh_on_the_same_goods() -> None:
    w = over_the_road()
    [gift] = w.operation.offer_lines.all()
    other = make.asked(w, "50", place=make.PLACE)
    first = w.operation.request_lines.exclude(pk=other.pk).get()
    make.agreed(w, gift, other, "50")
    assert of_record(planned(w)).moves == ()
    hand = plans.keep_hand_plan(act=make.act(w.coordinator), operation=w.operation.pk)
    afresh = planned(w, afresh=True)
    assert [move.line for move in of_record(hand).moves] == [f"{other.request.reference}/1"]
    assert sum(move.covers for move in of_record(afresh).moves) == 50
    found = comparison(hand.pk, afresh.pk, w.coordinator, DAY)
    lines = {f"{line.request.reference}/1" for line in (first, other)}
    assert {each.line for each in (*found.gains, *found.losses)} <= lines
    assert of_record(hand).asked == of_record(afresh).asked
    assert of_record(hand).status == "feasible"
    assert not any("passes" in note for note in of_record(hand).notes)
