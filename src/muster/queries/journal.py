"""The journal of a record, of an operation, of everything: what was done, as far as one may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from muster.core.actors import Actor
from muster.queries.visibility import visible
from muster.records.models import JournalEntry, StageEvent
from muster.records.statements import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A dated event in the life of a record."""

    event: str
    after: str
    happened_at: datetime
    recorded_at: datetime
    place: str
    note: str
    by: str


def entries(
    actor: Actor,
    day: date,
    *,
    operation: UUID | None = None,
    table: str | None = None,
    subject: UUID | str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[JournalEntry]:
    """List journal lines, newest first.

    Args:
        actor: on whose behalf.
        day: today, on which the actor's roles are judged.
        operation: only this operation's.
        table: only those about records of this kind.
        subject: only those about this record.
        before: only lines with a smaller number; the last number of one page opens the next.
        limit: how many at most.
    """
    found = visible(JournalEntry, actor, day)
    if operation is not None:
        found = found.filter(operation_id=operation)
    if table is not None:
        found = found.filter(subject=table)
    if subject is not None:
        found = found.filter(subject_id=str(subject))
    if before is not None:
        found = found.filter(number__lt=before)
    return list(found.select_related("operation").order_by("-number")[:limit])


def exported(
    actor: Actor, day: date, *, operation: UUID | None = None
) -> Iterator[dict[str, object]]:
    """Give whole journal lines for programs, chain by chain, oldest first, one at a time.

    Each carries its place in its chain, its own hash and that of the line before it, so that a
    copy kept elsewhere shows later whether the journal still says what it said.
    """
    link_journals()
    found = visible(JournalEntry, actor, day).select_related("link").exclude(link=None)
    if operation is not None:
        found = found.filter(operation_id=operation)
    for line in found.order_by("link__chain", "link__link").iterator(chunk_size=1000):
        yield {
            "chain": line.link.chain,
            "link": line.link.link,
            "key": line.pk,
            "verb": line.verb,
            "subject": line.subject,
            "subject_id": line.subject_id,
            "operation": line.operation_id,
            "user": line.user_id,
            "who": line.user_name,
            "role": line.role,
            "for": line.for_party,
            "door": line.door,
            "reason": line.reason,
            "content": line.content,
            "recorded_at": line.recorded_at,
            "previous_hash": bytes(line.link.previous_hash).hex(),
            "hash": bytes(line.link.hash).hex(),
        }


def link_journals() -> int:
    """Link the lines that still wait for a place in their chain; say how many there were.

    A line waits when another act of its operation was being linked at the same moment; the next
    act links it, or whoever reads the chains.
    """
    [[linked]] = rows("SELECT link_journals()")
    return int(linked)


def history(subject: UUID) -> list[Happening]:
    """List the dated events of a record that the caller may see, oldest first."""
    events = StageEvent.objects.filter(subject_id=subject).select_related("act", "place")
    return [
        Happening(
            event=event.event,
            after=event.after,
            happened_at=event.happened_at,
            recorded_at=event.recorded_at,
            place=event.place.name if event.place else "",
            note=event.note,
            by=event.act.user_name,
        )
        for event in events.order_by("number")
    ]
