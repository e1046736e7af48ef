"""Messages of the field through the command line and the API, with the same answers at both."""

import functools
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.test import Client, override_settings
from django.urls import reverse
from lxml import etree

from muster.cli.messages import messages
from muster.core.actors import Actor
from muster.core.exchanging import MessageFaulty
from muster.core.refusals import MessageUnknown, SignInNeeded
from muster.formats.edxl.judging import Judge
from muster.queries.messages import judge
from muster.records.models import AssistanceRequest, ReceivedMessage
from tests import make
from tests.doors import commanding
from tests.doors.asking import ROOT, Asker, token_of, user_of
from tests.formats.edxl_cases import SCHEMAS, needs_schemas
from tests.formats.edxl_examples import in_envelope
from tests.make import World, world

pytestmark = pytest.mark.usefixtures("records")


run = functools.partial(commanding.run, messages)


def user(actor: Actor) -> str:
    """The user name of an actor."""
    return user_of(actor).username


def posted(w: World, actor: Actor, data: bytes, **query: str) -> tuple[int, Any]:
    """What the API answers to a message."""
    answer = Client(SERVER_NAME="localhost").post(
        f"{ROOT}/messages",
        data,
        content_type="application/xml",
        query_params={"operation": w.operation.code, **query},
        headers={"Authorization": f"Bearer {token_of(actor)}", "Idempotency-Key": str(uuid4())},
    )
    return answer.status_code, json.loads(answer.content)


@pytest.fixture
def told(tmp_path: Path) -> tuple[World, str]:
    """A request of another site, written by the command, in a file; and a site that has none."""
    there, here = world(), world()
    request = make.asked(there).request_id
    path = tmp_path / "request.xml"
    path.write_text(run("write", str(request), "--user", user(there.recipient)).stdout)
    return here, str(path)


def test_a_message_is_rehearsed_received_listed_and_answered_twice(told: tuple[World, str]) -> None:
    w, path = told
    where = [path, "--operation", w.operation.code, "--user", user(w.recipient)]
    assert "nothing was stored" in run("receive", *where, "--dry-run").stdout
    assert not ReceivedMessage.objects.exists()
    [said] = json.loads(run("receive", *where, "--format", "json").stdout)
    assert AssistanceRequest.objects.get(pk=said["record"]).stage == "submitted"
    assert json.loads(run("receive", *where, "--format", "json").stdout) == [said]
    listed = json.loads(run("list", w.operation.code, "--format", "json").stdout)
    assert [each["message_id"] for each in listed] == [said["message_id"]]
    assert said["id"] in run("list", w.operation.code).stdout
    ack = run("write", said["id"], "--user", user(w.recipient)).stdout
    assert "<de:distributionType>Ack</de:distributionType>" in ack


def test_every_fault_is_listed_with_its_place_before_the_refusal(told: tuple[World, str]) -> None:
    w, path = told
    text = Path(path).read_text().replace(">Requester<", ">Boss<").replace(">100<", ">many<")
    arguments = ["-", "--operation", w.operation.code, "--user", user(w.recipient)]
    result = CliRunner().invoke(messages, ["receive", *arguments], input=text)
    assert isinstance(result.exception, MessageFaulty)
    assert "ContactRole (line" in result.stdout
    assert "Amount" in result.stdout
    result = CliRunner().invoke(messages, ["receive", *arguments, "--format", "json"], input=text)
    assert len(json.loads(result.stdout)["issues"]) >= 2


def test_the_command_says_what_of_an_envelope_is_kept_and_not_read(
    told: tuple[World, str],
) -> None:
    w, path = told
    alert = b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>'
    data = in_envelope(Path(path).read_bytes(), alert)
    arguments = ["-", "--operation", w.operation.code, "--user", user(w.recipient), "--dry-run"]
    result = CliRunner().invoke(messages, ["receive", *arguments, "--format", "json"], input=data)
    assert result.exit_code == 0
    assert "kept and not read: alert. [edxl_content_carried]" in result.stderr
    assert len(json.loads(result.stdout)) == 1


def test_nobody_receives_a_message_without_signing_in(told: tuple[World, str]) -> None:
    w, path = told
    with pytest.raises(SignInNeeded):
        run("receive", path, "--operation", w.operation.code)


def test_the_api_receives_writes_and_lists_messages(told: tuple[World, str]) -> None:
    w, path = told
    data = Path(path).read_bytes()
    status, [rehearsed] = posted(w, w.recipient, data, dry_run="true")
    assert (status, ReceivedMessage.objects.count()) == (201, 0)
    status, [said] = posted(w, w.recipient, data)
    assert (status, said["said"]) == (201, rehearsed["said"])
    assert said["entries"][0]["element_id"] == "1"
    asker = Asker.of(w.recipient)
    written = asker.get(f"/messages/{said['record']}")
    assert written.headers["Content-Type"].startswith("application/xml")
    assert etree.fromstring(written.body.encode()).tag.endswith("}RequestResource")
    wrapped = asker.get(f"/messages/{said['record']}", envelope="true").body
    assert etree.fromstring(wrapped.encode()).tag.endswith("}EDXLDistribution")
    assert len(asker.get(f"/operations/{w.operation.code}/messages").body["items"]) == 1
    assert Asker.of(w.donor).get(f"/messages/{said['record']}").code == "not_found"
    assert asker.get(f"/messages/{uuid4()}").status == 404


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "file_empty"),
        (b"<a/>", 422, "message_faulty"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", 422, "message_faulty"),
        (b"<" + b"a" * (8 * 1024 * 1024), 422, "message_faulty"),
        (b"not xml", 422, "message_faulty"),
    ],
    ids=["empty", "stranger", "doctype", "large", "text"],
)
def test_the_api_refuses_what_is_no_message_and_stores_nothing(
    data: bytes, status: int, code: str
) -> None:
    w = world()
    found, said = posted(w, w.recipient, data)
    assert (found, said["error"]["code"]) == (status, code)
    assert not ReceivedMessage.objects.exists()


