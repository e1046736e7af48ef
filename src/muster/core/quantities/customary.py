"""Units outside the table of core/quantities/units.py, by codes of UN/ECE Recommendation 20.

Pounds, gallons, feet, horsepower and the like.  How much each is comes from pint, whose definitions
are read as fractions, so that nothing is rounded: a pound is 45359237/100000 grams.  Loading pint
takes longer than starting the program, so it is loaded when such a unit is met, and not before.
"""

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pint import UnitRegistry


class Customary(NamedTuple):
    """A unit that is read and converted, but not offered in lists of units."""

    code: str
    singular: str
    plural: str
    symbol: str
    dimension: str
    pint: str
    """What pint calls it."""


def find_customary(unit: str) -> Customary | None:
    """Find a unit by its code, name or symbol, in any case; None where it is not known.

    "ton" and "gallon" alone are not here: each is several units, and a person says which.
    """
    return _BY_WORD.get(unit.strip().casefold())


@lru_cache
def size_of(unit: Customary) -> Fraction:
    """Say how many base units of its dimension one is, exactly."""
    converted = _registry().convert(Fraction(1), unit.pint, _BASES[unit.dimension])
    return Fraction(converted)


@lru_cache
def _registry() -> "UnitRegistry[Fraction]":
    from pint import UnitRegistry  # noqa: PLC0415 - it is slow to load, and seldom needed

    return UnitRegistry(non_int_type=Fraction)


# The base units of core/quantities/units.py as pint names them, and those of power and energy.
_BASES: Final = {
    "mass": "gram",
    "volume": "milliliter",
    "length": "millimeter",
    "area": "millimeter ** 2",
    "time": "second",
    "power": "watt",
    "apparent power": "volt * ampere",
    "energy": "joule",
    "voltage": "volt",
}
_ALL: Final = tuple(
    Customary(*row)
    for row in (
        ("MGM", "milligram", "milligrams", "mg", "mass", "milligram"),
        ("DTN", "decitonne", "decitonnes", "dt", "mass", "decitonne"),
        ("LBR", "pound", "pounds", "lb", "mass", "pound"),
        ("ONZ", "ounce", "ounces", "oz", "mass", "ounce"),
        ("STN", "short ton", "short tons", "ton (US)", "mass", "short_ton"),
        ("LTN", "long ton", "long tons", "ton (UK)", "mass", "long_ton"),
        ("CLT", "centilitre", "centilitres", "cl", "volume", "centiliter"),
        ("DMQ", "cubic decimetre", "cubic decimetres", "dm\u00b3", "volume", "decimeter ** 3"),
        ("GLL", "US gallon", "US gallons", "gal (US)", "volume", "US_liquid_gallon"),
        ("GLI", "imperial gallon", "imperial gallons", "gal (UK)", "volume", "imperial_gallon"),
        ("BLL", "oil barrel", "oil barrels", "barrel (US)", "volume", "oil_barrel"),
        ("FTQ", "cubic foot", "cubic feet", "ft\u00b3", "volume", "foot ** 3"),
        ("INH", "inch", "inches", "in", "length", "inch"),
        ("FOT", "foot", "feet", "ft", "length", "foot"),
        ("YRD", "yard", "yards", "yd", "length", "yard"),
        ("SMI", "mile", "miles", "mi", "length", "mile"),
        ("FTK", "square foot", "square feet", "ft\u00b2", "area", "foot ** 2"),
        ("KMK", "square kilometre", "square kilometres", "km\u00b2", "area", "kilometer ** 2"),
        ("MIN", "minute", "minutes", "min", "time", "minute"),
        ("WTT", "watt", "watts", "W", "power", "watt"),
        ("KWT", "kilowatt", "kilowatts", "kW", "power", "kilowatt"),
        ("MAW", "megawatt", "megawatts", "", "power", "megawatt"),
        ("BHP", "horsepower", "horsepower", "hp", "power", "horsepower"),
        ("N12", "metric horsepower", "metric horsepower", "PS", "power", "metric_horsepower"),
        ("D46", "volt-ampere", "volt-amperes", "VA", "apparent power", "volt * ampere"),
        (
            "KVA",
            "kilovolt-ampere",
            "kilovolt-amperes",
            "kVA",
            "apparent power",
            "kilovolt * ampere",
        ),
        ("MVA", "megavolt-ampere", "megavolt-amperes", "", "apparent power", "megavolt * ampere"),
        ("WHR", "watt-hour", "watt-hours", "Wh", "energy", "watt * hour"),
        ("KWH", "kilowatt-hour", "kilowatt-hours", "kWh", "energy", "kilowatt * hour"),
        ("MWH", "megawatt-hour", "megawatt-hours", "MWh", "energy", "megawatt * hour"),
        ("VLT", "volt", "volts", "V", "voltage", "volt"),
        ("KVT", "kilovolt", "kilovolts", "kV", "voltage", "kilovolt"),
    )
)
_BY_WORD: Final = {
    word.casefold(): unit
    for unit in _ALL
    for word in (unit.code, unit.singular, unit.plural, unit.symbol)
    if word
}
