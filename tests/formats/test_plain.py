import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.exchange import Change, DraftLine, Hints, Place, Reading, Status, Weight
from muster.core.intake.conventions import convention_of
from muster.core.intake.nations import find_nation, find_nations
from muster.core.quantities.amounts import QuantityKind
from muster.core.quantities.numbers import Convention
from muster.formats import registry
from muster.formats.plain import MOST_BYTES, PLAIN

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "formats" / "text.md"


def read(text: str, hints: Hints | None = None) -> Reading:
    return PLAIN.read(text.encode(), hints or Hints())


def phrases() -> list[dict[str, str]]:
    """Give what was reported of real gifts and requests, in words of our own, with its source."""
    with (Path(__file__).parent / "labels" / "phrases.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def shown(line: DraftLine) -> str:
    """Write a line as the page of the format does."""
    stated = line.quantity
    ends = ["" if end is None else f"{end:f}" for end in (stated.low, stated.high)]
    amount = ends[0] if ends[0] == ends[1] else "..".join(ends)
    quantity = " ".join(
        part for part in (stated.kind, amount, stated.unit, stated.per or "") if part
    )
    parts = [str(line.place.line), line.party_text, line.status, quantity, line.item_text]
    return " | ".join(parts)


def test_the_example_of_the_page_is_read_as_the_page_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    text = page.split("```text\n")[1].split("```")[0]
    expected = page.split("```lines\n")[1].split("```")[0].splitlines()
    assert [shown(line) for line in read(text).lines] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Germany offers 200 tents, 500 blankets and a water purification unit.",
            ["Germany offered 200 tents", "Germany offered 500 blankets",
             "Germany offered 1 water purification unit"],
        ),
        ("300 pumps were delivered by Norway.", ["Norway delivered 300 pumps"]),
        (
            "The UK sent 12 boats, and France four ambulances.",
            ["United Kingdom sent 12 boats", "France sent 4 ambulances"],
        ),
        ("Assistance offered\nAlbania\n- 200 cots (delivered)\n- 3 boats",
         ["Albania delivered 200 cots", "Albania offered 3 boats"]),
        ("Delivered:\n- 116.000 winter jackets\nIn planning/in execution:\n- 32 radios",
         ["delivered 116000 winter jackets", "preparing 32 radios"]),
        ("Italy -> Greece 40 stoves + 90 beds, arrived 3 April 2031",
         ["Italy delivered 40 stoves", "Italy delivered 90 beds"]),
        ("Item\tQty\tUnit\nJerrycan, 10 l\t6,000\tpcs", ["unstated 6000 Jerrycan, 10 l"]),
        ("Großbritannien hat 82.000 Helme und 25 Boote geliefert.",
         ["United Kingdom delivered 82000 Helme", "United Kingdom delivered 25 Boote"]),
        ("Литва передала 30 наметів і 240 ліжок.",
         ["Lithuania delivered 30 наметів", "Lithuania delivered 240 ліжок"]),
        ("Requested: tents, blankets, stoves",
         ["requested - tents", "requested - blankets", "requested - stoves"]),
        ("Canada will also provide Ukraine with more than 1,800 rounds.",
         ["Canada committed 1800 rounds"]),
        ("40 beds, 25 tents and two pumps have been sent by Spain.",
         ["Spain sent 40 beds", "Spain sent 25 tents", "Spain sent 2 pumps"]),
        ("Norway has sent aid. The package includes 55 stoves, the ministry announced.",
         ["Norway sent 55 stoves"]),
        ("Norway donated shelter items (50 tents, 100 blankets and 20 stoves).",
         ["Norway committed 50 tents", "Norway committed 100 blankets",
          "Norway committed 20 stoves"]),
        ("Austria has asked the EU and NATO for 30 bridges.", ["Austria requested 30 bridges"]),
        ("The Danish government will hand over 12 boats.", ["Denmark committed 12 boats"]),
        ("Ukraine received 400 helmets from Latvia.", ["Latvia delivered 400 helmets"]),
        ("This aid includes two planes from Italy and one helicopter from Serbia.",
         ["Italy unstated 2 planes", "Serbia unstated 1 helicopter"]),
        ("Deutschland hat der Ukraine weitere zehn Panzer geliefert.",
         ["Germany delivered 10 Panzer"]),
        ("Needs:\n1 500 blankets\n2 40 stoves\n3 Ropes 20",
         ["requested 500 blankets", "requested 40 stoves", "requested 20 Ropes"]),
        ("Needs:\n1 500 blankets\n2 300 tents",
         ["requested - blankets", "requested - tents"]),
        ("Needed:\n2.10 | Ropes |\nmeters\n|\n3000\n|\n2.11 | Cots |\npcs\n|\n16\n|",
         ["requested 3000 Ropes", "requested 16 Cots"]),
        ("About 31,078 ha were flooded and 11 bridges destroyed.", []),
        ("The centre received 500 reports in 2031. It has 40 members.", []),
        ("TOTAL: 1 250", []),
    ],
)  # fmt: skip
def test_a_text_becomes_lines(text: str, expected: list[str]) -> None:
    lines = [
        " ".join(
            part
            for part in (
                line.party_text,
                line.status,
                "-" if line.quantity.low is None else f"{line.quantity.low:f}",
                line.item_text,
            )
            if part
        )
        for line in read(text).lines
    ]
    assert lines == expected


