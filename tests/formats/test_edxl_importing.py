"""A message becomes lines: what, how much, whose, in which state, and where it stands."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from muster.core.exchange import Change, DraftLine, Hints, Reading, Status, Weight
from muster.core.messages import (
    Answer,
    MessageKind,
    Recall,
    RecallKind,
    ResourceEntry,
    Response,
)
from muster.core.quantities.amounts import QuantityKind
from muster.formats.edxl.drafts import lines_of
from muster.formats.edxl.importing import EDXL_DE, EDXL_RM
from muster.formats.edxl.reading import receive
from muster.formats.edxl.writing import write
from tests.formats.edxl_examples import REQUEST, in_envelope


def _read(data: bytes) -> Reading:
    return EDXL_RM.read(data, Hints())


def _line(kind: MessageKind, answer: Answer | None = None) -> DraftLine:
    """Read one entry of a message of a kind, with an answer if one is given."""
    message = receive(REQUEST).messages[0]
    entry = message.entries[0]
    response = Response("1", answer, reason="no trucks") if answer else None
    schedules = ()
    entry = ResourceEntry("1", response, entry.resource, entry.assignment, schedules)
    changed = replace(message, kind=kind, preceding_id="R-0", entries=(entry,), description="x")
    received = receive(write(changed))
    return lines_of(received.messages[0], received.elements[0])[0]


def test_a_request_is_a_line_with_its_amount_unit_party_place_and_day() -> None:
    reading = _read(REQUEST)
    (line,) = reading.lines
    assert not reading.fails
    assert reading.format == "edxl-rm"
    assert (line.status, line.item_text) == (Status.REQUESTED, "Water")
    assert line.quantity.kind is QuantityKind.EXACT
    assert (line.quantity.low, line.quantity.high) == (Decimal(1200), Decimal(1200))
    assert (line.quantity.unit, line.quantity.unit_text) == ("LTR", "litres")
    assert line.party_text == "Ministry of Health"
    assert (line.place_text, line.needed_by) == ("Chernihiv", date(2023, 5, 1))
    assert line.stated_on == date(2023, 4, 20)
    assert line.place.path == "RequestResource/ResourceInformation"
    assert line.place.line == 15
    assert line.extra["funding"] == "F-7"


def test_words_for_a_quantity_are_read_as_in_any_list() -> None:
    inside = REQUEST[REQUEST.index(b"<rm:MeasuredQuantity>") : REQUEST.index(b"</rmsg:Quantity>")]
    data = REQUEST.replace(inside, b"<rm:QuantityText>up to 450 000 litres</rm:QuantityText>")
    (line,) = _read(data).lines
    assert line.quantity.kind is QuantityKind.BOUND
    assert (line.quantity.low, line.quantity.high) == (None, Decimal(450_000))


@pytest.mark.parametrize("amount", [b"-3", b"0", b"INF", b"NaN", b"2e15"])
def test_an_amount_that_cannot_be_is_an_error_of_its_line_and_no_number(amount: bytes) -> None:
    (line,) = _read(REQUEST.replace(b">1200<", b">" + amount + b"<")).lines
    assert line.quantity.kind is QuantityKind.UNKNOWN
    assert [issue.code for issue in line.issues] == ["quantity_absurd"]


@pytest.mark.parametrize(
    ("kind", "answer", "status"),
    [
        (MessageKind.REQUEST_RESOURCE, None, Status.REQUESTED),
        (MessageKind.REQUISITION_RESOURCE, None, Status.ACCEPTED),
        (MessageKind.OFFER_UNSOLICITED_RESOURCE, None, Status.OFFERED),
        (MessageKind.RESPONSE_TO_REQUEST_RESOURCE, Answer.ACCEPT, Status.OFFERED),
        (MessageKind.RESPONSE_TO_REQUEST_RESOURCE, Answer.DECLINE, Status.DECLINED),
        (MessageKind.COMMIT_RESOURCE, Answer.ACCEPT, Status.COMMITTED),
        (MessageKind.COMMIT_RESOURCE, Answer.PROVISIONAL, Status.PLEDGED),
        (MessageKind.COMMIT_RESOURCE, Answer.DECLINE, Status.DECLINED),
        (MessageKind.RELEASE_RESOURCE, None, Status.UNSTATED),
        (MessageKind.REQUEST_QUOTE, None, Status.UNSTATED),
    ],
)
def test_the_kind_and_the_answer_say_what_a_line_is(
    kind: MessageKind, answer: Answer | None, status: Status
) -> None:
    line = _line(kind, answer)
    assert line.status is status
    if answer is not None:
        assert line.extra["answers_entry"] == "1"
        assert "no trucks" in line.note


@pytest.mark.parametrize(
    ("recall", "status", "change"),
    [
        (RecallKind.UPDATE, Status.REQUESTED, Change.UPDATED),
        (RecallKind.CANCEL, Status.CANCELLED, Change.NONE),
    ],
)
def test_a_recall_updates_or_cancels_and_names_the_message(
    recall: RecallKind, status: Status, change: Change
) -> None:
    message = replace(receive(REQUEST).messages[0], recall=Recall("R-0", recall))
    reading = _read(write(message))
    (line,) = reading.lines
    assert (line.status, line.change) == (status, change)
    assert line.extra["recalled_message"] == "R-0"
    assert any("R-0" in issue.sentence for issue in reading.issues)


@pytest.mark.parametrize(
    ("kind", "status", "change"),
    [("Cancel", Status.CANCELLED, Change.NONE), ("Update", Status.REQUESTED, Change.UPDATED)],
)
def test_an_envelope_updates_or_cancels_what_it_refers_to(
    kind: str, status: Status, change: Change
) -> None:
    reading = EDXL_DE.read(in_envelope(REQUEST, REQUEST, kind=kind), Hints())
    assert [line.number for line in reading.lines] == [1, 2]
    assert {(line.status, line.change) for line in reading.lines} == {(status, change)}
    assert reading.lines[0].extra["distribution_refers_to"] == "D-0"


def test_an_exercise_is_asked_about_and_never_taken_for_real() -> None:
    reading = EDXL_DE.read(in_envelope(REQUEST, status="Exercise"), Hints())
    assert [(issue.code, issue.weight) for issue in reading.issues] == [
        ("edxl_not_actual", Weight.QUESTION)
    ]


def test_an_envelope_without_a_message_fails_unless_it_acknowledges_or_cancels() -> None:
    assert EDXL_DE.read(in_envelope(kind="Report"), Hints()).fails
    for kind in ("Ack", "Error", "Cancel"):
        reading = EDXL_DE.read(in_envelope(kind=kind), Hints())
        assert not reading.fails
        assert "D-0" in reading.issues[0].sentence


def test_a_message_that_is_not_valid_gives_no_lines() -> None:
    reading = _read(REQUEST.replace(b">1200<", b">many<"))
    assert reading.fails
    assert reading.lines == ()


def test_each_format_claims_its_own_documents_and_no_others() -> None:
    envelope = in_envelope(REQUEST)
    for data in (REQUEST, REQUEST.decode().replace("UTF-8", "UTF-16").encode("utf-16")):
        assert EDXL_RM.claims(data, "x.xml") > 0.9
        assert EDXL_DE.claims(data, "x.xml") == 0
    assert EDXL_DE.claims(envelope, "x.xml") > 0.9
    assert EDXL_RM.claims(envelope, "x.xml") == 0
    for other in (b"", b"<iati-activities/>", b"a,b\n1,2\n", b"16 700 fleece jackets"):
        assert EDXL_RM.claims(other, "x.xml") == EDXL_DE.claims(other, "x.xml") == 0
