# ruff: noqa: INP001 - a script beside the package, not a part of it
"""Draw the house: its layers, what is in each package, and every import between packages.

The layers are read from .importlinter and the imports from the code, so the drawing is what the
code says.  Run it after a change of the structure; a test compares the committed drawing.

    python tools/draw_architecture.py > docs/explanation/architecture.svg
"""

import configparser
import sys
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
WIDTH, BOX_HEIGHT, GAP, MARGIN = 960, 64, 46, 24
WORDS = {
    "__main__": "python -m muster",
    "server": "settings, sites, embedded database, program",
    "web": "pages",
    "api": "JSON API",
    "cli": "commands",
    "jobs": "long work",
    "actions": "verbs: who does what, in one transaction",
    "queries": "questions: boards, balances, figures",
    "records": "models, constraints, SQL rules",
    "formats": "files to drafts and back",
    "solving": "from Problem to Plan",
    "core": "rules about values; no framework, clock or disk",
}


def layers() -> list[list[str]]:
    """Read the layers, from top to bottom, with the siblings of each."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    lines = config["importlinter:contract:layers"]["layers"].split("\n")
    return [
        [name.strip(" ()") for name in line.split("|")]
        for line in lines
        if line.strip() and not line.strip().startswith("#")
    ]


def imports() -> set[tuple[str, str]]:
    """List the pairs of packages of which one imports the other."""
    graph = grimp.build_graph("muster", cache_dir=None)
    pairs = {
        (_package(module), _package(other))
        for module in graph.modules
        for other in graph.find_modules_directly_imported_by(module)
    }
    return {(giver, taker) for giver, taker in pairs if giver != taker and giver and taker}


def _package(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


_TIP = """\
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" \
orient="auto"><path d="M0 0 8 4 0 8z" fill="#5b7482"/></marker></defs>"""


def draw(rows: list[list[str]], arrows: set[tuple[str, str]]) -> str:
    """Draw boxes row by row, and an arrow for each pair of packages with imports."""
    boxes = _boxes(rows)
    height = MARGIN * 2 + len(rows) * BOX_HEIGHT + (len(rows) - 1) * GAP
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="system-ui, sans-serif">',
        "<title>The layers of Muster and the imports between them</title>",
        _TIP,
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *(_arrow(boxes[giver], boxes[taker]) for giver, taker in sorted(arrows)),
        *(_box(name, *box) for name, box in boxes.items()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _boxes(rows: list[list[str]]) -> dict[str, tuple[float, float, float]]:
    """Give each package its place: left edge, top edge, width."""
    boxes = {}
    for at, row in enumerate(rows):
        top = MARGIN + at * (BOX_HEIGHT + GAP)
        width = (WIDTH - 2 * MARGIN - (len(row) - 1) * GAP) / len(row)
        for place, name in enumerate(row):
            boxes[name] = (MARGIN + place * (width + GAP), top, width)
    return boxes


def _box(name: str, left: float, top: float, width: float) -> str:
    middle = left + width / 2
    return (
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{BOX_HEIGHT}" rx="6" '
        'fill="#eef4f6" stroke="#1f5f74"/>'
        f'<text x="{middle:.0f}" y="{top + 26:.0f}" text-anchor="middle" font-size="16" '
        f'font-weight="600" fill="#12303b">{escape(name)}</text>'
        f'<text x="{middle:.0f}" y="{top + 47:.0f}" text-anchor="middle" font-size="12" '
        f'fill="#33505c">{escape(WORDS[name])}</text>'
    )


def _arrow(giver: tuple[float, float, float], taker: tuple[float, float, float]) -> str:
    """Draw from the lower edge of the importer to the upper edge of the imported."""
    x1, y1 = giver[0] + giver[2] / 2, giver[1] + BOX_HEIGHT
    x2, y2 = taker[0] + taker[2] / 2, taker[1]
    bend = (y2 - y1) / 2
    return (
        f'<path d="M{x1:.0f} {y1:.0f} C{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f} '
        f'{x2:.0f} {y2:.0f}" fill="none" stroke="#5b7482" stroke-opacity="0.6" '
        'stroke-width="1.2" marker-end="url(#tip)"/>'
    )


if __name__ == "__main__":
    sys.stdout.write(draw(layers(), imports()))
