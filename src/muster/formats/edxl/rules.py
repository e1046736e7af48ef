"""What the standard asks for and a schema cannot say.

Two rules refuse a message: a resource has an id, a name or a type, and funding has a code or an
information.  The others are noted, because messages in use break them and are understood.
"""

from dataclasses import dataclass

from lxml import etree

from muster.core.exchange import Issue, Place, Weight
from muster.core.messages import (
    Answer,
    Contact,
    Location,
    Message,
    Resource,
    ResourceEntry,
    moment_of,
)
from muster.formats.edxl.places import path_of
from muster.formats.edxl.sentences import MOST_ISSUES
from muster.formats.xml import line_of

Step = tuple[str, int]
"""A child's name, and the how manieth of that name it is, from 0."""


@dataclass(frozen=True, slots=True)
class _Broken:
    """A rule that is broken, and where below the message."""

    code: str
    sentence: str
    steps: tuple[Step, ...]
    weight: Weight = Weight.NOTE


def broken_rules(message: Message, element: "etree._Element") -> tuple[Issue, ...]:
    """List the rules that a message breaks, with their places in the element it was read from."""
    broken: list[_Broken] = []
    _check_head(message, broken)
    for number, funding in enumerate(message.funding):
        if _blank(funding.code) and _blank(funding.info):
            sentence = "Funding has neither a FundCode nor a FundingInfo; it needs at least one."
            steps = (("Funding", number),)
            broken.append(_Broken("edxl_funding_unnamed", sentence, steps, Weight.ERROR))
    for number, contact in enumerate(message.contacts):
        if contact.role is None or contact.location is not None:
            _check_contact(contact, (("ContactInformation", number),), broken)
    seen: set[str] = set()
    for number, entry in enumerate(message.entries):
        is_second = entry.element_id in seen
        seen.add(entry.element_id)
        if not is_second and _is_plain(entry):
            continue
        steps = (("ResourceInformation", number),)
        if is_second:
            sentence = f'Two entries have the id "{entry.element_id}"; an answer cannot tell which.'
            broken.append(_Broken("edxl_entry_id_twice", sentence, steps))
        _check_entry(entry, steps, broken)
    # Each place is searched for, so a message of many faults shows its errors first, and not all.
    if len(broken) > MOST_ISSUES:
        broken.sort(key=lambda one: one.weight is not Weight.ERROR)
    return tuple(_issue(one, element) for one in broken[:MOST_ISSUES]) if broken else ()


def _check_head(message: Message, broken: list[_Broken]) -> None:
    """Look at the ids, the moment and the incidents."""
    if not message.message_id.strip():
        broken.append(_empty("MessageID"))
    if not message.originating_id.strip():
        broken.append(_empty("OriginatingMessageID"))
    if message.preceding_id is not None and not message.preceding_id.strip():
        broken.append(_empty("PrecedingMessageID"))
    sent = None if message.sent.endswith("Z") else moment_of(message.sent)
    if sent is not None and sent.tzinfo is None:
        sentence = f"SentDateTime is {message.sent} without a time zone; only its day is used."
        broken.append(_Broken("edxl_zone_missing", sentence, (("SentDateTime", 0),)))
    for number, incident in enumerate(message.incidents):
        if _blank(incident.incident_id) and _blank(incident.description):
            sentence = "IncidentInformation has neither an id nor a description."
            steps = (("IncidentInformation", number),)
            broken.append(_Broken("edxl_incident_unnamed", sentence, steps))


def _check_contact(contact: Contact, steps: tuple[Step, ...], broken: list[_Broken]) -> None:
    if contact.role is None and _blank(contact.description):
        sentence = "A contact has neither a ContactDescription nor a ContactRole."
        broken.append(_Broken("edxl_contact_unnamed", sentence, steps))
    if contact.location is not None and _nowhere(contact.location):
        broken.append(_unplaced((*steps, ("ContactLocation", 0))))


def _nowhere(location: Location) -> bool:
    return _blank(location.description) and location.address is None and location.area is None


def _unplaced(steps: tuple[Step, ...]) -> _Broken:
    sentence = "A location has neither a description, an address nor an area."
    return _Broken("edxl_location_unnamed", sentence, steps)


def _is_plain(entry: ResourceEntry) -> bool:
    """Say at a glance that no rule is broken: a named resource, with places in words."""
    resource = entry.resource
    if resource is not None and (
        not resource.name
        or resource.name.isspace()
        or resource.responsible_party is not None
        or resource.ownership is not None
    ):
        return False
    for schedule in entry.schedules:
        where = schedule.location
        if where is not None and (not where.description or where.description.isspace()):
            return False
    return entry.response is None or entry.response.answer != Answer.PROVISIONAL


def _check_entry(entry: ResourceEntry, steps: tuple[Step, ...], broken: list[_Broken]) -> None:
    if entry.resource is not None:
        _check_resource(entry.resource, (*steps, ("Resource", 0)), broken)
    response = entry.response
    if (
        response is not None
        and response.answer == Answer.PROVISIONAL
        and response.reason_code is None
        and _blank(response.reason)
    ):
        sentence = "A provisional answer gives neither a ReasonCode nor a ResponseReason."
        where = (*steps, ("ResponseInformation", 0))
        broken.append(_Broken("edxl_reason_missing", sentence, where))
    for number, schedule in enumerate(entry.schedules):
        if schedule.location is not None and _nowhere(schedule.location):
            where = (*steps, ("ScheduleInformation", number), ("Location", 0))
            broken.append(_unplaced(where))


def _check_resource(resource: Resource, steps: tuple[Step, ...], broken: list[_Broken]) -> None:
    if (
        _blank(resource.name)
        and _blank(resource.resource_id)
        and (
            resource.type_structure is None
            or not any(map(str.strip, resource.type_structure.values))
        )
    ):
        sentence = (
            "A resource has neither a ResourceID, a Name nor a TypeStructure; "
            "it needs at least one."
        )
        broken.append(_Broken("edxl_resource_unnamed", sentence, steps, Weight.ERROR))
    if resource.responsible_party is not None:
        _check_contact(resource.responsible_party, (*steps, ("ResponsibleParty", 0)), broken)
    owned = resource.ownership
    if owned is not None and _blank(owned.owner) and _blank(owned.jurisdiction):
        sentence = "OwnershipInformation has neither an Owner nor an OwningJurisdiction."
        where = (*steps, ("OwnershipInformation", 0))
        broken.append(_Broken("edxl_owner_unnamed", sentence, where))


def _blank(text: str | None) -> bool:
    return not text or text.isspace()


def _empty(name: str) -> _Broken:
    sentence = f"{name} is empty, so that no other message can refer by it."
    return _Broken("edxl_id_empty", sentence, ((name, 0),))


def _issue(broken: _Broken, element: "etree._Element") -> Issue:
    """Find the element that a broken rule is about; the nearest one above it if it is not there."""
    at, path = element, path_of(element)
    for name, number in broken.steps:
        alike = [child for child in at if str(child.tag).rpartition("}")[2] == name]
        if number >= len(alike):
            break
        at = alike[number]
        path += f"/{name}" if len(alike) == 1 else f"/{name}[{number + 1}]"
    place = Place(line=line_of(at), path=path)
    return Issue(code=broken.code, weight=broken.weight, place=place, sentence=broken.sentence)
