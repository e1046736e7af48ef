"""Every rule of the live database is known: as a refusal, or as what only a bug can hit."""

# The queries are made of constants of this file.
# ruff: noqa: S608

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from muster.core.refusals import every_refusal
from muster.records.constraints import ONLY_A_BUG, REFUSALS

pytestmark = pytest.mark.usefixtures("records")

SQL = Path(__file__).parents[2] / "src" / "muster" / "records" / "sql"
# Keys that stand for a record itself are made from the caller's key, which the journal guards.
_NOT_A_KEY_OF_ITS_OWN = "contype IN ('c', 'u', 'x')"


def _rows(query: str, *args: list[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, args)
        return {row[0] for row in cursor.fetchall()}


def _our_tables() -> list[str]:
    models = apps.get_app_config("records").get_models(include_auto_created=True)
    return [model._meta.db_table for model in models]


def _live() -> set[str]:
    """Name every rule: checks, unique and exclusion constraints and indexes, keys named by us."""
    tables = _our_tables()
    named = _rows(
        f"SELECT conname FROM pg_constraint WHERE {_NOT_A_KEY_OF_ITS_OWN} "
        "AND conrelid = ANY(%s::text[]::regclass[])",
        tables,
    )
    keys = _rows(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conname !~ '_fk_' "
        "AND conrelid = ANY(%s::text[]::regclass[])",
        tables,
    )
    indexes = _rows(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indisunique AND i.indrelid = ANY(%s::text[]::regclass[]) "
        "AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.conindid = i.indexrelid)",
        tables,
    )
    return named | keys | indexes | _raised()


def _raised() -> set[str]:
    """Name every constraint that a function of ours raises by hand, as the live function says."""
    sources = _rows(
        "SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "AND proname NOT LIKE 'procrastinate%%'"
    )
    return {name for source in sources for name in re.findall(r"CONSTRAINT = '(\w+)'", source)}


def _primary_keys() -> set[str]:
    return _rows("SELECT conname FROM pg_constraint WHERE contype = 'p'")


def test_each_rule_of_the_database_is_either_a_refusal_or_explained_as_a_bug() -> None:
    assert _live() - set(REFUSALS) - set(ONLY_A_BUG) == set()


def test_no_rule_is_listed_that_the_database_does_not_have() -> None:
    assert (set(REFUSALS) | set(ONLY_A_BUG)) - _live() - _primary_keys() == set()


def test_no_rule_is_both_a_refusal_and_a_bug() -> None:
    assert set(REFUSALS) & set(ONLY_A_BUG) == set()


def test_each_rule_that_only_a_bug_can_hit_says_why() -> None:
    assert [name for name, why in ONLY_A_BUG.items() if len(why.split()) < 4] == []


def test_each_constraint_leads_to_a_refusal_that_there_is() -> None:
    assert set(REFUSALS.values()) <= set(every_refusal())


def test_every_trigger_that_raises_is_found_in_the_live_database() -> None:
    written = {
        name
        for file in SQL.glob("*.sql")
        for name in re.findall(r"CONSTRAINT = '(\w+)'", file.read_text())
    }
    assert written
    assert written == _raised()


def test_every_constraint_that_the_models_declare_is_alive() -> None:
    declared = {
        constraint.name
        for model in apps.get_app_config("records").get_models()
        for constraint in model._meta.constraints
    }
    assert len(declared) > 70
    assert declared - _live() == set()


def test_no_constraint_was_left_unvalidated_or_switched_off() -> None:
    assert _rows("SELECT conname FROM pg_constraint WHERE NOT convalidated") == set()
    assert _rows("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'O'") == set()
