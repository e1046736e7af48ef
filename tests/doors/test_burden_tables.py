"""A public table comes out to the digit at page, API and command line, whatever file it was in."""

import base64
import html
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from muster.actions import burden as verbs
from muster.cli.burden import burden
from muster.formats.burden_sheets import TableFaulty
from muster.records.models import BurdenTable
from tests import make
from tests.doors.asking import Asker, user_of
from tests.doors.commanding import run
from tests.doors.test_pages_register import client_of
from tests.make_burden import (
    AS_EU,
    GDP,
    KINDS,
    MONTHS,
    NAMES,
    PEOPLE,
    ROWS,
    SAID,
    expected,
    figure_cells,
    figures_csv,
    long_csv,
    shares_csv,
    shown,
    wide_cells,
    wide_csv,
)
from tests.make_files import xlsx

pytestmark = pytest.mark.usefixtures("records")
_BN = 10**9


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with override_settings(CLOCK=make.NOW.isoformat()):
        yield


def anna() -> str:
    return user_of(make.coordinator()).username


def by_command(folder: Path) -> None:
    (folder / "rows.csv").write_text(long_csv())
    (folder / "figures.csv").write_text(figures_csv())
    said = [word for name, value in SAID.items() for word in (f"--{name}", value)]
    run(
        burden, "import", str(folder / "rows.csv"), "--name", "tracker", "--figures",
        str(folder / "figures.csv"), *said, "--as", "EU Institutions=EU", "--user", anna(),
    )  # fmt: skip


def by_call(folder: Path) -> None:
    del folder
    body = {"name": "tracker", "rows": wide_csv(), "figures": figures_csv(), "said": SAID,
            "names": AS_EU}  # fmt: skip
    assert Asker.of(make.coordinator()).post("/burden-tables", body).status == 201


def by_page(folder: Path) -> None:
    del folder
    book = xlsx(
        ("Read me", [["nothing here"]]), ("By month", wide_cells()), ("Figures", figure_cells())
    )
    form = {"name": "tracker", "names": "EU Institutions = EU"}
    form |= {f"all_{name}": value for name, value in SAID.items()}
    sent = client_of(make.coordinator()).post(
        reverse("burden_import"), form | {"rows": SimpleUploadedFile("tracker.xlsx", book)}
    )
    assert sent.status_code == 302, sent.content


@pytest.mark.parametrize("bring_in", [by_command, by_call, by_page])
def test_every_figure_of_the_table_comes_out_to_the_digit_at_every_door(
    bring_in: Callable[[Path], None], tmp_path: Path
) -> None:
    bring_in(tmp_path)
    carried = expected()
    typed = json.loads(run(burden, "--table", "tracker", "--format", "json").stdout)
    called = Asker.of(make.coordinator()).get("/burden", table="tracker").body
    assert called == typed
    [section] = typed["sections"]
    assert Fraction(section["total"]) == sum(row.amount for row in ROWS)
    for name in MONTHS:
        of_month = sum(row.amount for row in ROWS if row.month == name)
        [found] = [m for m in section["months"] if m["month"].startswith(name)]
        assert Fraction(found["amount"]) == of_month
    assert [(k["kind"], Fraction(k["amount"])) for k in section["kinds"]] == [
        (kind, sum(row.amount for row in ROWS if row.kind == kind)) for kind in KINDS
    ]
    donors = {donor["donor"]: donor for donor in section["donors"]}
    assert set(donors) == set(NAMES.values())
    for name, code in NAMES.items():
        donor = donors[code]
        own = [row for row in ROWS if row.donor == name]
        assert Fraction(donor["amount"]) == carried[name]
        assert {m["month"][:7]: Fraction(m["amount"]) for m in donor["months"]} == {
            month: sum(row.amount for row in own if row.month == month)
            for month in {row.month for row in own}
        }
        assert {k["kind"]: Fraction(k["amount"]) for k in donor["kinds"]} == {
            kind: sum(row.amount for row in own if row.kind == kind)
            for kind in {row.kind for row in own}
        }
        whole = sum(row.amount for row in ROWS)
        assert Decimal(donor["of_all"]) == shown(100 * carried[name] / whole, 4)
        if name in GDP:
            share = shown(100 * carried[name] / (Fraction(GDP[name]) * _BN), 4)
            assert Decimal(donor["of_gdp"]) == share
            assert Decimal(donor["per_head"]) == shown(carried[name] / PEOPLE[name], 4)
        else:
            assert donor["of_gdp"] is donor["per_head"] is None


