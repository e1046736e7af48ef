"""Bad documents are answered with their place, and in bounded time."""

import time
from dataclasses import replace

import pytest

from muster.core.envelopes import Distribution
from muster.core.exchange import Issue, Weight
from muster.core.messages import MessageKind, Resource, Tree
from muster.formats import xml
from muster.formats.edxl.reading import Received, receive
from muster.formats.edxl.writing import faults_of, write
from tests.formats.edxl_examples import REQUEST, in_envelope


def _codes(data: bytes) -> list[str]:
    return [issue.code for issue in receive(data).issues]


def _only(data: bytes) -> Issue:
    (issue,) = receive(data).issues
    return issue


def _resource(received: Received) -> Resource:
    resource = received.messages[0].entries[0].resource
    assert resource is not None
    return resource


def _again(received: Received) -> Received:
    assert received.content is not None
    return receive(write(received.content))


def test_the_example_itself_has_no_faults() -> None:
    assert receive(REQUEST).issues == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_document_type_is_refused_in_any_encoding_before_an_entity_is_read(encoding: str) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>\n<x>&b;</x>'
    data = f"<!-- first -->\n{bomb}".encode(encoding)
    assert _only(data).code == "xml_document_type"
    assert _only(data).place.line == 2


def test_an_external_entity_is_refused_and_no_file_is_read() -> None:
    data = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
    received = receive(data)
    assert [issue.code for issue in received.issues] == ["xml_document_type"]
    assert received.content is None


def test_a_document_type_in_a_comment_or_text_is_only_text() -> None:
    data = REQUEST.replace(b"<rmsg:MessageID>", b"<!-- <!DOCTYPE x> --><rmsg:MessageID>")
    assert receive(data).issues == ()
    with_words = REQUEST.replace(b">Water<", b"><![CDATA[<!DOCTYPE x>]]><")
    assert _resource(receive(with_words)).name == "<!DOCTYPE x>"


def test_an_encoding_in_which_a_document_type_could_hide_is_refused() -> None:
    data = b'<?xml version="1.0" encoding="UTF-7"?>\n+ADwAIQ-DOCTYPE x+AD4-<x/>'
    assert _only(data).code == "xml_encoding_unread"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "xml_empty"),
        (b"\x00\x00 \n", "xml_empty"),
        (b"PK\x03\x04 not xml", "xml_malformed"),
        (b"<a><b></a>", "xml_malformed"),
        (b"<a>&nbsp;</a>", "xml_malformed"),
        (b"<a/>", "edxl_message_unknown"),
    ],
)
def test_what_is_no_message_is_said_to_be_none(data: bytes, code: str) -> None:
    assert _codes(data) == [code]


def test_a_document_over_the_limit_is_refused_before_it_is_parsed() -> None:
    issue = receive(b"<a>" * 10, most=29).issues[0]
    assert (issue.code, issue.found) == ("xml_too_large", "30 bytes")


def test_deep_and_long_documents_are_answered_within_seconds() -> None:
    started = time.monotonic()
    assert _codes(b"<a>" * 100_000) == ["xml_malformed"]
    strangers = b"<x/>" * 200_000
    received = receive(REQUEST.replace(b"<rmsg:MessageID>", strangers + b"<rmsg:MessageID>"))
    assert received.issues[-1].code == "edxl_more_faults"
    assert time.monotonic() - started < 20


def test_malformed_xml_is_placed_on_its_line() -> None:
    assert _only(b"<a>\n<b>\n</a>").place.line == 3


def test_a_wrong_namespace_is_named_with_the_right_one() -> None:
    data = REQUEST.replace(b"EDXL:RM:1.0:msg", b"EDXL:RM:1.0")
    issue = _only(data)
    assert issue.code == "edxl_namespace_wrong"
    assert issue.expected == "urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg"
    assert issue.found == "urn:oasis:names:tc:emergency:EDXL:RM:1.0"


def test_no_namespace_at_all_is_said_as_such() -> None:
    assert _only(b"<RequestResource/>").found == "no namespace"


def test_a_namespace_that_is_wrong_inside_is_placed_there() -> None:
    data = REQUEST.replace(b"rm:ContactRole", b"rmsg:ContactRole")
    issue = _only(data)
    assert issue.code == "edxl_namespace_wrong"
    assert issue.place.path == "RequestResource/ContactInformation/ContactRole"
    assert receive(data).messages[0].contacts[0].role == "Requester"


def test_every_fault_of_a_document_is_said_at_once() -> None:
    data = (
        REQUEST.replace(b"2023-04-20T09:00:00Z", b"2023-02-30T09:00:00Z")
        .replace(b"<rmsg:OriginatingMessageID>R-1</rmsg:OriginatingMessageID>", b"")
        .replace(b">Requester<", b">Boss<")
        .replace(b">1200<", b">many<")
        .replace(b">RequestedArrival<", b">ActualArrival<")
    )
    found = {issue.code: issue.place.path.rpartition("/")[2] for issue in receive(data).issues}
    assert found["edxl_element_missing"] == "RequestResource"
    places = {issue.place.path.rpartition("/")[2] for issue in receive(data).issues}
    assert places == {"SentDateTime", "RequestResource", "ContactRole", "Amount", "ScheduleType"}


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"<rmsg:Name>Water</rmsg:Name>", b"<rmsg:Name> </rmsg:Name>", "edxl_resource_unnamed"),
        (
            b"<rmsg:FundCode>F-7</rmsg:FundCode>",
            b"<rmsg:FundCode></rmsg:FundCode>",
            "edxl_funding_unnamed",
        ),
    ],
)
def test_the_two_rules_that_a_schema_cannot_say_refuse_a_message(
    before: bytes, after: bytes, code: str
) -> None:
    issue = _only(REQUEST.replace(before, after))
    assert (issue.code, issue.weight) == (code, Weight.ERROR)
    assert issue.place.line is not None


