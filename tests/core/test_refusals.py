"""Every refusal has one stable code and one sentence, and is on the page that lists them."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import muster
from muster.core.refusals import NotEnoughOffered, Refusal, every_refusal

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "refusals.md"


def _all() -> list[type[Refusal]]:
    """Find the refusals of every module, wherever it is."""
    for module in pkgutil.walk_packages(muster.__path__, "muster."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return [refusal for refusal in every_refusal() if refusal.__module__.startswith("muster.")]


def _row(refusal: type[Refusal]) -> str:
    sentence = " ".join((refusal.__doc__ or "").split()).replace("|", "\\|")
    return f"| `{refusal.code}` | {refusal.kind} | {refusal.field or ''} | {sentence} |"


def test_the_page_lists_every_refusal_with_its_kind_and_its_sentence() -> None:
    page = PAGE.read_text().splitlines()
    assert [row for row in map(_row, _all()) if row not in page] == []


def test_the_page_lists_no_refusal_that_is_not_there() -> None:
    listed = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE))
    assert listed - {refusal.code for refusal in _all()} == set()


def test_no_two_refusals_share_a_code() -> None:
    codes = [refusal.code for refusal in _all()]
    assert sorted(codes) == sorted(set(codes))


def test_every_refusal_is_one_sentence_that_ends() -> None:
    sentences = {r.code: " ".join((r.__doc__ or "").split()) for r in _all()}
    assert {code: s for code, s in sentences.items() if not re.search(r"[.}!?]$", s)} == {}
    assert {code: s for code, s in sentences.items() if len(s) < 15} == {}


def test_a_refusal_fills_its_sentence_and_knows_its_field() -> None:
    refusal = NotEnoughOffered(amount=7)
    assert (refusal.code, refusal.at) == ("not_enough_offered", "amount")
    assert "7" in refusal.sentence
    assert NotEnoughOffered(at="lines.0.amount", amount=7).at == "lines.0.amount"


def test_a_sentence_with_a_detail_missing_is_a_fault_and_loud() -> None:
    with pytest.raises(KeyError):
        NotEnoughOffered()
