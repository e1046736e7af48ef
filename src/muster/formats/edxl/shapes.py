"""Which element of the standards is which field of which value: one table to read and write by.

A shape lists the parts of an element in the order in which the standards want them.  The order of
the parts need not be that of the fields; each part names its field.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from typing import Final

from muster.core import envelopes, messages
from muster.core.messages import Message, MessageKind, ValueList
from muster.formats.edxl.structure import namespaces

MSG: Final = namespaces()["msg"]
RM: Final = namespaces()["rm"]
DE: Final = namespaces()["de"]


@dataclass(frozen=True, eq=False, slots=True)
class Words:
    """Text that is one of some words; another text stays as it is, and the judge refuses it."""

    known: Mapping[str, StrEnum]


@dataclass(frozen=True, eq=False, slots=True)
class Special:
    """An element that is neither text nor a shape: TREE is carried whole, PART holds messages."""

    name: str


TEXT: Final = Special("text")
TREE: Final = Special("tree")
PART: Final = Special("part")


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """One child element: its name, the field it fills, what it is, and whether there are many."""

    element: str
    field: str
    kind: "Special | Words | Shape"
    many: bool = False


@dataclass(frozen=True, eq=False)
class Shape:
    """The parts of an element, and the value that it becomes."""

    of: type
    namespace: str
    parts: tuple[Part, ...]
    preset: Mapping[str, object] = field(default_factory=dict)
    """Fields that no part fills."""

    @cached_property
    def required(self) -> Mapping[str, object]:
        """What a field without a default is where its element is missing; the judge refuses it."""
        many = {part.field for part in self.parts if part.many}
        shapes = {part.field for part in self.parts if isinstance(part.kind, Shape)}
        empty: dict[str, object] = {}
        for one in fields(self.of):
            if one.default is MISSING and one.name not in self.preset:
                nothing = ValueList("", ()) if one.name in shapes else ""
                empty[one.name] = () if one.name in many else nothing
        return empty


def _text(element: str, field: str) -> Part:
    return Part(element, field, TEXT)


def _words(kind: type[StrEnum]) -> Words:
    return Words({str(word): word for word in kind})


VALUES: Final = Shape(
    ValueList,
    RM,
    (_text("ValueListURN", "urn"), Part("Value", "values", TEXT, many=True)),
)
LISTED: Final = Shape(
    ValueList,
    DE,
    (_text("valueListUrn", "urn"), Part("value", "values", TEXT, many=True)),
)


def _rm(of: type, *parts: Part) -> Shape:
    return Shape(of, RM, parts)


def _msg(of: type, *parts: Part) -> Shape:
    return Shape(of, MSG, parts)


def _de(of: type, *parts: Part) -> Shape:
    return Shape(of, DE, parts)


_MEASURED = _rm(messages.Measured, _text("Amount", "amount"), Part("UnitOfMeasure", "unit", VALUES))
_QUANTITY = _rm(
    messages.Quantity,
    Part("QuantityText", "texts", TEXT, many=True),
    Part("MeasuredQuantity", "measured", _MEASURED),
)
_LOCATION = _rm(
    messages.Location,
    _text("LocationDescription", "description"),
    Part("Address", "address", TREE),
    Part("TargetArea", "area", TREE),
)
_RADIO = _rm(messages.Radio, Part("RadioType", "kind", VALUES), _text("RadioChannel", "channel"))
_CONTACT = _rm(
    messages.Contact,
    _text("ContactDescription", "description"),
    Part("ContactRole", "role", _words(messages.ContactRole)),
    Part("Radio", "radios", _RADIO, many=True),
    Part("ContactLocation", "location", _LOCATION),
    Part("AdditionalContactInformation", "additional", TREE),
)
_INCIDENT = _rm(
    messages.Incident,
    _text("IncidentID", "incident_id"),
    _text("IncidentDescription", "description"),
)
_RECALL = _rm(
    messages.Recall,
    _text("RecallMessageID", "message_id"),
    Part("RecallType", "kind", _words(messages.RecallKind)),
)
_FUNDING_PARTS = (_text("FundCode", "code"), _text("FundingInfo", "info"))
_RESPONSE = _rm(
    messages.Response,
    _text("PrecedingResourceInfoElementID", "preceding_element_id"),
    Part("ResponseType", "answer", _words(messages.Answer)),
    Part("ReasonCode", "reason_code", VALUES),
    _text("ResponseReason", "reason"),
)
_OWNERSHIP = _rm(
    messages.Ownership,
    _text("Owner", "owner"),
    _text("OwningJurisdiction", "jurisdiction"),
    _text("HomeDispatch", "home_dispatch"),
    _text("HomeUnit", "home_unit"),
)
_STATUS = _msg(
    messages.ResourceStatus,
    _text("InventoryRefreshDateTime", "inventoried"),
    Part("DeploymentStatus", "deployment", VALUES),
    _text("Availability", "availability"),
)
_RESOURCE = _msg(
    messages.Resource,
    _text("ResourceID", "resource_id"),
    _text("Name", "name"),
    Part("TypeStructure", "type_structure", VALUES),
    Part("TypeInfo", "type_info", TREE),
    Part("Keyword", "keywords", VALUES, many=True),
    _text("Description", "description"),
    _text("Credentials", "credentials"),
    _text("Certifications", "certifications"),
    _text("SpecialRequirements", "special_requirements"),
    Part("ResponsibleParty", "responsible_party", _CONTACT),
    Part("OwnershipInformation", "ownership", _OWNERSHIP),
    Part("ResourceStatus", "status", _STATUS),
)
_INSTRUCTIONS = _rm(
    messages.Instructions,
    _text("ModeOfTransportation", "transport"),
    _text("NavigationInstructions", "navigation"),
    _text("ReportingInstructions", "reporting"),
)
_ASSIGNMENT = _msg(
    messages.Assignment,
    Part("Quantity", "quantity", _QUANTITY),
    _text("Restrictions", "restrictions"),
    _text("AnticipatedFunction", "function"),
    Part("PriceQuote", "price", _QUANTITY),
    _text("OrderID", "order_id"),
    Part("AssignmentInstructions", "instructions", _INSTRUCTIONS),
)
_SCHEDULE = _msg(
    messages.Schedule,
    Part("ScheduleType", "kind", _words(messages.ScheduleKind)),
    _text("DateTime", "moment"),
    Part("Location", "location", _LOCATION),
)
_ENTRY = _msg(
    messages.ResourceEntry,
    _text("ResourceInfoElementID", "element_id"),
    Part("ResponseInformation", "response", _RESPONSE),
    Part("Resource", "resource", _RESOURCE),
    Part("AssignmentInformation", "assignment", _ASSIGNMENT),
    Part("ScheduleInformation", "schedules", _SCHEDULE, many=True),
)


def _message(kind: MessageKind) -> Shape:
    # RequestResource alone gives Funding elements of the message's own namespace.
    own = kind is MessageKind.REQUEST_RESOURCE
    funding = Shape(messages.Funding, MSG if own else RM, _FUNDING_PARTS)
    parts = (
        _text("MessageID", "message_id"),
        _text("SentDateTime", "sent"),
        _text("MessageContentType", ""),
        _text("MessageDescription", "description"),
        _text("OriginatingMessageID", "originating_id"),
        _text("PrecedingMessageID", "preceding_id"),
        Part("IncidentInformation", "incidents", _INCIDENT, many=True),
        Part("MessageRecall", "recall", _RECALL),
        Part("Funding", "funding", funding, many=True),
        Part("ContactInformation", "contacts", _CONTACT, many=True),
        Part("ResourceInformation", "entries", _ENTRY, many=True),
    )
    return Shape(Message, MSG, parts, preset={"kind": kind})


MESSAGES: Final = {kind: _message(kind) for kind in MessageKind}

_ADDRESS = _de(
    envelopes.Address,
    _text("explicitAddressScheme", "scheme"),
    Part("explicitAddressValue", "values", TEXT, many=True),
)
_AREA = _de(
    envelopes.TargetArea,
    Part("circle", "circles", TEXT, many=True),
    Part("polygon", "polygons", TEXT, many=True),
    Part("country", "countries", TEXT, many=True),
    Part("subdivision", "subdivisions", TEXT, many=True),
    Part("locCodeUN", "places", TEXT, many=True),
)
_OTHER = _de(
    envelopes.OtherContent,
    _text("mimeType", "mime_type"),
    _text("size", "size"),
    _text("digest", "digest"),
    _text("uri", "uri"),
    _text("contentData", "data"),
)
_XML = _de(
    envelopes.XmlContent,
    Part("keyXMLContent", "keys", PART, many=True),
    Part("embeddedXMLContent", "embedded", PART, many=True),
)
_CONTENT = _de(
    envelopes.ContentObject,
    _text("contentDescription", "description"),
    Part("contentKeyword", "keywords", LISTED, many=True),
    _text("incidentID", "incident_id"),
    _text("incidentDescription", "incident_description"),
    Part("originatorRole", "originator_roles", LISTED, many=True),
    Part("consumerRole", "consumer_roles", LISTED, many=True),
    _text("confidentiality", "confidentiality"),
    Part("nonXMLContent", "other", _OTHER),
    Part("xmlContent", "xml", _XML),
)
DISTRIBUTION: Final = _de(
    envelopes.Distribution,
    _text("distributionID", "distribution_id"),
    _text("senderID", "sender_id"),
    _text("dateTimeSent", "sent"),
    Part("distributionStatus", "status", _words(envelopes.DistributionStatus)),
    Part("distributionType", "kind", _words(envelopes.DistributionType)),
    _text("combinedConfidentiality", "confidentiality"),
    _text("language", "language"),
    Part("senderRole", "sender_roles", LISTED, many=True),
    Part("recipientRole", "recipient_roles", LISTED, many=True),
    Part("keyword", "keywords", LISTED, many=True),
    Part("distributionReference", "references", TEXT, many=True),
    Part("explicitAddress", "addresses", _ADDRESS, many=True),
    Part("targetArea", "areas", _AREA, many=True),
    Part("contentObject", "contents", _CONTENT, many=True),
)
