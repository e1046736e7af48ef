"""What a row of a table is: a line, a total, the heading of a section, a remark, or nothing."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from muster.core.exchange import Status
from muster.core.intake.columns import is_amount
from muster.core.intake.grids import Row, shown
from muster.core.intake.headings import plain
from muster.core.intake.nations import find_nation
from muster.core.intake.statuses import read_status


class RowKind(Enum):
    """What a row is for."""

    LINE = "line"
    BLANK = "blank"
    HEADING = "heading"
    """The table's own headings, once more."""
    TOTAL = "total"
    PARTY = "party"
    """It names whose lines follow."""
    STATUS = "status"
    """It says in which state the lines are that follow."""
    SECTION = "section"
    """It groups the lines that follow by something else."""
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class RowJudged:
    """A row's kind, with what it says where it is no line."""

    kind: RowKind
    text: str = ""
    status: Status = Status.UNSTATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a row is judged against."""

    headings: frozenset[str]
    """The table's headings, written plainly."""
    item: int | None
    quantity: int | None
    wide: bool
    """Whether the table has three columns or more with something in them."""
    has_party: bool
    """Whether a column says whose the lines are."""


TOTAL_WORDS: Final = (
    r"(?:grand\s+|sub[- ]?|overall\s+|in\s+)?totals?|sub-?sum|sum|summe|gesamt(?:summe|menge)?"
    r"|insgesamt"
    r"|zwischensumme|somme|sous[- ]total|total\s+g[eé]n[eé]ral|всього|усього|разом|итого|всего"
    r"|(?:genel\s+|ara\s+)?toplam|suma|razem|totale|totaal|ukupno|celkem|spolu|összesen|المجموع"
    r"|الإجمالي"
)
_TOTAL = re.compile(
    rf"(?:{TOTAL_WORDS})(?:\s*[:.=]|\s*\([^)]*\)|\s+(?:items?|quantit\w+|qty|amount|number"
    rf"|requested|offered|needed"
    r"|pieces|units|pcs|général|generale?|of\s+(?:all|the|items)\b.*|all\b.*|kg|lines?|for\b.*"
    r"|by\b.*))*\s*$",
    re.IGNORECASE,
)

_OF_A_PART = re.compile(
    r"(?:sub[- ]?totals?|sous[- ]total|zwischensumme|ara\s+toplam|mezisou[čc]et|medzis[úu][čc]et"
    r"|podsuma|subtotale|проміжний підсумок)\b.*"
    r"|[^\W\d][^\d]{1,40}[\s:\u2013-]+(?:grand\s+|sub[- ]?)?totals?",
    re.IGNORECASE,
)
"""The total of one section: "Subtotal shelter", "WASH total"."""


def judge_row(row: Row, around: Surroundings, *, merged: bool) -> RowJudged:
    """Say what a row is.

    Args:
        row: its cells.
        around: the table that it stands in.
        merged: whether its text spans several columns.
    """
    full = [(n, text) for n, cell in enumerate(row) if (text := " ".join(shown(cell).split()))]
    if not full:
        return RowJudged(RowKind.BLANK)
    texts = [text for _, text in full]
    words = [text for text in texts if not is_amount(text)]
    if len(texts) > 1 and all(plain(text) in around.headings for text in texts):
        return RowJudged(RowKind.HEADING)
    if words and is_total(words[0]) and len(words) <= 2:  # noqa: PLR2004 - its name, and a unit
        return RowJudged(RowKind.TOTAL, words[0])
    if len(full) > 1 or not words:
        return RowJudged(RowKind.LINE)
    return _alone(full[0][0], words[0], around, merged=merged)


def is_total(text: str) -> bool:
    """Say whether a text names a total and nothing that could be sent: not "Total station"."""
    text = text.strip()
    return bool(_TOTAL.fullmatch(text) or _OF_A_PART.fullmatch(text))


def _alone(column: int, text: str, around: Surroundings, *, merged: bool) -> RowJudged:
    """Judge a row with one text in it."""
    bare = text.rstrip(": ").strip()
    if _FOOT.match(text) or len(text) > _LONGEST_SECTION:
        return RowJudged(RowKind.REMARK, text)
    if is_party(bare):
        return RowJudged(RowKind.PARTY, _party_of(bare))
    status = read_status(bare)
    heads = merged or text.endswith(":") or _is_apart(column, text, around)
    if status is not Status.UNSTATED and (heads or _is_status_alone(bare)):
        return RowJudged(RowKind.STATUS, bare, status)
    if heads:
        is_giver = not around.has_party and _ORGANISATION.search(bare) is not None
        return RowJudged(RowKind.PARTY if is_giver else RowKind.SECTION, bare)
    return RowJudged(RowKind.LINE)


_LONGEST_SECTION = 120
_FOOT = re.compile(
    r"(?:\*+|\u2020|\([0-9*]\)|note[s:]|note\b|n\.?b\.|source|remark|comment|disclaimer"
    r"|page\s[0-9]|seite\s[0-9]"
    r"|bemerkung|anmerkung|hinweis|quelle|remarque|prepared by|last update|contact|примітка|джерело"
    r"|kaynak|nota\b|fuente|prepared on|printed|generated|end of)",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:red cross|red crescent|ministry|embassy|agency|government|unhcr|unicef|wfp|who|iom"
    r"|undp|ocha"
    r"|msf|nspa|resceu|ngo|foundation|ministerium|botschaft|minist[eè]re|croix[- ]rouge|rotes kreuz"
    r"|міністерство|червон\w+ хрест|kızılay|afad|bakanlığı|ministerio|cruz roja|civil protection"
    r"|protezione civile|command|corps|fund)\b",
    re.IGNORECASE,
)
_BEFORE_PARTY = re.compile(
    r"^(?:donor|country|nation|offers?(?: from| by)?|from|by|provided by|offered by|requested by"
    r"|recipient"
    r"|assistance (?:from|by|offered by)|donation (?:from|by|of)|contribution (?:from|by|of)"
    r"|pays|land|spender"
    r"|країна|донор|ülke|pa[ií]s|donante|donateur|partner|organi[sz]ation"
    r"|beneficiary)\s*[:\-\u2013]?\s+",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?:[0-9]{1,2}(?:\.[0-9]{1,2})*[.)]|[A-Z][.)]|[IVX]{1,4}[.)])\s+")


def is_party(text: str) -> bool:
    """Say whether a text is the name of a nation and nothing else, perhaps after "Donor:"."""
    return find_nation(_party_of(text)) is not None


def _party_of(text: str) -> str:
    return _BEFORE_PARTY.sub("", _NUMBERED.sub("", text)).strip(" :-\u2013")


def _is_status_alone(text: str) -> bool:
    return len(text.split()) <= len(("to", "be", "delivered"))


def _is_apart(column: int, text: str, around: Surroundings) -> bool:
    """Say whether a lone text stands where no item would: numbered, in capitals, or beside them."""
    if around.item is None or column != around.item:
        return True
    if around.quantity is None:
        return False
    return around.wide and (text.isupper() or _NUMBERED.match(text) is not None)
