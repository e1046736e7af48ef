"""What goes in and what comes out: the kinds of fields that every area shares."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import QuerySet
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, WithJsonSchema
from pydantic_core import PydanticCustomError

from muster.core.moments import parse_date, read_moment
from muster.core.refusals import AmountUnreadable, DateUnreadable, Refusal
from muster.queries.amounts import Typed
from muster.queries.listing import MOST_LISTED, page_of

_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def _unreadable(refusal: Refusal) -> PydanticCustomError:
    """Hand a refusal on through the validation, which lists it beside all others."""
    # The sentence goes in as a value, because its own braces would be read as names.
    return PydanticCustomError(refusal.code, "{sentence}", {"sentence": refusal.sentence})


def _day(value: object) -> date:
    try:
        day = parse_date(str(value))
    except DateUnreadable as refusal:
        raise _unreadable(refusal) from refusal
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise _unreadable(DateUnreadable(text=value))
    return day


def _moment(value: object) -> datetime:
    try:
        moment = read_moment(str(value))
    except Refusal as refusal:
        raise _unreadable(refusal) from refusal
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise _unreadable(DateUnreadable(text=value))
    return moment


def _amount(value: object) -> str:
    """Take an amount as it was typed; what it means is read by the actions."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise _unreadable(AmountUnreadable(text=value))
    return format(value, "f") if isinstance(value, Decimal) else str(value)


_AMOUNT_SCHEMA = {
    "anyOf": [{"type": "integer"}, {"type": "string"}],
    "description": 'As typed: 1200 or "1 200"; for a request also "up to 500" or "30-31".',
}

Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_moment)]
Amount = Annotated[str, BeforeValidator(_amount), WithJsonSchema(_AMOUNT_SCHEMA)]
Whole = Annotated[StrictInt, Field(ge=-(2**63), le=2**63 - 1)]
Yes = StrictBool
Kilograms = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=3)]
Limit = Annotated[int, Field(ge=1, le=MOST_LISTED)]


class Input(Schema):
    """What a request says; a field that is not known is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


class Why(Input):
    """The reason, where the act takes one; it stands in the journal for others to read."""

    reason: str = ""


class Happened(Why):
    """The reason, and when it was true; now, if not said."""

    happened_at: Instant | None = None


NO_REASON = Why()
JUST_NOW = Happened()


class Moved(Why):
    """What happened, in the words of the lifecycle (docs/reference/lifecycles.md), and why."""

    event: str


class Stated(Input):
    """An amount as typed, in a unit or a pack of the item; the item's own unit if not said."""

    amount: Amount
    unit: str = ""

    def typed(self) -> Typed:
        """Give it as the actions take it."""
        return Typed(self.amount, self.unit)


class StatedWhy(Stated):
    """An amount as typed, with the reason."""

    reason: str = ""


class Answer(Schema):
    """What is answered."""


class ErrorSaid(Schema):
    """A no: a stable code, a sentence for a person, and the field it is about."""

    code: str
    sentence: str
    field: str | None


class Refused(Schema):
    """The one shape of every no; `errors` lists all faults of an input that cannot be read."""

    error: ErrorSaid
    errors: list[ErrorSaid] | None = None


_T = TypeVar("_T")
_M = TypeVar("_M", bound=models.Model)


class PageAnswer(Schema, Generic[_T]):
    """One page of a list; `next` goes into `after` for the next page, and is null on the last."""

    items: list[_T]
    next: str | None


class Paging(Schema):
    """Which part of a list: after which place, and how much."""

    after: str | None = None
    limit: Limit = 50


def paged(
    records: QuerySet[_M], paging: Paging, *, order: Sequence[str] = ("recorded_at", "id")
) -> dict[str, object]:
    """Lay out the part of a list that was asked for.

    Raises:
        PlaceUnreadable: `after` is not a place in this list.
    """
    page = page_of(records, order=order, after=paging.after, limit=paging.limit)
    return {"items": page.items, "next": page.next}


class StagedAnswer(Answer):
    """What every record with a lifecycle says."""

    id: UUID
    operation: str = Field(alias="operation.code")
    stage: str
    marking: str
    recorded_at: datetime
    invented: bool
    source: str
