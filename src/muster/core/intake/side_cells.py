"""What stands beside item and amount: days, money, status; each read once for each text."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from muster.core.exchange import NOWHERE, Change, Issue, Weight
from muster.core.intake.dates import DayRead, read_day
from muster.core.intake.grids import Cell, shown
from muster.core.intake.headings import plain
from muster.core.intake.quantity_cells import formula_error, is_error
from muster.core.quantities.numbers import Convention, ReadingKind, read_number


@dataclass(frozen=True, slots=True)
class MoneyRead:
    """A value with its currency, where the cell says one; the issue has no place yet."""

    value: Decimal | None = None
    currency: str = ""
    issue: Issue | None = None


NO_MONEY: Final = MoneyRead()
MOST_MONEY: Final = Decimal(10**13)
"""More than any state gives in a year."""


def read_money(cell: Cell, convention: Convention | None) -> MoneyRead:
    """Read a cell of value: 1 234,50 EUR; never raises."""
    text = shown(cell).strip()
    if not text or text in {"-", "--", "\u2013"}:
        return NO_MONEY
    if is_error(text):
        return MoneyRead(issue=formula_error(text))
    currency = currency_in(text)
    bare = _CURRENCY.sub(" ", text).strip()
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        finite = cell == cell and abs(cell) < float("inf")  # noqa: PLR0124 - not-a-number differs from itself
        number = Decimal(f"{cell:.15g}") if finite else None
    elif re.fullmatch(r"[-+]?[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]{1,4}", bare):
        number = Decimal(bare)
    elif _BELOW_ZERO.fullmatch(bare):
        number = Decimal(-1)
    else:
        reading = read_number(bare, convention=convention)
        if reading.kind is ReadingKind.AMBIGUOUS:
            return MoneyRead(currency=currency, issue=_open_money(text, reading.text))
        number = reading.low if reading.kind is ReadingKind.EXACT else None
    if number is None or number < 0 or number > MOST_MONEY:
        return MoneyRead(currency=currency, issue=_wrong_money(text))
    return MoneyRead(number or None, currency)


def currency_in(text: str) -> str:
    """Find the currency that a text names: "Value (USD)", "€ 20"; "" where none."""
    match = _CURRENCY.search(text)
    if match is None:
        return ""
    return _SIGNS.get(match[0].casefold(), match[0].upper())


_CODES = (
    "USD|EUR|GBP|CHF|UAH|TRY|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|CAD|AUD|JPY|CNY|INR|PKR|ILS|JOD|LBP"
    "|SYP"
    "|EGP|SAR|AED|KES|ETB|NGN|ZAR|BRL|MXN|MDL|GEL|ISK|NZD|KRW|RUB|XAF|XOF"
)
_SIGNS = {
    "$": "USD", "us$": "USD", "\u20ac": "EUR", "\u00a3": "GBP", "\u20b4": "UAH", "\u20ba": "TRY",
    "euro": "EUR", "euros": "EUR", "dollars": "USD", "\u00a5": "JPY",
}  # fmt: skip
_CURRENCY = re.compile(
    rf"US\$|[$\u20ac\u00a3\u20b4\u20ba\u00a5]|\b(?:{_CODES}|euros?|dollars)\b", re.IGNORECASE
)
_BELOW_ZERO = re.compile(r"[-\u2212\u2013]\s*[0-9].*|\([0-9][0-9.,\s]*\)")


def _open_money(text: str, readings: str) -> Issue:
    return Issue(
        code="value_ambiguous",
        weight=Weight.QUESTION,
        place=NOWHERE,
        expected="an amount of money that reads in one way",
        found=text[:60],
        sentence=f"The value {text[:60]} may be {readings}; say which.",
        readings=tuple(readings.split(" or ")),
    )


def _wrong_money(text: str) -> Issue:
    return Issue(
        code="value_unreadable",
        weight=Weight.QUESTION,
        place=NOWHERE,
        expected=f"an amount of money from 0 to {MOST_MONEY:,}",
        found=text[:60],
        sentence=f'"{text[:60]}" is no value that can be stored; it is left out until mended.',
    )


_WEIGHTS: Final = {
    "date_ambiguous": Weight.QUESTION,
    "date_impossible": Weight.ERROR,
    "date_far": Weight.QUESTION,
    "date_kept_as_text": Weight.NOTE,
    "date_partial": Weight.NOTE,
    "date_from_serial": Weight.NOTE,
}
_SENTENCES: Final = {
    "date_ambiguous": "{found} may be {readings}; say whether the day or the month goes first.",
    "date_impossible": "There is no day {found}; write the true one.",
    "date_far": "{found} is too far away to be meant; the day is left out until it is mended.",
    "date_kept_as_text": '"{found}" is not understood as a day; it is kept as written.',
    "date_partial": '"{found}" has no day; it is kept as written.',
    "date_from_serial": "{found} is a spreadsheet's number of a day and was read as {day}.",
}


def day_issue(cell: Cell, read: DayRead) -> Issue | None:
    """Build the issue of a day, without its place; None where there is nothing to say."""
    if not read.fault:
        return None
    found = shown(cell)[:60]
    if is_error(found):
        return formula_error(found)
    readings = " or ".join(read.readings)
    # One entry for each code that `dates` gives; the codes of issues stand in the table above.
    return Issue(
        code=read.fault,
        weight=_WEIGHTS[read.fault],
        place=NOWHERE,
        expected="a day such as 2026-12-31",
        found=found,
        sentence=_SENTENCES[read.fault].format(found=found, readings=readings, day=read.day),
        readings=read.readings,
    )


def day_or_doubt(text: str, day_first: bool | None) -> tuple[date | None, Issue | None]:  # noqa: FBT001 - None is the third state
    """Read the day of a title or a report, or ask what it is; the issue has no place yet."""
    read = read_day(text.strip(" .,"), day_first)
    doubt = None if read.day is not None else day_issue(text, read)
    return read.day, None if doubt is None else replace(doubt, weight=Weight.QUESTION)


def read_change(text: str) -> Change:
    """Read a cell that says whether a line adds to an earlier one or replaces it."""
    words = set(plain(text).split())
    if words & _ADDS:
        return Change.ADDITIONAL
    return Change.UPDATED if words & _REPLACES else Change.NONE


_ADDS = frozenset(
    {"additional", "extra", "supplementary", "zusatzlich", "supplementaire"}
    | {plain("додатково"), "ek", "ilave", "adicional"}
)
_REPLACES = frozenset(
    {"updated", "update", "revised", "amended", "changed", "aktualisiert"}
    | {plain("оновлено"), "guncellendi", "actualizado", "modifie"}
)
