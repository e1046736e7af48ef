from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.quantities.amounts import Per
from muster.core.quantities.numbers import (
    LONGEST,
    Convention,
    ReadingKind,
    detect_convention,
    read_number,
)

POINT, COMMA = Convention.POINT_DECIMAL, Convention.COMMA_DECIMAL

# What a document of each convention may separate thousands with.
GROUPING = {POINT: [",", " ", "\u00a0", "\u2009", "\u202f", "'"], COMMA: [".", " ", "\u00a0", "'"]}
WRITTEN = st.sampled_from([(c, mark) for c, marks in GROUPING.items() for mark in marks])
AMOUNTS = st.integers(min_value=0, max_value=10**18)


def write(amount: int, mark: str) -> str:
    return f"{amount:,}".replace(",", mark)


@given(amount=AMOUNTS, written=WRITTEN)
def test_a_number_reads_back_the_same_under_its_document_convention(
    amount: int, written: tuple[Convention, str]
) -> None:
    convention, mark = written
    reading = read_number(write(amount, mark), convention=convention)
    assert reading.kind is ReadingKind.EXACT
    assert reading.low == reading.high == amount


@given(amount=AMOUNTS, written=WRITTEN, decimals=st.from_regex(r"[0-9]{1,6}", fullmatch=True))
def test_decimals_read_back_the_same_under_their_document_convention(
    amount: int, written: tuple[Convention, str], decimals: str
) -> None:
    convention, mark = written
    point = "," if convention is COMMA else "."
    reading = read_number(write(amount, mark) + point + decimals, convention=convention)
    assert reading.low == Decimal(f"{amount}.{decimals}")


@given(
    whole=st.integers(min_value=1, max_value=999),
    part=st.integers(min_value=0, max_value=999),
    mark=st.sampled_from(".,"),
    words=st.sampled_from(["{}", "up to {}", "{} litres", "{} per week", "about {}", "{} million"]),
    settled=st.sampled_from([None, Convention.MIXED]),
)
def test_one_mark_before_three_digits_is_never_read_as_certain(
    whole: int, part: int, mark: str, words: str, settled: Convention | None
) -> None:
    reading = read_number(words.format(f"{whole}{mark}{part:03}"), convention=settled)
    assert reading.kind is ReadingKind.AMBIGUOUS
    assert len(reading.readings) == 2
    first, second = (each.low or each.high for each in reading.readings)
    assert first is not None
    assert second is not None
    assert {first, second} == {min(first, second), min(first, second) * 1000}


@given(text=st.text(max_size=LONGEST + 10))
def test_whatever_is_written_gets_an_answer_and_no_error(text: str) -> None:
    for convention in (None, *Convention):
        reading = read_number(text, convention=convention)
        assert (reading.kind is ReadingKind.AMBIGUOUS) == (len(reading.readings) > 1)


@given(text=st.text(alphabet="0123456789.,' -+~<>/akmotwndper", max_size=40))
def test_an_exact_reading_is_the_same_whatever_the_convention(text: str) -> None:
    reading = read_number(text)
    if reading.kind is ReadingKind.EXACT:
        for convention in (POINT, COMMA):
            under = read_number(text, convention=convention)
            assert under.kind is ReadingKind.UNREADABLE or under.low == reading.low


@given(words=st.lists(AMOUNTS.filter(lambda n: n >= 10**6), min_size=1, max_size=5))
def test_millions_prove_the_convention_of_their_document(words: list[int]) -> None:
    assert detect_convention(write(n, ",") for n in words) is POINT
    assert detect_convention(write(n, ".") for n in words) is COMMA


@pytest.mark.parametrize(
    ("texts", "convention"),
    [
        (["1.234.567"], COMMA),
        (["1,5"], COMMA),
        (["12.50"], POINT),
        (["1,234.5"], POINT),
        (["4,7 million", "31.078"], COMMA),
        (["31.078", "103,000"], None),
        (["100 000", "16 700", ""], None),
        (["24.03.2020"], None),
        (["x" * (LONGEST - 4) + "1,234"], None),
        (["1,5", "12.50"], Convention.MIXED),
    ],
)
def test_a_document_proves_its_own_convention(
    texts: list[str], convention: Convention | None
) -> None:
    assert detect_convention(texts) is convention


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("100\u00a0000", "exact", "100000"),
        ("16 700", "exact", "16700"),
        ("4,7 million", "exact", "4700000"),
        ("two million", "exact", "2000000"),
        ("5 k", "exact", "5000"),
        ("twelve", "exact", "12"),
        ("a dozen", "exact", "12"),
        ("0.500", "exact", "0.500"),
        ("1234.567", "exact", "1234.567"),
        ("up to 450 000", "bound", "up to 450000"),
        ("nearly 500", "bound", "up to 500"),
        ("more than 260", "bound", "at least 260"),
        ("260+", "bound", "at least 260"),
        ("approximately 450", "bound", "about 450"),
        ("~50", "bound", "about 50"),
        ("some 50", "bound", "about 50"),
        ("30-31", "range", "30 to 31"),
        ("30\u201331", "range", "30 to 31"),
        ("1.9 to 30", "range", "1.9 to 30"),
        ("between 10 and 20", "range", "10 to 20"),
        ("900 - 1.500", "range", "900 to 1500"),
        ("20 000 litres of oxygen per week", "rate", "20000 per week"),
        ("3 a day", "rate", "3 per day"),
        ("tens of thousands", "unknown", "unknown"),
        ("dozens", "unknown", "unknown"),
        ("a few hundred", "unknown", "unknown"),
        ("", "unknown", "unknown"),
        ("not stated", "unknown", "unknown"),
        ("31.078", "ambiguous", "31.078 or 31078"),
        ("5 m", "ambiguous", "5 or 5000000"),
        ("2-3 million", "ambiguous", "2 to 3000000 or 2000000 to 3000000"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, kind: str, says: str) -> None:
    reading = read_number(text)
    assert (reading.kind, reading.text) == (kind, says)


@pytest.mark.parametrize(
    "text",
    [
        *["-5", "1.2.3", "24.03.2020", "10 20", "31-30", "1,00,000", ".5", "10\u00b2", "5th"],
        *["2 and a half million", "twenty five", "10 to thirty", "50 %", "5 per cent", "a tent"],
        *["tens of thousands (about 20 000)", "5-ton trucks", "100 per person", "see annex"],
        *["up to", "a week", "3 or 4", "10 and 20", "\u0663", "1" * (LONGEST + 1)],
    ],
)
def test_what_is_not_one_number_is_not_read_as_one(text: str) -> None:
    assert read_number(text).kind is ReadingKind.UNREADABLE


def test_a_scale_never_rounds_a_long_number() -> None:
    reading = read_number("1.00000000000000000000000000000000000001 million")
    assert reading.low is not None
    assert reading.low != 10**6


def test_the_words_after_a_number_are_kept() -> None:
    reading = read_number("20 000 litres of oxygen per week")
    assert (reading.unit_text, reading.per) == ("litres of oxygen", Per.WEEK)
