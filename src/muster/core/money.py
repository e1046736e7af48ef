"""Sums of money as people write them: "EUR 500 million", "1,2 Mrd. Euro", "$ 3.5bn"."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from muster.core.pledges import CurrencyUnclear
from muster.core.quantities.numbers import ReadingKind, read_number
from muster.core.refusals import AmountAmbiguous, AmountNotPositive, AmountUnreadable

MOST_MONEY: Final = Decimal(10) ** 15

_CURRENCIES: Final = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "eur": "EUR",
    "£": "GBP", "gbp": "GBP", "pounds": "GBP",
    "us$": "USD", "usd": "USD", "us dollars": "USD",
    "sek": "SEK", "nok": "NOK", "dkk": "DKK", "chf": "CHF", "pln": "PLN", "czk": "CZK",
    "cad": "CAD", "c$": "CAD", "aud": "AUD", "a$": "AUD", "jpy": "JPY", "krw": "KRW",
    "nzd": "NZD", "huf": "HUF", "ron": "RON", "bgn": "BGN", "try": "TRY", "isk": "ISK",
    "uah": "UAH",
}  # fmt: skip
# A dollar or a crown is of more than one country: it is asked, never guessed.
_UNCLEAR: Final = re.compile(r"\$|\b(dollars?|kroner|kronor|crowns?|yen|won)\b", re.IGNORECASE)
_CODE: Final = re.compile(r"\b[A-Z]{3}\b")
_WORDS: Final = sorted(_CURRENCIES, key=len, reverse=True)
_SCALES: Final = (
    (re.compile(r"(?<=[\d\s])(bn|mrd\.?|milliards?|billions?)(?![a-z])", re.IGNORECASE), 10**9),
    (re.compile(r"(?<=[\d\s])(mn|mln|mio\.?|millions?|m)(?![a-z])", re.IGNORECASE), 10**6),
    (re.compile(r"(?<=[\d\s])(thousand|tsd\.?|k)(?![a-z])", re.IGNORECASE), 10**3),
)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """So much of one currency."""

    currency: str
    amount: Decimal

    @property
    def text(self) -> str:
        """The sum as a sentence says it, grouped, without needless decimals."""
        whole = self.amount.to_integral_value()
        shown = f"{whole:,}" if whole == self.amount else f"{self.amount:,.2f}"
        return f"{self.currency} {shown}"


def currency_in(text: str) -> str | None:
    """Find the currency that a text names, or None where it names none.

    Raises:
        CurrencyUnclear: it names a dollar, a crown, or two currencies.
    """
    codes = {code for code in _CODE.findall(text) if code.casefold() in _CURRENCIES}
    folded = text.casefold()
    for word in _WORDS:
        if re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", folded):
            codes.add(_CURRENCIES[word])
            folded = folded.replace(word, " ")
    if len(codes) > 1 or (not codes and _UNCLEAR.search(text)):
        raise CurrencyUnclear(text=_shown(text))
    return next(iter(codes), None)


def read_money(text: str, currency: str = "") -> Money:
    """Read one sum.

    Args:
        text: such as "EUR 500 million"; the currency may stand in it.
        currency: its code, where the text does not say it.

    Raises:
        CurrencyUnclear: no currency, one that is none, or another than the text says.
        AmountUnreadable, AmountAmbiguous, AmountNotPositive: the sum itself.
    """
    named = currency_in(text)
    given = currency.strip().upper()
    if given and not re.fullmatch("[A-Z]{3}", given):
        raise CurrencyUnclear(text=_shown(currency))
    if named is None and not given:
        raise CurrencyUnclear(text=_shown(text))
    if named and given and named != given:
        raise CurrencyUnclear(text=_shown(f"{text} {given}"))
    return Money(given or str(named), _amount(text))


def _amount(text: str) -> Decimal:
    bare = text.casefold()
    for word in _WORDS:
        bare = re.sub(rf"(?<![a-z]){re.escape(word)}(?![a-z])", " ", bare)
    bare, scale = _scaled(bare)
    reading = read_number(bare.strip())
    if reading.kind is ReadingKind.AMBIGUOUS:
        readings = " or ".join(each.text for each in reading.readings)
        raise AmountAmbiguous(text=_shown(text), readings=readings)
    if reading.kind is not ReadingKind.EXACT or reading.low is None or reading.unit_text:
        raise AmountUnreadable(text=_shown(text))
    amount = reading.low * scale
    if not 0 < amount <= MOST_MONEY:
        raise AmountNotPositive(amount=f"{amount:f}")
    if amount != amount.quantize(Decimal("0.01")):
        raise AmountUnreadable(text=_shown(text))
    return amount


def _scaled(text: str) -> tuple[str, int]:
    for pattern, scale in _SCALES:
        if pattern.search(text):
            return pattern.sub(" ", text, count=1), scale
    return text, 1


_SHOWN = 60


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
