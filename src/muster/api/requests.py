"""Requests for assistance and their lines."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from muster.actions import requests as actions
from muster.actions.requests import LineAsked
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import (
    JUST_NOW,
    NO_REASON,
    Answer,
    Day,
    Happened,
    Instant,
    PageAnswer,
    Paging,
    StagedAnswer,
    Stated,
    StatedWhy,
    Whole,
    Why,
    Yes,
    paged,
)
from muster.core.uses import MEANINGS
from muster.queries.visibility import find, visible
from muster.records.models import AssistanceRequest, RequestLine

router = Router(tags=["requests"])


class RequestLineAnswer(Answer):
    """One need; low and high are in the item's smallest unit, null where nothing is stated."""

    id: UUID
    request: UUID
    position: int
    item: str
    description: str
    quantity_kind: str
    low: int | None
    high: int | None
    per: str
    unit: str
    typed_amount: str
    typed_unit: str
    urgency: int
    needed_by: date | None
    place: str
    use: str
    """What it is for; empty where that is not stated."""
    substitutes_welcome: bool
    question: str
    invented: bool
    source: str

    @staticmethod
    def resolve_request(line: RequestLine) -> UUID:
        """Give the id alone."""
        return line.request_id

    @staticmethod
    def resolve_item(line: RequestLine) -> str:
        """Give the code alone."""
        return line.item_id

    @staticmethod
    def resolve_unit(line: RequestLine) -> str:
        """Give the unit that low and high are in."""
        return line.item.unit


class RequestAnswer(StagedAnswer):
    """What a recipient asks for."""

    recipient: str
    reference: str
    title: str
    channel: str
    asked_on: date
    supersedes: UUID | None
    lines: list[RequestLineAnswer]

    @staticmethod
    def resolve_recipient(request: AssistanceRequest) -> str:
        """Give the code alone."""
        return request.recipient_id

    @staticmethod
    def resolve_supersedes(request: AssistanceRequest) -> UUID | None:
        """Give the id alone."""
        return request.supersedes_id

    @staticmethod
    def resolve_lines(request: AssistanceRequest) -> list[RequestLine]:
        """List the lines in their order."""
        return sorted(request.lines.all(), key=lambda line: line.position)


class LineInput(Stated):
    """One need, as the recipient types it."""

    item: str
    description: str = ""
    urgency: Whole = 2
    needed_by: Day | None = None
    place: str = ""
    use: str = ""
    substitutes_welcome: Yes = True
    question: str = ""
    source: str = ""
    invented: Yes = False

    def asked(self) -> LineAsked:
        """Give it as the action takes it."""
        rest = self.model_dump(exclude={"amount", "unit"})
        return LineAsked(quantity=self.typed(), **rest)


class RequestInput(Why):
    """A request to draft."""

    recipient: str
    reference: str
    title: str
    asked_on: Day
    lines: list[LineInput]
    channel: str = ""
    supersedes: UUID | None = None
    source: str = ""
    invented: Yes = False


class ClarificationInput(StatedWhy):
    """The recipient's later word on a quantity."""

    happened_at: Instant | None = None


@router.get("/operations/{code}/requests", response=PageAnswer[RequestAnswer])
def list_requests(
    request: HttpRequest, code: str, paging: Query[Paging], stage: str = ""
) -> dict[str, object]:
    """List an operation's requests that you may see, oldest record first."""
    asked = asking(request)
    found = visible(AssistanceRequest, asked.actor, asked.day).filter(
        operation=operation_of(request, code)
    )
    found = found.select_related("operation").prefetch_related("lines__item")
    return paged(found.filter(stage=stage) if stage else found, paging)


@router.post("/operations/{code}/requests", response={201: RequestAnswer})
def draft_request(request: HttpRequest, code: str, body: RequestInput) -> Status[AssistanceRequest]:
    """Write down what a recipient asks for."""
    made = actions.draft_request(
        act=act_of(request, body.reason),
        operation=operation_of(request, code).pk,
        lines=[line.asked() for line in body.lines],
        **body.model_dump(exclude={"lines", "reason"}),
    )
    return Status(201, made)


