"""Every live constraint, and every trigger that keeps what is written, refuses what breaks it.

Nothing is listed here: the rules are read from the live database, so that a new one is attacked as
soon as it is there.  Each is tried alone, as the owner of the tables, with all other rules of its
table taken away, in a transaction that is rolled back: what refuses is this rule and no other.
"""

# The statements are made of names that the database itself gives.
# ruff: noqa: S608

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from psycopg import errors

pytestmark = pytest.mark.usefixtures("tables")

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "explanation" / "ledger.md"

# Of each type some values that rules find good or bad; the first is written where nothing is said.
_VALUES = {
    "uuid": ["gen_random_uuid()", "'11111111-2222-4333-8444-555555555555'"],
    "bool": ["false", "true"],
    "int2": ["1", "0", "-1", "2"],
    "int4": ["1", "0", "-1", "2"],
    "int8": ["1", "0", "-1", "2"],
    "numeric": ["1", "0", "-1", "999", "1.5"],
    "float8": ["1", "0", "-1", "1000"],
    "date": ["date '2023-04-20'", "date '2023-04-19'", "date '2023-04-01'"],
    "timestamptz": ["timestamptz '2023-04-20 09:00+00'", "timestamptz '2023-04-19 09:00+00'"],
    "json": ["'{}'::json", "'[]'::json"],
    "jsonb": ["'{}'::jsonb", "'[]'::jsonb"],
    "bytea": ["'x'::bytea", "''::bytea"],
    "_text": ["'{centre}'::text[]", "'{}'::text[]"],
    "_int4": ["'{1}'::int[]", "'{}'::int[]"],
    "_uuid": ["'{}'::uuid[]"],
    "_int8": ["'{1}'::bigint[]", "'{}'::bigint[]"],
    "text": ["'X'", "''", "' '", "'a b'", "'2'", "'EUR'", "encode(sha256('x'::bytea), 'hex')"],
    "varchar": ["'X'", "''", "' '", "'a b'"],
    "bpchar": ["'X'", "''"],
}
_OTHER = {
    "uuid": "gen_random_uuid()",
    "bool": "true",
    "date": "date '2023-04-21'",
    "timestamptz": "timestamptz '2023-04-21 09:00+00'",
    "json": """'{"other": 1}'::json""",
    "jsonb": """'{"other": 1}'::jsonb""",
    "bytea": "'y'::bytea",
    "text": "'Y'",
}


class Table:
    """A table with its columns, and how a row of it is made up."""

    def __init__(self, owner: psycopg.Connection, name: str) -> None:
        self.owner, self.name = owner, name
        found = owner.execute(
            "SELECT attname, attnum, typname, attnotnull FROM pg_attribute "
            "JOIN pg_type ON pg_type.oid = atttypid WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a'",
            [name],
        ).fetchall()
        self.types = {column: type_name for column, _, type_name, _ in found}
        self.numbers = {number: column for column, number, _, _ in found}
        self.may_be_null = {column for column, _, _, not_null in found if not not_null}

    def values(self, column: str) -> list[str]:
        known = _VALUES.get(self.types[column], ["NULL"])
        return [*known, "NULL"] if column in self.may_be_null else known

    def row(self, **changes: str) -> str:
        return ", ".join(changes.get(name) or self.values(name)[0] for name in self.types)

    def insert(self, *rows: str) -> None:
        written = ", ".join(f"({row})" for row in rows)
        columns = ", ".join(f'"{name}"' for name in self.types)
        self.owner.execute(f'INSERT INTO "{self.name}" ({columns}) VALUES {written}')

    def leave_only(self, *kept: str, kinds: str = "cufxp") -> None:
        """Take away every other rule of these kinds, until the transaction is rolled back."""
        self.owner.execute(f'ALTER TABLE "{self.name}" DISABLE TRIGGER USER')
        others = self.owner.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass "
            "AND contype = ANY (%s) AND conname <> ALL (%s)",
            [self.name, list(kinds), list(kept)],
        ).fetchall()
        for (name,) in others:
            self.owner.execute(
                f'ALTER TABLE "{self.name}" DROP CONSTRAINT IF EXISTS "{name}" CASCADE'
            )
        if "u" not in kinds:
            return
        indexes = self.owner.execute(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass "
            "AND indisunique AND indexrelid::regclass::text <> ALL (%s)",
            [self.name, list(kept)],
        ).fetchall()
        for (name,) in indexes:
            self.owner.execute(f"DROP INDEX {name}")


@pytest.fixture
def owner() -> Iterator[psycopg.Connection]:
    with psycopg.connect(**json.loads(os.environ["MUSTER_OWNER_DSN"])) as connection:
        connection.add_notice_handler(lambda _: None)
        yield connection
        connection.rollback()


