"""What burden is held against: rates between currencies, targets, published shares."""

from datetime import date, datetime
from decimal import Decimal

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Base64Bytes, Field

from muster.actions import yardsticks as actions
from muster.api.asking import act_of, asking
from muster.api.burden import TargetAnswer
from muster.api.fields import Answer, Day, Why
from muster.queries import yardsticks as asked
from muster.records.models import BurdenTarget, ExchangeRate, ShareTable

router = Router(tags=["burden"])


class RateAnswer(Answer):
    """How many of `quote` one `base` was worth over a period."""

    base: str
    quote: str
    rate: Decimal
    since: date
    until: date
    method: str
    source: str


class RateListedAnswer(Answer):
    """A rate as it was recorded; `superseded_at` where a later word took its place."""

    rate: RateAnswer
    recorded_at: datetime
    superseded_at: datetime | None


class TargetListedAnswer(Answer):
    """A target as it was recorded."""

    target: TargetAnswer
    recorded_at: datetime
    superseded_at: datetime | None


class TargetMadeAnswer(Answer):
    """A target that was just recorded."""

    body: str = Field(alias="body_id")
    party: str | None = Field(alias="party_id")
    measure: str
    basis: str
    amount: Decimal
    currency: str
    since: date
    until: date | None
    source: str


class SharesAnswer(Answer):
    """A table of published shares; each share is a party, its name and its percentage."""

    name: str
    body: str
    since: date
    until: date | None
    source: str
    shares: list[tuple[str, str, Decimal]]
    total: Decimal


class RateInput(Why):
    """A rate over a period, with its method and source."""

    base: str
    quote: str
    rate: str
    since: Day
    until: Day
    method: str
    source: str


class TargetInput(Why):
    """A target: "0.25 %" of GDP, or a sum with its currency; for each member if no party."""

    body: str
    party: str = ""
    measure: str
    amount: str
    since: Day
    until: Day | None = None
    source: str


class SharesInput(Why):
    """Published shares: the text of a CSV file, or a workbook as base64."""

    body: str
    name: str
    shares: str = ""
    shares_base64: Base64Bytes = b""
    since: Day
    until: Day | None = None
    source: str
    names: dict[str, str] | None = None


@router.get("/exchange-rates", response=list[RateListedAnswer])
def list_rates(request: HttpRequest) -> list[asked.RateListed]:
    """List every rate that was recorded, with those that a later word took the place of."""
    seen = asking(request)
    return list(asked.rates_listed(seen.actor, seen.day))


@router.post("/exchange-rates", response={201: RateAnswer})
def record_rate(request: HttpRequest, body: RateInput) -> Status[ExchangeRate]:
    """Record a rate over a period; a later word on it takes the earlier one's place."""
    made = actions.record_rate(
        act=act_of(request, body.reason),
        base=body.base,
        quote=body.quote,
        rate=body.rate,
        since=body.since,
        until=body.until,
        method=body.method,
        source=body.source,
    )
    return Status(201, made)


@router.get("/burden-targets", response=list[TargetListedAnswer])
def list_targets(request: HttpRequest) -> list[asked.TargetListed]:
    """List every target that was recorded, with its history."""
    seen = asking(request)
    return list(asked.targets_listed(seen.actor, seen.day))


@router.post("/burden-targets", response={201: TargetMadeAnswer})
def set_target(request: HttpRequest, body: TargetInput) -> Status[BurdenTarget]:
    """Record a target that a body set for one party or for each of its members."""
    made = actions.set_target(
        act=act_of(request, body.reason),
        body=body.body,
        party=body.party,
        measure=body.measure,
        amount=body.amount,
        since=body.since,
        until=body.until,
        source=body.source,
    )
    return Status(201, made)


@router.get("/burden-shares", response=list[SharesAnswer])
def list_shares(request: HttpRequest) -> list[asked.SharesListed]:
    """List the tables of published shares."""
    seen = asking(request)
    return list(asked.shares_listed(seen.actor, seen.day))


@router.post("/burden-shares", response={201: SharesAnswer})
def bring_in_shares(request: HttpRequest, body: SharesInput) -> Status[asked.SharesListed]:
    """Bring in the shares that a union or a fund published, whole or not at all."""
    made = actions.bring_in_shares(
        act=act_of(request, body.reason),
        body=body.body,
        name=body.name,
        shares=body.shares_base64 or body.shares.encode(),
        since=body.since,
        until=body.until,
        source=body.source,
        names=body.names,
    )
    return Status(201, _shown(request, made))


def _shown(request: HttpRequest, made: ShareTable) -> asked.SharesListed:
    seen = asking(request)
    listed = asked.shares_listed(seen.actor, seen.day)
    return next(each for each in listed if each.name == made.name)
