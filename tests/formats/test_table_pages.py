"""The pages of the table formats say what the readers do, and every issue is listed."""

import re
from pathlib import Path

import pytest

from muster.core.exchange import DraftLine, Hints, Reading
from muster.formats import registry
from tests.make_files import ods, xls, xlsx

ROOT = Path(__file__).resolve().parents[2]
MINE = [
    *("grids", "quantity_cells", "side_cells", "dates", "tables", "table_doubts", "table_lines"),
    *("table_columns", "layouts", "columns", "row_kinds", "across"),
]
FORMATS = [
    *("guards", "workbooks", "delimited", "hxl", "decoding", "registry", "confined"),
    *("open_sheets", "web_tables"),
]


def _page(name: str) -> str:
    return (ROOT / "docs/reference" / f"{name}.md").read_text(encoding="utf-8")


def _example(name: str) -> bytes:
    match = re.search(r"```\n(.*?)```", _page(f"formats/{name}"), re.DOTALL)
    assert match is not None
    if name in {"csv", "hxl", "html"}:
        return match[1].encode()
    rows = [[cell.strip() for cell in line.split("|")] for line in match[1].splitlines()]
    return {
        "xlsx": lambda: xlsx(("S", rows)),
        "xls": lambda: xls("S", rows),
        "ods": lambda: ods("S", rows),
    }[name]()


def _row(line: DraftLine) -> str:
    issues = ", ".join(f"`{issue.code}`" for issue in line.issues)
    low = "" if line.quantity.low is None else f"{line.quantity.low:f}"
    cells = [
        line.item_text,
        line.quantity.kind.value,
        low,
        line.quantity.unit,
        line.party_text,
        issues,
    ]
    return re.sub(" +", " ", f"| {' | '.join(cells)} |")


@pytest.mark.parametrize("name", ["xlsx", "xls", "ods", "csv", "hxl", "html"])
def test_the_example_of_a_page_is_read_as_the_page_says(name: str) -> None:
    reading: Reading = registry.read(
        _example(name), Hints(name="x.csv" if name == "hxl" else f"x.{name}")
    )
    table = _page(f"formats/{name}").partition("\nis read as\n")[2].strip().partition("\n\n")[0]
    expected = [re.sub(" +", " ", row) for row in table.strip().splitlines()[2:]]
    assert [_row(line) for line in reading.lines] == expected


def _codes() -> set[str]:
    found: set[str] = set()
    for folder, names in (("core/intake", MINE), ("formats", FORMATS)):
        for name in names:
            text = (ROOT / "src/muster" / folder / f"{name}.py").read_text(encoding="utf-8")
            found |= set(re.findall(r'code="([a-z_]+)"', text))
            found |= set(re.findall(r'_issue\(\s*"([a-z_]+)"', text))
            found |= set(re.findall(r'^    "([a-z]+_[a-z_]+)": Weight\.', text, re.MULTILINE))
    return found


def test_every_issue_of_a_table_is_listed_and_each_listed_exists() -> None:
    listed = set(re.findall(r"^\| `([a-z_]+)` \|", _page("import-issues"), re.MULTILINE))
    assert _codes() <= listed
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("core/intake", "formats")
        for path in (ROOT / "src/muster" / folder).rglob("*.py")
    )
    assert {code for code in listed if f'"{code}"' not in source} == set()


def test_every_format_has_a_page() -> None:
    named = {each.name for each in registry.FORMATS}
    pages = {page.stem for page in (ROOT / "docs/reference/formats").glob("*.md")}
    assert named <= pages
