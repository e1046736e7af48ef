"""Records by the names people give them: a reference, a line's key, a message number, or the id."""

from datetime import date
from typing import TypeVar
from uuid import UUID

from muster.core.actors import Actor
from muster.core.refusals import Kind, NotFound, Refusal
from muster.queries.visibility import find, visible
from muster.records.models import OfferLine, PledgeLine, RequestLine
from muster.records.models.record import Record

_R = TypeVar("_R", bound=Record)
_L = TypeVar("_L", RequestLine, OfferLine, PledgeLine)


class NameShared(Refusal, kind=Kind.CONFLICT):
    """The name "{name}" is that of several records; give the id of the one that is meant."""


def named(model: type[_R], name: str, actor: Actor, day: date, *, by: str = "reference") -> _R:
    """Find a record by its id or by its name.

    Args:
        model: the kind of record.
        name: an id, or what the field `by` says.
        actor: on whose behalf.
        day: today, on which the actor's roles are judged.
        by: the field that holds the name.

    Raises:
        NotFound: there is none that the actor may see.
        NameShared: operations have records of the same name.
    """
    if is_id(name):
        return find(model, name, actor, day)
    return _only(list(visible(model, actor, day).filter(**{by: name})[:2]), model, name)


def request_line_named(name: str, actor: Actor, day: date) -> RequestLine:
    """Find a line of a request by its id or its key, "REFERENCE/position"; refuses as `named`."""
    return _line_named(RequestLine, name, actor, day, of="request")


def offer_line_named(name: str, actor: Actor, day: date) -> OfferLine:
    """Find a line of an offer by its id or its key, "REFERENCE/position"; refuses as `named`."""
    return _line_named(OfferLine, name, actor, day, of="offer")


def pledge_line_named(name: str, actor: Actor, day: date) -> PledgeLine:
    """Find a line of a pledge by its id or its key, "REFERENCE/position"; refuses as `named`."""
    return _line_named(PledgeLine, name, actor, day, of="pledge")


def is_id(text: str) -> bool:
    """Say whether a text is a record's id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _line_named(model: type[_L], name: str, actor: Actor, day: date, *, of: str) -> _L:
    if is_id(name):
        return find(model, name, actor, day)
    reference, _, position = name.rpartition("/")
    if not (position.isascii() and position.isdigit() and len(position) < _LONG):
        raise NotFound(what=str(model._meta.verbose_name), name=name)
    where = {f"{of}__reference": reference, "position": int(position)}
    return _only(list(visible(model, actor, day).filter(**where)[:2]), model, name)


_LONG = 9  # digits; no document has so many lines


def _only(found: list[_R], model: type[_R], name: str) -> _R:
    if not found:
        raise NotFound(what=str(model._meta.verbose_name), name=name)
    if len(found) > 1:
        raise NameShared(name=name)
    return found[0]
