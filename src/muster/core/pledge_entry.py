"""An announcement typed as it is heard: "5,000 family tents", "EUR 300m a year 2025-2027".

One line is one thing or one sum.  What may mean two things is asked, never guessed.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from muster.core.exchange import Stated, Weight
from muster.core.intake.phrases import read_phrase
from muster.core.money import currency_in
from muster.core.pledges import (
    Form,
    PartiesUnclear,
    PartyRole,
    PledgeOfNothing,
    Share,
    YearsUnreadable,
)
from muster.core.quantities.amounts import QuantityKind
from muster.core.refusals import AmountAmbiguous, AmountNotPositive

_YEARS: Final = re.compile(
    r",?\s*\(?\b(?:for|in|over|from)?\s*(?P<years>20\d\d(?:\s*(?:-|\u2013|to)\s*(?:20)?\d\d)?)\)?\s*$",
    re.IGNORECASE,
)
_EACH: Final = re.compile(
    r",?\s*\b(?:a|per|each|every)\s+year\b|\b(?:annually|yearly)\b", re.IGNORECASE
)
_WORTH: Final = re.compile(r"\bworth\b", re.IGNORECASE)
_SUM: Final = re.compile(
    r"(?:[A-Za-z]{2,3}\s*\$|[$\u20ac\u00a3]|\b[A-Z]{3}\b)?\s*\d[\d.,\u00a0\u202f]*(?:\s\d{3}\b)*"
    r"(?:\s*(?:bn|billions?|mrd\.?|milliards?|mn|mln|mio\.?|millions?|thousand|tsd\.?|[mk])"
    r"(?![a-z]))?"
    r"(?:\s*(?:euros?|pounds|[$\u20ac\u00a3]|(?-i:[A-Z]{3})\b))?",
    re.IGNORECASE,
)
# Behind a currency it takes away; elsewhere it may be the mark of a list, or of cold.
_LESS: Final = re.compile(
    r"(?P<of>\b[A-Z]{3}\s|[$\u20ac\u00a3])\s*(?P<amount>[-\u2212]\s?\d[\d.,\u00a0\u202f]*)"
)
_JOINTS: Final = re.compile(r"\s*(?:[;,&+/]|\band\b|\bwith\b)\s*", re.IGNORECASE)
_SHARE: Final = re.compile(r"(?P<who>.*?)\s+(?P<percent>\d{1,3}(?:\.\d{1,4})?)\s*%?")
_DESIGNATION: Final = re.compile(r"(?<![\w-])[A-Z]{1,4}-\d{1,4}[A-Za-z]{0,3}(?![\w-])")
_SHIELD: Final = "zqdesignation"
_SHIELDED: Final = re.compile(rf"{_SHIELD}[a-z]")
_EDGES: Final = " ,.;:()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One line as it was understood, before any item is known.

    Args:
        amount: the quantity or the sum, in digits or as typed.
        unit: the unit that was said, if one was.
        what: the words that name the thing, or what the money is for.
    """

    form: Form
    amount: str
    unit: str = ""
    what: str = ""
    years: str = ""
    each_year: bool = False


def hear_line(text: str) -> Heard:
    """Understand one line.

    Raises:
        PledgeOfNothing: it says nothing.
        AmountNotPositive: its amount is zero, or has a minus sign.
        AmountAmbiguous: its number can be read in two ways.
        CurrencyUnclear: it names money, and not which.
        YearsUnreadable: it is of each year, and no years are stated.
    """
    rest = " ".join(text.split())
    if not rest.strip(_EDGES):
        raise PledgeOfNothing
    less = _LESS.search(rest)
    if less and currency_in(less["of"]):
        raise AmountNotPositive(amount=less["amount"])
    # "EUR 300m 2025-2027 a year" is said in both orders.
    each = _EACH.search(rest)
    rest = _EACH.sub("", rest) if each else rest
    found = _YEARS.search(rest)
    rest = rest[: found.start()] if found else rest
    years = found["years"] if found else ""
    if each and not years:
        raise YearsUnreadable(text="each year, of no stated years")
    heard = _money(rest) or _goods(rest)
    return Heard(
        form=heard.form,
        amount=heard.amount,
        unit=heard.unit,
        what=heard.what,
        years=years,
        each_year=each is not None,
    )


