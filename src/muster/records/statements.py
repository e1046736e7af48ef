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


def run_together(statements: Sequence[tuple[str, Sequence[object]]], *, commit: bool) -> None:
    """Run statements on one way to the database and back, and commit at their end, if asked to.

    Nothing of the caller's happens between them, so that what the first ones lock is free again as
    soon as the database is done.  The first that fails is the error, and nothing is committed.

    Args:
        statements: each with the values to bind; what they give is not looked at.
        commit: end the transaction that is open.

    Raises:
        django.db.Error: as through the models.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        for statement, values in statements:
            psycopg.Cursor(connection.connection).execute(statement, values, prepare=True)
        if commit:
            connection.connection.execute("COMMIT")
