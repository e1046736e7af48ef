"""Tables of burden: who gave how much in which month, and what it is held against.

CSV or a workbook.  Rows: donor, month, kind, measure, amount, currency, unit, method, source; or a
column for each month in place of month and amount.  Figures: donor, figure, year, amount, currency,
unit, source.  What a column would say for every row alike may be said once instead.  Every fault is
told with its file, sheet, line and column, all of them at once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from muster.core.burden import MOST_PLACES, UNITS, FigureKind, Measure
from muster.formats.burden_sheets import (
    MONTH,
    Fault,
    Line,
    Sheet,
    TableFaulty,
    Where,
    is_workbook,
    sheets_of,
)

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,20})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_MOST_KIND = 60
_T = TypeVar("_T")

ROW_COLUMNS = (
    *("donor", "month", "kind", "measure", "amount", "currency", "unit", "method", "source"),
)
FIGURE_COLUMNS = ("donor", "figure", "year", "amount", "currency", "unit", "source")
_MAY_BE_LEFT_OUT = frozenset({"unit", "kind"})
# What public tables call a column that has another name here.
_CALLED = {"country": "donor", "countries": "donor", "type of aid": "kind"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRead:
    """One row: an amount of a donor in a month, in the plain unit of its currency."""

    where: Where
    line: int
    donor: str
    month: date
    kind: str
    measure: Measure
    amount: Decimal
    currency: str
    unit: str
    method: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRead:
    """One figure: a donor's GDP, population or key of a year."""

    where: Where
    line: int
    donor: str
    kind: FigureKind
    year: int
    amount: Decimal
    currency: str
    source: str


