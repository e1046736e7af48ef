"""Amounts of money and dates as the field's files write them: read exactly, or not at all.

Nothing is repaired: "1,000" can be one or a thousand, and a date is read as ISO 8601 writes it.
What is wrong is added to `faults`, with its place.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from muster.core.exchange import Issue, Place, Weight
from muster.formats.currencies import CURRENCIES

MOST_MONEY: Final = Decimal(10) ** 12
"""The greatest amount that is believed: all humanitarian funding of a year is a twentieth of it in
dollars (https://fts.unocha.org)."""
MOST_SMALL: Final = Decimal(10) ** 15
"""The same for currencies whose unit is worth a hundredth of a dollar or less."""
_SMALL_UNITS: Final = frozenset(
    {
        "AMD", "AOA", "ARS", "BIF", "CDF", "CLP", "COP", "CRC", "DJF", "GNF", "HUF", "IDR", "IQD",
        "IRR", "JPY", "KHR", "KMF", "KRW", "KZT", "LAK", "LBP", "LKR", "MGA", "MMK", "MNT", "MWK",
        "NGN", "PKR", "PYG", "RSD", "RWF", "SDG", "SLE", "SLL", "SOS", "SSP", "SYP", "TZS", "UGX",
        "UZS", "VES", "VND", "XAF", "XOF", "YER", "ZWL",
    }
)  # fmt: skip
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_DATE: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.]{1,20})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_SHOWN: Final = 60
_FIRST_YEAR: Final = 1946
_LAST_YEAR: Final = 2100


def issue(
    code: str,
    weight: Weight,
    place: Place,
    sentence: str,
    *,
    expected: str = "",
    found: object = "",
    readings: tuple[str, ...] = (),
) -> Issue:
    """Make an issue; what was found is shown in at most 60 characters."""
    shown = clean(str(found))
    shown = shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
    return Issue(
        code=code,
        weight=weight,
        place=place,
        expected=expected,
        found=shown,
        sentence=sentence,
        readings=readings,
    )


def amount_of(text: str, currency: str, place: Place, faults: list[Issue]) -> Decimal | None:
    """Read an amount written with a point and nothing between its figures."""
    written = text.strip()
    if _DECIMAL.fullmatch(written) is None:
        faults.append(
            issue(
                "money_unreadable",
                Weight.ERROR,
                place,
                "The amount is not a plain decimal number.",
                expected="a number such as 1250000.50",
                found=text,
            )
        )
        return None
    amount = Decimal(written)
    most = MOST_SMALL if currency in _SMALL_UNITS else MOST_MONEY
    if abs(amount) > most:
        faults.append(
            issue(
                "money_absurd",
                Weight.ERROR,
                place,
                f"No gift on record is as large as {amount:,} {currency}".rstrip() + ".",
                expected=f"at most {most:,f}",
                found=written,
            )
        )
        return None
    if amount < 0:
        faults.append(
            issue(
                "money_negative",
                Weight.QUESTION,
                place,
                f"The amount is below zero: {amount:,}.",
                expected="an amount of 0 or more",
                found=written,
                readings=("it takes back an earlier amount", "the sign is a mistake"),
            )
        )
    elif amount == 0:
        sentence = "The amount is 0: nothing is given by this line."
        faults.append(issue("money_zero", Weight.NOTE, place, sentence, found=written))
    return amount


def currency_of(text: str, place: Place, faults: list[Issue]) -> str:
    """Read a code of ISO 4217; another of its shape is kept, and asked about."""
    code = text.strip()
    if code and _CURRENCY.fullmatch(code) is None:
        faults.append(
            issue(
                "currency_unreadable",
                Weight.QUESTION,
                place,
                "The currency is not a code of three capital letters.",
                expected="a code of ISO 4217, such as EUR",
                found=text,
            )
        )
        return ""
    if code and code not in CURRENCIES:
        sentence = f"{code} is no currency of ISO 4217; say which is meant."
        faults.append(
            issue(
                "currency_unknown",
                Weight.QUESTION,
                place,
                sentence,
                expected="a code of ISO 4217, such as EUR",
                found=code,
            )
        )
    return code


def day_of(
    text: str, place: Place, faults: list[Issue], *, weight: Weight = Weight.QUESTION
) -> date | None:
    """Read the day of an ISO 8601 date or moment; `weight` is that of one that cannot be read."""
    match = _DATE.fullmatch(text.strip())
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        day = None
    if day is None:
        faults.append(
            issue(
                "date_unreadable",
                weight,
                place,
                "This is not a date of the calendar.",
                expected="a date such as 2020-03-24",
                found=text,
            )
        )
    elif not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        faults.append(
            issue(
                "date_implausible",
                Weight.QUESTION,
                place,
                f"The year {day.year} cannot be meant; the date is left out.",
                expected=f"a year from {_FIRST_YEAR} to {_LAST_YEAR}",
                found=text,
            )
        )
        return None
    return day


def clean(text: str) -> str:
    """Put U+FFFD where no database can store what stands there: NUL and lone surrogates."""
    return text.translate(_UNSTORABLE) if _UNSTORED.search(text) else text


_UNSTORED: Final = re.compile("[\x00\ud800-\udfff]")
_UNSTORABLE: Final = {0: "\ufffd"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
