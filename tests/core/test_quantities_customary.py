import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.quantities.customary import size_of
from muster.core.quantities.units import MEASURES, convert, find_measure, to_smallest, units_for
from muster.core.refusals import AmountFractional, AmountUnreadable, UnitUnknown


@pytest.mark.parametrize(
    ("amount", "unit", "other", "result"),
    [
        (1, "LBR", "GRM", Fraction(45359237, 100000)),
        (2000, "lb", "STN", Fraction(1)),
        (1, "short ton", "KGM", Fraction(45359237, 50000)),
        (2240, "pounds", "LTN", Fraction(1)),
        (1, "US gallon", "LTR", Fraction(473176473, 125000000)),
        (1, "imperial gallon", "MLT", Fraction(454609, 100)),
        (1, "ft", "MMT", Fraction(1524, 5)),
        (5280, "feet", "mile", Fraction(1)),
        (1, "MTQ", "LTR", Fraction(1000)),
        (3, "DZN", "H87", Fraction(36)),
        (30, "kW", "WTT", Fraction(30000)),
        (Decimal("1.5"), "KVA", "D46", Fraction(1500)),
        (1, "kWh", "WHR", Fraction(1000)),
    ],
)
def test_units_convert_exactly(amount: int, unit: str, other: str, result: Fraction) -> None:
    assert convert(amount, unit, other) == result


@given(st.fractions(min_value=1), st.sampled_from(["LBR", "STN", "ONZ", "KGM", "TNE"]))
def test_converting_there_and_back_changes_nothing(amount: Fraction, unit: str) -> None:
    assert convert(convert(amount, unit, "GRM"), "GRM", unit) == amount


@pytest.mark.parametrize(
    ("unit", "other"),
    [("kW", "kVA"), ("LBR", "LTR"), ("PR", "H87"), ("furlong", "MTR"), ("ton", "KGM")],
)
def test_what_measures_different_things_is_not_converted(unit: str, other: str) -> None:
    with pytest.raises(UnitUnknown):
        convert(1, unit, other)


def test_what_is_no_number_is_not_converted() -> None:
    with pytest.raises(AmountUnreadable):
        convert(Decimal("NaN"), "kg", "lb")


def test_pounds_are_taken_for_what_is_kept_in_kilograms_where_they_come_out_whole() -> None:
    assert to_smallest(100000, "lb", "GRM") == 45359237
    with pytest.raises(AmountFractional):
        to_smallest(1, "lb", "GRM")


def test_no_list_offers_what_is_only_read() -> None:
    assert "LBR" not in units_for("KGM")
    assert find_measure("LBR").plural == "pounds"


def test_no_unit_has_the_code_or_name_of_another() -> None:
    from muster.core.quantities.customary import _ALL

    known = {
        word.casefold()
        for m in MEASURES.values()
        for word in (m.code, m.singular, m.plural, m.symbol)
        if word
    }
    for unit in _ALL:
        words = {w.casefold() for w in (unit.code, unit.singular, unit.plural, unit.symbol) if w}
        assert known.isdisjoint(words), unit
        known |= words


def test_every_customary_unit_has_an_exact_size() -> None:
    from muster.core.quantities.customary import _ALL

    assert all(size_of(unit) > 0 for unit in _ALL)
    assert to_smallest(5, "dt", "KGM") == 500


def test_pint_is_not_loaded_until_such_a_unit_is_met() -> None:
    program = (
        "import sys; from muster.core.quantities.units import find_measure; find_measure('kg');"
        "assert 'pint' not in sys.modules; find_measure('lb'); assert 'pint' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
