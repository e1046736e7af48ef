"""What is to be said or asked about an amount in a cell; the issues have no place yet."""

from decimal import Decimal
from typing import Final

from muster.core.exchange import NOWHERE, Issue, Weight
from muster.core.quantities.numbers import Reading

LARGEST: Final = Decimal(10**10)
"""Nothing that is sent comes in more than ten thousand million of any unit."""

SHOWN: Final = 60


def cut(text: str) -> str:
    """Shorten what was found."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def grouping_read(text: str, reading: Reading) -> Issue:
    """Note that a mark was taken for that of thousands."""
    return Issue(
        code="quantity_grouping_read",
        weight=Weight.NOTE,
        place=NOWHERE,
        found=cut(text),
        sentence=f"{cut(text)} was read as {reading.text}: the mark groups thousands.",
    )


def absurd(text: str) -> Issue:
    """More than can be meant."""
    return Issue(
        code="quantity_absurd",
        weight=Weight.ERROR,
        place=NOWHERE,
        expected=f"an amount up to {LARGEST:,}",
        found=cut(text),
        sentence=f"{cut(text)} is more than can be meant; write the true amount.",
    )


def negative(text: str) -> Issue:
    """Below zero."""
    return Issue(
        code="quantity_negative",
        weight=Weight.ERROR,
        place=NOWHERE,
        expected="an amount above zero",
        found=cut(text),
        sentence=(
            f"The amount {cut(text)} is below zero; a correction is made to the earlier line."
        ),
    )


def bracketed(text: str) -> Issue:
    """Ask about a number in brackets, or with a minus behind it."""
    bare = text.strip("()-\u2212 ")
    return Issue(
        code="quantity_sign",
        weight=Weight.QUESTION,
        place=NOWHERE,
        expected="an amount above zero",
        found=cut(text),
        sentence=f"{cut(text)} may be {bare}, or that much below zero as accounts write it.",
        readings=(bare, f"-{bare}"),
    )


def missing(text: str) -> Issue:
    """Ask for an amount where there is none."""
    return Issue(
        code="quantity_missing",
        weight=Weight.QUESTION,
        place=NOWHERE,
        expected="an amount",
        found=cut(text),
        sentence="No amount is given; say one, or keep it as not stated.",
    )


def vague(text: str) -> Issue:
    """Note words that are no number."""
    return Issue(
        code="quantity_vague",
        weight=Weight.NOTE,
        place=NOWHERE,
        expected="an amount",
        found=cut(text),
        sentence=f'"{cut(text)}" is no number; the amount is kept as not stated.',
    )


def unreadable(text: str) -> Issue:
    """Ask about a text that is not one amount."""
    return Issue(
        code="quantity_unreadable",
        weight=Weight.QUESTION,
        place=NOWHERE,
        expected="one amount",
        found=cut(text),
        sentence=f'"{cut(text)}" is not understood as one amount; say it as a number.',
    )


def ambiguous(text: str, readings: list[str]) -> Issue:
    """Ask about a number that reads in several ways."""
    return Issue(
        code="quantity_ambiguous",
        weight=Weight.QUESTION,
        place=NOWHERE,
        expected="a number that reads in one way",
        found=cut(text),
        sentence=f"{cut(text)} may be {' or '.join(readings)}; say which.",
        readings=tuple(readings),
    )


def fractional(text: str, unit: str) -> Issue:
    """Ask about a part of what comes only whole."""
    return Issue(
        code="quantity_fractional",
        weight=Weight.QUESTION,
        place=NOWHERE,
        expected="a whole number",
        found=cut(text),
        sentence=f"{cut(text)} is no whole number, and {unit} come only whole.",
    )


def found_day(text: str) -> Issue:
    """Ask about a day that stands for an amount."""
    return Issue(
        code="quantity_is_date",
        weight=Weight.QUESTION,
        place=NOWHERE,
        expected="an amount",
        found=text,
        sentence=(
            f"The cell holds the day or time {text}; spreadsheets make days of texts such as 1-2."
        ),
    )


def units_differ(text: str, unit_text: str) -> Issue:
    """Ask which of two units is meant."""
    return Issue(
        code="units_differ",
        weight=Weight.QUESTION,
        place=NOWHERE,
        expected=unit_text,
        found=cut(text),
        sentence=f'The amount says "{cut(text)}", its unit "{cut(unit_text)}"; say which.',
    )


def unit_unknown(unit_text: str) -> Issue:
    """Note a unit that is not known."""
    return Issue(
        code="unit_unknown",
        weight=Weight.NOTE,
        place=NOWHERE,
        expected="a unit or a pack that is known",
        found=cut(unit_text),
        sentence=f'"{cut(unit_text)}" is no unit that is known; it is kept as written.',
    )
