"""From messages to lines: what is asked for, offered, promised or sent, with its place.

docs/reference/formats/edxl-rm.md has the table of kinds and fields that this module is.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from lxml import etree

from muster.core.exchange import Change, DraftLine, Issue, Place, Stated, Status, Weight
from muster.core.intake.phrases import read_phrase
from muster.core.intake.unit_words import find_unit
from muster.core.messages import (
    Answer,
    ContactRole,
    Message,
    MessageKind,
    Quantity,
    RecallKind,
    Resource,
    ResourceEntry,
    Schedule,
    ScheduleKind,
    day_of,
)
from muster.core.quantities.amounts import MOST_STORED, QuantityKind
from muster.core.quantities.units import MEASURES
from muster.core.uses import find_use
from muster.formats.edxl.places import path_of
from muster.formats.edxl.shapes import MSG, RM
from muster.formats.xml import line_of

_KINDS: Final = {
    MessageKind.REQUEST_RESOURCE: Status.REQUESTED,
    # Who requisitions orders what was offered or answered before.
    MessageKind.REQUISITION_RESOURCE: Status.ACCEPTED,
    MessageKind.OFFER_UNSOLICITED_RESOURCE: Status.OFFERED,
    MessageKind.RESPONSE_TO_REQUEST_RESOURCE: Status.OFFERED,
    MessageKind.RESPONSE_TO_REQUEST_QUOTE: Status.OFFERED,
    MessageKind.COMMIT_RESOURCE: Status.COMMITTED,
}
"""What a line of a kind is; those that are not here ask, tell or arrange, and change no amount."""
_ASKING: Final = (ContactRole.REQUESTER, ContactRole.SENDER, ContactRole.OWNER)
_GIVING: Final = (ContactRole.OWNER, ContactRole.RESPONDING_ORGANISATION, ContactRole.SENDER)
_ASKING_KINDS: Final = frozenset(
    kind for kind in MessageKind if kind.startswith(("Request", "Requisition", "Release"))
)
_TO: Final = (
    ScheduleKind.REQUESTED_ARRIVAL,
    ScheduleKind.REPORT_TO,
    ScheduleKind.COMMITTED,
    ScheduleKind.ESTIMATED_ARRIVAL,
    ScheduleKind.ACTUAL_ARRIVAL,
)
_FROM: Final = (
    ScheduleKind.BEGIN_AVAILABLE,
    ScheduleKind.CURRENT,
    ScheduleKind.ESTIMATED_DEPARTURE,
    ScheduleKind.REQUESTED_DEPARTURE,
)
_BY: Final = (
    ScheduleKind.REQUESTED_ARRIVAL,
    ScheduleKind.ESTIMATED_ARRIVAL,
    ScheduleKind.END_AVAILABLE,
)
_BEGINS: Final = (ScheduleKind.BEGIN_AVAILABLE, ScheduleKind.ESTIMATED_DEPARTURE)
_CURRENCY: Final = 3


def lines_of(message: Message, element: "etree._Element", first: int = 1) -> list[DraftLine]:
    """Turn each entry of a message that names a resource into a line, numbered from `first`."""
    elements = [child for child in element if child.tag in _ENTRIES]
    # Counted here, because to count from each entry would take the square of their number.
    above, several = path_of(element), len(elements) > 1
    places = [
        Place(
            line=line_of(child),
            path=f"{above}/ResourceInformation" + (f"[{number}]" if several else ""),
        )
        for number, child in enumerate(elements, start=1)
    ]
    return [
        _line(message, entry, place, number)
        for number, (entry, place) in enumerate(
            zip(message.entries, places, strict=False), start=first
        )
    ]


_ENTRIES: Final = frozenset({f"{{{MSG}}}ResourceInformation", f"{{{RM}}}ResourceInformation"})


def party_of(message: Message) -> str:
    """Name who asks, or who gives: the contact in the part that fits the kind of message."""
    wanted = _ASKING if message.kind in _ASKING_KINDS else _GIVING
    for role in wanted:
        for contact in message.contacts:
            if contact.role == role and contact.name:
                return contact.name
    return next((contact.name for contact in message.contacts if contact.name), "")


def status_of(message: Message, entry: ResourceEntry) -> Status:
    """Say what an entry is: the message's kind, its answer and a recall decide."""
    if message.recall is not None and message.recall.kind == RecallKind.CANCEL:
        return Status.CANCELLED
    answer = entry.response.answer if entry.response is not None else None
    if answer == Answer.DECLINE:
        return Status.DECLINED
    status = _KINDS.get(message.kind, Status.UNSTATED)
    if answer == Answer.PROVISIONAL and status is Status.COMMITTED:
        return Status.PLEDGED
    if message.kind is MessageKind.REPORT_RESOURCE_DEPLOYMENT_STATUS:
        return _deployed(entry)
    return status


