"""Allocation verbs: propose, confirm, accept, decline, cancel, lapse."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from muster.actions.consents import ask_for_consent
from muster.actions.journal import action
from muster.actions.posting import At, Posting, post
from muster.actions.reopening import back_to_need, back_to_offer
from muster.actions.staging import held, hold, move
from muster.core.accounts import AccountKind as K
from muster.core.actors import CENTRE, LOGISTICS, NATIONS, Act, Role, party_audience
from muster.core.matching import step_of
from muster.core.refusals import (
    ItemMismatch,
    NotFound,
    NotWholeSteps,
    OperationMismatch,
    QuantityUnknown,
    WrongStage,
)
from muster.core.rules import caveat_forbids, mandate_forbids
from muster.core.stages import (
    OFFER_STAGES_ENDED,
    OFFER_STAGES_OPEN,
    REQUEST_STAGES_ENDED,
    REQUEST_STAGES_OPEN,
    Subject,
    next_stage,
    shown,
)
from muster.queries.amounts import Typed, asked_now, exact, ratio_between
from muster.queries.balances import balance
from muster.queries.register import giver_on, thing
from muster.queries.visibility import find
from muster.records.models import Allocation, OfferLine, RequestLine

# A proposal that nobody answers returns its quantity after this time.
PROPOSAL_STANDS = timedelta(days=14)


@action("propose an allocation")
def propose_allocation(
    *,
    act: Act,
    offer_line: UUID,
    request_line: UUID,
    amount: Typed,
    expires_at: datetime | None = None,
    invented: bool = False,
    happened_at: datetime | None = None,
) -> Allocation:
    """Reserve a part of an offer for a need, until donor and recipient have both said yes.

    `amount` is in the offered item's unit or pack.

    Raises:
        RoleMissing: the actor is not a coordinator.
        WrongStage: the offer or the request is not open.
        OperationMismatch, ItemMismatch, NotWholeSteps: the offer cannot serve the need so.
        NotReviewedNonLethal, CaveatForbids: a rule or the donor forbids it.
        QuantityUnknown: the recipient has not said how much it needs.
        NotEnoughOffered: the offer has less left.
        MoreThanAsked: the need has less open.
    """
    act.must_be(Role.COORDINATOR)
    day = act.now.date()
    giving = held(OfferLine, offer_line, act)
    taking = find(RequestLine, request_line, act.actor, day)
    hold(taking.request)
    quantity = exact(amount, giving.item)
    covers = _covers(giving, taking, quantity)
    _demand_permitted(giving, taking, act)
    allocation = Allocation.objects.create(
        id=act.part_id("allocation"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=_audiences(giving, taking),
        operation_id=giving.operation_id,
        offer_line=giving,
        request_line=taking,
        item_id=giving.item_id,
        donor_id=giving.donor_id,
        recipient_id=taking.request.recipient_id,
        amount=quantity,
        covers=covers,
        typed_amount=amount.amount,
        typed_unit=amount.unit or giving.item.unit,
        expires_at=expires_at or act.now + PROPOSAL_STANDS,
        invented=invented,
    )
    if giving.answers_id is None:
        giving.answers = taking
        giving.save(update_fields=["answers"])
    move(act, allocation, "propose", happened_at=happened_at)
    both = (K.AVAILABLE, giving.pk, K.RESERVED), (K.NEED_OPEN, taking.pk, K.NEED_RESERVED)
    _post_both(act, allocation, both, happened_at=happened_at)
    return allocation


@action("confirm an allocation for the donor")
def confirm_allocation(
    *, act: Act, allocation: UUID, happened_at: datetime | None = None
) -> Allocation:
    """Say yes for the donor.  With the recipient's yes it is agreed, and counts as allocated.

    Raises:
        ActsForAnother: the actor is not the donor's own.
        WrongStage: it is past that, its time is over, or the offer or the request is ended.
    """
    found = find(Allocation, allocation, act.actor, act.now.date())
    _hold_all(found)
    act.must_act_for(Role.DONOR, found.donor_id)
    return _agree(act, found, "confirm", happened_at)


@action("accept an allocation for the recipient")
def accept_allocation(
    *, act: Act, allocation: UUID, happened_at: datetime | None = None
) -> Allocation:
    """Say yes for the recipient.  With the donor's yes it is agreed, and counts as allocated.

    Raises:
        ActsForAnother: the actor is not the recipient's own.
        WrongStage: it is past that, its time is over, or the offer or the request is ended.
    """
    found = find(Allocation, allocation, act.actor, act.now.date())
    _hold_all(found)
    act.must_act_for(Role.RECIPIENT, found.recipient_id)
    return _agree(act, found, "accept", happened_at)


@action("decline an allocation")
def decline_allocation(*, act: Act, allocation: UUID) -> Allocation:
    """Say no, for the donor or for the recipient, with the reason; the quantity returns.

    Raises:
        ActsForAnother: the actor is neither party's own.
        ReasonMissing: no reason is given.
        WrongStage: it is past that.
    """
    found = find(Allocation, allocation, act.actor, act.now.date())
    _hold_all(found)
    _act_for_either(act, found)
    _give_back(act, found, "decline", note=act.must_say_why("a refusal"))
    return found


@action("cancel an allocation")
def cancel_allocation(*, act: Act, allocation: UUID) -> Allocation:
    """Take an allocation back, with the reason; what is not packed yet returns to the offer.

    Once a part is packed, the rest is released and the allocation is closed.

    Raises:
        ActsForAnother: the actor is neither party's own, nor a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: it is past that.
    """
    found = find(Allocation, allocation, act.actor, act.now.date())
    _hold_all(found)
    _act_for_either(act, found, Role.COORDINATOR)
    why = act.must_say_why("a cancellation")
    _give_back(act, found, "cancel", note=why)
    return found


@action("let a proposal lapse")
def lapse_allocation(*, act: Act, allocation: UUID) -> Allocation:
    """Return the quantity of a proposal whose time is over.

    Raises:
        NotFound: there is no such allocation.
        WrongStage: it is agreed, or its time is not over.
    """
    found = Allocation.objects.filter(pk=allocation).first()
    if found is None:
        raise NotFound(what="allocation", name=allocation)
    _hold_all(found)
    if found.expires_at is None or found.expires_at > act.now:
        raise WrongStage(what=str(found), stage="still open", event="let lapse")
    _give_back(act, found, "lapse", note="nobody answered in time")
    return found


def covers_of(allocation: Allocation, amount: int) -> int:
    """Say how many units of the need a part of an allocation stands for.

    Raises:
        NotWholeSteps: the part stands for no whole number of units.
    """
    covered, rest = divmod(amount * allocation.covers, allocation.amount)
    if rest:
        step = step_of(Fraction(allocation.amount, allocation.covers)).offered
        raise NotWholeSteps(amount=amount, item=allocation.item.name, step=step)
    return covered


def _covers(giving: OfferLine, taking: RequestLine, amount: int) -> int:
    """Convert an amount offered into the units it stands for, in whole steps only."""
    if giving.operation_id != taking.operation_id:
        raise OperationMismatch(offer=giving.operation.code, request=taking.operation.code)
    ratio = ratio_between(taking.item_id, giving.item_id)
    is_substitute = giving.item_id != taking.item_id
    if ratio is None or (is_substitute and not taking.substitutes_welcome):
        raise ItemMismatch(offered=giving.item.name, asked=taking.item.name)
    step = step_of(ratio, giving.lot)
    if amount % step.offered:
        raise NotWholeSteps(amount=amount, item=giving.item.name, step=step.offered)
    return amount // step.offered * step.covered


def _demand_permitted(giving: OfferLine, taking: RequestLine, act: Act) -> None:
    if giving.stage not in OFFER_STAGES_OPEN:
        raise WrongStage(what="The offer", stage=shown(giving.stage), event="allocated")
    if taking.request.stage not in REQUEST_STAGES_OPEN:
        stage = shown(taking.request.stage)
        raise WrongStage(what="The request", stage=stage, event="promised anything")
    if asked_now(taking).cap is None:
        recipient = taking.request.recipient.name
        raise QuantityUnknown(what=taking.item.name, party=recipient)
    giver = giver_on(giving.donor, body=giving.operation.body_id, day=act.now.date())
    refusal = mandate_forbids(giver, thing(giving.item)) or caveat_forbids(
        giver.name,
        giving.caveat,
        only_for=giving.only_for,
        not_for=giving.not_for,
        recipient=taking.request.recipient_id,
    )
    if refusal is not None:
        raise refusal


def _audiences(giving: OfferLine, taking: RequestLine) -> list[str]:
    parties = (giving.donor_id, taking.request.recipient_id)
    seen = [CENTRE, LOGISTICS, *(party_audience(code) for code in parties)]
    both = NATIONS in giving.audiences and NATIONS in taking.audiences
    return [*seen, NATIONS] if both else seen


def _agree(
    act: Act, allocation: Allocation, event: str, happened_at: datetime | None
) -> Allocation:
    if next_stage(Subject.ALLOCATION, event, allocation.stage) is not None:
        _demand_standing(act, allocation)
    move(act, allocation, event, happened_at=happened_at)
    if allocation.stage == "agreed":
        both = (
            (K.RESERVED, allocation.pk, K.ALLOCATED),
            (K.NEED_RESERVED, allocation.request_line_id, K.NEED_PROMISED),
        )
        _post_both(act, allocation, both, happened_at=happened_at)
        ask_for_consent(act, allocation)
    return allocation


def _demand_standing(act: Act, allocation: Allocation) -> None:
    """Demand that a proposal can still be answered with yes."""
    giving, taking = allocation.offer_line, allocation.request_line.request
    if allocation.expires_at is not None and allocation.expires_at <= act.now:
        raise WrongStage(what="The proposal", stage="past its time", event="agreed to")
    if giving.stage in OFFER_STAGES_ENDED:
        raise WrongStage(what="The offer", stage=shown(giving.stage), event="promised")
    if taking.stage in REQUEST_STAGES_ENDED:
        stage = shown(taking.stage)
        raise WrongStage(what="The request", stage=stage, event="promised anything")


def _post_both(
    act: Act,
    allocation: Allocation,
    both: Sequence[tuple[K, UUID, K]],
    *,
    happened_at: datetime | None,
) -> None:
    """Post the supply and the need together, so that both sides always agree."""
    (supply_from, giver, supply_to), (need_from, need, need_to) = both
    post(
        act,
        [
            Posting(
                allocation.item_id,
                allocation.amount,
                At(supply_from, giver),
                At(supply_to, allocation.pk),
            ),
            Posting(
                allocation.request_line.item_id,
                allocation.covers,
                At(need_from, need),
                At(need_to, need),
            ),
        ],
        happened_at=happened_at or act.now,
    )


def _act_for_either(act: Act, allocation: Allocation, *others: Role) -> None:
    """Demand the donor's own, the recipient's own, or one of the other roles."""
    if allocation.recipient_id in act.actor.parties(Role.RECIPIENT, act.now.date()):
        act.must_act_for(Role.RECIPIENT, allocation.recipient_id)
    else:
        act.must_act_for_or_be(Role.DONOR, allocation.donor_id, *others)


def _give_back(act: Act, allocation: Allocation, event: str, *, note: str) -> None:
    """Return what is not packed yet, to the offer and to the need."""
    agreed = allocation.stage == "agreed"
    held_in, needed = (K.ALLOCATED, K.NEED_PROMISED) if agreed else (K.RESERVED, K.NEED_RESERVED)
    left = balance(held_in, allocation.pk)
    if agreed and event == "cancel" and left < allocation.amount:
        event = "close"
    move(act, allocation, event, note=note)
    covered = covers_of(allocation, left)
    postings = [
        *back_to_offer(allocation.offer_line, left, At(held_in, allocation.pk)),
        *back_to_need(allocation.request_line, covered, needed),
    ]
    post(act, postings, happened_at=act.now)


def _hold_all(allocation: Allocation) -> None:
    """Hold what a returned quantity goes back to, and the allocation, in the house's order."""
    hold(allocation.offer_line)
    hold(allocation.request_line.request)
    hold(allocation)
