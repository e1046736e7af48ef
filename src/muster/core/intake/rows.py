"""One row of a table written with bars, tabs or wide gaps."""

import re
from dataclasses import dataclass, replace
from typing import Final

from muster.core.exchange import Status, Weight
from muster.core.intake.headings import LIKELY, meaning_of
from muster.core.intake.nations import find_nation
from muster.core.intake.phrases import Phrase, read_phrase
from muster.core.intake.statuses import find_statuses, read_status
from muster.core.intake.unit_words import Sort, find_unit
from muster.core.quantities.amounts import QuantityKind
from muster.core.quantities.numbers import Convention, ReadingKind, read_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row as read."""

    item: str
    phrase: Phrase
    party: str = ""
    status: Status = Status.UNSTATED
    note: str = ""
    reference: str = ""
    number: int | None = None
    """The number that the list gives the row."""


def header_roles(cells: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Say what each column of a header row is, and the words before it ("Items requested (item").

    Returns:
        No roles where the row is no header.
    """
    if any(character.isdigit() for cell in cells for character in cell):
        return (), ""
    lead, bracket, first = cells[0].rpartition("(")
    names = (first if bracket and ")" not in first else cells[0], *cells[1:])
    roles = tuple(role_of(name) for name in names)
    if "quantity" in roles[1:] and _IS_NUMBER.fullmatch(names[0].strip()):
        roles = ("reference", *roles[1:])
    known = sum(1 for role in roles if role)
    return (roles, lead) if known > 1 and "quantity" in roles else ((), "")


def read_row(
    cells: tuple[str, ...], roles: tuple[str, ...], last: int, convention: Convention | None
) -> Row | None:
    """Read a row; None where its cells are phrases of their own or hold no amount and no columns.

    Args:
        cells: not empty, at least two.
        roles: of the columns, if a header said them and there are as many.
        last: the number of the row before, in a list that numbers them.
        convention: of the document.
    """
    number = (
        int(cells[0])
        if cells[0].isdecimal()
        and len(cells[0]) < _MOST_DIGITS
        and int(cells[0]) == last + 1
        and len(cells) > _ITEM_AND_AMOUNT
        else None
    )
    if (
        _NUMBERING.fullmatch(cells[0])
        and len(cells) > _ITEM_AND_AMOUNT
        and (not (roles and roles[0]) or roles[0] == "reference" or len(roles) < len(cells))
        and any(is_amount(cell) for cell in cells[1:])
    ):
        # "2.10" before a row is its place in the document.
        reference = cells[0]
        row = read_row(cells[1:], roles if len(roles) < len(cells) else roles[1:], last, convention)
        return None if row is None else replace(row, reference=row.reference or reference)
    if number is not None and not (roles and roles[0] and roles[0] != "reference"):
        cells = cells[1:]
        roles = roles[1:]
    named = dict(zip(roles, cells, strict=False)) if len(roles) >= len(cells) > 1 else {}
    if named.get("item") and named.get("quantity"):
        rest = [cell for role, cell in zip(roles, cells, strict=False) if not role]
        return _built(
            named["item"],
            named["quantity"],
            unit=named.get("unit", ""),
            rest=rest,
            convention=convention,
            number=number,
            named=named,
        )
    amounts = [cell for cell in cells if is_amount(cell)]
    words = [cell for cell in cells if not is_amount(cell)]
    if not amounts or not words:
        return None
    units = [w for w in words[1:] if (u := find_unit(w)) and u.sort is not Sort.SIZE]
    rest = [w for w in words[1:] if w not in units[:1]]
    if len(amounts) > 1:
        phrase = read_phrase(f"{words[0]}: {amounts[0]}, {amounts[1]}")
        if phrase.quantity.kind is not QuantityKind.UNKNOWN:
            phrase = replace(read_phrase(words[0]), issues=phrase.issues)
        return Row(item=words[0], phrase=replace(phrase, item_text=words[0]), number=number)
    item = words[0]
    if find_nation(item) is not None and len(words) > 1:
        named = {"party": item}
        item, rest = words[1], words[2:]
    return _built(
        item,
        amounts[0],
        unit=units[0] if units else "",
        rest=rest,
        convention=convention,
        number=number,
        named=named,
    )


def is_amount(cell: str) -> bool:
    """Say whether a cell holds an amount and nothing that names a thing."""
    bare = _BRACKETS.sub("", cell).strip()
    if not bare or not (_STARTS.match(bare)):
        return False
    reading = read_number(bare)
    if reading.kind is ReadingKind.UNKNOWN:
        return not re.search(r"\bof\b", bare)
    phrase = read_phrase(bare)
    if any(issue.weight is Weight.QUESTION for issue in phrase.issues):
        return not re.search(r"[^\W\d_]{4}", bare)
    return phrase.quantity.kind is not QuantityKind.UNKNOWN and phrase.item_text in {
        "", phrase.quantity.unit_text,
    }  # fmt: skip


