"""What the database itself keeps of members through time, and the index that answers for a day."""

# The statements are SQL made of parts.
# ruff: noqa: ISC004

import json
import os
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from psycopg import errors

from muster.queries.register import standings_of
from muster.records.constraints import ONLY_A_BUG, REFUSALS
from muster.records.models import Standing

_STEP = (
    "INSERT INTO accession_step (id, party_id, body_id, step, by_id, happened_on, source, checked,"
    " recorded_at) VALUES (gen_random_uuid(), '{}', '{}', '{}', {}, '{}', 'x', '', now())"
)
_GEORGIA = "INSERT INTO standing (party_id, body_id, kind, since, source, checked) VALUES "


@pytest.fixture
def app(tables: None) -> Iterator[psycopg.Connection]:
    """A connection of the application's role; whatever it does is rolled back."""
    with psycopg.connect(**json.loads(os.environ["MUSTER_APP_DSN"])) as opened:
        yield opened
        opened.rollback()


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (_STEP.format("GEO", "NATO", "in_force", "NULL", "2026-01-01"), "accession_in_order"),
        (_STEP.format("GEO", "NATO", "deposited", "NULL", "2026-01-01"), "accession_in_order"),
        (_STEP.format("GEO", "NATO", "blessed", "NULL", "2026-01-01"), "accession_in_order"),
        (_STEP.format("SWE", "NATO", "invited", "NULL", "2022-06-29"), "accession_step_once"),
        (_STEP.format("SWE", "NATO", "invited", "NULL", "2022-07-06"), "accession_in_order"),
        (
            _STEP.format("GEO", "NATO", "invited", "'DEU'", "2026-01-01"),
            "accession_step_names_who_ratified",
        ),
        (_STEP.format("EU", "EU", "invited", "NULL", "2026-01-01"), "accession_step_into_another"),
        (
            _STEP.format("CHE", "UDCG", "invited", "NULL", "2026-01-01")
            + f"; {_GEORGIA} ('CHE', 'UDCG', 'member', '2026-02-01', '', '')",
            "member_after_deposit",
        ),
        (
            "INSERT INTO land_border (country_id, neighbour_id, km, method, source, checked) "
            "VALUES ('FIN', 'FIN', 1, 'x', 'x', 'x')",
            "land_border_leads_somewhere",
        ),
        (
            "INSERT INTO land_border (country_id, neighbour_id, km, method, source, checked) "
            "VALUES ('FIN', 'RUS', 1, 'factbook', 'x', 'x')",
            "land_border_once",
        ),
        (
            "INSERT INTO country_figure (country_id, measure, year, amount, source, checked) "
            "VALUES ('FIN', 'gdp_usd', 2024, -1, 'x', 'x')",
            "country_figure_not_negative",
        ),
        (
            "INSERT INTO country_figure (country_id, measure, year, amount, source, checked) "
            "SELECT country_id, measure, year, 1, source, checked FROM country_figure LIMIT 1",
            "country_figure_once",
        ),
        (
            "INSERT INTO border_statement (party_id, body_id, neighbour_id, before_km, after_km,"
            " method, source, checked) VALUES ('FIN', 'NATO', 'RUS', -1, 1, 'y', 'x', 'x')",
            "border_statement_not_negative",
        ),
        (
            "INSERT INTO border_statement (party_id, body_id, neighbour_id, before_km, after_km,"
            " method, source, checked) SELECT party_id, body_id, neighbour_id, 1, 1, method, 'x',"
            " 'x' FROM border_statement",
            "border_statement_once",
        ),
        (
            "INSERT INTO obligation (code, body_id, authority, binds, text, since, until, source,"
            " checked) VALUES ('X', 'EU', 'x', 'member', 'x', '2020-01-02', '2020-01-02', '', '')",
            "obligation_ends_after_it_begins",
        ),
    ],
)
def test_the_database_refuses_what_members_through_time_may_never_say(
    app: psycopg.Connection, statement: str, rule: str
) -> None:
    with pytest.raises(errors.IntegrityError) as raised:
        app.execute(statement)
    assert raised.value.diag.constraint_name == rule
    assert rule in {*REFUSALS, *ONLY_A_BUG}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accession_step SET happened_on = '2020-01-01'",
        "DELETE FROM accession_step",
        "UPDATE country_figure SET amount = 1",
        "UPDATE land_border SET km = 1",
        "DELETE FROM obligation",
    ],
)
def test_the_application_may_not_change_what_was_recorded(
    app: psycopg.Connection, statement: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement)


def test_not_even_the_owner_changes_a_step_that_was_taken(tables: None) -> None:
    with (
        psycopg.connect(**json.loads(os.environ["MUSTER_OWNER_DSN"])) as owner,
        pytest.raises(errors.CheckViolation) as raised,
    ):
        owner.execute("UPDATE accession_step SET happened_on = '2020-01-01'")
    assert raised.value.diag.constraint_name == "history_is_permanent"


def test_who_was_a_member_on_a_day_is_answered_from_an_index(tables: None) -> None:
    """With a register of some size, of which a day of one body is a small part, and its counts."""
    day = date(2023, 4, 20)
    members = standings_of(day).filter(body_id="NATO", kind=Standing.Kind.MEMBER)
    one = standings_of(day).filter(body_id="NATO", party_id="SWE")
    with psycopg.connect(**json.loads(os.environ["MUSTER_OWNER_DSN"])) as owner:
        owner.execute(
            "INSERT INTO party (code, name, kind, iso3, gives_only_reviewed, source) "
            "SELECT 'B' || n, 'Body ' || n, 'group', '', false, '' FROM generate_series(1, 400) n"
        )
        # In the alliance too, most standings are over by that day.
        owner.execute(
            "INSERT INTO standing (party_id, body_id, kind, since, until, source, checked) "
            "SELECT p.code, b.code, 'observer', '2000-01-01'::date + 10 * m,"
            " '2000-01-01'::date + 10 * m + 10, '', '' FROM party p, party b,"
            " generate_series(1, 20) m WHERE p.code ~ '^B[0-9]' AND b.code IN ('NATO', 'EU', 'B1')"
        )
        owner.execute("ANALYZE standing")
        plans = [
            "\n".join(row[0] for row in owner.execute(f"EXPLAIN {sql}", params).fetchall())
            for sql, params in (q.query.sql_with_params() for q in (members, one))
        ]
        found = owner.execute(*members.query.sql_with_params()).fetchall()
        owner.rollback()
    assert "standing_of_a_body_on_a_day" in plans[0]
    assert "Index" in plans[1]
    assert "Seq Scan" not in "".join(plans)
    assert len(found) == 31
