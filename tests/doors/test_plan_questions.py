"""Questions to a plan at its doors: what it would take, and how it would stand up."""

import json
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from muster.actions import plans, transport
from muster.cli.plans import plan as plan_commands
from muster.cli.scenarios import scenario as scenario_commands
from muster.core.planning.transport import LegTold
from muster.core.refusals import AmountNotPositive, NotFound, Refusal
from muster.records.models import Item, SavedPlan, User
from tests import make
from tests.doors.asking import Asker
from tests.doors.commanding import run

pytestmark = pytest.mark.usefixtures("records")

# Seconds that are never used up, so that no answer hangs on how fast the machine is.
LONG = 600


def tight() -> tuple[make.World, SavedPlan, str]:
    """A plan in which a leg has room for 30 of 50 tents in each of three weeks."""
    w = make.world()
    weight = Item.objects.get(pk=make.TENT).mass_g
    assert weight
    leg = LegTold(
        code="RZE-LVIV",
        start=make.HUB,
        end=make.PLACE,
        mode="road",
        days=2,
        kg=Decimal(weight * 30) / 1_000,
    )
    transport.put_legs(act=make.act(w.coordinator), operation=w.operation.pk, legs=[leg])
    make.offered(w, "100", place=make.HUB)
    need = make.asked(w, "100", place=make.PLACE)
    plan = plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, seconds=5)
    return w, plan, str(need.pk)


def test_what_it_would_take_is_said_at_the_api_and_the_command_line_alike() -> None:
    w, plan, need = tight()
    said = Asker.of(w.coordinator).get(f"/plans/{plan.pk}/needs/{need}", seconds=LONG)
    assert said.status == 200
    assert said.body["need"]["amount"] == 10
    assert any("carries" in each["sentence"] for each in said.body["takes"]["found"])
    told = json.loads(
        run(plan_commands, "explain", need, "--seconds", str(LONG), "--format", "json").stdout
    )
    assert told["plan"] == str(plan.pk)
    assert told["need"]["takes"]["sentence"] == said.body["takes"]["sentence"]
    with pytest.raises(NotFound):
        run(plan_commands, "explain", "R-0/1")
    assert Asker.of(w.coordinator).get(f"/plans/{plan.pk}/needs/{plan.pk}").status == 404


def test_one_more_kilogram_is_priced_alike_on_the_page_at_the_api_and_the_command_line() -> None:
    w, plan, need = tight()
    told = Asker.of(w.coordinator).get(f"/plans/{plan.pk}/prices", seconds=LONG).body
    assert (told["tried"], told["of"]) == (3, 3)  # the leg is full in three weeks
    first = told["found"][0]
    assert first["more"] == {need: 1}
    assert "RZE-LVIV carries" in first["sentence"]
    assert "it would let through 1 of" in first["sentence"]
    printed = run(plan_commands, "prices", str(plan.pk), "--seconds", str(LONG)).stdout
    assert first["sentence"] in printed
    assert "3 of them would let more through" in printed
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=w.coordinator.user_id))
    shown = client.get(f"/plans/{plan.pk}/prices", {"look": "60"}).content.decode()
    assert first["sentence"] in unescape(shown)
    page = client.get(f"/plans/{plan.pk}").content.decode()
    assert f'hx-get="/plans/{plan.pk}/prices?short=1"' in page
    asked = Asker.of(w.coordinator).get(f"/plans/{plan.pk}/needs/{need}", seconds=LONG)
    of_need = asked.body["prices"]
    assert of_need["found"] == told["found"]


def test_a_need_is_shown_at_once_and_what_takes_time_only_when_it_is_looked_for() -> None:
    w, plan, need = tight()
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=w.coordinator.user_id))
    at_once = client.get(f"/plans/{plan.pk}/needs/{need}").content.decode()
    assert 'hx-trigger="load"' in at_once
    assert "What would meet it" not in at_once
    looked = client.get(f"/plans/{plan.pk}/needs/{need}", {"look": "10"}).content.decode()
    assert "What would meet it" in looked
    assert 'hx-trigger="load"' not in looked
    assert client.get(f"/plans/{plan.pk}/needs/{need}", {"look": "9999"}).status_code == 422
    assert Asker.of(w.coordinator).get(f"/plans/{plan.pk}/prices", seconds=0).status == 422
    assert Asker.of(w.coordinator).get(f"/plans/{plan.pk}/prices", seconds=10**6).status == 422


