"""Tables of burden are read whole, or every fault is told with its place."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.burden import FigureKind, Measure
from muster.formats.burden import TableFaulty, read_figures, read_rows

SAID = {"measure": "allocated", "currency": "EUR", "method": "as stated", "source": "a tracker"}


def faults(data: bytes, said: dict[str, str] = SAID) -> set[tuple[int, str]]:
    with pytest.raises(TableFaulty) as refused:
        read_rows(data, said)
    return {(fault.line, fault.column) for fault in refused.value.faults}


def test_a_row_says_what_it_counts_and_what_holds_for_all_fills_the_rest() -> None:
    [row] = read_rows(b"donor;month;amount;unit\nGermany;2022-02;1.5;bn\n", SAID)
    assert (row.donor, row.month, row.amount) == ("Germany", date(2022, 2, 1), Decimal("1.5E+9"))
    assert (row.measure, row.currency, row.method) == (Measure.ALLOCATED, "EUR", "as stated")


def test_figures_are_read_with_their_year() -> None:
    text = b"donor,figure,year,amount,currency,unit\nDEU,gdp,2021,3601.75,EUR,bn\n"
    [figure] = read_figures(text, {"source": "x"})
    assert (figure.kind, figure.year) == (FigureKind.GDP, 2021)
    assert figure.amount == Decimal("3601.75") * 10**9


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", {(1, "file")}),
        (b"donor,month,amount\n", {(2, "rows")}),
        (b"donor,month\nDEU,2022-01\n", {(1, "amount")}),
        (b"donor,month,amount,colour\nDEU,2022-01,1,red\n", {(1, "colour")}),
        (b"donor,month,amount,amount\n", {(1, "amount")}),
        (b"donor,month,amount\nDEU,2022-13,1\n", {(2, "month")}),
        (b"donor,month,amount\nDEU,Jan 22,1\nFRA,2022-01,1.000,5\n", {(2, "month"), (3, "row")}),
        (b"donor,month,amount\n,2022-01,1\nFRA,2022-01,n/a\n", {(2, "donor"), (3, "amount")}),
        (b"donor,month,amount\nDEU,2022-01,1e5\n", {(2, "amount")}),
        (b"donor,month,amount\nDEU,2022-01,0.1234567890123\n", {(2, "amount")}),
        (b"donor,month,amount,unit\nDEU,2022-01,1,crore\n", {(2, "unit")}),
        (b"donor,month,amount,measure\nDEU,2022-01,1,promised\n", {(2, "measure")}),
        (b"donor,month,amount,currency\nDEU,2022-01,1,euro\n", {(2, "currency")}),
        (b'donor,month,amount\n"DEU,2022-01,1\n', {(2, "row")}),
        (b"donor,month,amount\nDEU,2022-01,\xff\n", {(2, "text")}),
    ],
)
def test_every_fault_is_told_with_its_line_and_column(
    data: bytes, expected: set[tuple[int, str]]
) -> None:
    assert faults(data) == expected


def test_a_table_that_does_not_say_its_method_is_refused() -> None:
    assert faults(b"donor,month,amount\nDEU,2022-01,1\n", SAID | {"method": ""}) == {(1, "method")}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_rows(data, SAID)
    except TableFaulty as refused:
        assert refused.faults  # noqa: PT017 - either way is right
