"""What is promised and what travels, as messages of EDXL-RM."""

from collections.abc import Sequence
from datetime import date

from muster.core.actors import Actor
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
from muster.core.quantities.amounts import Quantity
from muster.core.refusals import WrongStage
from muster.queries.message_parts import (
    Ids,
    events_of,
    ids_of,
    incident_of,
    line_ids,
    line_told,
)
from muster.queries.visibility import visible
from muster.records.models import Allocation, Consignment, ManifestLine, OfferLine, StageEvent


def of_allocation(made: Allocation, actor: Actor, day: date) -> Told:
    """Say a proposal, a commitment, or how either ended."""
    events = events_of(made)
    last, ids = events[-1], ids_of(made)
    giving = visible(OfferLine, actor, day).filter(pk=made.offer_line_id)
    line = giving.select_related("offer").first()
    offered, element = Ids("", ""), "1"
    if line is not None:
        offered, element = line_ids(line, line.offer, message_id(line.offer_id))
    commit = message_id(made.pk, "agreed")
    kind, state, recall, preceding = MessageKind.REQUISITION_RESOURCE, "", None, offered.message
    answer, why = None, ""
    if made.stage in {"agreed", "closed"}:
        kind, state, answer = MessageKind.COMMIT_RESOURCE, "agreed", Answer.ACCEPT
        preceding = ids.message
        last = next(event for event in events if event.after == "agreed")
    elif last.event == "decline":
        kind, state = MessageKind.RESPONSE_TO_REQUEST_RESOURCE, "declined"
        answer, why, preceding = Answer.DECLINE, last.note, ids.message
    elif made.stage == "cancelled" and last.before == "agreed":
        kind, state, preceding = MessageKind.RELEASE_RESOURCE, "released", commit
    elif made.stage in {"cancelled", "expired"}:
        state, recall = made.stage, Recall(ids.message, RecallKind.CANCEL)
    else:
        last = events[0]
    code, name = incident_of(made.operation)
    told = line_told(
        made.item,
        Quantity.exactly(made.amount),
        element_id=element,
        answers=element if answer else "",
        answer=answer,
        reason=why,
    )
    return Told(
        kind=kind,
        message_id=message_id(made.pk, state),
        sent=last.recorded_at,
        originating_id=ids.originating
        if ids.message != message_id(made.pk)
        else offered.originating,
        preceding_id=preceding,
        recall=recall,
        description=last.note,
        operation=code,
        operation_name=name,
        contacts=(
            (ContactRole.REQUESTER, made.recipient.name),
            (ContactRole.OWNER, made.donor.name),
        ),
        lines=(told,),
    )


def of_consignment(box: Consignment, actor: Actor, day: date) -> Told:
    """Say where a consignment is, line by line; of one that was refused, ask for its return."""
    events = events_of(box)
    lines = list(box.lines.select_related("item", "allocation").order_by("position"))
    if not lines:
        raise WrongStage(what=str(box), stage="empty", event="sent as a message")
    is_refused = box.stage == "refused"
    state = f"{box.stage}-{len(events)}-{len(lines)}"
    code, name = incident_of(box.operation)
    promised = {line.allocation_id for line in lines}
    seen = visible(Allocation, actor, day).filter(pk__in=promised)
    preceding = message_id(promised.pop(), "agreed") if len(promised) == 1 and seen else ""
    contacts = [(ContactRole.OWNER, box.donor.name)]
    if box.consignee is not None:
        contacts.append((ContactRole.REQUESTER, box.consignee.name))
    schedules = _journey(box, events)
    if is_refused:
        # A request for a return does not say where goods are now.
        schedules = tuple(one for one in schedules if one.kind != ScheduleKind.CURRENT)
    return Told(
        kind=MessageKind.REQUEST_RETURN
        if is_refused
        else MessageKind.REPORT_RESOURCE_DEPLOYMENT_STATUS,
        message_id=message_id(box.pk, state),
        sent=max(events[-1].recorded_at, *(line.recorded_at for line in lines)),
        originating_id=preceding,
        preceding_id=preceding,
        description=events[-1].note,
        operation=code,
        operation_name=name,
        contacts=tuple(contacts),
        lines=tuple(_aboard(box, line, schedules) for line in lines),
    )


def _aboard(box: Consignment, line: ManifestLine, schedules: tuple[Schedule, ...]) -> LineTold:
    return line_told(
        line.item,
        Quantity.exactly(line.amount),
        element_id=str(line.position),
        order=box.reference,
        transport=box.mode,
        owner=box.donor.name,
        stage=box.stage,
        schedules=schedules,
    )


_BEFORE_LEAVING = frozenset({"planned", "packed", "cleared", "cancelled"})


def _journey(box: Consignment, events: Sequence[StageEvent]) -> tuple[Schedule, ...]:
    """Give what is planned of a journey until it happens, and then what happened."""
    left = next((event for event in events if event.event == "dispatch"), None)
    came = next((e for e in events if e.event in {"arrive", "hand_over"}), None)
    from_place = box.from_place.name if box.from_place else ""
    to_place = box.to_place.name if box.to_place else ""
    said: list[Schedule] = []
    if left is not None:
        where = left.place.name if left.place else from_place
        said.append(scheduled(ScheduleKind.ACTUAL_DEPARTURE, left.happened_at, where))
    elif box.leaves_on is not None or from_place:
        said.append(scheduled(ScheduleKind.ESTIMATED_DEPARTURE, box.leaves_on, from_place))
    if came is not None:
        where = came.place.name if came.place else to_place
        said.append(scheduled(ScheduleKind.ACTUAL_ARRIVAL, came.happened_at, where))
    elif box.due_on is not None or to_place:
        said.append(scheduled(ScheduleKind.ESTIMATED_ARRIVAL, box.due_on, to_place))
    last = events[-1]
    if box.stage not in _BEFORE_LEAVING and last.place is not None:
        said.append(scheduled(ScheduleKind.CURRENT, last.happened_at, last.place.name))
    return tuple(said)
