"""Workbooks: .xlsx, .xls and .ods, read by calamine behind `guards`.

An .xlsx that is written as every program writes it is read here, at full speed; all else in a
process with limits.  What calamine leaves blank is filled from the sheet itself: formulas that
failed, and formulas that were never computed.
"""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from html import unescape
from typing import Final

from muster.core.exchange import Hints, Issue, Place, Reading, Weight
from muster.core.intake.grids import Cell, Grid, Merge, column_of
from muster.core.intake.making import collection_paused
from muster.core.intake.tables import read_grids
from muster.formats import guards
from muster.formats.binary_sheets import failed_cells
from muster.formats.confined import RawBook, RawSheet, read_confined, read_here
from muster.formats.decoding import repaired
from muster.formats.open_sheets import merges_of

_PACKED: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Xlsx:
    """Office Open XML workbooks: .xlsx and .xlsm."""

    name: str = "xlsx"
    title: str = "Excel workbook (.xlsx)"

    def claims(self, data: bytes, name: str) -> float:
        """Look for the part that every such workbook has."""
        if data.startswith(_PACKED):
            return (
                1.0
                if b"xl/workbook" in data or b"xl/worksheets" in data
                else _by_ending(name, (".xlsx", ".xlsm"))
            )
        if data.startswith(_COMPOUND) and _ENCRYPTED in data:
            return 1.0
        return 0.0

    def read(self, data: bytes, hints: Hints) -> Reading:
        """Read every visible sheet."""
        if data.startswith(_COMPOUND):
            return _failed(self.name, guards.protected())
        return _read(self.name, data, hints, _open_xlsx)


@dataclass(frozen=True, slots=True)
class Xls:
    """Workbooks of Excel 97 to 2003: .xls."""

    name: str = "xls"
    title: str = "Excel 97-2003 workbook (.xls)"

    def claims(self, data: bytes, name: str) -> float:
        """Look for the stream that every such workbook has."""
        if not data.startswith(_COMPOUND) or _ENCRYPTED in data:
            return 0.0
        is_book = any(word.encode("utf-16-le") in data for word in ("Workbook", "Book"))
        return 0.95 if is_book else _by_ending(name, (".xls",))

    def read(self, data: bytes, hints: Hints) -> Reading:
        """Read every visible sheet."""
        return _read(self.name, data, hints, _open_xls)


@dataclass(frozen=True, slots=True)
class Ods:
    """OpenDocument spreadsheets: .ods."""

    name: str = "ods"
    title: str = "OpenDocument spreadsheet (.ods)"

    def claims(self, data: bytes, name: str) -> float:
        """Look for the media type that stands at the start of every such file."""
        if not data.startswith(_PACKED):
            return 0.0
        if b"application/vnd.oasis.opendocument.spreadsheet" in data[:200]:
            return 1.0
        return _by_ending(name, (".ods",))

    def read(self, data: bytes, hints: Hints) -> Reading:
        """Read every visible sheet."""
        return _read(self.name, data, hints, _open_ods)


XLSX: Final = Xlsx()
XLS: Final = Xls()
ODS: Final = Ods()

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def _by_ending(name: str, endings: tuple[str, ...]) -> float:
    return 0.8 if name.lower().endswith(endings) else 0.0


@dataclass(frozen=True, slots=True)
class _Opened:
    """A workbook with what its bytes say beyond its cells."""

    book: RawBook
    failed: dict[str, dict[tuple[int, int], str]]
    """By sheet and cell (from 0), what a blank cell shows: "#REF!", or its formula."""
    issues: tuple[Issue, ...] = ()
    ascii_only: bool = False
    """Whether no letter of it needs a look at its encoding."""


def _read(name: str, data: bytes, hints: Hints, opener: Callable[[bytes], _Opened]) -> Reading:
    large = guards.too_large(data)
    if large is not None:
        return _failed(name, large)
    with collection_paused():
        try:
            opened = opener(data)
        except guards.Unsafe as refused:
            return _failed(name, refused.issue)
        return _book_read(name, opened, hints)


