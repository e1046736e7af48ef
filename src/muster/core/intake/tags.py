"""Hashtags of the Humanitarian Exchange Language (HXL 1.1): what a row of tags says of its columns.

A tag row names each column by a hashtag with attributes, `#item +name`, `#date+start`; the standard
is at https://hxlstandard.org/standard/1-1final/.  Attributes have no order, and spaces and capitals
do not matter.
"""

import re
from collections.abc import Sequence
from typing import Final

from muster.core.intake.grids import Cell

WITHIN: Final = 25
"""The standard puts the row of tags among the first 25 rows."""


def is_tag_row(row: Sequence[Cell]) -> bool:
    """Say whether all that stands in a row are hashtags."""
    full = [cell for cell in row if cell != ""]
    return bool(full) and all(
        isinstance(cell, str) and _TAG.fullmatch(cell.strip()) for cell in full
    )


def meanings_of(row: Sequence[Cell]) -> dict[int, str]:
    """Say what each tagged column means; a column that no line needs is in it with ""."""
    meanings = {
        number: _meaning(cell) for number, cell in enumerate(row) if isinstance(cell, str) and cell
    }
    # The organisation gives; the country beside it is where.
    if "party_text" in meanings.values():
        return {number: "" if found == "country" else found for number, found in meanings.items()}
    return {
        number: "party_text" if found == "country" else found for number, found in meanings.items()
    }


_TAG = re.compile(r"#\s*[A-Za-z][A-Za-z0-9_]*(?:\s*\+\s*[A-Za-z][A-Za-z0-9_]*)*")
_AMOUNTS = frozenset({"num", "qty", "quantity", "amount", "count", "number", "total"})
_GIVERS = frozenset({"donor", "provider", "funder", "funding", "sender", "recipient", "requester"})
_FOR_NAMES = {"code": "item_code", "id": "item_code", "unit": "unit", "currency": "currency"}
_PLAIN = {
    "description": "note",
    "status": "status",
    "currency": "currency",
    "loc": "place_text",
    "geo": "",
    "region": "place_text",
    "delivery": "place_text",
    "quantity": "quantity",
    "unit": "unit",
}


def _meaning(cell: str) -> str:  # noqa: PLR0911 - one answer for each kind of tag
    name, *rest = [part.strip().lower() for part in cell.strip().lstrip("#").split("+")]
    name = name.strip()
    attributes = frozenset(rest)
    if name in {"item", "inkind", "need", "resource"}:
        return _of_item(attributes)
    if name in {"indicator", "capacity", "output", "service"}:
        return _of_item(attributes | ({"num"} if not attributes else frozenset()))
    if name == "value":
        return "currency" if "currency" in attributes or "code" in attributes else "value"
    if name == "date":
        return _of_date(attributes)
    if name == "org":
        return "" if attributes & {"code", "type", "id"} else "party_text"
    if name == "country":
        return "party_text" if attributes & _GIVERS else "country"
    if name.startswith("adm"):
        return "" if attributes & {"code", "id"} else "place_text"
    if name == "meta":
        return "reference" if "id" in attributes else ""
    return _PLAIN.get(name, "")


def _of_item(attributes: frozenset[str]) -> str:
    if attributes & _AMOUNTS:
        return "quantity"
    for attribute, meaning in _FOR_NAMES.items():
        if attribute in attributes:
            return meaning
    if attributes & {"type", "category", "group"}:
        return ""
    return "note" if attributes & {"description", "note", "notes"} else "item_text"


def _of_date(attributes: frozenset[str]) -> str:
    if attributes & {"end", "due", "needed", "deadline", "expected"}:
        return "needed_by"
    return "needed_from" if attributes & {"start", "from", "available"} else "stated_on"
