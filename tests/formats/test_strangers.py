"""Messages and activities as other programs write them: nothing is dropped in silence."""

from decimal import Decimal

import pytest

from muster.core.exchange import Hints, Reading, Weight
from muster.core.messages import MessageKind
from muster.formats.edxl.importing import EDXL_DE
from muster.formats.edxl.reading import receive
from tests.formats.edxl_examples import REQUEST, in_envelope
from tests.formats.iati_cases import activity, read, transaction

BODY = REQUEST.partition(b"?>")[2].strip()
CONTACT = BODY[BODY.index(b"  <rmsg:ContactInformation>") : BODY.index(b"  <rmsg:ResourceInf")]
PLAN = """<budget><period-start iso-date="2023-01-01"/><period-end iso-date="2023-12-31"/>
  <value value-date="2023-01-01">5</value></budget>"""


def _read(data: bytes) -> Reading:
    return EDXL_DE.read(data, Hints())


def test_a_fault_of_a_message_in_an_envelope_is_told_as_plainly_as_outside() -> None:
    faulty = REQUEST.replace(CONTACT, b"")
    (alone,) = receive(faulty).issues
    (enveloped,) = receive(in_envelope(REQUEST, faulty)).issues
    assert alone.sentence == "ContactInformation is missing in RequestResource."
    assert enveloped.sentence == alone.sentence
    assert enveloped.place.path.startswith("EDXLDistribution/contentObject[2]/")


def test_foreign_content_that_uses_the_name_of_a_kind_is_no_fault_of_an_envelope() -> None:
    foreign = b'<note xmlns="urn:n"><RequestResource>free text</RequestResource></note>'
    assert not receive(in_envelope(REQUEST, foreign)).fails


def test_what_an_envelope_holds_beside_messages_is_named() -> None:
    file = (
        b"<contentObject><contentDescription>Annex</contentDescription><nonXMLContent>"
        b"<mimeType>application/pdf</mimeType></nonXMLContent>"
        b'<s:Seal xmlns:s="urn:s">1</s:Seal></contentObject></EDXLDistribution>'
    )
    alert = b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>'
    reading = _read(in_envelope(REQUEST, alert).replace(b"</EDXLDistribution>", file))
    assert len(reading.lines) == 1
    (note,) = (one for one in reading.issues if one.code == "edxl_content_carried")
    assert note.sentence.endswith("not read: alert, application/pdf (Annex), Seal.")


@pytest.mark.parametrize("where", ["keyXMLContent", "Bundle"])
def test_a_message_that_does_not_stand_where_messages_are_read_is_pointed_at(where: str) -> None:
    data = in_envelope(b'<b:Bundle xmlns:b="urn:b">' + BODY + b"</b:Bundle>")
    if where == "keyXMLContent":
        data = in_envelope(REQUEST).replace(b"embeddedXMLContent", b"keyXMLContent")
    reading = _read(data)
    assert reading.fails
    (note,) = (one for one in reading.issues if one.code == "edxl_message_hidden")
    assert note.place.path.endswith(f"{where}/RequestResource")
    assert note.weight is Weight.NOTE


def test_thousands_of_messages_in_one_envelope_are_told_from_hidden_ones() -> None:
    received = receive(in_envelope(*[REQUEST] * 2_000))
    assert received.issues == ()
    assert len(received.messages) == 2_000


@pytest.mark.parametrize("kind", MessageKind)
def test_a_kind_in_other_capitals_is_refused_with_the_right_ones(kind: MessageKind) -> None:
    (issue,) = receive(REQUEST.replace(b"RequestResource", kind.lower().encode())).issues
    assert (issue.code, issue.expected) == ("edxl_message_unknown", kind)


def test_an_amount_with_an_exponent_is_shown_as_a_plain_number() -> None:
    (line,) = _read(in_envelope(REQUEST.replace(b">1200<", b">1.2e3<"))).lines
    assert str(line.quantity.low) == "1200"
    assert line.quantity.low == line.quantity.high == Decimal(1200)


def test_the_plans_of_an_activity_are_counted_and_a_file_of_plans_alone_says_so() -> None:
    both = read(activity("AA-1", PLAN, transaction("2")))
    assert [one.code for one in both.issues] == ["iati_plans"]
    alone = read(activity("AA-1", PLAN))
    assert alone.lines == ()
    assert [one.code for one in alone.issues] == ["iati_plans", "iati_gifts_none"]
    assert "(1)" in alone.issues[0].sentence


@pytest.mark.parametrize("day", ["2023-04-02", "2023-04-03"])
def test_a_transaction_more_than_a_day_later_than_its_last_update_is_noted(day: str) -> None:
    updated = 'last-updated-datetime="2023-04-01T23:00:00Z"'
    (line,) = read(activity("AA-1", transaction("3", day=day), attributes=updated)).lines
    told = [one.code for one in line.issues]
    assert told == ([] if day == "2023-04-02" else ["iati_date_ahead"])
