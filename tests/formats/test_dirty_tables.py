"""Tables as exchanges and field offices really send them: what is wrong is said where it stands."""

import pytest

from muster.core.exchange import Hints, Reading, Weight
from muster.formats.registry import read
from tests.formats.written import said


def table(text: str) -> Reading:
    return read(text.encode(), Hints(name="list.csv"))


def told(text: str, unit: str = "") -> tuple[str, str, list[str]]:
    """Read one cell of amounts: the quantity, its unit, and the codes of what is asked."""
    [line] = table(f"Item;Quantity;Unit\nGloves;{text};{unit}\n").lines
    asked = [issue.code for issue in line.issues if issue.weight is not Weight.NOTE]
    return said(line.quantity), line.quantity.unit, asked


@pytest.mark.parametrize(
    ("cell", "quantity", "unit"),
    [
        ("5 tys.", "5000", ""),
        ("1.2 mln", "1200000", ""),
        ("15 тис. шт", "15000", "H87"),
        ("20 т/міс", "20/month", "TNE"),
        ("300 l/day", "300/day", "LTR"),
        ("1 200 szt.", "1200", "H87"),
        ("20-30 kusů", "20-30", "H87"),
        ("40 kutu", "40", "box"),
        ("20 cajas", "20", "box"),
        ("hasta 40", "<=40", ""),
        ("co najmniej 12", ">=12", ""),
        ("близько 15", "~15", ""),
        ("30 à 50", "30-50", ""),
    ],
)
def test_amounts_of_many_languages_are_read_in_their_cells(
    cell: str, quantity: str, unit: str
) -> None:
    assert told(cell) == (quantity, unit, [])


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("-5", "quantity_negative"),
        ("2e14", "quantity_absurd"),
        ("200000000000000", "quantity_absurd"),
        ("(20)", "quantity_sign"),
        ("NaN", "quantity_missing"),
        ("12.5.3", "quantity_unreadable"),
        ("10x100", "quantity_unreadable"),
        ("2 Paletten à 40 Stück", "quantity_unreadable"),
        ("2 à 3 000", "quantity_ambiguous"),
        ("une dizaine", "quantity_ambiguous"),
        ("1/2", "quantity_ambiguous"),
        ("1O0", "quantity_unreadable"),
        ("50%", "quantity_unreadable"),
        ("#REF!", "formula_error"),
        ("=SUM(B3:B4)", "formula_without_value"),
        ("0", "quantity_zero"),
    ],
)
def test_a_cell_that_is_no_one_amount_is_asked_about_and_never_exact(cell: str, code: str) -> None:
    quantity, _, asked = told(cell, "pcs")
    assert (quantity, asked) == ("?", [code])


def test_half_of_one_without_a_zero_is_no_five() -> None:
    quantity, _, asked = told(".5", "pcs")
    assert (quantity, asked) == ("0.5", ["quantity_fractional"])


def test_vague_cells_are_kept_as_not_stated() -> None:
    for cell in ("kilkadziesiąt", "десятки", "mehrere Hundert", "quelques", "varios", "desítky"):
        assert told(cell) == ("?", "", [])


@pytest.mark.parametrize(
    "row",
    [
        *["Subtotal shelter", "Sub-total WASH", "WASH total", "Shelter - Total"],
        *["Zwischensumme Zelte", "Sous-total abris", "TOTAL", "Разом"],
    ],
)
def test_totals_of_a_section_are_no_lines(row: str) -> None:
    reading = table(f"Item,Quantity\nTents,100\nBlankets,100\n{row},200\n")
    assert [line.item_text for line in reading.lines] == ["Tents", "Blankets"]
    [issue] = reading.issues
    assert (issue.code, issue.place.row) == ("total_passed_over", 4)


def test_a_thing_that_ends_like_a_total_is_a_line() -> None:
    lines = table("Item,Quantity\nTotal station,2\nTents,100\n").lines
    assert [line.item_text for line in lines] == ["Total station", "Tents"]


def test_what_is_missing_beside_a_target_is_asked_about() -> None:
    reading = table("Item,Target,Reached,Gap\nTarpaulins,12000,7500,4500\n")
    asked = {issue.place.column for issue in reading.issues if issue.weight is Weight.QUESTION}
    assert asked == {"D"}


def test_days_before_their_own_creation_are_said_with_their_row() -> None:
    reading = table(
        "created_at,updated_at,item,qty\n2022-03-10,2022-03-09,Masks,500\n"
        "2022-03-10,2022-03-12,Gowns,20\n"
    )
    found = [(i.code, i.place.row) for line in reading.lines for i in line.issues]
    assert found == [("date_before_creation", 2)]


def test_a_rule_under_headings_is_no_line() -> None:
    lines = table("| Item | Quantity |\n|---|---:|\n| Boots | 40 |\n").lines
    assert [line.item_text for line in lines] == ["Boots"]


def test_one_sentence_with_semicolons_is_no_table() -> None:
    reading = read(b"Needs: 40 tents; 500 meals per day; 3 t of rice", Hints(name="mail.txt"))
    assert (reading.format, [said(line.quantity) for line in reading.lines]) == (
        "text", ["40", "500/day", "3"],
    )  # fmt: skip
