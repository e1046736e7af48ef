"""The cells of a table of burden, from CSV or from a workbook, and where each of them stands."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from muster.core.intake.grids import Cell, Grid, letter, shown
from muster.core.refusals import Refusal
from muster.formats.workbooks import ODS, XLS, XLSX, grids_of

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000
MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(-[0-9]{2})?")
_DELIMITERS = ",;\t"
_SHOWN = 5
_MOST_ABOVE = 20
_SURE = 0.8
# By one of these headings the row of headings is known under the titles above it.
_WHO = frozenset({"donor", "country", "countries", "party", "member"})


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
    letter: str = ""
    sheet: str = ""
    file: str = ""

    def __str__(self) -> str:
        file = f"{self.file}, " if self.file else ""
        if not self.sheet:
            return f"{file}line {self.line}, {self.column}: {self.why}"
        column = f"{self.column} (column {self.letter})" if self.letter else self.column
        return f"{file}sheet {self.sheet}, row {self.line}, {column}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A row of a file: its line or row, and the letter of each column of a sheet."""

    line: int
    letters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sheet: str = ""
    file: str = ""

    def fault(self, column: str, why: str) -> Fault:
        """Say what is wrong in a column of this row."""
        return Fault(
            self.line,
            column,
            why,
            letter=self.letters.get(column, ""),
            sheet=self.sheet,
            file=self.file,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """The texts of one row, and its number in the file."""

    number: int
    texts: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table before it is understood: its headings, folded, and its rows as they come."""

    file: str
    name: str
    head: int
    names: tuple[str, ...]
    lines: Iterator[Line]

    def where(self, line: int, names: Sequence[str]) -> Where:
        """Say where a row stands, with the letters of its columns as they are called here."""
        letters = {name: letter(place) for place, name in enumerate(names)} if self.name else {}
        return Where(line=line, letters=letters, sheet=self.name, file=self.file)


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a workbook and no text."""
    return any(each.claims(data, "") >= _SURE for each in (XLSX, XLS, ODS))


def sheets_of(data: bytes, file: str) -> tuple[Sheet, ...]:
    """Give the sheets of a workbook that have headings, or the one table of a text.

    Raises:
        TableFaulty: it cannot be read at all.
    """
    if len(data) > MOST_BYTES:
        raise TableFaulty([Fault(0, "file", f"more than {MOST_BYTES:,} bytes", file=file)])
    if not is_workbook(data):
        return (_of_text(_decoded(data, file), file),)
    grids, issue = grids_of(data, file)
    if issue is not None:
        raise TableFaulty([Fault(1, "file", issue.sentence, file=file)])
    found = tuple(sheet for grid in grids if (sheet := _of_grid(grid, file)) is not None)
    if not found:
        why = f"no sheet has one of the headings {', '.join(sorted(_WHO))} in its first rows"
        raise TableFaulty([Fault(1, "headings", why, file=file)])
    return found


def _of_grid(grid: Grid, file: str) -> Sheet | None:
    """Find the headings under the titles that may stand above them."""
    for head, row in enumerate(grid.rows[:_MOST_ABOVE]):
        names = [_folded(_text(cell)) for cell in row]
        while names and not names[-1]:
            names.pop()
        if _WHO & set(names):
            return Sheet(
                file=file,
                name=grid.name,
                head=head + 1,
                names=tuple(names),
                lines=_rows_of(grid, head + 1, len(names)),
            )
    return None


def _rows_of(grid: Grid, begin: int, width: int) -> Iterator[Line]:
    if len(grid.rows) - begin > MOST_ROWS:
        raise TableFaulty([Fault(begin, "rows", f"more than {MOST_ROWS:,}", sheet=grid.name)])
    for number, row in enumerate(grid.rows[begin:], start=begin + 1):
        texts = [_text(cell) for cell in row]
        while len(texts) > width and not texts[-1].strip():
            texts.pop()
        yield Line(number, texts + [""] * (width - len(texts)))


def _text(cell: Cell) -> str:
    """Write a number of a sheet as its cell shows it, without the exponent of a program."""
    if not isinstance(cell, float) or cell.is_integer():
        return shown(cell)
    return f"{Decimal(repr(cell)):f}"


def _folded(name: str) -> str:
    """Give a heading as it is looked for; that of a month may be a date."""
    folded = " ".join(name.split()).casefold()
    matched = MONTH.fullmatch(folded)
    return f"{matched[1]}-{matched[2]}" if matched else folded


def _of_text(text: str, file: str) -> Sheet:
    head, _, _ = text.partition("\n")
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = tuple(_folded(name) for name in next(reader, []))
    except csv.Error as error:
        raise TableFaulty([Fault(reader.line_num, "row", str(error), file=file)]) from error

    def lines() -> Iterator[Line]:
        try:
            for count, cells in enumerate(reader, start=1):
                if count > MOST_ROWS:
                    why = f"more than {MOST_ROWS:,}"
                    raise TableFaulty([Fault(reader.line_num, "rows", why, file=file)])
                yield Line(reader.line_num, cells)
        except csv.Error as error:
            raise TableFaulty([Fault(reader.line_num, "row", str(error), file=file)]) from error

    return Sheet(file=file, name="", head=1, names=names, lines=lines())


def _decoded(data: bytes, file: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        why = "it is not UTF-8; save it as CSV UTF-8"
        raise TableFaulty([Fault(line, "text", why, file=file)]) from error
    if not text.strip():
        raise TableFaulty([Fault(1, "file", "it is empty", file=file)])
    if "\0" in text:
        raise TableFaulty([Fault(1, "text", "it holds a NUL character", file=file)])
    return text