def plain(value: Fraction) -> str:
    """A figure as a page shows it, in EUR bn, with every digit of it."""
    exact = Decimal(value.numerator) / Decimal(value.denominator) / _BN
    text = f"{exact:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "\N{MINUS SIGN}")


def table_of(page: str, caption: str) -> dict[str, list[str]]:
    """The rows of a table of a page, by their first cell."""
    [found] = re.findall(
        rf"<table[^>]*>\s*<caption[^>]*>{re.escape(caption)}.*?</table>", page, re.DOTALL
    )
    rows: dict[str, list[str]] = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", found, re.DOTALL)[1:]:
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        words = [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]
        rows[words[0]] = words[1:]
    return rows


def test_the_page_shows_every_digit_of_the_table(tmp_path: Path) -> None:
    by_command(tmp_path)
    page = html.unescape(
        client_of(make.coordinator()).get(reverse("burden"), {"table": "tracker"}).content.decode()
    )
    title = "Allocated, EUR bn, as published"
    donors = table_of(page, f"By donor: {title}")
    months = table_of(page, f"Month by month: {title}")
    each = table_of(page, f"Each donor, month by month: {title}")
    assert {month: cells[0] for month, cells in months.items()} == {
        month: plain(sum(row.amount for row in ROWS if row.month == month)) for month in MONTHS
    }
    named = {"Czech Republic": "Czechia", "EU Institutions": "European Union"}
    for name, amount in expected().items():
        cells = donors[named.get(name, name)]
        own = [row for row in ROWS if row.donor == name]
        assert cells[0] == plain(amount)
        of_kind = [
            plain(sum(row.amount for row in own if row.kind == kind))
            if any(row.kind == kind for row in own) else "\N{EN DASH}"
            for kind in KINDS
        ]  # fmt: skip
        assert cells[2:5] == of_kind
        if name in GDP:
            share = shown(100 * amount / (Fraction(GDP[name]) * _BN), 4)
            assert cells[6] == f"{share} GDP of 2021"
            assert cells[7] == f"{shown(amount / PEOPLE[name], 4)}"
        assert each[named.get(name, name)] == [
            plain(sum(row.amount for row in own if row.month == month))
            if any(row.month == month for row in own) else "\N{EN DASH}"
            for month in MONTHS
        ]  # fmt: skip


def test_the_unions_share_is_passed_on_by_its_published_shares_to_the_digit(tmp_path: Path) -> None:
    by_command(tmp_path)
    asker = Asker.of(make.coordinator())
    refused = asker.get("/burden", table="tracker", reattribute="EU", key="shares")
    assert refused.code == "no_shares_then"
    body = {"body": "EU", "name": "EU shares", "shares": shares_csv(), "since": "2022-01-01",
            "source": "made up"}  # fmt: skip
    assert asker.post("/burden-shares", body).status == 201
    found = asker.get("/burden", table="tracker", reattribute="EU", key="shares", places=9).body
    [section] = found["sections"]
    assert found["reattributed"] == "European Union, by published shares"
    assert any("EU shares (made up), in force since 2022-01-01" in n for n in found["notes"])
    carried = expected(shares=True)
    assert Fraction(section["total"]) == sum(row.amount for row in ROWS)
    donors = {donor["donor"]: donor for donor in section["donors"]}
    assert set(donors) == {NAMES[name] for name in carried}
    for name, amount in carried.items():
        donor = donors[NAMES[name]]
        assert abs(Fraction(donor["amount"]) - amount) <= Fraction(1, 10**9)
        share = shown(100 * amount / (Fraction(GDP[name]) * _BN), 9)
        assert Decimal(donor["of_gdp"]) == share


