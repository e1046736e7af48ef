"""Units of measure, packs, and exact conversion to an item's smallest unit.

Codes and names are those of UN/ECE Recommendation 20.  Units convert only within one dimension.
Pounds, gallons and other units that no list offers are read too; core/quantities/customary.py.
A pair, a set and a dose are dimensions of their own: whether "10 pieces" of gloves are ten pairs or
five is a question for a person, not an arithmetic one.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from muster.core.quantities.amounts import MOST_STORED
from muster.core.quantities.customary import find_customary, size_of
from muster.core.refusals import (
    AmountFractional,
    AmountNotPositive,
    AmountTooLarge,
    AmountUnreadable,
    UnitUnknown,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit of measure.

    `size` is how many base units of its dimension it holds: pieces, pairs, grams, millilitres,
    millimetres, square millimetres or seconds.
    """

    code: str
    singular: str
    plural: str
    symbol: str
    dimension: str
    size: Fraction

    @property
    def divisible(self) -> bool:
        """Whether a fraction of it makes sense: half a litre does, half a piece does not."""
        return self.dimension in _DIVISIBLE


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack of one item: `holds` of the item's smallest unit, such as a box of 12."""

    name: str
    holds: int

    def __post_init__(self) -> None:
        """Let no empty pack come to life."""
        if self.holds < 1:
            message = f"a pack holds at least one, not {self.holds}"
            raise ValueError(message)


_DIVISIBLE = frozenset(
    {"mass", "volume", "length", "area", "time", "power", "apparent power", "energy", "voltage"}
)


def _measures() -> dict[str, Measure]:
    rows: list[tuple[str, str, str, str, str, int]] = [
        ("H87", "piece", "pieces", "", "count", 1),
        ("C62", "unit", "units", "", "count", 1),
        ("EA", "each", "each", "", "count", 1),
        ("DZN", "dozen", "dozen", "", "count", 12),
        ("CEN", "hundred", "hundred", "", "count", 100),
        ("MIL", "thousand", "thousand", "", "count", 1_000),
        ("PR", "pair", "pairs", "", "pair", 1),
        ("TPR", "ten pairs", "tens of pairs", "", "pair", 10),
        ("SET", "set", "sets", "", "set", 1),
        ("E27", "dose", "doses", "", "dose", 1),
        ("IE", "person", "persons", "", "person", 1),
        ("GRM", "gram", "grams", "g", "mass", 1),
        ("KGM", "kilogram", "kilograms", "kg", "mass", 1_000),
        ("TNE", "tonne", "tonnes", "t", "mass", 1_000_000),
        ("MLT", "millilitre", "millilitres", "ml", "volume", 1),
        ("LTR", "litre", "litres", "l", "volume", 1_000),
        ("HLT", "hectolitre", "hectolitres", "hl", "volume", 100_000),
        ("MTQ", "cubic metre", "cubic metres", "m\u00b3", "volume", 1_000_000),
        ("MMT", "millimetre", "millimetres", "mm", "length", 1),
        ("CMT", "centimetre", "centimetres", "cm", "length", 10),
        ("MTR", "metre", "metres", "m", "length", 1_000),
        ("KMT", "kilometre", "kilometres", "km", "length", 1_000_000),
        ("MTK", "square metre", "square metres", "m\u00b2", "area", 1_000_000),
        ("SEC", "second", "seconds", "s", "time", 1),
        ("HUR", "hour", "hours", "h", "time", 3_600),
        ("DAY", "day", "days", "d", "time", 86_400),
        ("WEE", "week", "weeks", "wk", "time", 604_800),
    ]
    return {row[0]: Measure(*row[:5], size=Fraction(row[5])) for row in rows}


MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(_measures())
"""Every unit of measure there is, by its code."""


@functools.lru_cache(maxsize=512)
def find_measure(unit: str, *, item: str = "this item") -> Measure:
    """Find a unit by its code, name or symbol, in any case.

    Raises:
        UnitUnknown: there is no such unit.
    """
    wanted = unit.strip().casefold()
    for measure in MEASURES.values():
        names = (measure.code, measure.singular, measure.plural, measure.symbol)
        if wanted and wanted in {name.casefold() for name in names}:
            return measure
    other = find_customary(unit)
    if other is not None:
        return Measure(*other[:5], size=size_of(other))
    raise UnitUnknown(unit=unit[:40], item=item, known=", ".join(MEASURES))


