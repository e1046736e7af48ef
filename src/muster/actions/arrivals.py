"""Unsolicited arrivals: reported, quarantined, then adopted or sent where else they go."""

from datetime import date
from uuid import UUID

from muster.actions.journal import action
from muster.actions.offers import LineOffered, record_offer
from muster.actions.operations import demand_called, demand_running
from muster.actions.posting import At, Posting, post
from muster.actions.staging import held, move
from muster.core.accounts import AccountKind as K
from muster.core.actors import CENTRE, LOGISTICS, Act, Role, party_audience
from muster.core.refusals import (
    InTheFuture,
    ItemMismatch,
    NotFound,
    NotReviewedNonLethal,
    OperationMismatch,
    PartyUnknown,
    WrongStage,
)
from muster.queries.amounts import Typed, exact
from muster.queries.register import find_item, find_party, find_place
from muster.queries.visibility import find
from muster.records.models import OfferLine, Operation, UnsolicitedArrival


@action("report an unsolicited arrival")
def report_arrival(
    *,
    act: Act,
    operation: UUID,
    reference: str,
    item: str,
    amount: Typed,
    sender: str,
    place: str,
    arrived_on: date,
    description: str = "",
    invented: bool = False,
) -> UnsolicitedArrival:
    """Report goods that nobody asked for; they are counted, and kept apart in quarantine.

    Raises:
        RoleMissing: the actor is neither of logistics, nor a coordinator, nor of a recipient that
            is helped in this operation.
        NotFound: there is no such place.
        InTheFuture: it is said to have arrived on a later day than today.
        WrongStage: the operation is closed.
        TextMissing: it has no reference.
        ItemUnknown, AmountNotPositive, AmountFractional, UnitUnknown ...: it cannot be read.
        DuplicateReference: the operation has an arrival of that reference.
    """
    found = find(Operation, operation, act.actor, act.now.date())
    recipients = list(found.recipient_links.order_by("pk").values_list("party_id", flat=True))
    _demand_reporter(act, recipients)
    demand_running(found, "sent anything")
    demand_called(reference)
    thing = find_item(item)
    where = find_place(place)
    if arrived_on > act.now.date():
        raise InTheFuture(at="arrived_on", what="It", moment=arrived_on, now=act.now.date())
    arrival = UnsolicitedArrival.objects.create(
        id=act.part_id("arrival"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE, LOGISTICS, *(party_audience(code) for code in recipients)],
        operation=found,
        reference=reference,
        item=thing,
        amount=exact(amount, thing),
        typed_amount=amount.amount,
        typed_unit=amount.unit or thing.unit,
        sender=sender,
        place=where,
        arrived_on=arrived_on,
        description=description,
        invented=invented,
    )
    move(act, arrival, "report", place=place)
    move(act, arrival, "quarantine", place=place)
    at = At(K.UNSOLICITED_SOURCE, arrival.pk), At(K.QUARANTINE, arrival.pk)
    post(act, [Posting(arrival.item_id, arrival.amount, *at)], happened_at=act.now)
    return arrival


_ENDS = {"redirect": K.REDIRECTED, "return": K.RETURNED, "dispose": K.DISPOSED}


@action("settle an unsolicited arrival")
def settle_arrival(*, act: Act, arrival: UUID, event: str) -> UnsolicitedArrival:
    """Redirect, return or dispose of quarantined goods, with the reason.

    Raises:
        RoleMissing: the actor is neither of logistics nor a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: it is settled already, or there is no such way to settle it.
    """
    act.must_be(Role.LOGISTICS, Role.COORDINATOR)
    found = held(UnsolicitedArrival, arrival, act)
    if event not in _ENDS:
        raise WrongStage(what=str(found), stage=found.stage, event=event)
    move(act, found, event, note=act.must_say_why("settling an arrival"))
    at = At(K.QUARANTINE, found.pk), At(_ENDS[event], found.pk)
    post(act, [Posting(found.item_id, found.amount, *at)], happened_at=act.now)
    return found


@action("adopt an unsolicited arrival")
def adopt_arrival(
    *, act: Act, arrival: UUID, donor: str, reference: str = "", answers: UUID | None = None
) -> OfferLine:
    """Make quarantined goods an offer of a donor who has said that they are its gift.

    Args:
        act: the deed; its reason says how the donor gave its word.
        arrival: the goods, all of them.
        donor: the code of the party whose offer they become.
        reference: the reference of the offer; the arrival's own, if not said.
        answers: the request line they answer, if one is named.

    Raises:
        RoleMissing: the actor is not a coordinator.
        NotFound: there is no such arrival, or no such request line.
        PartyUnknown: there is no such donor.
        ReasonMissing: the donor's word is not recorded.
        WrongStage: it is settled already, or the operation is closed.
        NoStanding: the donor is nothing to the alliance today.
        NotReviewedNonLethal: the organisation gives only what is reviewed as non-lethal.
        ItemMismatch, OperationMismatch: it cannot answer that line.
        DuplicateReference: the operation has an offer of that reference.
    """
    act.must_be(Role.COORDINATOR)
    found = held(UnsolicitedArrival, arrival, act)
    word = act.must_say_why("adopting an arrival, by the donor's word,")
    demand_running(found.operation, "offered anything")
    move(act, found, "adopt", note=word)
    line = _adopted_line(act, found, donor, reference=reference, answers=answers)
    move(act, line, "offer", place=found.place_id, note=word)
    at = At(K.QUARANTINE, found.pk), At(K.AVAILABLE, line.pk)
    post(act, [Posting(found.item_id, found.amount, *at)], happened_at=act.now)
    return line


def _adopted_line(
    act: Act, found: UnsolicitedArrival, donor: str, *, reference: str, answers: UUID | None
) -> OfferLine:
    offered = LineOffered(
        item=found.item_id,
        quantity=Typed(str(found.amount), found.item.unit),
        description=found.description,
        answers=answers,
        place=found.place_id,
        invented=found.invented,
    )
    try:
        _, [line] = record_offer(
            act,
            found.operation,
            find_party(donor),
            reference=reference.strip() or found.reference,
            title=f"Adopted: {found.item.name} of arrival {found.reference}",
            offered_on=act.now.date(),
            lines=[offered],
            invented=found.invented,
        )
    except (ItemMismatch, NotFound, NotReviewedNonLethal, OperationMismatch, PartyUnknown) as no:
        # The item is the arrival's; what can be chosen otherwise is the donor or the need.
        blames_donor = isinstance(no, NotReviewedNonLethal | PartyUnknown)
        no.at = "donor" if blames_donor else "answers"
        raise
    return line


def _demand_reporter(act: Act, recipients: list[str]) -> None:
    """Let in a recipient of this very operation, logistics and coordinators."""
    for party in recipients:
        if party in act.actor.parties(Role.RECIPIENT, act.now.date()):
            act.must_act_for(Role.RECIPIENT, party)
            return
    act.must_be(Role.LOGISTICS, Role.COORDINATOR)
