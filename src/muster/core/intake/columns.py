"""What each column of a table means: from what a person said, its heading, and its cells."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from muster.core.exchange import Column, Hints, Status
from muster.core.intake.grids import Cell, Row, letter, shown
from muster.core.intake.headings import LIKELY, MEANINGS, SURE, WEAK, meaning_of, plain, worded
from muster.core.intake.unit_cells import unit_of

CERTAIN: Final = 1.0
"""A person has said so, or a tag in the file does."""

SAMPLE: Final = 200
"""Rows looked at to judge what a column holds."""


def recognise(
    headings: Sequence[str],
    rows: Sequence[Row],
    *,
    sheet: str,
    hints: Hints,
    tags: Mapping[int, str] | None = None,
) -> tuple[Column, ...]:
    """Say what each column means, each meaning at most once but for "".

    Args:
        headings: one for each column, "" for one without.
        rows: what stands below, from the first row on; a sample is enough.
        sheet: the sheet's name.
        hints: what a person said goes before all else.
        tags: the meaning of a column by the tag in the file (HXL), which goes before headings.
    """
    sample = rows[:SAMPLE]
    cells = [[row[n] if n < len(row) else "" for row in sample] for n in range(len(headings))]
    found = [_by_heading(heading, column) for heading, column in zip(headings, cells, strict=True)]
    for number, meaning in (tags or {}).items():
        if number < len(found):
            found[number] = ("", 0.0) if _no_items(meaning, cells[number]) else (meaning, CERTAIN)
    said = _said(headings, sheet, hints)
    for number, meaning in said.items():
        found[number] = (meaning, CERTAIN)
    found = _settled(found, headings, cells, hints.status)
    _filled(found, headings, cells, frozenset(said) | frozenset(tags or {}))
    return tuple(
        Column(
            sheet=sheet, letter=letter(number), heading=heading, means=means, confidence=confidence
        )
        for number, (heading, (means, confidence)) in enumerate(zip(headings, found, strict=True))
    )


def is_amount(cell: Cell) -> bool:
    """Say whether a cell can be an amount, by a look at its start."""
    if isinstance(cell, (bool, date)):
        return False
    if isinstance(cell, (int, float)):
        return True
    return isinstance(cell, str) and _AMOUNT.match(cell.strip()) is not None and not _is_day(cell)


_AMOUNT = re.compile(
    r"(?:up to|about|approx\.?|approximately|at least|more than|ca\.?|min\.?|max\.?|jusqu'à|bis zu"
    r"|mindestens|до|понад|[<>~\u2264\u2265\u2248+])?\s*[-\u2212]?[0-9\u0660-\u0669\u06f0-\u06f9]"
    r"[0-9\u0660-\u0669\u06f0-\u06f9.,'\u2019\u00a0\u202f \-\u2013]*"
    r"(?:\s*[^\W\d_]{1,12}\.?)?(?:\s+(?:per|a|/)\s*[^\W\d_]+)?$",
    re.IGNORECASE,
)


def _said(headings: Sequence[str], sheet: str, hints: Hints) -> dict[int, str]:
    """Apply what a person said: by heading, which stays when columns move, else by letter."""
    said: dict[int, str] = {}
    by_heading: dict[str, list[int]] = {}
    for number, heading in enumerate(headings):
        by_heading.setdefault(plain(heading), []).append(number)
    letters = {letter(number): number for number in range(len(headings))}
    for column in hints.columns:
        if column.sheet not in {"", sheet} or column.means not in MEANINGS:
            continue
        places = by_heading.get(plain(column.heading), []) if column.heading else []
        lettered = letters.get(column.letter.upper())
        if lettered is not None and (lettered in places or not column.heading):
            said[lettered] = column.means
        elif places:
            said[places[0]] = column.means
    return said


def _by_heading(heading: str, cells: Sequence[Cell]) -> tuple[str, float]:
    """Judge a heading, and doubt it where the cells below contradict it."""
    meaning, confidence = meaning_of(heading)
    full = [cell for cell in cells if cell != ""]
    if not full:
        return meaning, confidence
    fits = _FITS.get(meaning)
    if fits is not None and sum(map(fits, full)) < len(full) * _ENOUGH:
        return _instead(meaning, full, confidence)
    if meaning == "item_text" and _share(full, _is_key) > 1 - _ENOUGH:
        return "", 0.0
    is_coded = meaning == "item_text" and _share(full, _is_code) > 1 - _ENOUGH
    if is_coded and not (confidence < SURE and _no_items(meaning, cells)):
        return ("reference", WEAK) if _counts_up(full) else ("item_code", WEAK)
    return ("", 0.0) if _no_items(meaning, cells) else (meaning, confidence)


_ENOUGH = 0.25


def _no_items(meaning: str, cells: Sequence[Cell]) -> bool:
    """Say whether a column of items holds amounts: "0 Days", 2,580,000; nothing is called so."""
    full = [cell for cell in cells if cell != ""]
    return meaning == "item_text" and _share(full, _is_no_name) > 1 - _ENOUGH


def _is_no_name(cell: Cell) -> bool:
    return is_amount(cell) or re.search(r"[^\W\d_]", shown(cell)) is None


def _instead(meaning: str, full: Sequence[Cell], confidence: float) -> tuple[str, float]:
    """Say what a column is whose cells do not fit its heading."""
    if meaning == "quantity" and confidence < SURE and _share(full, _is_words) > _ENOUGH:
        return "", 0.0
    if meaning in {"needed_by", "needed_from", "stated_on", "value", "unit"}:
        # Deadlines are written in words too, and units that are not known are still units.
        return meaning, min(confidence, WEAK)
    return meaning, min(confidence, LIKELY)


def _share(cells: Sequence[Cell], fits: Callable[[Cell], bool]) -> float:
    return sum(map(fits, cells)) / len(cells) if cells else 0.0


def _is_words(cell: Cell) -> bool:
    if not isinstance(cell, str) or _is_key(cell) or cell.strip().casefold() in _TRUTHS:
        return False
    return len(re.findall(r"[^\W\d_]", cell)) >= len("box")


_TRUTHS: Final = frozenset({"true", "false", "yes", "no", "ja", "nein", "oui", "non", "null"})


def _is_key(cell: Cell) -> bool:
    """Say whether a cell is a name for programs or an address: a UUID, a hash, a link."""
    return isinstance(cell, str) and _KEY.fullmatch(cell.strip()) is not None


_KEY = re.compile(
    r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?|(?=[a-z]*\d)[0-9a-f]{16,}|https?://\S+"
    r"|[^\s@]+@[^\s@]+|[0-9a-zA-Z]{15,}==?",
    re.IGNORECASE,
)


def _is_code(cell: Cell) -> bool:
    """Say whether a cell is a number or a code: digits, no space, nothing in lower case."""
    if not isinstance(cell, str):
        return not isinstance(cell, date)
    text = cell.strip()
    return (
        bool(text) and " " not in text and text == text.upper() and any(c.isdigit() for c in text)
    )


def _is_day(cell: Cell) -> bool:
    if isinstance(cell, date):
        return True
    return isinstance(cell, str) and re.match(r"\d{1,4}[-/. ][\w]{1,10}[-/. ,]", cell) is not None


def _is_unit(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(unit_of(cell))


_CODE_DIGITS = 10


def _counts_up(cells: Sequence[Cell]) -> bool:
    """Say whether a column only numbers its rows: 1, 2, 3."""
    numbers = [shown(cell).strip().rstrip(".") for cell in cells]
    counted = [
        int(each)
        for each in numbers
        if each.isascii() and each.isdigit() and len(each) < _CODE_DIGITS
    ]
    if len(counted) < max(2, len(numbers) * 0.8):
        return False
    steps = Counter(b - a for a, b in itertools.pairwise(counted))
    return steps[1] >= (len(counted) - 1) * 0.8


_FITS: Final[dict[str, Callable[[Cell], bool]]] = {
    "quantity": is_amount,
    "unit": _is_unit,
    "value": is_amount,
    "needed_by": _is_day,
    "needed_from": _is_day,
    "stated_on": _is_day,
}

# Which column of amounts is meant, by what the lines are; the others are kept beside it.
_REQUESTED = re.compile(
    r"\b(?:request\w*|need\w*|requir\w*|demand\w*|benotigt|angefordert\w*|bedarf\w*|потр\w*"
    r"|необх\w*"
    r"|talep|ihtiyac|solicitad\w*|requerid\w*|ordered|target)\b"
)
_GIVEN = re.compile(
    r"\b(?:offer\w*|pledg\w*|donat\w*|provid\w*|available|committed|angebot\w*|offert\w*|teklif"
    r"|запроп\w*)\b"
)
_DONE = re.compile(
    r"\b(?:deliver\w*|receiv\w*|dispatch\w*|sent|shipped|distribut\w*|remaining|gap|balance|stock"
    r"|outstanding|livre\w*|geliefert\w*|teslim|entregad\w*|доставлен\w*|отриман\w*|accepted"
    r"|approved"
    r"|reject\w*|damaged|returned|lost|expired|shortfall|restant\w*)\b"
)
_GIVING = frozenset({Status.OFFERED, Status.PLEDGED, Status.COMMITTED, Status.SENT})
_GIVER = re.compile(
    r"\b(?:donor|donat\w*|bailleur|geber\w*|spender\w*|giver|offer\w*|provid\w*|донор|bagisci"
    r"|donante|contribut\w*|supplier|assisting|supporting|funder)\b"
)
_TAKER = re.compile(
    r"\b(?:recipient|request\w*|benefi\w*|empfang\w*|anforder\w*|отримувач|заявник|talep|alici"
    r"|solicitante|consignee)\b"
)


def _settled(
    found: list[tuple[str, float]],
    headings: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    status: Status,
) -> list[tuple[str, float]]:
    """Leave each meaning to one column: the surest, then the fullest, then the first."""

    def rank(number: int) -> tuple[bool, float, float, float, int]:
        meaning, confidence = found[number]
        full = [cell for cell in cells[number] if cell != ""]
        filled = 1.0 if full or not cells[number] else 0.0
        preference = _preference(meaning, worded(headings[number]), status)
        return (confidence >= CERTAIN, filled, preference, confidence, -number)

    best: dict[str, int] = {}
    for number, (meaning, _) in enumerate(found):
        if meaning and (meaning not in best or rank(number) > rank(best[meaning])):
            best[meaning] = number
    chosen = best.get("quantity")
    if chosen is not None and found[chosen][1] < SURE:
        others = [
            n for n, (meaning, _) in enumerate(found) if meaning == "quantity" and n != chosen
        ]
        alike = [n for n in others if rank(n)[:-1] == rank(chosen)[:-1]]
        if any(cells[n] != cells[chosen] for n in alike):
            # "Min quantity" and "Max quantity": which one is meant is for a person to say.
            found[chosen] = ("quantity", WEAK / 2)
    return [pair if best.get(pair[0]) == number else ("", 0.0) for number, pair in enumerate(found)]


def _preference(meaning: str, heading: str, status: Status) -> float:
    """Prefer, of two columns of amounts or of parties, the one that the lines are about."""
    if meaning == "party_text":
        giver, taker = _GIVER.search(heading), _TAKER.search(heading)
        wanted = taker if status is Status.REQUESTED else giver
        return 2.0 if wanted else 0.0 if giver or taker else 1.0
    if meaning != "quantity":
        return 0.0
    if _DONE.search(heading):
        return 2.0 if status is Status.DELIVERED else -1.0
    sign = _GIVEN if status in _GIVING else _REQUESTED
    return 1.0 if sign.search(heading) else 0.0


def _filled(
    found: list[tuple[str, float]],
    headings: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    fixed: frozenset[int],
) -> None:
    """Find what no heading named, from the cells: an amount, an item, a unit."""
    free = [n for n, (meaning, _) in enumerate(found) if not meaning and n not in fixed]
    free = [n for n in free if not headings[n].strip() or meaning_of(headings[n])[1] < LIKELY]
    taken = {meaning for meaning, _ in found}
    if "item_text" not in taken:
        _take(
            found,
            "item_text",
            [n for n in free if _wordiness(cells[n])],
            lambda n: _wordiness(cells[n]),
        )
        _take_kind(found, headings, cells, fixed)
    if "quantity" not in taken:
        counted = [n for n, (meaning, _) in enumerate(found) if meaning == "reference"]
        # Where headings are understood, an unknown one over numbers is a length or a year as well.
        understood = any(meaning == "item_text" and c >= WEAK for meaning, c in found)
        amounts = [n for n in free if _is_amounts(cells[n])]
        amounts = [n for n in amounts if not (understood and headings[n].strip())]
        # "No." may number the rows or count the goods; only the cells can tell.
        amounts = amounts or [
            n
            for n in counted
            if n not in fixed and _is_amounts(cells[n]) and worded(headings[n]) in _COUNTS
        ]
        _take(found, "quantity", amounts, lambda n: float(-n))
        _sure_alone(found, headings, amounts)
    if "unit" not in taken:
        units = [n for n in free if not found[n][0] and _is_units(cells[n])]
        _take(found, "unit", units, lambda n: float(-n))


def _take_kind(
    found: list[tuple[str, float]],
    headings: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    fixed: frozenset[int],
) -> None:
    """Take what only names the kind of a thing where nothing else names it: "Type: Clothing"."""
    if any(meaning == "item_text" for meaning, _ in found):
        return
    kinds = [
        number
        for number, heading in enumerate(headings)
        if not found[number][0]
        and number not in fixed
        and worded(heading) in _KINDS
        and _wordiness(cells[number])
    ]
    _take(found, "item_text", kinds, lambda n: float(-n))


_KINDS: Final = frozenset(
    {"type", "item type", "type of item", "item category", "category", "kind"}
)
_COUNTS: Final = frozenset({"no", "nr", "num", "number", "nombre", "nb", "anz", "n"})


def _sure_alone(
    found: list[tuple[str, float]], headings: Sequence[str], amounts: Sequence[int]
) -> None:
    """Be sure of a guess where nothing has a heading and one column alone holds amounts."""
    few = len(headings) <= len(("number", "item", "quantity", "unit", "party", "note"))
    if few and len(amounts) == 1 and not any(heading.strip() for heading in headings):
        found[amounts[0]] = ("quantity", WEAK)


def _take(
    found: list[tuple[str, float]],
    meaning: str,
    candidates: Sequence[int],
    worth: Callable[[int], float],
) -> None:
    if candidates:
        found[max(candidates, key=worth)] = (meaning, WEAK / 2)


def _wordiness(cells: Sequence[Cell]) -> float:
    """Weigh how much a column looks like names of things: words, and different ones."""
    words = [cell for cell in cells if _is_words(cell) and not _is_unit(cell) and not _is_day(cell)]
    full = [cell for cell in cells if cell != ""]
    if not words or len(words) < len(full) / 2:
        return 0.0
    length = min(60.0, sum(len(shown(cell)) for cell in words) / len(words))
    return length * len(set(words)) / len(words) * len(full) / len(cells)


def _is_amounts(cells: Sequence[Cell]) -> bool:
    full = [cell for cell in cells if cell != ""]
    return _share(full, is_amount) > 1 - _ENOUGH and not _counts_up(full)


def _is_units(cells: Sequence[Cell]) -> bool:
    full = [cell for cell in cells if cell != ""]
    return _share(full, _is_unit) > 1 - _ENOUGH