@dataclass(slots=True)
class _Cells:
    """The cells of one line, with what is said for all of them."""

    where: Where
    cells: Mapping[str, str]
    said: Mapping[str, str]
    # The heading under which a cell stands in the file, where it is not the column's own name.
    headed: Mapping[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def text(self, column: str, *, needed: bool = True) -> str:
        found = (self.cells.get(column) or "").strip() or self.said.get(column, "").strip()
        if needed and not found:
            self.fault(column, "it is empty; write it, or say it once for all rows")
        return found

    def fault(self, column: str, why: str) -> None:
        self.faults.append(self.where.fault(self.headed.get(column, column), why))

    def amount(self, unit: str) -> Decimal:
        found = self.text("amount")
        if found and not _NUMBER.fullmatch(found):
            self.fault("amount", f'"{found[:40]}" is no plain number, such as 1250000.50 or -3.2')
            return Decimal(0)
        written = Decimal(found or 0)
        worth = written * UNITS.get(unit, Decimal(1))
        if -_exponent(worth) > MOST_PLACES:
            self.fault("amount", f'"{found[:40]}" is finer than {MOST_PLACES} decimals')
        return worth

    def unit(self, *, of_money: bool = True) -> str:
        # What is said of the unit of all rows is said of money, and not of heads or of a key.
        own = (self.cells.get("unit") or "").strip()
        found = self.text("unit", needed=False) if of_money else own
        if found not in UNITS:
            known = ", ".join(word for word in UNITS if word)
            self.fault("unit", f'"{found[:40]}" is none of {known}; leave it empty for plain money')
        return found

    def kind(self) -> str:
        found = self.text("kind", needed=False)
        if len(found) > _MOST_KIND:
            self.fault("kind", f"it is longer than {_MOST_KIND} characters")
        return found

    def currency(self, *, needed: bool = True) -> str:
        found = self.text("currency", needed=needed)
        if found and not _CURRENCY.fullmatch(found):
            self.fault("currency", f'"{found[:40]}" is no code of three letters, such as EUR')
        return found


def read_rows(data: bytes, said: Mapping[str, str], file: str = "") -> tuple[RowRead, ...]:
    """Read a table of amounts.

    Args:
        data: the file.
        file: its name, for its faults.
        said: what holds for every row that does not say it: currency, method, source ...

    Raises:
        TableFaulty: with every fault and its place.
    """
    faults: list[Fault] = []
    rows = []
    for cells in _cells(_chosen(data, file, "month"), ROW_COLUMNS, said, faults):
        unit = cells.unit()
        rows.append(
            RowRead(
                where=cells.where,
                line=cells.where.line,
                donor=cells.text("donor"),
                month=_month(cells),
                kind=cells.kind(),
                measure=_measure(cells),
                amount=cells.amount(unit),
                currency=cells.currency(),
                unit=unit,
                method=cells.text("method"),
                source=cells.text("source"),
            )
        )
        faults += cells.faults
    return _whole(rows, faults)


def has_figures(data: bytes) -> bool:
    """Whether a workbook of amounts holds a sheet of figures too."""
    return is_workbook(data) and any("figure" in _names(sheet) for sheet in sheets_of(data, ""))


def read_figures(data: bytes, said: Mapping[str, str], file: str = "") -> tuple[FigureRead, ...]:
    """Read a table of figures that the amounts are held against.

    Raises:
        TableFaulty: with every fault and its place.
    """
    faults: list[Fault] = []
    figures = []
    for cells in _cells(_chosen(data, file, "figure"), FIGURE_COLUMNS, said, faults):
        kind = _kind(cells)
        unit = cells.unit(of_money=kind is FigureKind.GDP)
        figures.append(
            FigureRead(
                where=cells.where,
                line=cells.where.line,
                donor=cells.text("donor"),
                kind=kind,
                year=_year(cells),
                amount=_not_negative(cells, cells.amount(unit)),
                currency=cells.currency(needed=kind is FigureKind.GDP),
                source=cells.text("source"),
            )
        )
        faults += cells.faults
    return _whole(figures, faults)


def _whole(rows: list[_T], faults: list[Fault]) -> tuple[_T, ...]:
    if faults:
        raise TableFaulty(sorted(faults, key=lambda fault: fault.line))
    if not rows:
        raise TableFaulty([Fault(2, "rows", "there are none under the headings")])
    return tuple(rows)


def _chosen(data: bytes, file: str, told_by: str) -> Sheet:
    """Find the sheet that holds the table, by the column that it must have."""
    sheets = sheets_of(data, file)
    if len(sheets) == 1:
        return sheets[0]
    for sheet in sheets:
        names = _names(sheet)
        months = told_by == "month" and any(MONTH.fullmatch(name) for name in names)
        if "donor" in names and (told_by in names or months):
            return sheet
    why = f'no sheet has the columns "donor" and "{told_by}"'
    raise TableFaulty([Fault(1, "headings", why, file=file)])


def _names(sheet: Sheet) -> tuple[str, ...]:
    return tuple(_CALLED.get(name, name) for name in sheet.names)


def _cells(
    sheet: Sheet, known: Sequence[str], said: Mapping[str, str], faults: list[Fault]
) -> Iterator[_Cells]:
    """Give the cells of each row; of a table with a column for each month, of each month of it."""
    names = _names(sheet)
    months = [name for name in names if MONTH.fullmatch(name)] if "month" in known else []
    _judge_heads(sheet, names, known, said, months)
    for line in sheet.lines:
        if not any(text.strip() for text in line.texts):
            continue
        where = sheet.where(line.number, names)
        if len(line.texts) != len(names):
            faults.append(where.fault("row", _uneven(line, names)))
            continue
        cells = dict(zip(names, line.texts, strict=True))
        if not months:
            yield _Cells(where, cells, said)
        for month in months:
            if cells[month].strip():
                one = {**cells, "month": month, "amount": cells[month]}
                yield _Cells(where, one, said, {"month": month, "amount": month})


def _uneven(line: Line, names: Sequence[str]) -> str:
    return f"{len(line.texts)} cells under {len(names)} headings"


def _judge_heads(
    sheet: Sheet,
    names: Sequence[str],
    known: Sequence[str],
    said: Mapping[str, str],
    months: Sequence[str],
) -> None:
    where = sheet.where(sheet.head, names)
    wide = {"month", "amount"} if months else set()
    faults = [
        where.fault(name or "a heading", f"not known here; the columns are {', '.join(known)}")
        for name in names
        if name not in known and name not in months
    ]
    faults += [where.fault(name, "twice") for name in sorted(set(names)) if names.count(name) > 1]
    faults += [
        where.fault(name, "the table has a column for each month too; leave one of them out")
        for name in sorted(wide & set(names))
    ]
    optional = _MAY_BE_LEFT_OUT | ({"currency"} if "figure" in known else wide)
    faults += [
        where.fault(name, "no such column, and nothing is said for all rows")
        for name in known
        if name not in names and name not in optional and not said.get(name)
    ]
    if faults:
        raise TableFaulty(faults)


def _month(cells: _Cells) -> date:
    found = cells.text("month")
    matched = MONTH.fullmatch(found)
    try:
        if matched is None:
            raise ValueError  # noqa: TRY301 - one place for both ways to be no month
        return date(int(matched[1]), int(matched[2]), 1)
    except ValueError:
        if found:
            cells.fault("month", f'"{found[:40]}" is no month, such as 2023-04')
        return date.min


def _measure(cells: _Cells) -> Measure:
    found = cells.text("measure").casefold()
    if found in set(Measure):
        return Measure(found)
    if found:
        cells.fault("measure", f'"{found[:40]}" is none of {", ".join(Measure)}')
    return Measure.ALLOCATED


def _kind(cells: _Cells) -> FigureKind:
    found = cells.text("figure").casefold()
    if found in set(FigureKind):
        return FigureKind(found)
    if found:
        cells.fault("figure", f'"{found[:40]}" is none of {", ".join(FigureKind)}')
    return FigureKind.KEY


def _year(cells: _Cells) -> int:
    found = cells.text("year")
    if re.fullmatch(r"(19|20)[0-9]{2}", found):
        return int(found)
    if found:
        cells.fault("year", f'"{found[:40]}" is no year, such as 2021')
    return 0


def _not_negative(cells: _Cells, amount: Decimal) -> Decimal:
    if amount < 0:
        cells.fault("amount", "it is below zero")
    return amount


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
