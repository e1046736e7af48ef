"""Consignment verbs: plan, name a consignee, pack, lock, clear, dispatch, hand over, cancel."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from muster.actions.allocations import covers_of
from muster.actions.journal import action
from muster.actions.judging import JUDGED_BY, Aboard, demand_dispatch, keep_dispatch
from muster.actions.operations import demand_called, demand_running
from muster.actions.posting import At, Posting, post
from muster.actions.staging import demand_not_before, held, move
from muster.core.accounts import AccountKind as K
from muster.core.actors import CENTRE, LOGISTICS, Act, Role, party_audience
from muster.core.refusals import (
    AmountNotPositive,
    AmountTooLarge,
    ConsentMissing,
    ConsigneeMissing,
    DatesOutOfOrder,
    ManifestEmpty,
    NotARecipient,
    NotYours,
    OperationMismatch,
    SerialsMissing,
    WrongStage,
)
from muster.core.rules import mandate_forbids
from muster.core.stages import shown
from muster.queries.amounts import Typed, exact
from muster.queries.register import find_party, find_place, giver_on, thing
from muster.queries.rules import book_now
from muster.queries.visibility import find
from muster.records.models import (
    Allocation,
    Consent,
    Consignment,
    ManifestLine,
    Operation,
    Serial,
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
        PartyUnknown, NotFound: the donor, the consignee or a place is not in the register.
        DuplicateReference: the operation has a consignment of that reference.
        WrongStage: the operation is closed.
        TextMissing: it has no reference.
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
    found = find(Operation, operation, act.actor, act.now.date())
    demand_running(found, "served")
    demand_called(reference)
    parties = [donor, *([consignee] if consignee else [])]
    consignment = Consignment.objects.create(
        id=act.part_id("consignment"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE, LOGISTICS, *(party_audience(code) for code in parties)],
        operation=found,
        donor=find_party(donor),
        reference=reference,
        consignee=find_party(consignee) if consignee else None,
        carrier=carrier,
        mode=mode,
        from_place=find_place(from_place, at="from_place") if from_place else None,
        to_place=find_place(to_place, at="to_place") if to_place else None,
        leaves_on=leaves_on,
        due_on=due_on,
        invented=invented,
    )
    move(act, consignment, "plan")
    return consignment


@action("name a consignee")
def name_consignee(*, act: Act, consignment: UUID, consignee: str) -> Consignment:
    """Name who signs for a consignment; they see it from now on.

    Once its papers are in order another name would not fit them, so then only a missing one is
    filled in.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        PartyUnknown: the consignee is not in the register.
        NotARecipient: the operation does not help them.
        NotYours: something is packed that was promised to another.
        WrongStage: it is cleared for its consignee, or has left.
    """
    found = own(act, consignment)
    is_early = found.stage in {"planned", "packed"}
    if not is_early and (found.stage != "cleared" or found.consignee_id is not None):
        stage = shown(found.stage)
        raise WrongStage(what=str(found), stage=stage, event="made out to a consignee")
    party = find_party(consignee)
    if not found.operation.recipients.filter(pk=party.pk).exists():
        raise NotARecipient(at="consignee", party=party.name, operation=found.operation.code)
    for line in found.lines.select_related("allocation__recipient"):
        recipient = line.allocation.recipient
        if recipient.pk != party.pk:
            raise NotYours(
                what="A packed allocation", party=recipient.name, name=party.name, at="consignee"
            )
    found.consignee = party
    found.audiences = [*dict.fromkeys([*found.audiences, party_audience(party.code)])]
    found.save(update_fields=["consignee", "audiences"])
    found.lines.update(audiences=found.audiences)
    return found


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
        AmountNotPositive, AmountTooLarge: pieces, weight or volume cannot be.
        NotEnoughThere: less of the allocation is left to pack.
    """
    box = own(act, consignment)
    if box.stage != "planned":
        raise WrongStage(what=str(box), stage=shown(box.stage), event="packed")
    goods = held(Allocation, allocation, act)
    _demand_belongs(box, goods)
    _demand_measures(pieces, gross_kg, volume_m3)
    quantity = exact(amount, goods.item)
    covers_of(goods, quantity)
    # The consignment is held, so packers wait for each other and each line has its own position.
    position = box.lines.count() + 1
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
    found = own(act, consignment)
    if not found.lines.exists():
        raise ManifestEmpty(consignment=found.reference)
    move(act, found, "lock")
    return found


