"""What an accession changes, held against the published figures and against a sum by hand."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import muster.records
from muster.core.accessions import IntoItself
from muster.core.effects import BorderSum, CannotLeave, NotABody, Way
from muster.core.refusals import NotFound, PartyUnknown, Refusal
from muster.queries.effects import Effect, effect_of

pytestmark = pytest.mark.usefixtures("records")
FOLDER = Path(muster.records.__file__).parent / "reference"
ACCESSION = date(2023, 4, 4)


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def with_russia(effect: Effect) -> dict[str, BorderSum]:
    [border] = [each for each in effect.borders if each.neighbour == "RUS"]
    return {each.method: each for each in border.sums}


def finland(**more: object) -> Effect:
    return effect_of("FIN", body="NATO", day=ACCESSION, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "before", "after", "ratio"),
    [
        ("factbook", "1317", "2626", "1.994"),
        ("stated", "1213", "2552", "2.104"),
        ("natural_earth_10m", "1069.0", "2295.0", "2.147"),
    ],
)
def test_three_sources_disagree_on_the_border_that_finland_doubles(
    method: str, before: str, after: str, ratio: str
) -> None:
    found = with_russia(finland())[method]
    assert (found.before_km, found.after_km) == (Decimal(before), Decimal(after))
    assert found.difference_km == Decimal(after) - Decimal(before)
    assert found.ratio == Decimal(ratio)


def test_the_range_of_the_ratio_spans_all_three_sources() -> None:
    [border] = [each for each in finland().borders if each.neighbour == "RUS"]
    assert border.ratio is not None
    assert (border.ratio.low, border.ratio.high) == (Decimal("1.994"), Decimal("2.147"))
    assert (border.before_km.low, border.before_km.high) == (Decimal("1069.0"), Decimal(1317))


def test_the_border_is_told_member_by_member_and_adds_up() -> None:
    found = with_russia(finland())["factbook"]
    parts = {part.code: part.km for part in found.members}
    assert parts == {
        "EST": Decimal(324),
        "LVA": Decimal(332),
        "LTU": Decimal(261),
        "POL": Decimal(209),
        "NOR": Decimal(191),
        "FIN": Decimal(1309),
    }
    assert sum(parts.values()) == found.after_km


def test_a_neighbour_that_becomes_a_member_is_no_longer_outside() -> None:
    [border] = [each for each in finland().borders if each.neighbour == "FIN"]
    [found] = [each for each in border.sums if each.method == "factbook"]
    assert (found.before_km, found.after_km) == (Decimal(709), Decimal(0))


def test_where_two_countries_give_one_border_two_lengths_both_are_shown() -> None:
    germany = effect_of("DEU", body="NATO", day=ACCESSION)
    [border] = [each for each in germany.borders if each.neighbour == "DEU"]
    [poland] = [p for p in border.sums[0].members if p.code == "POL"]
    assert (poland.km, poland.other_km) == (Decimal(467), Decimal(447))


def test_the_members_are_those_of_the_day_with_and_without_the_party() -> None:
    assert (finland().members_before, finland().members_after) == (30, 31)
    sweden = effect_of("SWE", body="NATO", day=date(2024, 3, 7))
    assert (sweden.members_before, sweden.members_after) == (31, 32)
    assert finland().standing == "member since 2023-04-04"


def test_people_and_means_are_the_sums_of_the_reference_files() -> None:
    members = {r["party"] for r in rows("standings") if r["body"] == "NATO"
               and r["kind"] == "member" and r["since"] <= "2023-04-04"}  # fmt: skip
    assert len(members) == 31
    for total in finland().means.totals[:2]:
        amounts = {r["country"]: Decimal(r["amount"]) for r in rows("country_figures")
                   if r["measure"] == total.measure}  # fmt: skip
        after = sum(amounts[code] for code in members)
        assert (total.after, total.before) == (after, after - amounts["FIN"])
        assert total.missing == ()


def test_every_member_has_its_share_before_and_after() -> None:
    shares = {share.code: share for share in finland().means.gdp_shares}
    assert len(shares) == 31
    assert shares["FIN"].before is None
    assert sum(s.before for s in shares.values() if s.before) == pytest.approx(100, abs=0.002)
    assert sum(s.after or 0 for s in shares.values()) == pytest.approx(100, abs=0.002)
    assert all((s.difference or 0) <= 0 for s in shares.values())


def test_places_borders_with_members_and_obligations_come_with_a_member() -> None:
    effect = finland()
    assert {place.code for place in effect.places} >= {"AIR-EFHK", "PRT-HANKO"}
    roads = {(c.code, c.method): c.km for c in effect.corridors}
    assert roads["NOR", "factbook"] == Decimal(709)
    assert ("SWE", "factbook") not in roads
    assert {bound.code for bound in effect.obligations} >= {"NAT-4", "NAT-5", "WALES-2"}
    assert "HAGUE-5" not in {bound.code for bound in effect.obligations}


def test_leaving_is_joining_read_backwards() -> None:
    joins, leaves = finland(way=Way.JOINS), finland(way=Way.LEAVES)
    assert (leaves.members_before, leaves.members_after) == (31, 30)
    for method, found in with_russia(leaves).items():
        assert found.before_km == with_russia(joins)[method].after_km
        assert found.after_km == with_russia(joins)[method].before_km


def test_a_party_that_left_on_the_day_leaves_unless_told_otherwise() -> None:
    effect = effect_of("GBR", body="EU", day=date(2020, 2, 1))
    assert effect.way is Way.LEAVES
    assert (effect.members_before, effect.members_after) == (28, 27)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"party": "NOBODY"}, PartyUnknown),
        ({"body": "NOBODY"}, PartyUnknown),
        ({"party": "NATO"}, IntoItself),
        ({"body": "UNHCR"}, NotABody),
        ({"party": "GEO", "way": Way.LEAVES}, CannotLeave),
        ({"neighbour": "ATLANTIS"}, NotFound),
    ],
)
def test_what_cannot_be_compared_is_refused(
    asked: dict[str, object], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        effect_of(**{"party": "FIN", "body": "NATO", "day": ACCESSION} | asked)  # type: ignore[arg-type]


def test_a_border_that_a_method_has_no_length_of_is_no_border_of_nothing() -> None:
    # The drawn map gives none of Ukraine with Russia: its sum is not 2,295 km before and after.
    effect = effect_of("UKR", body="NATO", day=date(2026, 1, 1))
    found = with_russia(effect)
    assert found["natural_earth_10m"].missing == ("UKR",)
    assert found["factbook"].missing == ()
    [border] = [each for each in effect.borders if each.neighbour == "RUS"]
    assert border.ratio is not None
    assert border.ratio.low == border.ratio.high == found["factbook"].ratio == Decimal("1.740")
    assert border.after_km.low == Decimal(4570)
    assert all(not each.missing for each in with_russia(finland()).values())