def faults_of(rows: bytes, **more: object) -> str:
    given = {"act": make.act(make.coordinator()), "name": "bad", "said": SAID, "names": AS_EU}
    with pytest.raises(TableFaulty) as refused:
        verbs.bring_in_table(rows=rows, **given | more)  # type: ignore[arg-type]
    assert not BurdenTable.objects.exists()
    return refused.value.sentence


def test_a_bad_cell_of_a_workbook_is_named_by_file_sheet_row_and_column() -> None:
    cells = wide_cells()
    cells[4][3], cells[5][0] = "n/a", "Atlantis"
    said = faults_of(xlsx(("By month", cells)), files=("tracker.xlsx", ""))
    assert 'tracker.xlsx, sheet By month, row 5, 2022-03 (column D): "n/a" is no plain' in said
    cells[4][3] = 1.5
    said = faults_of(xlsx(("By month", cells)), files=("tracker.xlsx", ""))
    assert 'tracker.xlsx, sheet By month, row 6, donor (column A): "Atlantis" is no party' in said
    assert said.count("Atlantis") == 1


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (xlsx(("A", [["nothing"]])), "no sheet has one of the headings"),
        (xlsx(("A", [["donor", "colour"]]), ("B", [["donor"]])), 'columns "donor" and "month"'),
        (b"PK\x03\x04 but no workbook xl/workbook", "damaged"),
        (b"donor,2022-02,2022-02\nDEU,1,2\n", "line 1, 2022-02: twice"),
        (
            b"donor,month,amount,2022-02\nDEU,2022-01,1,2\n",
            "line 1, amount: the table has a",
        ),
        (b"donor,2022-13\nDEU,1\n", "line 2, 2022-13:"),
        (
            b"donor,month,kind,amount\nDEU,2022-01," + b"x" * 61 + b",1\n",
            "line 2, kind: it is longer",
        ),
    ],
)
def test_a_table_that_cannot_be_read_says_where(rows: bytes, said: str) -> None:
    assert said in faults_of(rows)


def test_a_workbook_comes_in_through_the_api_as_base64() -> None:
    book = xlsx(("By month", wide_cells()), ("Figures", figure_cells()))
    body = {"name": "t", "rows_base64": base64.b64encode(book).decode(), "said": SAID,
            "names": AS_EU}  # fmt: skip
    asker = Asker.of(make.coordinator())
    made = asker.post("/burden-tables", body)
    assert made.status == 201, made.body
    assert made.body["rows"] == len(ROWS)


def test_one_kind_of_help_is_a_table_of_its_own(tmp_path: Path) -> None:
    by_command(tmp_path)
    found = Asker.of(make.coordinator()).get("/burden", table="tracker", kind="military").body
    [section] = found["sections"]
    assert Fraction(section["total"]) == sum(r.amount for r in ROWS if r.kind == "military")


def test_a_month_without_an_amount_stands_in_the_chart_as_zero(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("donor,month,amount\nDEU,2022-11,1\nDEU,2023-02,2\n")
    said = [word for name, value in SAID.items() for word in (f"--{name}", value)]
    run(
        burden, "import", str(tmp_path / "rows.csv"), "--name", "gap", *said, "--user", anna()
    )  # fmt: skip
    page = client_of(make.coordinator()).get(reverse("burden"), {"table": "gap"}).content.decode()
    titles = re.findall(r"<title>(\d{4}-\d\d: [^<]+)</title>", page)
    assert titles == ["2022-11: 1", "2022-12: 0", "2023-01: 0", "2023-02: 2"]