def _book_read(name: str, opened: _Opened, hints: Hints) -> Reading:
    fault = _fault(opened.book)
    if fault is not None:
        return _failed(name, fault)
    visible = [sheet for sheet in opened.book.sheets if not sheet.hidden]
    shown = visible or list(opened.book.sheets)
    issues = list(opened.issues)
    issues += [_hidden(sheet) for sheet in opened.book.sheets if sheet not in shown and sheet.rows]
    grids = []
    for sheet in shown:
        if sheet.too_large:
            issues.append(_too_large(sheet.name))
            continue
        grids.append(_grid(sheet, opened.failed.get(sheet.name, {}), opened.ascii_only))
    reading = read_grids(grids, hints, format_name=name)
    return Reading(
        format=name,
        lines=reading.lines,
        columns=reading.columns,
        issues=(*issues, *reading.issues),
        stated_on=reading.stated_on,
        party_text=reading.party_text,
        title=reading.title,
    )


def grids_of(data: bytes, name: str) -> tuple[tuple[Grid, ...], Issue | None]:
    """Give the visible sheets of a workbook as they stand, or what keeps it from being read."""
    large = guards.too_large(data)
    if large is not None:
        return (), large
    claims = {
        _open_xlsx: XLSX.claims(data, name),
        _open_xls: XLS.claims(data, name),
        _open_ods: ODS.claims(data, name),
    }
    opener = max(claims, key=lambda each: claims[each])
    with collection_paused():
        try:
            opened = opener(data)
        except guards.Unsafe as refused:
            return (), refused.issue
        fault = _fault(opened.book)
        shown = [sheet for sheet in opened.book.sheets if not sheet.hidden]
        wide = next((sheet for sheet in shown if sheet.too_large), None)
        if fault is not None or wide is not None:
            return (), fault or _too_large(wide.name if wide else "")
        grids = [_grid(s, opened.failed.get(s.name, {}), opened.ascii_only) for s in shown]
        return tuple(grids), None


def _grid(
    sheet: RawSheet,
    failed: dict[tuple[int, int], str],
    ascii_only: bool,  # noqa: FBT001 - private
) -> Grid:
    rows: list[list[Cell]] = sheet.rows
    for (row, column), text in failed.items():
        if row < len(rows) and column < len(rows[row]) and rows[row][column] == "":
            rows[row][column] = text
    return Grid(
        name=sheet.name,
        rows=rows,
        merges=tuple(
            Merge(top=top, left=left, bottom=bottom, right=right)
            for top, left, bottom, right in sheet.merges[:_MOST_MERGES]
        ),
        issues=() if ascii_only else repaired(rows, sheet.name),
    )


_MOST_MERGES = 20_000


# .xlsx

