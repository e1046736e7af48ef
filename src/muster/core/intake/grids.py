"""A sheet of cells as values, before anything is understood of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from muster.core.exchange import Issue

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What stands in a cell; a blank one is the empty text, and a failed formula its own "#REF!"."""

Row = Sequence[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A range of cells that show as one; all four count from 0 and are in the range."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet.  Rows may differ in length; row 0 is the first row of the file."""

    name: str
    rows: Sequence[Row]
    merges: tuple[Merge, ...] = ()
    issues: tuple[Issue, ...] = ()
    """What the format found wrong with the sheet as such."""
    rows_may_shift: bool = False
    """Cells may stand in a wrong column where a row is longer than the others: text files."""


def letter(column: int) -> str:
    """Name a column, counted from 0, as spreadsheets do: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_of(name: str) -> int:
    """Say which column, counted from 0, a letter names.

    Raises:
        ValueError: it is no such name.
    """
    number = 0
    for character in name.upper():
        if not "A" <= character <= "Z":
            message = f"a column is named by letters A to Z, not {name!r}"
            raise ValueError(message)
        number = number * 26 + ord(character) - 64
    if number == 0:
        message = "a column's name is not empty"
        raise ValueError(message)
    return number - 1


def shown(cell: Cell) -> str:
    """Write a cell as text: 2.0 is 2, a day is 2026-12-01, a moment has its time."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else repr(cell)
    if isinstance(cell, datetime):
        midnight = not (cell.hour or cell.minute or cell.second)
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    return str(cell)


_WHOLE = 10**15
"""Beyond it a float no longer holds every whole number, so it is shown as it is."""
