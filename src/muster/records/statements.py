"""Statements that run often: prepared once for each connection, in the transaction that is open.

The rest of the house asks through the models; this is for the few that every act needs.
"""

import functools
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from muster.records.together import Statement, together

__all__ = (
    "Statement",
    "array",
    "rows",
    "rows_together",
    "run_together",
    "text_array",
    "texts",
)


def rows(statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Run a statement of the application's role and give its rows.

    Raises:
        django.db.Error: as through the models.
    """
    return rows_together([(statement, values)])[0]


def rows_together(statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """Run statements on one way to the database and back, and give the rows of each.

    A transaction that is to be opened is opened on the same way.

    Raises:
        django.db.Error: as through the models; the first that fails is the error.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return together(connection.connection, statements, commit=False)


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
    with connection.wrap_database_errors:
        together(connection.connection, statements, commit=commit)


@functools.lru_cache(maxsize=1024)
def text_array(values: tuple[str, ...]) -> str:
    """Write texts as `texts` does, once for all times; such as audiences, which are few."""
    return texts(values)


def texts(values: Iterable[str | None]) -> str:
    """Write texts and None as an array in the database's own words."""
    return "{" + ",".join("NULL" if each is None else _quoted(each) for each in values) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def array(values: Iterable[object]) -> str:
    """Write numbers, UUIDs and None as an array in the database's own words.

    Quicker than a list, of which the driver asks each member for its type; there may be a hundred
    thousand.
    """
    return "{" + ",".join("NULL" if each is None else str(each) for each in values) + "}"
