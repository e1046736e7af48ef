import csv
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import muster.cli
import muster.records
from muster.core.quantities.amounts import Quantity, QuantityKind
from muster.core.quantities.units import MEASURES, Pack, find_measure, ratio, to_smallest

FOLDER = Path(muster.records.__file__).parent / "reference"
FILES = ["parties", "standings", "places", "items", "packs", "substitutes", "units"]


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date:
    return date.fromisoformat(text) if text else date.max


def standing_on(body: str, moment: date) -> dict[str, str]:
    return {
        row["party"]: row["kind"]
        for row in rows("standings")
        if row["body"] == body and day(row["since"]) <= moment < day(row["until"])
    }


ITEMS = {row["code"]: row for row in rows("items")}
PARTIES = {row["code"]: row for row in rows("parties")}


@pytest.mark.parametrize("name", FILES)
def test_every_row_has_every_column_and_no_stray_space(name: str) -> None:
    for row in rows(name):
        assert None not in row.values()
        assert all(cell == cell.strip() for cell in row.values())


@pytest.mark.parametrize("name", ["parties", "places", "items", "units"])
def test_no_code_stands_for_two_things(name: str) -> None:
    counted = Counter(row["code"] for row in rows(name))
    assert [code for code, times in counted.items() if times > 1] == []


@pytest.mark.parametrize(
    ("moment", "members"),
    [
        (date(1949, 8, 23), 0),
        (date(1949, 8, 24), 12),
        (date(2022, 2, 15), 30),
        (date(2023, 4, 3), 30),
        (date(2023, 4, 4), 31),
        (date(2023, 4, 20), 31),
        (date(2024, 3, 6), 31),
        (date(2024, 3, 7), 32),
    ],
)
def test_the_alliance_had_so_many_members_on_that_day(moment: date, members: int) -> None:
    kinds = standing_on("NATO", moment).values()
    assert sum(kind == "member" for kind in kinds) == members


@pytest.mark.parametrize(
    ("party", "moment", "kind"),
    [
        ("FIN", date(2022, 2, 15), "partner"),
        ("FIN", date(2022, 7, 5), "invitee"),
        ("FIN", date(2023, 4, 3), "invitee"),
        ("FIN", date(2023, 4, 4), "member"),
        ("SWE", date(2023, 4, 20), "invitee"),
        ("SWE", date(2024, 3, 7), "member"),
        ("UKR", date(2023, 4, 20), "partner"),
        ("MDA", date(2023, 2, 6), "partner"),
    ],
)
def test_a_standing_is_judged_on_its_day(party: str, moment: date, kind: str) -> None:
    assert standing_on("NATO", moment)[party] == kind


def test_a_day_belongs_to_one_standing_only() -> None:
    by_pair: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for row in rows("standings"):
        span = (day(row["since"]), day(row["until"]))
        assert span[0] < span[1]
        by_pair.setdefault((row["party"], row["body"]), []).append(span)
    for spans in by_pair.values():
        for before, after in pairwise(sorted(spans)):
            assert before[1] <= after[0]


def test_every_standing_is_between_known_parties_and_says_how_it_was_checked() -> None:
    for row in rows("standings"):
        assert {row["party"], row["body"]} <= PARTIES.keys()
        assert row["checked"] in {"read", "recall"}
        assert row["source"]


def test_the_alliance_and_what_belongs_to_it_give_only_what_is_reviewed() -> None:
    bound = {code for code, row in PARTIES.items() if row["gives_only_reviewed"] == "yes"}
    assert bound == {"NATO", "EADRCC", "NSPA"}


def test_a_party_belongs_to_a_known_one_and_a_nation_is_its_iso_code() -> None:
    for code, row in PARTIES.items():
        assert row["parent"] in {"", *PARTIES}
        assert (row["iso3"] == code) is (row["kind"] == "nation")


