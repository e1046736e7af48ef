"""Rows of a table that ask for nothing, kept by columns until a line of them is wanted.

A hundred thousand lines as values of their own cost more than reading them; most are only passed
on.  So plain rows stay columns, and a line of them is made when somebody looks at it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import overload

from muster.core.exchange import Change, DraftLine, Stated, Status
from muster.core.intake.making import make_lines, make_places


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRows(Sequence[DraftLine]):
    """Rows that follow each other in one sheet, without issues; each column has one entry a row."""

    number: int
    """Of the first line."""
    sheet: str
    row: int
    column: str
    """Where the first line stands; each next one is a row below."""
    texts: list[str]
    items: list[str]
    quantities: list[Stated]
    parties: list[str]
    statuses: list[Status]
    changes: list[Change]
    codes: list[str]
    references: list[str]
    place_texts: list[str]
    use_texts: list[str]
    needed_from: list[date | None]
    needed_by: list[date | None]
    stated_on: list[date | None]
    values: list[Decimal | None]
    currencies: list[str]
    notes: list[str]
    extras: list[Mapping[str, str]]
    _made: list[DraftLine] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, at: int) -> DraftLine: ...
    @overload
    def __getitem__(self, at: slice) -> list[DraftLine]: ...
    def __getitem__(self, at: int | slice) -> DraftLine | list[DraftLine]:
        """Make the lines, once, and give one or some of them."""
        return self._lines()[at]

    def __iter__(self) -> Iterator[DraftLine]:
        return iter(self._lines())

    def _lines(self) -> list[DraftLine]:
        if not self._made:
            many = len(self)
            self._made.extend(
                make_lines(
                    numbers=range(self.number, self.number + many),
                    places=make_places(self.sheet, range(self.row, self.row + many), self.column),
                    texts=self.texts,
                    items=self.items,
                    quantities=self.quantities,
                    parties=self.parties,
                    statuses=self.statuses,
                    changes=self.changes,
                    codes=self.codes,
                    references=self.references,
                    place_texts=self.place_texts,
                    use_texts=self.use_texts,
                    needed_from=self.needed_from,
                    needed_by=self.needed_by,
                    stated_on=self.stated_on,
                    values=self.values,
                    currencies=self.currencies,
                    notes=self.notes,
                    extras=self.extras,
                )
            )
        return self._made


class Lines(Sequence[DraftLine]):
    """The lines of a file in its order: runs of plain rows, and lines of their own between them."""

    __slots__ = ("_starts", "parts")

    def __init__(self) -> None:
        self.parts: list[PlainRows | list[DraftLine]] = []
        self._starts: list[int] = []

    def append(self, line: DraftLine) -> None:
        """Add one line."""
        if not self.parts or not isinstance(self.parts[-1], list):
            self._add([])
        last = self.parts[-1]
        assert isinstance(last, list)  # noqa: S101 - it was just put there
        last.append(line)

    def extend(self, rows: PlainRows) -> None:
        """Add plain rows."""
        self._add(rows)

    def _add(self, part: PlainRows | list[DraftLine]) -> None:
        self._starts.append(len(self))
        self.parts.append(part)

    def __len__(self) -> int:
        return self._starts[-1] + len(self.parts[-1]) if self.parts else 0

    def __iter__(self) -> Iterator[DraftLine]:
        for part in self.parts:
            yield from part

    @overload
    def __getitem__(self, at: int) -> DraftLine: ...
    @overload
    def __getitem__(self, at: slice) -> list[DraftLine]: ...
    def __getitem__(self, at: int | slice) -> DraftLine | list[DraftLine]:
        """Give one line, or a list of some."""
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        at = at + len(self) if at < 0 else at
        if not 0 <= at < len(self):
            raise IndexError(at)
        part = bisect_right(self._starts, at) - 1
        return self.parts[part][at - self._starts[part]]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Lines | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # they grow while a file is read

    def __repr__(self) -> str:
        return f"Lines({list(self)!r})"
