"""Descriptions find their item, and say how sure that is.

item_descriptions.csv: descriptions with the items that are right (several where each is), from the
lists of real operations and made up; in six languages, misspelt, and of things nobody stocks.
"""

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import muster.records
from muster.core.intake.items import Candidate, Entry, Index, Why
from muster.core.intake.wording import normalised, wording

REFERENCE = Path(muster.records.__file__).parent / "reference"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LABELLED = rows(Path(__file__).parent / "item_descriptions.csv")


def entries() -> list[Entry]:
    aliases: dict[str, list[str]] = defaultdict(list)
    for row in rows(REFERENCE / "aliases.csv"):
        aliases[row["item"]].append(row["text"])
    return [
        Entry(code=row["code"], name=row["name"], aliases=tuple(aliases[row["code"]]))
        for row in rows(REFERENCE / "items.csv")
    ]


INDEX = Index(entries())


def best(text: str) -> Candidate | None:
    return next(iter(INDEX.match([text])[0]), None)


def confidence(text: str, code: str) -> float:
    found = INDEX.match([text], limit=50)[0]
    return next((candidate.confidence for candidate in found if candidate.code == code), 0.0)


def judged(at_least: float) -> tuple[int, int]:
    """Count the best candidates of that confidence, and how many of them are right."""
    found = [(best(row["text"]), row["items"].split()) for row in LABELLED]
    sure = [(c, right) for c, right in found if c is not None and c.confidence >= at_least]
    return len(sure), sum(candidate.code in right for candidate, right in sure)


def test_there_are_enough_labelled_descriptions_to_judge_by() -> None:
    assert len(LABELLED) >= 300
    assert len({row["text"] for row in LABELLED}) == len(LABELLED)
    assert {code for row in LABELLED for code in row["items"].split()} <= {
        entry.code for entry in entries()
    }


def test_no_match_of_at_least_nine_tenths_is_wrong() -> None:
    stated, right = judged(0.9)
    assert stated >= 200
    assert right == stated


def test_of_matches_of_at_least_seven_tenths_ninety_five_in_a_hundred_are_right() -> None:
    stated, right = judged(0.7)
    assert right >= 0.95 * stated


def test_the_first_candidate_is_right_for_ninety_five_in_a_hundred() -> None:
    known = [row for row in LABELLED if row["items"]]
    right = 0
    for row in known:
        candidate = best(row["text"])
        right += candidate is not None and candidate.code in row["items"].split()
    assert right >= 0.95 * len(known)


def test_what_nobody_stocks_is_never_matched_with_confidence() -> None:
    for row in LABELLED:
        candidate = best(row["text"])
        if not row["items"] and candidate is not None:
            assert candidate.confidence < 0.7, row["text"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("155 mm shells", "AMM-105-HOW"),
        ("155 mm shells", "WPN-MOR-120"),
        ("155 mm shells", "AMM-120-MOR"),
        ("105 mm artillery rounds", "AMM-155-HE"),
        ("generator 30 kW", "GEN-DSL-100"),
        ("generator 30 kVA", "GEN-DSL-100"),
        ("generator 100 kVA", "GEN-DSL-030"),
        ("Leopard 1 tanks", "WPN-MBT-LE2"),
        ("tarpaulin 4 x 5 m", "SHL-TRP-46"),
        ("sodium chloride 0.9 % 500 ml", "MED-NAC-1L0"),
    ],
)
def test_numbers_that_differ_mean_another_thing(text: str, wrong: str) -> None:
    assert confidence(text, wrong) < 0.5


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("shl-tnt-fam", "SHL-TNT-FAM", Why.CODE),
        ("Wolldecken", "SHL-BLK-WOL", Why.ALIAS),
        ("BLANKETS,  wool", "SHL-BLK-WOL", Why.ALIAS),
        ("155mm shells", "AMM-155-HE", Why.ALIAS),
        ("diesel generators 1,9 kW to 30 kW", "GEN-DSL-MIX", Why.ALIAS),
        ("thick woollen blankets for evacuees", "SHL-BLK-WOL", Why.SIMILAR),
    ],
)
def test_it_is_said_what_a_match_rests_on(text: str, code: str, why: Why) -> None:
    candidate = best(text)
    assert candidate is not None
    assert (candidate.code, candidate.why) == (code, why)


def test_what_two_items_are_called_is_a_question() -> None:
    index = Index([Entry(code="A", name="tank"), Entry(code="B", name="tanks")])
    found = index.match(["Tanks"])[0]
    assert [candidate.code for candidate in found] == ["B"]
    assert {c.code: c.confidence < 0.9 for c in index.match(["tankes"])[0]} == {
        "A": True,
        "B": True,
    }


def test_likeness_alone_never_reaches_nine_tenths() -> None:
    for row in LABELLED:
        for candidate in INDEX.match([row["text"] + " somewhere"])[0]:
            assert candidate.why is not Why.SIMILAR or candidate.confidence < 0.9


@given(st.lists(st.text(max_size=80), max_size=5))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_an_answer_with_confidences_in_order(texts: list[str]) -> None:
    for found in INDEX.match(texts, limit=3):
        confidences = [candidate.confidence for candidate in found]
        assert confidences == sorted(confidences, reverse=True)
        assert all(0 < value <= 1 for value in confidences)
        assert len({candidate.code for candidate in found}) == len(found) <= 3


WRITTEN = "abcxyzmkgABZ ,.-/()\u00e4\u00e9\u0142\u0456\u0457\u0439\u043a\u0433\u043c\u2019\u00d7"


@given(st.text(WRITTEN, max_size=40))
@settings(max_examples=300, deadline=None)
def test_words_that_are_normalised_are_normal(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


def test_the_order_and_the_number_of_asks_do_not_matter() -> None:
    texts = [row["text"] for row in LABELLED[:40]]
    alone = [INDEX.match([text])[0] for text in texts]
    assert INDEX.match([*texts, *texts]) == [*alone, *alone]
    assert Index(entries()).match(texts[::-1]) == alone[::-1]


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("155mm", {"mm": (155.0,)}),
        ("tarpaulin 4x6 m", {"mm": (4000.0, 6000.0)}),
        ("1,9 kW bis 30 kW", {"w": (1900.0, 30000.0)}),
        ("1,000 kVA", {"va": (1_000_000.0,)}),
        ("tank 10 m3", {"ml": (10_000_000.0,)}),
        ("Leopard 2", {}),
    ],
)
def test_measures_are_read_in_one_base_unit(text: str, measures: dict[str, object]) -> None:
    assert wording(text).measures == measures