def _deployed(entry: ResourceEntry) -> Status:
    """What arrived is delivered, what left is sent; a list of statuses has no words in common."""
    kinds = {schedule.kind for schedule in entry.schedules}
    if ScheduleKind.ACTUAL_ARRIVAL in kinds:
        return Status.DELIVERED
    return Status.SENT if ScheduleKind.ACTUAL_DEPARTURE in kinds else Status.UNSTATED


def _line(message: Message, entry: ResourceEntry, place: Place, number: int) -> DraftLine:
    quantity, issues = _quantity(entry, place)
    value, currency = _price(entry)
    recalled = message.recall is not None and message.recall.kind == RecallKind.UPDATE
    asking = message.kind in _ASKING_KINDS
    return DraftLine(
        number=number,
        place=place,
        text=" ".join(_texts(entry)),
        item_text=_item(entry.resource),
        quantity=quantity,
        party_text=party_of(message),
        status=status_of(message, entry),
        change=Change.UPDATED if recalled else Change.NONE,
        item_code=_stripped(entry.resource.resource_id) if entry.resource else "",
        reference=_stripped(entry.element_id),
        place_text=_where(entry, _TO if asking else (*_TO[:2], *_FROM)),
        use_text=_use(entry) if asking else "",
        needed_from=_day(entry, _BEGINS),
        needed_by=_day(entry, _BY),
        stated_on=day_of(message.sent),
        value=value,
        currency=currency,
        note=_note(entry),
        extra=dict(_extra(message, entry)),
        issues=(*issues, *_doubts(message, entry, place)),
    )


def _stripped(text: str | None) -> str:
    return " ".join((text or "").split())


def _item(resource: Resource | None) -> str:
    """Name the thing by its name, else its type's details, its type, its description, its id."""
    if resource is None:
        return ""
    typed = " ".join(resource.type_structure.values) if resource.type_structure else ""
    details = _details(resource)
    names = (resource.name, details or typed, typed, resource.description, resource.resource_id)
    return next((name for name in map(_stripped, names) if name), "")


def _details(resource: Resource) -> str:
    """Give the kind of resource, where the type's details begin with an element for it.

    Senders in the United States put the NIMS version in TypeStructure, and what the thing is in
    TypeInfo/Resource (examples of the standard, and of UICDS).
    """
    inside = resource.type_info.children if resource.type_info is not None else ()
    return inside[0].words if inside and inside[0].local == "Resource" else ""


def _quantity(entry: ResourceEntry, place: Place) -> tuple[Stated, tuple[Issue, ...]]:
    """Read how much: a measured number is exact, words are read as in any list."""
    stated = entry.assignment.quantity if entry.assignment is not None else None
    if stated is None:
        return Stated(), ()
    if stated.measured is None:
        phrase = read_phrase(_stripped(" ".join(stated.texts)), None, place)
        return phrase.quantity, phrase.issues
    number = stated.measured.number
    unit = stated.measured.unit
    word = _stripped(unit.values[0]) if unit is not None and unit.values else ""
    if number is None or number <= 0 or number > MOST_STORED:
        return Stated(unit_text=word), (_out_of_range(stated.measured.amount, place),)
    known = None if word in MEASURES else find_unit(word)
    code = word if word in MEASURES else known.code if known is not None else ""
    # "1e3" is 1000 to whoever reads the line.
    exact, number = QuantityKind.EXACT, Decimal(f"{number:f}")
    return Stated(kind=exact, low=number, high=number, unit=code, unit_text=word), ()


def _out_of_range(found: str, place: Place) -> Issue:
    return Issue(
        code="quantity_absurd",
        weight=Weight.ERROR,
        place=place,
        expected=f"more than 0, at most {MOST_STORED}",
        found=found,
        sentence=f"The amount is {found.strip()}; it must be more than 0, at most {MOST_STORED}.",
    )


def _price(entry: ResourceEntry) -> tuple[Decimal | None, str]:
    """Read a price whose unit is a currency's code; any other price is kept in `extra`."""
    price = entry.assignment.price if entry.assignment is not None else None
    if price is None or price.measured is None or price.measured.unit is None:
        return None, ""
    unit = _stripped(" ".join(price.measured.unit.values))
    if len(unit) != _CURRENCY or not (unit.isascii() and unit.isalpha() and unit.isupper()):
        return None, ""
    return price.measured.number, unit


def _schedules(entry: ResourceEntry, kinds: tuple[ScheduleKind, ...]) -> Iterator[Schedule]:
    """Give an entry's schedules of some kinds, the kind that says most first."""
    for kind in kinds:
        yield from (schedule for schedule in entry.schedules if schedule.kind == kind)


def _where(entry: ResourceEntry, kinds: tuple[ScheduleKind, ...]) -> str:
    places = (one.location.words for one in _schedules(entry, kinds) if one.location is not None)
    return next((place for place in places if place), "")