@router.get("/requests/{request_id}", response=RequestAnswer)
def show_request(request: HttpRequest, request_id: UUID) -> AssistanceRequest:
    """Show a request with its lines."""
    asked = asking(request)
    return find(AssistanceRequest, request_id, asked.actor, asked.day)


@router.post("/requests/{request_id}/submit", response=RequestAnswer)
def submit_request(
    request: HttpRequest, request_id: UUID, body: Why = NO_REASON
) -> AssistanceRequest:
    """Hand a request in to the centre."""
    return actions.submit_request(act=act_of(request, body.reason), request=request_id)


@router.post("/requests/{request_id}/validate", response=RequestAnswer)
def validate_request(
    request: HttpRequest, request_id: UUID, body: Happened = JUST_NOW
) -> AssistanceRequest:
    """Vouch for a request as an authority of the recipient; from now on its needs count."""
    return actions.validate_request(
        act=act_of(request, body.reason), request=request_id, happened_at=body.happened_at
    )


@router.post("/requests/{request_id}/circulate", response=RequestAnswer)
def circulate_request(
    request: HttpRequest, request_id: UUID, body: Happened = JUST_NOW
) -> AssistanceRequest:
    """Pass a validated request to the points of contact of all members and partners."""
    return actions.circulate_request(
        act=act_of(request, body.reason), request=request_id, happened_at=body.happened_at
    )


@router.post("/requests/{request_id}/reject", response=RequestAnswer)
def reject_request(
    request: HttpRequest, request_id: UUID, body: Why = NO_REASON
) -> AssistanceRequest:
    """Turn a request down, with the reason."""
    return actions.reject_request(act=act_of(request, body.reason), request=request_id)


@router.post("/requests/{request_id}/withdraw", response=RequestAnswer)
def withdraw_request(
    request: HttpRequest, request_id: UUID, body: Why = NO_REASON
) -> AssistanceRequest:
    """Take a request back, with the reason."""
    return actions.withdraw_request(act=act_of(request, body.reason), request=request_id)


class UseAnswer(Answer):
    """An intended use, with what it means."""

    use: str
    means: str


@router.get("/uses", response=list[UseAnswer])
def list_uses(request: HttpRequest) -> list[dict[str, str]]:
    """List the intended uses that a line of a request can state."""
    return [{"use": use.value, "means": means} for use, means in MEANINGS.items()]


@router.get("/request-lines/{line}", response=RequestLineAnswer)
def show_request_line(request: HttpRequest, line: UUID) -> RequestLine:
    """Show one need."""
    asked = asking(request)
    return find(RequestLine, line, asked.actor, asked.day)


@router.post("/request-lines/{line}/clarify", response=RequestLineAnswer)
def clarify_line(request: HttpRequest, line: UUID, body: ClarificationInput) -> RequestLine:
    """Record the recipient's later word on how much is asked; the line is not overwritten."""
    return actions.clarify_line(
        act=act_of(request, body.reason),
        line=line,
        quantity=body.typed(),
        happened_at=body.happened_at,
    )


@router.post("/request-lines/{line}/accept-more", response=RequestLineAnswer)
def accept_more(request: HttpRequest, line: UUID, body: ClarificationInput) -> RequestLine:
    """Let more be promised than was asked, by the recipient's own word, with the reason."""
    return actions.accept_more(
        act=act_of(request, body.reason),
        line=line,
        amount=body.typed(),
        happened_at=body.happened_at,
    )


@router.post("/request-lines/{line}/ask-less", response=RequestLineAnswer)
def ask_less(request: HttpRequest, line: UUID, body: StatedWhy) -> RequestLine:
    """Take back a part of what is still open, with the reason."""
    return actions.ask_less(act=act_of(request, body.reason), line=line, amount=body.typed())
