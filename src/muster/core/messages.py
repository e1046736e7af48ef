"""What a message of the field says: EDXL Resource Messaging 1.0, and the envelope EDXL-DE 1.0.

The names are those of the standard (http://docs.oasis-open.org/emergency/edxl-rm/v1.0/), turned
into words.  Numbers, moments and addresses are kept as they were written, so that a message that
is passed on says what it said; properties read them.  None is absent, "" is present and empty.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum


class MessageKind(StrEnum):
    """The 16 kinds of messages, by the name of their element."""

    REQUEST_RESOURCE = "RequestResource"
    RESPONSE_TO_REQUEST_RESOURCE = "ResponseToRequestResource"
    REQUISITION_RESOURCE = "RequisitionResource"
    COMMIT_RESOURCE = "CommitResource"
    REQUEST_INFORMATION = "RequestInformation"
    RESPONSE_TO_REQUEST_INFORMATION = "ResponseToRequestInformation"
    OFFER_UNSOLICITED_RESOURCE = "OfferUnsolicitedResource"
    RELEASE_RESOURCE = "ReleaseResource"
    REQUEST_RETURN = "RequestReturn"
    RESPONSE_TO_REQUEST_RETURN = "ResponseToRequestReturn"
    REQUEST_QUOTE = "RequestQuote"
    RESPONSE_TO_REQUEST_QUOTE = "ResponseToRequestQuote"
    REQUEST_RESOURCE_DEPLOYMENT_STATUS = "RequestResourceDeploymentStatus"
    REPORT_RESOURCE_DEPLOYMENT_STATUS = "ReportResourceDeploymentStatus"
    REQUEST_EXTENDED_DEPLOYMENT_DURATION = "RequestExtendedDeploymentDuration"
    RESPONSE_TO_REQUEST_EXTENDED_DEPLOYMENT_DURATION = "ResponseToRequestExtendedDeploymentDuration"


class RecallKind(StrEnum):
    """What a message does to the earlier one that it recalls."""

    UPDATE = "Update"
    """This message takes the place of the earlier one."""
    CANCEL = "Cancel"
    """The earlier message no longer holds, and nothing takes its place."""


class Answer(StrEnum):
    """How a response answers one entry of the message before it."""

    ACCEPT = "Accept"
    DECLINE = "Decline"
    PROVISIONAL = "Provisional"
    """Yes under a condition, which the reason says."""


class ContactRole(StrEnum):
    """In which part a contact appears."""

    SENDER = "Sender"
    REQUESTER = "Requester"
    SUBJECT_MATTER_EXPERT = "SubjectMatterExpert"
    APPROVER = "Approver"
    RESPONDING_ORGANISATION = "RespondingOrg"
    OWNER = "Owner"


class ScheduleKind(StrEnum):
    """What happens at the time and place of a schedule; each kind of message allows some."""

    REQUESTED_ARRIVAL = "RequestedArrival"
    ESTIMATED_ARRIVAL = "EstimatedArrival"
    ACTUAL_ARRIVAL = "ActualArrival"
    REQUESTED_DEPARTURE = "RequestedDeparture"
    ESTIMATED_DEPARTURE = "EstimatedDeparture"
    ACTUAL_DEPARTURE = "ActualDeparture"
    ESTIMATED_RETURN_DEPARTURE = "EstimatedReturnDeparture"
    ESTIMATED_RETURN_ARRIVAL = "EstimatedReturnArrival"
    ACTUAL_RETURN_ARRIVAL = "ActualReturnArrival"
    REQUESTED_RETURN_DEPARTURE = "RequestedReturnDeparture"
    REQUESTED_RETURN_ARRIVAL = "RequestedReturnArrival"
    ACTUAL_RETURN_DEPARTURE = "ActualReturnDeparture"
    BEGIN_AVAILABLE = "BeginAvailable"
    END_AVAILABLE = "EndAvailable"
    COMMITTED = "Committed"
    CURRENT = "Current"
    REPORT_TO = "ReportTo"
    ROUTE = "Route"


@dataclass(frozen=True, slots=True)
class Tree:
    """An element that is carried whole: an address, a geometry, somebody's extension.

    Names are in Clark's notation, "{namespace}local".  `prefixes` are those that the text or an
    attribute's value speaks of, as `xsi:type="x:Tent"` does.
    """

    name: str
    text: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple["Tree", ...] = ()
    tail: str = ""
    prefixes: tuple[tuple[str, str], ...] = ()

    @property
    def local(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition("}")[2]

    def walk(self) -> Iterator["Tree"]:
        """Go through this element and all below it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def words(self) -> str:
        """All text in it, with single spaces."""
        return " ".join(" ".join(f"{part.text} {part.tail}" for part in self.walk()).split())


