"""Consignment verbs: plan, pack, lock, clear, dispatch, report on the way, hand over, cancel."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from muster.actions.allocations import covers_of
from muster.actions.journal import action
from muster.actions.posting import At, Posting, post
from muster.actions.staging import move
from muster.core.accounts import AccountKind as K
from muster.core.actors import CENTRE, LOGISTICS, Act, Role, party_audience
from muster.core.refusals import (
    ConsentMissing,
    ConsigneeMissing,
    DatesOutOfOrder,
    ManifestEmpty,
    NotYours,
    OperationMismatch,
    SerialsMissing,
    WrongStage,
)
from muster.core.rules import mandate_forbids
from muster.core.stages import shown
from muster.queries.amounts import Typed, exact
from muster.queries.register import find_party, giver_on, thing
from muster.queries.visibility import find
from muster.records.models import (
    Allocation,
    Consent,
    Consignment,
    ManifestLine,
    Operation,
    Serial,
    StageEvent,
)


@action("plan a consignment")
def plan_consignment(
    *,
    act: Act,
    operation: UUID,
    donor: str,
    reference: str,
    consignee: str | None = None,
    carrier: str = "",
    mode: str = "",
    from_place: str | None = None,
    to_place: str | None = None,
    leaves_on: date | None = None,
    due_on: date | None = None,
    invented: bool = False,
) -> Consignment:
    """Plan what will travel together.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        DatesOutOfOrder: it would be due before it leaves.
        DuplicateReference: the operation has a consignment of that reference.
    """
    act.must_act_for_or_be(Role.DONOR, donor, Role.LOGISTICS, Role.COORDINATOR)
    if leaves_on is not None and due_on is not None and due_on < leaves_on:
        raise DatesOutOfOrder(
            at="due_on",
            first="leaving",
            first_date=leaves_on,
            second="arriving",
            second_date=due_on,
        )
    parties = [donor, *([consignee] if consignee else [])]
    consignment = Consignment.objects.create(
        id=act.part_id("consignment"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE, LOGISTICS, *(party_audience(code) for code in parties)],
        operation=find(Operation, operation, act.actor, act.now.date()),
        donor=find_party(donor),
        reference=reference,
        consignee=find_party(consignee) if consignee else None,
        carrier=carrier,
        mode=mode,
        from_place_id=from_place,
        to_place_id=to_place,
        leaves_on=leaves_on,
        due_on=due_on,
        invented=invented,
    )
    move(act, consignment, "plan")
    return consignment


@action("pack goods")
def pack(
    *,
    act: Act,
    consignment: UUID,
    allocation: UUID,
    amount: Typed,
    serials: Sequence[str] = (),
    pieces: int | None = None,
    gross_kg: Decimal | None = None,
    volume_m3: Decimal | None = None,
    lot: str = "",
    expires_on: date | None = None,
) -> ManifestLine:
    """Put a part of an agreed allocation on a manifest.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        WrongStage: the manifest is locked, or the allocation is not agreed.
        NotYours: the allocation is another donor's, or for another consignee.
        SerialsMissing, SerialTwice: the item is tracked and the serial numbers do not fit.
        NotEnoughThere: less of the allocation is left to pack.
    """
    box = _own(act, consignment)
    if box.stage != "planned":
        raise WrongStage(what=str(box), stage=shown(box.stage), event="packed")
    goods = find(Allocation, allocation, act.actor, act.now.date())
    _demand_belongs(box, goods)
    quantity = exact(amount, goods.item)
    covers_of(goods, quantity)
    # Packers of one consignment wait for each other, so that each line has its own position.
    position = Consignment.objects.select_for_update(no_key=True).get(pk=box.pk).lines.count() + 1
    line = ManifestLine.objects.create(
        id=act.part_id("manifest line"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=box.audiences,
        consignment=box,
        allocation=goods,
        item_id=goods.item_id,
        position=position,
        amount=quantity,
        typed_amount=amount.amount,
        typed_unit=amount.unit or goods.item.unit,
        pieces=pieces,
        gross_kg=gross_kg,
        volume_m3=volume_m3,
        lot=lot,
        expires_on=expires_on,
    )
    _number(line, serials)
    at = At(K.ALLOCATED, goods.pk), At(K.PACKED, line.pk)
    post(act, [Posting(line.item_id, quantity, *at)], happened_at=act.now)
    return line


@action("lock a manifest")
def lock_manifest(*, act: Act, consignment: UUID) -> Consignment:
    """Close the packing list; from now on it is what will be dispatched.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        ManifestEmpty: nothing is packed.
        WrongStage: it is past that.
    """
    found = _own(act, consignment)
    if not found.lines.exists():
        raise ManifestEmpty(consignment=found.reference)
    move(act, found, "lock")
    return found


@action("clear a consignment")
def clear_consignment(
    *, act: Act, consignment: UUID, happened_at: datetime | None = None
) -> Consignment:
    """Record that the papers for the journey are in order.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        WrongStage: the manifest is not locked.
    """
    found = _own(act, consignment)
    move(act, found, "clear", happened_at=happened_at)
    return found


@action("dispatch a consignment")
def dispatch(
    *,
    act: Act,
    consignment: UUID,
    happened_at: datetime | None = None,
    place: str | None = None,
) -> Consignment:
    """Send a consignment off.

    Nothing leaves without a consignee, a locked manifest, agreed allocations, and every consent
    granted and in force.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        ConsigneeMissing: nobody is named who signs for it.
        ConsentMissing: a nation of origin has not consented.
        NotReviewedNonLethal: the organisation's mandate does not cover an item any more.
        WrongStage: the manifest is not locked.
    """
    found = _own(act, consignment)
    if found.consignee_id is None:
        raise ConsigneeMissing(consignment=found.reference)
    when = happened_at or act.now
    lines = list(found.lines.select_related("item", "allocation__request_line"))
    for line in lines:
        _demand_dispatchable(found, line, when.date())
    move(act, found, "dispatch", happened_at=when, place=place)
    postings = []
    for line in lines:
        need = line.allocation.request_line
        covered = covers_of(line.allocation, line.amount)
        at = At(K.PACKED, line.pk), At(K.IN_TRANSIT, line.pk)
        postings.append(Posting(line.item_id, line.amount, *at))
        at = At(K.NEED_PROMISED, need.pk), At(K.NEED_MOVING, need.pk)
        postings.append(Posting(need.item_id, covered, *at))
    post(act, postings, happened_at=when)
    return found


# What each event on the way moves in the ledger; the other events only say where goods are.
_ON_THE_WAY = {"cross_border", "divert", "arrive", "reach_hub", "leave_hub"}


@action("report on the way")
def report_on_the_way(
    *,
    act: Act,
    consignment: UUID,
    event: str,
    place: str,
    happened_at: datetime | None = None,
    note: str = "",
) -> Consignment:
    """Record where a consignment is: reach_hub, leave_hub, cross_border, divert or arrive.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        WrongStage: the event does not lead from where the consignment is.
    """
    found = _own(act, consignment)
    if event not in _ON_THE_WAY:
        raise WrongStage(what=str(found), stage=shown(found.stage), event=event)
    was_at_hub = found.stage == "at_hub"
    hub = _hub(found) if was_at_hub else place
    move(act, found, event, happened_at=happened_at, place=place, note=note)
    if event == "reach_hub":
        _post_whole(act, found, K.IN_TRANSIT, K.AT_HUB, happened_at, to_place=place)
    elif was_at_hub:
        _post_whole(act, found, K.AT_HUB, K.IN_TRANSIT, happened_at, from_place=hub)
    return found


@action("hand a consignment over")
def hand_over(
    *, act: Act, consignment: UUID, place: str, happened_at: datetime | None = None
) -> Consignment:
    """Record that the consignee has the goods; the count follows with the receipt.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        WrongStage: it is not on its way.
    """
    found = _own(act, consignment)
    was_at_hub = found.stage == "at_hub"
    hub = _hub(found) if was_at_hub else None
    move(act, found, "hand_over", happened_at=happened_at, place=place)
    before = K.AT_HUB if was_at_hub else K.IN_TRANSIT
    _post_whole(act, found, before, K.HANDED_OVER, happened_at, from_place=hub)
    return found


@action("report a consignment lost")
def lose_consignment(
    *, act: Act, consignment: UUID, happened_at: datetime | None = None
) -> Consignment:
    """Record that a consignment is lost on the way; the need it was to meet is open again.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        ReasonMissing: nothing is said about how.
        WrongStage: it is not on its way.
    """
    found = _own(act, consignment)
    was_at_hub = found.stage == "at_hub"
    hub = _hub(found) if was_at_hub else None
    why = act.must_say_why("a loss")
    move(act, found, "lose", happened_at=happened_at, note=why)
    before = K.AT_HUB if was_at_hub else K.IN_TRANSIT
    _post_whole(act, found, before, K.LOST, happened_at, from_place=hub)
    postings = []
    for line in found.lines.select_related("allocation__request_line"):
        need = line.allocation.request_line
        at = At(K.NEED_MOVING, need.pk), At(K.NEED_OPEN, need.pk)
        postings.append(Posting(need.item_id, covers_of(line.allocation, line.amount), *at))
    post(act, postings, happened_at=happened_at or act.now)
    return found


@action("cancel a consignment")
def cancel_consignment(*, act: Act, consignment: UUID) -> Consignment:
    """Give a consignment up before it leaves; what is packed returns to its allocations.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: it has left.
    """
    found = _own(act, consignment)
    move(act, found, "cancel", note=act.must_say_why("a cancellation"))
    lines = list(found.lines.all())
    Serial.objects.filter(manifest_line__in=lines).update(aboard=False)
    post(
        act,
        [
            Posting(
                line.item_id,
                line.amount,
                At(K.PACKED, line.pk),
                At(K.ALLOCATED, line.allocation_id),
            )
            for line in lines
        ],
        happened_at=act.now,
    )
    return found


def _own(act: Act, consignment: UUID) -> Consignment:
    found = find(Consignment, consignment, act.actor, act.now.date())
    act.must_act_for_or_be(Role.DONOR, found.donor_id, Role.LOGISTICS, Role.COORDINATOR)
    return found


def _demand_belongs(box: Consignment, goods: Allocation) -> None:
    if box.operation_id != goods.operation_id:
        raise OperationMismatch(offer=goods.operation.code, request=box.operation.code)
    if goods.stage != "agreed":
        raise WrongStage(what=str(goods), stage=shown(goods.stage), event="packed")
    if goods.donor_id != box.donor_id:
        raise NotYours(what="The allocation", party=goods.donor.name, name=box.donor.name)
    if box.consignee_id is not None and goods.recipient_id != box.consignee_id:
        raise NotYours(what="The allocation", party=goods.recipient.name, name=box.reference)


def _number(line: ManifestLine, serials: Sequence[str]) -> None:
    """Write down the serial numbers of a tracked item: as many as there are things."""
    given = [number.strip() for number in serials if number.strip()]
    if line.item.serial_tracked and len(given) != line.amount:
        raise SerialsMissing(item=line.item.name, needed=line.amount, given=len(given))
    Serial.objects.bulk_create(
        Serial(manifest_line=line, item_id=line.item_id, number=number) for number in given
    )


def _demand_dispatchable(box: Consignment, line: ManifestLine, day: date) -> None:
    if line.allocation.recipient_id != box.consignee_id:
        raise NotYours(
            what="A packed allocation", party=line.allocation.recipient_id, name=box.reference
        )
    giver = giver_on(box.donor, body=box.operation.body_id, day=day)
    refusal = mandate_forbids(giver, thing(line.item))
    if refusal is not None:
        raise refusal
    for consent in Consent.objects.filter(allocation=line.allocation).select_related("origin"):
        in_force = consent.valid_until is None or day <= consent.valid_until
        if consent.stage != "granted" or not in_force:
            raise ConsentMissing(origin=consent.origin.name, item=line.item.name)


def _hub(box: Consignment) -> str | None:
    """Say at which hub a consignment was last taken in."""
    last = StageEvent.objects.filter(subject_id=box.pk, event="reach_hub").order_by("-recorded_at")
    return last.values_list("place_id", flat=True).first()


def _post_whole(
    act: Act,
    box: Consignment,
    before: K,
    after: K,
    happened_at: datetime | None,
    *,
    from_place: str | None = None,
    to_place: str | None = None,
) -> None:
    """Move every line of a manifest, whole, from one account to the next."""
    post(
        act,
        [
            Posting(
                line.item_id,
                line.amount,
                At(before, line.pk, from_place),
                At(after, line.pk, to_place),
            )
            for line in box.lines.all()
        ],
        happened_at=happened_at or act.now,
    )
