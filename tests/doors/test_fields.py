"""Fields of forms, as they come from a browser."""

from decimal import Decimal

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from muster.web.deeds import NumberUnreadable, decimal_in


@given(st.decimals(min_value=0, max_value=10**10, places=3))
def test_a_weight_is_read_as_it_is_written(weight: Decimal) -> None:
    request = RequestFactory().post("/", {"gross_kg": f"{weight:f}"})
    assert decimal_in(request, "gross_kg") == weight


@pytest.mark.parametrize("text", ["1,5", "-3", "1e5", "nan", "1.2345", ".5", "٣", "12 kg"])
def test_a_weight_that_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(NumberUnreadable):
        decimal_in(RequestFactory().post("/", {"gross_kg": text}), "gross_kg")
