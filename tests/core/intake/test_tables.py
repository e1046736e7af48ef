"""Sheets of cells to draft lines: every table, every row, every doubt, nothing guessed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.exchange import Column, Hints, Reading, Status, Weight
from muster.core.intake.grids import Grid, Merge
from muster.core.intake.tables import read_grids
from muster.core.quantities.amounts import QuantityKind


def read(
    *rows: Sequence[Any],
    hints: Hints | None = None,
    merges: tuple[Merge, ...] = (),
    shifts: bool = False,
) -> Reading:
    grid = Grid(name="S", rows=[list(row) for row in rows], merges=merges, rows_may_shift=shifts)
    return read_grids([grid], hints or Hints(), format_name="xlsx")


def lines(reading: Reading) -> list[tuple[Any, ...]]:
    return [(x.item_text, x.quantity.low, x.quantity.unit, x.party_text) for x in reading.lines]


def codes(reading: Reading) -> set[str]:
    return {i.code for i in reading.issues} | {i.code for x in reading.lines for i in x.issues}


ABOVE = [["Item", "Quantity", "Unit"]]


def test_a_plain_table_becomes_lines_with_their_cells() -> None:
    reading = read(["Needs"], [], *ABOVE, ["Tents", 20.0, "pcs"], ["Rice", 1.5, "t"])
    assert lines(reading) == [("Tents", 20, "H87", ""), ("Rice", Decimal("1.5"), "TNE", "")]
    assert [x.place.text for x in reading.lines] == ["sheet S, A4", "sheet S, A5"]
    assert reading.lines[0].text == "Tents | 20 | pcs"
    assert reading.title == "Needs"
    assert not codes(reading)


@pytest.mark.parametrize(
    "headings",
    [
        ["Désignation", "Quantité", "Unité"],
        ["Bezeichnung", "Menge", "Einheit"],
        ["Найменування", "Кількість", "Од. виміру"],
        ["Malzeme adı", "Miktar", "Birim"],
        ["Artículo", "Cantidad", "Unidad"],
        ["Nazwa", "Ilość", "Jednostka"],
        ["المادة", "الكمية", "الوحدة"],
        ["ITEM DESCRIPTION", "QTY.", "U.O.M."],
    ],
)
def test_headings_are_known_in_many_languages(headings: list[str]) -> None:
    reading = read(headings, ["X", 20.0, "kg"])
    assert [c.means for c in reading.columns] == ["item_text", "quantity", "unit"]
    assert lines(reading) == [("X", 20, "KGM", "")]


def test_grouped_headings_in_two_rows_are_joined() -> None:
    reading = read(
        ["No", "Item", "Requested", "", "Delivered", ""],
        ["", "", "Quantity", "Unit", "Quantity", "Date"],
        [1.0, "Tents", 20.0, "pcs", 10.0, date(2026, 1, 2)],
        merges=(
            Merge(top=0, left=2, bottom=0, right=3),
            Merge(top=0, left=4, bottom=0, right=5),
            Merge(top=0, left=0, bottom=1, right=0),
            Merge(top=0, left=1, bottom=1, right=1),
        ),
    )
    assert lines(reading) == [("Tents", 20, "H87", "")]
    assert reading.lines[0].status is Status.REQUESTED
    assert reading.lines[0].extra["Delivered Quantity"] == "10"


def test_a_total_is_no_line_and_a_wrong_one_is_asked_about() -> None:
    right = read(*ABOVE, ["Tents", 20.0, "pcs"], ["Cots", 30.0, "pcs"], ["Total", 50.0, ""])
    wrong = read(*ABOVE, ["Tents", 20.0, "pcs"], ["Cots", 30.0, "pcs"], ["Total", 50000.0, ""])
    assert len(right.lines) == len(wrong.lines) == 2
    assert codes(right) == {"total_passed_over"}
    assert codes(wrong) == {"total_passed_over", "total_differs"}


def test_a_total_station_is_an_item() -> None:
    assert lines(read(*ABOVE, ["Total station", 2.0, "pcs"])) == [("Total station", 2, "H87", "")]


def test_a_nation_alone_in_a_row_is_the_party_of_what_follows() -> None:
    reading = read(
        *ABOVE,
        ["Germany", "", ""],
        ["Tents", 20.0, "pcs"],
        ["France:", "", ""],
        ["Cots", 3.0, "pcs"],
    )
    assert [x.party_text for x in reading.lines] == ["Germany", "France"]


def test_a_state_alone_in_a_row_is_the_state_of_what_follows() -> None:
    reading = read(*ABOVE, ["Delivered:", "", ""], ["Tents", 20.0, "pcs"])
    assert reading.lines[0].status is Status.DELIVERED


def test_a_party_named_once_is_carried_down_and_said() -> None:
    reading = read(
        ["Country", "Item", "Quantity"],
        ["Germany", "Tents", 2.0],
        ["", "Cots", 3.0],
        ["", "Mats", 3.0],
    )
    assert [x.party_text for x in reading.lines] == ["Germany"] * 3
    assert codes(reading) == {"party_carried_down"}


def test_columns_headed_by_nations_give_one_line_each() -> None:
    reading = read(["Item", "Poland", "Germany"], ["Tents", 20.0, ""], ["Cots", 3.0, 4.0])
    assert [(x.item_text, int(x.quantity.low or 0), x.party_text) for x in reading.lines] == [
        ("Tents", 20, "Poland"),
        ("Cots", 3, "Poland"),
        ("Cots", 4, "Germany"),
    ]


def test_repeated_headings_footnotes_and_blank_rows_are_no_lines() -> None:
    reading = read(*ABOVE, ["Tents", 2.0, "pcs"], *ABOVE, [], ["Cots", 3.0, "pcs"], ["* by road"])
    assert len(reading.lines) == 2
    assert codes(reading) == {"heading_repeated", "remark_passed_over"}


def test_two_tables_of_one_sheet_are_both_read() -> None:
    reading = read(
        *ABOVE,
        ["Tents", 2.0, "pcs"],
        [],
        ["Donor", "Item offered", "Quantity"],
        ["Italy", "Pumps", 4.0],
    )
    assert lines(reading) == [("Tents", 2, "H87", ""), ("Pumps", 4, "", "Italy")]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (-500.0, "quantity_negative"),
        ("-500", "quantity_negative"),
        (0.0, "quantity_zero"),
        (2e14, "quantity_absurd"),
        ("2e14", "quantity_absurd"),
        (1e308, "quantity_absurd"),
        ("1e308", "quantity_absurd"),
        ("9" * 30, "quantity_absurd"),
        ("1.5E+05", "quantity_rounded"),
        ("", "quantity_missing"),
        ("NaN", "quantity_missing"),
        ("#REF!", "formula_error"),
        ("=A1*2", "formula_without_value"),
        ("tens of thousands", "quantity_vague"),
        (date(2026, 2, 1), "quantity_is_date"),
        (True, "quantity_unreadable"),
        ("see annex", "quantity_unreadable"),
    ],
)
def test_what_is_no_amount_is_never_one_and_says_its_cell(cell: object, code: str) -> None:
    reading = read(*ABOVE, ["Tents", 5.0, "pcs"], ["Masks", cell, "pcs"])
    line = reading.lines[1]
    assert line.quantity.kind is QuantityKind.UNKNOWN
    (issue,) = [each for each in line.issues if each.code == code]
    assert issue.place.text == "sheet S, B3"
    assert issue.sentence


def test_an_open_number_is_asked_with_its_readings() -> None:
    (line,) = read(*ABOVE, ["Diesel", "31.078", "litres"]).lines
    assert line.quantity.kind is QuantityKind.UNKNOWN
    assert line.issues[0].code == "quantity_ambiguous"
    assert set(line.issues[0].readings) == {"31078", "31.078"}
    assert line.issues[0].weight is Weight.QUESTION


def test_the_document_proves_its_own_decimal_mark() -> None:
    reading = read(*ABOVE, ["Diesel", "31.078", "litres"], ["Oil", "12,5", "litres"])
    assert [x.quantity.low for x in reading.lines] == [31078, Decimal("12.5")]


def test_pieces_prove_that_a_point_groups_thousands() -> None:
    reading = read(*ABOVE, ["Cots", "2.500", "pcs"], ["Water", "1.250", "litres"])
    assert [x.quantity.low for x in reading.lines] == [2500, 1250]


def test_a_mixed_document_proves_nothing() -> None:
    reading = read(*ABOVE, ["Oil", "12,5", "l"], ["Tar", "12.5", "l"], ["Diesel", "31.078", "l"])
    assert "numbers_mixed" in codes(reading)
    assert reading.lines[2].quantity.kind is QuantityKind.UNKNOWN


@pytest.mark.parametrize(
    ("cell", "kind", "low", "high", "unit"),
    [
        ("500 pcs", QuantityKind.EXACT, 500, 500, "H87"),
        ("up to 450 000", QuantityKind.BOUND, None, 450000, ""),
        ("30-31", QuantityKind.RANGE, 30, 31, ""),
        ("20 t per week", QuantityKind.RATE, 20, 20, "TNE"),
        ("16 700", QuantityKind.EXACT, 16700, 16700, ""),
    ],
)
def test_a_cell_may_hold_more_than_a_number(
    cell: object, kind: QuantityKind, low: int | None, high: int | None, unit: str
) -> None:
    (line,) = read(["Item", "Quantity"], ["Things", cell]).lines
    assert (line.quantity.kind, line.quantity.low, line.quantity.high) == (kind, low, high)
    assert line.quantity.unit == unit


def test_a_unit_in_the_heading_is_the_unit_of_its_column() -> None:
    assert lines(read(["Item", "Quantity (kg)"], ["Rice", 500.0])) == [("Rice", 500, "KGM", "")]


def test_two_units_for_one_amount_are_asked_about() -> None:
    (line,) = read(*ABOVE, ["Rice", "5 bags", "kg"]).lines
    assert line.quantity.kind is QuantityKind.UNKNOWN
    assert line.issues[0].code == "units_differ"


def test_an_amount_in_the_words_of_an_item_is_read() -> None:
    reading = read(["Assistance requested"], ["16 700 fleece jackets"], ["up to 20 pumps"])
    assert [x.item_text for x in reading.lines] == ["fleece jackets", "pumps"]
    assert reading.lines[0].quantity.low == 16700


@pytest.mark.parametrize("item", ["Kettle, 5.7 l", "Chain blocks, load 500 kg", "Coupling 3 inch"])
def test_the_size_in_a_name_is_no_amount_where_a_table_gives_none(item: str) -> None:
    (line,) = read(["Item code", "Item description"], ["A1", item]).lines
    assert (line.item_text, line.quantity.kind) == (item, QuantityKind.UNKNOWN)
    (line,) = read(*ABOVE, ["Tents", 2.0, "pcs"], [item, "", "pcs"]).lines[1:]
    assert (line.item_text, line.quantity.kind) == (item, QuantityKind.UNKNOWN)
    assert [issue.code for issue in line.issues] == ["quantity_missing"]


def test_a_row_with_a_cell_too_many_has_no_exact_amount() -> None:
    reading = read(*ABOVE, ["Masks", "1", "200", "pcs"], ["Cots", "30", "pcs"], shifts=True)
    assert reading.lines[0].quantity.kind is QuantityKind.UNKNOWN
    assert "row_ragged" in {i.code for i in reading.lines[0].issues}
    assert reading.lines[1].quantity.low == 30


def test_days_before_the_line_was_made_are_asked_about() -> None:
    reading = read(
        ["Item", "Quantity", "Created", "Delivery date"],
        ["Masks", 5.0, "2022-05-01", "2022-04-01"],
        ["Gowns", 5.0, "2022-05-01", "2022-06-01"],
    )
    assert [[i.code for i in x.issues] for x in reading.lines] == [["date_before_creation"], []]
    assert reading.lines[0].issues[0].place.text == "sheet S, D2"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31/02/2026", "date_impossible"),
        ("2022-13-45", "date_impossible"),
        ("03/04/2026", "date_ambiguous"),
        ("1899-01-01", "date_far"),
        ("October 2022", "date_partial"),
        ("as soon as possible", "date_kept_as_text"),
    ],
)
def test_a_day_that_is_none_is_said_and_left_out(cell: object, code: str) -> None:
    (line,) = read(["Item", "Quantity", "Needed by"], ["Masks", 5.0, cell]).lines
    assert line.needed_by is None
    assert [i.code for i in line.issues] == [code]


def test_the_serial_number_of_a_day_is_read_and_said() -> None:
    (line,) = read(["Item", "Quantity", "Needed by"], ["Masks", 5.0, 46357.0]).lines
    assert line.needed_by == date(2026, 12, 1)
    assert [i.code for i in line.issues] == ["date_from_serial"]


def test_other_days_of_the_document_settle_the_order() -> None:
    reading = read(
        ["Item", "Quantity", "Needed by"], ["A b", 5.0, "03/04/2026"], ["C d", 5.0, "25/04/2026"]
    )
    assert reading.lines[0].needed_by == date(2026, 4, 3)


def test_what_a_person_said_of_a_column_goes_before_its_heading() -> None:
    said = Column(sheet="", letter="C", heading="Real need", means="quantity", confidence=1)
    hints = Hints(columns=(said,))
    reading = read(["Item", "Quantity", "Real need"], ["Tents", 1.0, 2.0], hints=hints)
    assert lines(reading) == [("Tents", 2, "", "")]


def test_a_remembered_column_is_found_where_it_has_moved_to() -> None:
    said = Column(sheet="", letter="B", heading="Real need", means="quantity", confidence=1)
    reading = read(["Item", "Zone", "Real need"], ["Tents", "x", 2.0], hints=Hints(columns=(said,)))
    assert lines(reading) == [("Tents", 2, "", "")]


def test_a_table_without_headings_is_read_by_its_cells_and_says_so() -> None:
    reading = read(["Tents", "20", "pcs"], ["Diesel", "300", "litres"])
    assert lines(reading) == [("Tents", 20, "H87", ""), ("Diesel", 300, "LTR", "")]
    assert codes(reading) == {"headings_missing"}


def test_money_and_other_columns_are_kept() -> None:
    reading = read(["Item", "Qty", "Value (USD)", "Priority"], ["Tents", 5.0, "1,500.50", "high"])
    (line,) = reading.lines
    assert (line.value, line.currency) == (Decimal("1500.50"), "USD")
    assert line.extra == {"Priority": "high"}


def test_the_doubts_of_all_rows_are_said_at_once() -> None:
    reading = read(*ABOVE, *[["Masks", -1.0, "pcs"] for _ in range(50)])
    assert [i.code for x in reading.lines for i in x.issues] == ["quantity_negative"] * 50


CELLS = st.one_of(
    st.text(max_size=12),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.sampled_from(["Item", "Quantity", "Unit", "Country", "Total", "Germany", "#item", "#REF!"]),
    st.sampled_from(["1.234", "1,5", "-3", "up to 5", "2e14", "31/02/2026", '"', "=", "pcs"]),
)


@settings(deadline=None)  # the first text of all builds the tables of words
@given(st.lists(st.lists(CELLS, max_size=6), max_size=12))
def test_no_sheet_of_cells_raises_and_no_exact_amount_is_below_zero(rows: list[Any]) -> None:
    reading = read(*rows, shifts=True)
    for number, line in enumerate(reading.lines, start=1):
        assert line.number == number
        assert line.place.row is not None
        if line.quantity.kind is QuantityKind.EXACT:
            assert line.quantity.low is not None
            assert line.quantity.low > 0


@given(st.lists(st.tuples(st.text("ab ", min_size=1), st.integers(1, 10**9)), min_size=1))
def test_every_row_of_a_clean_table_is_one_line(rows: list[Any]) -> None:
    named = [(f"x{text.strip()}x", float(amount)) for text, amount in rows]
    reading = read(["Item", "Quantity"], *map(list, named))
    assert [(x.item_text, int(x.quantity.low or 0)) for x in reading.lines] == [
        (" ".join(item.split()), amount) for item, amount in named
    ]