def _ours() -> list[str]:
    models = apps.get_app_config("records").get_models(include_auto_created=True)
    return sorted(model._meta.db_table for model in models)


def _live(owner: psycopg.Connection, kind: str) -> list[tuple[str, str, list[int], str]]:
    return owner.execute(
        "SELECT conrelid::regclass::text, conname, conkey, pg_get_expr(conbin, conrelid) "
        "FROM pg_constraint WHERE contype = %s AND conrelid = ANY(%s::text[]::regclass[]) "
        "ORDER BY 1, 2",
        [kind, _ours()],
    ).fetchall()


def _refused_by(owner: psycopg.Connection, attack: Callable[[], None]) -> str | None:
    """Name what refused an attack; nothing, if nothing did."""
    owner.execute("SAVEPOINT attack")
    try:
        attack()
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.IntegrityError as error:
        return error.diag.constraint_name or type(error).__name__
    finally:
        owner.execute("ROLLBACK TO SAVEPOINT attack")
    return None


def _found(
    owner: psycopg.Connection, table: Table, columns: list[str], rule: str, wanted: str
) -> dict[str, str] | None:
    """Find values of columns under which an expression is so; the rule's own words are tried."""
    said = {"text": re.findall(r"'[^']*'", rule), "int": re.findall(r"\b\d+\b", rule)}
    pools = {
        column: dict.fromkeys(
            [*table.values(column), *said.get(table.types[column].rstrip("248"), [])]
        )
        for column in columns
    }
    choices = [
        "(VALUES "
        + ", ".join(f"({place}, CAST({value} AS {table.types[name]}))" for place, value in pool)
        + f') AS of_{number} (place_{number}, "{name}")'
        for number, (name, pool) in enumerate((n, list(enumerate(p))) for n, p in pools.items())
    ]
    places = ", ".join(f"place_{number}" for number in range(len(pools)))
    found = owner.execute(
        f"SELECT {places} FROM {' CROSS JOIN '.join(choices)} WHERE {wanted} LIMIT 1"
    ).fetchone()
    if found is None:
        return None
    return {
        name: list(pool)[place] for (name, pool), place in zip(pools.items(), found, strict=True)
    }


def test_each_check_of_the_live_database_refuses_what_breaks_it_and_takes_what_does_not(
    owner: psycopg.Connection,
) -> None:
    wrong, tried = [], 0
    for table_name, name, numbers, expression in _live(owner, "c"):
        table = Table(owner, table_name)
        columns = [table.numbers[number] for number in numbers]
        bad = _found(owner, table, columns, expression, f"NOT ({expression})")
        good = _found(owner, table, columns, expression, f"({expression}) IS NOT FALSE")
        if bad is None or good is None:
            wrong.append(f"{name}: no values found for {expression}")
            continue
        table.leave_only(name)
        by_good = _refused_by(owner, lambda t=table, row=good: t.insert(t.row(**row)))  # type: ignore[misc]
        by_bad = _refused_by(owner, lambda t=table, row=bad: t.insert(t.row(**row)))  # type: ignore[misc]
        if (by_good, by_bad) != (None, name):
            wrong.append(f"{name}: {good} met {by_good}, {bad} met {by_bad}")
        tried += 1
        owner.rollback()
    assert wrong == []
    assert tried > 50


def test_each_unique_key_of_the_live_database_refuses_a_second_row_and_takes_another(
    owner: psycopg.Connection,
) -> None:
    wrong, tried = [], 0
    for table_name, name, numbers, _ in _live(owner, "u"):
        table = Table(owner, table_name)
        columns = [table.numbers[number] for number in numbers if number in table.numbers]
        if len(columns) < len(numbers):
            continue  # numbered by the database: test_a_number_cannot_be_chosen
        table.leave_only(name)
        same = {column: table.values(column)[0] for column in columns}
        for column in columns:
            if same[column] == "gen_random_uuid()":
                same[column] = "'11111111-2222-4333-8444-555555555555'"
        other = {columns[0]: _OTHER.get(table.types[columns[0]], "7")}
        rows = table.row(**same), table.row(**{**same, **other})
        by_other = _refused_by(owner, lambda t=table, r=rows: t.insert(*r))  # type: ignore[misc]
        by_same = _refused_by(owner, lambda t=table, r=rows: t.insert(r[0], r[0]))  # type: ignore[misc]
        if (by_other, by_same) != (None, name):
            wrong.append(f"{name}: another met {by_other}, the same met {by_same}")
        tried += 1
        owner.rollback()
    assert wrong == []
    assert tried > 40