# A box around each country that a place lies in: south, north, west, east.
BOXES = {
    "NLD": (50.7, 53.6, 3.3, 7.3),
    "SWE": (55.3, 69.1, 10.9, 24.2),
    "FIN": (59.7, 70.1, 20.5, 31.6),
    "EST": (57.5, 59.7, 21.7, 28.3),
    "POL": (49.0, 54.9, 14.1, 24.2),
    "UKR": (44.3, 52.4, 22.1, 40.3),
    "ROU": (43.6, 48.3, 20.2, 29.8),
    "SVK": (47.7, 49.7, 16.8, 22.6),
    "HUN": (45.7, 48.6, 16.1, 22.95),
    "MDA": (45.4, 48.5, 26.6, 30.2),
    "TUR": (35.8, 42.2, 25.6, 44.9),
    "ITA": (36.6, 47.1, 6.6, 18.6),
    "DEU": (47.2, 55.1, 5.8, 15.1),
}


def test_every_place_lies_in_its_country() -> None:
    for row in rows("places"):
        south, north, west, east = BOXES[row["country"]]
        assert south <= float(row["lat"]) <= north, row["name"]
        assert west <= float(row["lon"]) <= east, row["name"]
        assert row["kind"] in {"hub", "crossing", "airfield", "port", "depot"}


def test_no_unknown_mass_or_volume_is_written_as_zero() -> None:
    for row in ITEMS.values():
        for cell in (row["mass_g"], row["volume_ml"]):
            assert cell == "" or int(cell) > 0


def test_every_packed_item_floats_between_a_feather_and_lead() -> None:
    for row in ITEMS.values():
        if row["mass_g"] and row["volume_ml"]:
            density = Fraction(int(row["mass_g"]), int(row["volume_ml"]))
            assert Fraction(1, 50) < density < 12, row["name"]


def test_every_item_has_a_known_unit_and_is_counted_where_its_unit_is() -> None:
    for row in ITEMS.values():
        assert (row["countable"] == "yes") is not MEASURES[row["unit"]].divisible
        for column in ("countable", "serial_tracked", "expires", "consent_prone"):
            assert row[column] in {"yes", "no"}


def test_every_weapon_and_round_is_reviewed_as_lethal_or_not_reviewed() -> None:
    assert {row["lethality"] for row in ITEMS.values()} == {"non_lethal", "lethal", "unreviewed"}
    for row in ITEMS.values():
        if row["category"] in {"weapons", "ammunition"}:
            assert row["lethality"] != "non_lethal", row["name"]
            assert row["lethality"] == "unreviewed" or row["consent_prone"] == "yes"


def test_every_pack_holds_a_whole_number_of_a_known_item() -> None:
    for row in rows("packs"):
        pack = Pack(row["name"], int(row["holds"]))
        assert ratio(pack.name, ITEMS[row["item"]]["unit"], [pack]) == pack.holds
    named = Counter((row["item"], row["name"]) for row in rows("packs"))
    assert max(named.values()) == 1


def test_no_pack_has_the_name_of_a_measure() -> None:
    taken = {n.casefold() for m in MEASURES.values() for n in (m.code, m.singular, m.plural)}
    assert taken.isdisjoint(row["name"].casefold() for row in rows("packs"))


def test_every_substitute_is_another_known_item_of_the_same_unit() -> None:
    for row in rows("substitutes"):
        assert row["item"] != row["substitute"]
        assert ITEMS[row["item"]]["unit"] == ITEMS[row["substitute"]]["unit"]
        assert Fraction(int(row["numerator"]), int(row["denominator"])) > 0


def test_no_reviewed_item_is_replaced_by_one_that_is_not() -> None:
    for row in rows("substitutes"):
        verdicts = ITEMS[row["item"]]["lethality"], ITEMS[row["substitute"]]["lethality"]
        assert verdicts[0] == verdicts[1]


def test_the_table_of_units_is_that_of_the_core() -> None:
    listed = [
        tuple(row[c] for c in ("code", "singular", "plural", "symbol", "dimension", "base_units"))
        for row in rows("units")
    ]
    assert listed == [
        (m.code, m.singular, m.plural, m.symbol, m.dimension, str(m.size))
        for m in MEASURES.values()
    ]
    assert all(find_measure(row["singular"]).code == row["code"] for row in rows("units"))


