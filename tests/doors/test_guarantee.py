"""A case of the guarantee opened and answered, through every door."""

import html
import json
from collections.abc import Callable
from uuid import uuid4

import click
import pytest
from click.testing import CliRunner
from django.test import Client, override_settings
from django.urls import reverse

from muster.actions import imports, intake
from muster.cli.guarantee import guarantee as commands
from muster.cli.requests import requests as request_commands
from muster.core.actors import Actor, Role
from muster.core.refusals import Refusal
from muster.queries.guarantee import find_case
from muster.records.models import GuaranteeCase
from tests.doors.asking import Asker, user_of
from tests.make import NOW, TENT, act, coordinator, person
from tests.make_guarantee import TODAY, answered, invoked, row, shown

pytestmark = pytest.mark.usefixtures("records")
WORDS = "An armed attack on Estonia."


@pytest.fixture(autouse=True)
def _clock() -> object:
    with override_settings(CLOCK=NOW.isoformat()):
        yield


def run(command: click.Command, *arguments: str, user: Actor) -> str:
    """Call a command as a person; a refusal is raised as in the program."""
    given = [*arguments, "--user", user_of(user).username]
    result = CliRunner().invoke(command, given, catch_exceptions=True)
    if isinstance(result.exception, Refusal):
        raise result.exception
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def client_of(actor: Actor) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user_of(actor), backend="django.contrib.auth.backends.ModelBackend")
    return client


def code() -> str:
    return f"G-{uuid4().hex[:8].upper()}"


def opened_by_page(actor: Actor, name: str, **more: str) -> tuple[int, str]:
    form = {
        "code": name,
        "name": "Attack",
        "kind": "defence",
        "affected": "EST",
        "invoked_by": "EST",
        "invoked_on": TODAY.isoformat(),
        "body": "NATO",
        "words": WORDS,
        "source": "a letter",
        **more,
    }
    answer = client_of(actor).post(reverse("guarantee_new"), form)
    return answer.status_code, answer.content.decode()


def opened_by_api(actor: Actor, name: str, **more: object) -> tuple[int, str]:
    wish = {
        "code": name,
        "name": "Attack",
        "kind": "defence",
        "affected": [{"party": "EST"}],
        "invoked_by": "EST",
        "invoked_on": TODAY.isoformat(),
        "words": WORDS,
        "source": "a letter",
        **more,
    }
    said = Asker.of(actor).post("/guarantee", wish)
    return said.status, json.dumps(said.body)


def opened_by_command(actor: Actor, name: str, **more: str) -> tuple[int, str]:
    given = {
        "kind": "defence",
        "name": "Attack",
        "affected": "EST",
        "invoked-by": "EST",
        "invoked-on": TODAY.isoformat(),
        "words": WORDS,
        "source": "a letter",
    } | {key.replace("_", "-"): value for key, value in more.items()}
    options = [part for key, value in given.items() for part in (f"--{key}", value)]
    try:
        return 0, run(commands, "invoke", name, *options, user=actor)
    except Refusal as refusal:
        return 2, refusal.sentence


def answered_by_page(actor: Actor, case: GuaranteeCase) -> None:
    form = {"party": "DEU", "words": "We stand by it.", "says": "something", "gives": "ships"}
    address = reverse("guarantee_answer", kwargs={"code": case.operation.code})
    assert client_of(actor).post(address, form).status_code == 303


def answered_by_api(actor: Actor, case: GuaranteeCase) -> None:
    wish = {"party": "DEU", "words": "We stand by it.", "gives": "ships"}
    said = Asker.of(actor).post(f"/guarantee/{case.operation.code}/answers", wish)
    assert (said.status, said.body["answered"]) == (201, 1)


def answered_by_command(actor: Actor, case: GuaranteeCase) -> None:
    words = ("--party", "DEU", "--words", "We stand by it.", "--gives", "ships")
    run(commands, "answer", case.operation.code, *words, user=actor)


_OPENERS: list[Callable[..., tuple[int, str]]] = [opened_by_page, opened_by_api, opened_by_command]
_ANSWERERS = [answered_by_page, answered_by_api, answered_by_command]


@pytest.mark.parametrize(("opens", "answers"), list(zip(_OPENERS, _ANSWERERS, strict=True)))
def test_a_case_is_opened_and_answered_at_every_door_and_the_register_shows_who_has_not(
    opens: Callable[..., tuple[int, str]], answers: Callable[..., None]
) -> None:
    name = code()
    status, _ = opens(coordinator(), name)
    assert status in {0, 201, 303}
    case = find_case(name, coordinator(), TODAY)
    assert (shown(case).owing, shown(case).answered) == (30, 0)
    answers(person(Role.DONOR, "DEU"), case)
    german = row(case, "DEU").answer
    assert german is not None
    assert (german.words, german.gives) == ("We stand by it.", "ships")
    assert row(case, "FRA").state == "waiting"


@pytest.mark.parametrize("opens", _OPENERS)
def test_collective_defence_of_a_partner_is_refused_at_every_door_with_the_same_sentence(
    opens: Callable[..., tuple[int, str]],
) -> None:
    partner: dict[str, object] = {"affected": "UKR", "invoked_by": "NATO"}
    if opens is opened_by_api:
        partner["affected"] = [{"party": "UKR"}]
    name = code()
    status, said = opens(coordinator(), name, **partner)
    assert status in {2, 422}
    assert "Ukraine was no member of North Atlantic Treaty Organization" in html.unescape(said)
    assert "help to a partner is support" in said
    assert not GuaranteeCase.objects.filter(operation__code=name).exists()


