"""Capability coalitions: found, joined, led, left; and what each gathered."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from muster.actions import coalitions as actions
from muster.api.asking import act_of, asking
from muster.api.fields import NO_REASON, Answer, Day, Input, Why, Yes
from muster.api.pledges import PledgeAnswer
from muster.api.waterfalls import BarAnswer
from muster.queries.coalitions import Coalition, CoalitionShown, coalition_shown, coalitions_on
from muster.records.models import PledgeTie, Standing

router = Router(tags=["pledges"])


class CoalitionAnswer(Answer):
    """A coalition with its leads and members of one day."""

    code: str
    name: str
    leads: list[str]
    members: list[str]
    source: str


class BelongingAnswer(Answer):
    """A party's time in a coalition, as its lead or as a member."""

    party: str
    name: str
    kind: str
    since: date
    until: date | None
    source: str
    recalled: bool


class WholeCoalitionAnswer(Answer):
    """A coalition, everybody's time in it, and what it gathered, each measure apart."""

    coalition: CoalitionAnswer
    history: list[BelongingAnswer]
    gathered: list[BarAnswer] = Field(alias="gathered.bars")
    rows: list[PledgeAnswer]


class StandingAnswer(Answer):
    """What a party is to a coalition, and from which day on."""

    party: str = Field(alias="party_id")
    coalition: str = Field(alias="body_id")
    kind: str
    since: date
    until: date | None


class TieAnswer(Answer):
    """A pledge's tie to a coalition."""

    id: UUID
    pledge: UUID = Field(alias="pledge_id")
    coalition: str = Field(alias="coalition_id")


class CoalitionInput(Why):
    """A coalition to put on the register."""

    code: str
    name: str
    source: str = ""


class JoinInput(Why):
    """Who joins, from which day on, and whether it leads."""

    party: str
    since: Day
    lead: Yes = False
    source: str = ""


class LeaveInput(Why):
    """Who leaves, and the first day on which it no longer belongs."""

    party: str
    until: Day


class TieInput(Why, Input):
    """The coalition that a pledge belongs to."""

    coalition: str


@router.get("/coalitions", response=list[CoalitionAnswer])
def list_coalitions(request: HttpRequest, on: Day | None = None) -> list[Coalition]:
    """List the coalitions with who leads and who belongs to them on a day; today, if not said."""
    return list(coalitions_on(on or asking(request).day))


@router.post("/coalitions", response={201: WholeCoalitionAnswer})
def create_coalition(request: HttpRequest, body: CoalitionInput) -> Status[CoalitionShown]:
    """Put a capability coalition on the register."""
    made = actions.create_coalition(
        act=act_of(request, body.reason), code=body.code, name=body.name, source=body.source
    )
    return Status(201, _shown(request, made.code))


@router.get("/coalitions/{code}", response=WholeCoalitionAnswer)
def show_coalition(request: HttpRequest, code: str) -> CoalitionShown:
    """Show a coalition with everybody's time in it and what it gathered."""
    return _shown(request, code)


@router.post("/coalitions/{code}/join", response={201: StandingAnswer})
def join_coalition(request: HttpRequest, code: str, body: JoinInput) -> Status[Standing]:
    """Record that a party belongs to a coalition from a day on, or leads it."""
    made = actions.join_coalition(
        act=act_of(request, body.reason),
        coalition=code,
        party=body.party,
        since=body.since,
        lead=body.lead,
        source=body.source,
    )
    return Status(201, made)


@router.post("/coalitions/{code}/leave", response=StandingAnswer)
def leave_coalition(request: HttpRequest, code: str, body: LeaveInput) -> Standing:
    """Record that a party no longer belongs to a coalition, from a day on."""
    return actions.leave_coalition(
        act=act_of(request, body.reason), coalition=code, party=body.party, until=body.until
    )


@router.post("/pledges/{pledge}/tie", response={201: TieAnswer})
def tie_pledge(request: HttpRequest, pledge: UUID, body: TieInput) -> Status[PledgeTie]:
    """Say that a pledge belongs to what a coalition gathers."""
    act = act_of(request, body.reason)
    return Status(201, actions.tie_pledge(act=act, pledge=pledge, coalition=body.coalition))


@router.post("/pledge-ties/{tie}/undo", response=TieAnswer)
def untie_pledge(request: HttpRequest, tie: UUID, body: Why = NO_REASON) -> PledgeTie:
    """Take back that a pledge belongs to a coalition, with the reason."""
    return actions.untie_pledge(act=act_of(request, body.reason), tie=tie)


def _shown(request: HttpRequest, code: str) -> CoalitionShown:
    seen = asking(request)
    return coalition_shown(code, seen.actor, day=seen.day)
