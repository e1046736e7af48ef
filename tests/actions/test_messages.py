"""Messages of the field: each once, judged whole, done by real verbs or kept and said so."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.actions import requests
from muster.actions.imports import commit_import
from muster.actions.intake import LineDecision, decide_lines
from muster.actions.messages import rehearse
from muster.actions.requests import LineAsked
from muster.core.exchanging import MessageFaulty
from muster.core.messages import Message
from muster.core.refusals import (
    EntryUnknown,
    MessageIdReused,
    MessageUnclear,
    MessageUnknown,
    NotFound,
    Refusal,
    WrongStage,
)
from muster.formats.edxl.writing import write
from muster.queries.amounts import Typed
from muster.queries.messages import document
from muster.records.models import (
    AssistanceRequest,
    OfferLine,
    ReceivedMessage,
)
from tests import make
from tests.formats.edxl_cases import messages
from tests.make import TENT, act, world
from tests.make_messages import (
    DAY,
    circulated,
    made,
    message,
    response_to,
    taken,
    written,
)

pytestmark = pytest.mark.usefixtures("records")


def test_a_message_received_twice_is_answered_and_not_repeated() -> None:
    a, b = world(), world()
    data = written(make.asked(a).request_id, a.coordinator)
    first = taken(b, b.recipient, data)
    again = taken(b, b.recipient, data.replace(b"\n", b"\n\n"))
    assert again == first
    assert AssistanceRequest.objects.filter(operation=b.operation).count() == 1
    with pytest.raises(MessageIdReused):
        taken(b, b.recipient, data.replace(b">100<", b">101<"))
    with pytest.raises(MessageIdReused):
        taken(a, a.recipient, data)


def test_nothing_of_a_rehearsal_stays() -> None:
    a, b = world(), world()
    data = written(make.asked(a).request_id, a.coordinator)
    [said] = rehearse(act=act(b.recipient), operation=b.operation.pk, data=data)
    assert "handed in" in said.said
    assert not ReceivedMessage.objects.exists()
    assert not AssistanceRequest.objects.filter(operation=b.operation).exists()


def test_what_is_in_doubt_waits_for_a_person_and_keeps_its_place() -> None:
    a, b = world(), world()
    asked = make.asked(a)
    data = written(asked.request_id, a.coordinator)
    strange = data.replace(TENT.encode(), b"X-1").replace(asked.item.name.encode(), b"Quuxogram")
    said = taken(b, b.recipient, strange)
    assert said.record is None
    assert said.waits_in is not None
    assert not AssistanceRequest.objects.filter(operation=b.operation).exists()
    answer = response_to(message(strange).message_id)
    with pytest.raises(MessageUnclear, match="waits in the import"):
        taken(b, b.coordinator, answer)
    decision = LineDecision(number=1, item=TENT)
    decide_lines(act=act(b.recipient), batch=said.waits_in, decisions=[decision])
    commit_import(act=act(b.recipient), batch=said.waits_in)
    request = AssistanceRequest.objects.get(operation=b.operation)
    circulated(b, request.pk)
    back = taken(b, b.donor, answer)
    assert OfferLine.objects.get(offer_id=made(back)).answers_id == request.lines.get().pk


def test_ids_that_lead_nowhere_are_refused_with_their_place() -> None:
    w = world()
    asked = make.asked(w)
    with pytest.raises(MessageUnknown, match=r"ResponseToRequestResource/PrecedingMessageID"):
        taken(w, w.donor, response_to("urn:nobody:1"))
    with pytest.raises(EntryUnknown, match='entry "9"'):
        taken(w, w.donor, response_to(f"urn:uuid:{asked.request_id}", entry="9"))
    gone = written(asked.request_id, w.coordinator).replace(
        b"<rmsg:ContactInformation>",
        b"<rmsg:MessageRecall><rm:RecallMessageID>urn:gone</rm:RecallMessageID>"
        b"<rm:RecallType>Cancel</rm:RecallType></rmsg:MessageRecall><rmsg:ContactInformation>",
        1,
    )
    other = gone.replace(str(asked.request_id).encode(), b"x")
    with pytest.raises(MessageUnknown, match="RecallMessageID"):
        taken(w, w.recipient, other)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"<rmsg:ResourceID>SHL-TNT-FAM</rmsg:ResourceID>", b"", ""),
        (b"EDXL:RM:1.0:msg", b"EDXL:RM:9.9:msg", "edxl_namespace_wrong"),
        (b"<rmsg:RequestResource", b"<!DOCTYPE x><rmsg:RequestResource", "xml_document_type"),
        (b"<rmsg:SentDateTime>", b"<rmsg:SentDateTime>soon ", "edxl_value_unreadable"),
        (b"</rmsg:RequestResource>", b"", "xml_malformed"),
    ],
)
def test_what_is_not_valid_is_refused_whole_with_the_place_of_every_fault(
    old: bytes, new: bytes, code: str
) -> None:
    a, b = world(), world()
    asked = make.asked(a)
    data = written(asked.request_id, a.coordinator).replace(old, new)
    if not code:
        name = f"<rmsg:Name>{asked.item.name}</rmsg:Name>".encode()
        assert name in data
        data, code = data.replace(name, b""), "edxl_resource_unnamed"
    with pytest.raises(MessageFaulty) as refused:
        taken(b, b.recipient, data)
    assert code in {issue.code for issue in refused.value.issues}
    assert not ReceivedMessage.objects.exists()


def test_messages_travel_in_envelopes_which_are_acknowledged() -> None:
    a, b = world(), world()
    asked = make.asked(a)
    data = written(asked.request_id, a.coordinator, envelope=True)
    said = taken(b, b.recipient, data)
    ack = written(said.id, b.recipient)
    assert b"<de:distributionType>Ack</de:distributionType>" in ack
    noted = taken(a, a.coordinator, ack)
    assert asked.request.reference in noted.said
    assert taken(a, a.coordinator, ack) == noted
    exercise = data.replace(b">Actual<", b">Exercise<")
    with pytest.raises(MessageUnclear, match="no exercise"):
        taken(world(), b.recipient, exercise)


def test_an_envelope_that_cancels_takes_back_what_came_in_the_other() -> None:
    a, b = world(), world()
    data = written(make.asked(a).request_id, a.coordinator, envelope=True)
    said = taken(b, b.recipient, data)
    start = data.index(b"<de:contentObject>")
    cancel = (
        data[:start]
        .replace(b">Request<", b">Cancel<")
        .replace(b"<de:distributionID>", b"<de:distributionID>cancel-")
        + f"<de:distributionReference>urn:uuid:{message(data).message_id[9:]},x,"
        "2023-04-20T09:00:00Z</de:distributionReference></de:EDXLDistribution>".encode()
    )
    taken(b, b.recipient, cancel)
    assert AssistanceRequest.objects.get(pk=made(said)).stage == "withdrawn"


def test_only_what_the_actor_may_see_is_written() -> None:
    w = world()
    asked = make.asked(w, circulated=False)
    with pytest.raises(NotFound):
        document(asked.request_id, w.donor, DAY)
    with pytest.raises(NotFound):
        document(uuid4(), w.coordinator, DAY)


def test_a_draft_is_not_sent() -> None:
    w = world()
    request = requests.draft_request(
        act=act(w.recipient),
        operation=w.operation.pk,
        recipient="UKR",
        reference="R-1",
        title="Winter",
        asked_on=date(2023, 4, 1),
        lines=[LineAsked(item=TENT, quantity=Typed("7"))],
    )
    with pytest.raises(WrongStage):
        document(request.pk, w.recipient, DAY)


def test_an_answer_to_what_was_not_asked_here_is_kept_and_says_so() -> None:
    w = world()
    asked = make.asked(w)
    data = response_to(f"urn:uuid:{asked.request_id}").replace(
        b"ResponseToRequestResource", b"ResponseToRequestInformation"
    )
    said = taken(w, w.donor, data)
    assert said.said.startswith("Kept, and nothing changed.")


def test_a_refused_message_leaves_nothing_behind() -> None:
    a, b = world(), world()
    data = written(make.asked(a).request_id, a.coordinator)
    with pytest.raises(Refusal):
        taken(b, b.donor, data)
    assert not ReceivedMessage.objects.exists()
    assert not AssistanceRequest.objects.filter(operation=b.operation).exists()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=messages(), knows=st.booleans())
def test_any_message_of_the_standard_is_acted_on_kept_or_refused_in_a_sentence(
    content: Message,
    knows: bool,  # noqa: FBT001 - hypothesis gives it by name
) -> None:
    with transaction.atomic():
        w = world()
        if knows:
            known = f"urn:uuid:{make.asked(w).request_id}"
            said = known if content.preceding_id is not None else None
            content = replace(content, preceding_id=said, recall=None)
        try:
            done = rehearse(act=act(w.coordinator), operation=w.operation.pk, data=write(content))
            sentences = [one.said for one in done]
        except Refusal as refusal:
            sentences = [refusal.sentence]
        assert all(len(sentence) > 15 for sentence in sentences)
        transaction.set_rollback(True)
