"""The pages of the two formats of money flows say what the readers do."""

import re
from pathlib import Path

import pytest

from muster.core.exchange import DraftLine, Format, Hints
from muster.formats.fts import FTS
from muster.formats.iati import IATI

ROOT = Path(__file__).resolve().parents[2]
PAGES: dict[str, Format] = {"fts": FTS, "iati": IATI}
SOURCES = {
    "fts": ["fts.py", "fts_flows.py", "fts_families.py", "strict_json.py", "money.py"],
    "iati": ["iati.py", "iati_activities.py", "iati_structure.py", "iati_codes.py"],
}
_CODE = re.compile(r'"((?:fts|iati|json|xml|money|date|currency)_[a-z_]+)"')


def _page(name: str) -> str:
    return (ROOT / f"docs/reference/formats/{name}.md").read_text(encoding="utf-8")


def _row(line: DraftLine) -> str:
    issues = ", ".join(f"`{issue.code}`" for issue in line.issues)
    cells = [
        line.reference,
        line.party_text,
        line.status.value,
        f"{line.value:f} {line.currency}",
        line.part_of,
        issues,
    ]
    return re.sub(" +", " ", f"| {' | '.join(cells)} |")


@pytest.mark.parametrize("name", PAGES)
def test_the_example_of_a_page_is_read_as_the_page_says(name: str) -> None:
    page = _page(name)
    example = re.search(r"```(?:json|xml)\n(.*?)```", page, re.DOTALL)
    assert example is not None
    reading = PAGES[name].read(example[1].encode(), Hints())
    assert reading.issues == ()
    table = page.partition("is read as")[2].partition("## Limits")[0]
    assert [_row(line) for line in reading.lines] == [
        re.sub(" +", " ", row) for row in table.strip().splitlines()[2:]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_every_issue_that_a_reader_can_raise_is_on_its_page_and_no_other(name: str) -> None:
    sources = (ROOT / "src/muster/formats" / each for each in SOURCES[name])
    raised = {code for each in sources for code in _CODE.findall(each.read_text(encoding="utf-8"))}
    listed = set(re.findall(r"`([a-z]+_[a-z_]+)`", _page(name).partition("## Issues")[2]))
    assert raised - {"fts_flows", "fts_families", "iati_structure"} <= listed
    assert listed <= raised