# The demo scenario, which is written in the codes of these facts

SCENARIO = Path(muster.cli.__file__).parent / "scenario"
STORIES = ["support_to_ukraine", "turkiye_earthquake", "ukraine_2024_request"]
Table = dict[str, Any]


def story(name: str) -> Table:
    return tomllib.loads((SCENARIO / f"{name}.toml").read_text(encoding="utf-8"))


def lines(tables: Table, kind: str) -> dict[str, Table]:
    return {line["key"]: line for table in tables.get(kind, []) for line in table["lines"]}


def walk(value: object) -> Iterator[Table]:
    if isinstance(value, dict):
        yield value
    children = value.values() if isinstance(value, dict) else value
    if isinstance(children, Iterable) and not isinstance(children, str):
        for child in children:
            yield from walk(child)


@pytest.mark.parametrize("name", STORIES)
def test_the_story_names_only_known_items_parties_places_and_units(name: str) -> None:
    places = {row["code"] for row in rows("places")}
    for table in walk(story(name)):
        assert table.get("item", "WPN-HOW-155") in ITEMS
        for column in ("donor", "recipient", "consignee", "party", "body", "centre", "origin"):
            assert table.get(column, "NATO") in PARTIES
        for column in ("from_place", "to_place"):
            assert table.get(column, "DEP-KYIV") in places
        if "event" in table:
            assert table.get("place", "DEP-KYIV") in places


@pytest.mark.parametrize("name", STORIES)
def test_every_line_of_the_story_names_its_source_or_is_marked_as_invented(name: str) -> None:
    tables = story(name)
    for kind in ("requests", "offers"):
        for line in [*lines(tables, kind).values(), *tables.get(kind, [])]:
            assert line.get("source", "").startswith("https://") or line["invented"], line["key"]
            assert not line.get("invented") or line["note"]
    for kind in ("allocations", "consignments", "arrivals"):
        assert all(table["invented"] for table in tables.get(kind, []))


@pytest.mark.parametrize("name", STORIES)
def test_every_quantity_of_the_story_can_exist_in_the_unit_of_its_item(name: str) -> None:
    packs = [(row["item"], Pack(row["name"], int(row["holds"]))) for row in rows("packs")]
    for table in walk(story(name)):
        if "kind" in table and "item" in table:
            Quantity(QuantityKind(table["kind"]), table.get("low"), table.get("high"))
        if "clarified" in table:
            word = table["clarified"]
            Quantity(QuantityKind(word["kind"]), word.get("low"), word.get("high"))
        if "amount" in table and "item" in table:
            own = [pack for item, pack in packs if item == table["item"]]
            item_unit = ITEMS[table["item"]]["unit"]
            assert to_smallest(table["amount"], table["unit"], item_unit, own) > 0


@pytest.mark.parametrize("name", STORIES)
def test_nothing_in_the_story_happens_after_its_clock_or_out_of_order(name: str) -> None:
    tables = story(name)
    for table in walk(tables):
        for column in ("at", "submitted_at", "offered_at", "proposed_at", "signed_at"):
            assert table.get(column, tables["clock"]) <= tables["clock"]
        steps = [table[c] for c in ("submitted_at", "validated_at", "circulated_at") if c in table]
        steps += [table[c] for c in ("proposed_at", "confirmed_at", "accepted_at") if c in table]
        assert steps == sorted(steps)
        moments = [event["at"] for event in table.get("events", [])]
        assert moments == sorted(moments)
    for kind, column in (
        ("requests", "submitted_at"),
        ("offers", "offered_at"),
        ("allocations", "proposed_at"),
        ("consignments", "leaves_on"),
        ("arrivals", "arrived_on"),
    ):
        moments = [table[column] for table in tables.get(kind, [])]
        assert moments == sorted(moments)


