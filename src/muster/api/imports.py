"""Imports: a list is uploaded, read by a job, decided, stored as one, taken back; duplicates."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from muster.actions import imports as import_actions
from muster.actions import intake as actions
from muster.actions.background import ask_for_commit, ask_for_reading
from muster.actions.columns import ColumnMeant, column_named
from muster.actions.intake import LineDecision
from muster.api.answers import InputUnreadable
from muster.api.asking import act_of, asking, operation_of
from muster.api.duplicates import PairAnswer
from muster.api.fields import NO_REASON, Answer, Input, PageAnswer, Paging, Why, Yes, paged
from muster.api.plans import JobAnswer
from muster.core.intake.drafts import issue_of
from muster.core.intake.settled import Verdict
from muster.queries import intake as asked
from muster.queries.import_answers import as_answer, issue_answer, line_answer
from muster.queries.jobs import JobState, job_state
from muster.queries.visibility import find, visible
from muster.records.models import ImportBatch

router = Router(tags=["imports"])


class IssueAnswer(Answer):
    """Something to know, to decide or to mend, and where it stands."""

    code: str
    weight: str
    place: str
    expected: str
    found: str
    sentence: str
    readings: list[str]


class TallyAnswer(Answer):
    """How many lines an import has, and how many of them stand how."""

    lines: int
    ready: int
    question: int
    error: int
    out: int


class ImportAnswer(Answer):
    """A list that was dropped in."""

    id: UUID
    operation: str = Field(alias="operation.code")
    purpose: str
    stage: str
    file_name: str
    sender: str
    party: str
    format: str
    sha256: str = Field(alias="original_id")
    recorded_at: datetime


class ColumnAnswer(Answer):
    """A column, and what it was taken to mean."""

    sheet: str
    letter: str
    heading: str
    means: str
    confidence: float


class WholeImportAnswer(ImportAnswer):
    """A list with how it stands; its lines have an address of their own."""

    tally: TallyAnswer
    columns: list[ColumnAnswer]
    issues: list[IssueAnswer]

    @staticmethod
    def resolve_tally(record: ImportBatch) -> object:
        """Count its lines."""
        return asked.tally_of(record)

    @staticmethod
    def resolve_issues(record: ImportBatch) -> object:
        """List what is wrong with the file as a whole."""
        return [issue_answer(issue_of(each)) for each in record.issues]


class QuantityAnswer(Answer):
    """A quantity; a rate is per day, week or month."""

    kind: Literal["exact", "bound", "range", "rate", "unknown"]
    low: int | float | None
    high: int | float | None
    unit: str | None
    per: str | None


class CandidateAnswer(Answer):
    """An item that may be meant."""

    item: str
    name: str
    confidence: float


class LineAnswer(Answer):
    """A line as it will be stored.  `stored` is its quantity in the item's smallest unit."""

    number: int
    place: str
    text: str
    item: str | None
    confidence: float
    candidates: list[CandidateAnswer]
    quantity: QuantityAnswer
    stored: QuantityAnswer
    party: str | None
    status: str
    verdict: str
    issues: list[IssueAnswer]


class PreviewAnswer(Answer):
    """Every line as it will be stored, every issue, every likely duplicate."""

    lines: list[LineAnswer]
    issues: list[IssueAnswer]
    duplicates: list[PairAnswer]


class ListInput(Input):
    """What is said of a list beforehand; the list itself is the file, or the text."""

    purpose: Annotated[str, Field(alias="as")]
    text: str = ""
    sender: str = ""
    party: str = ""
    mapping: str = ""
    convention: str = ""
    day_first: bool | None = None


class ColumnInput(Input):
    """What a column means."""

    means: str
    letter: str = ""
    sheet: str = ""
    heading: str = ""


class ColumnsInput(Why):
    """What columns mean."""

    columns: list[ColumnInput]


class WritingInput(Why):
    """How numbers and days are written."""

    convention: str = ""
    day_first: Yes | None = None


class LineInput(Input):
    """A person's word on one line; what is empty stays as it was read."""

    number: int
    item: str = ""
    amount: str = ""
    unit: str = ""
    party: str = ""
    skip: Yes = False
    taken_as_read: tuple[str, ...] = ()


class DecisionsInput(Why):
    """Words on lines."""

    decisions: list[LineInput]


class CommitInput(Why):
    """Whether lines with open questions stay out; else they keep it all from being stored."""

    leave_out: Yes = False


_COMMIT_ALL = CommitInput()
Limit = Annotated[int, Field(ge=1, le=1000)]


@router.get("/operations/{code}/imports", response=PageAnswer[ImportAnswer])
def list_imports(request: HttpRequest, code: str, paging: Query[Paging]) -> dict[str, object]:
    """List an operation's imports that you may see, oldest first."""
    seen = asking(request)
    found = visible(ImportBatch, seen.actor, seen.day).filter(operation=operation_of(request, code))
    return paged(found.select_related("operation"), paging)