def units_for(item_unit: str, packs: Iterable[Pack] = ()) -> tuple[str, ...]:
    """List what an amount of an item may be given in: codes of its dimension, then its packs."""
    dimension = find_measure(item_unit).dimension
    codes = [code for code, measure in MEASURES.items() if measure.dimension == dimension]
    return (*codes, *(pack.name for pack in packs))


def ratio(
    unit: str, item_unit: str, packs: Iterable[Pack] = (), *, item: str = "this item"
) -> Fraction:
    """Say how many of the item's smallest unit one `unit` is, exactly.

    Args:
        unit: a code, a name or a symbol, or the name of one of the item's packs.
        item_unit: the item's own, smallest unit.
        packs: the packs of the item.
        item: the item's name, for the sentence of the refusal.

    Raises:
        UnitUnknown: the unit is not known, or measures something else.
    """
    packs = tuple(packs)
    for pack in packs:
        if pack.name.casefold() == unit.strip().casefold():
            return Fraction(pack.holds)
    found = _between(unit, item_unit)
    if found is None:
        own = find_measure(item_unit, item=item)
        known = units_for(own.code, packs)
        raise UnitUnknown(unit=unit[:40], item=item, known=", ".join(known))
    return found


@functools.lru_cache(maxsize=512)
def _between(unit: str, other: str) -> Fraction | None:
    """Say how many of the other unit one unit is; None if that is not known."""
    try:
        given, wanted = find_measure(unit), find_measure(other)
    except UnitUnknown:
        return None
    return given.size / wanted.size if given.dimension == wanted.dimension else None


def convert(amount: Decimal | int | Fraction, unit: str, other: str) -> Fraction:
    """Convert an amount from one unit to another of its dimension, exactly.

    Raises:
        UnitUnknown: a unit is not known, or the two measure different things.
        AmountUnreadable: not a finite number.
    """
    given, wanted = find_measure(unit), find_measure(other)
    if given.dimension != wanted.dimension:
        raise UnitUnknown(unit=unit[:40], item=wanted.plural, known=", ".join(units_for(other)))
    if isinstance(amount, Decimal) and not amount.is_finite():
        raise AmountUnreadable(text=amount)
    return Fraction(amount) * given.size / wanted.size


def to_smallest(
    amount: Decimal | int,
    unit: str,
    item_unit: str,
    packs: Iterable[Pack] = (),
    *,
    item: str = "this item",
) -> int:
    """Convert an amount exactly to whole smallest units of an item.

    Raises:
        UnitUnknown: the unit is not known, or measures something else.
        AmountUnreadable: not a finite number.
        AmountNotPositive: zero or less.
        AmountFractional: the result would not be a whole number.
        AmountTooLarge: the result is beyond what is stored.
    """
    factor = ratio(unit, item_unit, packs, item=item)
    named = _worded(unit)
    if isinstance(amount, Decimal):
        if not amount.is_finite():
            raise AmountUnreadable(text=amount)
        # A huge exponent would ask for more memory than there is, so it is refused unexpanded.
        if amount > 0 and amount.adjusted() > _MOST_DIGITS:
            raise AmountTooLarge(amount=_shown(amount), most=MOST_STORED)
        if amount > 0 and amount.adjusted() < -_MOST_DIGITS:
            raise AmountFractional(amount=_shown(amount), unit=named, smallest=_named(item_unit))
    if amount <= 0:
        raise AmountNotPositive(amount=_shown(amount))
    smallest = Fraction(amount) * factor
    if smallest.denominator != 1:
        raise AmountFractional(amount=_shown(amount), unit=named, smallest=_named(item_unit))
    if smallest > MOST_STORED:
        raise AmountTooLarge(amount=_shown(amount), most=MOST_STORED)
    return int(smallest)


_MOST_DIGITS = 40


def _worded(unit: str) -> str:
    """Write a unit for a sentence: a code by its name, anything else as it was given."""
    return MEASURES[unit].plural if unit in MEASURES else unit


def _named(item_unit: str) -> str:
    return find_measure(item_unit).singular


def _shown(amount: Decimal | int) -> str:
    """Write a number for a sentence, with its digits while they are few enough to read."""
    number = Decimal(amount)
    written = f"{number:f}" if abs(number.adjusted()) < _MOST_DIGITS else ""
    return written if 0 < len(written) <= _MOST_DIGITS else f"{number:.3e}"
