"""From sheets of cells to draft lines: every table, every row, every doubt.

Numbers are read by the convention that the whole document proves, in its columns of amounts and of
money; where it proves none, `31.078` is asked about and not guessed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Final

from muster.core.exchange import Column, Hints, Issue, Place, Reading, Status, Weight
from muster.core.intake.across import Across
from muster.core.intake.dates import day_order, read_day
from muster.core.intake.grids import Grid, letter, shown
from muster.core.intake.headings import LIKELY, WEAK, meaning_of
from muster.core.intake.layouts import WIDEST, Table, find_tables
from muster.core.intake.making import collection_paused
from muster.core.intake.plain_rows import Lines
from muster.core.intake.side_cells import day_or_doubt
from muster.core.intake.statuses import read_status
from muster.core.intake.table_columns import Document
from muster.core.intake.table_lines import across_of, read_table
from muster.core.intake.text_patterns import AS_OF
from muster.core.intake.titles import party_in
from muster.core.intake.unit_cells import is_counted, unit_of
from muster.core.quantities.numbers import Convention, detect_convention

MOST_EVIDENCE: Final = 20_000
"""Different texts of amounts that are asked for the document's convention."""


def read_grids(grids: Sequence[Grid], hints: Hints, *, format_name: str) -> Reading:
    """Read every table of every sheet; never raises for what is in them.

    Args:
        grids: the sheets of one document, in its order.
        hints: what a person has said about it.
        format_name: goes into the reading.
    """
    with collection_paused():
        return _read(grids, hints, format_name)


def _read(grids: Sequence[Grid], hints: Hints, format_name: str) -> Reading:
    found = [(grid, find_tables(grid, hints)) for grid in grids]
    found, passed = _without_lookups(found, hints)
    day_first = _day_first(found, hints)
    opening = _opening(found, day_first, hints.status)
    stated = hints.status
    document = Document(
        convention=_convention(found, hints),
        day_first=day_first,
        status=stated if stated is not Status.UNSTATED else read_status(opening.title),
        party_text=opening.party_text,
    )
    lines = Lines()
    columns: list[Column] = []
    issues = [issue for grid in grids for issue in grid.issues] + passed + list(opening.issues)
    for grid, tables in found:
        for table in tables:
            columns += table.columns
            issues += _of_columns(grid, table)
            read_table(grid, table, document, lines, issues)
    if not lines:
        issues.append(_no_lines(grids))
    if document.convention is Convention.MIXED:
        issues.append(_mixed())
    return Reading(
        format=format_name,
        lines=lines,
        columns=tuple(_once(columns)),
        issues=tuple(issues),
        stated_on=opening.stated_on,
        party_text=opening.party_text,
        title=opening.title,
    )


Found = list[tuple[Grid, list[Table]]]


def _convention(found: Found, hints: Hints) -> Convention | None:
    if hints.convention in set(Convention):
        return Convention(hints.convention)
    texts = (text for text in _cells(found, ("quantity", "value")) if "," in text or "." in text)
    seen = {detect_convention(islice(texts, MOST_EVIDENCE)), *_counted_evidence(found)} - {None}
    return Convention.MIXED if len(seen) > 1 else next(iter(seen), None)


_THOUSANDS = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")


def _counted_evidence(found: Found) -> set[Convention]:
    """Take 36.400 pieces for proof that the point groups thousands: pieces come whole."""
    seen = set()
    for grid, tables in found:
        for table in tables:
            amount, unit = table.places.get("quantity"), table.places.get("unit")
            if amount is None or unit is None:
                continue
            for row in grid.rows[table.first : table.last]:
                cell = row[amount] if amount < len(row) else ""
                match = _THOUSANDS.fullmatch(cell) if type(cell) is str else None
                if match and unit < len(row) and is_counted(unit_of(shown(row[unit]))):
                    point = match[1] == ","
                    seen.add(Convention.POINT_DECIMAL if point else Convention.COMMA_DECIMAL)
    return seen


def _without_lookups(found: Found, hints: Hints) -> tuple[Found, list[Issue]]:
    """Pass over sheets without amounts where another has some: instructions, lists to pick from."""
    with_amounts = {
        grid.name
        for grid, tables in found
        if any(table.named and {"item_text", "quantity"} <= table.places.keys() for table in tables)
    }
    said = {column.sheet for column in hints.columns}
    if not with_amounts:
        return found, []
    kept = [pair for pair in found if pair[0].name in with_amounts | said]
    passed = [
        Issue(
            code="sheet_passed_over",
            weight=Weight.NOTE,
            place=Place(sheet=grid.name),
            found=grid.name,
            sentence=f'The sheet "{grid.name}" has no table of items and amounts and was not read.',
        )
        for grid, tables in found
        if tables and grid.name not in with_amounts | said
    ]
    return kept, passed


def _day_first(found: Found, hints: Hints) -> bool | None:
    if hints.day_first is not None:
        return hints.day_first
    return day_order(_cells(found, ("stated_on", "needed_by", "needed_from")))


def _cells(found: Found, meanings: Sequence[str]) -> Iterable[str]:
    """List the different texts in the columns of these meanings."""
    for grid, tables in found:
        for table in tables:
            for meaning in meanings:
                column = table.places.get(meaning)
                if column is not None:
                    rows = grid.rows[table.first : table.last]
                    cells = {row[column] for row in rows if column < len(row)}
                    yield from (cell for cell in cells if isinstance(cell, str))


