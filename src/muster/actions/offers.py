"""Offer verbs: offer, review, match, accept in whole or in part, defer, decline, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from muster.actions.dating import demand_never_short
from muster.actions.journal import action
from muster.actions.judging import demand_offer
from muster.actions.operations import demand_called, demand_running
from muster.actions.posting import At, Posting, post
from muster.actions.reserves import demand_spared
from muster.actions.staging import done, held, move
from muster.core.accounts import AccountKind as K
from muster.core.actors import CENTRE, NATIONS, Act, Role, party_audience
from muster.core.quantities.amounts import MOST_STORED, QuantityKind
from muster.core.quantities.rates import in_all
from muster.core.refusals import (
    AmountNotPositive,
    AmountTooLarge,
    DatesOutOfOrder,
    InTheFuture,
    ItemMismatch,
    LinesMissing,
    NotEnoughOffered,
    OperationMismatch,
    Refusal,
    WrongStage,
)
from muster.core.rules import mandate_forbids, standing_forbids
from muster.core.stages import Subject, events_from, shown
from muster.queries.amounts import Typed, exact, ratio_between, stated
from muster.queries.balances import balance
from muster.queries.policies import organisation_refused
from muster.queries.register import find_item, find_party, giver_on, standing_on, thing
from muster.queries.rules import Stamp, book_now
from muster.queries.visibility import find
from muster.records.models import Item, Offer, OfferLine, Operation, Party, RequestLine


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOffered:
    """One thing offered, as the donor types it."""

    item: str
    quantity: Typed
    description: str = ""
    answers: UUID | None = None
    available_from: date | None = None
    available_until: date | None = None
    place: str = ""
    lot: int = 1
    caveat: str = ""
    only_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    origin: str | None = None
    source: str = ""
    invented: bool = False


@action("make an offer")
def make_offer(
    *,
    act: Act,
    operation: UUID,
    donor: str,
    reference: str,
    title: str,
    offered_on: date,
    lines: Sequence[LineOffered],
    restricted: bool = False,
    source: str = "",
    invented: bool = False,
    happened_at: datetime | None = None,
) -> Offer:
    """Offer goods in an operation, as the donor's own point of contact.

    The organisation's mandate and the donor's standing are judged on the day of the offer.

    Raises:
        ActsForAnother: the actor is not the donor's own.
        NoStanding: the donor was nothing to the alliance on that day.
        NotReviewedNonLethal, RuleForbids: the mandate, or a rule of the book, forbids it.
        LinesMissing: there is no line.
        ItemUnknown, AmountNotPositive, AmountFractional, UnitUnknown ...: a line cannot be read.
        DatesOutOfOrder: a line's availability ends before it begins.
        ItemMismatch, OperationMismatch: a line answers a request line that it cannot answer.
        DuplicateReference, TextMissing: the operation has that reference already, or it is empty.
        InTheFuture: it is said to have been made later than now.
        WrongStage: the operation is closed.
        BelowTheFloor: it would eat into what the donor keeps at home.
    """
    party = find_party(donor)
    act.must_act_for(Role.DONOR, party.code)
    found = find(Operation, operation, act.actor, act.now.date())
    demand_running(found, "offered anything")
    demand_called(reference)
    if offered_on > act.now.date():
        raise InTheFuture(at="offered_on", what="An offer", moment=offered_on, now=act.now.date())
    offer, made = record_offer(
        act,
        found,
        party,
        reference=reference,
        title=title,
        offered_on=offered_on,
        lines=lines,
        restricted=restricted,
        source=source,
        invented=invented,
    )
    demand_spared(made, found)
    postings = []
    for line in made:
        move(act, line, "offer", happened_at=happened_at)
        at = At(K.SUPPLY_SOURCE, line.pk), At(K.AVAILABLE, line.pk)
        postings.append(Posting(line.item_id, line.amount, *at))
    post(act, postings, happened_at=happened_at or act.now)
    return offer


def record_offer(
    act: Act,
    operation: Operation,
    donor: Party,
    *,
    reference: str,
    title: str,
    offered_on: date,
    lines: Sequence[LineOffered],
    restricted: bool = False,
    source: str = "",
    invented: bool = False,
) -> tuple[Offer, list[OfferLine]]:
    """Write an offer and its lines, by the rules that hold for every offer, however it is made.

    The lines have had no event yet, and nothing is in their accounts: both are the caller's.

    Raises:
        NoStanding, NotReviewedNonLethal, LinesMissing ...: as make_offer says.
    """
    giver = giver_on(donor, body=operation.body_id, day=offered_on)
    refusal = standing_forbids(giver, body=operation.body_id, day=offered_on)
    refusal = refusal or organisation_refused(operation, giver)
    if refusal is not None:
        raise refusal
    if not lines:
        raise LinesMissing(what="The offer")
    offer = Offer.objects.create(
        id=act.part_id("offer"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=audiences_of_offer(operation, donor, restricted=restricted),
        operation=operation,
        donor=donor,
        reference=reference,
        title=title,
        offered_on=offered_on,
        donor_standing=standing_on(donor.code, body=operation.body_id, day=offered_on)
        or ("organisation" if giver.part_of_body else "none"),
        restricted=restricted,
        source=source,
        invented=invented,
    )
    made, stamp = [], book_now()
    for position, line in enumerate(lines, start=1):
        try:
            made.append(_line(act, offer, position, line, stamp))
        except Refusal as refused:
            raise refused.in_line(position) from None
    return offer, made


def audiences_of_offer(
    operation: Operation, donor: Party, *, restricted: bool = False
) -> list[str]:
    """Say who sees an offer: the centre, its donor, who is helped, and if open all nations."""
    recipients = operation.recipient_links.order_by("party_id").values_list("party_id", flat=True)
    seen = [CENTRE, party_audience(donor.code), *(party_audience(code) for code in recipients)]
    return seen if restricted else [*seen, NATIONS]


@action("take an offer under review")
def review_offer(*, act: Act, line: UUID) -> OfferLine:
    """Take an offered line under review.

    Raises:
        RoleMissing: the actor is not a coordinator.
        WrongStage: it is past that.
    """
    act.must_be(Role.COORDINATOR)
    found = held(OfferLine, line, act)
    move(act, found, "review")
    return found


@action("match an offer with a need")
def match_offer(*, act: Act, line: UUID, request_line: UUID | None) -> OfferLine:
    """Say which request line an offered line answers, or that it answers none.

    Raises:
        ActsForAnother: the actor is neither the donor's own nor a coordinator.
        ItemMismatch, OperationMismatch: it cannot answer that line.
    """
    found = held(OfferLine, line, act)
    act.must_act_for_or_be(Role.DONOR, found.donor_id, Role.COORDINATOR)
    found.answers = _answered(act, found.operation_id, found.item, request_line)
    found.save(update_fields=["answers"])
    return found


@action("accept an offer")
def accept_offer(
    *, act: Act, line: UUID, amount: Typed | None = None, happened_at: datetime | None = None
) -> OfferLine:
    """Accept an offered line, in whole or in part; what is not taken is the donor's again.

    Raises:
        ActsForAnother: the actor is not a recipient's own, nor a coordinator.
        WrongStage: it is not open.
        NotEnoughOffered: more is accepted than is there.
        TooEarly: what is not taken was promised at that time.
    """
    found = held(OfferLine, line, act)
    _act_for_a_recipient(act, found)
    left = balance(K.AVAILABLE, found.pk)
    taken = left if amount is None else exact(amount, found.item)
    if taken > left:
        raise NotEnoughOffered(amount=taken)
    event = "accept" if taken == left else "accept_in_part"
    move(act, found, event, happened_at=happened_at, note=act.reason)
    at = At(K.AVAILABLE, found.pk), At(K.NOT_TAKEN, found.pk)
    post(act, [Posting(found.item_id, left - taken, *at)], happened_at=happened_at or act.now)
    _demand_there(act, found, event, happened_at)
    return found


@action("defer an offer")
def defer_offer(*, act: Act, line: UUID) -> OfferLine:
    """Put an offered line off, with the reason.

    Raises:
        ActsForAnother: the actor is not a recipient's own, nor a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: it is past that.
    """
    found = held(OfferLine, line, act)
    _act_for_a_recipient(act, found)
    move(act, found, "defer", note=act.must_say_why("a deferral"))
    return found


@action("decline an offer")
def decline_offer(*, act: Act, line: UUID, happened_at: datetime | None = None) -> OfferLine:
    """Decline an offered line, with the reason: not required, unsuitable, duplicate.

    Raises:
        ActsForAnother: the actor is not a recipient's own, nor a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: it is past that.
        TooEarly: what is declined was promised at that time.
    """
    found = held(OfferLine, line, act)
    _act_for_a_recipient(act, found)
    why = act.must_say_why("a decline")
    move(act, found, "decline", happened_at=happened_at, note=why)
    _return_what_is_left(act, found, K.NOT_TAKEN, happened_at or act.now)
    _demand_there(act, found, "decline", happened_at)
    return found


@action("withdraw an offer")
def withdraw_offer(*, act: Act, line: UUID, amount: Typed | None = None) -> OfferLine:
    """Take back what is left of an offered line, or a part of it.

    Raises:
        ActsForAnother: the actor is not the donor's own.
        NotEnoughOffered: less than that is left.
        WrongStage: it is past that.
    """
    found = held(OfferLine, line, act)
    act.must_act_for(Role.DONOR, found.donor_id)
    if amount is not None:
        if not events_from(Subject.OFFER_LINE, found.stage):
            raise WrongStage(what=str(found), stage=shown(found.stage), event="withdrawn")
        at = At(K.AVAILABLE, found.pk), At(K.WITHDRAWN, found.pk)
        less = exact(amount, found.item)
        post(act, [Posting(found.item_id, less, *at)], happened_at=act.now)
        return found
    move(act, found, "withdraw", note=act.reason)
    _return_what_is_left(act, found, K.WITHDRAWN, act.now)
    return found


def _line(act: Act, offer: Offer, position: int, line: LineOffered, stamp: Stamp) -> OfferLine:
    item = find_item(line.item)
    giver = giver_on(offer.donor, body=offer.operation.body_id, day=offer.offered_on)
    refusal = mandate_forbids(giver, thing(item))
    if refusal is not None:
        raise refusal
    begins = line.available_from or offer.offered_on
    if line.available_until is not None and line.available_until < begins:
        raise DatesOutOfOrder(
            at="available_until",
            first="the first day it is available",
            first_date=begins,
            second="the last",
            second_date=line.available_until,
        )
    if not 0 < line.lot <= MOST_STORED:
        if line.lot > 0:
            raise AmountTooLarge(at="lot", amount=line.lot, most=MOST_STORED)
        raise AmountNotPositive(at="lot", amount=line.lot)
    amount, rate, per, kind = _offered(line, item, begins)
    answers = _answered(act, offer.operation_id, item, line.answers)
    found = demand_offer(stamp, offer, item, line, answers)
    return OfferLine.objects.create(
        id=act.part_id(f"line {position}"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=offer.audiences,
        operation_id=offer.operation_id,
        offer=offer,
        donor=offer.donor,
        position=position,
        item=item,
        description=line.description,
        quantity_kind=kind.value,
        amount=amount,
        rate=rate,
        per=per,
        typed_amount=line.quantity.amount,
        typed_unit=line.quantity.unit or item.unit,
        answers=answers,
        rule_book=found.book,
        rules=found.rules,
        available_from=begins,
        available_until=line.available_until,
        place=line.place,
        lot=line.lot,
        caveat=line.caveat,
        only_for=list(line.only_for),
        not_for=list(line.not_for),
        origin=find_party(line.origin) if line.origin else None,
        source=line.source,
        invented=line.invented,
    )


def _offered(
    line: LineOffered, item: Item, begins: date
) -> tuple[int, int | None, str, QuantityKind]:
    """Read how much is offered: an exact amount, a bound, or a rate over the days it runs."""
    quantity = stated(line.quantity, item)
    whole = in_all(
        quantity,
        begins=begins,
        until=line.available_until,
        item=item.name,
        said=line.quantity.amount,
    )
    if quantity.per is None:
        return whole, None, "", quantity.kind
    return whole, quantity.high or quantity.low, quantity.per.value, quantity.kind


def _answered(
    act: Act, operation: UUID, item: Item, request_line: UUID | None
) -> RequestLine | None:
    if request_line is None:
        return None
    found = find(RequestLine, request_line, act.actor, act.now.date())
    if found.operation_id != operation:
        raise OperationMismatch(offer=operation, request=found.operation_id)
    if ratio_between(found.item_id, item.code) is None:
        raise ItemMismatch(offered=item.name, asked=found.item.name)
    return found


def _act_for_a_recipient(act: Act, line: OfferLine) -> None:
    """Demand a recipient of the operation, or a coordinator who passes its answer on."""
    for link in line.operation.recipient_links.all():
        if link.party_id in act.actor.parties(Role.RECIPIENT, act.now.date()):
            act.must_act_for(Role.RECIPIENT, link.party_id)
            return
    act.must_act_for_or_be(Role.RECIPIENT, "a recipient of the operation", Role.COORDINATOR)


def _demand_there(act: Act, line: OfferLine, event: str, happened_at: datetime | None) -> None:
    what = str(line)
    demand_never_short(act, K.AVAILABLE, [line.pk], happened_at, what=what, event=done(event))


def _return_what_is_left(act: Act, line: OfferLine, to: K, happened_at: datetime) -> None:
    left = balance(K.AVAILABLE, line.pk)
    at = At(K.AVAILABLE, line.pk), At(to, line.pk)
    post(act, [Posting(line.item_id, left, *at)], happened_at=happened_at)