_ITEM_AND_AMOUNT = 2
_NUMBERING: Final = re.compile(
    r"\d{1,2}(?:\.\d{1,2}){1,3}\.?(?:\s(?:new|updated?|revised))?", re.IGNORECASE
)
_MOST_DIGITS = 7
_MOST_OF_STATUS = 6
_STARTS: Final = re.compile(
    r"[~<>≤≥]?\s?\d|(?:up to|about|approx|ca\b|max|min"
    r"|over|at least|more than|nearly|some|around|tens of"
    r"|dozens|hundreds|thousands|several|tbc|tbd|n/a|one|two|three|four|five|six|seven|eight"
    r"|nine|ten)\b",
    re.IGNORECASE,
)
_BRACKETS: Final = re.compile(r"\([^()]*\)?")
_QUALIFIER: Final = re.compile(
    r"[,;]?\s*['\"(]?(?P<words>up to|at least|about"
    r"|approx(?:\.|imately)?|ca\.?|more than|over)['\")]?$",
    re.IGNORECASE,
)
_ROLES: Final = (
    (
        "quantity",
        (
            r"quantit(?:y|ies)|qty|amount|number|no\.?|nos\.?|menge|anzahl|quantité|кількість"
            r"|miktar"
            r"|adet|pieces|total"
        ),
    ),
    ("unit", r"units?(?: of (?:measure|issue))?|uom|einheit|unité|одиниця|birim"),
    ("party", r"country|nation|donor|party|from|requesting|land|geber|pays|країна|ülke|offered by"),
    ("status", r"status|state|stand|statut|статус|durum"),
    ("reference", r"ref(?:erence)?|nr\.?|#|s/?n|item no\.?|line|id|code|pos\.?"),
    ("note", r"remarks?|notes?|comments?|bemerkung(?:en)?|remarques?|примітки|açıklama"),
    (
        "item",
        (
            r"items?(?: requested| offered| name)?|description"
            r"|article|goods|equipment|material|type"
            r"|bezeichnung|désignation|найменування|malzeme|assistance"
            r"|need(?:s|ed)?"
        ),
    ),
)
_HEADS: Final = tuple(
    (role, re.compile(rf"\W*(?:{words})\W*", re.IGNORECASE)) for role, words in _ROLES
)


_IS_NUMBER: Final = re.compile(r"(?:no|nos|number|nr|num)\.?", re.IGNORECASE)
_MEANINGS: Final = {
    "item_text": "item",
    "quantity": "quantity",
    "unit": "unit",
    "party_text": "party",
    "status": "status",
    "reference": "reference",
    "note": "note",
}


def role_of(name: str) -> str:
    """Say what a column is by its heading; empty where that is not known."""
    name = name.strip()
    role = next((role for role, pattern in _HEADS if pattern.fullmatch(name)), "")
    meaning, confidence = ("", 0.0) if role else meaning_of(name)
    return role or (_MEANINGS.get(meaning, "") if confidence >= LIKELY else "")


def _built(
    item: str,
    amount: str,
    *,
    unit: str,
    rest: list[str],
    convention: Convention | None,
    number: int | None,
    named: dict[str, str],
) -> Row:
    """Read the amount with its unit, and the item by itself: its numbers are no amounts."""
    bracket = " ".join(_BRACKETS.findall(amount)).strip()
    amount = _BRACKETS.sub(" ", amount).strip()
    qualifier = _QUALIFIER.search(item)
    if qualifier is not None:
        item, amount = item[: qualifier.start()], f"{qualifier['words']} {amount}"
    found = find_unit(unit) if unit else None
    whole = read_phrase(f"{amount} {unit if found else ''}".strip(), convention, beside=item)
    alone = read_phrase(item)
    quantity = whole.quantity
    if found and quantity.kind is QuantityKind.UNKNOWN and not quantity.unit:
        quantity = replace(quantity, unit=found.code, unit_text=unit)
    if unit and not found:
        quantity = replace(quantity, unit=unit.casefold(), unit_text=unit)
    phrase = replace(whole, item_text=_item_of(item, alone), quantity=quantity, status=alone.status)
    party, status, notes = named.get("party", ""), Status.UNSTATED, [bracket] if bracket else []
    for cell in rest:
        nation = find_nation(cell)
        if nation is not None and not party:
            party = nation.name
        elif (
            find_statuses(cell)
            and status is Status.UNSTATED
            and len(cell.split()) <= _MOST_OF_STATUS
        ):
            status = read_status(cell)
        else:
            notes.append(cell)
    if named.get("status"):
        status = read_status(named["status"])
    notes += [named["note"]] if named.get("note") else []
    nation = find_nation(party) if party else None
    return Row(
        item=item,
        phrase=phrase,
        party=nation.name if nation else party,
        status=status,
        note="; ".join(notes),
        reference=named.get("reference", ""),
        number=number,
    )


def _item_of(item: str, alone: Phrase) -> str:
    """Take words of change and status off an item, but no number that its name has."""
    return (
        alone.item_text if alone.quantity.kind is QuantityKind.UNKNOWN else " ".join(item.split())
    )