def test_futures_are_drawn_by_the_chances_given_and_the_same_ones_again() -> None:
    w, plan, _ = tight()
    asker = Asker.of(w.coordinator)
    calm = asker.get(f"/plans/{plan.pk}/stress", count=200, offer_late=0, leg_closed=0)
    assert calm.body["unhurt"] == 200
    rough = asker.get(f"/plans/{plan.pk}/stress", count=200, leg_closed=1)
    assert rough.body == asker.get(f"/plans/{plan.pk}/stress", count=200, leg_closed=1).body
    spread = rough.body["spreads"][0]
    assert (spread["asked"], spread["planned"]) == (100, 90)
    assert asker.get(f"/plans/{plan.pk}/stress", leg_closed=2).status == 422
    assert asker.get(f"/plans/{plan.pk}/stress", count=10**9).status == 422
    told = run(plan_commands, "stress", str(plan.pk), "--count", "200", "--leg-closed", "1")
    assert "200 futures" in told.stdout


def test_a_leg_a_donor_or_a_consent_may_have_a_chance_of_its_own_at_every_door() -> None:
    w, _, _ = tight()
    make.asked(w, "5", place=make.PLACE, urgency=1, needed_by=make.NOW.date() + timedelta(days=3))
    plan = plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, seconds=5)
    asker = Asker.of(w.coordinator)
    calm = {"count": 200, "offer_late": 0, "leg_closed": 0}
    assert asker.get(f"/plans/{plan.pk}/stress", **calm).body["unhurt"] == 200
    shut = asker.get(f"/plans/{plan.pk}/stress", own="RZE-LVIV=100", **calm).body
    assert [hinge["id"] for hinge in shut["hinges"]] == ["RZE-LVIV"]
    late = asker.get(f"/plans/{plan.pk}/stress", own="Germany=100%", **calm).body
    assert {hinge["trouble"] for hinge in late["hinges"]} == {"offer_late"}
    for wrong in ("RZE-LVIV", "RZE-LVIV=much", "RZE-LVIV=101", "Atlantis=5"):
        assert asker.get(f"/plans/{plan.pk}/stress", own=wrong, **calm).status == 422
    options = ("--count", "200", "--offer-late", "0", "--leg-closed", "0")
    told = run(plan_commands, "stress", str(plan.pk), *options, "--own", "RZE-LVIV=100").stdout
    assert "RZE-LVIV" in told
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=w.coordinator.user_id))
    page = client.get(f"/plans/{plan.pk}/stress", {**calm, "own": "RZE-LVIV=100\nGermany=0"})
    assert page.status_code == 200
    assert "the leg is closed" in page.content.decode()
    assert client.get(f"/plans/{plan.pk}/stress", {"own": "Atlantis=5"}).status_code == 422


def test_two_plans_are_compared_and_taken_up_in_part_by_command() -> None:
    w, plan, _ = tight()
    code = w.operation.code
    changes = '[{"what": "leg_room", "subject": "RZE-LVIV", "kg": 0}]'
    run(
        scenario_commands, "keep", code, "no room", "--changes", "-", "--user", "anna", text=changes
    )
    listed = json.loads(run(scenario_commands, "list", code, "--format", "json").stdout)
    assert listed[0]["changes"] == "RZE-LVIV carries 0 kg in a week."
    other = json.loads(
        run(
            plan_commands,
            *(code, "--scenario", "no room", "--keep", "--user", "anna", "--format", "json"),
        ).stdout
    )
    assert other["plan"]["moves"] == []
    found = json.loads(
        run(plan_commands, "compare", str(plan.pk), other["id"], "--format", "json").stdout
    )
    assert (found["losses"][0]["first_in_all"], found["losses"][0]["second_in_all"]) == (90, 0)
    assert found["gains"] == []
    assert len(json.loads(run(plan_commands, "list", code, "--format", "json").stdout)) == 2
    run(plan_commands, "accept", str(plan.pk), "--donor", "Germany", "--user", "anna")
    assert w.operation.allocations.count() == 3


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ('[{"what": "magic", "subject": "x"}]', Refusal),
        ('[{"what": "leg_room", "subject": "RZE-LVIV", "kg": -1}]', AmountNotPositive),
        ('[{"what": "leg_room", "subject": "RZE-LVIV", "kg": "much"}]', Refusal),
        ('[{"what": "leg_room", "subject": "RZE-LVIV", "speed": 1}]', Refusal),
        ('[{"what": "leg_closed", "subject": "RZE-LVIV", "first": "soon"}]', Refusal),
        ("[]", Refusal),
        ("{}", Refusal),
    ],
)
def test_changes_that_cannot_be_read_are_refused(changes: str, refusal: type[Refusal]) -> None:
    w, _, _ = tight()
    keep = ("keep", w.operation.code, "bad", "--changes", "-", "--user", "anna")
    with pytest.raises(refusal):
        run(scenario_commands, *keep, text=changes)
    assert (
        json.loads(run(scenario_commands, "list", w.operation.code, "--format", "json").stdout)
        == []
    )
