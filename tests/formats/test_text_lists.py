"""Real lists, read and held against labels made by hand; the lists themselves are not kept here."""

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from muster.core.exchange import DraftLine, Hints
from muster.core.quantities.amounts import QuantityKind
from muster.formats.plain import PLAIN

LABELS = Path(__file__).parent / "labels" / "lists.csv"
# Beside the checkout, where somebody has collected real lists; elsewhere these tests are skipped.
PATHS = sorted(Path(__file__).parents[3].glob("*/cases/lists/*.txt"))
ALIKE = 85

pytestmark = pytest.mark.skipif(not PATHS, reason="the lists are not on this machine")

Label = dict[str, str]


def labels() -> dict[str, list[Label]]:
    found: dict[str, list[Label]] = defaultdict(list)
    with LABELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["list"]].append(row)
    return found


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def is_same(label: Label, line: DraftLine) -> bool:
    """Compare every field that is judged: place, item, quantity, unit, party and status."""
    stated = line.quantity
    return (
        abs(int(label["line"]) - (line.place.line or 0)) <= 1
        and fuzz.token_set_ratio(label["item"].lower(), line.item_text.lower()) >= ALIKE
        and (label["kind"], number(label["low"]), number(label["high"]))
        == (stated.kind.value, stated.low, stated.high)
        and (label["unit"], label["party"], label["status"])
        == (stated.unit, line.party_text, line.status.value)
    )


def compared() -> tuple[int, int, int, list[str]]:
    """Count labels, lines and matches over all lists, and describe what did not match."""
    by_list, wrong = labels(), []
    expected = read = right = 0
    for path in PATHS:
        left = list(by_list[path.name[:2]])
        lines = PLAIN.read(path.read_bytes(), Hints(name=path.name)).lines
        expected, read = expected + len(left), read + len(lines)
        for line in lines:
            match = next((label for label in left if is_same(label, line)), None)
            if match is None:
                wrong.append(f"{path.name[:2]}:{line.place.line} {line.item_text} {line.quantity}")
            else:
                left.remove(match)
                right += 1
        wrong += [f"{label['list']}:{label['line']} missing {label['item']}" for label in left]
    return expected, read, right, wrong


def test_real_lists_are_read_as_a_person_reads_them() -> None:
    expected, read, right, wrong = compared()
    assert right / read >= 0.95, wrong
    assert right / expected >= 0.95, wrong


def test_no_exact_number_is_read_where_the_label_says_that_it_is_open() -> None:
    by_list = labels()
    for path in PATHS:
        open_items = [row for row in by_list[path.name[:2]] if row["kind"] == "unknown"]
        for line in PLAIN.read(path.read_bytes(), Hints(name=path.name)).lines:
            if line.quantity.kind is QuantityKind.EXACT:
                assert not any(
                    row["line"] == str(line.place.line) and row["item"] == line.item_text
                    for row in open_items
                )


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name[:2])
def test_every_line_points_to_the_text_it_was_read_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for line in PLAIN.read(path.read_bytes(), Hints()).lines:
        assert text[line.place.start : line.place.end] == line.text
