# ruff: noqa: INP001 - a script beside the package, not a part of it
"""Reduce the map of countries to what the pages draw: Europe and its neighbours, in few points.

The geometry is that of Natural Earth at 1:50 million (public domain), as the npm package
world-atlas
2.0.2 carries it.  Borders that two countries share are kept as one line, so that they stay shared.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python tools/reduce_map.py package/countries-50m.json > src/muster/web/map/europe.json
"""

import json
import sys
from pathlib import Path
from typing import Any

# West, south, east, north, in degrees; what lies wholly outside is left out.
_BOX = (-25.0, 33.0, 46.0, 71.5)
# A bend that moves a line by less than this, in degrees, is taken out.
_BEND = 0.05
# An island narrower than this, in degrees, is left out.
_SPECK = 0.25
_DECIMALS = 2
# How far outside the box a line may run, in degrees.
_EDGE = 5.0
_SIMFEROPOL = (34.1, 44.95)

Point = tuple[float, float]
_ABOUT = (
    "Natural Earth 1:50m, public domain (naturalearthdata.com), by way of world-atlas 2.0.2; "
    "reduced by tools/reduce_map.py; Crimea is corrected to Ukraine, the north of Cyprus to Cyprus"
)


def reduced(topology: dict[str, Any]) -> dict[str, Any]:
    """Give each country in the box its rings of points."""
    arcs = [_thinned(_points(topology, arc)) for arc in topology["arcs"]]
    outlines = {
        shape["properties"]["name"]: [polygon[0] for polygon in _polygons(shape)]
        for shape in topology["objects"]["countries"]["geometries"]
    }
    _correct(outlines, arcs)
    countries = {}
    for name, rings in outlines.items():
        kept = [drawn for ring in rings if _is_drawn(drawn := _ring(arcs, ring))]
        if kept:
            countries[name] = [_rounded(ring) for ring in kept]
    return {"about": _ABOUT, "countries": dict(sorted(countries.items()))}


def _polygons(shape: dict[str, Any]) -> list[list[list[int]]]:
    many = {"Polygon": [shape["arcs"]], "MultiPolygon": shape["arcs"]}
    return many.get(shape["type"], [])


def _correct(outlines: dict[str, list[list[int]]], arcs: list[list[Point]]) -> None:
    """Put right what the geometry gets wrong, by international law: whose a part is.

    Natural Earth draws who holds a place.  Crimea is Ukraine's (resolution 68/262 of the General
    Assembly), and the north of Cyprus is Cyprus's (resolution 541 of the Security Council).
    """
    [crimea] = [ring for ring in outlines["Russia"] if _holds(_ring(arcs, ring), _SIMFEROPOL)]
    outlines["Russia"].remove(crimea)
    outlines["Ukraine"] = _joined(outlines["Ukraine"], crimea)
    for ring in outlines.pop("N. Cyprus"):
        outlines["Cyprus"] = _joined(outlines["Cyprus"], ring)


def _joined(rings: list[list[int]], part: list[int]) -> list[list[int]]:
    """Join a part to the ring that it borders on, without the border between them."""
    for at, ring in enumerate(rings):
        shared = [index for index in part if ~index in ring]
        if shared:
            cut = part.index(shared[0])
            rest = [index for index in part[cut:] + part[:cut] if index not in shared]
            here = ring.index(~shared[-1])
            whole = [*ring[:here], *rest, *ring[here:]]
            joined = [index for index in whole if ~index not in shared]
            return [*rings[:at], joined, *rings[at + 1 :]]
    return [*rings, part]


def _holds(ring: list[Point], point: Point) -> bool:
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _rounded(ring: list[Point]) -> list[list[float]]:
    """Pull what lies far outside onto the edge, and drop points that fall together."""
    west, south, east, north = _BOX
    found: list[list[float]] = []
    for x, y in ring:
        point = [
            round(min(max(x, west - _EDGE), east + _EDGE), _DECIMALS),
            round(min(max(y, south - _EDGE), north + _EDGE), _DECIMALS),
        ]
        if not found or point != found[-1]:
            found.append(point)
    return found


def _points(topology: dict[str, Any], arc: list[list[int]]) -> list[Point]:
    (scale_x, scale_y), (x0, y0) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    x = y = 0
    found = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        found.append((x * scale_x + x0, y * scale_y + y0))
    return found


def _thinned(line: list[Point]) -> list[Point]:
    """Take out the bends that nobody would see; ends stay (Douglas and Peucker)."""
    if len(line) <= 2:  # noqa: PLR2004 - two ends
        return line
    far, most = 0, 0.0
    for at in range(1, len(line) - 1):
        away = _away(line[at], line[0], line[-1])
        if away > most:
            far, most = at, away
    if most < _BEND:
        return [line[0], line[-1]]
    return [*_thinned(line[: far + 1])[:-1], *_thinned(line[far:])]


def _away(point: Point, start: Point, end: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / length))
    return float(((x - x1 - share * dx) ** 2 + (y - y1 - share * dy) ** 2) ** 0.5)


def _ring(arcs: list[list[Point]], indexes: list[int]) -> list[Point]:
    found: list[Point] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        found += arc[1:] if found else arc
    return found


def _is_drawn(ring: list[Point]) -> bool:
    west, south, east, north = _BOX
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    inside = min(xs) < east and max(xs) > west and min(ys) < north and max(ys) > south
    wide = max(max(xs) - min(xs), max(ys) - min(ys)) > _SPECK
    return inside and wide and len(ring) > 3  # noqa: PLR2004 - a ring encloses something


if __name__ == "__main__":
    found = reduced(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    sys.stdout.write(json.dumps(found, separators=(",", ":"), ensure_ascii=False) + "\n")
