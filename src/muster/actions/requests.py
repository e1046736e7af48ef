"""Request verbs: draft, submit, validate, circulate, clarify, accept more, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from muster.actions.journal import action
from muster.actions.needs import (
    ask_otherwise,
    count_needs,
    demand_last_words,
    supersede,
    take_back_open_needs,
)
from muster.actions.operations import demand_called, demand_running
from muster.actions.posting import At, Posting, post
from muster.actions.staging import demand_not_before, held, hold, move
from muster.core.accounts import AccountKind as K
from muster.core.actors import CENTRE, NATIONS, Act, Role, party_audience
from muster.core.refusals import (
    AmountNotPositive,
    DatesOutOfOrder,
    InTheFuture,
    LinesMissing,
    NotFound,
    NotYours,
    Refusal,
    WrongStage,
)
from muster.core.stages import REQUEST_STAGES_OPEN, Subject, next_stage, shown
from muster.core.uses import read_use
from muster.queries.amounts import Typed, exact, stated
from muster.queries.duplicates import counted_out
from muster.queries.guarantee import not_asking
from muster.queries.register import find_item
from muster.queries.versions import earlier_versions
from muster.queries.visibility import find
from muster.records.models import (
    Allocation,
    AssistanceRequest,
    Clarification,
    Operation,
    RequestLine,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAsked:
    """One need, as the recipient types it."""

    item: str
    quantity: Typed
    description: str = ""
    urgency: int = 2
    needed_by: date | None = None
    place: str = ""
    use: str = ""
    """One of core/uses.py, as people write it; empty for not stated."""
    substitutes_welcome: bool = True
    question: str = ""
    source: str = ""
    invented: bool = False


@action("draft a request")
def draft_request(
    *,
    act: Act,
    operation: UUID,
    recipient: str,
    reference: str,
    title: str,
    asked_on: date,
    lines: Sequence[LineAsked],
    channel: str = "",
    supersedes: UUID | None = None,
    source: str = "",
    invented: bool = False,
) -> AssistanceRequest:
    """Write down what a recipient asks for; nothing counts before it is validated.

    An update of an earlier request says the whole need again, with what was promised already.

    Raises:
        ActsForAnother: the actor is not the recipient's own, nor a coordinator.
        NotARecipient, OnlyTheAffectedAsks: the party is not helped in this operation.
        LinesMissing: there is no line.
        ItemUnknown, AmountNotPositive, AmountFractional, UnitUnknown ...: a line cannot be read.
        DatesOutOfOrder: a line is needed before the day it is asked for.
        ChoiceUnknown: a line's intended use is none of the vocabulary.
        InTheFuture: it is said to have been asked on a later day than today.
        NotFound: the request that it supersedes is not there to be seen.
        NotYours: the request that it supersedes is another recipient's.
        WrongStage: the operation is closed, or the request that it supersedes is over.
        TextMissing: it has no reference.
        DuplicateReference: the operation has a request of that reference.
    """
    act.must_act_for_or_be(Role.RECIPIENT, recipient, Role.COORDINATOR)
    found = find(Operation, operation, act.actor, act.now.date())
    if not found.recipient_links.filter(party_id=recipient).exists():
        raise not_asking(found, recipient)
    demand_running(found, "asked for help")
    demand_called(reference)
    if asked_on > act.now.date():
        raise InTheFuture(at="asked_on", what="A request", moment=asked_on, now=act.now.date())
    if not lines:
        raise LinesMissing(what="The request")
    earlier = _earlier(act, found, supersedes, recipient) if supersedes else None
    request = AssistanceRequest.objects.create(
        id=act.part_id("request"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE, party_audience(recipient)],
        operation=found,
        recipient_id=recipient,
        reference=reference,
        title=title,
        channel=channel,
        asked_on=asked_on,
        supersedes=earlier,
        source=source,
        invented=invented,
    )
    RequestLine.objects.bulk_create(
        _placed_line(act, request, position, line) for position, line in enumerate(lines, start=1)
    )
    move(act, request, "draft")
    return request


@action("submit a request")
def submit_request(*, act: Act, request: UUID) -> AssistanceRequest:
    """Hand a request in to the centre."""
    return _moved(act, request, "submit", Role.COORDINATOR)


@action("validate a request")
def validate_request(
    *, act: Act, request: UUID, happened_at: datetime | None = None
) -> AssistanceRequest:
    """Vouch for a request, as an authority of the recipient; from now on its needs count.

    Of an update, what is not promised to the earlier version yet: the need that the earlier one
    still has open is no longer asked there.

    Raises:
        ActsForAnother: the actor is not the recipient's own.
        WrongStage: it is not submitted, or another update took the place of the earlier request.
        TooEarly: a word on one of its quantities, or the earlier request, is from later.
    """
    # The older version first, as everybody holds them: proposals to it wait, and then see it over.
    for version in earlier_versions(find(AssistanceRequest, request, act.actor, act.now.date())):
        hold(version)
    found = _moved(act, request, "validate", happened_at=happened_at)
    lines = list(found.lines.order_by("position"))
    demand_last_words(act, lines, happened_at, event="validated")
    if found.supersedes is not None:
        supersede(act, found.supersedes, happened_at)
    told_twice = counted_out(line.pk for line in lines)
    counted = [line for line in lines if line.pk not in told_twice]
    count_needs(act, counted, happened_at=happened_at or act.now)
    return found


@action("circulate a request")
def circulate_request(
    *, act: Act, request: UUID, happened_at: datetime | None = None
) -> AssistanceRequest:
    """Pass a validated request to the points of contact of all members and partners.

    Raises:
        RoleMissing: the actor is not a coordinator.
        WrongStage: it is not validated.
    """
    act.must_be(Role.COORDINATOR)
    found = held(AssistanceRequest, request, act)
    move(act, found, "circulate", happened_at=happened_at)
    found.audiences = [*found.audiences, NATIONS]
    found.save(update_fields=["audiences"])
    found.lines.update(audiences=found.audiences)
    _circulate_promises(found)
    return found


@action("reject a request")
def reject_request(*, act: Act, request: UUID) -> AssistanceRequest:
    """Turn a request down, with the reason.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: it is past that.
    """
    act.must_be(Role.COORDINATOR)
    found = held(AssistanceRequest, request, act)
    move(act, found, "reject", note=act.must_say_why("a rejection"))
    take_back_open_needs(act, found)
    return found


@action("withdraw a request")
def withdraw_request(*, act: Act, request: UUID) -> AssistanceRequest:
    """Take a request back; what is promised stays promised, what is open is no longer asked.

    Raises:
        ActsForAnother: the actor is not the recipient's own.
        ReasonMissing: no reason is given.
        WrongStage: it is past that.
    """
    act.must_say_why("a withdrawal")
    found = _moved(act, request, "withdraw")
    take_back_open_needs(act, found)
    return found


@action("clarify how much a line asks for")
def clarify_line(
    *, act: Act, line: UUID, quantity: Typed, happened_at: datetime | None = None
) -> RequestLine:
    """Record the recipient's later word on a quantity; the line itself is not overwritten.

    Raises:
        ActsForAnother: the actor is not the recipient's own.
        MoreThanAsked: more is promised already than would be asked.
        InTheFuture: it is said to have been said later than now.
        TooEarly: it is said to have been said before the word before it.
        WrongStage: an update took the place of the request; the word belongs there.
    """
    found = _own_line(act, line)
    if found.request.stage == "superseded":
        raise WrongStage(what=str(found.request), stage="superseded", event="clarified")
    after = stated(quantity, found.item)
    if happened_at is not None and happened_at > act.now:
        moment, now = happened_at.isoformat(), act.now.isoformat()
        raise InTheFuture(what="A clarification", moment=moment, now=now)
    demand_last_words(act, [found], happened_at, event="clarified")
    Clarification.objects.create(
        id=act.part_id("clarification"),
        line=found,
        quantity_kind=after.kind.value,
        low=after.low,
        high=after.high,
        per=after.per.value if after.per else "",
        typed_amount=quantity.amount,
        typed_unit=quantity.unit or found.item.unit,
        happened_at=happened_at or act.now,
        recorded_at=act.now,
        act_id=act.id,
    )
    if found.request.stage in REQUEST_STAGES_OPEN:
        ask_otherwise(act, found, after, happened_at or act.now)
    return found


@action("accept more than was asked")
def accept_more(
    *, act: Act, line: UUID, amount: Typed, happened_at: datetime | None = None
) -> RequestLine:
    """Let more be promised than was asked, by the recipient's own recorded word.

    Raises:
        ActsForAnother: the actor is not the recipient's own.
        ReasonMissing: no reason is given.
        WrongStage: the request is not open.
        TooEarly: it is said to have been before the request was validated.
    """
    found = _own_line(act, line)
    act.must_say_why("accepting more than was asked")
    _demand_open(found, "exceeded")
    if happened_at is not None and happened_at < act.now:
        demand_not_before([found.request], "exceed", happened_at, stages=["validated"])
    more = exact(amount, found.item)
    at = At(K.NEED_OVER, found.pk), At(K.NEED_OPEN, found.pk)
    post(act, [Posting(found.item_id, more, *at)], happened_at=happened_at or act.now)
    return found


@action("ask for less")
def ask_less(*, act: Act, line: UUID, amount: Typed) -> RequestLine:
    """Take back a part of what a line asks for, as long as it is open.

    Raises:
        ActsForAnother: the actor is not the recipient's own.
        MoreThanAsked: less than that is open.
    """
    found = _own_line(act, line)
    act.must_say_why("asking for less")
    less = exact(amount, found.item)
    at = At(K.NEED_OPEN, found.pk), At(K.NEED_WITHDRAWN, found.pk)
    post(act, [Posting(found.item_id, less, *at)], happened_at=act.now)
    return found


def _earlier(act: Act, operation: Operation, supersedes: UUID, recipient: str) -> AssistanceRequest:
    """Find the request that an update takes the place of."""
    found = find(AssistanceRequest, supersedes, act.actor, act.now.date())
    if found.operation_id != operation.pk:
        raise NotFound(what=f"request of {operation.code}", name=found.reference, at="supersedes")
    if found.recipient_id != recipient:
        what, party = f"The request {found.reference}", found.recipient.name
        raise NotYours(what=what, party=party, name=recipient, at="supersedes")
    if next_stage(Subject.REQUEST, "supersede", found.stage) is None:
        raise WrongStage(
            what=str(found), stage=shown(found.stage), event="superseded", at="supersedes"
        )
    return found


def _placed_line(
    act: Act, request: AssistanceRequest, position: int, line: LineAsked
) -> RequestLine:
    """Make a line; what is refused in it says in which line it is."""
    try:
        return _line(act, request, position, line)
    except Refusal as refusal:
        raise refusal.in_line(position) from None


def _line(act: Act, request: AssistanceRequest, position: int, line: LineAsked) -> RequestLine:
    item = find_item(line.item)
    quantity = stated(line.quantity, item)
    if line.needed_by is not None and line.needed_by < request.asked_on:
        raise DatesOutOfOrder(
            at="needed_by",
            first="the day it is asked for",
            first_date=request.asked_on,
            second="the day it is needed by",
            second_date=line.needed_by,
        )
    if line.urgency not in {1, 2, 3}:
        raise AmountNotPositive(at="urgency", amount=line.urgency)
    return RequestLine(
        id=act.part_id(f"line {position}"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=request.audiences,
        operation_id=request.operation_id,
        request=request,
        position=position,
        item=item,
        description=line.description,
        quantity_kind=quantity.kind.value,
        low=quantity.low,
        high=quantity.high,
        per=quantity.per.value if quantity.per else "",
        typed_amount=line.quantity.amount,
        typed_unit=line.quantity.unit or item.unit,
        urgency=line.urgency,
        needed_by=line.needed_by,
        place=line.place,
        use=read_use(line.use),
        substitutes_welcome=line.substitutes_welcome,
        question=line.question,
        source=line.source,
        invented=line.invented,
    )


def _moved(
    act: Act, request: UUID, event: str, *others: Role, happened_at: datetime | None = None
) -> AssistanceRequest:
    found = held(AssistanceRequest, request, act)
    act.must_act_for_or_be(Role.RECIPIENT, found.recipient_id, *others)
    move(act, found, event, happened_at=happened_at)
    return found


def _own_line(act: Act, line: UUID) -> RequestLine:
    """Find a line of the actor's own request, and hold the request: words on it come in turn."""
    found = find(RequestLine, line, act.actor, act.now.date())
    act.must_act_for(Role.RECIPIENT, found.request.recipient_id)
    hold(found.request)
    return found


def _demand_open(line: RequestLine, event: str) -> None:
    stage = line.request.stage
    if stage not in REQUEST_STAGES_OPEN:
        raise WrongStage(what=str(line.request), stage=shown(stage), event=event)


def _circulate_promises(request: AssistanceRequest) -> None:
    """Show the nations what was promised of offers they see, before they saw the request."""
    promised = Allocation.objects.filter(
        request_line__request=request, offer_line__audiences__contains=[NATIONS]
    ).exclude(audiences__contains=[NATIONS])
    for allocation in promised.order_by("pk"):
        allocation.audiences = [*allocation.audiences, NATIONS]
        allocation.save(update_fields=["audiences"])
