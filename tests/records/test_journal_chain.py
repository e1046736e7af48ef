"""The journal is a chain: whoever edits it later is seen, whatever rights they had."""

import json
import os
from collections.abc import Iterator

import psycopg
import pytest

from muster.queries.verification import BROKEN_LINKS, verify_journal
from muster.records.models import JournalEntry
from tests import make


@pytest.fixture
def journal(committed: None) -> make.World:
    """A world whose journal has some lines."""
    w = make.world()
    make.agreed(w, make.offered(w), make.asked(w), "40")
    return w


@pytest.fixture
def intruder() -> Iterator[psycopg.Connection]:
    """The owner of the tables, with every guard of theirs switched off; nothing of it stays."""
    with psycopg.connect(**json.loads(os.environ["MUSTER_OWNER_DSN"])) as connection:
        for table in ("journal_entry", "journal_chain", "transfer", "stage_event"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield connection
        connection.rollback()


def _breaks(intruder: psycopg.Connection, w: make.World) -> list[tuple[int, str]]:
    found = intruder.execute(BROKEN_LINKS).fetchall()
    return [(link, what) for chain, link, _, what in found if chain == str(w.operation.pk)]


def _link(w: make.World, link: int) -> JournalEntry:
    return JournalEntry.objects.get(chain=str(w.operation.pk), link=link)


def test_an_untouched_journal_holds(journal: make.World) -> None:
    lines = JournalEntry.objects.filter(chain=str(journal.operation.pk)).order_by("link")
    assert [line.link for line in lines] == list(range(1, len(lines) + 1))
    assert len(lines) > 5
    assert verify_journal() == ()


@pytest.mark.parametrize(
    "change",
    ["reason = 'another'", "user_name = 'Nobody'", "recorded_at = recorded_at - interval '1 s'"],
)
def test_a_line_that_is_edited_is_named(
    journal: make.World, intruder: psycopg.Connection, change: str
) -> None:
    edit = f"UPDATE journal_entry SET {change} WHERE id = %s"  # noqa: S608 - our own words
    intruder.execute(edit, [_link(journal, 3).pk])
    assert _breaks(intruder, journal) == [(3, "It does not say what it said when it was written.")]


def test_a_transfer_that_is_edited_breaks_the_line_of_its_act(
    journal: make.World, intruder: psycopg.Connection
) -> None:
    moved = intruder.execute(
        "SELECT line.link FROM transfer JOIN journal_entry AS line ON line.id = transfer.act_id"
        " WHERE line.chain = %s ORDER BY line.link LIMIT 1",
        [str(journal.operation.pk)],
    ).fetchone()
    assert moved is not None
    intruder.execute(
        "UPDATE transfer SET amount = amount + 1 WHERE act_id = %s", [_link(journal, moved[0]).pk]
    )
    assert _breaks(intruder, journal)[0][0] == moved[0]


def test_a_line_that_is_taken_out_is_missed(
    journal: make.World, intruder: psycopg.Connection
) -> None:
    intruder.execute("SET CONSTRAINTS ALL DEFERRED")
    intruder.execute("DELETE FROM journal_entry WHERE id = %s", [_link(journal, 2).pk])
    assert _breaks(intruder, journal) == [(3, "Lines before it are missing.")]


def test_the_last_line_taken_out_is_missed(
    journal: make.World, intruder: psycopg.Connection
) -> None:
    last = JournalEntry.objects.filter(chain=str(journal.operation.pk)).count()
    intruder.execute("DELETE FROM journal_entry WHERE id = %s", [_link(journal, last).pk])
    assert _breaks(intruder, journal) == [(last, "Lines at the end are missing.")]


def test_a_line_rewritten_with_a_fitting_hash_breaks_the_next_one(
    journal: make.World, intruder: psycopg.Connection
) -> None:
    line = _link(journal, 2).pk
    intruder.execute("UPDATE journal_entry SET reason = 'another' WHERE id = %s", [line])
    intruder.execute(
        "UPDATE journal_entry AS line SET hash = journal_hash(line) WHERE id = %s", [line]
    )
    assert _breaks(intruder, journal) == [(3, "It does not follow the line before it.")]


def test_the_applications_role_cannot_touch_the_chain(journal: make.World) -> None:
    with psycopg.connect(**json.loads(os.environ["MUSTER_APP_DSN"]), autocommit=True) as app:
        for statement in (
            "UPDATE journal_chain SET length = 0",
            "DELETE FROM journal_chain",
            "INSERT INTO journal_chain VALUES ('x', 0, '')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)
    assert journal.operation.pk is not None