@action("unlock a manifest")
def unlock_manifest(*, act: Act, consignment: UUID) -> Consignment:
    """Open a closed packing list again, with the reason, so that more can be packed.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: the manifest is not locked, or the papers are in order already.
    """
    found = own(act, consignment)
    move(act, found, "unlock", note=act.must_say_why("opening a manifest again"))
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
    found = own(act, consignment)
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
        ConsentMissing, ConsentNotAsked: a nation has not consented, or was not asked.
        NotReviewedNonLethal: the organisation's mandate does not cover an item any more.
        RuleForbids, RuleNeedsReview, RuleNotKnown: a rule of the book stands against a line.
        NotFound: there is no such place.
        WrongStage: the manifest is not locked.
        TooEarly: it is said to have left before everything aboard was agreed.
    """
    found = own(act, consignment)
    where = find_place(place).pk if place else None
    if found.consignee_id is None:
        raise ConsigneeMissing(consignment=found.reference)
    when = happened_at or act.now
    lines = list(found.lines.select_related("item", *JUDGED_BY))
    aboard = _demand_dispatchable(found, lines, when.date())
    if when < act.now:
        _demand_agreed(found, lines, when)
    move(act, found, "dispatch", happened_at=when, place=where)
    keep_dispatch(act, found, aboard)
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


@action("cancel a consignment")
def cancel_consignment(*, act: Act, consignment: UUID) -> Consignment:
    """Give a consignment up before it leaves; what is packed returns to its allocations.

    Raises:
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
        ReasonMissing: no reason is given.
        WrongStage: it has left.
    """
    found = own(act, consignment)
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


def own(act: Act, consignment: UUID) -> Consignment:
    """Find a consignment in order to change it, as one who may.

    Raises:
        NotFound: there is none that the actor may see.
        ActsForAnother: the actor is not the donor's own, nor of logistics, nor a coordinator.
    """
    found = held(Consignment, consignment, act)
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


_MOST_PIECES = 1_000_000_000
_MOST_MEASURED = Decimal(10) ** 10  # kilograms or cubic metres: what eleven digits hold


def _demand_measures(
    pieces: int | None, gross_kg: Decimal | None, volume_m3: Decimal | None
) -> None:
    given = ("pieces", pieces), ("gross_kg", gross_kg), ("volume_m3", volume_m3)
    for name, measured in given:
        if measured is None:
            continue
        most = _MOST_PIECES if name == "pieces" else _MOST_MEASURED
        if not Decimal(measured).is_finite() or measured > most:
            raise AmountTooLarge(at=name, amount=measured, most=most)
        if measured <= 0:
            raise AmountNotPositive(at=name, amount=measured)


def _number(line: ManifestLine, serials: Sequence[str]) -> None:
    """Write down the serial numbers of a tracked item: as many as there are things."""
    given = [number.strip() for number in serials if number.strip()]
    if line.item.serial_tracked and len(given) != line.amount:
        raise SerialsMissing(item=line.item.name, needed=line.amount, given=len(given))
    Serial.objects.bulk_create(
        Serial(manifest_line=line, item_id=line.item_id, number=number) for number in given
    )


def _demand_agreed(box: Consignment, lines: Sequence[ManifestLine], when: datetime) -> None:
    """Refuse a moment before all that is aboard was promised.

    A consent has no date of its own but the day on which it was recorded, which may be later.
    """
    goods = list({line.allocation_id: line.allocation for line in lines}.values())
    demand_not_before(goods, "dispatch", when, what=box, stages=["agreed"])


def _demand_dispatchable(box: Consignment, lines: Sequence[ManifestLine], day: date) -> Aboard:
    giver = giver_on(box.donor, body=box.operation.body_id, day=day)
    for line in lines:
        recipient = line.allocation.recipient_id
        if recipient != box.consignee_id:
            raise NotYours(what="A packed allocation", party=recipient, name=box.reference)
        refusal = mandate_forbids(giver, thing(line.item))
        if refusal is not None:
            raise refusal
    # Held, so that a revocation is seen here, or waits until the goods have left.
    consents = Consent.objects.filter(allocation__in={line.allocation_id for line in lines})
    held_ones = consents.select_related("origin", "allocation__item").order_by("pk")
    for consent in held_ones.select_for_update(no_key=True, of=("self",)):
        in_force = consent.valid_until is None or day <= consent.valid_until
        if consent.stage != "granted" or not in_force:
            raise ConsentMissing(origin=consent.origin.name, item=consent.allocation.item.name)
    return demand_dispatch(book_now(), box.way, lines, day)
