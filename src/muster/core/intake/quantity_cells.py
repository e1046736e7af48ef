"""How much a row says: its cell of quantity and its cell of unit, read together.

What can be read in two ways is never settled here: the kind stays UNKNOWN and the issue carries
the readings.  A reading that would cut a counted thing into parts falls away, as in
quantities/entry.py.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from muster.core.exchange import NOWHERE, Issue, Stated, Weight
from muster.core.intake.grids import Cell, shown
from muster.core.intake.mention_patterns import SCALE
from muster.core.intake.phrases import read_phrase
from muster.core.intake.quantity_doubts import (
    LARGEST,
    SHOWN,
    absurd,
    ambiguous,
    bracketed,
    cut,
    found_day,
    fractional,
    grouping_read,
    missing,
    negative,
    unit_unknown,
    units_differ,
    unreadable,
    vague,
)
from muster.core.intake.unit_cells import is_counted, unit_of
from muster.core.quantities.amounts import QuantityKind
from muster.core.quantities.numbers import Convention, Reading, ReadingKind, read_number

BLANK: Final = Stated()


@dataclass(frozen=True, slots=True)
class QuantityRead:
    """What a cell says; the issues have no place yet."""

    stated: Stated
    issues: tuple[Issue, ...] = ()
    words: str = ""
    """Words beside the number that are no unit: they may name the item."""


def read_quantity(cell: Cell, unit_text: str, convention: Convention | None) -> QuantityRead:
    """Read a cell of quantity beside the text of its unit; never raises."""
    unit_text = unit_text.strip()
    unit = unit_of(unit_text)
    if isinstance(cell, (date, time, timedelta)):
        return _open(found_day(shown(cell)), unit, unit_text)
    if isinstance(cell, str):
        read = _from_text(cell.strip(), unit, unit_text, convention)
    elif isinstance(cell, bool):
        read = _open(unreadable(str(cell)), unit, unit_text)
    else:
        read = _from_number(cell, unit, unit_text)
    if unit_text and not unit and not read.stated.unit:
        read = replace(read, issues=(*read.issues, unit_unknown(unit_text)))
    return read


def is_error(text: str) -> bool:
    """Say whether a cell holds a formula, or what a spreadsheet shows for one that failed."""
    return _ERROR.fullmatch(text.strip()) is not None


def formula_error(text: str) -> Issue:
    """Build the issue of a formula that failed or was never computed, without its place."""
    if text.startswith("="):
        return Issue(
            code="formula_without_value",
            weight=Weight.ERROR,
            place=NOWHERE,
            expected="a value",
            found=text[:60],
            sentence=(
                "The program that wrote this file did not compute the formula; open it in a"
                " spreadsheet and save it again."
            ),
        )
    return Issue(
        code="formula_error",
        weight=Weight.ERROR,
        place=NOWHERE,
        expected="a value",
        found=text,
        sentence=f"The formula in this cell failed and shows {text}; write the value in its place.",
    )


_ERROR = re.compile(
    r"#(?:REF!|DIV/0!|N/A|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|BEZUG!|WERT!|NV|ZAHL!|GETTING_DATA)"
    r"|Err:[0-9]{3}|=.{2,}",
    re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?[eE][-+]?[0-9]{1,6}")
_NEGATIVE = re.compile(r"[-\u2212\u2013]\s*[0-9].*")
# Accounts write what is below zero in brackets, or with the minus behind.
_IN_BRACKETS = re.compile(r"\(\s*[0-9][0-9.,'\s]*\)|[0-9][0-9.,'\s]*[-\u2212]")
# "10?", the letter O for a zero, and a second number are not one amount for certain.
_DOUBTED = re.compile(r"\?|\d[OoIl](?![^\W\d_])|(?<![^\W_])[OoIl]\d")
_NO_ZERO = re.compile(r"[.,]\d+(?!\d|[.,])")
# What is left of "10x100" or "2 pallets of 40" when the first number is taken for the amount.
_SECOND_NUMBER = re.compile(
    r"(?:(?:[x×*/+]|to|of|at|bis|je|mit|à|a|de|do|po|по|za|with|each)\s*)?\d", re.IGNORECASE
)
_TWO_NUMBERS = re.compile(r"[\d.,\s]*\d\s\d{1,2}")
_NOTHING = frozenset({"nan", "null", "none", "nil", "n.a.", "k.a.", "nd", "s/n"})
_DIGITS = str.maketrans(
    {chr(base + digit): str(digit) for base in (0x660, 0x6F0) for digit in range(10)}
    | {"\u066b": ".", "\u066c": "", "\uff0c": ","}
)
_THREE_ZEROS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}[.,]000(?![\d.,])")
_THOUSANDTHS = -3


def _from_number(number: float, unit: str, unit_text: str) -> QuantityRead:
    """Read a cell that holds a number."""
    if number != number or abs(number) == float("inf"):  # noqa: PLR0124 - the test for not-a-number
        return _open(absurd(repr(number)), unit, unit_text)
    # Twelve digits are what a spreadsheet shows; the rest is noise of binary fractions.
    exact = Decimal(int(number)) if number == int(number) else Decimal(f"{number:.12g}")
    return _judged(
        Reading(kind=ReadingKind.EXACT, low=exact, high=exact), shown(number), unit, unit_text
    )


def _from_text(text: str, unit: str, unit_text: str, convention: Convention | None) -> QuantityRead:
    """Read a cell that holds a text."""
    text = text.translate(_DIGITS)
    if is_error(text):
        return _open(formula_error(text), unit, unit_text)
    if text.casefold() in _NOTHING:
        text = ""
    if _NO_ZERO.match(text):
        text = f"0{text}"  # ".5" is half of one, and not five.
    if _SCIENTIFIC.fullmatch(text):
        return _from_scientific(text, unit, unit_text)
    fault = _fault(text)
    if fault is not None:
        return _open(fault, unit, unit_text)
    reading = read_number(text, convention=convention)
    if reading.kind is ReadingKind.UNKNOWN:
        blank = not re.search(r"[^\W\d_]{2}", text)
        return _open(missing(text) if blank else vague(text), unit, unit_text)
    if reading.kind is ReadingKind.UNREADABLE:
        return _from_phrase(text, unit, unit_text, convention)
    return _beside_unit(reading, text, unit, unit_text)


def _fault(text: str) -> Issue | None:
    """Find a number below zero or one that may be, and two numbers where one belongs."""
    if _NEGATIVE.fullmatch(text):
        return negative(text)
    if _IN_BRACKETS.fullmatch(text):
        return bracketed(text)
    return unreadable(text) if _TWO_NUMBERS.fullmatch(text) else None


def _beside_unit(reading: Reading, text: str, unit: str, unit_text: str) -> QuantityRead:
    """Join a number with the unit that stands in its own cell and the one in the unit's."""
    if _DOUBTED.search(text):
        return _open(unreadable(text), unit, unit_text)
    own_text = reading.unit_text or next((each.unit_text for each in reading.readings), "")
    scale = SCALE.match(own_text)
    if "/" in own_text or (scale and scale["scale"]):
        # "20 t/month" is a rate, "5 tys." are five thousand.
        return _from_phrase(text, unit, unit_text, None)
    own = unit_of(own_text)
    if own and unit and own != unit and not (_same(own, unit)):
        return _open(units_differ(text, unit_text), "", unit_text)
    if own:
        return _judged(reading, text, own, own_text)
    read = _judged(reading, text, unit, unit_text or own_text)
    return replace(read, words=own_text) if own_text else read


