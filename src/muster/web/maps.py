"""Flows of a plan on a map, laid out here and drawn by the template as SVG."""

import functools
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from muster.queries.plan_figures import LegUse
from muster.records.models import Place

_FILE = Path(__file__).parent / "map" / "europe.json"
_WIDTH = 1000
# How much of its own size the map shows around the places, and the least that it shows, in degrees.
_AROUND, _LEAST = 0.12, 4.0
# A degree of longitude is so much shorter here than one of latitude.
_NARROWER = math.cos(math.radians(50))
_THINNEST, _THICKEST = 2.0, 12.0
# Names nearer to each other than this are not both written.
_NEAR = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A country, as the `d` of an SVG path."""

    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One leg, drawn as thick as its tonnes say; `full` where a week of it is used up."""

    name: str
    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    tonnes: Decimal
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place that goods pass; its name is left out where another stands too near."""

    name: str
    x: float
    y: float
    crossing: bool
    named: bool
    left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """Everything that is drawn, in the units of the view box."""

    width: int
    height: int
    outlines: tuple[Outline, ...]
    flows: tuple[Flow, ...]
    spots: tuple[Spot, ...]
    missing: tuple[str, ...]
    """Places whose position is not known; the table has their flows."""


def map_of(legs: Iterable[LegUse], spots: Mapping[str, Place]) -> Map | None:
    """Lay out the legs that carry something; None where fewer than two places have a position."""
    legs = [leg for leg in legs if leg.tonnes]
    used = {code for leg in legs for code in (leg.start, leg.end)}
    known = {
        code: (float(place.longitude), float(place.latitude))
        for code, place in spots.items()
        if code in used and place.longitude is not None and place.latitude is not None
    }
    if len(known) < 2:  # noqa: PLR2004 - a flow has two ends
        return None
    view = _View.around(known.values())
    return Map(
        width=_WIDTH,
        height=view.height,
        outlines=tuple(view.outlines()),
        flows=tuple(_flows(legs, {code: view.at(*spot) for code, spot in known.items()})),
        spots=_spots({code: view.at(*spot) for code, spot in known.items()}, spots),
        missing=tuple(sorted(spots[code].name for code in used - known.keys() if code in spots)),
    )


@dataclass(frozen=True, slots=True)
class _View:
    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, points: Iterable[tuple[float, float]]) -> "_View":
        xs, ys = zip(*points, strict=True)
        half_x = max((max(xs) - min(xs)) * (0.5 + _AROUND), _LEAST)
        half_y = max((max(ys) - min(ys)) * (0.5 + _AROUND), _LEAST * _NARROWER)
        x, y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
        return cls(x - half_x, y - half_y, x + half_x, y + half_y)

    @property
    def scale(self) -> float:
        return _WIDTH / (self.east - self.west)

    @property
    def height(self) -> int:
        return round((self.north - self.south) * self.scale / _NARROWER)

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self.west) * self.scale
        y = (self.north - latitude) * self.scale / _NARROWER
        return round(x, 1), round(y, 1)

    def outlines(self) -> Iterable[Outline]:
        for name, rings in countries().items():
            seen = [ring for ring in rings if self._shows(ring)]
            if seen:
                paths = (
                    "M" + "L".join(f"{x:g} {y:g}" for x, y in (self.at(*p) for p in ring)) + "Z"
                    for ring in seen
                )
                yield Outline(name=name, path="".join(paths))

    def _shows(self, ring: tuple[tuple[float, float], ...]) -> bool:
        xs, ys = zip(*ring, strict=True)
        across = min(xs) < self.east and max(xs) > self.west
        along = min(ys) < self.north and max(ys) > self.south
        return bool(across and along)


@functools.cache
def countries() -> dict[str, tuple[tuple[tuple[float, float], ...], ...]]:
    """Read the outlines of Europe's countries; where they come from is written in the file."""
    found = json.loads(_FILE.read_text("utf-8"))["countries"]
    return {
        name: tuple(tuple((x, y) for x, y in ring) for ring in rings)
        for name, rings in found.items()
    }


def _flows(legs: list[LegUse], at: Mapping[str, tuple[float, float]]) -> Iterable[Flow]:
    most = max(leg.tonnes for leg in legs)
    # The thickest first, so that thin ones lie on top.
    for leg in sorted(legs, key=lambda leg: -leg.tonnes):
        if leg.start in at and leg.end in at:
            share = math.sqrt(float(leg.tonnes / most))
            yield Flow(
                name=leg.name,
                x1=at[leg.start][0],
                y1=at[leg.start][1],
                x2=at[leg.end][0],
                y2=at[leg.end][1],
                width=round(_THINNEST + (_THICKEST - _THINNEST) * share, 1),
                tonnes=leg.tonnes,
                full=any(week and week.percent == 100 for week in leg.weeks),  # noqa: PLR2004
            )


def _spots(at: Mapping[str, tuple[float, float]], places: Mapping[str, Place]) -> tuple[Spot, ...]:
    """Name the places, hubs and ends before crossings, as far as there is room for names."""
    found: list[Spot] = []
    order = sorted(at, key=lambda code: (places[code].kind == "crossing", code))
    for code in order:
        x, y = at[code]
        near = any(s.named and abs(s.y - y) < _NEAR and abs(s.x - x) < 8 * _NEAR for s in found)
        found.append(
            Spot(
                name=places[code].name,
                x=x,
                y=y,
                crossing=places[code].kind == "crossing",
                named=not near,
                left=x > _WIDTH * 0.75,
            )
        )
    return tuple(found)
