"""Signs by which a phrase goes on or ends: sizes, what each holds, amounts behind their things."""

import re
from typing import Final

from muster.core.intake.mentions import Mention, Role, find_mentions
from muster.core.intake.nations import find_nations
from muster.core.intake.statuses import find_statuses

NAMED_AMOUNT: Final = re.compile(r"[^\W\d_]{3,20}(?: [^\W\d_]{2,20}){0,2}:\s\d")
"""A further thing before a colon: "40 tents, and fuel: 600 l"."""


def counts_something(text: str) -> bool:
    """Say whether a text has an amount."""
    return any(m.role is Role.FREE for m in find_mentions(text))


_INVERTED: Final = re.compile(
    r"[^\W\d_][^,;]{2,60}?(?:\s[-x×:]\s?|:\s|\s\(?)\d{1,3}(?:\d*|(?:[ .,]\d{3})*)"
    r"(?:\s?[^\W\d_]{1,12}\.?)?\)?\s?$"
)
"""A thing with its amount behind it: "external fixators - 30 sets", "morphine (200 vials)"."""


def begins_inverted(before: str, behind: str) -> bool:
    """Say whether a comma parts two things whose amounts stand behind them."""
    following = re.split(r"[,;.](?:\s|$)|\s(?:and|und|et|y|e|i|та|і)\s", behind, maxsplit=1)[0]
    before = re.split(r":\s", before)[-1]
    if re.search(r"\bup to\b", following) or not (
        _INVERTED.fullmatch(before.strip()) and _INVERTED.fullmatch(following.strip())
    ):
        return False
    return not _SIZE_ONLY.search(before) and not _SIZE_ONLY.search(following)


_SIZE_ONLY: Final = re.compile(
    r"(?:^|[^\W\d_]\s)\d[\d.,]*\s?(?:mm|cm|m|kg|g|mg|ml|l|kw|kva|v|mw|kv|w|a|ah|hp|ft|inch|%)\)?\s?$",
    re.IGNORECASE,
)
"""What may be a size and no amount: "generators 30 kVA"."""


def describes(text: str, end: int, mention: Mention, current: str) -> bool:
    """Say whether an amount behind a comma only describes the thing before it.

    "20 cartons, 50 sachets each"; "Insulin, 10 ml vial: 2,400"; "boots, 1,500 pairs for children".
    """
    if _HELD_BY_EACH.match(text, mention.end, end):
        return True
    if any(m.role in (Role.FREE, Role.DOUBT) for m in find_mentions(current)):
        return False
    is_sized = _SIZED_PACK.match(text, mention.start, end) is not None
    return is_sized or _FOR_WHOM.match(text, mention.end, end) is not None


HOW_LONG: Final = re.compile(
    r"\s(?:the next |another )?[\w-]{1,10}\s(?:days?|weeks?|months?|hours?|years?|tage|wochen|jours"
    r"|semaines|días|dni|dní)\b",
    re.IGNORECASE,
)
_SIZED_PACK: Final = re.compile(
    r"\d[\d.,]*\s?(?:ml|l|cl|g|mg|kg|cm|m|mm)\s(?:vials?|bags?|bottles?|sachets?|cans?|box|drums?"
    r"|ampoules?|tubes?|bars?|packs?|packets?|tins?|sacks?|jars?|cylinders?|rolls?)\b\W",
    re.IGNORECASE,
)
NO_NOUN: Final = re.compile(
    r"\s?(?:from|by|for|with|of|in|to|above|over|under|von|aus|de|du|für|pour|із|з|від|для|od|z|da)\s",
    re.IGNORECASE,
)
"""What follows the amount of a part that names no thing: "40 from Austria and 23 from Belgium"."""
_HELD_BY_EACH: Final = re.compile(
    r"[^,;.()\d]{0,40}\b(?:each|apiece|chacune?|jeweils|cada un[oa])\s{0,3}(?:[,;.]|$)",
    re.IGNORECASE,
)
_FOR_WHOM: Final = re.compile(r"\s?(?:for|pour|für|para|dla|per|voor|pentru|для)\s", re.IGNORECASE)


def ends_with_a_giver(text: str) -> bool:
    """Say whether a text ends with a nation that has done nothing yet: "In one go, Denmark"."""
    found = find_nations(text)
    is_last = bool(found) and not text[found[-1].end :].strip()
    return is_last and not find_statuses(text) and not any(c.isdigit() for c in text)
