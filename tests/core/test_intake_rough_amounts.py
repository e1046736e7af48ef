"""Amounts said roughly, sizes beside counts, totals beside their parts, and days in passing."""

from datetime import date

import pytest

from muster.core.exchange import DraftLine, Hints, Reading, Weight
from muster.core.intake.phrases import Phrase, read_phrase
from muster.core.intake.texts import read_text
from muster.core.quantities.amounts import QuantityKind
from muster.formats.registry import read


def questions(phrase: Phrase | DraftLine) -> list[tuple[str, tuple[str, ...]]]:
    return [(i.code, i.readings) for i in phrase.issues if i.weight is Weight.QUESTION]


def listed(text: str) -> Reading:
    return read_text(text, Hints())


@pytest.mark.parametrize(
    ("text", "item", "reading"),
    [
        ("une dizaine de groupes électrogènes", "groupes électrogènes", "about 10"),
        ("une quinzaine de pompes", "pompes", "about 15"),
        ("deux douzaines de lits", "lits", "about 24"),
        ("environ une centaine de couvertures", "couvertures", "about 100"),
        ("plus d'une centaine de tentes", "tentes", "at least 100"),
        ("ein Dutzend Wasserpumpen", "Wasserpumpen", "about 12"),
        ("a dozen pumps", "pumps", "about 12"),
        ("half a dozen boats", "boats", "about 6"),
        ("un centenar de camas", "camas", "about 100"),
        ("más de un centenar de camas", "camas", "at least 100"),
        ("una decina di tende", "tende", "about 10"),
        ("uma dezena de geradores", "geradores", "about 10"),
        ("tuzin łodzi", "łodzi", "about 12"),
        ("сотня ковдр", "ковдр", "about 100"),
    ],
)
def test_a_collective_number_is_asked_about(text: str, item: str, reading: str) -> None:
    phrase = read_phrase(text)
    assert (phrase.item_text, phrase.quantity.kind) == (item, QuantityKind.UNKNOWN)
    assert questions(phrase) == [("quantity_ambiguous", (reading, reading.rsplit(" ", 1)[1]))]


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("quelques tentes", "tentes"),
        ("plusieurs centaines de lits", "lits"),
        ("des milliers de bâches", "bâches"),
        ("mehrere Krankenwagen", "Krankenwagen"),
        ("einige Dutzend Feldbetten", "Feldbetten"),
        ("decenas de generadores", "generadores"),
        ("varias carpas", "carpas"),
        ("kilkadziesiąt śpiworów", "śpiworów"),
        ("kilkaset koców", "koców"),
        ("десятки обігрівачів", "обігрівачів"),
        ("кілька тисяч бинтів", "бинтів"),
        ("desítky stanů", "stanů"),
        ("tientallen tenten", "tenten"),
        ("zeci de corturi", "corturi"),
        ("birkaç bin battaniye", "battaniye"),
        ("dezenas de cobertores", "cobertores"),
    ],
)
def test_a_vague_word_is_never_a_number(text: str, item: str) -> None:
    phrase = read_phrase(text)
    assert (phrase.item_text, phrase.quantity.kind) == (item, QuantityKind.UNKNOWN)
    assert [issue.code for issue in phrase.issues] == ["quantity_vague"]


@pytest.mark.parametrize(
    ("text", "item", "amount"),
    [
        ("2x4 kW generators", "4 kW generators", 2),
        ("2 x 500 l tanks", "500 l tanks", 2),
        ("3 x 20 ft containers", "20 ft containers", 3),
        ("4 x 4 vehicles, 6 units", "4 x 4 vehicles", 6),
        ("25 generators of 30 kVA or more", "generators of 30 kVA or more", 25),
        ("20 cartons ORS, 50 sachets each", "ORS, 50 sachets", 20),
        ("15 mil mantas", "mantas", 15_000),
        ("2 tys. koców", "koców", 2_000),
        ("3 millones de mascarillas", "mascarillas", 3_000_000),
        ("4 milioni di mascherine", "mascherine", 4_000_000),
    ],
)
def test_a_count_is_told_from_the_size_of_each(text: str, item: str, amount: int) -> None:
    phrase = read_phrase(text)
    quantity = phrase.quantity
    assert (phrase.item_text, quantity.kind, quantity.low) == (item, QuantityKind.EXACT, amount)


def test_what_a_pallet_holds_is_kept_beside_the_pallets() -> None:
    phrase = read_phrase("5 pallets of 48 boxes of gloves")
    assert (phrase.item_text, phrase.quantity.low, phrase.quantity.unit) == ("gloves", 5, "pallet")
    assert phrase.pack_holds == "48 boxes of"


def test_a_thickness_in_mil_is_no_thousand() -> None:
    assert read_phrase("6 mil plastic sheeting").quantity.kind is QuantityKind.UNKNOWN


