"""Tables as exchanges and stock systems export them: names of programs, keys, dirty amounts.

The shapes are those of public exports: offers and matches of GetUsPPE
(https://github.com/GetUsPPE/ppe_needs_retrospective), stock of Sahana Eden
(https://github.com/sahana/eden) and of OpenBoxes (https://github.com/openboxes/openboxes), and
donations of Human Essentials (https://github.com/rubyforgood/human-essentials).
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.exchange import Column, Hints, Reading, Status
from muster.core.intake.grids import Merge
from muster.core.intake.headings import meaning_of, worded
from muster.core.quantities.amounts import QuantityKind
from tests.core.intake.test_tables import codes, lines, read

DONOR = "3605275c-bf71-4323-9234-71792cb2e442"
MATCH = "0406b800-48c5-458a-b2e4-52b72a1c8ec4"
MATCHES = [
    *("matchkey", "donorkey", "facilitykey", "matchstatus", "matchsubstatus", "matchCreated"),
    *("closedOrDelivered", "enumcode", "qty"),
]


def matches(*rows: tuple[str, str, str, str, str]) -> Reading:
    """Read matches of an exchange: state, made, ended, item, amount."""
    return read(
        MATCHES,
        *(
            [MATCH, DONOR, MATCH, state, "", made, end, item, qty]
            for state, made, end, item, qty in rows
        ),
        hints=Hints(status=Status.OFFERED),
    )


def issues(reading: Reading) -> list[tuple[str, str]]:
    return [(i.code, i.place.text) for line in reading.lines for i in line.issues]


def test_the_export_of_an_exchange_is_read_by_the_names_of_its_program() -> None:
    reading = matches(
        ("delivered", "2020-12-24 00:00:00 UTC", "2021-01-05 15:33:25.882 UTC", "face_shield", "80")
    )
    line = reading.lines[0]
    assert lines(reading) == [("face shield", 80, "", DONOR)]
    assert (line.status, line.stated_on) == (Status.DELIVERED, date(2020, 12, 24))


def test_an_end_before_the_record_was_made_is_asked_about_at_its_cell() -> None:
    reading = matches(
        ("delivered", "2021-04-03 00:40:07.902 UTC", "2021-03-26 00:00:00 UTC", "kn95", "1"),
        ("delivered", "2020-09-04 01:40:08.936 UTC", "2020-09-04 01:09:55 UTC", "gown", "2"),
        ("delivered", "2020-09-04 01:40:08.936 UTC", "2020-09-04 00:00:00 UTC", "gown", "2"),
        ("delivered", "2020-09-04 01:40:08.936 UTC", "2020-09-04 01:09:55 EST", "gown", "2"),
    )
    # Midnight is what a program writes that has only the day, and other zones are not compared.
    assert issues(reading) == [
        ("date_before_creation", "sheet S, G2"),
        ("date_before_creation", "sheet S, G3"),
    ]


@pytest.mark.parametrize(
    ("amount", "code"),
    [("-18", "quantity_negative"), ("0", "quantity_zero"), ("200000000000000", "quantity_absurd")],
)
def test_an_amount_that_cannot_be_is_an_issue_at_its_cell(amount: str, code: str) -> None:
    reading = matches(("delivered", "2021-04-03", "2021-04-04", "kn95", amount))
    assert (code, "sheet S, I2") in issues(reading)
    assert reading.lines[0].quantity.kind is QuantityKind.UNKNOWN


@given(st.lists(st.uuids(), min_size=1, max_size=9, unique=True))
@settings(deadline=None)
def test_keys_of_a_program_are_never_items(keys: list[UUID]) -> None:
    reading = read(["orderableId", "qty"], *([str(key), "5"] for key in keys))
    assert reading.lines == ()


@pytest.mark.parametrize(
    "heading", ["censustractfips", "Long", "ChfId", "crossing count", "Physical thing"]
)
def test_numbers_below_an_unknown_heading_are_asked_about_and_never_exact(heading: str) -> None:
    reading = read(["Item", heading], ["N95 respirators", 6085502101.0], ["Gowns", 7.0])
    assert [x.quantity.kind for x in reading.lines] == [QuantityKind.UNKNOWN] * 2


def test_a_guessed_column_is_exact_once_a_person_says_what_it_means() -> None:
    rows: list[list[Any]] = [["donated thing", "f0"], ["Surgical masks", 112330.0], ["Gloves", 5.0]]
    guessed = read(*rows)
    assert codes(guessed) >= {"quantity_guessed"}
    assert guessed.lines[0].quantity.low is None
    said = Column(sheet="", letter="B", heading="f0", means="quantity", confidence=1.0)
    assert read(*rows, hints=Hints(columns=[said])).lines[0].quantity.low == 112330


def test_of_a_least_and_a_greatest_amount_none_is_taken() -> None:
    reading = read(["Product", "Min quantity", "Max quantity"], ["Gloves", 10.0, 100.0])
    assert codes(reading) >= {"column_guessed", "quantity_guessed"}
    assert reading.lines[0].quantity.low is None


def test_the_price_of_one_and_the_size_of_a_pack_are_neither_value_nor_amount() -> None:
    reading = read(
        ["Item Name", "Item Code", "Units", "Pack Quantity", "Quantity", "Unit Value", "Currency"],
        ["Blankets", "", "Piece", 10.0, 500.0, 7.0, "USD"],
        ["", "KRELCLEA01", "Piece", 6.0, 100.0, 2.0, "USD"],
    )
    assert [x.value for x in reading.lines] == [None, None]
    assert lines(reading) == [("Blankets", 500, "H87", ""), ("KRELCLEA01", 100, "H87", "")]
    assert codes(reading) == set()


def test_the_day_on_which_goods_expire_is_not_the_day_of_the_statement() -> None:
    reading = read(
        ["Product name", "Expiration date", "Physical QOH"], ["Morphine", "31/01/2025", 100.0]
    )
    assert reading.lines[0].stated_on is None
    assert reading.lines[0].quantity.low == 100


def donations(total: float) -> list[list[Any]]:
    return [
        ["Source", "Date", "Storage Location", "Quantity of Items", "Wipes", "Diapers", "Bibs"],
        ["Product Drive", "2025-01-01", "Hall", total, 7.0, 8.0, 0.0],
        ["Manufacturer", "2025-01-01", "Hall", 1.0, 0.0, 1.0, 0.0],
    ]


def test_items_that_stand_across_are_lines_of_their_own_where_their_sum_is_the_total() -> None:
    reading = read(*donations(15.0))
    assert lines(reading) == [
        ("Wipes", 7, "", "Product Drive"),
        ("Diapers", 8, "", "Product Drive"),
        ("Diapers", 1, "", "Manufacturer"),
    ]
    assert [x.place.text for x in reading.lines] == ["sheet S, E2", "sheet S, F2", "sheet S, F3"]


def test_items_that_stand_across_are_asked_about_where_nothing_proves_their_amounts() -> None:
    reading = read(*donations(99.0))
    assert {x.quantity.kind for x in reading.lines} == {QuantityKind.UNKNOWN}
    assert codes(reading) >= {"items_across", "quantity_guessed"}


def test_a_unit_in_the_heading_of_an_item_proves_its_amounts() -> None:
    reading = read(["Location", "Water (L)", "Rice (kg)"], ["Izmit", 500.0, 20.0])
    assert lines(reading) == [("Water", 500, "LTR", ""), ("Rice", 20, "KGM", "")]


def test_merged_headings_over_items_that_stand_across_are_their_group() -> None:
    reading = read(
        ["Location", "Item", "", "Total"],
        ["", "Blankets", "Tents", ""],
        ["Batwara", 500.0, 50.0, 550.0],
        ["Bemina", 600.0, 0.0, 600.0],
        merges=(Merge(top=0, left=1, bottom=0, right=2), Merge(top=0, left=0, bottom=1, right=0)),
    )
    told: list[tuple[Any, ...]] = [
        (x.item_text, x.quantity.low, x.place_text) for x in reading.lines
    ]
    assert told == [
        ("Blankets", 500, "Batwara"),
        ("Tents", 50, "Batwara"),
        ("Blankets", 600, "Bemina"),
    ]


def test_a_cell_merged_over_the_amount_heads_a_section() -> None:
    reading = read(
        ["Warehouse", "Item", "Unit", "On hand"],
        ["NROC A", "Food Items", "", ""],
        ["", "Sardines", "tins", 200000.0],
        merges=(Merge(top=1, left=1, bottom=1, right=3),),
    )
    assert lines(reading) == [("Sardines", 200000, "can", "")]
    assert reading.lines[0].extra["section"] == "Food Items"


def test_a_delivery_before_the_line_was_made_is_asked_about_in_other_languages_too() -> None:
    reading = read(
        ["Donneur", "Désignation", "Qté", "Date création", "Date livraison"],
        ["Croix-Rouge", "Couvertures", "1200", "12/03/2023", "01/03/2023"],
        ["Croix-Rouge", "Bâches", "50", "15/03/2023", "16/03/2023"],
    )
    assert issues(reading) == [("date_before_creation", "sheet S, E2")]


def test_people_counted_in_columns_are_no_items() -> None:
    reading = read(["County", "Affected", "Target", "Reached"], ["Garissa", 371951.0, 5.0, 6.0])
    assert reading.lines == ()


def test_a_heading_is_read_with_the_words_that_a_program_runs_together() -> None:
    assert worded("closedOrDelivered") == "closed or delivered"
    assert meaning_of("orderedQuantity")[0] == "quantity"
    assert meaning_of("datecreated")[0] == "stated_on"
    assert meaning_of("Turkey") == ("", 0.0)
    assert Decimal(meaning_of("donorKey")[1]) < 1
