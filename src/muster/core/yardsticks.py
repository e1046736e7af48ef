"""What burden is held against: rates between currencies, targets, published shares of a union."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from muster.core.money import currency_in, read_money
from muster.core.pledges import CurrencyUnclear
from muster.core.refusals import Kind, Refusal

SHARES_KEY = "shares"
"""The key that passes a union's amounts on by its published shares."""
_NEAR_ENOUGH = Decimal("0.5")
_WHOLE = Decimal(100)


class RateUnclear(Refusal, field="rate"):
    """A rate says how many {quote} one {base} was worth, above zero; "{given}" does not."""


class SameCurrency(Refusal, field="quote"):
    """A rate is between two currencies, and both are {currency}."""


class TargetUnclear(Refusal, field="amount"):
    """A target is a percentage of GDP, or a sum of money with its currency; "{given}" is not."""


class SharesNotWhole(Refusal, field="file"):
    """The shares add up to {total} %, not 100; bring in all of them."""


class NoSharesThen(Refusal, kind=Kind.CONFLICT, field="key"):
    """No published shares of {party} are on record for {month}; bring them in, or name a key."""


class Basis(StrEnum):
    """What a target is a number of."""

    PERCENT_OF_GDP = "percent_of_gdp"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many of `quote` one of `base` was worth over a period."""

    base: str
    quote: str
    rate: Decimal
    since: date
    until: date
    method: str
    source: str

    @property
    def text(self) -> str:
        """The rate as a sentence shows it."""
        whole_year = (self.since.month, self.since.day, self.until.month, self.until.day)
        if self.since.year == self.until.year and whole_year == (1, 1, 12, 31):
            period = str(self.since.year)
        else:
            period = f"{self.since} to {self.until}"
        plain = f"{self.rate.normalize():f}"
        return f"1 {self.base} = {plain} {self.quote}, {self.method}, {period} ({self.source})"

    def covers_year(self, year: int) -> bool:
        """Whether its period is that calendar year, no more and no less."""
        return (self.since, self.until) == (date(year, 1, 1), date(year, 12, 31))

    def into(self, amount: Decimal, currency: str) -> Fraction:
        """Give an amount of one of its two currencies in the other one."""
        if currency == self.quote:
            return Fraction(amount) / Fraction(self.rate)
        return Fraction(amount) * Fraction(self.rate)

    def between(self, one: str, other: str) -> bool:
        """Whether it leads between these two, either way."""
        return {self.base, self.quote} == {one, other}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target that was set: by whom, for whom, for what, over which days."""

    body: str
    party: str
    measure: str
    basis: Basis
    amount: Decimal
    currency: str
    since: date
    until: date | None
    source: str

    @property
    def text(self) -> str:
        """The target as a sentence shows it."""
        plain = f"{self.amount.normalize():,f}"
        said = f"{plain} % of GDP" if self.basis is Basis.PERCENT_OF_GDP else ""
        return said or f"{self.currency} {plain}"


_PLAIN = re.compile(r"[0-9]{1,14}(\.[0-9]+)?")
_PERCENT = re.compile(r"([0-9.]+)\s*(%|percent|per cent)(\s+of\s+GDP)?", re.IGNORECASE)


def currency_read(text: str) -> str:
    """Read the code of a currency.

    Raises:
        CurrencyUnclear: it is no code of three letters.
    """
    code = text.strip().upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise CurrencyUnclear(text=text[:40])
    return code


def plain_number(text: str, *, places: int) -> Decimal | None:
    """Read a number above zero written with a point; None where it is none, or is finer."""
    found = text.strip()
    if not _PLAIN.fullmatch(found) or len(found.partition(".")[2]) > places:
        return None
    number = Decimal(found)
    return number if number > 0 else None


def target_read(text: str) -> tuple[Basis, Decimal, str]:
    """Read a target: "0.25 %" of GDP, or "EUR 40 billion".

    Raises:
        TargetUnclear: it is neither.
        CurrencyUnclear and the refusals of a sum, at "amount": it is money, but not clear.
    """
    matched = _PERCENT.fullmatch(text.strip())
    if matched:
        number = plain_number(matched[1], places=6)
        if number is None or number > _WHOLE:
            raise TargetUnclear(given=text[:40])
        return Basis.PERCENT_OF_GDP, number, ""
    if currency_in(text) is None:
        raise TargetUnclear(given=text[:40])
    try:
        money = read_money(text)
    except Refusal as refusal:
        refusal.at = "amount"
        raise
    return Basis.AMOUNT, money.amount, money.currency


def shares_forbid(percents: list[Decimal]) -> Refusal | None:
    """Say that shares do not make a whole; a rest of rounding is let through and told later."""
    total = sum(percents, Decimal(0))
    if abs(total - _WHOLE) > _NEAR_ENOUGH:
        return SharesNotWhole(total=f"{total.normalize():f}")
    return None
