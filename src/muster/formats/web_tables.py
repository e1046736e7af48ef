"""Tables of web pages, which many systems export under the ending .xls, and saved pages.

The parser takes no entities from outside and fetches nothing; cells that span several are spread
as merged ones, within the limits of any sheet.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from muster.core.exchange import Hints, Issue, Place, Reading, Weight
from muster.core.intake.grids import Cell, Grid, Merge
from muster.core.intake.making import collection_paused
from muster.core.intake.tables import read_grids
from muster.formats import guards
from muster.formats.decoding import decode, repaired

MOST_BYTES: Final = 30 * 1024 * 1024
MOST_SPAN: Final = 1_000
"""Rows or columns that one cell may span; browsers stop there too."""


@dataclass(frozen=True, slots=True)
class Html:
    """Web pages with tables."""

    name: str = "html"
    title: str = "Web page, or a table saved as one (.html, .xls)"

    def claims(self, data: bytes, name: str) -> float:  # noqa: ARG002 - the protocol's arguments
        """Look for a page that begins and a table in it."""
        head = data[:_HEAD].lstrip(_BLANK).replace(b"\x00", b"").lstrip(_BLANK).lower()
        if not head.startswith(_STARTS):
            return 0.0
        if head.startswith(b"<?xml") and b"<html" not in head:
            return 0.0
        is_table = b"<table" in head or b"<table" in data.replace(b"\x00", b"").lower()
        return 0.96 if is_table else 0.0

    def read(self, data: bytes, hints: Hints) -> Reading:
        """Read every table that holds no other."""
        if len(data) > MOST_BYTES:
            return Reading(format=self.name, issues=(_too_large(),))
        decoded = decode(data)
        text = _DECLARATION.sub("", decoded.text).encode("utf-8", "replace")
        try:
            root = etree.fromstring(text, _parser())
        except etree.XMLSyntaxError as problem:
            return Reading(format=self.name, issues=(guards.damaged(str(problem)),))
        with collection_paused():
            try:
                grids = list(_grids(root))
            except guards.Unsafe as refused:
                return Reading(format=self.name, issues=(refused.issue,))
            reading = read_grids(grids, hints, format_name=self.name)
        return replace(reading, issues=(*decoded.issues, *reading.issues))


HTML: Final = Html()


def _parser() -> etree.HTMLParser:
    return etree.HTMLParser(no_network=True, remove_comments=True, encoding="utf-8")


_HEAD = 4096
_BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_STARTS = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<style", b"<?xml")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")


def _grids(root: etree._Element | None) -> Iterator[Grid]:
    if root is None:
        return
    tables = [
        each for each in root.iter("table") if next(each.iterdescendants("table"), None) is None
    ]
    for number, table in enumerate(tables, start=1):
        name = f"Table {number}" if len(tables) > 1 else ""
        rows, merges = _laid_out(table, name)
        if rows:
            yield Grid(name=name, rows=rows, merges=merges, issues=repaired(rows, name))


def _laid_out(table: etree._Element, name: str) -> tuple[list[list[Cell]], tuple[Merge, ...]]:
    """Lay the cells of a table out in rows.

    Raises:
        Unsafe: they span more than fits.
    """
    rows: list[list[Cell]] = []
    merges: list[Merge] = []
    taken: dict[int, set[int]] = {}
    cells = 0
    for top, element in enumerate(table.iter("tr")):
        row: list[Cell] = []
        blocked = taken.pop(top, set())
        for cell in element.iterchildren("td", "th"):
            while len(row) in blocked:
                row.append("")
            left = len(row)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            row += [_text(cell), *[""] * (across - 1)]
            cells += across * down
            if cells > guards.MOST_CELLS:
                raise guards.Unsafe(_too_wide(name, top + 1))
            for below in range(top + 1, top + down):
                taken.setdefault(below, set()).update(range(left, left + across))
            if across > 1 or down > 1:
                bottom, right = top + down - 1, left + across - 1
                merges.append(Merge(top=top, left=left, bottom=bottom, right=right))
        rows.append(row)
    return rows, tuple(merges)


def _span(cell: etree._Element, name: str) -> int:
    said = (cell.get(name) or "").strip()
    return min(MOST_SPAN, max(1, int(said))) if re.fullmatch("[0-9]{1,8}", said) else 1


def _text(cell: etree._Element) -> str:
    """Give what a cell shows; a line's break is a blank."""
    for each in cell.iter("br", "p", "div", "li"):
        each.tail = f" {each.tail or ''}"
    return " ".join("".join(map(str, cell.itertext())).split())


def _too_large() -> Issue:
    return Issue(
        code="file_too_large",
        weight=Weight.ERROR,
        place=Place(),
        expected=f"at most {MOST_BYTES // 1024**2} MB",
        sentence="The page is larger than any list; save it as a workbook.",
    )


def _too_wide(name: str, row: int) -> Issue:
    return Issue(
        code="sheet_too_large",
        weight=Weight.ERROR,
        place=Place(sheet=name, row=row),
        expected=f"at most {guards.MOST_CELLS:,} cells",
        sentence="The cells of this table span more than any list takes.",
    )
