"""JSON from strangers: parsed within limits, numbers exact, what is wrong said with its line."""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Final

from muster.core.exchange import Issue, Place, Weight
from muster.formats.money import clean, issue

MOST_BYTES: Final = 64 * 1024 * 1024
"""The greatest document that is read: some 30,000 flows of the FTS, whose pages hold 1,000."""
LONGEST: Final = 10_000
"""The most characters that are kept of one value."""
_DEEPEST: Final = 400
_FARTHEST: Final = 60
_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{\]}]', re.DOTALL)


def parsed(data: bytes) -> tuple[object, list[Issue]]:
    """Parse JSON within limits; numbers stay exact, and NaN stays a word that is no number."""
    if len(data) > MOST_BYTES:
        sentence = f"The document has {len(data):,} bytes; at most {MOST_BYTES:,} are read."
        return None, [issue("json_too_large", Weight.ERROR, Place(), sentence)]
    try:
        text = data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        sentence = f"Byte {error.start:,} is not {error.encoding.upper()}; JSON is UTF-8."
        place = Place(line=data.count(b"\n", 0, error.start) + 1)
        return None, [issue("json_encoding", Weight.ERROR, place, sentence, expected="UTF-8")]
    if _too_deep(text):
        sentence = f"Values are nested more than {_DEEPEST} deep."
        return None, [issue("json_too_deep", Weight.ERROR, Place(), sentence)]
    try:
        return json.loads(text, parse_float=_number, parse_int=_number, parse_constant=str), []
    except json.JSONDecodeError as error:
        sentence = (
            f"The document is not JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        )
        place = Place(line=error.lineno, start=error.pos, end=min(error.pos + 1, len(text)))
        found = text[error.pos : error.pos + 20] or "the end of the document"
        return None, [
            issue("json_malformed", Weight.ERROR, place, sentence, expected="JSON", found=found)
        ]


def _too_deep(text: str) -> bool:
    """Look at the brackets outside of strings: the parser itself would use up the stack."""
    depth = 0
    for match in _BRACKETS.finditer(text):
        mark = match[0]
        if mark in "[{":
            depth += 1
            if depth > _DEEPEST:
                return True
        elif mark in "]}":
            depth -= 1
    return False


def _number(written: str) -> Decimal | str:
    """Keep a number exact; one beyond all measure stays the text it is, and is no number."""
    try:
        number = Decimal(written) if len(written) <= LONGEST else None
    except InvalidOperation:
        number = None
    if number is None or (number and abs(number.adjusted()) > _FARTHEST):
        return written
    return number


def words_of(value: object) -> str:
    """Write a value of JSON as text; a whole number without its exponent."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return clean(value)
        case Decimal():
            return f"{value:f}"
        case _:
            return clean(json.dumps(value, default=_plain, ensure_ascii=False)[:LONGEST])


def _plain(value: object) -> int | float | str:
    """Write an exact number inside of a value that is only carried."""
    if not isinstance(value, Decimal):
        return str(value)
    return int(value) if value == value.to_integral_value() else float(value)