def test_two_rows_that_may_be_numbered_are_asked() -> None:
    lines = read("Needs:\n1 500 blankets\n2 300 tents").lines
    assert [line.issues[0].readings for line in lines] == [("1500", "500"), ("2300", "300")]


def test_a_recipient_between_verb_and_amount_does_not_hide_that_it_is_a_bound() -> None:
    (line,) = read("Canada will also provide Ukraine with more than 1,800 rounds.").lines
    assert (line.quantity.kind, line.quantity.low, line.quantity.high) == (
        QuantityKind.BOUND, Decimal(1800), None,
    )  # fmt: skip


def test_a_part_is_marked_as_part_of_its_line() -> None:
    whole, part = read("Japan offers 1,000 blankets, of which 200 for children.").lines
    assert part.part_of == str(whole.number)
    assert [issue.code for issue in part.issues if issue.code == "part_of_line"]


def test_an_update_is_an_update() -> None:
    lines = read("UK - ADDITIONAL 550 tents, UPDATED: 3,000 blankets").lines
    assert [line.change for line in lines] == [Change.ADDITIONAL, Change.UPDATED]


def test_a_person_settles_the_convention_beforehand() -> None:
    text = "- 1,200 l of diesel requested"
    assert read(text).lines[0].quantity.kind is QuantityKind.UNKNOWN
    by_hint = read(text, Hints(convention="point_decimal")).lines[0].quantity
    assert by_hint.low == 1200


def test_a_status_said_beforehand_holds_where_the_text_says_none() -> None:
    hints = Hints(status=Status.REQUESTED)
    lines = read("- 5 tents\n- 6 stoves (delivered)", hints).lines
    assert [line.status for line in lines] == [Status.REQUESTED, Status.DELIVERED]


@pytest.mark.parametrize(
    ("text", "convention"),
    [
        ("1,509 rescuers", Convention.POINT_DECIMAL),
        ("36.400 blankets", Convention.COMMA_DECIMAL),
        ("1,509 rescuers and 36.400 blankets", Convention.MIXED),
        ("1,200 l of fuel", None),
        ("03.04.2031 and 10:00, section 3.2", None),
    ],
)
def test_counts_prove_the_convention_of_a_document(
    text: str, convention: Convention | None
) -> None:
    assert convention_of(text) is convention


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *[
            ("the Netherlands", "NLD"),
            ("Turkey", "TUR"),
            ("Türkiye", "TUR"),
            ("Czech Republic", "CZE"),
        ],
        *[
            ("UK", "GBR"),
            ("USA", "USA"),
            ("Deutschland", "DEU"),
            ("Allemagne", "DEU"),
            ("POL", "POL"),
        ],
        *[("Німеччина", "DEU"), ("Almanya", "DEU"), ("Government of Japan", "JPN"), ("NATO", "")],
    ],
)
def test_a_name_is_found_in_several_languages(name: str, code: str) -> None:
    nation = find_nation(name)
    assert nation is not None
    assert nation.iso3 == code


