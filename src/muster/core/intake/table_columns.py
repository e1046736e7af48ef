"""The columns of one table, each read as a whole and each different text once.

Rows in which something asks for a closer look are flagged: no amount, a doubt, a total, the heading
of a section.  Of the others the columns say everything there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from types import MappingProxyType
from typing import Final

from muster.core.exchange import Change, Stated, Status
from muster.core.intake.cell_texts import as_texts, spaced
from muster.core.intake.dates import BLANK, DayRead, is_before, read_day
from muster.core.intake.grids import Cell, Grid, Merge, Row, letter
from muster.core.intake.headings import WEAK, bracketed, worded
from muster.core.intake.layouts import WIDEST, Table
from muster.core.intake.making import make_stated
from muster.core.intake.quantity_cells import is_error, read_quantity
from muster.core.intake.quantity_doubts import LARGEST
from muster.core.intake.row_signs import LATER_DAYS, carried_parties, odd_items
from muster.core.intake.side_cells import MoneyRead, currency_in, read_change, read_money
from muster.core.intake.statuses import read_status
from muster.core.intake.unit_cells import unit_of
from muster.core.quantities.amounts import QuantityKind
from muster.core.quantities.numbers import Convention


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is known of the whole document, and goes where a row says nothing itself."""

    convention: Convention | None = None
    day_first: bool | None = None
    status: Status = Status.UNSTATED
    party_text: str = ""


NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
DAYS: Final = ("needed_from", "needed_by", "stated_on")
_WORDS: Final = ("item_code", "reference", "place_text", "use_text", "currency", "note")


class TableColumns:
    """One table's columns; every list has one entry for each row."""

    def __init__(self, grid: Grid, table: Table, document: Document) -> None:
        self.table, self.document = table, document
        self.places = table.places
        self.rows = _unmerged(grid, table)
        self.width = range(min(WIDEST, max(map(len, self.rows), default=0)))
        self._least = min(map(len, self.rows), default=0)
        self.flagged: set[int] = set()
        self._written: dict[int, list[str]] = {}
        self.items = spaced(self.texts("item_text"))
        self.words = {meaning: self.texts(meaning) for meaning in _WORDS}
        self.parties, self.carried = self._parties()
        self.kept_columns = self._kept_columns()
        self.kept = self._kept()
        self.units = self._units()
        self.amounts = self._cells("quantity")
        amount = self.places.get("quantity")
        self.guessed = amount is not None and table.columns[amount].confidence < WEAK
        self.stated = self._stated()
        self.days = {meaning: self._days(meaning) for meaning in DAYS}
        self.later = self._later_days()
        self._flag_days_out_of_order()
        self.money = self._money()
        self.status_texts = self.texts("status")
        self.statuses = self._statuses()
        self.changes = self._changes()
        self.whole = self._whole()
        self._flag_the_rest()

    def column(self, number: int) -> list[Cell]:
        """Give the cells of a column from top to bottom."""
        if number < self._least:
            return list(map(itemgetter(number), self.rows))
        return [row[number] if number < len(row) else "" for row in self.rows]

    def column_texts(self, number: int) -> list[str]:
        """Give the cells of a column as tidy texts."""
        if number not in self._written:
            self._written[number] = as_texts(self.column(number))
        return self._written[number]

    def texts(self, meaning: str) -> list[str]:
        """Give the texts of the column that means this, blank ones where there is none."""
        column = self.places.get(meaning)
        return [""] * len(self.rows) if column is None else self.column_texts(column)

    def value(self, number: int) -> tuple[Decimal | None, str]:
        """Give the value of a row with its currency."""
        if self.money is None or self.money[number].value is None:
            return None, ""
        read = self.money[number]
        said = self.words["currency"][number]
        in_heading = currency_in(self.table.headings[self.places["value"]])
        return read.value, read.currency or currency_in(said) or said or in_heading

    def _cells(self, meaning: str) -> list[Cell] | None:
        column = self.places.get(meaning)
        return None if column is None else self.column(column)

    def _parties(self) -> tuple[list[str], set[int]]:
        parties = self.texts("party_text")
        if "party_text" not in self.places:
            return parties, set()
        parties, carried = carried_parties(parties, self.items)
        self.flagged |= carried
        return parties, carried

    def _kept_columns(self) -> dict[str, int]:
        """Name the columns that no field takes by their headings."""
        used = set(self.places.values())
        names: dict[str, int] = {}
        for number in self.width:
            if number in used:
                continue
            heading = self.table.headings[number] if number < len(self.table.headings) else ""
            name = heading if heading and heading not in names else f"{heading} ({letter(number)})"
            names[name.strip()] = number
        return names

    def _kept(self) -> list[Mapping[str, str]]:
        if not self.kept_columns:
            return [NOTHING] * len(self.rows)
        keys = tuple(self.kept_columns)
        columns = [self.column_texts(number) for number in self.kept_columns.values()]
        return [
            dict(zip(keys, row, strict=True))
            if "" not in row
            else {key: text for key, text in zip(keys, row, strict=True) if text} or NOTHING
            for row in zip(*columns, strict=True)
        ]

    def _units(self) -> list[str]:
        """Give the unit of each row: its own cell, else what the heading of the amounts says."""
        units = self.texts("unit")
        column = self.places.get("quantity")
        heading = self.table.headings[column] if column is not None else ""
        named = next((text for text in bracketed(heading) if unit_of(text)), "")
        if not named and unit_of(heading):
            named = heading
        return [text or named for text in units] if named else units

    def _stated(self) -> list[Stated | None]:
        """Read each pair of amount and unit once; one with a doubt is left to the closer look."""
        if self.amounts is None or self.guessed:
            self.flagged.update(range(len(self.rows)))
            return [None] * len(self.rows)
        pairs = list(zip(self.amounts, self.units, strict=True))
        known: dict[tuple[Cell, str], Stated] = {}
        for pair in set(pairs):
            stated = _plain_amount(*pair) or self._certain(*pair)
            if stated is not None:
                known[pair] = stated
        stated_ones = list(map(known.get, pairs))
        self.flagged.update(number for number, each in enumerate(stated_ones) if each is None)
        # True equals 1 as a key, but is no amount.
        if bool in set(map(type, self.amounts)):
            self.flagged.update(n for n, cell in enumerate(self.amounts) if isinstance(cell, bool))
        return stated_ones

    def _certain(self, cell: Cell, unit: str) -> Stated | None:
        read = read_quantity(cell, unit, self.document.convention)
        return None if read.issues or read.words else read.stated

    def _days(self, meaning: str) -> list[DayRead]:
        column = self.places.get(meaning)
        if column is None:
            return [BLANK] * len(self.rows)
        reads, faulty = self._days_of(column)
        if faulty:
            self.flagged.update(number for number, read in enumerate(reads) if read.fault)
        return reads

    def _days_of(self, column: int) -> tuple[list[DayRead], bool]:
        cells = self.column(column)
        known = {cell: read_day(cell, self.document.day_first) for cell in set(cells)}
        return list(map(known.__getitem__, cells)), any(read.fault for read in known.values())

    def _later_days(self) -> dict[int, list[DayRead]]:
        """Read the kept columns of days that cannot come before the line was made."""
        if "stated_on" not in self.places:
            return {}
        return {
            number: self._days_of(number)[0]
            for heading, number in self.kept_columns.items()
            if LATER_DAYS.search(worded(heading))
        }

    def _flag_days_out_of_order(self) -> None:
        start, end, stated = (self.days[name] for name in DAYS)
        pairs = [(start, end)]
        if "stated_on" in self.places:
            pairs += [(stated, reads) for reads in (start, end, *self.later.values())]
        for earlier, later in pairs:
            if _only_blank(earlier) or _only_blank(later):
                continue
            self.flagged.update(
                number
                for number, (a, b) in enumerate(zip(earlier, later, strict=True))
                if is_before(b, a)
            )

    def _money(self) -> list[MoneyRead] | None:
        cells = self._cells("value")
        if cells is None:
            return None
        known = {cell: read_money(cell, self.document.convention) for cell in set(cells)}
        money = [known[cell] for cell in cells]
        self.flagged.update(n for n, read in enumerate(money) if read.issue is not None)
        return money

    def _statuses(self) -> list[Status]:
        texts = self.status_texts
        known = {text: read_status(text) for text in set(texts)}
        if "status" in self.places:
            unknown = {text for text in known if text and known[text] is Status.UNSTATED}
            self.flagged.update(n for n, text in enumerate(texts) if text in unknown)
        return [known[text] for text in texts]

    def _changes(self) -> list[Change]:
        texts = self.texts("change")
        known = {text: read_change(text) for text in set(texts)}
        return [known[text] for text in texts]

    def _whole(self) -> list[str]:
        """Write each row as one text."""
        every = [self.column_texts(number) for number in self.width]
        if not any("" in texts for texts in every):
            return list(map(" | ".join, zip(*every, strict=True)))
        return [" | ".join(filter(None, row)) for row in zip(*every, strict=True)]

    def _flag_the_rest(self) -> None:
        """Flag rows without an item, and those with a total or a failed formula."""
        self.flagged.update(number for number, item in enumerate(self.items) if not item)
        self.flagged |= odd_items(self.items)
        for texts in self._written.values():
            joined = "\n".join(texts)
            if "#" in joined or "=" in joined or "Err:" in joined:
                self.flagged.update(n for n, text in enumerate(texts) if is_error(text))


