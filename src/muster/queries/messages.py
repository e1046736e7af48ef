"""Messages of the field: what an id refers to, what was received, and records as messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from muster.core.actors import Actor
from muster.core.envelopes import Distribution
from muster.core.exchange import Issue
from muster.core.exchanging import acknowledgement, envelope_of, key_in
from muster.core.messages import Message, MessageKind
from muster.core.refusals import NotFound
from muster.formats.edxl.judging import Judge
from muster.formats.edxl.reading import receive
from muster.formats.edxl.writing import write
from muster.queries.intake import line_key
from muster.queries.listing import Page, page_of
from muster.queries.message_contents import messages_of
from muster.queries.visibility import visible
from muster.records.models import (
    Allocation,
    AssistanceRequest,
    Consignment,
    Enquiry,
    Offer,
    OfferLine,
    Operation,
    ReceivedMessage,
    RequestLine,
)
from muster.records.models.record import Marking, Record

# What a message can be written of, or can refer to, in the order in which it is looked for.
WRITTEN: Final = (AssistanceRequest, Offer, Allocation, Consignment, Enquiry)
_LINES: Final[tuple[type[Record], ...]] = (RequestLine, OfferLine, Allocation)


def judge() -> Judge | None:
    """Give the judge by OASIS's own schemas, if the site has a folder of them."""
    folder: str = settings.EDXL_SCHEMAS
    return _judge_of(folder) if folder else None


@cache
def _judge_of(folder: str) -> Judge:
    return Judge.of_folder(Path(folder))


@dataclass(frozen=True, slots=True)
class Referred:
    """What the id of an earlier message refers to: a message that was received, a record, or both.

    Without a record, nothing is stored of that message, or nothing yet.
    """

    message_id: str
    row: ReceivedMessage | None
    record: Record | None


def referred(name: str, operation: Operation, actor: Actor, day: date) -> Referred | None:
    """Find what the id of a message refers to in an operation, among what the actor may see.

    A message that others received is seen through the record that it made.
    """
    name = name.strip()
    rows = ReceivedMessage.objects.filter(operation=operation, message_id=name)
    row = rows.select_related("batch").first()
    if row is not None:
        record = _record_of(row)
        if record is None and row.kind == MessageKind.COMMIT_RESOURCE:
            # A commitment made nothing new: it is about what it agreed to.
            agreed = referred(row.preceding_id, operation, actor, day)
            record = agreed.record if agreed is not None else None
        words = actor.audiences(day)
        seen_in = [each for each in (row, record) if each and words.intersection(each.audiences)]
        return Referred(name, row, record) if seen_in else None
    key = key_in(name)
    if key is None:
        return None
    found = _visible_record(key, actor, day)
    if found is None or found.operation_id != operation.pk:
        return None
    return Referred(name, None, found)


def entry_of(earlier: Referred, element_id: str) -> Record | None:
    """Find the line or the allocation that an entry of an earlier message stands for."""
    if earlier.row is not None:
        entry = earlier.row.entries.filter(element_id=element_id, subject_id__isnull=False).first()
        if entry is None or entry.subject_id is None:
            return None
        return _first(_LINES, entry.subject_id)
    if isinstance(earlier.record, Allocation):
        # An allocation is one entry, under the id that its offered line has.
        return earlier.record
    if not isinstance(earlier.record, AssistanceRequest | Offer) or not element_id.isdigit():
        return None
    lines: models.QuerySet[RequestLine] | models.QuerySet[OfferLine] = earlier.record.lines.all()
    return lines.filter(position=int(element_id)).first()


def _record_of(row: ReceivedMessage) -> Record | None:
    if row.subject_id is not None:
        return _first(WRITTEN, row.subject_id)
    if row.batch is None:
        return None
    # Its lines waited in an import; once that is stored, each has the key it was to have.
    keys = [line_key(row.batch.pk, n) for n in row.entries.values_list("position", flat=True)]
    asked = RequestLine.objects.filter(pk__in=keys).select_related("request").first()
    if asked is not None:
        return asked.request
    given = OfferLine.objects.filter(pk__in=keys).select_related("offer").first()
    return None if given is None else given.offer


