"""The record of who did what, and the frame in which every action runs.

An action is one keyword-only function under @action.  The frame opens the transaction, answers a
retry with what the first call did, turns a broken constraint into its refusal, tries again when
the database asks for it, and writes the one journal line.
"""

import dataclasses
import functools
import hashlib
import inspect
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, OperationalError, connection, models, transaction

from muster.core.actors import CENTRE, Act
from muster.core.refusals import KeyReused, Refusal, TextUnstorable
from muster.records.constraints import refusal_behind
from muster.records.models import Operation
from muster.records.models.record import Marking
from muster.records.statements import Statement, rows, rows_together, run_together, text_array

_P = ParamSpec("_P")
_S = TypeVar("_S", bound=models.Model)

_TRIES = 6
# NUL and halves of surrogate pairs: the database takes neither.  In JSON a NUL is written \u0000,
# behind an even number of backslashes.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_FIRST_PAUSE_S = 0.01
# Serialisation failure and deadlock: PostgreSQL's own words for "try again".
_TRY_AGAIN = frozenset({"40001", "40P01"})


def action(
    verb: str, *, asks: Callable[..., Statement] | None = None
) -> Callable[[Callable[_P, _S]], Callable[_P, _S]]:
    """Make a function an action.

    The function takes `act` (who, when, why, the caller's key) among its keyword arguments and
    returns the record it was about.

    Args:
        verb: says in the journal what it does.
        asks: gives, for the same arguments, the statement that the function runs first by
            `read_first`; it then goes along with the question whether the key is known.
    """

    def wrap(function: Callable[_P, _S]) -> Callable[_P, _S]:
        # What is left unsaid is said by the defaults: a retry at another door has the same content.
        unsaid = {
            name: parameter.default
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.default is not inspect.Parameter.empty
        }

        @functools.wraps(function)
        def run(*args: _P.args, **kwargs: _P.kwargs) -> _S:
            act = cast("Act", kwargs["act"])
            call = functools.partial(function, *args, **kwargs)
            ask = functools.partial(asks, *args, **kwargs) if asks else None
            once = functools.partial(_perform, verb, act, call, {**unsaid, **kwargs}, ask)
            if connection.in_atomic_block:
                return once()
            return _persist(once)

        return run

    return wrap


def _persist(once: Callable[[], _S]) -> _S:
    """Run it, and again when the database asks to; the key makes that harmless."""
    pause = _FIRST_PAUSE_S
    for left in reversed(range(_TRIES)):
        try:
            return once()
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", None)
            if state not in _TRY_AGAIN or left == 0:
                raise
        time.sleep(pause)
        pause *= 2
    raise AssertionError


def _perform(
    verb: str,
    act: Act,
    call: Callable[[], _S],
    inputs: Mapping[str, object],
    ask: Callable[[], Statement] | None,
) -> _S:
    content = json.dumps(
        {name: value for name, value in inputs.items() if name != "act"},
        cls=_Encoder,
        sort_keys=True,
        ensure_ascii=False,
    )
    if (
        _UNSTORABLE.search(act.reason)
        or _UNSTORABLE.search(content)
        or _NUL_IN_JSON.search(content)
    ):
        raise TextUnstorable
    digest = hashlib.sha256(f"{verb}\n{act.actor.user_id}\n{content}".encode()).digest()
    is_whole = not connection.in_atomic_block
    try:
        with transaction.atomic():
            first = ask() if ask is not None and is_whole else None
            found, *read = rows_together([(_KEY, [act.id]), *([first] if first else [])])
            if found:
                return cast("_S", _answer(act.id, digest, found[0]))
            with _the_deed(commits=is_whole) as deed:
                deed.first = (first, read[0]) if first else None
                subject = call()
                deed.lines.append((_WRITE, _line(act, verb, subject, content, digest)))
            return subject
    except IntegrityError as error:
        refusal = refusal_behind(error, name=act.actor.name, now=act.now.isoformat())
        if refusal is None:
            raise
        raise refusal from error


# Whoever is doing something under the key right now is waited for.
_KEY = "SELECT verb, subject, subject_id, digest FROM act_of_key(%s)"


def _answer(key: UUID, digest: bytes, done: tuple[Any, ...]) -> models.Model:
    """Find what was done under this key, if it was the same."""
    verb, table, pk, its = done
    if its != digest:
        raise KeyReused(key=key, verb=verb)
    record: models.Model = _model_of(table)._default_manager.get(pk=pk)
    return record


