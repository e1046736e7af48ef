"""Which mark a written document puts before decimals, found from its own numbers."""

import re
from typing import Final

from muster.core.intake.mentions import Mention, Role, find_mentions, level
from muster.core.intake.unit_words import Sort
from muster.core.quantities.numbers import Convention, detect_convention

_MOST_READ = 200_000
"""Characters of a document that are looked at; its habits show long before."""


def convention_of(text: str) -> Convention | None:
    """Find the convention of a document.

    Evidence is a number that can be read in one way only, and a count of things with three digits
    behind its one mark: nobody has 1.509 rescuers unless the point groups thousands.
    """
    plain = level(text[:_MOST_READ])
    seen: set[Convention] = set()
    for line in plain.split("  "):
        if not _MARKED.search(line):
            continue
        for mention in find_mentions(line):
            if mention.role in (Role.FREE, Role.SIZE, Role.MONEY) and mention.written:
                found = _evidence(line, mention)
                seen |= {found} if found else set()
    if Convention.MIXED in seen or len(seen) > 1:
        return Convention.MIXED
    return next(iter(seen), None)


def convention_at(text: str, convention: Convention | None) -> Convention | None:
    """Give the convention to read a phrase by.

    A document that groups by commas may still write 59.040 for fifty-nine thousand: three digits
    behind the mark of decimals stay open.
    """
    mark = "." if convention is Convention.POINT_DECIMAL else ","
    if re.search(rf"(?<![\d.,])[1-9]\d{{0,2}}\{mark}\d{{3}}(?![\d.,])", text):
        return None
    return convention


_MARKED: Final = re.compile(r"\d[.,]\d")
_GROUP: Final = re.compile(r"[1-9]\d{0,2}(?P<mark>[.,])\d{3}")
_NOUN: Final = re.compile(r"\s[^\W\d_]{3,}")


def _evidence(text: str, mention: Mention) -> Convention | None:
    proved = detect_convention([mention.written])
    if proved is not None or mention.role is not Role.FREE:
        return proved
    match = re.search(_GROUP, mention.written)
    is_measure = mention.unit is not None and mention.unit.sort is Sort.MEASURE
    if match is None or is_measure or not _NOUN.match(text, mention.number_end):
        return None
    return Convention.POINT_DECIMAL if match["mark"] == "," else Convention.COMMA_DECIMAL
