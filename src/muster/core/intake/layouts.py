"""Where the tables of a sheet stand: their headings, in one row or several, and their rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from muster.core.exchange import Column, Hints
from muster.core.intake.columns import SAMPLE, is_amount, recognise
from muster.core.intake.grids import Cell, Grid, Row, shown
from muster.core.intake.headings import LIKELY, SURE, WEAK, meaning_of, plain
from muster.core.intake.tags import WITHIN, is_tag_row, meanings_of
from muster.core.intake.unit_cells import unit_of

SCAN: Final = 400
"""Rows in which the first headings are looked for; reports open with a page or two of text."""

WIDEST: Final = 512
"""Columns that are understood; what stands further right is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a sheet; rows count from 0, `last` is the first one behind it."""

    top: int
    """The first row of its headings."""
    first: int
    """Its first row below headings and tags."""
    last: int
    headings: tuple[str, ...]
    columns: tuple[Column, ...]
    tagged: bool = False
    named: bool = True
    """Whether it has headings at all."""
    cells: int = 0
    """How many cells its row of headings has, blank ones too."""
    places: dict[str, int] = field(default_factory=dict)
    """The number of the column of each meaning."""


def find_tables(grid: Grid, hints: Hints) -> list[Table]:
    """List the tables of a sheet from top to bottom; none where it is blank."""
    tables: list[Table] = []
    rows = grid.rows
    start = 0
    while start < len(rows):
        heads = _next_heads(grid, start, len(rows) if not tables else start + 1)
        if heads is None:
            break
        last = _next_table(grid, heads, hints)
        tables.append(_table(grid, heads, last, hints))
        start = last
    if not tables:
        bare = _bare_table(grid, hints)
        return [bare] if bare is not None else []
    return tables


def is_heading_row(row: Row) -> bool:
    """Say whether a row names columns: two known headings, an item or an amount among them."""
    full = [cell for cell in row[:WIDEST] if cell != ""]
    if len(full) < len(("item", "quantity")) or not all(isinstance(cell, str) for cell in full):
        return False
    known: set[str] = set()
    core = sure = count = 0
    for cell in full:
        text = shown(cell)
        if text[:1].isdigit() and is_amount(text):
            return False
        meaning, confidence = meaning_of(text)
        if confidence < WEAK:
            continue
        known.add(meaning or plain(text))
        count += 1
        # "Boxes" may stand in a line as well as above one.
        if unit_of(text) and meaning not in {"item_text", "unit"}:
            continue
        core += meaning in {"item_text", "quantity"}
        sure += confidence >= SURE
    return core > 0 and sure > 0 and len(known) > 1 and count * 2 >= len(full)


@dataclass(frozen=True, slots=True)
class _Heads:
    """The rows of one table's headings: from `top` to `bottom`, then perhaps one of tags."""

    top: int
    bottom: int
    tags: int | None = None

    @property
    def first(self) -> int:
        return (self.bottom if self.tags is None else self.tags) + 1


def _next_heads(grid: Grid, start: int, end: int) -> _Heads | None:
    """Find the next headings; a row of tags within the first rows goes before all."""
    rows = grid.rows
    if start == 0:
        for number in range(min(WITHIN, len(rows))):
            if is_tag_row(rows[number]):
                top = number
                while top > 0 and _is_texts(rows[top - 1]) and number - top < 1:
                    top -= 1
                return _Heads(top, max(top, number - 1), number)
    for number in range(start, min(end, start + SCAN, len(rows))):
        if is_heading_row(rows[number]):
            return _widened(grid, number)
    return None


def _widened(grid: Grid, number: int) -> _Heads:
    """Take the rows above and below into the headings that belong to them."""
    rows = grid.rows
    top = bottom = number
    for merge in grid.merges:
        if merge.top <= number <= merge.bottom and merge.bottom - merge.top < _DEEPEST:
            top, bottom = min(top, merge.top), max(bottom, merge.bottom)
    spans = [merge for merge in grid.merges if merge.top == number and merge.right > merge.left]
    if bottom == number and number + 1 < len(rows) and (spans or _has_gaps(rows, number)):
        below = rows[number + 1]
        if _is_texts(below) and _continues(below, rows[number]):
            bottom = number + 1
    if top == number and number > 0 and _is_parent(grid, number - 1, rows[number]):
        top = number - 1
    return _Heads(top, bottom)


_DEEPEST = 4


def _is_texts(row: Row) -> bool:
    """Say whether a row holds short texts alone, and some."""
    full = [cell for cell in row if cell != ""]
    return bool(full) and all(
        isinstance(cell, str) and len(cell) <= _LONGEST_HEADING and not is_amount(cell)
        for cell in full
    )


_LONGEST_HEADING = 80


def _has_gaps(rows: Sequence[Row], number: int) -> bool:
    """Say whether the row below has text where this one is blank."""
    above, below = rows[number], rows[number + 1]
    return any(
        cell != "" and (column >= len(above) or above[column] == "")
        for column, cell in enumerate(below)
    )


def _continues(below: Row, above: Row) -> bool:
    """Say whether a row carries headings on: mostly known words, and no item among them."""
    full = [shown(cell) for cell in below if cell != ""]
    known = sum(meaning_of(text)[1] >= WEAK or bool(unit_of(text)) for text in full)
    item = next((n for n, cell in enumerate(above) if meaning_of(shown(cell))[0] == "item_text"), 0)
    # Text below the heading of the items is an item, unless it is a known heading itself.
    beneath = shown(below[item]) if item < len(below) else ""
    if beneath and meaning_of(beneath)[1] < LIKELY:
        return False
    return known * 2 >= len(full)


