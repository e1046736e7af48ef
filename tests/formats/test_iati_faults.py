import re
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from muster.core.exchange import Hints, Weight
from muster.formats.iati import IATI, MOST_ISSUES
from tests.formats.iati_cases import WHOLE, activity, has, read, told, transaction


@pytest.mark.parametrize(
    ("written", "code", "weight"),
    [
        ("1,000", "iati_value", Weight.ERROR),
        ("NaN", "iati_value", Weight.ERROR),
        ("1e5", "iati_value", Weight.ERROR),
        ("", "iati_value", Weight.ERROR),
        ("200000000000000", "money_absurd", Weight.ERROR),
        ("9" * 30_000, "money_unreadable", Weight.ERROR),
        ("-20", "money_negative", Weight.QUESTION),
        ("0", "money_zero", Weight.NOTE),
    ],
    ids=lambda value: str(value)[:16],
)
def test_an_amount_that_cannot_be_meant_is_answered_at_its_path(
    written: str, code: str, weight: Weight
) -> None:
    (line,) = read(activity("AA-1", transaction("2", written))).lines
    (fault,) = line.issues
    assert (fault.code, fault.weight) == (code, weight)
    assert fault.place.path == "iati-activity[1]/transaction[1]/value[1]"
    assert fault.place.line is not None


@pytest.mark.parametrize(
    ("day", "code"), [("0001-01-01", "date_implausible"), ("2023-02-30", "iati_value")]
)
def test_a_date_that_cannot_be_meant_is_answered(day: str, code: str) -> None:
    (line,) = read(activity("AA-1", transaction("2", day=day))).lines
    assert [fault.code for fault in line.issues] == [code]


def test_a_currency_that_nothing_names_is_asked_about() -> None:
    body = activity("AA-1", transaction("2")).replace('default-currency="EUR"', "")
    (line,) = read(body).lines
    assert has(line, "iati_currency_missing", Weight.QUESTION)


def _paths(root: "etree._Element") -> list[str]:
    tree = root.getroottree()
    return [tree.getpath(each) for each in root.iter() if each is not root]


def _at(root: "etree._Element", path: str) -> "etree._Element":
    found = root.getroottree().xpath(path)
    assert isinstance(found, list)
    (element,) = found
    assert isinstance(element, etree._Element)
    return element


_ROOT = etree.fromstring(f'<iati-activities version="2.03">{WHOLE}</iati-activities>')
_OPTIONAL = re.compile(
    r"(narrative\[[12]\]|activity-date\[\d]|location|recipient-country|sector|humanitarian-scope"
    r"|budget|document-link|/transaction|/transaction/description|provider-org|receiver-org"
    r"|location/name|location/point|provider-org/narrative|receiver-org/narrative"
    r"|participating-org/narrative|iati-activity)$"
)


@pytest.mark.parametrize("path", [path for path in _paths(_ROOT) if not _OPTIONAL.search(path)])
def test_an_element_that_must_be_there_is_missed(path: str) -> None:
    root = etree.fromstring(etree.tostring(_ROOT))
    element = _at(root, path)
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
    faults = told(IATI.read(etree.tostring(root), Hints()))
    assert "iati_element_missing" in {fault.code for fault in faults}
    if "/transaction/" in path:
        assert any(fault.weight is Weight.ERROR for fault in faults)


@pytest.mark.parametrize("path", [path for path in _paths(_ROOT) if "narrative" not in path])
def test_an_element_and_an_attribute_that_iati_does_not_know_are_told(path: str) -> None:
    root = etree.fromstring(etree.tostring(_ROOT))
    _at(root, path).set("surprise", "1")
    assert "iati_attribute_unknown" in {
        f.code for f in told(IATI.read(etree.tostring(root), Hints()))
    }


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (
            'code="2"/>\n    <transaction-date',
            "/>\n    <transaction-date",
            "iati_attribute_missing",
        ),
        ('iso-date="2022-10-05"', 'iso-date="5 October"', "iati_value"),
        ('humanitarian="true"', 'humanitarian="yes"', "iati_value"),
        ("<value currency", "<value>1</value><value currency", "iati_element_repeated"),
        ("<provider-org ref", "<donor/><provider-org ref", "iati_element_unknown"),
        ("<provider-org ref", "given by <provider-org ref", "iati_text_stray"),
    ],
)
def test_a_broken_transaction_is_an_error_of_its_line(old: str, new: str, code: str) -> None:
    assert old in WHOLE
    (line,) = read(WHOLE.replace(old, new, 1)).lines
    assert has(line, code, Weight.ERROR)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('<category code="A01"/>', "", "iati_element_missing"),
        ('status="2"', 'status="2" extra="1"', "iati_attribute_unknown"),
        (
            'iso-date="2023-04-01"/>\n  <rec',
            'iso-date="2021-04-01"/>\n  <rec',
            "iati_dates_out_of_order",
        ),
        ('<sector vocabulary="1" code="72010"/>', "", "iati_sector_missing"),
        (
            'percentage="100"/>',
            'percentage="50"/><recipient-country code="MD" percentage="20"/>',
            "iati_shares",
        ),
        ("<iati-identifier>XM-TST-1", "<iati-identifier>TST-1", "iati_identifier_foreign"),
    ],
)
def test_a_fault_beside_what_is_read_is_a_note_and_the_line_stands(
    old: str, new: str, code: str
) -> None:
    assert old in WHOLE
    reading = read(WHOLE.replace(old, new, 1))
    assert {(issue.code, issue.weight) for issue in told(reading)} == {(code, Weight.NOTE)}
    assert len(reading.lines) == 1


