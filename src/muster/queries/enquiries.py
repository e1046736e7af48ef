"""Questions about enquiries: which are open, who may answer, what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from muster.core.actors import Actor, Role
from muster.core.enquiries import RULES, EnquiryAnswer, EnquiryKind
from muster.core.refusals import NotFound
from muster.core.stages import shown
from muster.queries.journal import Happening, history
from muster.queries.listing import Page, page_of
from muster.queries.visibility import find, visible
from muster.records.models import (
    Allocation,
    AssistanceRequest,
    Consignment,
    Enquiry,
    Offer,
    OfferLine,
    Operation,
    RequestLine,
    StageEvent,
)
from muster.records.models.record import Record

OPEN: Final = ("asked", "provisional")
ABOUT: Final[tuple[type[Record], ...]] = (
    *(AssistanceRequest, RequestLine, Offer, OfferLine, Allocation, Consignment),
)
"""What an enquiry can be about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquirySeen:
    """An enquiry as it stands, with what was answered last."""

    record: Enquiry
    label: str
    about: str
    """What it is about in a few words; empty where it is about nothing, or nothing to be seen."""
    answer: str
    """The words of the last answer; empty while there is none."""
    answered_at: datetime | None
    answers: tuple[EnquiryAnswer, ...]
    """What the actor may answer now."""
    may_withdraw: bool
    happenings: tuple[Happening, ...]


def about_record(key: UUID, operation: Operation, actor: Actor, day: date) -> Record:
    """Find the record of an operation that an enquiry is to be about.

    Raises:
        NotFound: there is none that the actor may see.
    """
    for model in ABOUT:
        found = visible(model, actor, day).filter(pk=key).first()
        if found is not None and getattr(found, "operation_id", None) == operation.pk:
            return found
    raise NotFound(at="about", what="record of this operation", name=key)


def sides_of(record: Record) -> tuple[str, ...]:
    """Name the parties to a record, by their codes: who gives, then who takes."""
    match record:
        case Allocation():
            return record.donor_id, record.recipient_id
        case Consignment():
            return tuple(filter(None, (record.donor_id, record.consignee_id)))
        case Offer() | OfferLine():
            return (record.donor_id,)
        case AssistanceRequest():
            return (record.recipient_id,)
        case RequestLine():
            return (record.request.recipient_id,)
    return ()


def own_party(actor: Actor, day: date, sides: Sequence[str]) -> str:
    """Say for whom an actor asks: the side that is its own, or its only party; else nothing."""
    own = {grant.party for grant in actor.held(day) if grant.role is not Role.COORDINATOR}
    among = [side for side in sides if side in own]
    if len(among) == 1:
        return among[0]
    return own.pop() if len(own) == 1 else ""


def enquiries_of(
    operation: Operation,
    actor: Actor,
    *,
    day: date,
    open_only: bool = False,
    about: UUID | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Enquiry]:
    """List the enquiries of an operation that the actor may see, newest first."""
    found = visible(Enquiry, actor, day).filter(operation=operation)
    if about is not None:
        found = found.filter(about_id=about)
    if open_only:
        found = found.filter(stage__in=OPEN)
    return page_of(
        found.select_related("party", "asked", "operation"),
        order=("-recorded_at", "-id"),
        after=after,
        limit=limit,
    )


def seen_enquiry(key: UUID, actor: Actor, day: date) -> EnquirySeen:
    """Show one enquiry.

    Raises:
        NotFound: there is none that the actor may see.
    """
    return seen(find(Enquiry, key, actor, day), actor, day)


def seen(enquiry: Enquiry, actor: Actor, day: date) -> EnquirySeen:
    """Show an enquiry that was found already."""
    happenings = tuple(history(enquiry.pk))
    answers = [each for each in happenings if each.event in set(EnquiryAnswer)]
    last = answers[-1] if answers else None
    is_open = enquiry.stage in OPEN
    speaks_for = _voices(actor, day)
    rule = RULES[EnquiryKind(enquiry.kind)]
    coordinates = actor.has(Role.COORDINATOR, day)
    may_answer = is_open and (coordinates or enquiry.asked_id in speaks_for)
    may_withdraw = is_open and (coordinates or enquiry.party_id in speaks_for)
    held_back = {EnquiryAnswer.AGREE_PROVISIONALLY} if enquiry.stage == "provisional" else set()
    return EnquirySeen(
        record=enquiry,
        label=rule.label,
        about=_about(enquiry, actor, day),
        answer=last_answer(enquiry),
        answered_at=None if last is None else last.happened_at,
        answers=tuple(a for a in rule.answers if a not in held_back) if may_answer else (),
        may_withdraw=may_withdraw,
        happenings=happenings,
    )


def last_answer(enquiry: Enquiry) -> str:
    """Give the words that were answered last, or nothing."""
    events = StageEvent.objects.filter(subject_id=enquiry.pk, event__in=list(EnquiryAnswer))
    last = events.order_by("number").last()
    return "" if last is None else last.note or shown(last.after)


def thing_about(enquiry: Enquiry) -> Record | None:
    """Fetch the record that an enquiry is about, whoever may see it."""
    for model in ABOUT:
        if model._meta.db_table == enquiry.about and enquiry.about_id is not None:
            return model._default_manager.filter(pk=enquiry.about_id).first()
    return None


def whole_of(record: Record) -> Record:
    """Give what has a page of its own: of a line, its request or offer."""
    match record:
        case RequestLine():
            return record.request
        case OfferLine():
            return record.offer
    return record


def _about(enquiry: Enquiry, actor: Actor, day: date) -> str:
    record = thing_about(enquiry)
    if record is None or not set(record.audiences) & actor.audiences(day):
        return ""
    return f"{record._meta.verbose_name} {record}"


def _voices(actor: Actor, day: date) -> frozenset[str]:
    return frozenset(g.party for g in actor.held(day) if g.role is not Role.COORDINATOR)
