"""A reserve through every door: kept by its nation, read by it, and by nobody else."""

import json
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner
from django.test import Client, override_settings
from django.urls import reverse

from muster.actions import imports, intake, plans, reports
from muster.cli.board import board as board_command
from muster.cli.journal import journal as journal_command
from muster.cli.offers import offers as offer_commands
from muster.cli.plans import plan as plan_command
from muster.cli.reserves import reserves as commands
from muster.core.actors import Actor, Role
from muster.core.refusals import Refusal
from muster.queries.reserves import headroom
from muster.records.models import OfferLine, Reserve, SavedPlan
from tests import make
from tests.doors.asking import Asker, user_of
from tests.make import NOW, TENT, person

pytestmark = pytest.mark.usefixtures("records")
TODAY = NOW.date()
# Figures that nothing else in a test has, as people and as programs write them.
HOLDS, FLOOR = "73919", "73879"
SECRETS = (HOLDS, FLOOR, "73,919", "73,879")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with override_settings(CLOCK=NOW.isoformat()):
        yield


def client_of(actor: Actor) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user_of(actor), backend="django.contrib.auth.backends.ModelBackend")
    return client


def by_page(actor: Actor) -> None:
    form = {"party": "DEU", "item": TENT, "holds": HOLDS, "floor": FLOOR}
    assert client_of(actor).post(reverse("reserves"), form).status_code == 303


def by_api(actor: Actor) -> None:
    wish = {"party": "DEU", "item": TENT, "holds": HOLDS, "floor": FLOOR}
    assert Asker.of(actor).post("/reserves", wish).status == 201


def by_command(actor: Actor) -> None:
    given = ["keep", TENT, "--party", "DEU", "--holds", HOLDS, "--floor", FLOOR]
    result = CliRunner().invoke(commands, [*given, "--user", user_of(actor).username])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("keeps", [by_page, by_api, by_command])
def test_a_reserve_is_kept_and_read_at_every_door_by_its_nation(
    keeps: Callable[[Actor], None],
) -> None:
    german = person(Role.DONOR, "DEU")
    keeps(german)
    assert headroom("DEU", TENT, TODAY) == 40
    page = client_of(german).get(reverse("reserves")).content.decode()
    assert "73,919" in page
    [row] = [each for each in Asker.of(german).get("/reserves").body if each["item"] == TENT]
    assert (row["holds"], row["floor"], row["headroom"]) == (73919, 73879, 40)
    listed = CliRunner().invoke(commands, ["list", "--user", user_of(german).username])
    assert "73,919" in listed.stdout


def test_an_offer_below_the_floor_is_refused_at_every_door_with_the_nation_s_figures() -> None:
    w = make.world()
    by_api(w.donor)
    wish = {
        "donor": "DEU",
        "reference": "BELOW",
        "title": "Tents",
        "offered_on": TODAY.isoformat(),
        "lines": [{"item": TENT, "amount": "41"}],
    }
    said = Asker.of(w.donor).post(f"/operations/{w.operation.code}/offers", wish)
    assert (said.status, said.code) == (409, "below_the_floor")
    assert "40 can be spared" in said.body["error"]["sentence"]
    given = ["make", w.operation.code, "--donor", "DEU", "--reference", "BELOW", "--item", TENT]
    user = ["--amount", "41", "--user", user_of(w.donor).username]
    refused = CliRunner().invoke(offer_commands, [*given, *user])
    assert isinstance(refused.exception, Refusal)
    assert refused.exception.code == "below_the_floor"
    assert not OfferLine.objects.filter(operation=w.operation).exists()


def test_a_list_read_by_the_centre_for_the_nation_is_refused_without_a_figure() -> None:
    w = make.world()
    by_api(w.donor)
    batch = intake.read_list(
        act=make.act(w.coordinator),
        operation=w.operation.pk,
        purpose="offers",
        name="offers.csv",
        data=b"Item,Quantity,Donor\nFamily tents,41,Germany\n",
        sender="A letter",
    )
    with pytest.raises(Refusal) as refused:
        imports.commit_import(act=make.act(w.coordinator), batch=batch.pk)
    assert refused.value.code == "held_back"
    assert not any(each.isdigit() for each in refused.value.sentence)


