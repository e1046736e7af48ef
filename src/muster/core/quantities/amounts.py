"""Whole amounts of one unit, and what a stated quantity can mean.

An amount is an int of the item's smallest unit.  A quantity is what somebody stated: an exact
amount, a bound, a range, a rate, or nothing at all.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

MOST_STORED: Final = 10**15
"""The greatest amount that is stored; it leaves room to add 9,000 of them in 64 bits."""


class QuantityKind(StrEnum):
    """In what sense a quantity was stated."""

    EXACT = "exact"
    BOUND = "bound"
    RANGE = "range"
    RATE = "rate"
    UNKNOWN = "unknown"


class Per(StrEnum):
    """The time that a rate is counted over."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Quantity:
    """What was stated, in whole smallest units of the item.

    | kind    | low, high                  | reads as                                     |
    |---------|----------------------------|----------------------------------------------|
    | exact   | n, n                       | 70                                           |
    | bound   | none, n; n, none; n, n     | up to 70; at least 70; about 70              |
    | range   | n, m with n < m            | 30 to 31                                     |
    | rate    | as exact, bound or range   | 20,000 per week; `per` is set here and only here |
    | unknown | none, none                 | not stated                                   |

    Raises:
        ValueError: the parts contradict each other; that is a bug of the caller, not a refusal.
    """

    kind: QuantityKind
    low: int | None = None
    high: int | None = None
    per: Per | None = None

    def __post_init__(self) -> None:
        """Let no contradiction come to life."""
        for amount in (self.low, self.high):
            if amount is not None and not 1 <= amount <= MOST_STORED:
                message = f"an amount lies between 1 and {MOST_STORED}, not {amount}"
                raise ValueError(message)
        if (self.per is not None) is not (self.kind is QuantityKind.RATE):
            message = "a rate, and nothing else, is counted per day, week or month"
            raise ValueError(message)
        if not _fits(self.kind, self.low, self.high):
            message = f"{self.kind} cannot be from {self.low} to {self.high}"
            raise ValueError(message)

    @classmethod
    def exactly(cls, amount: int) -> Self:
        """State one amount."""
        return cls(QuantityKind.EXACT, amount, amount)

    @classmethod
    def up_to(cls, amount: int) -> Self:
        """State the greatest amount that is meant."""
        return cls(QuantityKind.BOUND, None, amount)

    @classmethod
    def at_least(cls, amount: int) -> Self:
        """State the least amount that is meant; "more than 260" is kept as at least 260."""
        return cls(QuantityKind.BOUND, amount, None)

    @classmethod
    def about(cls, amount: int) -> Self:
        """State an amount that is not exact; how far off it may be is not known."""
        return cls(QuantityKind.BOUND, amount, amount)

    @classmethod
    def between(cls, low: int, high: int) -> Self:
        """State two amounts, of which the true one is either or lies between."""
        return cls(QuantityKind.RANGE, low, high)

    @classmethod
    def unknown(cls) -> Self:
        """State that no amount was stated."""
        return cls(QuantityKind.UNKNOWN)

    @property
    def most(self) -> int | None:
        """The greatest amount it can mean.

        None where there is no such amount: unknown, open above ("at least"), or a rate, whose
        total is unknown until somebody says for how long.
        """
        return None if self.kind is QuantityKind.RATE else self.high

    @property
    def cap(self) -> int | None:
        """The amount that may be promised without asking again.

        It is `most`, or the stated least amount where the quantity is open above: "at least 260"
        covers promises of 260, and more takes a word of the recipient.
        """
        if self.kind is QuantityKind.RATE:
            return None
        return self.low if self.high is None else self.high

    @property
    def text(self) -> str:
        """The quantity in words for people, without its unit."""
        amount = self._amount_text()
        return amount if self.per is None else f"{amount} per {self.per}"

    def _amount_text(self) -> str:
        if self.low is None and self.high is None:
            return "not stated"
        if self.low is None:
            return f"up to {self.high:,}"
        if self.high is None:
            return f"at least {self.low:,}"
        if self.low != self.high:
            return f"{self.low:,} to {self.high:,}"
        return f"about {self.low:,}" if self.kind is QuantityKind.BOUND else f"{self.low:,}"


def _fits(kind: QuantityKind, low: int | None, high: int | None) -> bool:
    """Say whether a kind can have these ends; the table is in Quantity."""
    stated = low is not None or high is not None
    ordered = low is None or high is None or low <= high
    match kind:
        case QuantityKind.EXACT:
            return low is not None and low == high
        case QuantityKind.BOUND:
            return stated and (low is None or high is None or low == high)
        case QuantityKind.RANGE:
            return low is not None and high is not None and low < high
        case QuantityKind.RATE:
            return stated and ordered
        case QuantityKind.UNKNOWN:
            return not stated
