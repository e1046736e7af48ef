"""Statements that go to the database together, where transactions are real."""

import pytest
from django.db import OperationalError, connection, transaction
from psycopg.pq import TransactionStatus

from muster.records.statements import rows, rows_together, run_together

pytestmark = pytest.mark.usefixtures("committed")


def status() -> int:
    return int(connection.connection.pgconn.transaction_status)


def test_a_transaction_is_opened_and_committed_on_the_way_of_its_statements() -> None:
    rows("SELECT 1")
    assert status() == TransactionStatus.IDLE
    with transaction.atomic():
        assert rows_together([("SELECT 1", []), ("SELECT 2", [])]) == [[(1,)], [(2,)]]
        assert status() == TransactionStatus.INTRANS
        run_together([("SELECT 3", [])], commit=True)
        assert status() == TransactionStatus.IDLE


def test_a_server_that_goes_away_is_an_error_and_the_next_statement_finds_a_new_one() -> None:
    ((mine,),) = rows("SELECT pg_backend_pid()")
    with pytest.raises(OperationalError):
        rows_together([("SELECT pg_terminate_backend(%s::int)", [mine]), ("SELECT 1", [])])
    connection.close()
    ((other,),) = rows("SELECT pg_backend_pid()")
    assert other != mine
