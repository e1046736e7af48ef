"""What is asked and answered, as messages of EDXL-RM."""

from datetime import date
from typing import Final

from muster.core.actors import Actor
from muster.core.enquiries import RULES, EnquiryAnswer, EnquiryKind
from muster.core.exchanging import LineTold, Told, message_id, scheduled
from muster.core.messages import (
    Answer,
    ContactRole,
    MessageKind,
    Recall,
    RecallKind,
    Schedule,
    ScheduleKind,
)
from muster.core.refusals import WrongStage
from muster.queries.enquiries import thing_about
from muster.queries.message_parts import Ids, events_of, ids_of, incident_of
from muster.queries.message_promises import of_consignment
from muster.records.models import (
    Allocation,
    AssistanceRequest,
    Consignment,
    Enquiry,
    Item,
    Offer,
    OfferLine,
    RequestLine,
)
from muster.records.models.record import Record

_ANSWERS: Final = {
    EnquiryAnswer.TELL: Answer.ACCEPT,
    EnquiryAnswer.AGREE: Answer.ACCEPT,
    EnquiryAnswer.AGREE_PROVISIONALLY: Answer.PROVISIONAL,
    EnquiryAnswer.DECLINE: Answer.DECLINE,
}


def of_enquiry(enquiry: Enquiry, actor: Actor, day: date) -> Told:
    """Say a question, its answer, or that it is taken back."""
    rule, kind = RULES[EnquiryKind(enquiry.kind)], EnquiryKind(enquiry.kind)
    events, ids = events_of(enquiry), ids_of(enquiry)
    last = events[-1]
    record = thing_about(enquiry)
    code, name = incident_of(enquiry.operation)
    before = Ids("", "") if record is None else _ids_about(record)
    answered = last.event in set(EnquiryAnswer)
    if answered and kind is EnquiryKind.STATUS:
        return _whereabouts(enquiry, record, actor, day)
    state, recall = ("answered", None) if answered else ("", None)
    if last.event == "withdraw":
        state, recall = "withdrawn", Recall(ids.message, RecallKind.CANCEL)
    answer = _ANSWERS[EnquiryAnswer(last.event)] if answered else None
    description = last.note if answered or recall else enquiry.words
    return Told(
        kind=rule.replies if answered else rule.asks,
        message_id=message_id(enquiry.pk, state),
        sent=last.recorded_at,
        originating_id=before.originating or ids.originating,
        preceding_id=ids.message if answered else before.message,
        recall=recall,
        description=description or enquiry.words,
        operation=code,
        operation_name=name,
        contacts=(
            (ContactRole.REQUESTER, enquiry.party.name),
            (ContactRole.RESPONDING_ORGANISATION, enquiry.asked.name),
        ),
        lines=tuple(_entries(enquiry, kind, record, answer, last.note)),
    )


def _entries(
    enquiry: Enquiry, kind: EnquiryKind, record: Record | None, answer: Answer | None, note: str
) -> list[LineTold]:
    """Say what it is about, item by item; an answer says only which entry it answers."""
    stays: tuple[Schedule, ...] = ()
    if enquiry.until is not None:
        stays = (scheduled(ScheduleKind.REQUESTED_RETURN_DEPARTURE, enquiry.until),)
    if answer is None:
        return [
            LineTold(element_id=str(place), item=item.code, name=item.name, schedules=stays)
            for place, item in enumerate(_items(record), start=1)
        ]
    if kind is EnquiryKind.INFORMATION:
        return []
    price = note if kind is EnquiryKind.QUOTE and answer is Answer.ACCEPT else ""
    return [
        LineTold(element_id=str(place), answers=str(place), answer=answer, reason=note, price=price)
        for place, _ in enumerate(_items(record), start=1)
    ]


def _whereabouts(enquiry: Enquiry, record: Record | None, actor: Actor, day: date) -> Told:
    """Answer where goods are by how their consignment stands."""
    if not isinstance(record, Consignment):
        what = "an answer in words, about no consignment,"
        raise WrongStage(what=str(enquiry), stage="answered", event=f"sent as a message: {what}")
    told = of_consignment(record, actor, day)
    if told.kind is not MessageKind.REPORT_RESOURCE_DEPLOYMENT_STATUS:
        raise WrongStage(what=str(record), stage=record.stage, event="reported on")
    return told


def _ids_about(record: Record) -> Ids:
    match record:
        case RequestLine():
            return ids_of(record.request)
        case OfferLine():
            return ids_of(record.offer)
        case Allocation():
            return Ids(message_id(record.pk, "agreed"), message_id(record.pk))
        case Consignment():
            return Ids("", "")
    return ids_of(record)


def _items(record: Record | None) -> list[Item]:
    match record:
        case RequestLine() | OfferLine() | Allocation():
            return [record.item]
        case AssistanceRequest() | Offer():
            return [line.item for line in record.lines.select_related("item").order_by("position")]
        case Consignment():
            return [line.item for line in record.lines.select_related("item").order_by("position")]
    return []