@pytest.mark.parametrize(
    "kind",
    [MessageKind.COMMIT_RESOURCE, *(kind for kind in MessageKind if kind.startswith("Response"))],
)
def test_an_answer_without_the_message_that_it_answers_is_refused(kind: MessageKind) -> None:
    message = receive(REQUEST).messages[0]
    answer = replace(message, kind=kind, entries=())
    missing = {issue.expected for issue in faults_of(answer)}
    assert "PrecedingMessageID" in missing


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"09:00:00Z", b"09:00:00", "edxl_zone_missing"),
        (b">R-1</rmsg:Orig", b"></rmsg:Orig", "edxl_id_empty"),
        (b"<rm:ContactRole>Requester</rm:ContactRole>", b"", None),
    ],
)
def test_what_messages_in_use_get_wrong_is_noted_and_not_refused(
    before: bytes, after: bytes, code: str | None
) -> None:
    received = receive(REQUEST.replace(before, after))
    assert not received.fails
    assert [issue.code for issue in received.issues] == ([code] if code else [])


def test_extensions_are_carried_where_the_standard_takes_them_and_where_it_does_not() -> None:
    extension = b'<p:Priority xmlns:p="urn:p" level="2">high <p:b/>!</p:Priority>'
    inside = REQUEST.replace(
        b"</rmsg:Name>", b"</rmsg:Name><rmsg:TypeInfo>" + extension + b"</rmsg:TypeInfo>"
    )
    received = receive(inside)
    assert received.issues == ()
    details = _resource(received).type_info
    assert details is not None
    assert details.children[0].words == "high !"
    assert _again(received).content == received.content
    loose = receive(REQUEST.replace(b"</rmsg:Name>", b"</rmsg:Name>" + extension))
    assert [issue.code for issue in loose.issues] == ["edxl_element_unknown"]
    again = _again(loose)
    assert again.content == loose.content
    assert _resource(again).extensions[0].name == "{urn:p}Priority"


@pytest.mark.parametrize(
    "text", [b"R-1</rmsg:MessageID>", b"RequestResource<", b"Requester<", b"litres<", b"Water<"]
)
def test_elements_inside_a_text_are_refused_and_move_nothing_that_comes_after(text: bytes) -> None:
    word, _, rest = text.partition(b"<")
    inside = word + b"<rm:Value>1<rmsg:Name/></rm:Value><rmsg:Name>2</rmsg:Name><" + rest
    assert REQUEST.count(text) == 1
    received = receive(REQUEST.replace(text, inside))
    assert received.fails
    assert received.content == receive(REQUEST).content


def test_hints_to_schemas_elsewhere_are_not_followed() -> None:
    hint = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:p file:///dev/stdin"'
    data = REQUEST.replace(b"<rmsg:RequestResource", b"<rmsg:RequestResource" + hint)
    assert receive(data).issues == ()
    root = xml.parse(data)
    assert not isinstance(root, Issue)
    assert not root.attrib


def test_a_repeated_or_misplaced_element_is_named() -> None:
    twice = REQUEST.replace(
        b"<rmsg:MessageID>R-1</rmsg:MessageID>", b"<rmsg:MessageID>R-1</rmsg:MessageID>" * 2
    )
    assert "edxl_element_repeated" in _codes(twice)
    late = REQUEST.replace(b"<rmsg:MessageID>R-1</rmsg:MessageID>", b"").replace(
        b"<rmsg:ContactInformation>",
        b"<rmsg:MessageID>R-1</rmsg:MessageID><rmsg:ContactInformation>",
    )
    assert _codes(late) == ["edxl_element_misplaced"]


def test_several_messages_in_an_envelope_are_read_and_judged_each() -> None:
    faulty = REQUEST.replace(b"<rmsg:Name>Water</rmsg:Name>", b"<rmsg:Name/>")
    received = receive(in_envelope(REQUEST, faulty))
    assert [message.message_id for message in received.messages] == ["R-1", "R-1"]
    (issue,) = received.issues
    assert issue.code == "edxl_resource_unnamed"
    assert issue.place.path.startswith("EDXLDistribution/contentObject[2]/xmlContent/")


def test_an_unknown_message_in_an_envelope_is_refused_and_foreign_content_is_carried() -> None:
    unknown = REQUEST.replace(b"rmsg:RequestResource", b"rmsg:RequestMiracle")
    assert "edxl_message_unknown" in _codes(in_envelope(unknown))
    alert = (
        b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>1</identifier></alert>'
    )
    received = receive(in_envelope(alert))
    (note,) = received.issues
    assert (note.code, note.weight) == ("edxl_content_carried", Weight.NOTE)
    assert note.sentence == "The envelope holds more, which is kept and not read: alert."
    assert isinstance(received.content, Distribution)
    content = received.content.contents[0]
    assert content.xml is not None
    carried = content.xml.embedded[0].messages[0]
    assert isinstance(carried, Tree)
    assert _again(received).content == received.content


def test_a_message_of_thousands_of_entries_with_one_id_is_read_within_seconds() -> None:
    message = receive(REQUEST).messages[0]
    document = write(replace(message, entries=message.entries * 4_000))
    started = time.monotonic()
    received = receive(document)
    assert len(received.messages[0].entries) == 4_000
    assert {issue.code for issue in received.issues} == {"edxl_entry_id_twice"}
    assert time.monotonic() - started < 20
