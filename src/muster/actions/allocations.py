"""Allocation verbs: confirm, accept, decline, cancel, lapse; to propose is in proposals.py."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from muster.actions.consents import ask_for_consent
from muster.actions.journal import action
from muster.actions.posting import At, Posting, post
from muster.actions.reopening import back_to_need, back_to_offer, hold_versions, passed_on
from muster.actions.staging import hold, move
from muster.core.accounts import AccountKind as K
from muster.core.actors import Act, Role
from muster.core.matching import step_of
from muster.core.refusals import (
    NotFound,
    NotWholeSteps,
    WrongStage,
)
from muster.core.stages import (
    OFFER_STAGES_ENDED,
    REQUEST_STAGES_ENDED,
    Subject,
    next_stage,
    shown,
)
from muster.queries.balances import balance
from muster.queries.visibility import find
from muster.records.models import Allocation


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
        *passed_on([(allocation.request_line, -covered)]),
    ]
    post(act, postings, happened_at=act.now)


def _hold_all(allocation: Allocation) -> None:
    """Hold what a returned quantity goes back to, and the allocation, in the house's order."""
    hold(allocation.offer_line)
    hold_versions(allocation.request_line.request)
    hold(allocation)
