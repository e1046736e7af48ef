"""Planning again from a plan, at every door; and a plan beside greedy and beside hands' work."""

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from muster.actions import plans
from muster.cli.plans import plan as plan_commands
from muster.core.planning.objectives import Objective
from muster.core.refusals import NotFound
from muster.queries.comparisons import comparison
from muster.queries.plan_contents import of_record, problem_kept
from muster.records.models import SavedPlan, User
from tests import make
from tests.doors.asking import Asker
from tests.doors.commanding import run

pytestmark = pytest.mark.usefixtures("records")


def planned() -> tuple[make.World, SavedPlan]:
    """A plan by another order than the usual, and a need that came after it."""
    w = make.world()
    make.offered(w, "50")
    make.asked(w, "30")
    plan = plans.make_plan(
        act=make.act(w.coordinator),
        operation=w.operation.pk,
        seconds=60,
        objectives=("on_time", "assignments"),
    )
    make.asked(w, "40", urgency=1)
    return w, plan


def seen_as(w: make.World) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=w.coordinator.user_id))
    return client


def test_a_plan_is_made_again_at_the_api_and_the_command_line_by_the_order_it_was_made_by() -> None:
    w, plan = planned()
    body = {"again_from": str(plan.pk), "seconds": 60}
    said = Asker.of(w.coordinator).post(f"/operations/{w.operation.code}/plans", body)
    assert said.status == 201
    assert said.body["plan"]["before"] == str(plan.pk)
    assert [each["objective"] for each in said.body["plan"]["scores"]] == ["on_time", "assignments"]
    assert sum(move["covers"] for move in said.body["plan"]["moves"]) == 50
    told = run(plan_commands, w.operation.code, "--from", str(plan.pk), "--seconds", "60").stdout
    assert "Against the plan before:" in told
    assert "1 needs gain, 1 lose" in told


def test_a_plan_of_another_operation_is_nothing_to_go_on_from() -> None:
    _, plan = planned()
    other = make.world()
    path = f"/operations/{other.operation.code}/plans"
    asker = Asker.of(other.coordinator)
    assert asker.post(path, {"again_from": str(plan.pk)}).status == 404
    assert asker.post(path, {"again_from": str(uuid4())}).status == 404
    with pytest.raises(NotFound):
        run(plan_commands, other.operation.code, "--from", str(plan.pk))
    assert not SavedPlan.objects.filter(operation=other.operation).exists()


@pytest.mark.parametrize("verb", ["again", "greedy", "by_hand"])
def test_a_button_of_the_plan_leads_to_both_plans_side_by_side(verb: str) -> None:
    w, plan = planned()
    client = seen_as(w)
    assert "Plan again from this" in client.get(f"/plans/{plan.pk}").content.decode()
    answer = client.post(f"/plans/{plan.pk}", {"verb": verb, "key": str(uuid4())})
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer["Location"]).query)
    first, second = (SavedPlan.objects.get(pk=query[side][0]) for side in "ab")
    assert client.get(answer["Location"]).status_code == 200
    match verb:
        case "again":
            assert (first.pk, of_record(second).before) == (plan.pk, plan.pk)
            page = client.get(f"/plans/{second.pk}").content.decode()
            assert "What moved, who gains, who loses" in page
        case "greedy":
            assert (first.method, second.pk) == ("greedy", plan.pk)
        case _:
            assert first.method == "by hand"
            assert second.pk != plan.pk


def test_beside_hands_work_both_answer_what_is_open_without_it() -> None:
    w, plan = planned()
    offer, need = w.operation.offer_lines.get(), w.operation.request_lines.earliest("recorded_at")
    make.agreed(w, offer, w.operation.request_lines.exclude(pk=need.pk).get(), "20")
    answer = seen_as(w).post(f"/plans/{plan.pk}", {"verb": "by_hand", "key": str(uuid4())})
    query = parse_qs(urlsplit(answer["Location"]).query)
    first, second = (SavedPlan.objects.get(pk=query[side][0]) for side in "ab")
    asked = [{(each.need, each.amount) for each in of_record(p).asked} for p in (first, second)]
    assert asked[0] == asked[1]
    found = comparison(first.pk, second.pk, w.coordinator, make.NOW.date())
    assert sum(gain.after - gain.before for gain in (*found.gains, *found.losses)) == 30


def test_afresh_and_asked_to_keep_what_is_agreed_a_plan_keeps_it_where_it_is() -> None:
    w = make.world()
    offers = [make.offered(w, "50") for _ in range(2)]
    need = make.asked(w, "50")
    for offer in offers:
        allocation = make.agreed(w, offer, need, "25")
        assert allocation.amount == 25
    orders = {True: ("on_time", "agreed"), False: ("on_time", "assignments")}
    moved = {}
    for keeps, order in orders.items():
        plan = plans.make_plan(
            act=make.act(w.coordinator),
            operation=w.operation.pk,
            seconds=60,
            objectives=order,
            afresh=True,
        )
        moved[keeps] = sorted(move.amount for move in of_record(plan).moves)
        kept = problem_kept(plan)
        assert kept is not None
        assert sorted(pair.agreed for pair in kept.pairs) == [25, 25]
        assert kept.objectives.order == tuple(Objective(name) for name in order)
    assert moved == {True: [25, 25], False: [50]}


def test_a_donor_presses_no_such_button() -> None:
    w, plan = planned()
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=w.donor.user_id))
    before = SavedPlan.objects.count()
    answer = client.post(f"/plans/{plan.pk}", {"verb": "again", "key": str(uuid4())})
    assert answer.status_code in {403, 404}
    assert SavedPlan.objects.count() == before
