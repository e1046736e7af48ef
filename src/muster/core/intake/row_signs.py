"""Signs by which rows are picked out of a long column for a closer look."""

import re
from collections.abc import Sequence
from typing import Final

from muster.core.intake.row_kinds import TOTAL_WORDS

LATER_DAYS: Final = re.compile(
    r"\b(?:updated|update|modified|closed|received|receipt|dispatch|dispatched|shipped|shipping"
    r"|arrival"
    r"|arrived|approved|approval|delivered|delivery|completed|completion|expected|accepted"
    r"|livraison|livree?|expedition|expediee?|reception|recue?|lieferung|geliefert|versand|erhalten"
    r"|entrega|entregado|envio|recepcion|recibido|consegna|spedizione|dostawy|livrarii|teslim\w*"
    r"|sevk\w*|доставк\w*|доставлен\w*|отриман\w*|отправк\w*|получен\w*|التسليم)\b"
)
"""Headings of days that cannot come before the line itself was made."""

_DITTO: Final = re.compile(
    r'(?:["\u201d\u201c\u3003\u00bb]+|-\s*["\u201d]\s*-|ditto|dito|idem|do\.|dto\.?|id\.|same'
    r"|same as above|как выше|те саме)",
    re.IGNORECASE,
)
_TOTAL: Final = re.compile(rf"(?:{TOTAL_WORDS}|mezisou|medzis|podsuma|проміжн)", re.IGNORECASE)
_TOTAL_STARTS: Final = frozenset(
    {
        "tot",
        "gra",
        "sub",
        "ove",
        "in ",
        "sum",
        "ges",
        "ins",
        "zwi",
        "som",
        "sou",
        "всь",
        "усь",
        "раз",
        "mez",
        "med",
        "pod",
        "про",
    }
    | {"ито", "все", "gen", "ara", "top", "raz", "uku", "cel", "spo", "öss", "الم", "الإ"}
)
"""The first letters of every word for a total."""
_CHANGES: Final = re.compile(
    r"\b(?:additional(?:ly)?|updated?|revised|supplementary|zusätzlich|aktualisiert"
    r"|supplémentaires?"
    r"|додатково|оновлено|ek olarak|ilave|adicional(?:es)?)\b",
    re.IGNORECASE,
)
_CHANGE_STEMS: Final = (
    *("additional", "update", "revised", "supplement", "supplément", "zusätzlich", "aktualisiert"),
    *("додатково", "оновлено", "ek olarak", "ilave", "adicional"),
)
_SPARSE: Final = 0.7


def says_change(item: str) -> bool:
    """Say whether the words of an item may say that it adds to an earlier line or replaces it."""
    return _CHANGES.search(item) is not None


def odd_items(items: Sequence[str]) -> set[int]:
    """List the rows whose item may be a total, a failed formula, or say a change."""
    different = set(items)
    odd = {
        item
        for item in different
        if (item[:3].casefold() in _TOTAL_STARTS and _TOTAL.match(item))
        or item[:1] == "#"
        or item[-6:].casefold().rstrip("s").endswith("total")
    }
    # Looking for each word in all items at once is much faster than a pattern on each.
    joined = "\n".join(different).casefold()
    if any(word in joined for word in _CHANGE_STEMS):
        odd.update(filter(_CHANGES.search, different))
    return {number for number, item in enumerate(items) if item in odd} if odd else set()


def carried_parties(parties: Sequence[str], items: Sequence[str]) -> tuple[list[str], set[int]]:
    """Write a party in the rows below it that leave it blank or say "ditto".

    Lists often name a nation once, above or beside its first line.  A blank is taken for such a one
    where the column is mostly blank and its first line is not; elsewhere a blank stays blank.

    Returns:
        The parties, and the rows whose party was blank.
    """
    numbers = [number for number, item in enumerate(items) if item]
    filled = sum(1 for number in numbers if parties[number])
    first = next((number for number in numbers if not _is_ditto(parties[number])), None)
    carries = first is not None and bool(parties[numbers[0]]) and filled < len(numbers) * _SPARSE
    has_ditto = any(_is_ditto(party) for party in set(parties))
    if not carries and not has_ditto:
        return list(parties), set()
    written, carried = list(parties), set()
    last = ""
    for number, party in enumerate(parties):
        if _is_ditto(party):
            written[number] = last
        elif party:
            last = party
        elif carries and items[number] and last:
            written[number] = last
            carried.add(number)
    return written, carried


def _is_ditto(party: str) -> bool:
    return bool(party) and _DITTO.fullmatch(party) is not None
