"""Pledges: announced, told of, turned into offers; and the waterfall over all of them."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from muster.actions import pledge_links
from muster.actions import pledges as actions
from muster.actions.pledge_lines import LinePledged
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import NO_REASON, Amount, Answer, Day, Input, Why, Yes
from muster.core.pledges import Event, Form, PartyRole, Share
from muster.queries.amounts import Typed
from muster.queries.pledges import LineShown, PledgeRow, pledge_shown, pledges_seen, rows_of
from muster.records.models import PledgeFunding, PledgeLine, PledgeReminder, PledgeUse

router = Router(tags=["pledges"])


class PledgeAnswer(Answer):
    """A line of a pledge and its course; goods in smallest units, money in its currency."""

    id: UUID
    pledge: UUID = Field(alias="pledge_id")
    reference: str
    position: int
    meeting: str
    announced_on: date
    donors: list[str]
    joint: str
    form: Form
    method: str
    item: str
    what: str
    said: str
    words: str
    years: str
    measure: str
    stage: str
    announced: Decimal | None = Field(alias="course.stands")
    committed: Decimal = Field(alias="course.committed")
    allocated: Decimal = Field(alias="course.allocated")
    dispatched: Decimal = Field(alias="course.dispatched")
    received: Decimal = Field(alias="course.received")
    waiting: Decimal = Field(alias="course.waiting")
    age: int
    counts: bool
    because: str
    source: str
    recalled: bool
    invented: bool


class ShareAnswer(Answer):
    """A party of a pledge, in one role."""

    party: str = Field(alias="party_id")
    role: PartyRole
    share: Decimal | None


class EventAnswer(Answer):
    """What was told of a line on a day."""

    event: Event
    amount: Decimal | None
    happened_on: date
    note: str
    source: str


class UseAnswer(Answer):
    """An offer line that a line of a pledge became."""

    id: UUID
    offer_line: UUID = Field(alias="offer_line_id")


class FundingAnswer(Answer):
    """Money that pays for goods which are pledged as goods."""

    id: UUID
    money: UUID = Field(alias="money_id")
    goods: UUID = Field(alias="goods_id")


class ReminderAnswer(Answer):
    """A reminder to a party of a pledge."""

    id: UUID
    party: str = Field(alias="party_id")
    text: str
    answer_by: date | None


class LineAnswer(Answer):
    """A line with its history and what it became."""

    row: PledgeAnswer
    events: list[EventAnswer]
    uses: list[UseAnswer]
    funding: list[FundingAnswer]


class WholePledgeAnswer(Answer):
    """A pledge with everything about it."""

    id: UUID = Field(alias="record.pk")
    reference: str = Field(alias="record.reference")
    words: str = Field(alias="record.words")
    parties: list[ShareAnswer]
    lines: list[LineAnswer]
    reminders: list[ReminderAnswer]


class LineInput(Input):
    """One thing or sum announced; with `each_year`, the amount is that of each of the years."""

    form: Form = Form.GOODS
    item: str = ""
    description: str = ""
    amount: Amount = ""
    unit: str = ""
    currency: str = ""
    years: str = ""
    each_year: Yes = False


class PartyInput(Input):
    """A party of a pledge, in one role; shares in percent, of all donors or of none."""

    party: str
    role: PartyRole = PartyRole.DONOR
    share: Decimal | None = None


class PledgeInput(Why):
    """What was announced, by whom, in which words."""

    parties: tuple[PartyInput, ...]
    announced_on: Day
    words: str
    lines: tuple[LineInput, ...]
    meeting: UUID | None = None
    coalition: str | None = None
    reference: str = ""
    restricted: Yes = False
    source: str = ""
    recalled: Yes = False


class ToldInput(Why):
    """How much an event is about (all that is left, if not said), and on which day."""

    amount: Amount | None = None
    unit: str = ""
    happened_on: Day | None = None
    note: str = ""
    source: str = ""


class SpecifyInput(Why):
    """The offer line that a pledge became."""

    offer_line: UUID


class FundInput(Why):
    """The pledged goods that money pays for."""

    goods: UUID


class RemindInput(Why):
    """Whom to remind, of what, by when."""

    party: str
    text: str
    answer_by: Day | None = None


_ALL_OF_IT = ToldInput()


@router.get("/operations/{code}/pledges", response=list[PledgeAnswer])
def list_pledges(
    request: HttpRequest, code: str, meeting: UUID | None = None, donor: str = ""
) -> list[PledgeRow]:
    """List the lines pledged in an operation, in the order in which they were announced."""
    seen = asking(request)
    operation = operation_of(request, code)
    found = pledges_seen(seen.actor, seen.day, operation=operation, meeting=meeting, donor=donor)
    return list(rows_of(found, seen.actor, seen.day))


@router.post("/operations/{code}/pledges", response={201: WholePledgeAnswer})
def announce_pledge(request: HttpRequest, code: str, body: PledgeInput) -> Status[object]:
    """Write down what was announced; it is in no figure of what is allocated or received."""
    made = actions.announce_pledge(
        act=act_of(request, body.reason),
        operation=operation_of(request, code).pk,
        parties=tuple(Share(each.party, each.role, each.share) for each in body.parties),
        announced_on=body.announced_on,
        words=body.words,
        lines=tuple(_line(each) for each in body.lines),
        meeting=body.meeting,
        reference=body.reference,
        coalition=body.coalition,
        restricted=body.restricted,
        source=body.source,
        recalled=body.recalled,
    )
    seen = asking(request)
    return Status(201, pledge_shown(made.pk, seen.actor, day=seen.day))


@router.get("/pledges/{pledge}", response=WholePledgeAnswer)
def show_pledge(request: HttpRequest, pledge: UUID) -> object:
    """Show a pledge with its history and what became of it."""
    seen = asking(request)
    return pledge_shown(pledge, seen.actor, day=seen.day)


@router.post("/pledge-lines/{line}/commit", response=LineAnswer)
def commit_pledge(request: HttpRequest, line: UUID, body: ToldInput = _ALL_OF_IT) -> LineShown:
    """Tell that its donor has bound itself to a line, or to a part of it."""
    done = actions.commit_pledge(
        act=act_of(request, body.reason), line=line, amount=_typed(body), **_told(body)
    )
    return _shown(request, done)


@router.post("/pledge-lines/{line}/allocate", response=LineAnswer)
def allocate_pledge(request: HttpRequest, line: UUID, body: ToldInput = _ALL_OF_IT) -> LineShown:
    """Tell that pledged money is earmarked; goods are allocated by the ledger alone."""
    done = actions.allocate_pledge(
        act=act_of(request, body.reason), line=line, amount=_typed(body), **_told(body)
    )
    return _shown(request, done)


@router.post("/pledge-lines/{line}/disburse", response=LineAnswer)
def disburse_pledge(request: HttpRequest, line: UUID, body: ToldInput = _ALL_OF_IT) -> LineShown:
    """Tell that pledged money was paid, in whole or in part."""
    done = actions.disburse_pledge(
        act=act_of(request, body.reason), line=line, amount=_typed(body), **_told(body)
    )
    return _shown(request, done)


@router.post("/pledge-lines/{line}/reduce", response=LineAnswer)
def reduce_pledge(request: HttpRequest, line: UUID, body: ToldInput) -> LineShown:
    """Take so much off a line, with the reason."""
    done = actions.reduce_pledge(
        act=act_of(request, body.reason),
        line=line,
        amount=_typed(body) or Typed(""),
        **_told(body),
    )
    return _shown(request, done)


@router.post("/pledge-lines/{line}/withdraw", response=LineAnswer)
def withdraw_pledge(request: HttpRequest, line: UUID, body: Why = NO_REASON) -> LineShown:
    """Take back what has not become anything yet, with the reason."""
    done = actions.withdraw_pledge(act=act_of(request, body.reason), line=line)
    return _shown(request, done)


@router.post("/pledge-lines/{line}/specify", response={201: UseAnswer})
def specify_pledge(request: HttpRequest, line: UUID, body: SpecifyInput) -> Status[PledgeUse]:
    """Say which offer line a pledge became; the ledger tells the rest."""
    act = act_of(request, body.reason)
    made = pledge_links.specify_pledge(act=act, line=line, offer_line=body.offer_line)
    return Status(201, made)


@router.post("/pledge-uses/{use}/undo", response=UseAnswer)
def unspecify_pledge(request: HttpRequest, use: UUID, body: Why = NO_REASON) -> PledgeUse:
    """Take back that an offer line is what a pledge became, with the reason."""
    return pledge_links.unspecify_pledge(act=act_of(request, body.reason), use=use)


@router.post("/pledge-lines/{line}/fund", response={201: FundingAnswer})
def fund_goods(request: HttpRequest, line: UUID, body: FundInput) -> Status[PledgeFunding]:
    """Say that pledged money pays for pledged goods, with the reason; only the goods count then."""
    act = act_of(request, body.reason)
    return Status(201, pledge_links.fund_goods(act=act, money=line, goods=body.goods))


@router.post("/pledge-fundings/{funding}/undo", response=FundingAnswer)
def unfund_goods(request: HttpRequest, funding: UUID, body: Why = NO_REASON) -> PledgeFunding:
    """Take back that money pays for goods: both count again, each in its own measure."""
    return pledge_links.unfund_goods(act=act_of(request, body.reason), funding=funding)


@router.post("/pledges/{pledge}/reminders", response={201: ReminderAnswer})
def remind(request: HttpRequest, pledge: UUID, body: RemindInput) -> Status[PledgeReminder]:
    """Remind a party of what it announced."""
    made = pledge_links.remind(
        act=act_of(request, body.reason),
        pledge=pledge,
        party=body.party,
        text=body.text,
        answer_by=body.answer_by,
    )
    return Status(201, made)


def _line(line: LineInput) -> LinePledged:
    return LinePledged(
        form=line.form,
        quantity=Typed(line.amount, line.unit),
        item=line.item,
        description=line.description,
        currency=line.currency,
        years=line.years,
        each_year=line.each_year,
    )


def _typed(body: ToldInput) -> Typed | None:
    return None if body.amount is None else Typed(body.amount, body.unit)


def _told(body: ToldInput) -> dict[str, Any]:
    return {"happened_on": body.happened_on, "note": body.note, "source": body.source}


def _shown(request: HttpRequest, line: PledgeLine) -> LineShown:
    seen = asking(request)
    whole = pledge_shown(line.pledge_id, seen.actor, day=seen.day)
    return next(each for each in whole.lines if each.row.id == line.pk)