@router.post("/operations/{code}/imports", response={201: WholeImportAnswer, 202: JobAnswer})
def upload(
    request: HttpRequest,
    code: str,
    body: Form[ListInput],
    file: File[UploadedFile | None] = None,
    *,
    background: bool = True,
) -> Status[ImportBatch] | Status[JobState]:
    """Keep a list and have a job read it; with `background=false` it is read at once.

    A multipart form: the list as `file`, or pasted as `text`; what it is to become as `as`; a
    `mapping` is JSON, from a heading or a column's letter to what it means.
    """
    operation = operation_of(request, code).pk
    act = act_of(request)
    data = file.read() if file is not None else body.text.encode()
    kept = actions.keep_list(
        act=act,
        operation=operation,
        purpose=body.purpose,
        original=actions.original_of(data),
        name=(file.name if file is not None else None) or "pasted text",
        sender=body.sender,
        party=body.party,
        columns=_columns(body.mapping),
        convention=body.convention,
        day_first=body.day_first,
    )
    if background:
        number = ask_for_reading(act=act.part("read"), batch=kept.pk)
        return Status(202, job_state(number, act.actor, act.now.date()))
    return Status(201, actions.read_kept(act=act.part("read"), batch=kept.pk))


@router.get("/imports/{batch}", response=WholeImportAnswer)
def show_import(request: HttpRequest, batch: UUID) -> ImportBatch:
    """Show a list and how it stands."""
    seen = asking(request)
    return find(ImportBatch, batch, seen.actor, seen.day)


@router.get("/imports/{batch}/lines", response=list[LineAnswer])
def list_lines(
    request: HttpRequest,
    batch: UUID,
    verdict: Verdict | None = None,
    after: int = 0,
    limit: Limit = 100,
) -> list[dict[str, Any]]:
    """List lines as they will be stored, after the line of the number `after`."""
    seen = asking(request)
    found = find(ImportBatch, batch, seen.actor, seen.day)
    verdicts = () if verdict is None else (verdict,)
    lines = asked.lines_seen(found, verdicts=verdicts, after=after, limit=limit)
    return [line_answer(line) for line in lines]


@router.get("/imports/{batch}/preview", response=PreviewAnswer)
def show_preview(request: HttpRequest, batch: UUID) -> dict[str, Any]:
    """Show every line as it will be stored, every issue, every likely duplicate, all at once."""
    seen = asking(request)
    found = asked.preview(batch, seen.actor, seen.day)
    pairs = asked.duplicates_of(found.batch, seen.actor, seen.day)
    return as_answer(found, asked.lines_seen(found.batch), pairs)


@router.get("/imports/{batch}/original")
def show_original(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Give the bytes as they came."""
    seen = asking(request)
    found = find(ImportBatch, batch, seen.actor, seen.day)
    answer = HttpResponse(bytes(found.original.data), content_type="application/octet-stream")
    answer["Content-Disposition"] = "attachment"
    return answer


@router.post("/imports/{batch}/columns", response=WholeImportAnswer)
def say_columns(request: HttpRequest, batch: UUID, body: ColumnsInput) -> ImportBatch:
    """Say what columns mean, and read the list again so; it is remembered for its sender."""
    columns = [ColumnMeant(**each.dict()) for each in body.columns]
    return actions.remap(act=act_of(request, body.reason), batch=batch, columns=columns)


@router.post("/imports/{batch}/writing", response=WholeImportAnswer)
def say_writing(request: HttpRequest, batch: UUID, body: WritingInput) -> ImportBatch:
    """Say how numbers and days are written, and read the list again so."""
    return actions.reread(
        act=act_of(request, body.reason),
        batch=batch,
        convention=body.convention,
        day_first=body.day_first,
    )


@router.post("/imports/{batch}/decisions", response=WholeImportAnswer)
def decide(request: HttpRequest, batch: UUID, body: DecisionsInput) -> ImportBatch:
    """Answer the questions of lines."""
    decisions = [LineDecision(**each.dict()) for each in body.decisions]
    act = act_of(request, body.reason)
    return actions.decide_lines(act=act, batch=batch, decisions=decisions)


@router.post("/imports/{batch}/commit", response={200: WholeImportAnswer, 202: JobAnswer})
def commit(
    request: HttpRequest, batch: UUID, body: CommitInput = _COMMIT_ALL, *, background: bool = False
) -> Status[ImportBatch] | Status[JobState]:
    """Store a list, whole or not at all; with `background=true` a job does it."""
    act = act_of(request, body.reason)
    if background:
        number = ask_for_commit(act=act, batch=batch, leave_out=body.leave_out)
        return Status(202, job_state(number, act.actor, act.now.date()))
    return Status(200, import_actions.commit_import(act=act, batch=batch, leave_out=body.leave_out))


@router.post("/imports/{batch}/discard", response=ImportAnswer)
def discard(request: HttpRequest, batch: UUID, body: Why = NO_REASON) -> ImportBatch:
    """Put a list aside that will not be stored."""
    return actions.discard_list(act=act_of(request, body.reason), batch=batch)


@router.post("/imports/{batch}/undo", response=ImportAnswer)
def undo(request: HttpRequest, batch: UUID, body: Why = NO_REASON) -> ImportBatch:
    """Take an import back, as long as nothing stands on it."""
    return import_actions.undo_import(act=act_of(request, body.reason), batch=batch)


def _columns(mapping: str) -> list[ColumnMeant]:
    """Read a mapping: from a heading or a column's letter to what it means.

    Raises:
        InputUnreadable: it is not a JSON object of texts.
    """
    if not mapping:
        return []
    try:
        found = json.loads(mapping)
    except ValueError as error:
        raise InputUnreadable(at="mapping", why=str(error)) from error
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise InputUnreadable(at="mapping", why="the mapping is not an object of texts")
    return [column_named(name, means) for name, means in found.items()]