@functools.cache
def _model_of(table: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model._meta.db_table == table)


# A line as it is written, value by value, in the order of _WRITE.
_Line = tuple[object, ...]

_WRITE = """
INSERT INTO journal_entry (
    id, verb, subject, subject_id, operation_id, user_id, user_name, role, for_party,
    door, reason, content, digest, recorded_at, marking, audiences
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclasses.dataclass(slots=True)
class _Deed:
    """The act that is under way, whole: its lines, and what is written right before them."""

    lines: list[Statement] = dataclasses.field(default_factory=list)
    # What was read before anything else, with the rows it gave, until they are taken.
    first: tuple[Statement, list[tuple[Any, ...]]] | None = None
    last: Statement | None = None
    refusal_of: Callable[[IntegrityError], Refusal | None] = lambda _error: None
    # How deep we are in acts that this one is made of.
    within: int = 0


_under_way: ContextVar[_Deed | None] = ContextVar("_under_way", default=None)


@contextmanager
def _the_deed(*, commits: bool) -> Iterator[_Deed]:
    """Collect the journal lines of an act and of those it is made of, and write them last.

    The first line takes its chain in hand until the commit, and the hash of each is made over all
    that its act has written.  The commit goes along with them.
    """
    outer = _under_way.get()
    if outer is not None:
        outer.within += 1
        yield outer
        outer.within -= 1
        return
    deed = _Deed()
    token = _under_way.set(deed)
    try:
        yield deed
    finally:
        _under_way.reset(token)
    try:
        run_together([*([deed.last] if deed.last else []), *deed.lines], commit=commits)
    except IntegrityError as error:
        raise deed.refusal_of(error) or error from error


def read_first(statement: Statement) -> list[tuple[Any, ...]]:
    """Run the statement that the action `asks` first, unless that was done with its key's."""
    deed = _under_way.get()
    if deed is not None and deed.first is not None and deed.first[0] == statement:
        found, deed.first = deed.first[1], None
        return found
    return rows(*statement)


def write_last(
    statement: str,
    values: Sequence[object],
    refusal_of: Callable[[IntegrityError], Refusal | None],
    *,
    at_once: bool = False,
) -> None:
    """Write something as the last thing of an action, on one way with its line and the commit.

    What it locks is held for as long as the database needs, and no longer: nobody waits for this
    process.  Where the action is a part of another, which may build on it, it is written now.

    Args:
        statement: writes it, and gives nothing that is looked at.
        values: what to bind.
        refusal_of: says in a sentence why the database did not take it, if that is a refusal.
        at_once: write it now, because the action has to look at what comes of it.
    """
    deed = _under_way.get()
    if deed is not None and deed.within == 0 and deed.last is None and not at_once:
        deed.last, deed.refusal_of = (statement, values), refusal_of
        return
    try:
        rows(statement, values)
    except IntegrityError as error:
        raise refusal_of(error) or error from error


def _line(act: Act, verb: str, subject: models.Model, content: str, digest: bytes) -> _Line:
    claim = act.claims[0] if act.claims else None
    return (
        *(act.id, verb, subject._meta.db_table, str(subject.pk), _operation_of(subject)),
        *(act.actor.user_id, act.actor.name),
        *((claim.role.value, claim.party) if claim else ("", "")),
        *(act.door, act.reason, content, digest, act.now),
        str(getattr(subject, "marking", Marking.UNCLASSIFIED)),
        text_array(tuple(getattr(subject, "audiences", [CENTRE]))),
    )


def _operation_of(subject: models.Model) -> UUID | None:
    """Tell in whose journal the act belongs; a part of a record goes with the whole."""
    if isinstance(subject, Operation):
        return subject.pk
    if hasattr(subject, "operation_id"):
        return cast("UUID", subject.operation_id)
    whole = next((getattr(subject, name) for name in _WHOLES if hasattr(subject, name)), None)
    return cast("UUID", whole.operation_id) if whole is not None else None


# The fields that lead from a part (a manifest line, a clarification) to what has an operation.
_WHOLES = ("consignment", "line")


class _Encoder(DjangoJSONEncoder):
    """Writes an action's arguments: values as they are, records by their keys."""

    def default(self, o: object) -> object:
        if dataclasses.is_dataclass(o) and not isinstance(o, type):
            return {f.name: getattr(o, f.name) for f in dataclasses.fields(o)}
        if isinstance(o, models.Model):
            return str(o.pk)
        if isinstance(o, frozenset | set):
            return sorted(o)
        return super().default(o)
