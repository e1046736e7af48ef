"""Enquiries through the API, the command line and the pages: the same answers at each."""

import functools
import json
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from muster.actions.enquiries import ask
from muster.cli.enquiries import enquiries
from muster.core.actors import Actor
from muster.records.models import Allocation, Enquiry
from tests.doors import commanding
from tests.doors.asking import Asker, user_of
from tests.make import World, act, agreed, asked, offered, world

pytestmark = pytest.mark.usefixtures("records")

run = functools.partial(commanding.run, enquiries)


@pytest.fixture
def promised() -> tuple[World, Allocation]:
    w = world()
    return w, agreed(w, offered(w), asked(w), "40")


def user(actor: Actor) -> str:
    """The user name of an actor."""
    return user_of(actor).username


def browser_of(actor: Actor) -> Client:
    """A browser in which somebody is signed in."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user_of(actor))
    return client


def test_the_api_asks_lists_shows_answers_and_refuses(promised: tuple[World, Allocation]) -> None:
    w, allocation = promised
    donor, recipient = Asker.of(w.donor), Asker.of(w.recipient)
    here = f"/operations/{w.operation.code}/enquiries"
    body = {"kind": "return", "words": "Please send them back.", "about": str(allocation.pk)}
    made = donor.post(here, body)
    assert (made.status, made.body["stage"], made.body["asked"]) == (201, "asked", "UKR")
    key = made.body["id"]
    assert [each["id"] for each in recipient.get(here, open_only="true").body["items"]] == [key]
    assert donor.post(f"/enquiries/{key}/answer", {"answer": "agree"}).status == 403
    unfit = recipient.post(f"/enquiries/{key}/answer", {"answer": "tell", "words": "No idea"})
    assert (unfit.status, unfit.code) == (422, "enquiry_answer_unfit")
    said = recipient.post(f"/enquiries/{key}/answer", {"answer": "decline", "words": "In use."})
    assert (said.body["stage"], said.body["answer"]) == ("declined", "In use.")
    assert recipient.get(here, open_only="true").body["items"] == []
    late = donor.post(f"/enquiries/{key}/withdraw", {"reason": "no longer needed"})
    assert (late.status, late.code) == (409, "wrong_stage")
    assert donor.post(here, {**body, "kind": "extension"}).code == "enquiry_without_day"
    assert donor.get(f"/enquiries/{uuid4()}").status == 404


def test_the_command_line_asks_lists_shows_and_answers(
    promised: tuple[World, Allocation],
) -> None:
    w, allocation = promised
    about = ["--about", str(allocation.pk), "--words", "Until June?", "--until", "2099-06-30"]
    made = json.loads(
        run(
            *("ask", w.operation.code, "--kind", "extension", *about),
            *("--user", user(w.recipient), "--format", "json"),
        ).stdout
    )
    assert (made["what"], made["stage"]) == ("enquiry", "asked")
    listed = json.loads(
        run("list", w.operation.code, "--open", "--format", "json", "--user", user(w.donor)).stdout
    )
    assert [(each["id"], each["until"]) for each in listed] == [(made["id"], "2099-06-30")]
    run("answer", made["id"], "agree", "--user", user(w.donor))
    shown = json.loads(run("show", made["id"], "--format", "json").stdout)
    assert (shown["stage"], [each["event"] for each in shown["happened"]]) == (
        "agreed",
        ["ask", "agree"],
    )


def test_the_pages_ask_answer_and_say_what_is_wrong(promised: tuple[World, Allocation]) -> None:
    w, allocation = promised
    here = reverse("enquiries", kwargs={"code": w.operation.code})
    donor, recipient = browser_of(w.donor), browser_of(w.recipient)
    form = {"kind": "quote", "words": "", "about": str(allocation.pk), "key": str(uuid4())}
    assert donor.post(here, form).status_code == 422
    assert donor.post(here, {**form, "words": "How much?", "about": "x"}).status_code == 404
    assert not Enquiry.objects.exists()
    asked_of = donor.post(here, {**form, "words": "How much?"})
    assert asked_of.status_code == 303
    page = asked_of["Location"]
    assert "Take it back" in donor.get(page).content.decode()
    seen = recipient.get(page).content.decode()
    assert "How much?" in seen
    assert reverse("allocation", kwargs={"allocation_id": allocation.pk}) in seen
    empty = recipient.post(page, {"verb": "tell", "tell-words": ""})
    assert (empty.status_code, Enquiry.objects.get().stage) == (422, "asked")
    told = recipient.post(page, {"verb": "tell", "tell-words": "A gift.", "key": str(uuid4())})
    assert told.status_code == 303
    assert "A gift." in donor.get(page).content.decode()
    assert donor.get(here).content.decode().count("How much?") == 1
    about = f"{here}?about={allocation.pk}"
    of_it = reverse("allocation", kwargs={"allocation_id": allocation.pk})
    assert about in donor.get(of_it).content.decode()
    assert "How much?" in donor.get(about).content.decode()
    assert "How much?" not in donor.get(here, {"about": str(uuid4())}).content.decode()
    assert "How much?" not in donor.get(here, {"show": "open"}).content.decode()


def test_a_strange_button_is_refused(promised: tuple[World, Allocation]) -> None:
    w, allocation = promised
    enquiry = ask(
        act=act(w.donor),
        operation=w.operation.pk,
        kind="return",
        words="Please.",
        about=allocation.pk,
    )
    page = reverse("enquiry", kwargs={"enquiry_id": enquiry.pk})
    assert browser_of(w.recipient).post(page, {"verb": "explode"}).status_code == 422
    enquiry.refresh_from_db()
    assert enquiry.stage == "asked"
