"""The map that flows are drawn on: whose is what, and that what is drawn is what flows."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from muster.queries.plan_figures import LegUse, SlotUse
from muster.records.models import Place
from muster.web import maps
from muster.web.maps import countries, map_of

Ring = tuple[tuple[float, float], ...]


def holders(longitude: float, latitude: float) -> list[str]:
    """Name the countries that hold a point."""
    return [
        name
        for name, rings in countries().items()
        if any(holds(ring, longitude, latitude) for ring in rings)
    ]


def holds(ring: Ring, x: float, y: float) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "country"),
    [
        ("Simferopol", 34.1, 44.95, "Ukraine"),
        ("Sevastopol", 33.6, 44.62, "Ukraine"),
        ("Kerch", 36.4, 45.35, "Ukraine"),
        ("Dzhankoi", 34.4, 45.7, "Ukraine"),
        ("Donetsk", 37.8, 48.0, "Ukraine"),
        ("Luhansk", 39.3, 48.57, "Ukraine"),
        ("Kyiv", 30.52, 50.45, "Ukraine"),
        ("Krasnodar", 39.0, 45.04, "Russia"),
        ("Kyrenia", 33.3, 35.3, "Cyprus"),
        ("Rzeszow", 22.0, 50.04, "Poland"),
        ("Ankara", 32.85, 39.93, "Turkey"),
    ],
)
def test_a_place_lies_in_its_country_and_in_no_other(
    place: str, longitude: float, latitude: float, country: str
) -> None:
    assert holders(longitude, latitude) == [country], place


def test_crimea_is_drawn_as_one_with_ukraine_without_a_border_between() -> None:
    whole = [ring for ring in countries()["Ukraine"] if holds(ring, 30.52, 50.45)]
    assert [holds(ring, 34.1, 44.95) for ring in whole] == [True]


def test_the_file_of_outlines_says_where_it_comes_from() -> None:
    about = json.loads((Path(maps.__file__).parent / "map/europe.json").read_text("utf-8"))["about"]
    assert "Natural Earth" in about
    assert "public domain" in about


def leg(code: str, start: str, end: str, tonnes: int, percent: int | None = None) -> LegUse:
    week = SlotUse(tonnes=Decimal(tonnes), room_t=None, m3=Decimal(), room_m3=None, percent=percent)
    return LegUse(
        leg=code,
        name=code,
        mode="road",
        start=start,
        end=end,
        gauge_break=False,
        tonnes=Decimal(tonnes),
        weeks=(week,),
    )


def spot(code: str, longitude: str | None, latitude: str | None) -> Place:
    return Place(
        code=code,
        name=code,
        kind="hub",
        longitude=None if longitude is None else Decimal(longitude),
        latitude=None if latitude is None else Decimal(latitude),
    )


PLACES = {
    "A": spot("A", "22", "50"),
    "B": spot("B", "24", "49.8"),
    "C": spot("C", "30", "50.4"),
    "D": spot("D", None, None),
}


def test_the_heavier_flow_is_the_thicker_and_a_full_one_is_marked() -> None:
    drawn = map_of([leg("1", "A", "B", 10), leg("2", "B", "C", 40, 100)], PLACES)
    assert drawn is not None
    assert [flow.name for flow in drawn.flows] == ["2", "1"]
    assert drawn.flows[0].width > drawn.flows[1].width
    assert [flow.full for flow in drawn.flows] == [True, False]
    inside = [0 <= s.x <= drawn.width and 0 <= s.y <= drawn.height for s in drawn.spots]
    assert inside == [True] * 3


def test_a_place_without_a_position_is_named_and_not_put_somewhere() -> None:
    drawn = map_of([leg("1", "A", "B", 10), leg("2", "B", "D", 5)], PLACES)
    assert drawn is not None
    assert drawn.missing == ("D",)
    assert len(drawn.flows) == 1
    assert map_of([leg("2", "B", "D", 5)], PLACES) is None


def test_a_leg_that_carries_nothing_is_not_drawn() -> None:
    assert map_of([leg("1", "A", "B", 0)], PLACES) is None
