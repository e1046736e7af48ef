"""Seconds over size as an SVG; `planning.py` draws with it."""

import math


def drawn(found: dict[str, dict[str, float]], needs_of: dict[str, int], ours: str) -> str:
    """Draw seconds over needs, both by powers of ten, with a slope of 1.3 to compare."""
    left, top, wide, high = 60, 20, 520, 300
    spans = [span for each in found.values() for span in each.values()]
    sizes = [math.log10(needs_of[size]) for size in found]
    begun = found[next(iter(found))].get(ours, 1.0)
    ends = begun * 10 ** (1.3 * (sizes[-1] - sizes[0]))
    spans.append(ends)
    low, up = math.floor(math.log10(min(spans))), math.ceil(math.log10(max(spans)))
    first, last = math.floor(min(sizes)), math.ceil(max(sizes))

    def at(needs: float, span: float) -> str:
        x = left + wide * (needs - first) / max(1, last - first)
        y = top + high * (up - math.log10(span)) / max(1, up - low)
        return f"{x:.1f},{y:.1f}"

    lines = []
    for power in range(low, up + 1):
        x, y = at(first, 10.0**power).split(",")
        lines.append(
            f'<text x="{left - 6}" y="{y}" text-anchor="end" dy="4">{10.0**power:g} s</text>'
        )
        lines.append(f'<path class="grid" d="M{x},{y}H{left + wide}"/>')
    for power in range(first, last + 1):
        x, y = at(power, 10.0**low).split(",")
        lines.append(
            f'<text x="{x}" y="{top + high + 18}" text-anchor="middle">{10**power:,}</text>'
        )
    names = list(dict.fromkeys(name for each in found.values() for name in each))
    for number, name in enumerate(names):
        points = [
            at(math.log10(needs_of[size]), each[name])
            for size, each in found.items()
            if name in each
        ]
        x, y = points[-1].split(",")
        lines.append(f'<polyline class="l{number % 6}" points="{" ".join(points)}"/>')
        lines.append(f'<circle cx="{x}" cy="{y}" r="2.5"/>')
        lines.append(f'<text x="{float(x) + 6:.1f}" y="{y}" dy="4">{name}</text>')
    slope = f"{at(sizes[0], begun)} {at(sizes[-1], ends)}"
    lines.append(f'<polyline class="slope" points="{slope}"/>')
    return _SVG.format(width=left + wide + 110, height=top + high + 40, lines="\n".join(lines))


_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>Seconds over the number of needs; the dashed line grows like n^1.3</title>
<style>text{{font:12px sans-serif;fill:#333}}polyline{{fill:none;stroke-width:2;stroke:#777}}
.grid{{stroke:#ddd}}.slope{{stroke:#999;stroke-dasharray:5 4;stroke-width:1}}
.l0{{stroke:#b5651d}}.l1{{stroke:#1f77b4}}.l2{{stroke:#7f3f98}}.l3{{stroke:#999}}
.l4{{stroke:#c03}}.l5{{stroke:#070}}</style>
<rect width="{width}" height="{height}" fill="#fff"/>
{lines}
</svg>
"""
