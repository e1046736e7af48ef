"""What calamine does not say of an .ods: which cells are merged, and how far its sheets reach.

Rows and cells that repeat are written once with a count, so a file of a few lines may stand for
thousands of millions of cells; they are counted here before a reader lays them out.  The elements
are those of OpenDocument 1.3, part 3, chapter 9,
https://docs.oasis-open.org/office/OpenDocument/v1.3/.
"""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from muster.core.exchange import Issue, Place, Weight
from muster.core.intake.grids import letter
from muster.formats import guards

MOST_MERGES: Final = 20_000


@dataclass(slots=True)
class _Sheet:
    name: str
    rows: int = 0
    """Rows so far, those that repeat counted each."""
    repeat: int = 1
    column: int = 0
    last: tuple[int, int] = (0, 0)
    """How many rows and columns it takes to hold all that is not blank."""
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


def merges_of(content: bytes) -> dict[str, tuple[tuple[int, int, int, int], ...]]:
    """List the merged ranges of each sheet: first row, first column, last row, last column, from 0.

    Raises:
        Unsafe: a sheet reaches further than fits.
    """
    sheets: list[_Sheet] = []
    if not _COUNTED.search(content):
        return {}
    for match in _ELEMENT.finditer(content):
        kind = match["kind"]
        if kind == b"table":
            sheets.append(_Sheet(_text(_NAME.search(match["rest"]))))
        elif not sheets:
            continue
        elif kind == b"table-row":
            sheet = sheets[-1]
            sheet.repeat = _number(_ROWS_REPEATED, match["rest"])
            sheet.rows += sheet.repeat
            sheet.column = 0
        else:
            _add_cell(sheets[-1], match)
    for sheet in sheets:
        rows, columns = sheet.last
        if rows * columns > guards.MOST_CELLS:
            raise guards.Unsafe(_far(sheet.name, rows, columns))
    return {sheet.name: tuple(sheet.merges) for sheet in sheets if sheet.merges}


def _add_cell(sheet: _Sheet, match: re.Match[bytes]) -> None:
    rest = match["rest"]
    repeat = _number(_COLUMNS_REPEATED, rest)
    first = sheet.column
    sheet.column += repeat
    if match["kind"] == b"covered-table-cell":
        return
    if not match["closed"] or b"value-type" in rest:
        rows, columns = sheet.last
        sheet.last = (max(rows, sheet.rows), max(columns, sheet.column))
    down, across = _number(_ROWS_SPANNED, rest), _number(_COLUMNS_SPANNED, rest)
    if (down > 1 or across > 1) and len(sheet.merges) < MOST_MERGES:
        top = sheet.rows - sheet.repeat
        sheet.merges.append((top, first, top + down - 1, first + across - 1))


_COUNTED: Final = re.compile(rb"table:number-(?:rows|columns)-(?:spanned|repeated)")
_ELEMENT: Final = re.compile(
    rb"<table:(?P<kind>table-row|table-cell|covered-table-cell|table)"
    rb"(?P<rest>(?:\s+[\w:.-]++\s*=\s*(?:\"[^\"]*+\"|'[^']*+'))*+)\s*(?P<closed>/?)>"
)
_NAME: Final = re.compile(rb"table:name=(?:\"([^\"]*)\"|'([^']*)')")
_ROWS_REPEATED, _COLUMNS_REPEATED, _ROWS_SPANNED, _COLUMNS_SPANNED = (
    re.compile(rb"table:number-%b=[\"']([0-9]{1,10})[\"']" % what)
    for what in (b"rows-repeated", b"columns-repeated", b"rows-spanned", b"columns-spanned")
)


def _number(pattern: re.Pattern[bytes], rest: bytes) -> int:
    match = pattern.search(rest)
    return max(1, int(match[1])) if match is not None else 1


def _text(match: re.Match[bytes] | None) -> str:
    if match is None:
        return ""
    return unescape((match[1] or match[2] or b"").decode("utf-8", "replace"))


def _far(name: str, rows: int, columns: int) -> Issue:
    at = Place(sheet=name, row=rows, column=letter(columns - 1))
    return Issue(
        code="sheet_too_large",
        weight=Weight.ERROR,
        place=at,
        expected=f"at most {guards.MOST_CELLS:,} cells from corner to corner",
        found=f"{rows:,} rows by {columns:,} columns",
        sentence=(
            f"The sheet reaches as far as {at.text}; delete what stands there and save it again."
        ),
    )
