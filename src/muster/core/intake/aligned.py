"""Columns written with spaces alone: "Item Qty Unit" over "Blankets, thermal 5000 pcs".

A header row says which columns there are.  Its words stand over their columns, or, where single
spaces part them, the amount of each row is the mark by which the rest is found.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from muster.core.intake.rows import role_of

Span = tuple[int, int]
"""Where a cell stands in its line; empty where the row has none."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document, levelled."""

    number: int
    text: str


def aligned(lines: Sequence[Line]) -> dict[int, tuple[Span, ...]]:
    """Find the cells of every row that stands under a header row, by the number of the line."""
    found: dict[int, tuple[Span, ...]] = {}
    past = 0
    for position, line in enumerate(lines):
        if position < past or not _MAY_HEAD.search(line.text):
            continue
        header = _header(line.text)
        if not header:
            continue
        below = _run_below(lines, position)
        rows = _by_place(header, below) or _by_amount(line.text, header, below)
        if rows:
            found[line.number] = header
            found |= rows
            past = position + len(below) + 1
    return found


_MAY_HEAD: Final = re.compile(r"^[^\d|\x1f.:;]{6,200}$")
_LEAST = 3
_MOST = 8


def _header(text: str) -> tuple[Span, ...]:
    """Give the columns of a header row: what it is of, how much, and at least one more."""
    wide = [match.span() for match in re.finditer(r"\S+(?: \S+)*", text)]
    narrow = [match.span() for match in re.finditer(r"\S+", text)]
    for spans in (wide, narrow):
        roles = [role_of(text[start:end]) for start, end in spans]
        if spans is narrow and not all(roles):
            continue
        if _LEAST <= len(spans) <= _MOST and {"item", "quantity"} <= set(roles):
            return tuple(spans)
    return ()


def _run_below(lines: Sequence[Line], position: int) -> list[Line]:
    """List the lines under a header up to the first that is blank or has cells of its own."""
    below: list[Line] = []
    for line in lines[position + 1 :]:
        if not line.text.strip() or "|" in line.text or "\x1f" in line.text:
            break
        below.append(line)
    return below


def _by_place(header: Sequence[Span], below: Sequence[Line]) -> dict[int, tuple[Span, ...]]:
    """Cut each row where the words of the header begin; nothing where a row does not fit."""
    starts = [0, *(start for start, _ in header[1:])]
    is_wide = any(later - end > 1 for (_, end), (later, _) in pairwise(header))
    if not is_wide or not below:
        return {}
    rows: dict[int, tuple[Span, ...]] = {}
    for line in below:
        text = line.text
        if any(start < len(text) and text[start - 1] != " " for start in starts[1:]):
            return {}
        spans = zip(starts, [*starts[1:], max(len(text), starts[-1])], strict=True)
        rows[line.number] = tuple(_trimmed(text, *span) for span in spans)
    filled = sum(1 for spans in rows.values() for start, end in spans if end > start)
    return rows if filled > len(rows) * len(header) / 2 else {}


def _by_amount(
    head: str, header: Sequence[Span], below: Sequence[Line]
) -> dict[int, tuple[Span, ...]]:
    """Cut rows with single spaces around their amounts: what is before names the item.

    Read only where the item comes right before the amount and each further column but the last is
    one word, so that there is but one way to cut.
    """
    roles = [role_of(head[start:end]) for start, end in header]
    amount = roles.index("quantity", roles.index("item"))
    if roles[amount - 1] != "item" or amount > _SECOND or not below:
        return {}
    rows: dict[int, tuple[Span, ...]] = {}
    for line in below:
        spans = _row(line.text, numbered=amount == _SECOND, after=len(header) - amount - 1)
        if spans is None:
            return {}
        rows[line.number] = spans
    return rows


_SECOND = 2
_AMOUNT: Final = re.compile(r"(?<=\s)(?:[~<>≤≥]\s?)?(?:\d{1,3}(?: \d{3})+|\d[\d.,]*)(?=\s|$)")


def _row(text: str, *, numbered: bool, after: int) -> tuple[Span, ...] | None:
    number = re.match(r"\s*\d{1,4}[.)]?\s+", text) if numbered else re.match(r"\s*", text)
    if number is None:
        return None
    for match in reversed(list(_AMOUNT.finditer(text, number.end()))):
        rest = [found.span() for found in re.finditer(r"\S+", text[match.end() :])]
        if len(rest) < after or not re.search(r"[^\W\d_]{3}", text[number.end() : match.start()]):
            continue
        if after == 0 and rest:
            return None
        spans = [_trimmed(text, number.end(), match.start()), match.span()]
        spans += _words(text, match.end(), rest, after)
        return (_trimmed(text, 0, number.end()), *spans) if numbered else tuple(spans)
    return None


def _words(text: str, at: int, rest: Sequence[Span], columns: int) -> Iterator[Span]:
    """Give one word to each column, and all that is left to the last."""
    for column in range(columns):
        start, end = rest[column]
        yield (at + start, len(text.rstrip()) if column == columns - 1 else at + end)


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    bare = piece.strip()
    if not bare:
        return (min(start, len(text)),) * 2
    begin = start + piece.index(bare)
    return begin, begin + len(bare)