_PARTS = re.compile(
    r"^(?:xl/|\[Content_Types\]|_rels/)(?!media|embeddings|drawings|printerSettings|theme)"
)
_SHEET = re.compile(rb"<(?:[A-Za-z0-9]+:)?sheet\s([^<>]*)/?>")
_LINK = re.compile(rb"<(?:[A-Za-z0-9]+:)?Relationship\s([^<>]*)/?>")
_ATTRIBUTE = re.compile(rb"""([A-Za-z:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_FAILED = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^<>]*?\st="e"[^<>]*>'
    rb"(?:<f[^<>]*(?:/>|>[^<]*</f>))?<v>([^<]{1,20})</v>"
)
_UNCOMPUTED = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^<>]*><f[^<>]*>([^<]{0,500})</f>(?:<v\s*/>|<v>\s*</v>)?</c>'
)


def _open_xlsx(data: bytes) -> _Opened:
    members = guards.unpack(data, _PARTS)
    if any(b"<!DOCTYPE" in part[:2000] for part in members.by_name.values()):
        raise guards.Unsafe(guards.entities(""))
    sheets = _sheet_parts(members.by_name)
    if not sheets:
        raise guards.Unsafe(guards.damaged("it has no sheets"))
    looked_at = [guards.sheet_is_plain(part, name) for name, part in sheets.items()]
    every = [part for path, part in members.by_name.items() if _WORKSHEET.search(path)]
    # A sheet that the list of sheets does not name is opened by nobody, unless it is there twice.
    plain = all(looked_at) and len(every) == len(sheets)
    with ThreadPoolExecutor(max_workers=1) as beside:
        # The reader holds no lock that the looks at the bytes wait for.
        book = beside.submit(read_here if plain else read_confined, data)
        failed = {name: _failed_in(part) for name, part in sheets.items()}
        issues = tuple(_rows_hidden(name, n) for name, n in _hidden_rows(sheets).items() if n)
        ascii_only = _is_ascii(members.by_name)
        return _Opened(book.result(), failed, issues, ascii_only)


def _hidden_rows(sheets: Mapping[str, bytes]) -> dict[str, int]:
    return {
        name: part.count(b' hidden="1"', part.find(b"<sheetData")) for name, part in sheets.items()
    }


def _is_ascii(members: Mapping[str, bytes]) -> bool:
    return all(
        part.isascii() and b"&#" not in part
        for path, part in members.items()
        if _WORKSHEET.search(path) or path == "xl/sharedStrings.xml"
    )


_WORKSHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$")


def _sheet_parts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Find the part of each sheet by its name."""
    links = {}
    for match in _LINK.finditer(parts.get("xl/_rels/workbook.xml.rels", b"")):
        link = _attributes(match[1])
        links[link.get("Id", "")] = link.get("Target", "")
    found = {}
    for match in _SHEET.finditer(parts.get("xl/workbook.xml", b"")):
        sheet = _attributes(match[1])
        target = links.get(next((v for k, v in sheet.items() if k.endswith(":id")), ""), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in parts and "name" in sheet:
            found[sheet["name"]] = parts[path]
    return found


def _attributes(text: bytes) -> dict[str, str]:
    return {
        match[1].decode("ascii"): unescape((match[2] or match[3] or b"").decode("utf-8", "replace"))
        for match in _ATTRIBUTE.finditer(text)
    }


def _failed_in(sheet: bytes) -> dict[tuple[int, int], str]:
    """Find the cells that a reader leaves blank although they show something."""
    failed: dict[tuple[int, int], str] = {}
    if b't="e"' in sheet:
        for match in _FAILED.finditer(sheet):
            failed[_cell(match)] = match[3].decode("utf-8", "replace")
    if b"<f" in sheet:
        for match in _UNCOMPUTED.finditer(sheet):
            failed[_cell(match)] = "=" + unescape(match[3].decode("utf-8", "replace"))
    return failed


def _cell(match: re.Match[bytes]) -> tuple[int, int]:
    return int(match[2]) - 1, column_of(match[1].decode("ascii"))


# .xls and .ods


def _open_xls(data: bytes) -> _Opened:
    return _Opened(read_confined(data), failed_cells(data))


_CONTENT = re.compile(r"^(?:content\.xml|META-INF/manifest\.xml)$")


def _open_ods(data: bytes) -> _Opened:
    members = guards.unpack(data, _CONTENT)
    if b"manifest:encryption-data" in members.by_name.get("META-INF/manifest.xml", b""):
        raise guards.Unsafe(guards.protected())
    content = members.by_name.get("content.xml")
    if content is None:
        raise guards.Unsafe(guards.damaged("it has no content.xml"))
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise guards.Unsafe(guards.entities(""))
    merges = merges_of(content)
    book = read_confined(data)
    sheets = tuple(replace(each, merges=merges.get(each.name, ())) for each in book.sheets)
    return _Opened(replace(book, sheets=sheets), {})


# Issues


def _failed(name: str, issue: Issue) -> Reading:
    return Reading(format=name, issues=(issue,))


def _fault(book: RawBook) -> Issue | None:
    if book.fault == "protected":
        return guards.protected()
    if book.fault == "too_large":
        return _too_large("")
    return guards.damaged(book.detail) if book.fault else None


def _too_large(sheet: str) -> Issue:
    return Issue(
        code="sheet_too_large",
        weight=Weight.ERROR,
        place=Place(sheet=sheet),
        expected=f"at most {guards.MOST_CELLS:,} cells from corner to corner",
        sentence=(
            "The sheet is too large to be read; look for a cell far below or to the right,"
            " delete it"
            " and save the file again."
        ),
    )


def _hidden(sheet: RawSheet) -> Issue:
    return Issue(
        code="sheet_hidden",
        weight=Weight.NOTE,
        place=Place(sheet=sheet.name),
        found=sheet.name,
        sentence=f'The sheet "{sheet.name}" is hidden and was not read; show it if it counts.',
    )


def _rows_hidden(name: str, count: int) -> Issue:
    return Issue(
        code="rows_hidden",
        weight=Weight.NOTE,
        place=Place(sheet=name),
        found=str(count),
        sentence=f"{count} rows of this sheet are hidden, by a filter perhaps; they were read too.",
    )