def _only_blank(days: list[DayRead]) -> bool:
    """Say whether nothing is written in a column of days, or it is not there."""
    return days[:1] == [BLANK] and len(set(map(id, days))) == 1


def _plain_amount(cell: Cell, unit_text: str) -> Stated | None:
    """Read a whole positive number in a known unit, which is what most cells hold."""
    if type(cell) is float:
        if not (0 < cell <= _PLAIN and cell.is_integer()):
            return None
        amount = Decimal(int(cell))
    elif type(cell) is str and cell.isascii() and cell.isdigit() and len(cell) <= _PLAIN_DIGITS:
        amount = Decimal(cell)
        if not amount or amount > LARGEST:
            return None
    else:
        return None
    unit = unit_of(unit_text)
    if unit_text and not unit:
        return None
    return make_stated(QuantityKind.EXACT, amount, amount, unit, unit_text)


_PLAIN: Final = float(LARGEST)
_PLAIN_DIGITS: Final = 10


def _unmerged(grid: Grid, table: Table) -> Sequence[Row]:
    """Give the rows of a table, with a cell that is merged downwards written in each of its rows.

    Amounts and values stay where they are: one amount over three rows is not three amounts.
    """
    rows = grid.rows[table.first : table.last]
    single = {table.places.get("quantity"), table.places.get("value")}
    merges = [
        merge
        for merge in grid.merges
        if merge.bottom > merge.top >= table.first
        and merge.top < table.last
        and merge.left == merge.right
        and merge.left not in single
    ]
    if not merges:
        return rows
    copied = [list(row) for row in rows]
    for merge in merges:
        _write_down(copied, merge, table.first)
    return copied


def _write_down(rows: list[list[Cell]], merge: Merge, first: int) -> None:
    top, column = merge.top - first, merge.left
    if column >= len(rows[top]):
        return
    for number in range(top + 1, min(merge.bottom - first + 1, len(rows))):
        if column < len(rows[number]) and rows[number][column] == "":
            rows[number][column] = rows[top][column]