def _everything_read_by(actor: Actor, w: make.World) -> Iterator[tuple[str, str]]:
    """Read every list, page, answer and export that could tell, as one person."""
    client, asker, code = client_of(actor), Asker.of(actor), w.operation.code
    in_operation = (
        "operation requests offers allocations consignments arrivals plans reports"
        " operation_journal imports duplicates"
    )
    for name in in_operation.split():
        yield name, client.get(reverse(name, kwargs={"code": code})).content.decode()
    for name in [
        "home",
        "operations",
        "register",
        "reserves",
        "journal",
        "people",
        "items",
        "account",
        "guarantee",
    ]:
        yield name, client.get(reverse(name)).content.decode()
    yield "party", client.get(reverse("party", kwargs={"code": "DEU"})).content.decode()
    yield "item", client.get(reverse("item", kwargs={"code": TENT})).content.decode()
    [word] = Reserve.objects.filter(floor=int(FLOOR))
    of_word = {"subject": "reserve", "record": word.pk}
    yield "its journal", client.get(reverse("record_journal", kwargs=of_word)).content.decode()
    for plan in plans_of(w):
        yield "plan", client.get(reverse("plan", kwargs={"plan_id": plan})).content.decode()
        yield "plan by API", str(asker.get(f"/plans/{plan}").body)
    for path in (
        *("/reserves", f"/reserves/DEU/{TENT}", "/journal", "/parties/DEU", f"/items/{TENT}"),
        *(f"/operations/{code}/board", f"/operations/{code}/offers"),
        *(f"/operations/{code}/plans", f"/operations/{code}/reports"),
    ):
        yield path, str(asker.get(path).body)
    for command, given in (
        (commands, ["list"]),
        (commands, ["history", TENT, "--party", "DEU"]),
        (journal_command, []),
        (journal_command, ["--export"]),
        (board_command, [code]),
        (plan_command, [code]),
        (offer_commands, ["list", code]),
    ):
        told = CliRunner().invoke(command, [*given, "--user", user_of(actor).username])
        yield f"{command.name} {given}", told.output


def plans_of(w: make.World) -> list[object]:
    return list(SavedPlan.objects.filter(operation=w.operation).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("role", "party"),
    [
        (Role.COORDINATOR, "EADRCC"),
        (Role.ANALYST, "EADRCC"),
        (Role.LOGISTICS, "EADRCC"),
        (Role.DONOR, "FRA"),
        (Role.RECIPIENT, "UKR"),
    ],
)
def test_the_figures_of_a_reserve_are_in_nothing_that_anybody_else_reads(
    role: Role, party: str
) -> None:
    w = make.world()
    make.offered(w, "90")
    make.asked(w, "90")
    by_api(w.donor)
    plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, method="exact")
    reports.draft_report(act=make.act(w.coordinator), operation=w.operation.pk)
    reader = person(role, party)
    leaks = [
        f"{place}: {secret}"
        for place, text in _everything_read_by(reader, w)
        for secret in SECRETS
        if secret in text
    ]
    assert leaks == []


def test_the_nation_itself_reads_its_own_figures_where_others_do_not() -> None:
    w = make.world()
    make.offered(w, "90")
    make.asked(w, "90")
    by_api(w.donor)
    places = {
        place
        for place, text in _everything_read_by(w.donor, w)
        if any(secret in text for secret in SECRETS)
    }
    assert {"reserves", "/reserves", "its journal", "/journal"} <= places


def test_a_proposal_beyond_what_can_be_spared_is_refused_at_the_api_without_a_figure() -> None:
    w = make.world()
    line, need = make.offered(w, "90"), make.asked(w, "90")
    by_api(w.donor)
    wish = {"offer_line": str(line.pk), "request_line": str(need.pk), "amount": "41"}
    said = Asker.of(w.coordinator).post("/allocations", wish)
    assert (said.status, said.code) == (409, "held_back")
    assert not any(each.isdigit() for each in said.body["error"]["sentence"])
    assert json.dumps(said.body).count("held_back") == 1
