"""Drafts and issues as plain data, to be kept beside a line and read back."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from muster.core.exchange import Change, Column, DraftLine, Issue, Place, Stated, Status, Weight
from muster.core.quantities.amounts import Per, QuantityKind

Data = dict[str, Any]


def draft_data(draft: DraftLine) -> Data:
    """Write what a draft says beyond its number, texts, status and issues; blanks are left out."""
    data: Data = {"place": _at(draft.place)}
    for name in _PLAIN_WORDS:
        word = getattr(draft, name)
        if word:
            data[name] = word
    if draft.change is not Change.NONE:
        data["change"] = draft.change.value
    for name in _DAYS:
        day = getattr(draft, name)
        if day is not None:
            data[name] = day.isoformat()
    if draft.value is not None:
        data["value"] = str(draft.value)
    if draft.extra:
        data["extra"] = dict(draft.extra)
    data["quantity"] = stated_data(draft.quantity)
    if draft.issues:
        data["issues"] = [issue_data(issue) for issue in draft.issues]
    return data


def draft_of(number: int, text: str, item_text: str, status: str, data: Data) -> DraftLine:
    """Read a draft back."""
    words = {name: data.get(name, "") for name in _PLAIN_WORDS}
    days: Data = {name: date.fromisoformat(data[name]) for name in _DAYS if name in data}
    return DraftLine(
        number=number,
        text=text,
        item_text=item_text,
        place=_place_of(data["place"]),
        quantity=stated_of(data["quantity"]),
        status=Status(status),
        change=Change(data.get("change", Change.NONE)),
        value=Decimal(data["value"]) if "value" in data else None,
        extra=data.get("extra", {}),
        issues=tuple(issue_of(each) for each in data.get("issues", ())),
        **words,
        **days,
    )


def issue_data(issue: Issue) -> Data:
    """Write an issue with the whole of its place."""
    return {
        "code": issue.code,
        "weight": issue.weight.value,
        "place": place_data(issue.place),
        "expected": issue.expected,
        "found": issue.found,
        "sentence": issue.sentence,
        "readings": list(issue.readings),
    }


def issue_of(data: Data) -> Issue:
    """Read an issue back."""
    return Issue(
        code=data["code"],
        weight=Weight(data["weight"]),
        place=Place(**data["place"]),
        expected=data["expected"],
        found=data["found"],
        sentence=data["sentence"],
        readings=tuple(data["readings"]),
    )


def place_data(place: Place) -> Data:
    """Write a place; what it does not have is left out."""
    return {name: at for name in _PLACE if (at := getattr(place, name)) not in (None, "")}


def columns_data(columns: Sequence[Column]) -> list[Data]:
    """Write columns as they were recognised or said."""
    return [{name: getattr(column, name) for name in _COLUMN} for column in columns]


def columns_of(data: Sequence[Mapping[str, Any]]) -> tuple[Column, ...]:
    """Read columns back."""
    return tuple(Column(**each) for each in data)


_PLAIN_WORDS = (
    "party_text",
    "item_code",
    "reference",
    "part_of",
    "place_text",
    "use_text",
    "currency",
    "note",
)
_DAYS = ("needed_from", "needed_by", "stated_on")
_PLACE = tuple(f.name for f in fields(Place))
_COLUMN = tuple(f.name for f in fields(Column))


def stated_data(stated: Stated) -> Data | str:
    """Write a quantity; of a bare exact number nothing but its digits."""
    is_bare = not (stated.unit or stated.unit_text or stated.per)
    if stated.kind is QuantityKind.EXACT and is_bare and stated.low == stated.high:
        return str(stated.low)
    data: Data = {"kind": stated.kind.value}
    if stated.low is not None:
        data["low"] = str(stated.low)
    if stated.high is not None:
        data["high"] = str(stated.high)
    if stated.unit:
        data["unit"] = stated.unit
    if stated.unit_text:
        data["unit_text"] = stated.unit_text
    if stated.per is not None:
        data["per"] = stated.per.value
    return data


def stated_of(data: Data | str) -> Stated:
    """Read a quantity back."""
    if isinstance(data, str):
        return Stated(kind=QuantityKind.EXACT, low=Decimal(data), high=Decimal(data))
    return Stated(
        kind=QuantityKind(data["kind"]),
        low=Decimal(data["low"]) if "low" in data else None,
        high=Decimal(data["high"]) if "high" in data else None,
        unit=data.get("unit", ""),
        unit_text=data.get("unit_text", ""),
        per=Per(data["per"]) if "per" in data else None,
    )


def _at(place: Place) -> Data | list[str | int]:
    """Write the place of a cell as its sheet, row and column: there is one for each line."""
    if place.row is None or place != Place(sheet=place.sheet, row=place.row, column=place.column):
        return place_data(place)
    return [place.sheet, place.row, place.column]


def _place_of(data: Data | Sequence[Any]) -> Place:
    if isinstance(data, Mapping):
        return Place(**data)
    sheet, row, column = data
    return Place(sheet=sheet, row=row, column=column)