def _same(one: str, other: str) -> bool:
    """Say whether two units of counting differ only by name: pieces, units and each."""
    return {one, other} <= {"H87", "C62", "EA"}


def _from_phrase(
    text: str, unit: str, unit_text: str, convention: Convention | None
) -> QuantityRead:
    """Try a text as a phrase: "3 pallets (1,200 pcs)"."""
    phrase = read_phrase(text, convention)
    stated = phrase.quantity
    if stated.kind is QuantityKind.UNKNOWN:
        doubts = phrase.issues or (unreadable(text),)
        return QuantityRead(Stated(unit=unit, unit_text=unit_text), doubts, phrase.item_text)
    if _SECOND_NUMBER.match(phrase.item_text) or (phrase.pack_holds and not stated.unit):
        return _open(unreadable(text), unit, unit_text)
    if unit and stated.unit and stated.unit != unit and not _same(stated.unit, unit):
        return _open(units_differ(text, unit_text), "", unit_text)
    if not stated.unit:
        stated = replace(stated, unit=unit, unit_text=unit_text)
    fault = _limits(stated.low, stated.high, text)
    if fault is not None:
        return _open(fault, stated.unit, stated.unit_text)
    return QuantityRead(stated, phrase.issues, phrase.item_text)


def _from_scientific(text: str, unit: str, unit_text: str) -> QuantityRead:
    """Read 2E+14: its size is known, its last digits are not, for the program cut them off."""
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return _open(unreadable(text), unit, unit_text)
    fault = _limits(number, number, text) or Issue(
        code="quantity_rounded",
        weight=Weight.QUESTION,
        place=NOWHERE,
        expected="all digits of the number",
        found=text,
        sentence=f"{text} is a number that a program has shortened; say it with all its digits.",
        readings=(f"{number:f}",) if abs(number.adjusted()) < SHOWN else (),
    )
    return _open(fault, unit, unit_text)