@pytest.mark.parametrize("name", STORIES)
def test_no_key_of_the_story_is_used_twice(name: str) -> None:
    counted = Counter(table["key"] for table in walk(story(name)) if "key" in table)
    assert max(counted.values()) == 1


def asked_for(line: Table) -> int | None:
    word = line.get("clarified", line)
    return Quantity(QuantityKind(word["kind"]), word.get("low"), word.get("high")).cap


@pytest.mark.parametrize("name", STORIES)
def test_the_story_promises_no_more_than_offered_accepted_and_asked(name: str) -> None:
    tables = story(name)
    offered, asked = lines(tables, "offers"), lines(tables, "requests")
    promised: Counter[str] = Counter()
    over = {a["request_line"] for a in tables.get("allocations", []) if "over_accepted" in a}
    for allocation in tables.get("allocations", []):
        line = offered[allocation["offer_line"]]
        assert line["decision"]["event"] in {"accept", "accept_in_part"}
        assert allocation["proposed_at"] >= line["decision"]["at"]
        promised[line["key"]] += allocation["amount"]
        assert promised[line["key"]] <= line["decision"].get("amount", line["amount"])
        promised[allocation["request_line"]] += allocation["amount"]
    for key in {a["request_line"] for a in tables.get("allocations", [])}:
        cap = asked_for(asked[key])
        assert cap is not None
        assert (promised[key] > cap) is (key in over), key


@pytest.mark.parametrize("name", STORIES)
def test_each_allocation_of_the_story_is_of_the_item_asked_or_a_listed_substitute(
    name: str,
) -> None:
    tables = story(name)
    offered, asked = lines(tables, "offers"), lines(tables, "requests")
    listed = {(row["item"], row["substitute"]) for row in rows("substitutes")}
    for allocation in tables.get("allocations", []):
        pair = (
            asked[allocation["request_line"]]["item"],
            offered[allocation["offer_line"]]["item"],
        )
        assert pair[0] == pair[1] or pair in listed


@pytest.mark.parametrize("name", STORIES)
def test_what_travels_in_the_story_was_promised_and_every_count_adds_up(name: str) -> None:
    tables = story(name)
    allocations = {table["key"]: table for table in tables.get("allocations", [])}
    offered = lines(tables, "offers")
    packed: Counter[str] = Counter()
    for consignment in tables.get("consignments", []):
        events = [event["event"] for event in consignment["events"]]
        for line in consignment["lines"]:
            allocation = allocations[line["allocation"]]
            packed[allocation["key"]] += line["amount"]
            assert packed[allocation["key"]] <= allocation["amount"]
            assert allocation["accepted_at"] <= consignment["events"][0]["at"]
            item = ITEMS[offered[allocation["offer_line"]]["item"]]
            if item["serial_tracked"] == "yes" and "lock" in events:
                assert len(set(line["serials"])) == line["amount"]
        assert ("receipt" in consignment) is ("hand_over" in events)
        counts = {
            count["line"]: count for count in consignment.get("receipt", {"lines": []})["lines"]
        }
        for line in consignment["lines"] if counts else []:
            count = counts[line["key"]]
            parts = ("good", "damaged", "missing", "rejected")
            assert sum(count[part] for part in parts) == line["amount"]


def test_the_alliance_offers_one_thing_in_the_story_that_it_must_not_give() -> None:
    refused = []
    for name in STORIES:
        for offer in story(name).get("offers", []):
            for line in offer["lines"]:
                reviewed = ITEMS[line["item"]]["lethality"] == "non_lethal"
                if PARTIES[offer["donor"]]["gives_only_reviewed"] == "yes" and not reviewed:
                    refused.append(line["expect_refusal"])
    assert refused == ["not_reviewed_non_lethal"]


@pytest.mark.parametrize("name", STORIES)
def test_every_donor_of_the_story_has_a_standing_on_the_day_of_its_offer(name: str) -> None:
    for offer in story(name).get("offers", []):
        standing = standing_on("NATO", offer["offered_on"])
        assert offer["donor"] in {"NATO", *standing}