@dataclass(frozen=True, slots=True)
class ValueList:
    """Values of a published list, which its URN names."""

    urn: str
    values: tuple[str, ...]
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """A number and its unit; the number as written, such as "1e3"."""

    amount: str
    unit: ValueList | None = None
    extensions: tuple[Tree, ...] = ()

    @property
    def number(self) -> Decimal | None:
        """The number; None where it is INF or NaN, which are numbers to the schema."""
        try:
            number = Decimal(self.amount.strip())
        except InvalidOperation:
            return None
        return number if number.is_finite() else None


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much, in words or measured: one of the two."""

    texts: tuple[str, ...] = ()
    measured: Measured | None = None
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Location:
    """Where: in words, as an address (OASIS xAL), or as a geometry (GML profile geo-oasis)."""

    description: str | None = None
    address: Tree | None = None
    area: Tree | None = None
    extensions: tuple[Tree, ...] = ()

    @property
    def position(self) -> tuple[Decimal, Decimal] | None:
        """Latitude and longitude in degrees (WGS84) of the first position, if there is one."""
        for part in self.area.walk() if self.area else ():
            numbers = part.text.split()
            if part.local in {"pos", "posList", "lowerCorner"} and len(numbers) > 1:
                try:
                    return Decimal(numbers[0]), Decimal(numbers[1])
                except InvalidOperation:
                    return None
        return None

    @property
    def words(self) -> str:
        """Say it in a line: the description, else the address, else latitude and longitude."""
        if self.description and self.description.strip():
            return " ".join(self.description.split())
        if self.address is not None and self.address.words:
            return self.address.words
        return ", ".join(map(str, self.position)) if self.position else ""


@dataclass(frozen=True, slots=True)
class Radio:
    """A radio's kind and channel."""

    kind: ValueList
    channel: str
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to speak to, and in which part."""

    description: str | None = None
    role: ContactRole | str | None = None
    radios: tuple[Radio, ...] = ()
    location: Location | None = None
    additional: Tree | None = None
    """A party as OASIS xPIL describes it."""
    extensions: tuple[Tree, ...] = ()

    @property
    def name(self) -> str:
        """The organisation's or person's name if it is given as one, else the description."""
        for wanted in ("OrganisationName", "PartyName", "PersonName"):
            for part in self.additional.walk() if self.additional else ():
                if part.local == wanted and part.words:
                    return part.words
        return " ".join((self.description or "").split())


@dataclass(frozen=True, slots=True)
class Incident:
    """The incident that a message is about."""

    incident_id: str | None = None
    description: str | None = None
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Recall:
    """That this message updates or cancels an earlier one."""

    message_id: str
    kind: RecallKind | str
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Funding:
    """Who pays: a code of a fund, or words."""

    code: str | None = None
    info: str | None = None
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to one entry of the message before."""

    preceding_element_id: str
    answer: Answer | str
    reason_code: ValueList | None = None
    reason: str | None = None
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose a resource is, and where it belongs."""

    owner: str | None = None
    jurisdiction: str | None = None
    home_dispatch: str | None = None
    home_unit: str | None = None
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceStatus:
    """How a resource stands."""

    inventoried: str | None = None
    """When the stock was last counted, as written."""
    deployment: ValueList | None = None
    availability: str | None = None
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked for, offered or sent; it has an id, a name or a type."""

    resource_id: str | None = None
    name: str | None = None
    type_structure: ValueList | None = None
    type_info: Tree | None = None
    keywords: tuple[ValueList, ...] = ()
    description: str | None = None
    credentials: str | None = None
    certifications: str | None = None
    special_requirements: str | None = None
    responsible_party: Contact | None = None
    ownership: Ownership | None = None
    status: ResourceStatus | None = None
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Instructions:
    """How to get there and whom to report to."""

    transport: str | None = None
    navigation: str | None = None
    reporting: str | None = None
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """How much of a resource, for what, at which price."""

    quantity: Quantity | None = None
    restrictions: str | None = None
    function: str | None = None
    price: Quantity | None = None
    order_id: str | None = None
    instructions: Instructions | None = None
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """What happens when and where."""

    kind: ScheduleKind | str
    moment: str | None = None
    location: Location | None = None
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceEntry:
    """One entry (ResourceInformation) of a message; answers name it by its id."""

    element_id: str
    response: Response | None = None
    resource: Resource | None = None
    assignment: Assignment | None = None
    schedules: tuple[Schedule, ...] = ()
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message, whole."""

    kind: MessageKind
    message_id: str
    sent: str
    originating_id: str
    """The id of the first message of the exchange; its own where it is the first."""
    contacts: tuple[Contact, ...]
    description: str | None = None
    preceding_id: str | None = None
    """The id of the message that this one answers."""
    incidents: tuple[Incident, ...] = ()
    recall: Recall | None = None
    funding: tuple[Funding, ...] = ()
    entries: tuple[ResourceEntry, ...] = ()
    extensions: tuple[Tree, ...] = ()


def moment_of(text: str | None) -> datetime | None:
    """Read a moment as XML Schema writes it; without a zone it is as naive as it was written.

    Returns None where it is absent or lies outside the years 1 to 9999.
    """
    written = (text or "").strip()
    midnight = "T24:00:00" in written
    try:
        moment = datetime.fromisoformat(written.replace("T24:00:00", "T00:00:00"))
        return moment + timedelta(days=1) if midnight else moment
    except (ValueError, OverflowError):
        return None


def day_of(text: str | None) -> date | None:
    """Read the day of a moment, in the zone in which it was written."""
    moment = moment_of(text)
    return None if moment is None else moment.date()