def test_each_key_of_the_live_database_refuses_what_refers_to_nothing(
    owner: psycopg.Connection,
) -> None:
    wrong, tried = [], 0
    for table_name, name, numbers, _ in _live(owner, "f"):
        table = Table(owner, table_name)
        nobody = {
            column: {"text": "'nobody'", "int8": "-77"}.get(table.types[column])
            for column in (table.numbers[number] for number in numbers)
        }
        row = table.row(**{column: value for column, value in nobody.items() if value})
        # A key within one table needs what it refers to.
        itself = owner.execute(
            "SELECT bool_or(confrelid = conrelid) FROM pg_constraint WHERE conname = %s", [name]
        ).fetchone()
        table.leave_only(name, kinds="cfx" if itself == (True,) else "cufxp")
        found = _refused_by(owner, lambda t=table, r=row: t.insert(r))  # type: ignore[misc]
        owner.execute(f'ALTER TABLE "{table_name}" DROP CONSTRAINT "{name}"')
        without = _refused_by(owner, lambda t=table, r=row: t.insert(r))  # type: ignore[misc]
        if (found, without) != (name, None):
            wrong.append(f"{name}: met {found}, and without it {without}")
        tried += 1
        owner.rollback()
    assert wrong == []
    assert tried > 60


def test_each_trigger_that_keeps_what_is_written_refuses_the_owner(
    owner: psycopg.Connection,
) -> None:
    kept = owner.execute(
        "SELECT tgrelid::regclass::text, tgname, tgtype, tgattr::int[] FROM pg_trigger "
        "WHERE tgfoid = 'refuse_change'::regproc ORDER BY 1, 2"
    ).fetchall()
    wrong = []
    for table_name, name, kind, attributes in kept:
        table = Table(owner, table_name)
        table.leave_only()
        table.insert(table.row())
        owner.execute(f'ALTER TABLE "{table_name}" ENABLE TRIGGER "{name}"')
        columns = [table.numbers[number] for number in attributes if number in table.numbers]
        # In pg_trigger.tgtype 8 is DELETE, 16 is UPDATE and 32 is TRUNCATE.
        attacks = [f'DELETE FROM "{table_name}"'] if kind & 8 else []
        attacks += [f'TRUNCATE "{table_name}" CASCADE'] if kind & 32 else []
        if kind & 16:
            attacks += [
                f'UPDATE "{table_name}" SET "{column}" = "{column}"'
                for column in columns or [next(iter(table.types))]
            ]
        for attack in attacks:
            met = _refused_by(owner, lambda sql=attack: owner.execute(sql) and None)  # type: ignore[misc]
            if met != "history_is_permanent":
                wrong.append(f"{name} on {table_name}: {attack} met {met}")
        owner.rollback()
    assert wrong == []
    assert len(kept) > 40


def test_a_number_that_the_database_gives_cannot_be_chosen(owner: psycopg.Connection) -> None:
    numbered = owner.execute(
        "SELECT attrelid::regclass::text, attname FROM pg_attribute "
        "WHERE attidentity = 'a' AND attrelid = ANY(%s::text[]::regclass[])",
        [_ours()],
    ).fetchall()
    assert len(numbered) >= 4
    for table_name, column in numbered:
        owner.execute("SAVEPOINT attack")
        with pytest.raises(errors.GeneratedAlways):
            owner.execute(f'INSERT INTO "{table_name}" ("{column}") VALUES (1)')
        owner.execute("ROLLBACK TO SAVEPOINT attack")


def test_a_kit_does_not_come_into_itself_by_a_circle(owner: psycopg.Connection) -> None:
    table = Table(owner, "kit_part")
    table.leave_only()
    owner.execute("ALTER TABLE kit_part ENABLE TRIGGER kit_part_without_circles")
    around = [("'A'", "'B'"), ("'B'", "'C'"), ("'C'", "'A'")]
    rows = [table.row(kit_id=kit, part_id=part) for kit, part in around]
    table.insert(*rows[:2])
    assert _refused_by(owner, lambda: table.insert(rows[2])) == "kit_part_without_circles"


def test_each_rule_that_a_trigger_raises_by_name_is_met_by_name_in_a_test(
    owner: psycopg.Connection,
) -> None:
    sources = owner.execute(
        "SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "AND proname NOT LIKE 'procrastinate%'"
    ).fetchall()
    raised = {name for (text,) in sources for name in re.findall(r"CONSTRAINT = '(\w+)'", text)}
    tests = "".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    page = PAGE.read_text(encoding="utf-8")
    unmet = [n for n in raised if f'"{n}"' not in tests and f"-- refused: {n}\n" not in page]
    assert sorted(unmet) == []
    assert len(raised) >= 12
