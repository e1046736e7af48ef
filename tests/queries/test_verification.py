"""The recount finds what does not add up, and only that."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper

from muster.queries import recounting
from muster.queries.verification import verify
from muster.records.models import Account, StageEvent, Transfer
from tests import make


@contextmanager
def unguarded(table: str) -> Iterator[CursorWrapper]:
    """Write as the owner of the tables, with its guards off; what is written is committed."""
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield cursor
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    finally:
        connections["owner"].close()


@pytest.mark.usefixtures("records")
def test_a_whole_history_adds_up_and_every_check_is_told() -> None:
    w = make.world()
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "60"))
    make.signed(w, box, damaged=3, extra=2)
    told: list[str] = []
    found = verify(told.append)
    assert (found.differences, found.unaccounted) == ((), 0)
    assert found.transfers > 0
    assert len(told) == len(set(told)) >= 7


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("at_a_time", [1, 7, 20_000])
def test_however_few_accounts_at_a_time_every_transfer_is_read_at_both_its_ends(
    at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = make.world()
    make.signed(w, make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "60")))
    monkeypatch.setattr(recounting, "_ACCOUNTS_AT_A_TIME", at_a_time)
    heard: list[tuple[int, int]] = []
    found = verify(read=lambda done, of: heard.append((done, of)))
    assert (found.found, found.unaccounted) == (0, 0)
    assert found.transfers == Transfer.objects.count() > 0
    assert found.accounts == Account.objects.count()
    assert heard == sorted(heard)
    assert heard[-1] == (found.transfers, found.transfers)


@pytest.mark.usefixtures("committed")
def test_a_transfer_that_someone_slips_past_the_totals_is_found() -> None:
    w = make.world_apart()
    make.proposed(w, make.offered(w), make.asked(w), "10")
    copied = Transfer.objects.latest("id")
    with unguarded("transfer") as cursor:
        cursor.execute(
            "INSERT INTO transfer (act_id, position, item_id, from_account_id, to_account_id,"
            " amount, happened_at, recorded_at) SELECT act_id, 99, item_id, from_account_id,"
            " to_account_id, 4, happened_at, recorded_at FROM transfer WHERE id = %s",
            [copied.pk],
        )
    found = verify()
    named = {each.what for each in found.differences if each.units == 4}
    assert any(f"account {copied.from_account_id} " in what for what in named)
    assert any(f"account {copied.to_account_id} " in what for what in named)
    with unguarded("transfer") as cursor:
        cursor.execute("DELETE FROM transfer WHERE act_id = %s AND position = 99", [copied.act_id])
    assert verify().differences == ()


@pytest.mark.usefixtures("committed")
def test_a_stage_that_someone_writes_without_an_event_is_found() -> None:
    w = make.world_apart()
    promise = make.proposed(w, make.offered(w), make.asked(w), "10")
    for stage in ("agreed", "proposed"):
        with unguarded("allocation") as cursor:
            cursor.execute("UPDATE allocation SET stage = %s WHERE id = %s", [stage, promise.pk])
        found = [each.what for each in verify().differences]
        wrong = f'allocation {promise.pk} stands in "agreed", its last event led to "proposed"'
        assert found == ([wrong] if stage == "agreed" else [])


@pytest.mark.usefixtures("committed")
def test_of_a_ledger_that_is_wrong_all_over_the_first_differences_are_listed_and_all_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w = make.world_apart()
    make.agreed(w, make.offered(w), make.asked(w), "10")
    monkeypatch.setattr(recounting, "LISTED", 3)
    for more in (5, -5):
        with connections["owner"].cursor() as cursor:
            change = "UPDATE account SET amount_in = amount_in + %s, amount_out = amount_out + %s"
            cursor.execute(change, [more, more])
        connections["owner"].close()
        found = verify()
        if more > 0:
            assert len(found.differences) == 3
            assert found.found >= 2 * found.accounts
            assert found.unaccounted >= 10 * found.accounts
    assert found.differences == ()


@pytest.mark.usefixtures("records")
def test_the_greatest_amounts_are_added_up_too() -> None:
    w = make.world()
    most = str(10**15)
    make.handed_over(w, make.agreed(w, make.offered(w, most), make.asked(w, most), most))
    assert verify().differences == ()


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("kind", ["available", "reserved", "need_open"])
def test_a_single_unit_that_someone_slips_into_an_account_is_found(kind: str) -> None:
    """Only the tables' owner, with its triggers off, can do this at all."""
    w = make.world_apart()
    giving, taking = make.offered(w), make.asked(w)
    make.proposed(w, giving, taking, "10")
    account = Account.objects.filter(kind=kind, item_id=make.TENT, amount_in__gt=0).latest("id")
    for amount in (1, -1):
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "UPDATE account SET amount_in = amount_in + %s WHERE id = %s", [amount, account.pk]
            )
        found = verify()
        assert found.unaccounted > 0 if amount == 1 else found.differences == ()
    connections["owner"].close()
    assert connection.alias == "default"


