"""Sums that lose no digit, shares that say how they are rounded, and what is never added up."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.burden import (
    Asked,
    Entry,
    KeyMissing,
    Measure,
    NobodyToShare,
    PlacesOutOfRange,
    Section,
    Sharing,
    Yardstick,
    in_unit,
    rounded,
    sections_of,
)

JAN, FEB = date(2023, 1, 1), date(2023, 2, 1)
amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=12, allow_nan=False)


def entry(donor: str, amount: str | Decimal, month: date = JAN, **more: str) -> Entry:
    given_ = {"currency": "EUR", "method": "as stated"} | more
    measure = Measure(given_.pop("measure", "allocated"))
    return Entry(donor=donor, month=month, measure=measure, amount=Decimal(amount), **given_)


def stick(amount: str, currency: str = "EUR") -> Yardstick:
    return Yardstick(amount=Decimal(amount), year=2021, currency=currency, source="a table")


def summed(*entries: Entry, **more: object) -> tuple[Section, ...]:
    given_: dict[str, object] = {"gdp": {}, "population": {}, "asked": Asked()}
    return sections_of(entries, **given_ | more)  # type: ignore[arg-type]


def sharing(members: dict[date, tuple[str, ...]], **weights: str) -> Sharing:
    return Sharing(
        party="EU",
        name="European Union",
        key="gdp",
        weights={code: stick(amount) for code, amount in weights.items()},
        members=members,
    )


@given(st.lists(st.tuples(st.sampled_from("ABC"), amounts, st.sampled_from([JAN, FEB]))))
def test_no_digit_of_a_sum_is_lost_whichever_way_it_is_added(
    rows: list[tuple[str, Decimal, date]],
) -> None:
    for section in summed(*(entry(*row) for row in rows)):
        total = sum((Fraction(amount) for _, amount, _ in rows), Fraction(0))
        assert Fraction(section.total) == total
        assert sum((Fraction(m.amount) for m in section.months), Fraction(0)) == total
        assert sum((Fraction(d.amount) for d in section.donors), Fraction(0)) == total
        for donor in section.donors:
            months = sum((Fraction(m.amount) for m in donor.months), Fraction(0))
            assert months == Fraction(donor.amount)


@pytest.mark.parametrize("other", [{"currency": "USD"}, {"method": "list price"},
                                   {"measure": "announced"}, {"measure": "received"}])  # fmt: skip
def test_two_currencies_two_methods_and_two_measures_are_two_sections(
    other: dict[str, str],
) -> None:
    first, second = summed(entry("DEU", "1"), entry("DEU", "2", **other))
    assert {first.total, second.total} == {Decimal(1), Decimal(2)}


@given(amounts, st.integers(0, 8))
def test_shares_are_rounded_half_up_away_from_zero(value: Decimal, places: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert rounded(Fraction(value), places) == expected


def test_a_share_of_gdp_is_of_the_same_currency_or_is_not_given() -> None:
    [section] = summed(
        entry("DEU", "1500000000"),
        entry("USA", "7"),
        gdp={"DEU": stick("3601750000000"), "USA": stick("22996100000000", "USD")},
        population={"DEU": stick("83200000")},
    )
    germany, america = section.donors
    assert germany.of_gdp == Decimal("0.0416")
    assert germany.per_head == Decimal("18.0288")
    assert america.of_gdp is None
    assert america.per_head is None


def test_a_target_is_held_against_each_donor_and_may_be_exceeded() -> None:
    [section] = summed(
        entry("EST", "100"), entry("ITA", "100"),
        gdp={"EST": stick("20000"), "ITA": stick("100000")},
        asked=Asked(target=Decimal("0.25")),
    )  # fmt: skip
    gaps = {donor.donor: donor.to_target for donor in section.donors}
    assert gaps == {"EST": Decimal(-50), "ITA": Decimal(150)}


def test_what_a_union_gave_is_passed_on_to_its_members_of_the_month() -> None:
    [section] = summed(
        entry("EU", "100", JAN), entry("EU", "90", FEB), entry("DEU", "10", JAN),
        sharing=sharing({JAN: ("DEU", "FRA"), FEB: ("DEU", "FRA", "HRV")}, DEU="3", FRA="1",
                        HRV="2"),
    )  # fmt: skip
    carried = {d.donor: (d.own, d.passed_on, d.amount) for d in section.donors}
    assert carried == {
        "DEU": (Decimal(10), Decimal(120), Decimal(130)),
        "FRA": (Decimal(0), Decimal(40), Decimal(40)),
        "HRV": (Decimal(0), Decimal(30), Decimal(30)),
    }
    assert section.total == Decimal(200)


@given(amounts, st.lists(st.integers(1, 10**6), min_size=1, max_size=3))
def test_passing_on_keeps_the_total(amount: Decimal, weights: list[int]) -> None:
    codes = ["A", "B", "C"][: len(weights)]
    shared = sharing({JAN: tuple(codes)}, **dict(zip(codes, map(str, weights), strict=True)))
    [section] = summed(entry("EU", amount), sharing=shared, asked=Asked(places=12))
    assert section.total == amount
    carried = sum((d.amount for d in section.donors), Decimal(0))
    assert abs(carried - amount) < Decimal("1e-10")


def test_a_key_that_is_missing_is_named_and_nothing_is_guessed() -> None:
    with pytest.raises(KeyMissing, match="FRA"):
        summed(entry("EU", "1"), sharing=sharing({JAN: ("DEU", "FRA")}, DEU="1"))
    with pytest.raises(NobodyToShare, match="2023-01"):
        summed(entry("EU", "1"), sharing=sharing({}, DEU="1"))
    with pytest.raises(PlacesOutOfRange):
        summed(entry("EU", "1"), asked=Asked(places=13))


@pytest.mark.parametrize(("amount", "unit", "shown"), [
    ("1234567890.12", "bn", "1.23456789012"), ("2000000", "mn", "2"), ("-500", "", "-500"),
    ("0", "bn", "0"), ("1500", "thousand", "1.5"),
])  # fmt: skip
def test_amounts_are_shown_in_a_unit_without_losing_a_digit(
    amount: str, unit: str, shown: str
) -> None:
    assert str(in_unit(Decimal(amount), unit)) == shown
