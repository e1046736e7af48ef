"""Statements that run often: prepared once for each connection, in the transaction that is open.

The rest of the house asks through the models; this is for the few that every act needs.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection
from psycopg.pq import ExecStatus


def rows(statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Run a statement of the application's role and give its rows.

    Args:
        statement: SQL with %s for each value, which the server binds.
        values: what to bind; None, numbers, texts, UUIDs, moments and lists of these.

    Raises:
        django.db.Error: as through the models.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)
        cursor.execute(statement, values, prepare=True)
        answer = cursor.pgresult
        gives_rows = answer is not None and answer.status == ExecStatus.TUPLES_OK
        return cursor.fetchall() if gives_rows else []