def test_for_how_many_is_not_taken_for_how_many_there_are() -> None:
    phrase = read_phrase("tents 4 persons, units up to 5")
    assert phrase.quantity.kind is QuantityKind.UNKNOWN
    assert questions(phrase) == [("quantity_or_size", ("not stated", "up to 5"))]


def test_parts_behind_a_total_are_marked_as_its_parts() -> None:
    reading = listed("- 63 fire engines, i.e. 40 from Austria and 23 from Belgium in total")
    assert [(line.quantity.low, line.party_text, line.part_of) for line in reading.lines] == [
        (63, "", ""),
        (40, "Austria", "1"),
        (23, "Belgium", "1"),
    ]


def test_a_total_behind_its_parts_is_noted_and_not_counted() -> None:
    reading = listed("Germany sent 300 tents. Italy sent 200 tents. In total 500 tents were sent.")
    assert [line.quantity.low for line in reading.lines] == [300, 200]
    assert [issue.code for issue in reading.issues] == ["total_not_counted"]


def test_a_sum_without_its_parts_is_a_line_that_is_asked_about() -> None:
    [line] = listed("Poland has sent 300 tents so far.").lines
    assert (line.item_text, line.quantity.low, line.party_text) == ("tents", 300, "Poland")
    assert questions(line) == [("line_may_be_total", ("it counts", "it is a total"))]


@pytest.mark.parametrize(
    "text",
    [
        "As of 12 March 2022, Portugal delivered 17 tents.",
        "Situation as of 12 March 2022\nItem | Qty\nTents | 17",
        "LVIV, 12 March 2022 - Portugal delivered 17 tents.",
        "On 12 March 2022 Portugal delivered 17 tents.",
        "Stand: 12. März 2022\n\nBenötigt: 17 Zelte",
        "Станом на 12 березня 2022 Португалія передала 17 наметів.",
        "Stan na dzień 12 marca 2022\n\n- 17 namiotów",
        "12 de marzo de 2022\n\n- 17 tiendas",
    ],
)
def test_the_day_of_a_report_is_taken_from_its_words(text: str) -> None:
    [line] = listed(text).lines
    assert line.stated_on == date(2022, 3, 12)


def test_the_day_of_one_sentence_is_not_that_of_the_next() -> None:
    lines = listed("On 3 March 2022 Spain sent 4 pumps. Italy sent 20 tents.").lines
    assert [line.stated_on for line in lines] == [date(2022, 3, 3), None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Item Qty Unit Country\nBlankets 500 pcs Germany\nField beds 20 pcs Czech Republic",
            [("Blankets", 500, "Germany"), ("Field beds", 20, "Czechia")],
        ),
        (
            (
                "Item            Quantity Unit    Donor\n"
                "Plumpy'Nut      450      cartons Denmark\n"
                "Tents           12       pcs     Finland"
            ),
            [("Plumpy'Nut", 450, "Denmark"), ("Tents", 12, "Finland")],
        ),
    ],
)
def test_columns_of_spaces_are_cut_by_their_header(
    text: str, expected: list[tuple[str, int, str]]
) -> None:
    lines = listed(text).lines
    assert [(line.item_text, line.quantity.low, line.party_text) for line in lines] == expected


def test_a_figure_between_single_spaces_that_may_end_the_name_is_asked_about() -> None:
    [line] = listed("Item Qty Unit\nMask type 2 500 pcs").lines
    assert line.quantity.kind is QuantityKind.UNKNOWN
    assert questions(line) == [("quantity_ambiguous", ("2500", "500"))]


def test_needs_below_a_situation_are_read() -> None:
    reading = listed("SITUATION\nThe flood hit 310 houses.\n\nNEEDS\n45 pumps\n")
    assert [(line.item_text, line.status) for line in reading.lines] == [("pumps", "requested")]


def test_a_day_in_a_title_that_may_be_two_is_asked_about_with_its_readings() -> None:
    reading = listed("Situation as of 03/04/2022\n\n- 17 tents")
    assert reading.stated_on is None
    [issue] = [issue for issue in reading.issues if issue.weight is Weight.QUESTION]
    assert (issue.code, issue.readings) == ("date_ambiguous", ("2022-04-03", "2022-03-04"))
    assert (issue.place.line, issue.place.start) == (1, 16)


def test_a_day_in_the_title_of_a_sheet_that_may_be_two_is_asked_about_with_its_row() -> None:
    reading = read(
        b"Needs list,,\nSituation as of 03/04/2022,,\nItem,Qty,Unit\nTents,5,pcs\n",
        Hints(name="needs.csv"),
    )
    assert [(i.code, i.place.row) for i in reading.issues] == [("date_ambiguous", 2)]
