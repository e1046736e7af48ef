"""Duplicates: lines that may tell of one thing, and a person's word on them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from muster.actions import duplicates as actions
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import NO_REASON, Answer, Why, Yes
from muster.queries import pledge_duplicates as asked
from muster.queries.import_answers import pair_answer
from muster.queries.visibility import visible
from muster.records.models import DuplicateDecision

router = Router(tags=["duplicates"])


class ReasonAnswer(Answer):
    """What speaks for, or against, two lines being one."""

    code: str
    sentence: str
    weight: float


class SideAnswer(Answer):
    """One of two lines that may be one."""

    id: UUID
    kind: str
    name: str
    party: str
    item: str
    amount: str
    stated_on: date | None
    text: str
    source: str


class PairAnswer(Answer):
    """Two lines that may be one; `counts` is the one that would count."""

    first: SideAnswer
    second: SideAnswer
    kind: str
    score: float
    reasons: list[ReasonAnswer]
    counts: UUID
    sentence: str


class DecisionAnswer(Answer):
    """A person's word on two lines."""

    id: UUID
    kept: UUID
    other: UUID
    word: str
    reason: str
    amount: int
    recorded_at: datetime
    undone_at: datetime | None


class DuplicateInput(Why):
    """Two lines, and whether they are one; of one, only `kept` counts."""

    kept: UUID
    other: UUID
    same: Yes


@router.get("/operations/{code}/duplicates", response=list[PairAnswer])
def list_duplicates(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """List the stored lines of an operation that may tell of the same thing, the surest first."""
    seen = asking(request)
    found = asked.pairs_of_operation(operation_of(request, code), seen.actor, seen.day)
    return [pair_answer(pair) for pair in found]


@router.get("/operations/{code}/duplicates/decisions", response=list[DecisionAnswer])
def list_decisions(request: HttpRequest, code: str) -> list[DuplicateDecision]:
    """List what was decided about an operation's duplicates, newest first."""
    seen = asking(request)
    found = visible(DuplicateDecision, seen.actor, seen.day)
    return list(found.filter(operation=operation_of(request, code)).order_by("-recorded_at", "id"))


@router.post("/operations/{code}/duplicates", response={201: DecisionAnswer})
def decide_duplicate(
    request: HttpRequest, code: str, body: DuplicateInput
) -> Status[DuplicateDecision]:
    """Say whether two lines tell of one thing; of one, only the line that is kept counts."""
    made = actions.decide_duplicate(
        act=act_of(request, body.reason),
        operation=operation_of(request, code).pk,
        kept=body.kept,
        other=body.other,
        same=body.same,
    )
    return Status(201, made)


@router.post("/duplicates/{decision}/undo", response=DecisionAnswer)
def undo_duplicate(
    request: HttpRequest, decision: UUID, body: Why = NO_REASON
) -> DuplicateDecision:
    """Take a word on two lines back; what was counted out is counted again."""
    return actions.undo_duplicate(act=act_of(request, body.reason), decision=decision)
