"""What stands out in a table before its rows are read: columns of nations, rows out of shape."""

from collections import Counter

from muster.core.exchange import Status
from muster.core.intake.columns import is_amount
from muster.core.intake.grids import Grid
from muster.core.intake.headings import plain
from muster.core.intake.layouts import Table
from muster.core.intake.nations import find_nation
from muster.core.intake.row_kinds import Surroundings
from muster.core.intake.table_columns import Document, TableColumns


def headed_rows(grid: Grid, table: Table) -> set[int]:
    """List the rows in which the cell of the item spans that of the amount: they hold no amount."""
    item, amount = table.places.get("item_text"), table.places.get("quantity")
    if item is None or amount is None:
        return set()
    return {
        merge.top - table.first
        for merge in grid.merges
        if merge.top == merge.bottom and merge.left == item and item < amount <= merge.right
    }


def ragged_rows(grid: Grid, table: Table, columns: TableColumns) -> set[int]:
    """List rows with something in more cells than the row of headings has."""
    if not grid.rows_may_shift or not table.named:
        return set()
    width = table.cells
    lengths = Counter(len(row) for row in columns.rows if len(row) > width)
    # Programs write separators behind the last cell, but then in every row.
    usual = next((n for n, count in lengths.items() if count * 2 > len(columns.rows)), 0)
    return {
        number
        for number, row in enumerate(columns.rows)
        if len(row) > width and (len(row) != usual or any(cell != "" for cell in row[width:]))
    }


def nation_columns(table: Table, columns: TableColumns, document: Document) -> dict[int, str]:
    """Find columns that are headed by nations: one amount for each that gives or asks."""
    if "party_text" in table.places or not table.named:
        return {}
    nations = {
        number: heading
        for number, heading in enumerate(table.headings)
        if heading and table.columns[number].confidence < 1 and find_nation(heading) is not None
    }
    column = table.places.get("quantity")
    if column is not None and column not in nations and document.status is Status.REQUESTED:
        return {}
    sample = [
        row[number]
        for number in nations
        for row in columns.rows[:_SAMPLE]
        if number < len(row) and row[number] != ""
    ]
    amounts = sum(map(is_amount, sample))
    return nations if len(nations) > 1 and amounts * 2 > len(sample) else {}


_SAMPLE = 50


def surroundings(table: Table, columns: TableColumns) -> Surroundings:
    """Say what rows of a table are judged against."""
    full = [
        number
        for number in columns.width
        if any(number < len(row) and row[number] != "" for row in columns.rows[: 4 * _SAMPLE])
    ]
    return Surroundings(
        headings=frozenset(plain(text) for text in table.headings if text),
        item=table.places.get("item_text"),
        quantity=table.places.get("quantity"),
        wide=len(full) > len(("item", "quantity")),
        has_party="party_text" in table.places,
    )
