"""The envelope of a message: EDXL Distribution Element 1.0, what is in it and what it does.

The names are those of the standard (http://docs.oasis-open.org/emergency/EDXL-DE/V1.0/), turned
into words; None is absent, "" is present and empty.
"""

from dataclasses import dataclass
from enum import StrEnum

from muster.core.messages import Message, Tree, ValueList


class DistributionStatus(StrEnum):
    """Whether what is in the envelope is meant."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"


class DistributionType(StrEnum):
    """What the envelope does."""

    REPORT = "Report"
    UPDATE = "Update"
    """It takes the place of the envelopes that it refers to."""
    CANCEL = "Cancel"
    """The envelopes that it refers to no longer hold."""
    REQUEST = "Request"
    RESPONSE = "Response"
    DISPATCH = "Dispatch"
    ACKNOWLEDGE = "Ack"
    ERROR = "Error"
    """The envelopes that it refers to were refused."""
    SENSOR_CONFIGURATION = "SensorConfiguration"
    SENSOR_CONTROL = "SensorControl"
    SENSOR_STATUS = "SensorStatus"
    SENSOR_DETECTION = "SensorDetection"


@dataclass(frozen=True, slots=True)
class Address:
    """Whom an envelope is sent to, in an addressing scheme such as e-mail."""

    scheme: str
    values: tuple[str, ...]
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetArea:
    """Where it matters; coordinates as written, latitude before longitude, WGS84 degrees."""

    circles: tuple[str, ...] = ()
    polygons: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    subdivisions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Codes of UN/LOCODE."""
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherContent:
    """Content that is not XML: what it is, where it is, or its bytes in base 64."""

    mime_type: str
    size: str | None = None
    digest: str | None = None
    uri: str | None = None
    data: str | None = None
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class XmlPart:
    """One key or embedded part: messages that are understood, and trees that are carried."""

    messages: tuple[Message | Tree, ...]
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class XmlContent:
    """Content that is XML."""

    keys: tuple[XmlPart, ...] = ()
    embedded: tuple[XmlPart, ...] = ()
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class ContentObject:
    """One thing in the envelope, and what is said of it outside."""

    description: str | None = None
    keywords: tuple[ValueList, ...] = ()
    incident_id: str | None = None
    incident_description: str | None = None
    originator_roles: tuple[ValueList, ...] = ()
    consumer_roles: tuple[ValueList, ...] = ()
    confidentiality: str | None = None
    other: OtherContent | None = None
    xml: XmlContent | None = None
    extensions: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Distribution:
    """An envelope, whole."""

    distribution_id: str
    sender_id: str
    sent: str
    status: DistributionStatus | str
    kind: DistributionType | str
    confidentiality: str
    language: str | None = None
    sender_roles: tuple[ValueList, ...] = ()
    recipient_roles: tuple[ValueList, ...] = ()
    keywords: tuple[ValueList, ...] = ()
    references: tuple[str, ...] = ()
    """Earlier envelopes, each as its id, sender and moment with commas between."""
    addresses: tuple[Address, ...] = ()
    areas: tuple[TargetArea, ...] = ()
    contents: tuple[ContentObject, ...] = ()
    extensions: tuple[Tree, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        """Every resource message that is embedded, in the order of the document."""
        return tuple(
            message
            for content in self.contents
            if content.xml is not None
            for part in content.xml.embedded
            for message in part.messages
            if isinstance(message, Message)
        )

    @property
    def referred(self) -> tuple[str, ...]:
        """The ids of the earlier envelopes that it updates, cancels, acknowledges or refuses."""
        return tuple(reference.partition(",")[0].strip() for reference in self.references)
