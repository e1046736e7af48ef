"""Statements that run often: prepared once for each connection, in the transaction that is open.

The rest of the house asks through the models; this is for the few that every act needs.
"""

import functools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import ExecStatus

Statement = tuple[str, Sequence[object]]
"""SQL with %s for each value, which the server binds, and what to bind: None, numbers, texts,
UUIDs, moments and lists of these."""


def rows(statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Run a statement of the application's role and give its rows.

    Raises:
        django.db.Error: as through the models.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)
        cursor.execute(statement, values, prepare=True)
        return _rows_of(cursor)


def rows_together(statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """Run statements on one way to the database and back, and give the rows of each.

    Raises:
        django.db.Error: as through the models; the first that fails is the error.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursors = [psycopg.Cursor(connection.connection) for _ in statements]
        with _pipeline(connection.connection):
            for cursor, (statement, values) in zip(cursors, statements, strict=True):
                cursor.execute(statement, values, prepare=True)
        return [_rows_of(cursor) for cursor in cursors]


def _rows_of(cursor: "psycopg.Cursor[tuple[Any, ...]]") -> list[tuple[Any, ...]]:
    answer = cursor.pgresult
    gives_rows = answer is not None and answer.status == ExecStatus.TUPLES_OK
    return cursor.fetchall() if gives_rows else []


def run_together(statements: Sequence[Statement], *, commit: bool) -> None:
    """Run statements on one way to the database and back, and commit at their end, if asked to.

    Nothing of the caller's happens between them, so that what the first ones lock is free again as
    soon as the database is done.  The first that fails is the error, and nothing is committed.

    Args:
        statements: what they give is not looked at.
        commit: end the transaction that is open.

    Raises:
        django.db.Error: as through the models.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    with connection.wrap_database_errors, _pipeline(connection.connection):
        for statement, values in statements:
            psycopg.Cursor(connection.connection).execute(statement, values, prepare=True)
        if commit:
            connection.connection.execute("COMMIT", prepare=True)


@contextmanager
def _pipeline(connection: "psycopg.Connection[tuple[Any, ...]]") -> Iterator[None]:
    """Send what is run within without waiting for answers, and raise the first that fails.

    The driver's own block would write a line into the log about each statement behind one that
    failed, as if it were news: here the answers are fetched, and left, before it ends.
    """
    with connection.pipeline() as pipeline:
        try:
            yield
        except psycopg.Error:
            with suppress(psycopg.Error):
                pipeline.sync()
            raise


@functools.lru_cache(maxsize=1024)
def text_array(values: tuple[str, ...]) -> str:
    """Write texts as an array in the database's own words; such as audiences, which are few."""
    quoted = ('"' + each.replace("\\", "\\\\").replace('"', '\\"') + '"' for each in values)
    return "{" + ",".join(quoted) + "}"


def array(values: Iterable[object]) -> str:
    """Write numbers, UUIDs and None as an array in the database's own words.

    Quicker than a list, of which the driver asks each member for its type; there may be a hundred
    thousand.
    """
    return "{" + ",".join("NULL" if each is None else str(each) for each in values) + "}"
