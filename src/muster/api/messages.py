"""Messages of EDXL-RM: received as XML, and records written as XML."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Query, Router, Status

from muster.actions.messages import MOST_BYTES, rehearse, take_message
from muster.api.answers import refusal_answer
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import Answer, PageAnswer, Paging
from muster.core.exchanging import MessageFaulty
from muster.queries import messages as asked
from muster.queries.import_answers import issue_answer

router = Router(tags=["messages"])
_XML = "application/xml"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {_XML: {"schema": {"type": "string", "format": "binary"}}},
    }
}
_WRITTEN = {"responses": {200: {"description": "The document.", "content": {_XML: {"schema": {}}}}}}


class EntryAnswer(Answer):
    """What became of one entry of a message."""

    element_id: str
    subject: str
    record: UUID | None
    said: str


class MessageAnswer(Answer):
    """A message that was received, and what came of it."""

    id: UUID
    kind: str
    message_id: str
    originating_id: str
    preceding_id: str
    recall: str
    recalled_id: str
    sender: str
    by: str
    recorded_at: datetime
    subject: str
    record: UUID | None
    waits_in: UUID | None
    said: str
    entries: list[EntryAnswer]


@router.post("/messages", response={201: list[MessageAnswer]}, openapi_extra=_BODY)
def receive_message(
    request: HttpRequest, operation: str, *, dry_run: bool = False
) -> Status[tuple[asked.MessageSeen, ...]] | JsonResponse:
    """Receive a message of EDXL-RM 1.0, or an EDXL-DE 1.0 envelope: the body is the XML itself.

    A message that was received before is answered with what came of it then. One that is not
    valid is refused with every fault in `issues`.
    """
    belongs = operation_of(request, operation).pk
    act = act_of(request)
    # Not request.body: its limit is that of JSON, and a message's own is said by the reader.
    data = request.read(MOST_BYTES + 1)
    try:
        if dry_run:
            return Status(201, rehearse(act=act, operation=belongs, data=data))
        return Status(201, asked.together(take_message(act=act, operation=belongs, data=data)))
    except MessageFaulty as refusal:
        return _faults(refusal)


@router.get("/messages/{record}", openapi_extra=_WRITTEN)
def write_message(request: HttpRequest, record: UUID, *, envelope: bool = False) -> HttpResponse:
    """Write a request, offer, allocation or consignment as its message; of one received, the Ack.

    With `envelope=true` it is put into an envelope of EDXL-DE 1.0; several messages always are.
    """
    seen = asking(request)
    data = asked.document(record, seen.actor, seen.day, envelope=envelope)
    return HttpResponse(data, content_type=f"{_XML}; charset=utf-8")


@router.get("/operations/{code}/messages", response=PageAnswer[MessageAnswer])
def list_messages(request: HttpRequest, code: str, paging: Query[Paging]) -> dict[str, Any]:
    """List the messages that an operation received and you may see, newest first."""
    seen = asking(request)
    page = asked.received(operation_of(request, code), seen.actor, day=seen.day, after=paging.after)
    return {"items": [asked.seen(row) for row in page.items], "next": page.next}


def _faults(refusal: MessageFaulty) -> JsonResponse:
    """Refuse in the one shape, with every fault and its place beside it."""
    said = [issue_answer(issue) for issue in refusal.issues]
    return refusal_answer(refusal, issues=said)
