"""Every row of the catalogue that ships with Muster says what it must, and no more."""

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import muster.records
from muster.core.intake.wording import normalised
from muster.core.quantities.units import MEASURES
from muster.core.rules import code_forbids

FOLDER = Path(muster.records.__file__).parent / "reference"


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ITEMS = {row["code"]: row for row in rows("items")}
ALIASES = rows("aliases")
KITS = rows("kits")
SECTORS = {
    *("", "shelter", "household items", "wash", "health", "food security", "logistics"),
    *("early recovery", "emergency telecommunications", "education", "livelihoods"),
    *("search and rescue", "protection", "mine action"),
}


def test_there_are_at_least_six_hundred_items_and_thirty_kits() -> None:
    assert len(ITEMS) >= 600
    assert len({row["kit"] for row in KITS}) >= 30


def test_every_item_says_what_it_must() -> None:
    for code, row in ITEMS.items():
        assert code_forbids(code) is None, code
        assert row["name"], code
        assert row["category"], code
        assert row["source"], code
        assert row["unit"] in MEASURES, code
        assert row["relief_category"] in SECTORS, code
        assert row["relief_category"] or row["support_category"], code
        assert row["lethality"] in {"non_lethal", "lethal", "unreviewed"}, code
        for column in ("mass_g", "volume_ml"):
            assert row[column] == "" or int(row[column]) > 0, code
        assert re.fullmatch(r"(\d{4}(\.\d{2})?)?", row["hs_code"]), code
        assert re.fullmatch(r"([1-9](\.[1-6])?([A-HJKLNS])?)?", row["hazard"]), code


def test_only_what_is_for_relief_has_a_seed_verdict_of_non_lethal() -> None:
    military = {"weapons", "ammunition"}
    fields = {
        *("air defence", "artillery", "armour", "infantry weapons", "aviation", "ammunition"),
        *("uncrewed systems", "electronic warfare", "optics and surveillance"),
        "personal protection",
    }
    for row in ITEMS.values():
        if row["category"] in military or row["support_category"] in fields:
            assert row["lethality"] != "non_lethal", row["code"]


def test_no_name_and_no_alias_means_two_items() -> None:
    meant: dict[str, set[str]] = defaultdict(set)
    for row in ITEMS.values():
        meant[normalised(row["name"])].add(row["code"])
    for row in ALIASES:
        meant[normalised(row["text"])].add(row["item"])
    assert {text: codes for text, codes in meant.items() if len(codes) > 1} == {}
    assert "" not in meant


def test_no_alias_is_there_twice_and_each_is_of_a_known_item_in_a_named_language() -> None:
    counted = Counter(normalised(row["text"]) for row in ALIASES)
    assert [text for text, times in counted.items() if times > 1] == []
    for row in ALIASES:
        assert row["item"] in ITEMS
        assert row["language"] in {"en", "uk", "fr", "de", "tr", "pl"}
        assert row["text"] == row["text"].strip()


def test_kits_hold_known_parts_in_whole_amounts_and_say_where_that_is_from() -> None:
    named = Counter((row["kit"], row["part"]) for row in KITS)
    assert max(named.values()) == 1
    for row in KITS:
        assert {row["kit"], row["part"]} <= ITEMS.keys()
        assert row["kit"] != row["part"]
        assert int(row["amount"]) > 0
        assert row["source"]
        assert ITEMS[row["kit"]]["countable"] == "yes"


def test_no_kit_is_in_itself() -> None:
    inside: dict[str, set[str]] = defaultdict(set)
    for row in KITS:
        inside[row["kit"]].add(row["part"])

    def walk(kit: str, above: tuple[str, ...]) -> None:
        assert kit not in above, above
        for part in inside.get(kit, ()):
            walk(part, (*above, kit))

    for kit in tuple(inside):
        walk(kit, ())


def test_what_a_round_is_counted_in_is_a_piece() -> None:
    for row in ITEMS.values():
        if row["category"] == "ammunition" and "round" in row["name"]:
            assert row["unit"] == "H87", row["code"]
