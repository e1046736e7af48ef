"""From what is on record, as plain values, to messages of EDXL-RM 1.0 and their envelope.

A message's id follows from the key of its record and from how the record stands, so that the same
record standing so is the same message, whoever writes it and however often.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from muster.core.envelopes import (
    ContentObject,
    Distribution,
    DistributionStatus,
    DistributionType,
    XmlContent,
    XmlPart,
)
from muster.core.exchange import Issue, Weight
from muster.core.messages import (
    Answer,
    Assignment,
    Contact,
    ContactRole,
    Funding,
    Incident,
    Instructions,
    Location,
    Measured,
    Message,
    MessageKind,
    Ownership,
    Recall,
    Resource,
    ResourceEntry,
    ResourceStatus,
    Response,
    Schedule,
    ScheduleKind,
    ValueList,
)
from muster.core.messages import Quantity as SaidQuantity
from muster.core.quantities.amounts import Quantity, QuantityKind
from muster.core.quantities.units import find_measure
from muster.core.refusals import Refusal

UNITS: Final = "urn:un:unece:uncefact:codelist:specification:66411:2001"
"""Codes of UN/ECE Recommendation 20, as the standard's UnitOfMeasure wants a list to be named."""
ITEMS: Final = "urn:x-muster:item"
URGENCIES: Final = "urn:x-muster:urgency"
STAGES: Final = "urn:x-muster:consignment-stage"


