"""Two sites that speak in messages: builders for tests, through the real actions."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from muster.actions import offers, requests
from muster.actions.messages import take_message
from muster.actions.offers import LineOffered
from muster.core.actors import Actor
from muster.core.messages import Message
from muster.formats.edxl.judging import Judge
from muster.formats.edxl.reading import receive
from muster.formats.edxl.writing import faults_of
from muster.queries.amounts import Typed
from muster.queries.messages import MessageSeen, content_of, document, together
from muster.records.models import AssistanceRequest, Offer, RequestLine
from tests import make
from tests.formats.edxl_cases import SCHEMAS
from tests.make import NOW, TENT, World, act, world

DAY = NOW.date()


def taken(w: World, actor: Actor, data: bytes) -> MessageSeen:
    """A message that was received, and what came of it."""
    row = take_message(act=act(actor), operation=w.operation.pk, data=data)
    [said] = together(row)
    return said


def made(said: MessageSeen) -> UUID:
    """The record that a message made."""
    assert said.record is not None
    return said.record


def written(record: UUID, actor: Actor, *, envelope: bool = False) -> bytes:
    """A record as a message, judged as a receiver would."""
    data = document(record, actor, DAY, envelope=envelope)
    content = content_of(record, actor, DAY, envelope=envelope)
    assert faults_of(content) == ()
    if SCHEMAS.is_dir():
        assert faults_of(content, judge=Judge.of_folder(SCHEMAS)) == ()
    return data


def message(data: bytes) -> Message:
    """The one message in a document."""
    [found] = receive(data).messages
    return found


def circulated(w: World, request: UUID) -> AssistanceRequest:
    """Let a request that was taken from a message go its way."""
    requests.validate_request(act=act(w.recipient), request=request)
    return requests.circulate_request(act=act(w.coordinator), request=request)


@dataclass(frozen=True)
class Two:
    """Two sites: one asks, the other has received what was asked, and its donors see it."""

    a: World
    b: World
    asked: RequestLine
    there: AssistanceRequest

    @property
    def need(self) -> RequestLine:
        """The need, on the other site."""
        return self.there.lines.get()


def two(amount: str = "100", unit: str = "") -> Two:
    """A request of site A that site B has received as a message, and circulated."""
    a, b = world(), world()
    asked = make.asked(a, amount, unit=unit)
    said = taken(b, b.recipient, written(asked.request_id, a.coordinator))
    return Two(a, b, asked, circulated(b, made(said)))


def answered(t: Two, amount: str = "40") -> Offer:
    """An offer on site B that answers the need."""
    return offers.make_offer(
        act=act(t.b.donor),
        operation=t.b.operation.pk,
        donor=t.b.donor_code,
        reference=f"O-{uuid4().hex[:8]}",
        title="Tents for the north",
        offered_on=date(2023, 2, 1),
        lines=[LineOffered(item=TENT, quantity=Typed(amount), answers=t.need.pk)],
    )


def without_preceding(data: bytes) -> bytes:
    """A message that does not say which one it answers."""
    start, end = data.index(b"<rmsg:PrecedingMessageID>"), data.index(b"</rmsg:PrecedingMessageID>")
    return data[:start] + data[end + len(b"</rmsg:PrecedingMessageID>") :]


def answer_to(asked: RequestLine, answer: str, *, amount: str = "", reason: str = "") -> bytes:
    """Somebody's answer to a need, which names no resource."""
    return response_to(
        f"urn:uuid:{asked.request_id}", answer=answer, amount=amount, reason=reason, named=False
    )


def response_to(
    preceding: str,
    *,
    entry: str = "1",
    answer: str = "Accept",
    amount: str = "5",
    reason: str = "",
    named: bool = True,
) -> bytes:
    """Somebody else's response, as a third party's program would write it."""
    resource = f"<m:Resource><m:ResourceID>{TENT}</m:ResourceID></m:Resource>" if named else ""
    why = f"<r:ResponseReason>{reason}</r:ResponseReason>" if reason else ""
    much = (
        "<m:AssignmentInformation><m:Quantity><r:MeasuredQuantity>"
        f"<r:Amount>{amount}</r:Amount></r:MeasuredQuantity></m:Quantity></m:AssignmentInformation>"
        if amount
        else ""
    )
    return f"""<m:ResponseToRequestResource xmlns:m="urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg"
 xmlns:r="urn:oasis:names:tc:emergency:EDXL:RM:1.0">
<m:MessageID>urn:example:{entry}-{answer}</m:MessageID>
<m:SentDateTime>2023-04-19T08:00:00Z</m:SentDateTime>
<m:MessageContentType>ResponseToRequestResource</m:MessageContentType>
<m:OriginatingMessageID>{preceding}</m:OriginatingMessageID>
<m:PrecedingMessageID>{preceding}</m:PrecedingMessageID>
<m:ContactInformation><r:ContactDescription>Germany</r:ContactDescription>
<r:ContactRole>RespondingOrg</r:ContactRole></m:ContactInformation>
<m:ResourceInformation><m:ResourceInfoElementID>a</m:ResourceInfoElementID>
<m:ResponseInformation><r:PrecedingResourceInfoElementID>{entry}</r:PrecedingResourceInfoElementID>
<r:ResponseType>{answer}</r:ResponseType>{why}</m:ResponseInformation>{resource}{much}
</m:ResourceInformation></m:ResponseToRequestResource>""".encode()
