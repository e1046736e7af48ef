"""The rows of one table as draft lines."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import cast

from muster.core.exchange import Change, DraftLine, Issue, Place, Stated, Status
from muster.core.intake import table_doubts
from muster.core.intake.across import Across, groups_across, items_across
from muster.core.intake.dates import is_before
from muster.core.intake.grids import Cell, Grid, letter, shown
from muster.core.intake.headings import bracketed
from muster.core.intake.item_amounts import beside_item, leads, limited
from muster.core.intake.layouts import WIDEST, Table
from muster.core.intake.phrases import Phrase, read_phrase
from muster.core.intake.plain_rows import Lines, PlainRows
from muster.core.intake.quantity_cells import (
    QuantityRead,
    formula_error,
    is_error,
    read_quantity,
)
from muster.core.intake.row_kinds import RowJudged, RowKind, judge_row
from muster.core.intake.row_signs import says_change
from muster.core.intake.side_cells import day_issue
from muster.core.intake.statuses import read_status
from muster.core.intake.table_columns import DAYS, NOTHING, Document, TableColumns
from muster.core.intake.table_shapes import (
    headed_rows,
    nation_columns,
    ragged_rows,
    surroundings,
)
from muster.core.intake.unit_cells import unit_of
from muster.core.quantities.amounts import QuantityKind


def read_table(
    grid: Grid, table: Table, document: Document, lines: Lines, issues: list[Issue]
) -> None:
    """Add the lines of a table to `lines`, and what is to be said of its other rows to `issues`."""
    if "item_text" not in table.places and not across_of(grid, table).items:
        return
    reader = _Reader(grid, table, document, lines, issues)
    start = 0
    for number in sorted(reader.flagged):
        reader.plain_rows(start, number)
        reader.row(number)
        start = number + 1
    reader.plain_rows(start, len(reader.columns.rows))


def across_of(grid: Grid, table: Table) -> Across:
    """Find the items that the table names across, none where a column names them."""
    return items_across(table, grid.rows[table.first : table.last])


class _Reader:
    """One table on its way to lines; it keeps the section that the rows stand in."""

    def __init__(
        self,
        grid: Grid,
        table: Table,
        document: Document,
        lines: Lines,
        issues: list[Issue],
    ) -> None:
        self.grid, self.table, self.document = grid, table, document
        self.lines, self.issues = lines, issues
        self.places = table.places
        self.columns = TableColumns(grid, table, document)
        self.party, self.section = document.party_text, ""
        self.status = _status_of_heading(table) or document.status
        self.counted_from = self.counted_all = len(lines)
        self.ragged = ragged_rows(grid, table, self.columns)
        self.across = across_of(grid, table)
        self.nations = {} if self.across.items else nation_columns(table, self.columns, document)
        rows = grid.rows[table.first : table.last]
        self.groups = {} if self.nations else groups_across(table, rows)
        self.merged = {
            merge.top - table.first
            for merge in grid.merges
            if merge.top == merge.bottom and merge.right > merge.left
        }
        self.headed = headed_rows(grid, table)
        self.around = surroundings(table, self.columns)
        self.alone = self.places.keys() == {"item_text"} and not self.columns.kept_columns
        self.flagged = self.columns.flagged | self.ragged
        if self.nations or self.groups or self.across.items:
            self.flagged = set(range(len(self.columns.rows)))

    def plain_rows(self, start: int, end: int) -> None:
        """Add the lines of rows that ask for nothing."""
        if start >= end:
            return
        columns, here, many = self.columns, slice(start, end), end - start
        first = self.table.first + start + 1
        party, status, unstated = self.party, self.status, Status.UNSTATED
        parties, statuses, kept = columns.parties[here], columns.statuses[here], columns.kept[here]
        if party:
            parties = [own or party for own in parties]
        if status is not unstated:
            statuses = [status if own is unstated else own for own in statuses]
        if self.section:
            kept = [{**each, "section": self.section} for each in kept]
        values: list[Decimal | None] = [None] * many
        currencies = [""] * many
        if columns.money is not None:
            money = list(map(columns.value, range(start, end)))
            values, currencies = [each[0] for each in money], [each[1] for each in money]
        self.lines.extend(
            PlainRows(
                number=len(self.lines) + 1,
                sheet=self.grid.name,
                row=first,
                column=letter(self.places["item_text"]),
                texts=columns.whole[here],
                items=columns.items[here],
                # A row without a certain amount is flagged, so none of these is None.
                quantities=cast("list[Stated]", columns.stated[here]),
                parties=parties,
                statuses=statuses,
                changes=columns.changes[here],
                codes=columns.words["item_code"][here],
                references=columns.words["reference"][here],
                place_texts=columns.words["place_text"][here],
                use_texts=columns.words["use_text"][here],
                needed_from=self._days("needed_from", here),
                needed_by=self._days("needed_by", here),
                stated_on=self._days("stated_on", here),
                values=values,
                currencies=currencies,
                notes=columns.words["note"][here],
                extras=kept,
            )
        )

    def _days(self, meaning: str, here: slice) -> list[date | None]:
        reads = self.columns.days[meaning][here]
        if meaning not in self.places:
            return [None] * len(reads)
        return [read.day for read in reads]

    def row(self, number: int) -> None:
        """Read one row that asks for a closer look."""
        row = self.columns.rows[number]
        judged = judge_row(row[:WIDEST], self.around, merged=number in self.merged)
        if judged.kind is RowKind.LINE and number in self.headed and self.columns.items[number]:
            self.section = self.columns.items[number]
        elif judged.kind is RowKind.LINE:
            self._lines_of(number)
        elif judged.kind is RowKind.PARTY:
            self.party, self.section = judged.text, ""
        elif judged.kind is RowKind.STATUS:
            self.status = judged.status
        elif judged.kind is RowKind.SECTION:
            self.section = judged.text
        elif judged.kind is not RowKind.BLANK:
            self._pass_over(number, judged)

    def _lines_of(self, number: int) -> None:
        """Add the row's line, or one for each nation that has a column and an amount in it."""
        row = self.columns.rows[number]
        for column, item in self.across.items.items():
            cell = row[column] if column < len(row) else ""
            if shown(cell).strip() not in _NONE_HERE:
                self._line(number, cell, column, across=item)
        if self.across.items:
            return
        if not (self.nations or self.groups):
            amounts = self.columns.amounts
            self._line(
                number, "" if amounts is None else amounts[number], self.places.get("quantity")
            )
            return
        for column, heading in (self.nations or self.groups).items():
            cell = row[column] if column < len(row) else ""
            if shown(cell).strip() in _NONE_HERE:
                continue
            if self.nations:
                self._line(number, cell, column, nation=heading)
            else:
                self._line(number, cell, column, group=heading)

    def _pass_over(self, number: int, judged: RowJudged) -> None:
        at = Place(sheet=self.grid.name, row=self.table.first + number + 1)
        whole = self.columns.whole[number]
        if judged.kind is RowKind.HEADING:
            self.issues.append(table_doubts.heading_repeated(at, whole))
        elif judged.kind is RowKind.REMARK:
            self.issues.append(table_doubts.remark_passed_over(at, whole))
        else:
            self._total(number, at)

    def _total(self, number: int, at: Place) -> None:
        """Pass over a total, and say where it is not the sum of the lines above it."""
        self.issues.append(table_doubts.total_passed_over(at, self.columns.whole[number]))
        since, above = self.lines[self.counted_from :], self.lines[self.counted_all :]
        self.counted_from = len(self.lines)
        if self.columns.amounts is None or not since:
            return
        read = read_quantity(self.columns.amounts[number], "", self.document.convention).stated
        sums = {_sum(since), _sum(above)}
        known = {each for each in sums if each is not None}
        is_exact = read.kind is QuantityKind.EXACT and known == sums
        if is_exact and read.low is not None and read.low not in known:
            self.issues.append(table_doubts.total_differs(at, read.low, known))

    def _line(
        self,
        number: int,
        cell: Cell,
        column: int | None,
        *,
        nation: str = "",
        across: str = "",
        group: str = "",
    ) -> None:
        """Add the line of a row with every doubt that it raises."""
        columns = self.columns
        item, change = across or columns.items[number], columns.changes[number]
        own_status = columns.statuses[number]
        status = self.status if own_status is Status.UNSTATED else own_status
        item_at = self._at(number, self.places.get("item_text", column or 0))
        at = item_at if column is None else self._at(number, column)
        heading = self.table.headings[column] if across and column is not None else ""
        read, phrase = self._quantity(number, cell, item, heading)
        if phrase is not None:
            at = item_at if not shown(cell).strip() else at
            item = phrase.item_text or item
            change = phrase.change if change is Change.NONE else change
            if phrase.status is not Status.UNSTATED and own_status is Status.UNSTATED:
                status = phrase.status
        elif not item and read.words:
            item = read.words
        stated, issues = read.stated, [replace(issue, place=at) for issue in read.issues]
        guessed = column not in self.across.certain if across else bool(group) or columns.guessed
        if guessed and phrase is None and stated.kind is not QuantityKind.UNKNOWN:
            issues.append(table_doubts.quantity_guessed(at, shown(cell), group))
            stated = Stated(unit=stated.unit, unit_text=stated.unit_text)
        if number in self.ragged:
            stated = Stated(unit=stated.unit, unit_text=stated.unit_text)
            issues.append(self._ragged(number))
        item = item or columns.words["item_code"][number]
        if not item:
            issues.append(table_doubts.item_missing(item_at, columns.whole[number]))
        issues += self._beside(number)
        issues += self._failed(number, {issue.place for issue in issues})
        kept = columns.kept[number]
        value, currency = (None, "") if across else columns.value(number)
        self.lines.append(
            DraftLine(
                number=len(self.lines) + 1,
                place=at if nation or group else item_at,
                text=columns.whole[number],
                item_text=item,
                quantity=stated,
                party_text=nation or columns.parties[number] or self.party,
                status=status,
                change=change,
                item_code="" if across else columns.words["item_code"][number],
                reference=columns.words["reference"][number],
                place_text=columns.words["place_text"][number],
                use_text=columns.words["use_text"][number],
                needed_from=columns.days["needed_from"][number].day,
                needed_by=columns.days["needed_by"][number].day,
                stated_on=columns.days["stated_on"][number].day,
                value=value,
                currency=currency,
                note="; ".join(filter(None, (group, columns.words["note"][number]))),
                extra={**kept, "section": self.section} if self.section else kept or NOTHING,
                issues=tuple(issues),
            )
        )

    def _quantity(
        self, number: int, cell: Cell, item: str, heading: str
    ) -> tuple[QuantityRead, Phrase | None]:
        """Read the amount from its cell, or from the words of the item where there is none."""
        unit, convention = self.columns.units[number], self.document.convention
        if heading:
            unit = next((text for text in bracketed(heading) if unit_of(text)), "")
            return read_quantity(cell, unit, convention), None
        if item and not shown(cell).strip():
            phrase = read_phrase(item, convention)
            says = phrase.quantity.kind is not QuantityKind.UNKNOWN or phrase.issues
            if says and (self.alone or leads(item, phrase)):
                stated = phrase.quantity
                if unit and not stated.unit:
                    stated = replace(stated, unit=unit_of(unit), unit_text=unit)
                return limited(QuantityRead(stated, phrase.issues)), phrase
        read = read_quantity(cell, unit, convention)
        if item and not unit and any(i.code == "quantity_ambiguous" for i in read.issues):
            read = beside_item(shown(cell), item, convention) or read
        if item and says_change(item):
            return read, replace(read_phrase(item, convention), item_text=item)
        return read, None

    def _beside(self, number: int) -> list[Issue]:
        """List the doubts of the cells beside item and amount."""
        columns, issues = self.columns, []
        row = columns.rows[number]
        for meaning, reads in columns.days.items():
            column = self.places.get(meaning)
            issue = (
                None
                if column is None or column >= len(row)
                else day_issue(row[column], reads[number])
            )
            if issue is not None and column is not None:
                issues.append(replace(issue, place=self._at(number, column)))
        if columns.money is not None:
            issue = columns.money[number].issue
            if issue is not None:
                issues.append(replace(issue, place=self._at(number, self.places["value"])))
        text = columns.status_texts[number]
        if text and columns.statuses[number] is Status.UNSTATED and not is_error(text):
            at = self._at(number, self.places["status"])
            issues.append(table_doubts.status_unknown(at, text))
        if number in columns.carried:
            at = self._at(number, self.places["party_text"])
            issues.append(table_doubts.party_carried_down(at, columns.parties[number]))
        return issues + self._out_of_order(number)

    def _out_of_order(self, number: int) -> list[Issue]:
        """Find days before the one on which the line was made, and periods that end too early."""
        start, end, made = (self.columns.days[name][number] for name in DAYS)
        later = [
            (self.places.get("needed_from"), start),
            (self.places.get("needed_by"), end),
            *((column, reads[number]) for column, reads in self.columns.later.items()),
        ]
        issues = [
            table_doubts.date_before_creation(self._at(number, column), read, made)
            for column, read in later
            if column is not None and is_before(read, made)
        ]
        if is_before(end, start) and start.day is not None and end.day is not None:
            at = self._at(number, self.places["needed_by"])
            issues.append(table_doubts.period_reversed(at, end.day, start.day))
        return issues

    def _failed(self, number: int, said: set[Place]) -> list[Issue]:
        """List formulas that failed in cells of the row that no other issue points to."""
        found = []
        for column, cell in enumerate(self.columns.rows[number][:WIDEST]):
            if isinstance(cell, str) and is_error(cell):
                at = self._at(number, column)
                if at not in said:
                    found.append(replace(formula_error(cell), place=at))
        return found

    def _ragged(self, number: int) -> Issue:
        return table_doubts.row_ragged(
            Place(sheet=self.grid.name, row=self.table.first + number + 1),
            self.table.cells,
            len(self.columns.rows[number]),
        )

    def _at(self, number: int, column: int) -> Place:
        return Place(sheet=self.grid.name, row=self.table.first + number + 1, column=letter(column))


_NONE_HERE = frozenset({"", "-", "--", "\u2013", "0", "n/a"})


def _status_of_heading(table: Table) -> Status | None:
    """Take the status that the column of amounts or of items names: "Quantity requested"."""
    for meaning in ("quantity", "item_text"):
        column = table.places.get(meaning)
        if column is not None:
            status = read_status(table.headings[column])
            if status is not Status.UNSTATED:
                return status
    return None


def _sum(lines: Sequence[DraftLine]) -> Decimal | None:
    """Add up exact amounts; None where one is not exact or the units differ."""
    if any(line.quantity.kind is not QuantityKind.EXACT for line in lines):
        return None
    if len({line.quantity.unit for line in lines}) > 1:
        return None
    return sum((line.quantity.low or Decimal(0) for line in lines), Decimal(0))