class MessageFaulty(Refusal, field="message"):
    """The message is not valid (faults: {count}); the first is at {place}: {first}."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        """Carry every issue, of which one at least is an error."""
        faults = [issue for issue in issues if issue.weight is Weight.ERROR]
        place = faults[0].place.text or "its beginning"
        super().__init__(count=len(faults), place=place, first=faults[0].sentence.rstrip("."))
        self.issues = tuple(issues)


_URN: Final = "urn:uuid:"
_NO_FUNDING: Final = "Not stated; Muster records no funding."
# RequisitionResource alone wants to know who pays.
_FUNDED: Final = frozenset({MessageKind.REQUISITION_RESOURCE})
_ENVELOPE_KINDS: Final = {
    "ResponseTo": DistributionType.RESPONSE,
    "CommitResource": DistributionType.RESPONSE,
    "Request": DistributionType.REQUEST,
    "Requisition": DistributionType.REQUEST,
}


def message_id(key: UUID, state: str = "") -> str:
    """Name the message of a record, and of a later state of it if one is given."""
    return f"{_URN}{key}#{state}" if state else f"{_URN}{key}"


def key_in(identifier: str) -> UUID | None:
    """Read the key of a record from the id of a message; None where it is no id of ours."""
    start, _, _ = identifier.strip().partition("#")
    try:
        return UUID(start.removeprefix(_URN)) if start.startswith(_URN) else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTold:
    """One entry, as it is to be said."""

    element_id: str
    item: str = ""
    name: str = ""
    unit: str = ""
    """The code of the item's smallest unit; amounts are of that."""
    quantity: Quantity | None = None
    description: str = ""
    restrictions: str = ""
    urgency: str = ""
    use: str = ""
    """What it is for, in words."""
    answers: str = ""
    """The id of the entry that this one answers."""
    answer: Answer | None = None
    reason: str = ""
    price: str = ""
    """What it costs, in words."""
    order: str = ""
    transport: str = ""
    owner: str = ""
    stage: str = ""
    schedules: tuple[Schedule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message, as it is to be said."""

    kind: MessageKind
    message_id: str
    sent: datetime
    originating_id: str = ""
    """The id of the first message of the exchange; its own if none is given."""
    preceding_id: str = ""
    recall: Recall | None = None
    description: str = ""
    operation: str = ""
    operation_name: str = ""
    contacts: tuple[tuple[ContactRole, str], ...]
    lines: tuple[LineTold, ...]


def message_of(told: Told) -> Message:
    """Put a message together."""
    return Message(
        kind=told.kind,
        message_id=told.message_id,
        sent=_moment(told.sent),
        originating_id=told.originating_id or told.message_id,
        contacts=tuple(Contact(description=name, role=role) for role, name in told.contacts),
        description=told.description or None,
        preceding_id=told.preceding_id or None,
        incidents=(Incident(told.operation, told.operation_name or None),),
        recall=told.recall,
        funding=(Funding(info=_NO_FUNDING),) if told.kind in _FUNDED else (),
        entries=tuple(_entry(line) for line in told.lines),
    )


def scheduled(kind: ScheduleKind, when: date | datetime | None, where: str = "") -> Schedule:
    """Say what is to happen when and where; a day begins at midnight UTC."""
    if when is not None and not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day, tzinfo=UTC)
    return Schedule(
        kind=kind,
        moment=None if when is None else _moment(when),
        location=Location(description=where) if where else None,
    )


def envelope_of(
    messages: Iterable[Message], *, sender: str, marking: str, is_exercise: bool
) -> Distribution:
    """Put messages into one envelope, under the id and the moment of the first."""
    inside = tuple(messages)
    kind = next(
        (word for start, word in _ENVELOPE_KINDS.items() if inside[0].kind.startswith(start)),
        DistributionType.REPORT,
    )
    return Distribution(
        distribution_id=inside[0].message_id,
        sender_id=sender,
        sent=inside[0].sent,
        status=DistributionStatus.EXERCISE if is_exercise else DistributionStatus.ACTUAL,
        kind=kind,
        confidentiality=marking,
        contents=tuple(
            ContentObject(
                description=str(message.kind),
                xml=XmlContent(embedded=(XmlPart(messages=(message,)),)),
            )
            for message in inside
        ),
    )


def acknowledgement(
    *, key: UUID, sender: str, sent: datetime, marking: str, is_exercise: bool, reference: str
) -> Distribution:
    """Say that an envelope, or a message that came without one, was received.

    Args:
        key: the record of the reception.
        sender: who received it.
        sent: when.
        marking: how it is marked.
        is_exercise: whether it belongs to an exercise.
        reference: what was received: its id, its sender and its moment, with commas between.
    """
    status = DistributionStatus.EXERCISE if is_exercise else DistributionStatus.ACTUAL
    return Distribution(
        distribution_id=message_id(key, "received"),
        sender_id=sender,
        sent=_moment(sent),
        status=status,
        kind=DistributionType.ACKNOWLEDGE,
        confidentiality=marking,
        references=(reference,),
    )


def _entry(line: LineTold) -> ResourceEntry:
    response = None
    if line.answer is not None:
        response = Response(line.answers, line.answer, reason=line.reason or None)
    return ResourceEntry(
        element_id=line.element_id,
        response=response,
        resource=_resource(line) if line.item else None,
        assignment=_assignment(line),
        schedules=line.schedules,
    )


def _resource(line: LineTold) -> Resource:
    keywords = (ValueList(URGENCIES, (line.urgency,)),) if line.urgency else ()
    return Resource(
        resource_id=line.item,
        name=line.name,
        keywords=keywords,
        description=line.description or None,
        ownership=Ownership(owner=line.owner) if line.owner else None,
        status=ResourceStatus(deployment=ValueList(STAGES, (line.stage,))) if line.stage else None,
    )


def _assignment(line: LineTold) -> Assignment | None:
    made = Assignment(
        quantity=None if line.quantity is None else _quantity(line.quantity, line.unit),
        restrictions=line.restrictions or None,
        price=SaidQuantity(texts=(line.price,)) if line.price else None,
        function=line.use or None,
        order_id=line.order or None,
        instructions=Instructions(transport=line.transport) if line.transport else None,
    )
    return None if made == Assignment() else made


def _quantity(quantity: Quantity, unit: str) -> SaidQuantity | None:
    """Measure what is exact, and say anything else in the words in which people type it."""
    if quantity.kind is QuantityKind.UNKNOWN:
        return None
    if quantity.kind is QuantityKind.EXACT:
        return SaidQuantity(measured=Measured(str(quantity.low), ValueList(UNITS, (unit,))))
    return SaidQuantity(texts=(_words(quantity, unit),))


def _words(quantity: Quantity, unit: str) -> str:
    low, high, plural = quantity.low, quantity.high, find_measure(unit).plural
    if low is None:
        words = f"up to {high} {plural}"
    elif high is None:
        words = f"at least {low} {plural}"
    elif low != high:
        words = f"{low} to {high} {plural}"
    else:
        words = f"{_ABOUT.get(quantity.kind, '')}{low} {plural}"
    return words if quantity.per is None else f"{words} per {quantity.per}"


_ABOUT: Final[Mapping[QuantityKind, str]] = {QuantityKind.BOUND: "about "}


def _moment(moment: datetime) -> str:
    """Write a moment in UTC, to the second."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
