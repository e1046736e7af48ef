import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.sitreps.facts import MessageNumberUnreadable, message_number, read_message_number


@given(
    st.from_regex(r"[A-Z]{2,10}( [A-Z]{2,5})?", fullmatch=True),
    st.integers(1000, 9999),
    st.integers(1, 10**6),
)
def test_a_message_number_is_read_back(centre: str, year: int, serial: int) -> None:
    number = read_message_number(f" {message_number(centre, year, serial)} ")
    assert (number.centre, number.year, number.serial) == (centre, year, serial)


@given(st.text(alphabet="OPS()20310ABé ", max_size=24))
def test_any_text_is_a_message_number_as_written_or_a_refusal(text: str) -> None:
    try:
        number = read_message_number(text)
    except MessageNumberUnreadable:
        return
    assert message_number(number.centre, number.year, number.serial) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OPS(CENTRE)(2031)020",
        "OPS(CENTRE)(31)0020",
        "OPS(CENTRE)(2031)0000",
        "OPS(CENTRE)(2031)00020",
        "OPS()(2031)0020",
        "OPS(CENTRE)(2031)0020 and more",
    ],
)
def test_a_message_number_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(MessageNumberUnreadable):
        read_message_number(text)


@pytest.mark.parametrize(
    ("centre", "year", "serial"), [("", 2031, 1), ("A", 31, 1), ("A", 2031, 0)]
)
def test_a_message_number_that_could_not_be_read_is_not_written(
    centre: str, year: int, serial: int
) -> None:
    with pytest.raises(ValueError, match="not a message number"):
        message_number(centre, year, serial)


def test_the_series_goes_on_past_four_digits() -> None:
    assert message_number("CENTRE", 2031, 12345) == "OPS(CENTRE)(2031)12345"
