"""What the heading of a column means, in many languages.

Headings are compared plainly: lower case, no accents, no marks.  A whole heading that is in the
table is sure; one that only holds a known word is less so.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from muster.core.intake import heading_words

MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "item_text": "what is needed or given",
        "quantity": "how much of it",
        "unit": "the unit of the quantity",
        "party_text": "who asks or gives",
        "status": "how far it has come",
        "change": "whether it adds to an earlier line or replaces it",
        "item_code": "the item's code",
        "reference": "the list's own number for the line",
        "place_text": "where to, or where from",
        "use_text": "what it is for",
        "needed_from": "from when",
        "needed_by": "by when",
        "stated_on": "when it was said",
        "value": "its value in money",
        "currency": "the currency of the value",
        "note": "remarks",
        "": "kept, and not read",
    }
)
"""Every meaning a column can have, with its name for people."""

SURE: Final = 0.97
LIKELY: Final = 0.8
WEAK: Final = 0.6


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Write a text in lower case without accents, with single spaces for everything between."""
    decomposed = unicodedata.normalize("NFKD", text.replace("\u0130", "I"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    letters = letters.casefold().translate(_ALIKE)
    return " ".join(re.findall(r"[^\W_]+", letters))


@lru_cache(maxsize=8192)
def meaning_of(heading: str) -> tuple[str, float]:
    """Say what a heading means and how surely; ("", 0.0) where it says nothing known."""
    if not heading or len(heading) > _LONGEST:
        return "", 0.0
    if heading.strip() in _NUMBER_SIGNS:
        return "reference", WEAK
    # What stands in brackets is a unit or a remark: "Quantity (kg)", "Date (dd/mm/yyyy)".
    bare = worded(_BRACKETS.sub(" ", heading)) or worded(heading)
    if bare in _WHOLE:
        return _WHOLE[bare], SURE
    if bare in _WEAK:
        return _WEAK[bare], WEAK
    return _of_program(bare) or _of_words_in(f" {bare} ")


def _of_program(bare: str) -> tuple[str, float] | None:
    """Judge a heading that is a name in a program: createddate, matchstatus, donor key."""
    if bare in _RUN_TOGETHER:
        return _RUN_TOGETHER[bare], LIKELY
    if _KEY.search(bare):
        return _of_key(_KEY.sub("", bare))
    ending = next((each for each in _ENDINGS if bare.endswith(each)), "")
    if ending and " " not in bare and len(bare) > len(ending) + 1:
        return _ENDINGS[ending], WEAK
    return None


def _of_words_in(padded: str) -> tuple[str, float]:
    """Judge a heading by the known words in it."""
    for meaning, words in _HELD:
        if any(f" {word} " in padded for word in words):
            return ("", LIKELY) if _is_other_day(meaning, padded) else (meaning, LIKELY)
    for meaning, stems in _STEMS:
        if any(f" {stem}" in padded for stem in stems):
            return meaning, LIKELY
    return "", 0.0


@lru_cache(maxsize=8192)
def worded(heading: str) -> str:
    """Write a heading plainly, with the words apart that a program runs together: donorKey."""
    if " " not in heading.strip():
        heading = _HUMP.sub(r"\1 \2", heading)
    return plain(heading)


@lru_cache(maxsize=1024)
def bracketed(heading: str) -> tuple[str, ...]:
    """List what stands in brackets, after a comma or after "in": the unit of "Quantity (kg)"."""
    found = [text for pair in _IN_BRACKETS.findall(heading) for text in pair if text]
    found += re.findall(r",\s*([^,()]+)$", heading.strip())
    found += re.findall(r"\b(?:in|en|em)\s+([^\s()]+)\s*\)?$", heading.strip())
    return tuple(text.strip() for text in found if text.strip())


def _of_key(stem: str) -> tuple[str, float]:
    """Say what a column of keys means: they name a party as well as words do, and nothing else."""
    if _PARTY.search(stem) or meaning_of(stem)[0] == "party_text":
        return "party_text", WEAK
    return "", LIKELY


def _is_other_day(meaning: str, padded: str) -> bool:
    """Say whether a heading with "date" in it names some other day than that of the statement."""
    return meaning == "stated_on" and not _STATES.search(padded)


_LONGEST = 120
_HUMP = re.compile(r"([^\W\d_A-Z])([A-Z])")
_KEY = re.compile(r"(?: |(?<=donor)|(?<=facility))(?:keys?|uuid|guid|hash)$")
_ENDINGS: Final = {"status": "status", "quantity": "quantity", "qty": "quantity"}
_PARTY = re.compile(r"^(?:donor|giver|requester|recipient|facility|organi[sz]ation|agency)s?$")
_ALIKE = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\*+")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_NUMBER_SIGNS = frozenset({"#", "№", "Nº", "N°"})

_WHOLE: Final[dict[str, str]] = {}
for _meaning, _words in heading_words.HEADINGS.items():
    for _word in _words.split("|"):
        _WHOLE.setdefault(plain(_word), _meaning)
_WEAK: Final = {
    plain(word): meaning
    for meaning, words in heading_words.WEAK_HEADINGS.items()
    for word in words.split("|")
}
_HELD: Final = tuple(
    (meaning, tuple(plain(word) for word in words.split("|")))
    for meaning, words in heading_words.HELD_WORDS
)
_RUN_TOGETHER: Final = {
    word.replace(" ", ""): meaning
    for word, meaning in (*_WEAK.items(), *_WHOLE.items())
    if " " in word and word.isascii() and len(word) > len("due date")
}
"""Headings of programs: createddate, itemname, stateprovince."""
_STATES: Final = re.compile(
    r" (?:request\w*|order(?:ed)?|created?|creation|report\w*|donat\w*|offer\w*|entry|entered"
    r"|submi\w*|record\w*|pledge\w*|commit\w*|announce\w*|registered|registration|added|posted"
    r"|purchased?|issued?|issue|transaction|document|timestamp|stated|list|record|form|survey"
    r"|anforder\w*|angebot\w*|erstell\w*|melde\w*|demande|offre|rapport|saisie|solicitud|reporte"
    r"|registro|talep|kayit|teklif|bagis|створення|запиту|заявки|заявк\w*|звіту|звернення|запроса"
    r"|richiesta|zgloszenia|cererii|الطلب) |^ (?:date|datum|fecha|tarih|дата|data)(?: \w{1,3})* $"
)
"""What a heading with "date" in it also holds where it is the day of the statement."""
_STEMS: Final = (
    ("quantity", (plain("кількіст"), plain("количеств"))),
    ("item_text", (plain("найменуван"), plain("наименован"))),
)
