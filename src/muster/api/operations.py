"""Operations, and the board of each."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from muster.actions import operations as actions
from muster.actions.operations import Helped
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import (
    Answer,
    Day,
    Happened,
    Input,
    Instant,
    Moved,
    PageAnswer,
    Paging,
    Why,
    Yes,
    paged,
)
from muster.core.refusals import NotFound
from muster.queries.board import BoardLine, board, find_line
from muster.queries.totals import Moment
from muster.queries.visibility import visible
from muster.records.models import Operation, OperationRecipient

router = Router(tags=["operations"])


class HelpedAnswer(Answer):
    """A nation that is helped, and where goods enter it."""

    party: str
    point_of_entry: str | None

    @staticmethod
    def resolve_party(link: OperationRecipient) -> str:
        """Give the code alone."""
        return link.party_id

    @staticmethod
    def resolve_point_of_entry(link: OperationRecipient) -> str | None:
        """Give the code alone."""
        return link.point_of_entry_id


class OperationAnswer(Answer):
    """One crisis with its recipients."""

    id: UUID
    code: str
    name: str
    kind: str
    stage: str
    body: str
    began_on: date
    situation: str
    recipients: list[HelpedAnswer]
    marking: str
    recorded_at: datetime
    invented: bool
    source: str

    @staticmethod
    def resolve_body(operation: Operation) -> str:
        """Give the code alone."""
        return operation.body_id

    @staticmethod
    def resolve_recipients(operation: Operation) -> list[OperationRecipient]:
        """List who is helped."""
        return list(operation.recipient_links.all())


class HelpedInput(Input):
    """A nation that is helped, and the code of the place where goods enter it."""

    party: str
    point_of_entry: str | None = None


class OperationInput(Happened):
    """An operation to open."""

    code: str
    name: str
    kind: str
    body: str = "NATO"
    recipients: list[HelpedInput]
    began_on: Day
    situation: str = ""
    source: str = ""
    invented: Yes = False


class SituationInput(Why):
    """The general situation, as situation reports will quote it."""

    situation: str


class BoardLineAnswer(Answer):
    """One need and what became of it, in smallest units of the item asked for."""

    id: UUID
    operation: str
    request_id: UUID
    line: str
    item: str
    item_name: str
    description: str
    unit: str
    stage: str
    asked_text: str
    typed: str
    asked: int | None
    over_accepted: int
    offered: int
    proposed: int
    allocated: int
    dispatched: int
    received: int
    fell_short: int
    remaining: int | None
    urgency: int
    needed_by: date | None
    place: str
    waits_since: datetime | None
    question: str
    invented: bool
    source: str


class BoardAnswer(Answer):
    """The board, with the moments it was shown as of."""

    operation: str
    as_of: datetime
    on: datetime
    lines: list[BoardLineAnswer]


@router.get("/operations", response=PageAnswer[OperationAnswer])
def list_operations(request: HttpRequest, paging: Query[Paging]) -> dict[str, object]:
    """List the operations that you may see, by code."""
    asked = asking(request)
    found = visible(Operation, asked.actor, asked.day).prefetch_related("recipient_links")
    return paged(found, paging, order=["code"])


@router.post("/operations", response={201: OperationAnswer})
def open_operation(request: HttpRequest, body: OperationInput) -> Status[Operation]:
    """Open an operation."""
    made = actions.open_operation(
        act=act_of(request, body.reason),
        code=body.code,
        name=body.name,
        kind=body.kind,
        body=body.body,
        recipients=[Helped(each.party, each.point_of_entry) for each in body.recipients],
        began_on=body.began_on,
        situation=body.situation,
        source=body.source,
        invented=body.invented,
        happened_at=body.happened_at,
    )
    return Status(201, made)


@router.get("/operations/{code}", response=OperationAnswer)
def show_operation(request: HttpRequest, code: str) -> Operation:
    """Show an operation."""
    return operation_of(request, code)


@router.post("/operations/{code}/events", response=OperationAnswer)
def move_operation(request: HttpRequest, code: str, body: Moved) -> Operation:
    """Suspend, resume, wind_down or close an operation, with the reason."""
    operation = operation_of(request, code)
    return actions.move_operation(
        act=act_of(request, body.reason), operation=operation.pk, event=body.event
    )


@router.post("/operations/{code}/situation", response=OperationAnswer)
def describe_situation(request: HttpRequest, code: str, body: SituationInput) -> Operation:
    """Write down the general situation."""
    operation = operation_of(request, code)
    return actions.describe_situation(
        act=act_of(request, body.reason), operation=operation.pk, situation=body.situation
    )


@router.get("/operations/{code}/board", response=BoardAnswer)
def show_board(
    request: HttpRequest, code: str, as_of: Instant | None = None, on: Instant | None = None
) -> dict[str, object]:
    """Show the board: as it was known at `as_of`, as it was true at `on`; now, if not said."""
    now = asking(request).now
    lines = _board(request, code, Moment(known=as_of, happened=on))
    return {"operation": code, "as_of": as_of or now, "on": on or now, "lines": lines}


@router.get("/operations/{code}/board/{line}", response=BoardLineAnswer)
def show_board_line(
    request: HttpRequest,
    code: str,
    line: UUID,
    as_of: Instant | None = None,
    on: Instant | None = None,
) -> BoardLine:
    """Show one line of the board, by the request line's id."""
    found = find_line(_board(request, code, Moment(known=as_of, happened=on), only=[line]), line)
    if found is None:
        raise NotFound(what="line", name=line)
    return found


def _board(
    request: HttpRequest, code: str, moment: Moment, *, only: list[UUID] | None = None
) -> tuple[BoardLine, ...]:
    asked = asking(request)
    operation = operation_of(request, code)
    return board(operation, asked.actor, day=asked.day, moment=moment, only=only)
