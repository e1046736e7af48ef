"""Several statements on one way to the database and back, written to the wire at once.

The driver's own pipeline sends each statement by itself, and each wakes the server's process, which
then waits for the next: with eight clients on two cores that is a third of a client's time.

Statements are prepared here under names of our own.  The driver forgets all that it has prepared at
each ROLLBACK, and lets the server forget everybody's: so nothing else may be prepared by it.
"""

import re
import weakref
from collections.abc import Generator, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from psycopg import abc
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Ready, Wait

Statement = tuple[str, Sequence[object]]
"""SQL with %s for each value, which the server binds, and what to bind: None, numbers, texts,
UUIDs, moments and lists of these."""

_Connection = psycopg.Connection[tuple[Any, ...]]
_Row = tuple[Any, ...]
# A statement with the types of what is bound, as its connection has prepared it.
_Key = tuple[str, tuple[int, ...]]

_prepared: Final[WeakKeyDictionary[_Connection, dict[_Key, bytes]]] = weakref.WeakKeyDictionary()
_BEGIN: Final[Statement] = ("BEGIN", ())
_COMMIT: Final[Statement] = ("COMMIT", ())


def together(
    connection: _Connection, statements: Sequence[Statement], *, commit: bool
) -> list[list[_Row]]:
    """Run statements, each prepared once on its connection, and give the rows of each.

    Args:
        connection: a transaction is opened on it first, if it wants one and has none.
        statements: the first that fails is the error; those behind it are not run.
        commit: end the transaction behind them.

    Raises:
        psycopg.Error: of the first that fails.
    """
    begins = (
        not connection.autocommit and connection.pgconn.transaction_status == TransactionStatus.IDLE
    )
    sent = [*([_BEGIN] if begins else []), *statements, *([_COMMIT] if commit else [])]
    way = _Way(connection)
    connection.pgconn.enter_pipeline_mode()
    try:
        for statement in sent:
            way.send(*statement)
        connection.pgconn.pipeline_sync()
        connection.wait(way.exchange())
    finally:
        if way.is_open:
            # What is still on its way belongs to nobody: the server undoes what was not committed.
            connection.close()
        else:
            connection.pgconn.exit_pipeline_mode()
    answers = way.rows()
    first = 1 if begins else 0
    return answers[first : first + len(statements)]


class _Way:
    """One way there and back."""

    def __init__(self, connection: _Connection) -> None:
        self.pgconn: PGconn = connection.pgconn
        self.is_open = True
        self._known = _prepared.setdefault(connection, {})
        self._new: dict[int, tuple[_Key, bytes]] = {}
        self._transformers: list[abc.Transformer] = []
        self._connection = connection
        self._results: list[PGresult] = []

    def send(self, text: str, values: Sequence[object]) -> None:
        """Put a statement on the wire's queue; nothing leaves before all are there."""
        transformer = Transformer.from_context(self._connection)
        bound = transformer.dump_sequence(values, [PyFormat.AUTO] * len(values)) if values else []
        key = (text, transformer.types or ())
        name = self._known.get(key) or next((n for k, n in self._new.values() if k == key), None)
        if name is None:
            name = b"together_%d" % (len(self._known) + len(self._new))
            self.pgconn.send_prepare(name, _numbered(text), key[1])
            self._new[len(self._transformers) + len(self._new)] = (key, name)
        self.pgconn.send_query_prepared(name, bound, transformer.formats)
        self._transformers.append(transformer)

    def exchange(self) -> Generator[Wait, Ready | int, None]:
        """Send all, and fetch what comes back; the driver waits between."""
        while self.pgconn.flush():
            if (yield Wait.RW) & Ready.R:
                self.pgconn.consume_input()
        while True:
            while self.pgconn.is_busy():
                if (yield Wait.R):
                    self.pgconn.consume_input()
            result = self.pgconn.get_result()
            if result is None:
                if self.pgconn.status == ConnStatus.BAD:
                    raise psycopg.OperationalError(self.pgconn.get_error_message())
            elif result.status == ExecStatus.PIPELINE_SYNC:
                self.is_open = False
                return
            else:
                self._results.append(result)

    def rows(self) -> list[list[_Row]]:
        """Give the rows of each statement, or raise the first error."""
        answers = []
        waiting = iter(self._transformers)
        for number, result in enumerate(self._results):
            if result.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(result, self._connection.info.encoding)
            if number in self._new:
                key, name = self._new[number]
                self._known[key] = name
                continue
            transformer = next(waiting)
            if result.status == ExecStatus.TUPLES_OK:
                transformer.set_pgresult(result)
                answers.append(transformer.load_rows(0, result.ntuples, tuple))
            else:
                answers.append([])
        return answers


def _numbered(text: str) -> bytes:
    """Write $1, $2, ... for each %s, and one sign for each two that stand for one."""
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        if found[0] == "%%":
            return "%"
        count += 1
        return f"${count}"

    return re.sub("%%|%s", number, text).encode()
