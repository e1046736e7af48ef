"""What the page on rules says of the language and of the seed is so."""

import csv
from pathlib import Path

import muster.records
from muster.core.rulebook import reading
from muster.core.rulebook.book import Effect, Rule
from muster.core.rulebook.findings import MOST_COMBINATIONS, FindingKind, findings_among
from muster.core.rulebook.reading import read

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "explanation" / "rules.md").read_text(encoding="utf-8")
SEED = Path(muster.records.__file__).parent / "reference" / "rules.csv"


def _seed() -> list[dict[str, str]]:
    with SEED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_condition_on_the_page_is_of_the_language() -> None:
    shown = [line.strip() for line in PAGE.splitlines() if line.startswith("    ")]
    assert len(shown) == 6
    for text in shown:
        assert read(text).text == text


def test_the_limits_on_the_page_are_those_of_the_reader() -> None:
    told = " ".join(PAGE.split())
    assert f"at most {reading.MOST_CHARACTERS:,} characters" in told
    assert f"{reading.MOST_ATOMS} comparisons" in told
    assert f"{reading.MOST_DEPTH} levels" in told
    assert f"{reading.MOST_LISTED} values in a list" in told
    assert f"more than {MOST_COMBINATIONS:,}" in told


def test_the_seed_is_read_and_contradicts_nothing() -> None:
    rules = [
        Rule(
            key=number,
            code=row["code"],
            version=1,
            condition=read(row["expression"]),
            effect=Effect(row["effect"]),
            sentence=row["sentence"],
            precedence=int(row["precedence"]),
        )
        for number, row in enumerate(_seed())
    ]
    found = findings_among(rules)
    assert [each for each in found if each.kind is not FindingKind.NOT_SHOWN] == []


def test_only_what_is_not_made_up_is_approved_from_the_start() -> None:
    for row in _seed():
        assert (row["approved"] == "yes") == (row["invented"] == "no")
        assert row["code"].startswith("EX-") == (row["invented"] == "yes")
        if row["approved"] == "yes":
            assert f"`{row['code']}`" in PAGE
