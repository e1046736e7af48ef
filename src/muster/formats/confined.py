"""A workbook read in a process of its own, which may take so much memory and time and no more.

Readers of old and of unusual workbooks can be made to ask for any amount of memory, and a reader
that cannot get it ends its process at once.  So they run where nothing else is lost.

Run as a program it reads a workbook from its input and writes the sheets as JSON to its output.
"""

import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import python_calamine

MOST_MEMORY: Final = 2 * 1024**3
"""Bytes of address space; a sheet of 12 million cells takes less than half."""
MOST_SECONDS: Final = 60
MOST_CELLS: Final = 12_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSheet:
    """A sheet as the reader gives it; a cell is a text, a number, a truth, a day or a time."""

    name: str
    hidden: bool
    rows: list[list[Any]]
    merges: tuple[tuple[int, int, int, int], ...]
    """First row, first column, last row, last column, from 0."""
    too_large: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RawBook:
    """What came of reading: sheets, or the word for why there are none."""

    sheets: tuple[RawSheet, ...] = ()
    fault: str = ""
    """"protected", "damaged", "too_large" or ""."""
    detail: str = ""


def read_confined(data: bytes) -> RawBook:
    """Read a workbook in a process with limits; never raises for what is in it."""
    command = [sys.executable, "-I", "-c", _PROGRAM]
    try:
        done = subprocess.run(  # noqa: S603 - this file, by this interpreter, with no word from outside
            command,
            input=data,
            capture_output=True,
            timeout=MOST_SECONDS + 10,
            check=False,
            env={"PYTHONPATH": "", "PATH": os.environ.get("PATH", "")},
        )
    except subprocess.TimeoutExpired:
        return RawBook(fault="too_large", detail="it took too long")
    if done.returncode != 0:
        return RawBook(fault="too_large", detail=f"the reader ended with {done.returncode}")
    return _book(json.loads(done.stdout))


def read_here(data: bytes) -> RawBook:
    """Read a workbook in this process: only for one that `guards` has let through."""
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            sheets = tuple(
                _sheet(book, number, meta) for number, meta in enumerate(book.sheets_metadata)
            )
    except python_calamine.PasswordError:
        return RawBook(fault="protected")
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as problem:
        return RawBook(fault="damaged", detail=str(problem)[:200])
    except BaseException as problem:
        # What the reader's own language calls a panic is no Exception here; it is a damaged file.
        if type(problem).__name__ == "PanicException":
            return RawBook(fault="damaged", detail="the reader gave up")
        raise
    return RawBook(sheets=sheets)


def main() -> None:
    """Read a workbook from the input under limits, and write its sheets."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = read_here(sys.stdin.buffer.read())
    written = {
        "fault": book.fault,
        "detail": book.detail,
        "sheets": [
            {
                "name": sheet.name,
                "hidden": sheet.hidden,
                "rows": sheet.rows,
                "merges": sheet.merges,
                "too_large": sheet.too_large,
            }
            for sheet in book.sheets
        ],
    }
    # Texts may hold half of a pair of surrogates, which UTF-8 does not: JSON escapes them.
    sys.stdout.write(json.dumps(written, default=_written))


_PROGRAM: Final = "from muster.formats.confined import main; main()"


def _sheet(
    book: python_calamine.CalamineWorkbook, number: int, meta: python_calamine.SheetMetadata
) -> RawSheet:
    hidden = meta.visible is not python_calamine.SheetVisibleEnum.Visible
    if meta.typ is not python_calamine.SheetTypeEnum.WorkSheet:
        return RawSheet(name=meta.name, hidden=True, rows=[], merges=())
    sheet = book.get_sheet_by_index(number)
    if sheet.total_height * max(1, sheet.total_width) > MOST_CELLS:
        return RawSheet(name=meta.name, hidden=hidden, rows=[], merges=(), too_large=True)
    merges = sheet.merged_cell_ranges or []
    return RawSheet(
        name=meta.name,
        hidden=hidden,
        rows=sheet.to_python(skip_empty_area=False),
        merges=tuple((*first, *last) for first, last in merges),
    )


def _written(cell: object) -> list[str]:
    """Write what JSON does not know as a list of its kind and its text."""
    if isinstance(cell, datetime):
        return ["moment", cell.isoformat()]
    if isinstance(cell, date):
        return ["day", cell.isoformat()]
    if isinstance(cell, time):
        return ["time", cell.isoformat()]
    if isinstance(cell, timedelta):
        return ["span", str(cell.total_seconds())]
    message = f"no cell is a {type(cell).__name__}"
    raise TypeError(message)


def _book(data: Mapping[str, Any]) -> RawBook:
    return RawBook(
        fault=data["fault"],
        detail=data["detail"],
        sheets=tuple(
            RawSheet(
                name=each["name"],
                hidden=each["hidden"],
                rows=[
                    [_cell(cell) if type(cell) is list else cell for cell in row]
                    for row in each["rows"]
                ],
                merges=tuple((a, b, c, d) for a, b, c, d in each["merges"]),
                too_large=each["too_large"],
            )
            for each in data["sheets"]
        ),
    )


def _cell(written: list[str]) -> date | time | timedelta:
    kind, text = written
    if kind == "moment":
        return datetime.fromisoformat(text)
    if kind == "day":
        return date.fromisoformat(text)
    if kind == "time":
        return time.fromisoformat(text)
    return timedelta(seconds=float(text))


if __name__ == "__main__":
    main()
