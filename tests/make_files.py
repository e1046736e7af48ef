"""Builders of workbooks for tests: from rows of cells to the bytes of a file."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

Rows = Sequence[Sequence[Any]]


def xlsx(
    *sheets: tuple[str, Rows], merges: Sequence[str] = (), hidden: Sequence[str] = ()
) -> bytes:
    """Build an .xlsx; `merges` are ranges of the first sheet such as "A1:B1"."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    for merge in merges:
        book.worksheets[0].merge_cells(merge)
    return _saved(book.save)


def xls(name: str, rows: Rows) -> bytes:
    """Build an .xls; a text that begins with = is a formula."""
    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith("="):
                sheet.write(number, column, xlwt.Formula(cell[1:]))
            elif isinstance(cell, date):
                sheet.write(number, column, cell, xlwt.easyxf(num_format_str="YYYY-MM-DD"))
            else:
                sheet.write(number, column, cell)
    return _saved(book.save)


def ods(name: str, rows: Rows) -> bytes:
    """Build an .ods."""
    book = OpenDocumentSpreadsheet()
    table = Table(name=name)
    for row in rows:
        line = TableRow()
        for cell in row:
            line.addElement(_ods_cell(cell))
        table.addElement(line)
    book.spreadsheet.addElement(table)
    return _saved(book.save)


def repacked(data: bytes, changed: dict[str, bytes]) -> bytes:
    """Pack a zip again with some of its members replaced."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, changed.get(name, old.read(name)))
    return made.getvalue()


def member(data: bytes, name: str) -> bytes:
    """Read one member of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return packed.read(name)


def _ods_cell(value: object) -> TableCell:
    if isinstance(value, (int, float)):
        cell = TableCell(valuetype="float", value=str(value))
    else:
        cell = TableCell(valuetype="string")
    cell.addElement(P(text=str(value)))
    return cell


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()