def _opening(found: Found, day_first: bool | None, status: Status) -> Reading:  # noqa: FBT001 - None is the third state
    """Read what stands above the first table: a title, whose list it is, and its day."""
    title = party = ""
    stated: date | None = None
    issues: list[Issue] = []
    for grid, tables in found:
        if not tables:
            continue
        for number, row in enumerate(grid.rows[: min(tables[0].top, _OPENING)], start=1):
            texts = [" ".join(shown(cell).split()) for cell in row[:WIDEST] if cell != ""]
            if not texts:
                continue
            as_of = AS_OF.search(" ".join(texts)[:_LONGEST_TITLE])
            if as_of is not None and stated is None:
                stated, doubt = day_or_doubt(as_of["day"], day_first)
                if doubt is not None:
                    issues.append(replace(doubt, place=Place(sheet=grid.name, row=number)))
            key, _, value = texts[0].partition(":")
            value = value.strip() or (texts[1] if len(texts) > 1 else "")
            meaning = meaning_of(key.strip())[0] if value else ""
            if meaning == "party_text" and not party:
                party = value
            elif meaning == "stated_on" and stated is None:
                stated = read_day(value, day_first).day
            elif not title:
                title = texts[0]
    party = party or party_in(title, status)
    return Reading(format="", title=title, party_text=party, stated_on=stated, issues=tuple(issues))


_OPENING = 60
_LONGEST_TITLE = 400


def _of_columns(grid: Grid, table: Table) -> list[Issue]:
    """Say what should be known of how the columns were understood."""
    issues = []
    top = table.top + 1
    across = across_of(grid, table) if "item_text" not in table.places else Across()
    if across.items:
        issues.append(_across(Place(sheet=grid.name, row=top), across))
    elif "item_text" not in table.places:
        issues.append(
            Issue(
                code="item_column_missing",
                weight=Weight.ERROR,
                place=Place(sheet=grid.name, row=top),
                expected="a column that names the items",
                found=", ".join(heading for heading in table.headings if heading)[:200],
                sentence="No column was found that names the items; say which one does.",
            )
        )
    elif not table.named:
        issues.append(
            Issue(
                code="headings_missing",
                weight=Weight.NOTE,
                place=Place(sheet=grid.name, row=top),
                expected="a row of headings",
                sentence=(
                    "The columns have no headings that are known; check what each was taken for."
                ),
            )
        )
    quantity = None if across.items else table.places.get("quantity")
    if (
        quantity is not None
        and table.headings[quantity]
        and table.columns[quantity].confidence < WEAK
    ):
        issues.append(_guessed(Place(sheet=grid.name, row=top, column=letter(quantity)), table))
    for number, heading in enumerate(table.headings):
        meaning, confidence = meaning_of(heading)
        if (
            quantity is None
            or quantity == number
            or meaning != "quantity"
            or confidence < LIKELY - 0.3
        ):
            continue
        if table.columns[number].means:
            continue
        issues.append(
            Issue(
                code="several_quantities",
                weight=Weight.QUESTION if _MISSING.search(heading) else Weight.NOTE,
                place=Place(sheet=grid.name, row=top, column=letter(number)),
                expected="one column of amounts",
                found=heading,
                sentence=(
                    f'The amounts of "{heading}" are kept beside the line; the line takes those of'
                    f' "{table.headings[quantity or 0]}".'
                ),
            )
        )
    return issues


_MISSING = re.compile(
    r"\b(?:gap|shortfall|unmet|still (?:needed|required|missing)|balance|outstanding|remaining)\b",
    re.IGNORECASE,
)
"""What is asked for now may be what is still missing, and not the target."""


def _across(at: Place, across: Across) -> Issue:
    names = ", ".join(across.items.values())
    sure = across.certain == across.items.keys()
    return Issue(
        code="items_across",
        weight=Weight.NOTE if sure else Weight.QUESTION,
        place=at,
        expected="a column that names the items",
        found=names[:200],
        sentence="The columns are taken for items, each with an amount in each row; check them.",
    )


def _guessed(at: Place, table: Table) -> Issue:
    heading = table.headings[table.places["quantity"]]
    return Issue(
        code="column_guessed",
        weight=Weight.QUESTION,
        place=at,
        expected="a heading that is known",
        found=heading,
        sentence=f'"{heading}" was taken for the amounts because of its cells; say whether it is.',
    )


def _once(columns: Iterable[Column]) -> list[Column]:
    """Keep the first of columns that repeat: a table's headings are often written again."""
    seen: dict[tuple[str, str, str], Column] = {}
    for column in columns:
        seen.setdefault((column.sheet, column.letter, column.heading), column)
    return list(seen.values())


def _no_lines(grids: Sequence[Grid]) -> Issue:
    return Issue(
        code="no_lines",
        weight=Weight.ERROR,
        place=Place(sheet=grids[0].name if grids else ""),
        expected="a table with at least one item",
        sentence="Nothing was found in this file that could be a line.",
    )


def _mixed() -> Issue:
    return Issue(
        code="numbers_mixed",
        weight=Weight.NOTE,
        place=Place(),
        expected="one decimal mark",
        sentence=(
            "This file writes decimals with a point in some places and with a comma in others;"
            " every amount that this leaves open is asked about."
        ),
    )