def test_what_other_namespaces_add_is_passed_over() -> None:
    extended = WHOLE.replace(
        "<transaction-type", '<x:note xmlns:x="urn:x" x:a="1">more</x:note><transaction-type', 1
    )
    assert told(read(extended)) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "xml_malformed"),
        (b"<iati-activities version='2.03'>", "xml_malformed"),
        (b"<a/>", "iati_root"),
        (b"<iati-activities xmlns='urn:iati' version='2.03'/>", "iati_root"),
        (b"<:iati-activities version='2.03'/>", "iati_root"),
        (b"<iati-activities/>", "iati_version"),
        (b"<iati-activities version='1.05'/>", "iati_version"),
        (b"<iati-organisations version='2.03'/>", "iati_organisations"),
        (b"<iati-activities version='2.03'/>", "iati_empty"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><iati-activities version='2.03'/>", "xml_document_type"),
        (
            b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><iati-activities version='2.03'/>",
            "xml_document_type",
        ),
        (b"<a>" * 100_000, "iati_root"),
        (b"<iati-activities version='2.03'>" + b"<iati-activity>" * 100_000, "xml_malformed"),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_what_is_no_list_of_activities_is_refused_with_its_reason(data: bytes, code: str) -> None:
    reading = IATI.read(data, Hints())
    assert reading.fails
    assert reading.lines == ()
    assert code in {issue.code for issue in reading.issues}


def test_a_file_that_breaks_off_says_where_and_gives_no_line() -> None:
    body = f'<iati-activities version="2.03">{WHOLE}'.encode()
    reading = IATI.read(body, Hints())
    (fault,) = reading.issues
    assert (fault.code, fault.place.line) == ("xml_malformed", body.count(b"\n") + 1)
    assert reading.lines == ()


def test_entities_that_multiply_are_refused_before_they_do() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 20}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha">{levels}]><iati-activities version="&a11;"/>'
    start = process_time()
    assert IATI.read(bomb.encode(), Hints()).fails
    assert process_time() - start < 2


def test_another_version_is_asked_about_and_read() -> None:
    reading = read(WHOLE, version='version="2.04"')
    assert [issue.code for issue in told(reading)] == ["iati_version_unknown"]
    assert len(reading.lines) == 1


def test_one_broken_activity_does_not_keep_the_others_from_being_read() -> None:
    empty = activity("AA-2").replace("<iati-identifier>AA-2</iati-identifier>", "")
    reading = read(activity("AA-1", transaction("2")), empty)
    assert not reading.fails
    assert len(reading.lines) == 1
    assert "iati_element_missing" in {issue.code for issue in reading.issues}


def test_the_format_knows_its_own_and_leaves_the_rest() -> None:
    body = f"<?xml version='1.0'?><iati-activities version='2.03'>{WHOLE}</iati-activities>"
    assert IATI.claims(body.encode(), "") > 0.9
    assert IATI.claims(body.encode("utf-16"), "") > 0.9
    assert IATI.claims(b"<EDXLDistribution/>", "x.xml") == 0
    assert len(IATI.read(body.encode("utf-16"), Hints()).lines) == 1


def test_issues_without_end_are_listed_to_a_bound() -> None:
    many = "<surprise/>" * (2 * MOST_ISSUES)
    reading = read(WHOLE.replace("<activity-status", f"{many}<activity-status"))
    assert len(reading.issues) == MOST_ISSUES + 1
    assert reading.issues[-1].code == "iati_more_issues"


def test_five_thousand_activities_are_read_in_bounded_time() -> None:
    alike = WHOLE * 2_000
    others = "".join(WHOLE.replace("XM-TST-1", f"XM-TST-{n}") for n in range(2, 3_000))
    body = f'<iati-activities version="2.03">{alike}{others}</iati-activities>'
    start = process_time()
    assert len(IATI.read(body.encode(), Hints()).lines) == 2_000 + 2_998
    assert process_time() - start < 60


@settings(max_examples=150, deadline=10_000)
@given(st.binary(max_size=80), st.integers(0, 3_000), st.integers(0, 40))
def test_whatever_the_bytes_are_reading_them_answers(junk: bytes, at: int, cut: int) -> None:
    body = f'<iati-activities version="2.03">{WHOLE}</iati-activities>'.encode()
    IATI.read(junk, Hints())
    IATI.claims(junk, "")
    IATI.read(body[:at] + junk + body[at + cut :], Hints())


@settings(max_examples=150, deadline=10_000)
@given(st.data())
def test_whatever_is_cut_or_written_into_an_activity_reading_it_answers(
    data: st.DataObject,
) -> None:
    root = etree.fromstring(etree.tostring(_ROOT))
    for _ in range(data.draw(st.integers(1, 6))):
        element = data.draw(st.sampled_from(list(root.iter())))
        word = data.draw(
            st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=9)
        )
        parent = element.getparent()
        match data.draw(st.sampled_from(["text", "cut", "name", "attribute"])):
            case "text":
                element.text = word
            case "cut" if parent is not None:
                parent.remove(element)
            case "name" if element is not root:
                element.tag = data.draw(st.sampled_from(["transaction", "value", "narrative", "x"]))
            case _:
                element.set(data.draw(st.sampled_from(["code", "ref", "iso-date", "x"])), word)
    reading = IATI.read(etree.tostring(root), Hints())
    assert all(line.value is None or line.value.is_finite() for line in reading.lines)