def _first(models_: Sequence[type[Record]], key: UUID) -> Record | None:
    found = (model._default_manager.filter(pk=key).first() for model in models_)
    return next((record for record in found if record is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySeen:
    """What became of one entry of a message."""

    element_id: str
    subject: str
    record: UUID | None
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSeen:
    """A message that was received, and what became of it."""

    id: UUID
    kind: str
    message_id: str
    originating_id: str
    preceding_id: str
    recall: str
    recalled_id: str
    sender: str
    by: str
    recorded_at: datetime
    subject: str
    record: UUID | None
    waits_in: UUID | None
    """The import in which its entries wait for a person, if they do."""
    said: str
    entries: tuple[EntrySeen, ...]


def seen(row: ReceivedMessage) -> MessageSeen:
    """Show a message that was received."""
    return MessageSeen(
        id=row.pk,
        kind=row.kind,
        message_id=row.message_id,
        originating_id=row.originating_id,
        preceding_id=row.preceding_id,
        recall=row.recall,
        recalled_id=row.recalled_id,
        sender=row.sender,
        by=row.user.name,
        recorded_at=row.recorded_at,
        subject=row.subject,
        record=row.subject_id,
        waits_in=row.batch_id if row.batch is not None and row.batch.stage == "read" else None,
        said=row.said,
        entries=tuple(
            EntrySeen(
                element_id=entry.element_id,
                subject=entry.subject,
                record=entry.subject_id,
                said=entry.said,
            )
            for entry in row.entries.order_by("position")
        ),
    )


def together(row: ReceivedMessage) -> tuple[MessageSeen, ...]:
    """Show the messages that came in the same document, in its order."""
    rows = ReceivedMessage.objects.filter(
        operation_id=row.operation_id, original_id=row.original_id
    )
    return tuple(seen(each) for each in rows.order_by("position"))


def received(
    operation: Operation, actor: Actor, *, day: date, after: str | None = None
) -> Page[ReceivedMessage]:
    """List the messages that an operation received and the actor may see, newest first."""
    found = visible(ReceivedMessage, actor, day).filter(operation=operation)
    return page_of(
        found.select_related("user", "batch"),
        order=("-recorded_at", "-id"),
        after=after,
        limit=50,
    )


def document(record: UUID, actor: Actor, day: date, *, envelope: bool = False) -> bytes:
    """Write a record as its message, or as several in one envelope where it takes several.

    Of a message that was received, the acknowledgement is written.

    Raises:
        NotFound: there is no record of that id that the actor may see, or none that a message says.
        WrongStage: nothing of it is sent yet.
    """
    return write(content_of(record, actor, day, envelope=envelope))


def content_of(
    record: UUID, actor: Actor, day: date, *, envelope: bool = False
) -> Message | Distribution:
    """Give what `document` writes, as a value."""
    found = _visible_record(record, actor, day)
    if found is None:
        taken = visible(ReceivedMessage, actor, day).filter(pk=record).first()
        if taken is None:
            raise NotFound(what="record that a message can say", name=record)
        return _acknowledged(taken)
    messages = messages_of(found, actor, day)
    if len(messages) == 1 and not envelope:
        return messages[0]
    operation = found.operation
    return envelope_of(
        messages,
        sender=_sender(operation),
        marking=str(Marking(found.marking).label),
        is_exercise=operation.kind == Operation.Kind.EXERCISE,
    )


def _visible_record(
    key: UUID, actor: Actor, day: date
) -> AssistanceRequest | Offer | Allocation | Consignment | Enquiry | None:
    """Find what a message can be written of, by its key or by that of one of its lines."""
    asked = visible(RequestLine, actor, day).filter(pk=key).values("request")
    given = visible(OfferLine, actor, day).filter(pk=key).values("offer")
    return (
        visible(AssistanceRequest, actor, day).filter(Q(pk=key) | Q(pk__in=asked)).first()
        or visible(Offer, actor, day).filter(Q(pk=key) | Q(pk__in=given)).first()
        or visible(Allocation, actor, day).filter(pk=key).first()
        or visible(Consignment, actor, day).filter(pk=key).first()
        or visible(Enquiry, actor, day).filter(pk=key).first()
    )


def noted(data: bytes) -> tuple[Issue, ...]:
    """List what should be known of a message that is received: what of it is kept and not read."""
    return receive(data).issues


def _acknowledged(row: ReceivedMessage) -> Distribution:
    got = receive(bytes(row.original.data)).content
    if isinstance(got, Distribution):
        reference = f"{got.distribution_id},{got.sender_id},{got.sent}"
    else:
        reference = f"{row.message_id},{row.sender},{got.sent if got is not None else ''}"
    return acknowledgement(
        key=row.pk,
        sender=_sender(row.operation),
        sent=row.recorded_at,
        marking=str(Marking(row.marking).label),
        is_exercise=row.operation.kind == Operation.Kind.EXERCISE,
        reference=reference,
    )


def _sender(operation: Operation) -> str:
    return f"{operation.body_id.lower()}@muster"