def _judged(reading: Reading, text: str, unit: str, unit_text: str) -> QuantityRead:
    """Keep a reading that is possible and certain, or say what is wrong with it."""
    possible = list(reading.readings) if reading.kind is ReadingKind.AMBIGUOUS else [reading]
    notes: tuple[Issue, ...] = ()
    # Nobody writes three decimals that are all zero, and a box is not had by the thousandth.
    if len(possible) > 1 and (is_counted(unit) or _THREE_ZEROS.search(text)):
        whole = [each for each in possible if _is_whole(each)]
        if len(whole) == 1:
            possible, notes = whole, (grouping_read(text, whole[0]),)
    if len(possible) > 1:
        return _open(ambiguous(text, [each.text for each in possible]), unit, unit_text)
    only = possible[0]
    fault = _limits(only.low, only.high, text)
    if fault is not None:
        return _open(fault, unit, unit_text)
    if _may_be_thousands(only) and (is_counted(unit) or not unit):
        return _open(ambiguous(text, _with_thousands(only)), unit, unit_text)
    stated = Stated(
        kind=QuantityKind(only.kind.value),
        low=only.low,
        high=only.high,
        unit=unit,
        unit_text=unit_text,
        per=only.per,
    )
    has_parts = any(end != end.to_integral_value() for end in _ends(only))
    if has_parts and is_counted(unit) and unit not in _GROUPS:
        return QuantityRead(stated, (fractional(text, unit_text or unit),))
    return QuantityRead(stated, notes)


_GROUPS = frozenset({"DZN", "CEN", "MIL", "TPR"})
"""Half a dozen is six."""


def _ends(reading: Reading) -> list[Decimal]:
    return [end for end in (reading.low, reading.high) if end is not None]


def _is_whole(reading: Reading) -> bool:
    """Say whether no end has decimals, not even zeros: 20.000 has three."""
    return all(end.as_tuple().exponent == 0 for end in _ends(reading))


def _may_be_thousands(reading: Reading) -> bool:
    """Say whether 31.078 stands where thirty-one thousand may be meant."""
    return any(
        end.as_tuple().exponent == _THOUSANDTHS and end == end.normalize() and end >= 1
        for end in _ends(reading)
        if end != end.to_integral_value()
    )


def _with_thousands(reading: Reading) -> list[str]:
    high = reading.high if reading.high is not None else reading.low
    return [reading.text, f"{(high or Decimal(0)) * 1000:f}".rstrip("0").rstrip(".")]


def _limits(low: Decimal | None, high: Decimal | None, text: str) -> Issue | None:
    """Say what keeps an amount from being one: below zero, none at all, or beyond all sense."""
    ends = [end for end in (low, high) if end is not None]
    if any(end > LARGEST or end < -LARGEST for end in ends):
        return absurd(text)
    if any(end < 0 for end in ends):
        return negative(text)
    if ends and max(ends) == 0:
        return Issue(
            code="quantity_zero",
            weight=Weight.QUESTION,
            place=NOWHERE,
            expected="an amount above zero",
            found=cut(text),
            sentence="The amount is zero, which lists also write for an unknown one; say which.",
        )
    return None


def _open(issue: Issue, unit: str, unit_text: str) -> QuantityRead:
    return QuantityRead(Stated(unit=unit, unit_text=unit_text), (issue,))