def hear_lines(text: str) -> tuple[Heard, ...]:
    """Understand a text of one line each.

    Raises:
        PledgeOfNothing: there is no line.
        others: as hear_line, of the first line that cannot be understood.
    """
    lines = [line for line in text.splitlines() if line.strip(_EDGES)]
    if not lines:
        raise PledgeOfNothing
    return tuple(hear_line(line) for line in lines)


@dataclass(frozen=True, slots=True)
class Named:
    """A party as it was typed, with its share in percent if one was."""

    words: str
    percent: Decimal | None


def names_in(text: str) -> tuple[Named, ...]:
    """Take a list of parties apart: "DEU, NLD", "Germany 60 and Netherlands 40"."""
    named = []
    for part in _JOINTS.split(text):
        words = part.strip(_EDGES)
        if not words:
            continue
        found = _SHARE.fullmatch(words)
        percent = Decimal(found["percent"]) if found else None
        named.append(Named(found["who"] if found else words, percent))
    return tuple(named)


def shares_of(
    donors: tuple[tuple[str, Decimal | None], ...], others: dict[PartyRole, tuple[str, ...]]
) -> tuple[Share, ...]:
    """Put the parties of a pledge together, role by role.

    Raises:
        PartiesUnclear: there is no donor.
    """
    if not donors:
        raise PartiesUnclear(why="it names at least one donor")
    given = [Share(code, PartyRole.DONOR, percent) for code, percent in donors]
    given += [Share(code, role) for role, codes in others.items() for code in codes]
    return tuple(given)


def _money(text: str) -> Heard | None:
    """Read money or worth, where a currency is named beside a number."""
    found = _SUM.search(text)
    if found is None or currency_in(text) is None:
        return None
    spans = [each for each in _SUM.finditer(text) if _names_money(each[0])]
    if not spans:
        return None
    amount = spans[0]
    before, after = text[: amount.start()], text[amount.end() :]
    worth = _WORTH.search(before) or _WORTH.match(after.strip())
    what = " ".join(_WORTH.sub(" ", f"{before} {after}").split())
    what = re.sub(r"^(?:of|for|to|in)\b\s*|\b(?:of|for|to|in)$", "", what.strip(_EDGES))
    form = Form.WORTH if worth else Form.MONEY
    return Heard(form=form, amount=amount[0].strip(), what=what.strip(_EDGES))


def _names_money(text: str) -> bool:
    return currency_in(text) is not None


def _goods(text: str) -> Heard:
    # "T-72" names a tank: its letter is no tonne, and its number counts nothing.
    names: dict[str, str] = {}

    def shield(found: re.Match[str]) -> str:
        word = f"{_SHIELD}{chr(ord('a') + len(names))}"
        names[word] = found[0]
        return word

    phrase = read_phrase(_DESIGNATION.sub(shield, text))
    for issue in phrase.issues:
        if issue.code == "quantity_not_positive":
            raise AmountNotPositive(amount=issue.found)
        if issue.weight is Weight.QUESTION and issue.readings:
            raise AmountAmbiguous(text=text[:60], readings=" or ".join(issue.readings))
    return Heard(
        form=Form.GOODS,
        amount=_written(phrase.quantity),
        unit=phrase.quantity.unit or _pack(phrase.quantity),
        what=_SHIELDED.sub(lambda found: names[found[0]], phrase.item_text.strip(_EDGES)),
    )


def _pack(stated: Stated) -> str:
    return "" if stated.unit else stated.unit_text


def _written(stated: Stated) -> str:
    """Write a quantity in digits that can be read in one way only; nothing where it is unknown."""
    low, high = stated.low, stated.high
    if low is None and high is None:
        return ""
    per = f" per {stated.per}" if stated.per else ""
    if low is None:
        return f"up to {high:f}{per}"
    if high is None:
        return f"at least {low:f}{per}"
    if low != high:
        return f"{low:f}-{high:f}{per}"
    about = "about " if stated.kind is QuantityKind.BOUND else ""
    return f"{about}{low:f}{per}"
