from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.quantities.amounts import MOST_STORED, Per, Quantity, QuantityKind
from muster.core.quantities.entry import parse_amount, parse_quantity
from muster.core.quantities.numbers import Convention
from muster.core.quantities.units import MEASURES, Pack, find_measure, ratio, to_smallest, units_for
from muster.core.refusals import (
    AmountAmbiguous,
    AmountFractional,
    AmountNotPositive,
    AmountTooLarge,
    AmountUnreadable,
    Refusal,
    UnitUnknown,
)

AMOUNT = st.integers(min_value=1, max_value=MOST_STORED)
CODES = st.sampled_from(sorted(MEASURES))


@given(
    amount=AMOUNT | st.integers(1, 10**9).map(lambda n: 1000 * n),
    mark=st.sampled_from(["", ",", ".", " ", "\u00a0", "'"]),
)
def test_a_counted_amount_reads_back_however_it_was_grouped(amount: int, mark: str) -> None:
    assert parse_amount(f"{amount:,}".replace(",", mark)) == amount


@given(
    whole=st.integers(min_value=1, max_value=999),
    part=st.integers(min_value=0, max_value=999),
    mark=st.sampled_from(".,"),
    unit=st.sampled_from(["LTR", "KGM", "TNE", "MTR"]),
)
def test_a_divisible_amount_with_one_mark_is_asked_and_not_guessed(
    whole: int, part: int, mark: str, unit: str
) -> None:
    with pytest.raises(AmountAmbiguous) as refused:
        parse_amount(f"{whole}{mark}{part:03}", unit)
    assert f"{whole}{part:03}" in refused.value.sentence


@given(text=st.text(max_size=30) | st.text(alphabet="0123456789.,-' k", max_size=30), unit=CODES)
def test_every_text_gives_a_storable_amount_or_a_refusal(text: str, unit: str) -> None:
    try:
        amount = parse_amount(text, unit)
    except Refusal:
        return
    assert 1 <= amount <= MOST_STORED


@given(amount=AMOUNT, given_unit=CODES, item_unit=CODES)
def test_a_conversion_is_exact_or_refused(amount: int, given_unit: str, item_unit: str) -> None:
    try:
        smallest = to_smallest(amount, given_unit, item_unit)
    except (UnitUnknown, AmountFractional, AmountTooLarge):
        return
    assert smallest * MEASURES[item_unit].size == amount * MEASURES[given_unit].size


@given(amount=st.integers(min_value=1, max_value=10**12), places=st.integers(0, 6))
def test_a_decimal_is_converted_without_a_rounding(amount: int, places: int) -> None:
    tonnes = Decimal(amount).scaleb(-places)
    expected = Fraction(amount, 10**places) * 1000
    if expected.denominator == 1:
        assert to_smallest(tonnes, "TNE", "KGM") == expected
    else:
        with pytest.raises(AmountFractional):
            to_smallest(tonnes, "TNE", "KGM")


@given(first=CODES, second=CODES)
def test_units_convert_there_and_back_or_not_at_all(first: str, second: str) -> None:
    if second in units_for(first):
        assert ratio(first, second) * ratio(second, first) == 1
    else:
        with pytest.raises(UnitUnknown):
            ratio(first, second)


@given(boxes=st.integers(1, 10**6), holds=st.integers(1, 10**6))
def test_a_pack_counts_what_it_holds(boxes: int, holds: int) -> None:
    assert to_smallest(boxes, "Box", "H87", [Pack("box", holds)]) == boxes * holds


@pytest.mark.parametrize(
    ("number", "by_point", "by_comma"),
    [
        ("31.078", 31_078, 31_078_000),
        ("1,200", 1_200_000, 1_200),
        ("4,7", 4_700, 4_700),
        ("100 000", 100_000_000, 100_000_000),
    ],
)
def test_the_document_convention_settles_what_a_mark_means(
    number: str, by_point: int, by_comma: int
) -> None:
    point, comma = Convention.POINT_DECIMAL, Convention.COMMA_DECIMAL
    assert parse_amount(f"{number} t", "KGM", unit="t", convention=point) == by_point
    assert parse_amount(f"{number} t", "KGM", unit="t", convention=comma) == by_comma


def test_an_integer_beyond_the_limit_of_digits_is_refused() -> None:
    with pytest.raises(AmountTooLarge):
        to_smallest(10**5000, "H87", "H87")


@pytest.mark.parametrize(
    ("text", "unit", "refusal"),
    [
        ("", "H87", AmountUnreadable),
        ("many", "H87", AmountUnreadable),
        ("up to 5", "H87", AmountUnreadable),
        ("3-4", "H87", AmountUnreadable),
        ("5 per week", "H87", AmountUnreadable),
        ("5 kg", "H87", AmountUnreadable),
        ("1e3", "H87", AmountUnreadable),
        ("NaN", "H87", AmountUnreadable),
        ("0", "H87", AmountNotPositive),
        ("-5", "H87", AmountNotPositive),
        ("\u22125", "H87", AmountNotPositive),
        ("1.5", "H87", AmountFractional),
        ("0,5", "LTR", AmountFractional),
        ("1,200", "LTR", AmountAmbiguous),
        ("1.234 million", "H87", AmountAmbiguous),
        ("2.500", "DZN", AmountAmbiguous),
        ("1000000000000001", "H87", AmountTooLarge),
        ("9" * 150, "H87", AmountTooLarge),
        ("5", "stone", UnitUnknown),
        ("5", "KGM", UnitUnknown),
    ],
)
def test_what_cannot_be_one_amount_is_refused(text: str, unit: str, refusal: type[Refusal]) -> None:
    item_unit = "LTR" if unit == "LTR" else "H87"
    with pytest.raises(refusal):
        parse_amount(text, item_unit, unit=unit)


def test_a_dozen_drops_the_reading_that_would_cut_a_piece() -> None:
    assert parse_amount("1.200", "H87", unit="DZN") == 14_400


@pytest.mark.parametrize(
    "amount",
    [
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1E+999999"),
        Decimal("1E-999999"),
        10**60,
        0,
        -1,
    ],
)
def test_a_monstrous_number_is_refused_and_not_expanded(amount: Decimal | int) -> None:
    with pytest.raises(Refusal):
        to_smallest(amount, "TNE", "KGM")


def test_pieces_are_not_pairs() -> None:
    with pytest.raises(UnitUnknown) as refused:
        to_smallest(120_000, "H87", "PR", [Pack("carton", 200)], item="gloves")
    assert refused.value.sentence == (
        'The unit "H87" is not known for gloves; use one of: PR, TPR, carton.'
    )


def test_units_are_found_by_code_name_and_symbol() -> None:
    assert {find_measure(name).code for name in ("TNE", "tne", "tonne", "Tonnes", " t ")} == {"TNE"}


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("70", Quantity.exactly(70)),
        ("up to 450 000", Quantity.up_to(450_000)),
        ("more than 260", Quantity.at_least(260)),
        ("about 1,200", Quantity.about(1_200)),
        ("30-31", Quantity.between(30, 31)),
        ("20,000 per week", Quantity(QuantityKind.RATE, 20_000, 20_000, Per.WEEK)),
        ("tens of thousands", Quantity.unknown()),
        ("", Quantity.unknown()),
    ],
)
def test_a_request_may_state_any_quantity(text: str, quantity: Quantity) -> None:
    assert parse_quantity(text) == quantity


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("0", AmountNotPositive), ("1.9 to 30", AmountFractional), ("see annex", AmountUnreadable)],
)
def test_a_quantity_that_cannot_be_kept_is_refused(text: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        parse_quantity(text)