def slipped_in(change: str) -> tuple[Transfer, list[str]]:
    """Copy the last reservation with something changed, past all guards; say what verify finds."""
    copied = Transfer.objects.filter(to_account__kind="reserved").latest("id")
    columns = {
        "act_id": "act_id",
        "position": "99",
        "item_id": "item_id",
        "from_account_id": "from_account_id",
        "to_account_id": "to_account_id",
        "amount": "amount",
        "happened_at": "happened_at",
        "recorded_at": "recorded_at",
    }
    name, value = change.split(" = ")
    columns[name] = value
    with unguarded("transfer") as cursor:
        cursor.execute(
            f"INSERT INTO transfer ({', '.join(columns)})"  # noqa: S608 - our own words
            f" SELECT {', '.join(columns.values())} FROM transfer WHERE id = %s RETURNING id",
            [copied.pk],
        )
        [[slipped]] = cursor.fetchall()
    found = [each.what for each in verify().differences]
    with unguarded("transfer") as cursor:
        cursor.execute("DELETE FROM transfer WHERE id = %s", [slipped])
    assert verify().differences == ()
    return copied, found


@pytest.mark.usefixtures("committed")
def test_what_left_an_account_before_it_was_there_is_found() -> None:
    w = make.world_apart()
    make.proposed(w, make.offered(w), make.asked(w), "10")
    copied, found = slipped_in("happened_at = happened_at - interval '100 years'")
    begun = f"account {copied.from_account_id} (available) on "
    assert [what for what in found if what.startswith(begun)]
    assert not [what for what in found if f"account {copied.to_account_id} (reserved) on" in what]


@pytest.mark.usefixtures("committed")
def test_another_item_in_an_account_is_found() -> None:
    w = make.world_apart()
    make.proposed(w, make.offered(w), make.asked(w), "10")
    for item in ("'AAA'", "'ZZZ'"):
        copied, found = slipped_in(f"item_id = {item}")
        assert (
            f"account {copied.from_account_id} (available) holds one item, other items moved"
            in (found)
        )


@pytest.mark.usefixtures("committed")
def test_a_transfer_of_an_act_that_nobody_did_is_found() -> None:
    w = make.world_apart()
    make.proposed(w, make.offered(w), make.asked(w), "10")
    act = "11111111-2222-4333-8444-555555555555"
    _, found = slipped_in(f"act_id = '{act}'")
    assert f"transfers of act {act}, which is not in the journal" in found


@pytest.mark.usefixtures("committed")
def test_an_event_told_late_before_what_had_happened_is_found() -> None:
    w = make.world_apart()
    promise = make.agreed(w, make.offered(w), make.asked(w), "10")
    event = StageEvent.objects.filter(subject_id=promise.pk).latest("number")
    for shift in ("-", "+"):
        with unguarded("stage_event") as cursor:
            cursor.execute(
                f"UPDATE stage_event SET happened_at = happened_at {shift} interval '100 years'"  # noqa: S608 - our own words
                " WHERE id = %s",
                [event.pk],
            )
        found = [each.what for each in verify().differences]
        assert any(f"allocation {promise.pk}" in what for what in found) == (shift == "-")
