"""HXL as JSON: the rows of a tagged table as lists, or as objects named by their tags.

HXL in CSV and in workbooks is read by the formats of those; the row of tags is recognised there
(core/intake/tags.py).  The JSON forms: https://github.com/HXLStandard/hxl-proxy/wiki/Data-formats.
"""

from dataclasses import dataclass
from typing import Final

from muster.core.exchange import NOWHERE, Hints, Issue, Reading, Weight
from muster.core.intake.grids import Cell, Grid
from muster.core.intake.tables import read_grids
from muster.core.intake.tags import WITHIN, is_tag_row
from muster.formats import guards
from muster.formats.decoding import repaired
from muster.formats.strict_json import parsed, words_of


@dataclass(frozen=True, slots=True)
class HxlJson:
    """A tagged table as JSON."""

    name: str = "hxl"
    title: str = "HXL table as JSON (.json)"

    def claims(self, data: bytes, name: str) -> float:  # noqa: ARG002 - the protocol's arguments
        """Look for a list with a hashtag near its start."""
        head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
        return 0.9 if head[:1] == b"[" and b'"#' in head else 0.0

    def read(self, data: bytes, hints: Hints) -> Reading:
        """Read the rows as a sheet."""
        large = guards.too_large(data)
        if large is not None:
            return Reading(format=self.name, issues=(large,))
        value, issues = parsed(data)
        if issues:
            return Reading(format=self.name, issues=tuple(issues))
        rows = _rows(value)
        if not any(is_tag_row(row) for row in rows[:WITHIN]):
            return Reading(format=self.name, issues=(_NO_TABLE,))
        grid = Grid(name="", rows=rows, issues=repaired(rows, ""))
        return read_grids([grid], hints, format_name=self.name)


HXL: Final = HxlJson()

_NO_TABLE: Final = Issue(
    code="hxl_unreadable",
    weight=Weight.ERROR,
    place=NOWHERE,
    expected="a list of rows with a row of hashtags",
    sentence="The file is no tagged table as JSON.",
)


def _rows(value: object) -> list[list[Cell]]:
    """Give rows of cells out of either form; what is neither gives none."""
    if not isinstance(value, list):
        return []
    if value and all(isinstance(row, dict) for row in value):
        tags: dict[str, None] = {}
        for row in value:
            tags |= dict.fromkeys(map(str, row))
        rows: list[list[Cell]] = [list(tags)]
        rows += [[words_of(row.get(tag)) for tag in tags] for row in value]
        return rows
    return [[words_of(cell) for cell in row] if isinstance(row, list) else [] for row in value]
