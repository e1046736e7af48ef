"""By which ids others know a record, and what the messages of all records have in common."""

from dataclasses import dataclass

from muster.core.exchanging import LineTold, message_id
from muster.core.messages import Answer
from muster.core.quantities.amounts import Quantity
from muster.records.models import (
    Item,
    OfferLine,
    Operation,
    ReceivedEntry,
    ReceivedMessage,
    RequestLine,
    StageEvent,
)
from muster.records.models.record import Record


@dataclass(frozen=True, slots=True)
class Ids:
    """By which id others know a record: that of the message it came with, else its own."""

    message: str
    originating: str


def ids_of(record: Record) -> Ids:
    """Say by which id others know a record."""
    row = ReceivedMessage.objects.filter(subject_id=record.pk).first()
    if row is None:
        own = message_id(record.pk)
        return Ids(own, own)
    return Ids(row.message_id, row.originating_id or row.message_id)


def line_ids(line: RequestLine | OfferLine, whole: Record, own: str) -> tuple[Ids, str]:
    """Say by which message and entry others know a line."""
    entry = ReceivedEntry.objects.filter(subject_id=line.pk).select_related("message").first()
    if entry is None:
        ids = ids_of(whole)
        is_ours = ids.message == message_id(whole.pk)
        return Ids(own, own) if is_ours else ids, str(line.position)
    row = entry.message
    return Ids(row.message_id, row.originating_id or row.message_id), entry.element_id


def events_of(record: Record) -> list[StageEvent]:
    """List the events of a record, oldest first."""
    found = StageEvent.objects.filter(subject_id=record.pk).select_related("place")
    return list(found.order_by("number"))


def incident_of(operation: Operation) -> tuple[str, str]:
    """Name an operation as the incident of a message: its id and its description."""
    return operation.code, operation.name


def declined_line(line: RequestLine | OfferLine, element: str, why: str) -> LineTold:
    """Say no to a line, which others know by the id of its entry."""
    return LineTold(
        element_id=str(line.position),
        item=line.item_id,
        name=line.item.name,
        answers=element,
        answer=Answer.DECLINE,
        reason=why,
    )


def line_told(item: Item, quantity: Quantity, *, element_id: str, **more: object) -> LineTold:
    """Say a line of an item, with whatever else is to be said of it."""
    return LineTold(
        element_id=element_id,
        item=item.code,
        name=item.name,
        unit=item.unit,
        quantity=quantity,
        **more,  # type: ignore[arg-type]
    )