def test_requests_of_others_than_the_member_attacked_are_refused_at_every_door() -> None:
    case, latvian = invoked(), person(Role.RECIPIENT, "LVA")
    name = case.operation.code
    line = {"item": TENT, "amount": "10"}
    wish = {"recipient": "LVA", "reference": "R", "title": "Tents", "lines": [line]}
    said = Asker.of(latvian).post(
        f"/operations/{name}/requests", wish | {"asked_on": TODAY.isoformat()}
    )
    assert (said.status, said.code) == (403, "only_the_affected_asks")
    with pytest.raises(Refusal) as refused:
        run(
            request_commands,
            *("draft", name, "--recipient", "LVA", "--reference", "R", "--title", "Tents"),
            *("--item", TENT, "--amount", "10"),
            user=latvian,
        )
    assert refused.value.code == "only_the_affected_asks"
    address = reverse("request_new", kwargs={"code": name})
    page = client_of(latvian).get(address).content.decode()
    assert '<option value="LVA"' not in page


def test_the_room_shows_the_grid_the_clock_and_what_each_has_answered() -> None:
    case = invoked()
    answered(case, person(Role.DONOR, "DEU"), "DEU", words="Ein Wort.", gives="ships")
    answered(case, person(Role.DONOR, "FRA"), "FRA", gives="", nothing_further=True)
    address = reverse("guarantee_case", kwargs={"code": case.operation.code})
    page = client_of(person(Role.ANALYST, "EADRCC")).get(address).content.decode()
    for words in ("Ein Wort.", "Gives: ships", "Nothing further", "Sweden", "Answers due"):
        assert words in page, words
    assert "To be reminded" not in page
    assert "To be reminded" in client_of(coordinator()).get(address).content.decode()


def test_the_decision_and_the_end_are_recorded_in_the_room() -> None:
    case = invoked()
    address = reverse("guarantee_case", kwargs={"code": case.operation.code})
    centre = client_of(coordinator())
    form = {"verb": "establish", "establish-decided_on": TODAY.isoformat()}
    refused = centre.post(address, form)
    assert refused.status_code == 422
    assert 'href="#field-establish-reference"' in refused.content.decode()
    assert centre.post(address, form | {"establish-reference": "C-M(2023)1"}).status_code == 303
    assert "C-M(2023)1" in centre.get(address).content.decode()
    assert centre.post(address, {"verb": "withdraw"}).status_code == 422
    assert centre.post(address, {"verb": "close", "close-reason": "over"}).status_code == 303
    assert shown(case).case.stage == "closed"


def test_the_api_follows_a_case_from_its_decision_to_its_end() -> None:
    case = invoked()
    asker, name = Asker.of(coordinator()), f"/guarantee/{case.operation.code}"
    left = asker.get(f"{name}/reminders")
    assert (left.status, len(left.body)) == (200, 30)
    decided = asker.post(
        f"{name}/decision", {"decided_on": TODAY.isoformat(), "reference": "C-M(2023)1"}
    )
    assert (decided.body["stage"], decided.body["decision"]["reference"]) == (
        "established",
        "C-M(2023)1",
    )
    assert asker.post(f"{name}/closing", {}).code == "reason_missing"
    assert asker.post(f"{name}/withdrawal", {"reason": "an error"}).body["stage"] == "withdrawn"
    assert asker.get("/guarantee").body[0]["stage"]
    assert len(asker.get("/guarantee/policies").body) == 6
    assert Asker.of(person(Role.DONOR, "DEU")).get(name).status == 200
    assert asker.get("/guarantee/NONE").status == 404


def test_the_command_line_follows_a_case_to_its_end() -> None:
    case, centre = invoked(), coordinator()
    name = case.operation.code
    assert "such action as it deems necessary" in run_plain("policies")
    assert name in run(commands, "list", user=centre)
    assert len(json.loads(run(commands, "reminders", name, "--format", "json", user=centre))) == 30
    run(commands, "establish", name, "--reference", "C-M(2023)1", user=centre)
    told = run(commands, "show", name, user=centre)
    assert "C-M(2023)1" in told
    assert "established" in told
    run(commands, "close", name, "--reason", "over", user=centre)
    assert shown(case).case.stage == "closed"
    other = invoked()
    run(commands, "withdraw", other.operation.code, "--reason", "an error", user=centre)
    assert shown(other).case.stage == "withdrawn"


def test_an_operation_of_a_guarantee_kind_cannot_be_opened_by_the_door_of_operations() -> None:
    wish = {
        "code": code(),
        "name": "x",
        "kind": "defence",
        "recipients": [{"party": "UKR"}],
        "began_on": TODAY.isoformat(),
    }
    said = Asker.of(coordinator()).post("/operations", wish)
    assert (said.status, said.code) == (422, "not_invoked")


def test_a_member_finds_on_its_first_page_the_answer_that_it_owes() -> None:
    case, polish = invoked(name="The attack on Estonia"), person(Role.DONOR, "POL")
    page = client_of(polish).get(reverse("home")).content.decode()
    assert "Answers that you owe" in page
    assert reverse("guarantee_case", kwargs={"code": case.operation.code}) in page


def run_plain(*arguments: str) -> str:
    return CliRunner().invoke(commands, list(arguments)).stdout


def test_a_list_of_another_member_s_needs_is_refused_in_the_same_words() -> None:
    case = invoked()
    batch = intake.read_list(
        act=act(coordinator()),
        operation=case.operation_id,
        purpose="requests",
        name="needs.csv",
        data=b"Item,Quantity,Recipient\nFamily tents,41,Latvia\n",
        sender="A letter",
        party="LVA",
    )
    [line] = batch.lines.all()
    assert "requests come from the member attacked (Estonia) alone" in str(line.issues)
    with pytest.raises(Refusal):
        imports.commit_import(act=act(coordinator()), batch=batch.pk)
    assert shown(case).requests == ()