def test_the_api_lists_the_faults_of_a_message(told: tuple[World, str]) -> None:
    w, path = told
    data = Path(path).read_bytes().replace(b">Requester<", b">Boss<")
    status, said = posted(w, w.recipient, data)
    assert status == 422
    [issue] = said["issues"]
    assert issue["place"].startswith("RequestResource/ContactInformation/ContactRole")


def test_a_site_judges_by_the_schemas_that_it_is_given() -> None:
    assert judge() is None
    with override_settings(EDXL_SCHEMAS="/nowhere"), pytest.raises(FileNotFoundError):
        judge()


@needs_schemas
def test_a_site_with_schemas_finds_what_only_they_say(told: tuple[World, str]) -> None:
    w, path = told
    with override_settings(EDXL_SCHEMAS=str(SCHEMAS)):
        assert judge() is Judge.of_folder(SCHEMAS.resolve())
        status, _ = posted(w, w.recipient, Path(path).read_bytes())
    assert status == 201


def test_a_response_to_nothing_is_refused_at_both_doors(told: tuple[World, str]) -> None:
    w, path = told
    text = (
        Path(path)
        .read_text()
        .replace(
            "<rmsg:ContactInformation>",
            "<rmsg:MessageRecall><rm:RecallMessageID>urn:x:1</rm:RecallMessageID>"
            "<rm:RecallType>Cancel</rm:RecallType></rmsg:MessageRecall><rmsg:ContactInformation>",
            1,
        )
    )
    status, said = posted(w, w.recipient, text.encode())
    assert (status, said["error"]["code"]) == (409, "message_unknown")
    arguments = ["-", "--operation", w.operation.code, "--user", user(w.recipient)]
    with pytest.raises(MessageUnknown):
        run("receive", *arguments, text=text)


def test_the_page_of_a_record_leads_to_its_message() -> None:
    w = world()
    allocation = make.agreed(w, make.offered(w), make.asked(w), "10")
    box = make.shipped(w, allocation)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user_of(w.coordinator))
    pages = {
        "request": ("request_id", allocation.request_line.request_id),
        "offer": ("offer_id", allocation.offer_line.offer_id),
        "allocation": ("allocation_id", allocation.pk),
        "consignment": ("consignment_id", box.pk),
    }
    for name, (argument, key) in pages.items():
        page = browser.get(reverse(name, kwargs={argument: key})).content.decode()
        there = f"{ROOT}/messages/{key}"
        assert f'href="{there}"' in page, name
        answer = browser.get(there)
        assert (answer.status_code, answer["Content-Type"]) == (
            200,
            "application/xml; charset=utf-8",
        )


def test_the_page_tries_a_message_receives_it_and_shows_what_came_of_it(
    told: tuple[World, str],
) -> None:
    w, path = told
    client = Client(SERVER_NAME="localhost")
    client.force_login(user_of(w.recipient))
    here = reverse("messages", kwargs={"code": w.operation.code})
    text = Path(path).read_text()
    tried = client.post(here, {"text": text, "verb": "rehearse", "key": str(uuid4())})
    assert (tried.status_code, ReceivedMessage.objects.count()) == (200, 0)
    assert "This was a trial" in tried.content.decode()
    came = client.post(here, {"text": text, "verb": "receive", "key": str(uuid4())})
    assert came.status_code == 303
    row = ReceivedMessage.objects.get()
    shown = client.get(came["Location"]).content.decode()
    assert row.message_id in shown
    assert reverse("request", kwargs={"request_id": row.subject_id}) in shown
    assert row.message_id in client.get(here).content.decode()
    original = client.get(reverse("message_original", kwargs={"message_id": row.pk}))
    assert original.content.decode() == text.strip()
    ack = client.get(reverse("message_acknowledgement", kwargs={"message_id": row.pk}))
    assert b"<de:distributionType>Ack</de:distributionType>" in ack.content
    again = client.post(here, {"text": text, "verb": "receive", "key": str(uuid4())})
    assert again["Location"] == came["Location"]


def test_the_page_lists_every_fault_of_a_message_and_stores_nothing(
    told: tuple[World, str],
) -> None:
    w, path = told
    client = Client(SERVER_NAME="localhost")
    client.force_login(user_of(w.recipient))
    here = reverse("messages", kwargs={"code": w.operation.code})
    text = Path(path).read_text().replace(">Requester<", ">Boss<").replace(">100<", ">many<")
    refused = client.post(here, {"text": text, "verb": "receive"})
    said = refused.content.decode()
    assert refused.status_code == 422
    assert "RequestResource/ContactInformation/ContactRole" in said
    assert said.count("edxl_") >= 2
    for nothing in ("", "no message"):
        assert client.post(here, {"text": nothing, "verb": "receive"}).status_code == 422
    assert not ReceivedMessage.objects.exists()
    strange = client.get(reverse("message", kwargs={"message_id": uuid4()}))
    assert strange.status_code == 404


@needs_schemas
def test_a_folder_of_schemas_may_be_named_from_where_one_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(SCHEMAS.parent)
    Judge.of_folder.cache_clear()
    assert Judge.of_folder(Path(SCHEMAS.name)).schema is not None
