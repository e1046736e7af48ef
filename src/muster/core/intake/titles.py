"""The title of a list: what the list is, and whose."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from muster.core.exchange import Status
from muster.core.intake.blocks import Block, Shape
from muster.core.intake.nations import find_nation, find_nations
from muster.core.intake.statuses import read_status
from muster.core.intake.text_patterns import DAY

_FROM = re.compile(
    r"\b(?:offer(?:s|ed)?|assistance|donation|contribution|provided|request(?:s|ed)?|needs?|list"
    r"|aid)"
    r"\s+(?:offered\s+|provided\s+|requested\s+)?(?:by|from|of)\s+(?P<who>[^,;:()\-\u2013]{3,40})",
    re.IGNORECASE,
)


def party_in(title: str, status: Status) -> str:
    """Find whose list it is in its title: "Assistance offered by Germany", "Needs of Moldova"."""
    named = find_nations(title)
    if len(named) == 1 and Status.REQUESTED in {status, read_status(title)}:
        return title[named[0].start : named[0].end]
    match = _FROM.search(title)
    who = match["who"].strip() if match else ""
    words = who.split()
    for length in range(min(len(words), 5), 0, -1):
        name = " ".join(words[:length])
        if find_nation(name) is not None:
            return name
    return ""


@dataclass(frozen=True, slots=True)
class Title:
    """The first line of a text, where it speaks for the list below it."""

    words: str
    party: str
    status: Status


def title_of(blocks: Sequence[Block], status: Status) -> Title | None:
    """Find the title of a bare list: "Assistance offered by Germany" over its bullets or rows.

    Args:
        blocks: of the text, in order.
        status: what a person has said the lines are, UNSTATED where nobody has.
    """
    if len(blocks) <= 1:
        return None
    first, second = blocks[:2]
    words = " ".join(first.text.split()).rstrip(" :")
    is_short = len(words.split()) <= _MOST_WORDS and not words.endswith((".", "!", "?", ";"))
    if first.shape is not Shape.TEXT or first.marker or not is_short:
        return None
    if _DIGIT.search(DAY.sub(" ", words)):
        return None
    is_named = _CALLED.search(words) is not None
    if not (second.is_listed or second.shape is Shape.ROW or is_named):
        return None
    own = read_status(words)
    party = party_in(words, status if own is Status.UNSTATED else own)
    named = find_nations(words)
    if not party and len(named) == 1 and named[0].end == len(words) and _LIST_WORD.search(words):
        party = named[0].nation.name
    return Title(words, party, own) if party or is_named else None


_CALLED: Final = re.compile(
    r"\b(?:list of|bedarfsliste|hilfsgüterliste|besoins (?:prioritaires|urgents|en)"
    r"|liste des (?:besoins|dons)|ihtiyaç listesi|lista de (?:necesidades|donaciones)"
    r"|lista potrzeb|перелік потреб|список потреб)\b|قائمة",
    re.IGNORECASE,
)
"""What a list is called, and nothing in it is."""


_MOST_WORDS: Final = 14
_DIGIT: Final = re.compile(r"\d")
_LIST_WORD: Final = re.compile(
    r"\b(?:list|liste|assistance|aid|needs?|request|offers?|hilfe|hilfsg\u00fcter|bedarf|angebot|aide"
    r"|besoins|offre|\u043f\u043e\u0442\u0440\u0435\u0431\u0438|\u0434\u043e\u043f\u043e\u043c\u043e\u0433\u0430|\u0441\u043f\u0438\u0441\u043e\u043a"
    r"|\u0627\u062d\u062a\u064a\u0627\u062c\u0627\u062a|\u0645\u0633\u0627\u0639\u062f\u0629|\u0637\u0644\u0628)\b",
    re.IGNORECASE,
)