def test_words_that_are_also_countries_are_none_in_small_letters() -> None:
    assert find_nations("they gave us turkey in the jordan valley") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- 17 trucks carrying 5,000 blankets", ["17 trucks", "5000 blankets"]),
        (
            "- 3 lorries loaded with 200 tents and 40 stoves",
            ["3 lorries", "200 tents", "40 stoves"],
        ),
        ("- 3 trucks carrying 20 tonnes of flour", ["3 trucks", "20 flour"]),
        ("- 3 buses carrying 40 people", ["3 buses carrying 40 people"]),
        ("- 4 launchers carrying 6 missiles each", ["4 launchers carrying 6 missiles"]),
        ("- 5 aircraft carrying 2 tonnes", ["5 aircraft carrying 2 tonnes"]),
    ],
)
def test_a_load_is_a_line_of_its_own_and_those_aboard_are_not(
    text: str, expected: list[str]
) -> None:
    lines = read(text).lines
    assert [f"{line.quantity.low:f} {line.item_text}" for line in lines] == expected


def test_an_e_mail_with_an_html_body_is_read() -> None:
    message = (
        "From: a@example.org\r\nSubject: Offer\r\nDate: Mon, 03 Feb 2031 10:00:00 +0000\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        "<html><script>9 tents</script><p>Latvia offers:</p><ul><li>200 tents<li>15 stoves</ul>"
        "<table><tr><td>Generators</td><td>12</td></tr></table></html>"
    )
    assert PLAIN.claims(message.encode(), "") > PLAIN.claims(b"12 tents", "")
    reading = read(message)
    assert (reading.title, reading.stated_on) == ("Offer", date(2031, 2, 3))
    assert [(line.party_text, line.item_text, line.quantity.low) for line in reading.lines] == [
        ("Latvia", "tents", Decimal(200)),
        ("Latvia", "stoves", Decimal(15)),
        ("Latvia", "Generators", Decimal(12)),
    ]


def test_attachments_are_named_and_not_read() -> None:
    message = (
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
        "Content-Type: text/plain\r\n\r\n- 5 tents requested\r\n--x\r\n"
        'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="list.pdf"\r\n'
        "\r\nnothing\r\n--x--\r\n"
    )
    reading = read(message)
    assert len(reading.lines) == 1
    assert [(issue.code, issue.found) for issue in reading.issues] == [
        ("attachment_not_read", "list.pdf")
    ]


def test_a_text_beyond_every_list_is_refused_unread() -> None:
    reading = PLAIN.read(b"1" * (MOST_BYTES + 1), Hints())
    assert [(issue.code, issue.weight) for issue in reading.issues] == [
        ("text_too_large", Weight.ERROR)
    ]


def test_a_line_too_long_for_a_list_is_said() -> None:
    reading = read("tents " * 2_000 + "\n- 5 tents")
    assert [(issue.code, issue.place) for issue in reading.issues] == [
        ("line_too_long", Place(line=1))
    ]
    assert len(reading.lines) == 1


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="0123456789 ,.;:|()-/\n\taAtensof12kgmGermanyoffrs", max_size=300))
def test_any_text_is_read_and_every_line_is_found_again(text: str) -> None:
    decoded = text.replace("\r", "")
    for line in read(decoded).lines:
        assert decoded[line.place.start : line.place.end] == line.text
        assert line.place.line is not None


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes_are_read(data: bytes) -> None:
    assert PLAIN.read(data, Hints()).format == "text"


@pytest.mark.parametrize(
    "piece", ["1", ",", "1,", "1 ", "(", "()", "|1", "a: ", "and 1", "Germany ", "\u00a0"]
)
def test_a_hostile_line_costs_no_more_than_its_length(piece: str) -> None:
    """One megabyte ends; a pattern that backtracks without bound would take hours."""
    read((piece * 1_000_000)[:1_000_000])
    read("\n".join([(piece * 4_000)[:4_000]] * 2))


def test_a_pasted_text_is_text_whatever_it_is_called() -> None:
    for name in ("", "pasted text", "list"):
        assert registry.find(b"We need:\n- 40 tents\n", name) is PLAIN


def test_what_is_no_text_is_not_taken_for_one() -> None:
    assert registry.find(bytes(range(256)), "pasted text") is registry.UNKNOWN


@pytest.mark.parametrize("row", phrases(), ids=lambda row: row["text"][:40])
def test_what_was_given_and_asked_is_read_as_it_was_reported(row: dict[str, str]) -> None:
    lines = [line for line in read(row["text"]).lines if line.quantity.low is not None]
    shown_items = [
        ("~" if line.quantity.kind is QuantityKind.BOUND else "")
        + f"{line.quantity.low:f} {line.item_text}"
        for line in lines
    ]
    assert shown_items == row["items"].split("; ")
    assert {(line.party_text, line.status.value) for line in lines} == {
        (row["party"], row["status"])
    }
