"""What cannot be, typed at each door: refused with one sentence, or planned around and told."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.test import Client

from muster.actions import plans
from muster.cli.plans import plan as plan_commands
from muster.cli.transport import net as net_commands
from muster.core.refusals import Refusal
from muster.queries.plan_contents import ShownPlan, of_record
from muster.records.models import TransportLeg, User
from tests import make, make_rules
from tests.doors.asking import Asker
from tests.doors.commanding import run

pytestmark = pytest.mark.usefixtures("records")
Typed = dict[str, object]


def client_of(w: make.World) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=w.coordinator.user_id))
    return client


def by_page(w: make.World, leg: Typed) -> str:
    typed = {name: str(value) for name, value in leg.items()}
    address = f"/operations/{w.operation.code}/net"
    answer = client_of(w).post(address, {**typed, "verb": "leg", "key": str(uuid4())})
    page = unescape(answer.content.decode())
    if answer.status_code == 303:
        return ""
    assert answer.status_code in {409, 422}
    assert f'value="{leg["code"]}"' in page  # what was typed is still there
    return page


def by_api(w: make.World, leg: Typed) -> str:
    said = Asker.of(w.coordinator).post(f"/operations/{w.operation.code}/net", {"legs": [leg]})
    return "" if said.status == 201 else str(said.body)


def by_command(w: make.World, leg: Typed) -> str:
    told = {**leg, "from": leg["start"], "to": leg["end"]}
    options = [
        part
        for name in ("from", "to", "mode", "days", "kg")
        if name in told
        for part in (f"--{name}", str(told[name]))
    ]
    try:
        run(net_commands, "put", w.operation.code, str(leg["code"]), *options, "--user", "anna")
    except Refusal as refusal:
        return refusal.sentence
    return ""


DOORS = [by_page, by_api, by_command]
OUT = {"code": "OUT", "start": make.HUB, "end": make.PLACE, "mode": "road", "days": 0}
BACK = {"code": "BACK", "start": make.PLACE, "end": make.HUB, "mode": "road", "days": 0}


@pytest.mark.parametrize("door", DOORS)
def test_a_circle_of_free_legs_is_refused_at_every_door(
    door: Callable[[make.World, Typed], str],
) -> None:
    w = make.world()
    assert door(w, OUT) == ""
    assert "round for ever at no cost" in door(w, BACK)
    assert [leg.code for leg in TransportLeg.objects.filter(operation=w.operation)] == ["OUT"]
    assert door(w, {**BACK, "days": 1}) == ""


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"kg": -5}, "-5"),
        ({"end": make.HUB}, "onto itself"),
        ({"days": 9_999}, "days"),
        ({"kg": 10**13}, "kg"),
    ],
)
def test_a_leg_that_cannot_be_is_refused_at_every_door(
    door: Callable[[make.World, Typed], str], wrong: Typed, told: str
) -> None:
    w = make.world()
    assert told in door(w, {**OUT, **wrong})
    assert not TransportLeg.objects.filter(operation=w.operation).exists()


def planned(w: make.World, method: str = "exact") -> tuple[ShownPlan, str]:
    plan = plans.make_plan(
        act=make.act(w.coordinator), operation=w.operation.pk, method=method, seconds=60
    )
    answer = client_of(w).get(f"/plans/{plan.pk}")
    assert answer.status_code == 200
    return of_record(plan), unescape(answer.content.decode())


@pytest.mark.parametrize("method", ["greedy", "exact", "structured"])
def test_an_empty_operation_has_an_empty_plan_and_its_page_says_so(method: str) -> None:
    plan, page = planned(make.world(), method)
    assert (plan.moves, plan.unmet) == ((), ())
    assert "Nothing is asked that has a quantity." in page
    assert "every need with a stated quantity is met in full" in page


@pytest.mark.parametrize("method", ["greedy", "exact", "structured"])
def test_a_rule_that_forbids_everything_is_named_as_what_would_help(method: str) -> None:
    w = make.world()
    make.offered(w, "40")
    make.asked(w, "30")
    rule = make_rules.in_force(w, "true")
    plan, page = planned(w, method)
    assert plan.moves == ()
    assert [need.codes for need in plan.unmet] == [("forbidden",)]
    assert f"A change of rule {rule.code}" in page


@pytest.mark.parametrize("method", ["greedy", "exact", "structured"])
def test_amounts_nine_orders_apart_are_planned_to_the_last_piece(method: str) -> None:
    w = make.world()
    make.offered(w, "3000000001")
    make.asked(w, "1", urgency=1)
    make.asked(w, "3000000000", urgency=3)
    make.asked(w, "2", urgency=3)
    plan, page = planned(w, method)
    assert sum(move.amount for move in plan.moves) == 3_000_000_001
    assert sum(need.amount for need in plan.unmet) == 2
    assert "More of" in page


def test_a_need_whose_day_has_passed_is_planned_late_and_said_to_be() -> None:
    w = make.world()
    make.offered(w, "5")
    make.asked(w, "5", needed_by=make.NOW.date() - timedelta(days=1))
    plan, page = planned(w)
    assert [(move.amount, move.late) for move in plan.moves] == [(5, True)]
    assert "after the date needed" in page


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1", "soon"])
def test_a_time_that_is_none_is_refused_where_a_plan_is_asked_for_by_command(seconds: str) -> None:
    asked = ["make", "OP", "--seconds", seconds]
    result = CliRunner().invoke(plan_commands, asked)
    assert result.exit_code == 2
    assert "Invalid value for '--seconds'" in result.output
