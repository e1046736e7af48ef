"""Tables that name the items across: a row for each place or gift, a column for each item.

Their amounts are certain where the row's own total is the sum of them, or where a heading gives its
unit, "Water (L)"; elsewhere each is asked about, for a column of numbers may count anything.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from muster.core.exchange import Column
from muster.core.intake.grids import Cell, Row, shown
from muster.core.intake.headings import LIKELY, SURE, WEAK, bracketed, meaning_of, worded
from muster.core.intake.layouts import Table
from muster.core.intake.unit_cells import unit_of

_SAMPLE: Final = 200


@dataclass(frozen=True, slots=True)
class Across:
    """The columns of items by their numbers, with each one's item."""

    items: dict[int, str] = field(default_factory=dict)
    certain: frozenset[int] = frozenset()
    """Those whose cells are amounts beyond doubt."""


def items_across(table: Table, rows: Sequence[Row]) -> Across:
    """Find the columns that are headed by items; none in a table with a column of items."""
    if "item_text" in table.places or table.tagged or not table.named:
        return Across()
    labelled = {"place_text", "party_text"} & table.places.keys()
    sample = rows[:_SAMPLE]
    found = {
        number: _GROUP.sub("", " ".join(_BRACKETS.sub(" ", heading).split()))
        for number, heading in enumerate(table.headings)
        if _is_open(table.columns[number]) and _names_item(heading) and _is_counts(sample, number)
    }
    if len(found) < len(("this", "that")) or not labelled:
        return Across()
    total = table.places.get("quantity")
    if total not in found and _adds_up(sample, found, total):
        return Across(found, frozenset(found))
    units = {n for n in found if any(unit_of(text) for text in bracketed(table.headings[n]))}
    return Across(found, frozenset(units))


def groups_across(table: Table, rows: Sequence[Row]) -> dict[int, str]:
    """Find columns of amounts that are headed by places or groups: "Kherson", "Men", "Women".

    None in a table with a column of amounts.  What such a column counts is not said, so it is
    asked about.
    """
    if "item_text" not in table.places or "quantity" in table.places or not table.named:
        return {}
    sample = rows[:_SAMPLE]
    found = {
        number: heading
        for number, heading in enumerate(table.headings)
        if _is_open(table.columns[number]) and _may_be_group(heading) and _is_counts(sample, number)
    }
    return found if len(found) > 1 else {}


_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NEVER = re.compile(
    r"\b(?:total|affected|targets?|targeted|reached|people|persons?|population|pop|males?|females?"
    r"|men|women|boys|girls|children|adults|households?|hh|famil\w+|deaths?|dead|killed|injured"
    r"|missing|cases|confirmed|tests?|score|index|rate|ratio|rank|level|year|month|day|age|lat|long"
    r"|x|y|variety|spent|gap|balance|status|need|inneed|pin|idps?|refugees|severity|priority|nbr|no|nr|num|number|id|code|expected|counted)\b"
)
_GROUP = re.compile(r"^(?:items?|articles?|goods|products?|artikel)\s+(?=\S)", re.IGNORECASE)


def _is_open(column: Column) -> bool:
    """Say whether a column's meaning is still to be found, or was only guessed from its cells."""
    return not column.means or (column.means == "quantity" and column.confidence < WEAK)


def _names_item(heading: str) -> bool:
    """Say whether a heading may be the name of an item: words, and none that means something."""
    meaning, confidence = meaning_of(heading)
    known = confidence >= SURE or (confidence >= LIKELY and meaning != "item_text")
    words = worded(heading)
    return not known and bool(re.search(r"[^\W\d_]{3}", words)) and not _NEVER.search(words)


def _may_be_group(heading: str) -> bool:
    """Say whether a heading may name whom amounts are for: words, and none of a measure."""
    meaning, confidence = meaning_of(heading)
    words = worded(heading)
    is_known = bool(meaning) and confidence >= LIKELY
    is_other = _NEVER.search(_PEOPLE.sub(" ", words)) or _MEASURE.search(words)
    return not is_known and not is_other and bool(re.search(r"[^\W\d_]{3}", words))


_PEOPLE = re.compile(r"\b(?:males?|females?|men|women|boys|girls|children|adults)\b")
_MEASURE = re.compile(
    r"\b(?:weight|mass|volume|price|cost|value|size|length|width|height|depth|ref\w*|serial|hs|kg|m3"
    r"|pallets|amount|sum|date|phone|tel|zip|budget)\b"
)


def _is_counts(rows: Sequence[Row], column: int) -> bool:
    """Say whether all that stands in a column is whole numbers, and one of them is not zero."""
    cells = [row[column] for row in rows if column < len(row) and row[column] != ""]
    counts = [_whole(cell) for cell in cells]
    return None not in counts and any(counts)


def _whole(cell: Cell) -> Decimal | None:
    text = shown(cell).strip().replace(",", "") if not isinstance(cell, bool) else ""
    if text in {"-", "\u2013"}:
        return Decimal(0)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.as_tuple().exponent == 0 and number >= 0 else None


def _adds_up(rows: Sequence[Row], columns: dict[int, str], total: int | None) -> bool:
    """Say whether the total of each row is the sum of its columns."""
    if total is None:
        return False
    sums = 0
    for row in rows:
        cell = row[total] if total < len(row) else ""
        stated = _whole(cell)
        parts = [_whole(row[n]) or Decimal(0) for n in columns if n < len(row)]
        if stated is None or stated != sum(parts):
            if cell != "":
                return False
            continue
        sums += 1
    return sums > 0
