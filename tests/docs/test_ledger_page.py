"""What the page on the ledger says is refused is refused, and is kept where the page says."""

import json
import os
import re
from pathlib import Path

import psycopg
import pytest

from muster.actions import proposals, reports
from muster.core.accounts import AccountKind
from muster.queries.amounts import Typed
from muster.queries.verification import verify
from muster.records.constraints import ONLY_A_BUG, REFUSALS
from tests import make

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/explanation/ledger.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"```sql\n-- refused: (.+)\n((?:.+\n)+?)```", PAGE)
_ROWS = re.findall(r"^\| \d+ \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
_TABLES = ("account", "transfer", "ledger_move", "stage_event", "lifecycle_step", "journal_link")


@pytest.fixture(scope="module")
def history(tables: None) -> None:
    """A little of everything that the page's statements choose from, committed."""
    w = make.world_apart()
    taking = make.asked(w, "100")
    make.signed(w, make.handed_over(w, make.agreed(w, make.offered(w), taking, "40")), damaged=2)
    other = make.agreed(w, make.offered(w), taking, "10")
    make.shipped(w, other)
    proposals.propose_allocation(
        act=make.act(w.coordinator),
        offer_line=make.offered(w).pk,
        request_line=taking.pk,
        amount=Typed("5"),
    )
    reports.draft_report(act=make.act(w.coordinator), operation=w.operation.pk)


def _refused(sql: str) -> str:
    """Run a statement as the role that the page names; say what refused it."""
    role = "MUSTER_OWNER_DSN" if "-- as the owner of the tables" in sql else "MUSTER_APP_DSN"
    with psycopg.connect(**json.loads(os.environ[role])) as connection:
        try:
            connection.execute(sql)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.errors.InsufficientPrivilege:
            return "permission denied"
        except psycopg.IntegrityError as error:
            return error.diag.constraint_name or "nothing by name"
        finally:
            connection.rollback()
    return "nothing"


@pytest.mark.usefixtures("history", "committed")
@pytest.mark.parametrize(("name", "sql"), _BLOCKS)
def test_each_statement_of_the_page_is_refused_by_the_rule_it_names(name: str, sql: str) -> None:
    assert _refused(sql) == name


@pytest.mark.usefixtures("history", "committed")
def test_what_the_page_says_that_verify_finds_it_finds() -> None:
    found = re.findall(
        r"```sql\n-- found by verify\n-- as the owner of the tables\n(.+)\n```", PAGE
    )
    [statement] = found
    owner = json.loads(os.environ["MUSTER_OWNER_DSN"])
    try:
        with psycopg.connect(**owner) as connection:
            connection.execute(statement)
        assert verify().found > 0
    finally:
        with psycopg.connect(**owner) as connection:
            connection.execute(statement.replace("+ 1", "- 1"))
    assert verify().found == 0


def test_every_rule_that_can_be_seen_to_fail_is() -> None:
    """One statement at least for each rule but the chain, whose own page section breaks it."""
    seen = {name for name, _ in _BLOCKS}
    unseen = [names for names, _ in _ROWS if not any(f"`{name}`" in names for name in seen)]
    # Totals, stages and rights are refused as permissions.
    assert len(_ROWS) == 20
    assert [re.findall(r"`(\w+)`", names)[:1] for names in unseen] == [
        ["transfer_adds_to_totals"],
        ["stage_begins_empty"],
        ["journal_link_once"],
        [],
    ]
    assert "permission denied" in seen


@pytest.mark.parametrize(("names", "places"), _ROWS)
def test_each_rule_is_kept_where_the_page_says(names: str, places: str) -> None:
    said = [ROOT / "src/muster" / place for place in re.findall(r"`([^`]+)`", places)]
    files = [path for place in said for path in (place.rglob("*.*") if place.is_dir() else [place])]
    kept = "".join(path.read_text() for path in files if path.suffix in {".py", ".sql"})
    assert [name for name in re.findall(r"`(\w+)`", names) if name not in kept] == []


@pytest.mark.usefixtures("tables")
def test_every_constraint_of_the_ledgers_tables_is_on_the_page() -> None:
    with psycopg.connect(**json.loads(os.environ["MUSTER_OWNER_DSN"])) as connection:
        found = connection.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = ANY(%s::regclass[])"
            " AND contype IN ('c', 'u', 'f') AND conname !~ '_fk_|_key$|_uniq$'",
            [list(_TABLES)],
        ).fetchall()
    assert len(found) > 15
    assert sorted(name for (name,) in found if f"`{name}`" not in PAGE) == []


@pytest.mark.usefixtures("tables")
def test_every_name_on_the_page_is_one_that_there_is() -> None:
    named = set(re.findall(r"`([a-z]+_\w+)`", PAGE))
    with psycopg.connect(**json.loads(os.environ["MUSTER_OWNER_DSN"])) as connection:
        found = connection.execute(
            "SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger"
            " UNION SELECT relname FROM pg_class"
        ).fetchall()
    known = {name for (name,) in found} | set(REFUSALS) | set(ONLY_A_BUG) | set(AccountKind)
    assert len(named) > 50
    assert sorted(named - known) == []
