"""One phrase of a list: the little words between an amount and its thing."""

import pytest

from muster.core.intake.phrases import read_phrase


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("1.500 Stück Decken", "Decken"),
        ("20 boxes antibiotics", "antibiotics"),
        ("20 pieces office chairs", "office chairs"),
        ("500 boxes of gloves", "gloves"),
        ("500 boîtes de gants", "gants"),
        ("100 kits d'hygiène", "hygiène"),
        ("100 kits d\u2019hygiène", "hygiène"),
    ],
)
def test_a_little_word_before_a_thing_is_left_out_and_the_beginning_of_a_thing_is_not(
    text: str, item: str
) -> None:
    assert read_phrase(text).item_text == item
