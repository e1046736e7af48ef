"""Agreed shares: who carries which part of an operation."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from muster.actions.shares import agree_shares as agree
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import Answer, Day, Input, Why
from muster.queries.shares import shares_of
from muster.records.models import AgreedShare

router = Router(tags=["plans"])


class ShareAnswer(Answer):
    """What one party has agreed to carry, in per cent."""

    id: UUID
    party_id: str
    percent: Decimal
    agreed_on: date
    source: str
    recorded_at: datetime


class ShareInput(Input):
    """A party's code and its share in per cent, with two decimals at most."""

    party: str
    percent: Decimal


class SharesInput(Why):
    """All shares at once: they take the place of those before; an empty list ends them."""

    shares: list[ShareInput]
    agreed_on: Day
    source: str


@router.get("/operations/{code}/shares", response=list[ShareAnswer])
def list_shares(request: HttpRequest, code: str) -> list[AgreedShare]:
    """List the agreed shares of an operation that are in force, the largest first."""
    asked = asking(request)
    return list(shares_of(operation_of(request, code), asked.actor, asked.day))


@router.post("/operations/{code}/shares", response=list[ShareAnswer])
def agree_shares(request: HttpRequest, code: str, body: SharesInput) -> list[AgreedShare]:
    """Record the agreed shares of an operation, in place of those before."""
    act = act_of(request, body.reason)
    found = agree(
        act=act,
        operation=operation_of(request, code).pk,
        shares=[(each.party, each.percent) for each in body.shares],
        agreed_on=body.agreed_on,
        source=body.source,
    )
    return list(shares_of(found, act.actor, act.now.date()))
