"""What each record says as a message of EDXL-RM, and with which ids it refers to others.

Which record gives which kind is a table in docs/reference/formats/edxl-rm.md.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from muster.core.accounts import AccountKind
from muster.core.actors import Actor
from muster.core.exchanging import LineTold, Told, message_id, message_of, scheduled
from muster.core.messages import (
    Answer,
    ContactRole,
    Message,
    MessageKind,
    Recall,
    RecallKind,
    Schedule,
    ScheduleKind,
)
from muster.core.quantities.amounts import Per, Quantity, QuantityKind
from muster.core.refusals import NotFound, Refusal, WrongStage
from muster.core.uses import Use
from muster.queries.amounts import Typed, asked_now, stated
from muster.queries.balances import balances
from muster.queries.message_enquiries import of_enquiry
from muster.queries.message_parts import (
    declined_line,
    events_of,
    ids_of,
    incident_of,
    line_ids,
    line_told,
)
from muster.queries.message_promises import of_allocation, of_consignment
from muster.queries.visibility import visible
from muster.records.models import (
    Allocation,
    AssistanceRequest,
    Clarification,
    Consignment,
    Enquiry,
    Offer,
    OfferLine,
    RequestLine,
    StageEvent,
)
from muster.records.models.record import Record
from muster.records.models.requests import Urgency


def messages_of(record: Record, actor: Actor, day: date) -> tuple[Message, ...]:
    """Say what a record is as messages: one, or several for an offer that answers several.

    Raises:
        NotFound: no message says this kind of record.
        WrongStage: nothing of it is sent yet.
    """
    match record:
        case AssistanceRequest():
            return (message_of(_of_request(record)),)
        case Offer():
            return tuple(message_of(told) for told in _of_offer(record, actor, day))
        case Allocation():
            return (message_of(of_allocation(record, actor, day)),)
        case Consignment():
            return (message_of(of_consignment(record, actor, day)),)
        case Enquiry():
            return (message_of(of_enquiry(record, actor, day)),)
    raise NotFound(what="record that a message can say", name=record.pk)


def _of_request(request: AssistanceRequest) -> Told:
    if request.stage == "draft":
        raise WrongStage(what=str(request), stage="a draft", event="sent as a message")
    last = events_of(request)[-1]
    if request.stage == "rejected":
        return _rejected(request, last)
    ids = ids_of(request)
    title, sent, state, recall = request.title, request.recorded_at, "", None
    originating = ids.originating
    words = Clarification.objects.filter(line__request=request).order_by("number")
    if request.stage == "withdrawn":
        state, sent = "withdrawn", last.recorded_at
        recall = Recall(ids.message, RecallKind.CANCEL)
        title = f"{title}: {last.note}" if last.note else title
    elif word := words.last():
        state, sent = f"said-{words.count()}", word.recorded_at
        recall = Recall(ids.message, RecallKind.UPDATE)
    elif request.supersedes is not None:
        earlier = ids_of(request.supersedes)
        recall, originating = Recall(earlier.message, RecallKind.UPDATE), earlier.originating
    code, name = incident_of(request.operation)
    lines = request.lines.select_related("item").order_by("position")
    return Told(
        kind=MessageKind.REQUEST_RESOURCE,
        message_id=message_id(request.pk, state),
        sent=sent,
        originating_id=originating,
        recall=recall,
        description=title,
        operation=code,
        operation_name=name,
        contacts=((ContactRole.REQUESTER, request.recipient.name),),
        lines=tuple(_asked(line) for line in lines),
    )


def _rejected(request: AssistanceRequest, event: StageEvent) -> Told:
    """Say no to a whole request, line by line, to whoever sent it."""
    ids, own = ids_of(request), message_id(request.pk)
    code, name = incident_of(request.operation)
    lines = request.lines.select_related("item").order_by("position")
    return Told(
        kind=MessageKind.RESPONSE_TO_REQUEST_RESOURCE,
        message_id=message_id(request.pk, "rejected"),
        sent=event.recorded_at,
        originating_id=ids.originating,
        preceding_id=ids.message,
        operation=code,
        operation_name=name,
        contacts=((ContactRole.RESPONDING_ORGANISATION, request.operation.body.name),),
        lines=tuple(
            declined_line(line, line_ids(line, request, own)[1], event.note) for line in lines
        ),
    )


def _asked(line: RequestLine) -> LineTold:
    schedules: tuple[Schedule, ...] = ()
    if line.needed_by is not None or line.place:
        schedules = (scheduled(ScheduleKind.REQUESTED_ARRIVAL, line.needed_by, line.place),)
    return line_told(
        line.item,
        asked_now(line),
        element_id=str(line.position),
        description=line.description,
        urgency=str(Urgency(line.urgency).label),
        use=Use(line.use).label if line.use else "",
        schedules=schedules,
    )


_GONE = frozenset({"withdrawn", "expired"})


def _of_offer(offer: Offer, actor: Actor, day: date) -> list[Told]:
    """Say an offer: what stands of it by the request it answers, what was declined, or its end."""
    lines = list(offer.lines.select_related("item", "answers__request").order_by("position"))
    standing = [line for line in lines if line.stage not in {*_GONE, "declined", "draft"}]
    declined = [line for line in lines if line.stage == "declined"]
    if not standing and not declined:
        gone = [line for line in lines if line.stage in _GONE]
        if not gone:
            raise WrongStage(what=str(offer), stage="a draft", event="sent as a message")
        cancel = Recall(ids_of(offer).message, RecallKind.CANCEL)
        return [_offered(offer, gone, None, state="withdrawn", recall=cancel)]
    told = []
    groups = _by_request(standing, actor, day)
    for request, several in groups.items():
        whole = None if request is None else several[0].answers
        state = "" if len(groups) == 1 else (request.hex if request else "unsolicited")
        less = _taken_back(lines)
        recall = Recall(ids_of(offer).message, RecallKind.UPDATE) if less else None
        if less:
            state = f"{state}-less-{less}".lstrip("-")
        told.append(_offered(offer, several, whole, state=state, recall=recall))
    if declined:
        told.append(_declined_offer(offer, declined))
    return told


def _by_request(
    lines: Sequence[OfferLine], actor: Actor, day: date
) -> dict[UUID | None, list[OfferLine]]:
    """Put lines together that answer one request, as far as the actor may see it."""
    asked = {line.answers.request_id for line in lines if line.answers is not None}
    seen = set(
        visible(AssistanceRequest, actor, day).filter(pk__in=asked).values_list("pk", flat=True)
    )
    groups: dict[UUID | None, list[OfferLine]] = defaultdict(list)
    for line in lines:
        request = line.answers.request_id if line.answers is not None else None
        groups[request if request in seen else None].append(line)
    return groups


def _taken_back(lines: Sequence[OfferLine]) -> int:
    """Add up what was withdrawn of an offer, whatever the item: it numbers the later messages."""
    found = balances([AccountKind.WITHDRAWN], [line.pk for line in lines])
    return sum(found.values())


def _offered(
    offer: Offer,
    lines: Sequence[OfferLine],
    answered: RequestLine | None,
    *,
    state: str,
    recall: Recall | None,
) -> Told:
    code, name = incident_of(offer.operation)
    preceding, originating = "", ids_of(offer).originating
    own = "" if answered is None else message_id(answered.request_id)
    if answered is not None:
        ids, _ = line_ids(answered, answered.request, own)
        preceding, originating = ids.message, ids.originating
    withdrawn = balances([AccountKind.WITHDRAWN], [line.pk for line in lines])
    kind = MessageKind.OFFER_UNSOLICITED_RESOURCE
    contacts = [(ContactRole.OWNER, offer.donor.name)]
    if answered is not None:
        kind = MessageKind.RESPONSE_TO_REQUEST_RESOURCE
        contacts.append((ContactRole.REQUESTER, answered.request.recipient.name))
    return Told(
        kind=kind,
        message_id=message_id(offer.pk, state),
        sent=events_of(lines[-1])[-1].recorded_at if recall else offer.recorded_at,
        originating_id=originating,
        preceding_id=preceding,
        recall=recall,
        description=offer.title,
        operation=code,
        operation_name=name,
        contacts=tuple(contacts),
        lines=tuple(
            _given(line, answered, withdrawn.get((line.pk, AccountKind.WITHDRAWN), 0))
            for line in lines
        ),
    )


def _given(line: OfferLine, answered: RequestLine | None, less: int) -> LineTold:
    answers, answer = "", None
    if answered is not None and line.answers is not None:
        _, answers = line_ids(line.answers, line.answers.request, "")
        answer = Answer.ACCEPT
    begins = scheduled(ScheduleKind.BEGIN_AVAILABLE, line.available_from, line.place)
    ends = scheduled(ScheduleKind.END_AVAILABLE, line.available_until)
    return line_told(
        line.item,
        _left(line, less),
        element_id=str(line.position),
        description=line.description,
        restrictions=line.caveat,
        answers=answers,
        answer=answer,
        schedules=(begins,) if line.available_until is None else (begins, ends),
    )


def _left(line: OfferLine, less: int) -> Quantity:
    """Say how much is offered, as it was stated; in plain units once a part was taken back."""
    if 0 < less < line.amount:
        return Quantity.exactly(line.amount - less)
    kind = QuantityKind(line.quantity_kind)
    if line.rate is not None and line.per:
        return Quantity(kind, line.rate, line.rate, Per(line.per))
    if kind is QuantityKind.EXACT:
        return Quantity.exactly(line.amount)
    try:
        return stated(Typed(line.typed_amount, line.typed_unit), line.item)
    except Refusal:
        # It was read by rules of its own document: what counts is said, and no more than that.
        return Quantity(QuantityKind.BOUND, None, line.amount)


def _declined_offer(offer: Offer, lines: Sequence[OfferLine]) -> Told:
    code, name = incident_of(offer.operation)
    ids = ids_of(offer)
    told, sent = [], offer.recorded_at
    for line in lines:
        event = events_of(line)[-1]
        sent = max(sent, event.recorded_at)
        told.append(declined_line(line, line_ids(line, offer, ids.message)[1], event.note))
    return Told(
        kind=MessageKind.RESPONSE_TO_REQUEST_RESOURCE,
        message_id=message_id(offer.pk, f"declined-{len(lines)}"),
        sent=sent,
        originating_id=ids.originating,
        preceding_id=ids.message,
        operation=code,
        operation_name=name,
        contacts=((ContactRole.RESPONDING_ORGANISATION, offer.operation.body.name),),
        lines=tuple(told),
    )