def _use(entry: ResourceEntry) -> str:
    """Read what it is for, where the anticipated function is one of the uses; else it is kept."""
    function = _stripped(entry.assignment.function) if entry.assignment else ""
    return function if find_use(function) else ""


def _day(entry: ResourceEntry, kinds: tuple[ScheduleKind, ...]) -> date | None:
    days = (day_of(one.moment) for one in _schedules(entry, kinds))
    return next((day for day in days if day is not None), None)


def _note(entry: ResourceEntry) -> str:
    """Put together what a person should read: the answer's reason, conditions, instructions."""
    resource, assignment = entry.resource, entry.assignment
    parts = [
        entry.response.reason if entry.response else None,
        resource.description if resource else None,
        resource.special_requirements if resource else None,
        assignment.restrictions if assignment else None,
    ]
    return "; ".join(text for text in map(_stripped, parts) if text)


def _texts(entry: ResourceEntry) -> Iterator[str]:
    """Give the words that the line was read from."""
    quantity = entry.assignment.quantity if entry.assignment is not None else None
    if quantity is not None:
        yield from _said(quantity)
    resource = entry.resource
    if resource is not None:
        typed = resource.type_structure.values if resource.type_structure else ()
        words = (resource.name, *typed, resource.description, resource.resource_id)
        yield from (word for word in map(_stripped, words) if word)


def _said(quantity: Quantity) -> Iterator[str]:
    yield from map(_stripped, quantity.texts)
    if quantity.measured is not None:
        yield _stripped(quantity.measured.amount)
        unit = quantity.measured.unit
        yield from () if unit is None else map(_stripped, unit.values)


def _extra(message: Message, entry: ResourceEntry) -> Iterator[tuple[str, str]]:
    """Carry what else is said, by heading; what is absent or blank is left out."""
    for heading, text in _headings(message, entry):
        if _stripped(text):
            yield heading, _stripped(text)


def _headings(message: Message, entry: ResourceEntry) -> Iterator[tuple[str, str | None]]:
    yield "message_kind", message.kind
    yield "message_id", message.message_id
    yield "originating_message", message.originating_id
    yield "preceding_message", message.preceding_id
    yield "message_description", message.description
    yield (
        "incident",
        ", ".join(_stripped(one.incident_id or one.description) for one in message.incidents),
    )
    yield "funding", ", ".join(_stripped(one.code or one.info) for one in message.funding)
    if message.recall is not None:
        yield "recall", message.recall.kind
        yield "recalled_message", message.recall.message_id
    if entry.response is not None:
        yield "answer", entry.response.answer
        yield "answers_entry", entry.response.preceding_element_id
        yield "reason", entry.response.reason
    yield from _resource_headings(entry)
    for schedule in entry.schedules:
        where = schedule.location.words if schedule.location is not None else ""
        yield f"schedule_{schedule.kind}", f"{schedule.moment or ''} {where}"


def _resource_headings(entry: ResourceEntry) -> Iterator[tuple[str, str | None]]:
    resource, assignment = entry.resource, entry.assignment
    if resource is not None:
        if resource.type_structure is not None:
            yield "type_list", resource.type_structure.urn
            yield "type", " ".join(resource.type_structure.values)
        yield "type_info", resource.type_info.words if resource.type_info else None
        for keyword in resource.keywords:
            yield f"keyword {keyword.urn.strip()}", ", ".join(keyword.values)
        if resource.status is not None:
            deployment = resource.status.deployment
            yield "deployment_status", ", ".join(deployment.values) if deployment else None
            yield "availability", resource.status.availability
        if resource.ownership is not None:
            yield "owner", resource.ownership.owner or resource.ownership.jurisdiction
    if assignment is not None:
        yield "function", assignment.function
        yield "order_id", assignment.order_id
        yield "price", " ".join(_said(assignment.price)) if assignment.price else None
        if assignment.instructions is not None:
            yield "transport", assignment.instructions.transport


def _doubts(message: Message, entry: ResourceEntry, place: Place) -> Iterator[Issue]:
    """Say what a person should know of a line."""
    response = entry.response
    if response is not None and response.answer == Answer.PROVISIONAL:
        reason = _stripped(response.reason) or "no reason is given"
        sentence = f"The answer is provisional: {reason}."
        yield _noted("edxl_answer_provisional", place, sentence)
    if entry.resource is None:
        sentence = "The entry names no resource; it is about the one that it answers."
        yield _noted("edxl_resource_unsaid", place, sentence)
    if status_of(message, entry) is Status.UNSTATED:
        sentence = f"{message.kind} asks, tells or arranges; it changes no amount by itself."
        yield _noted("edxl_changes_nothing", place, sentence)


def _noted(code: str, place: Place, sentence: str) -> Issue:
    return Issue(code=code, weight=Weight.NOTE, place=place, sentence=sentence)
