"""The journal is a chain: whoever edits it later is seen, whatever rights they had."""

import json
import os
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from muster.queries.journal import link_journals
from muster.queries.verification import BROKEN_LINKS, verify_journal
from muster.records.models import JournalLink, JournalWaiting
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
        for table in ("journal_entry", "journal_link", "journal_chain", "transfer", "stage_event"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield connection
        connection.rollback()


def _breaks(intruder: psycopg.Connection, w: make.World) -> list[tuple[int, str]]:
    found = intruder.execute(BROKEN_LINKS).fetchall()
    return [(link, what) for chain, link, _, what in found if chain == str(w.operation.pk)]


def _line(w: make.World, link: int) -> UUID:
    return JournalLink.objects.get(chain=str(w.operation.pk), link=link).entry_id


def _take_out(intruder: psycopg.Connection, line: UUID) -> None:
    intruder.execute("DELETE FROM journal_link WHERE entry_id = %s", [line])
    intruder.execute("DELETE FROM journal_entry WHERE id = %s", [line])


def test_an_untouched_journal_holds(journal: make.World) -> None:
    lines = JournalLink.objects.filter(chain=str(journal.operation.pk)).order_by("link")
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
    intruder.execute(edit, [_line(journal, 3)])
    assert _breaks(intruder, journal) == [(3, "It does not say what it said when it was written.")]


def test_a_transfer_that_is_edited_breaks_the_line_of_its_act(
    journal: make.World, intruder: psycopg.Connection
) -> None:
    moved = intruder.execute(
        "SELECT its.link FROM transfer JOIN journal_link AS its ON its.entry_id = transfer.act_id"
        " WHERE its.chain = %s ORDER BY its.link LIMIT 1",
        [str(journal.operation.pk)],
    ).fetchone()
    assert moved is not None
    intruder.execute(
        "UPDATE transfer SET amount = amount + 1 WHERE act_id = %s", [_line(journal, moved[0])]
    )
    assert _breaks(intruder, journal)[0][0] == moved[0]


def test_a_line_that_is_taken_out_is_missed(
    journal: make.World, intruder: psycopg.Connection
) -> None:
    intruder.execute("SET CONSTRAINTS ALL DEFERRED")
    _take_out(intruder, _line(journal, 2))
    assert _breaks(intruder, journal) == [(3, "Lines before it are missing.")]


def test_the_last_line_taken_out_is_missed(
    journal: make.World, intruder: psycopg.Connection
) -> None:
    last = JournalLink.objects.filter(chain=str(journal.operation.pk)).count()
    _take_out(intruder, _line(journal, last))
    assert _breaks(intruder, journal) == [(last, "Lines at the end are missing.")]


def test_a_line_rewritten_with_a_fitting_hash_breaks_the_next_one(
    journal: make.World, intruder: psycopg.Connection
) -> None:
    line = _line(journal, 2)
    intruder.execute("UPDATE journal_entry SET reason = 'another' WHERE id = %s", [line])
    intruder.execute(
        "UPDATE journal_link AS its SET hash = journal_hash(line, chain, link, previous_hash)"
        " FROM journal_entry AS line WHERE line.id = its.entry_id AND its.entry_id = %s",
        [line],
    )
    assert _breaks(intruder, journal) == [(3, "It does not follow the line before it.")]


def test_the_applications_role_cannot_touch_the_chain(journal: make.World) -> None:
    with psycopg.connect(**json.loads(os.environ["MUSTER_APP_DSN"]), autocommit=True) as app:
        for statement in (
            "UPDATE journal_chain SET length = 0",
            "DELETE FROM journal_chain",
            "INSERT INTO journal_chain VALUES ('x', 0, '')",
            "UPDATE journal_link SET hash = ''",
            "DELETE FROM journal_link",
            "DELETE FROM journal_waiting",
            "SELECT link_lines('x', '{}')",
            "SELECT link_the_waiting('x')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)
    assert journal.operation.pk is not None


def test_a_link_that_is_taken_out_alone_is_missed(
    journal: make.World, intruder: psycopg.Connection
) -> None:
    last = JournalLink.objects.filter(chain=str(journal.operation.pk)).count()
    intruder.execute("DELETE FROM journal_link WHERE entry_id = %s", [_line(journal, last)])
    assert _breaks(intruder, journal)[0] == (last, "Lines at the end are missing.")


def test_an_act_does_not_wait_while_another_is_linked_and_the_next_one_links_it(
    journal: make.World,
) -> None:
    chain = str(journal.operation.pk)
    with psycopg.connect(**json.loads(os.environ["MUSTER_APP_DSN"])) as other:
        other.execute("SELECT pg_advisory_xact_lock(journal_chain_lock(%s))", [chain])
        make.offered(journal)
        assert JournalWaiting.objects.filter(chain=chain).count() == 1
        other.rollback()
    length = JournalLink.objects.filter(chain=chain).count()
    make.offered(journal)
    assert not JournalWaiting.objects.filter(chain=chain).exists()
    assert JournalLink.objects.filter(chain=chain).count() == length + 2
    assert verify_journal() == ()


def test_a_line_that_waits_is_linked_by_whoever_reads_the_chains(journal: make.World) -> None:
    chain = str(journal.operation.pk)
    with psycopg.connect(**json.loads(os.environ["MUSTER_APP_DSN"])) as other:
        other.execute("SELECT pg_advisory_xact_lock(journal_chain_lock(%s))", [chain])
        make.offered(journal)
        other.rollback()
    assert link_journals() == 1
    assert link_journals() == 0
    assert verify_journal() == ()
