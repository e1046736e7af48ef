"""What is not a rule of the subset is refused, with its place and a sentence."""

import pytest

from muster.core.rulebook.reading import MOST_ATOMS, MOST_CHARACTERS, read
from muster.core.rulebook.refusals import RuleLoops, RuleTooLarge, RuleUnreadable


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("donor.code ==", 1, 12, "not an expression of CEL"),
        ("donor.part_of_body &&\n  donor.code", 2, 3, "neither true nor false"),
        ('donor.cod == "NOR"', 1, 1, 'no fact "donor.cod"'),
        ("donor.code == 5", 1, 15, "never alike"),
        ("item.code.matches('a')", 1, 1, "matches"),
        ('item.code == "a" + "b"', 1, 14, "here stands"),
        ("goods.days_left == 1.5", 1, 20, "neither a text, a whole number"),
        ('day > timestamp("2023-02-30T00:00:00Z")', 1, 7, "midnight"),
        ("size(offer.only_for) > 0", 1, 1, 'no function "size"'),
        ("offer.only_for == null", 1, 19, "asked with"),
        ("donor.code < null", 1, 14, "in order"),
        ('"unterminated', 1, 1, "not an expression of CEL"),
        ("", 1, 1, "not an expression of CEL"),
        ('{"a": true}.a', 1, 2, ""),
        ("donor.part_of_body[0]", 1, 1, ""),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    text: str, line: int, column: int, says: str
) -> None:
    with pytest.raises(RuleUnreadable) as refused:
        read(text)
    assert refused.value.details["line"] == line
    assert refused.value.details["column"] == column
    assert says in refused.value.sentence


@pytest.mark.parametrize("macro", ["all", "exists", "exists_one", "filter", "map"])
def test_what_goes_through_a_list_is_refused(macro: str) -> None:
    with pytest.raises(RuleLoops) as refused:
        read(f'item.expires ||\n offer.only_for.{macro}(x, x == "UKR")')
    assert refused.value.details == {"line": 2, "column": 17, "word": macro}


@pytest.mark.parametrize(
    "text",
    [
        "(" * 30 + "true" + ")" * 30,
        "!" * 100 + "true",
        "true ? true : " * 60 + "true",
        " || ".join(["true"] * (MOST_ATOMS + 1)),
        'donor.code == "' + "x" * MOST_CHARACTERS + '"',
        f"goods.days_left in [{', '.join(map(str, range(501)))}]",
    ],
)
def test_what_is_too_long_or_too_deep_is_refused(text: str) -> None:
    with pytest.raises(RuleTooLarge):
        read(text)


def test_the_longest_chain_allowed_is_read() -> None:
    assert read(" && ".join(["item.expires"] * MOST_ATOMS)).text
