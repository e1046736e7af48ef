"""Tables of burden: who gave how much in which month, and what it is held against.

Two plain CSV files.  Rows: donor, month, measure, amount, currency, unit, method, source.  Figures:
donor, figure, year, amount, currency, unit, source.  What a column would say for every row alike
may be said once instead.  Every fault is told with its line and column, all of them at once.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from muster.core.burden import MOST_PLACES, UNITS, FigureKind, Measure
from muster.core.refusals import Refusal

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000
_DELIMITERS = ",;\t"
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,20})?")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(-[0-9]{2})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SHOWN = 5
_T = TypeVar("_T")

ROW_COLUMNS = ("donor", "month", "measure", "amount", "currency", "unit", "method", "source")
FIGURE_COLUMNS = ("donor", "figure", "year", "amount", "currency", "unit", "source")


class TableFaulty(Refusal, field="file"):
    """The table has faults ({count}), and nothing of it is stored: {first}."""

    def __init__(self, faults: Sequence["Fault"]) -> None:
        """Tell the first faults in the sentence, and carry all."""
        self.faults = tuple(faults)
        first = "; ".join(str(fault) for fault in faults[:_SHOWN])
        super().__init__(count=len(faults), first=first)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be read, where it stands."""

    line: int
    column: str
    why: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRead:
    """One row: an amount of a donor in a month, in the plain unit of its currency."""

    line: int
    donor: str
    month: date
    measure: Measure
    amount: Decimal
    currency: str
    unit: str
    method: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRead:
    """One figure: a donor's GDP, population or key of a year."""

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

    line: int
    cells: Mapping[str, str]
    said: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)

    def text(self, column: str, *, needed: bool = True) -> str:
        found = (self.cells.get(column) or "").strip() or self.said.get(column, "").strip()
        if needed and not found:
            self.fault(column, "it is empty; write it, or say it once for all rows")
        return found

    def fault(self, column: str, why: str) -> None:
        self.faults.append(Fault(self.line, column, why))

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

    def unit(self) -> str:
        found = self.text("unit", needed=False)
        if found not in UNITS:
            known = ", ".join(word for word in UNITS if word)
            self.fault("unit", f'"{found[:40]}" is none of {known}; leave it empty for plain money')
        return found

    def currency(self, *, needed: bool = True) -> str:
        found = self.text("currency", needed=needed)
        if found and not _CURRENCY.fullmatch(found):
            self.fault("currency", f'"{found[:40]}" is no code of three letters, such as EUR')
        return found


def read_rows(data: bytes, said: Mapping[str, str]) -> tuple[RowRead, ...]:
    """Read a table of amounts.

    Args:
        data: the file.
        said: what holds for every row that does not say it: currency, method, source ...

    Raises:
        TableFaulty: with every fault and its place.
    """
    faults: list[Fault] = []
    rows = []
    for cells in _lines(data, ROW_COLUMNS, said, faults):
        unit = cells.unit()
        rows.append(
            RowRead(
                line=cells.line,
                donor=cells.text("donor"),
                month=_month(cells),
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


def read_figures(data: bytes, said: Mapping[str, str]) -> tuple[FigureRead, ...]:
    """Read a table of figures that the amounts are held against.

    Raises:
        TableFaulty: with every fault and its place.
    """
    faults: list[Fault] = []
    figures = []
    for cells in _lines(data, FIGURE_COLUMNS, said, faults):
        kind = _kind(cells)
        unit = cells.unit()
        figures.append(
            FigureRead(
                line=cells.line,
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


def _lines(
    data: bytes, known: Sequence[str], said: Mapping[str, str], faults: list[Fault]
) -> Iterator[_Cells]:
    text = _decoded(data)
    head, _, _ = text.partition("\n")
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        _judge_heads(names, known, said)
        for count, cells in enumerate(reader, start=1):
            if count > MOST_ROWS:
                raise TableFaulty([Fault(reader.line_num, "rows", f"more than {MOST_ROWS:,}")])
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(names):
                why = f"{len(cells)} cells under {len(names)} headings"
                faults.append(Fault(reader.line_num, "row", why))
                continue
            yield _Cells(reader.line_num, dict(zip(names, cells, strict=True)), said)
    except csv.Error as error:
        raise TableFaulty([Fault(reader.line_num, "row", str(error))]) from error


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise TableFaulty([Fault(0, "file", f"more than {MOST_BYTES:,} bytes")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TableFaulty([Fault(line, "text", "it is not UTF-8; save it as CSV UTF-8")]) from error
    if not text.strip():
        raise TableFaulty([Fault(1, "file", "it is empty")])
    if "\0" in text:
        raise TableFaulty([Fault(1, "text", "it holds a NUL character")])
    return text


def _judge_heads(names: Sequence[str], known: Sequence[str], said: Mapping[str, str]) -> None:
    faults = [
        Fault(1, name or "a heading", f"not known here; the columns are {', '.join(known)}")
        for name in names
        if name not in known
    ]
    faults += [Fault(1, name, "twice") for name in sorted(set(names)) if names.count(name) > 1]
    optional = {"unit", "currency"} if "figure" in known else {"unit"}
    faults += [
        Fault(1, name, "no such column, and nothing is said for all rows")
        for name in known
        if name not in names and name not in optional and not said.get(name)
    ]
    if faults:
        raise TableFaulty(faults)


def _month(cells: _Cells) -> date:
    found = cells.text("month")
    matched = _MONTH.fullmatch(found)
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