def _is_parent(grid: Grid, number: int, below: Row) -> bool:
    """Say whether a row groups the headings below it: "Requested" over an amount and a unit."""
    row = grid.rows[number]
    full = [column for column, cell in enumerate(row) if cell != ""]
    width = sum(cell != "" for cell in below)
    if not full or not _is_texts(row):
        return False
    spans = [
        merge
        for merge in grid.merges
        if merge.top == merge.bottom == number and 0 < merge.right - merge.left < width - 1
    ]
    if spans:
        return True
    known = [column for column in full if meaning_of(shown(row[column]))[1] >= WEAK]
    return len(full) > 1 and len(known) == len(full) and len(full) < width


def _headings(grid: Grid, heads: _Heads) -> tuple[str, ...]:
    """Write each column's heading from top to bottom, with merged cells spread over their range."""
    block = [list(grid.rows[number][:WIDEST]) for number in range(heads.top, heads.bottom + 1)]
    below = grid.rows[heads.first : heads.first + SAMPLE]
    width = min(WIDEST, max(map(len, [*block, *below]), default=0))
    for row in block:
        row.extend([""] * (width - len(row)))
    if heads.tags is not None and heads.top == heads.tags:
        return tuple(" ".join(shown(cell).split()) for cell in block[0])
    _spread(grid, heads, block, width)
    headings = []
    for column in range(width):
        parts: list[str] = []
        for row in block:
            text = " ".join(shown(row[column]).split())
            if text and text not in parts:
                parts.append(text)
        headings.append(" ".join(parts))
    return tuple(headings)


def _spread(grid: Grid, heads: _Heads, block: list[list[Cell]], width: int) -> None:
    merged: set[int] = set()
    for merge in grid.merges:
        if heads.top <= merge.top <= heads.bottom and merge.left < width:
            number = merge.top - heads.top
            merged.add(number)
            for column in range(merge.left, min(merge.right + 1, width)):
                block[number][column] = block[number][merge.left]
    # Text files have no merged cells: there a group's name stands over its first column alone.
    for number in range(len(block) - 1):
        if number in merged:
            continue
        for column in range(1, width):
            if block[number][column] == "" and block[number + 1][column] != "":
                block[number][column] = block[number][column - 1]


def _table(grid: Grid, heads: _Heads, last: int, hints: Hints) -> Table:
    headings = _headings(grid, heads)
    tags = meanings_of(grid.rows[heads.tags][:WIDEST]) if heads.tags is not None else None
    sample = grid.rows[heads.first : min(last, heads.first + SAMPLE)]
    columns = recognise(headings, sample, sheet=grid.name, hints=hints, tags=tags)
    return Table(
        top=heads.top,
        first=heads.first,
        last=last,
        headings=headings,
        columns=columns,
        tagged=tags is not None,
        cells=max(len(row) for row in grid.rows[heads.top : heads.first]),
        places=_places(columns),
    )


def _places(columns: Sequence[Column]) -> dict[str, int]:
    return {column.means: n for n, column in enumerate(columns) if column.means}


def _next_table(grid: Grid, heads: _Heads, hints: Hints) -> int:
    """Find where the next headings begin that differ from these.

    Only rows without an amount where this table has its amounts are looked at: in a long table that
    is few of them.
    """
    rows = grid.rows
    probe = _table(grid, heads, min(len(rows), heads.first + SAMPLE), hints)
    column = probe.places.get("quantity", probe.places.get("item_text", 0))
    own = {plain(shown(cell)) for cell in rows[heads.bottom]} - {""}
    for number in range(heads.first, len(rows)):
        row = rows[number]
        cell = row[column] if column < len(row) else ""
        if type(cell) is float or (type(cell) is str and cell[:1].isdigit()):
            continue
        if is_heading_row(row):
            these = {plain(shown(cell)) for cell in row} - {""}
            if these != own:
                return _widened(grid, number).top if number > heads.first else number
    return len(rows)


def _bare_table(grid: Grid, hints: Hints) -> Table | None:
    """Read a sheet without known headings as one table, by what stands in its columns."""
    rows = grid.rows
    widths = [sum(cell != "" for cell in row[:WIDEST]) for row in rows[:SCAN]]
    widest = max(widths, default=0)
    if widest == 0:
        return None
    first = next(number for number, width in enumerate(widths) if width * 2 >= widest)
    heads = _Heads(first, first)
    below = rows[first + 1 : first + 1 + SAMPLE]
    named = _names_columns(rows[first], below)
    if named:
        table = _table(grid, heads, len(rows), hints)
        return Table(
            top=first,
            first=first + 1,
            last=len(rows),
            headings=table.headings,
            columns=table.columns,
            cells=table.cells,
            places=table.places,
        )
    width = min(WIDEST, max(map(len, rows[first : first + SAMPLE])))
    headings = ("",) * width
    columns = recognise(headings, rows[first:], sheet=grid.name, hints=hints)
    return Table(
        top=first,
        first=first,
        last=len(rows),
        headings=headings,
        columns=columns,
        named=False,
        places=_places(columns),
    )


def _names_columns(row: Row, below: Sequence[Row]) -> bool:
    """Say whether a row of unknown words heads its columns: no number in it, numbers below it."""
    if not _is_texts(row) or not below:
        return False
    if sum(meaning_of(shown(cell))[1] >= SURE for cell in row) * 2 >= sum(
        cell != "" for cell in row
    ):
        return True
    return any(
        cell != ""
        and sum(len(each) > column and is_amount(each[column]) for each in below) * 2 > len(below)
        for column, cell in enumerate(row)
    )
