from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.quantities.amounts import MOST_STORED, Per, Quantity, QuantityKind

AMOUNT = st.integers(min_value=1, max_value=MOST_STORED)
ENDS = st.none() | st.integers(min_value=-2, max_value=4) | AMOUNT | st.just(MOST_STORED + 1)


@given(
    kind=st.sampled_from(QuantityKind), low=ENDS, high=ENDS, per=st.none() | st.sampled_from(Per)
)
def test_every_quantity_that_can_exist_is_without_contradiction(
    kind: QuantityKind, low: int | None, high: int | None, per: Per | None
) -> None:
    try:
        quantity = Quantity(kind, low, high, per)
    except ValueError:
        return
    assert all(1 <= end <= MOST_STORED for end in (low, high) if end is not None)
    assert low is None or high is None or low <= high
    assert (kind is QuantityKind.RATE) == (per is not None)
    assert (kind is QuantityKind.UNKNOWN) == (low is None and high is None)
    assert (kind is QuantityKind.UNKNOWN) == (quantity.text == "not stated")
    assert quantity.cap is None or quantity.most in {None, quantity.cap}


@given(first=AMOUNT, second=AMOUNT, kind=st.sampled_from(QuantityKind))
def test_ends_in_the_wrong_order_are_never_kept(
    first: int, second: int, kind: QuantityKind
) -> None:
    if first == second:
        second = first + 1
    with pytest.raises(ValueError, match=r"cannot be|nothing else|lies between"):
        Quantity(kind, max(first, second), min(first, second), Per.DAY)


@pytest.mark.parametrize(
    ("quantity", "text", "most", "cap"),
    [
        (Quantity.exactly(70_000), "70,000", 70_000, 70_000),
        (Quantity.up_to(450_000), "up to 450,000", 450_000, 450_000),
        (Quantity.at_least(260), "at least 260", None, 260),
        (Quantity.about(450), "about 450", 450, 450),
        (Quantity.between(30, 31), "30 to 31", 31, 31),
        (Quantity(QuantityKind.RATE, 20_000, 20_000, Per.WEEK), "20,000 per week", None, None),
        (Quantity(QuantityKind.RATE, None, 5, Per.DAY), "up to 5 per day", None, None),
        (Quantity.unknown(), "not stated", None, None),
    ],
)
def test_a_quantity_says_in_words_what_it_can_mean(
    quantity: Quantity, text: str, most: int | None, cap: int | None
) -> None:
    assert (quantity.text, quantity.most, quantity.cap) == (text, most, cap)


@given(low=AMOUNT, high=AMOUNT)
def test_each_shape_of_a_quantity_reads_differently(low: int, high: int) -> None:
    if low >= high:
        low, high = 1, 2
    kinds = product(
        (QuantityKind.EXACT, QuantityKind.BOUND, QuantityKind.RANGE),
        (None, low, high),
        (None, low, high),
    )
    texts: list[str] = []
    for kind, first, second in kinds:
        try:
            texts.append(Quantity(kind, first, second).text)
        except ValueError:
            continue
    assert len(texts) == len(set(texts)) == 9
