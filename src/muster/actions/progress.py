"""How far long work has come: told on a connection of its own, because its transaction is open."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from muster.core.refusals import Refusal

_T = TypeVar("_T")

_EVERY_S: Final = 0.5
_TELL: Final = """
INSERT INTO job_progress (key, done, whole, code, sentence) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (key) DO UPDATE SET done = excluded.done, whole = excluded.whole,
    code = excluded.code, sentence = excluded.sentence
"""


@dataclass(slots=True)
class _Telling:
    key: UUID
    connection: BaseDatabaseWrapper
    told_at: float = 0.0
    done: int = 0
    whole: int | None = None

    def write(self, code: str = "", sentence: str = "") -> None:
        self.told_at = time.monotonic()
        with self.connection.cursor() as cursor:
            cursor.execute(_TELL, [self.key, self.done, self.whole, code, sentence])


_current: ContextVar[_Telling | None] = ContextVar("_current", default=None)


@contextmanager
def telling(key: UUID) -> Iterator[None]:
    """Keep what `tell` says while this runs under the job's key; a refusal is kept as its end."""
    connection = connections.create_connection("default")
    told = _Telling(key, connection)
    token = _current.set(told)
    try:
        yield
    except Refusal as refusal:
        told.write(refusal.code, refusal.sentence)
        raise
    else:
        # A job that is run again finds its work done, and has nothing new to tell.
        if told.whole is not None:
            told.write()
    finally:
        _current.reset(token)
        connection.close()


def parts(many: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """Take them so many at a time, to tell in between how far it has come."""
    for start in range(0, len(many), size):
        yield many[start : start + size]


def tell(done: int, whole: int | None) -> None:
    """Say how many of how many lines are done; where nobody listens, nothing is written."""
    told = _current.get()
    if told is None:
        return
    told.done, told.whole = done, whole
    if time.monotonic() - told.told_at >= _EVERY_S:
        told.write()
