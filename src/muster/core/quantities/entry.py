"""Amounts and quantities as people and programs enter them at a door.

The rule for `1,200` and `1.200`, which may be twelve hundred or one and a fifth:

- Both readings are converted to the item's smallest unit.
- Where the item is counted (pieces, pairs, sets), a reading that gives no whole number is nonsense
  and falls away, and so do decimals of the smallest unit itself, even 20.000: 1,200 pieces can only
  be 1200, but 2.500 dozen may be 30,000 pieces or 30.
- Where the item is divisible (litres, kilograms), no reading falls away, for a person may well mean
  1.2 litres: 1,200 l is refused as ambiguous, even when it is stored in whole litres.
- Whatever has more than one reading left is refused with its readings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from muster.core.quantities.amounts import Quantity, QuantityKind
from muster.core.quantities.numbers import Convention, Reading, ReadingKind, read_number
from muster.core.quantities.units import Pack, find_measure, ratio, to_smallest
from muster.core.refusals import (
    AmountAmbiguous,
    AmountNotPositive,
    AmountUnreadable,
)


def parse_amount(
    text: str,
    item_unit: str = "H87",
    *,
    unit: str | None = None,
    packs: Sequence[Pack] = (),
    convention: Convention | None = None,
    item: str = "this item",
) -> int:
    """Read one exact amount and give it in the item's smallest unit.

    Args:
        text: digits, grouped or not; the unit's own name may follow ("1 200 kg").
        item_unit: the item's smallest unit: a code of Recommendation 20.
        unit: the unit the amount is given in: a code, a name, or a pack's name; the item's own
            where it is None.
        packs: the packs of the item.
        convention: what the document is known to use, for imports.
        item: the item's name, for the sentence of a refusal.

    Raises:
        AmountUnreadable: not one exact number.
        AmountAmbiguous: more than one reading is possible.
        AmountNotPositive: zero or less.
        AmountFractional: not a whole number of the smallest unit.
        AmountTooLarge: beyond what is stored.
        UnitUnknown: the unit is not known for the item.
    """
    asked = _Asked(text, item_unit, item_unit if unit is None else unit, tuple(packs), item)
    reading = _certain(asked, read_number(text, convention=convention))
    if reading.kind is not ReadingKind.EXACT or reading.low is None:
        raise AmountUnreadable(text=asked.shown)
    return asked.smallest(reading.low)


def parse_quantity(
    text: str,
    item_unit: str = "H87",
    *,
    unit: str | None = None,
    packs: Sequence[Pack] = (),
    convention: Convention | None = None,
    item: str = "this item",
) -> Quantity:
    """Read a quantity as it is stated in a request: "up to 450 000", "30-31", "20,000 per week".

    An empty text, "not stated" and "tens of thousands" are the unknown quantity.  Arguments and
    refusals are those of `parse_amount`.
    """
    asked = _Asked(text, item_unit, item_unit if unit is None else unit, tuple(packs), item)
    reading = _certain(asked, read_number(text, convention=convention))
    if reading.kind is ReadingKind.UNREADABLE:
        raise AmountUnreadable(text=asked.shown)
    low = None if reading.low is None else asked.smallest(reading.low)
    high = None if reading.high is None else asked.smallest(reading.high)
    return Quantity(QuantityKind(reading.kind.value), low, high, reading.per)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was entered, and for which item."""

    text: str
    item_unit: str
    unit: str
    packs: tuple[Pack, ...]
    item: str

    @property
    def shown(self) -> str:
        return self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}..."

    def smallest(self, amount: Decimal) -> int:
        return to_smallest(amount, self.unit, self.item_unit, self.packs, item=self.item)


_SHOWN = 60
_NEGATIVE = re.compile(r"\s*[-\u2212\u2013]\s*[0-9][0-9 .,']*\s*")


def _certain(asked: _Asked, reading: Reading) -> Reading:
    """Settle on the one possible reading, or refuse."""
    ratio(asked.unit, asked.item_unit, asked.packs, item=asked.item)
    if _NEGATIVE.fullmatch(asked.text):
        raise AmountNotPositive(amount=asked.shown.strip())
    if reading.unit_text and not _names_unit(asked, reading.unit_text):
        raise AmountUnreadable(text=asked.shown)
    if reading.kind is not ReadingKind.AMBIGUOUS:
        return reading
    possible = [each for each in reading.readings if _is_possible(asked, each)]
    if len(possible) == 1:
        return possible[0]
    shown = " or ".join(each.text for each in possible or reading.readings)
    raise AmountAmbiguous(text=asked.shown, readings=shown)


def _is_possible(asked: _Asked, reading: Reading) -> bool:
    """Drop a reading that would cut a counted thing into parts."""
    if find_measure(asked.item_unit).divisible:
        return True
    ends = [end for end in (reading.low, reading.high) if end is not None]
    factor = ratio(asked.unit, asked.item_unit, asked.packs, item=asked.item)
    if factor == 1:
        return all(end.as_tuple().exponent == 0 for end in ends)
    return all((Fraction(end) * factor).denominator == 1 for end in ends)


def _names_unit(asked: _Asked, words: str) -> bool:
    """Say whether the words behind a number are the unit it was said to be in."""
    names = {asked.unit.casefold()}
    if all(pack.name.casefold() != asked.unit.strip().casefold() for pack in asked.packs):
        measure = find_measure(asked.unit)
        names |= {measure.code.casefold(), measure.singular, measure.plural, measure.symbol}
    return words.casefold() in names
