"""Correction verbs: what the recipient finds out about a signed count, recorded beside it.

The receipt itself stays as it was signed.  Each transfer of a correction points to the transfer
that it corrects, and never takes back more of it than is left of it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, Sum

from muster.actions.dating import demand_never_short
from muster.actions.journal import action
from muster.actions.posting import At, Posting, post
from muster.actions.reopening import hold_versions, passed_on
from muster.actions.staging import held
from muster.core.accounts import AccountKind as K
from muster.core.actors import Act, Role
from muster.core.quantities.amounts import MOST_STORED
from muster.core.refusals import (
    AmountTooLarge,
    CountDoesNotAddUp,
    DatesOutOfOrder,
    NothingToCorrect,
    WrongStage,
)
from muster.core.stages import REQUEST_STAGES_OPEN, shown
from muster.queries.balances import balance, balances
from muster.queries.visibility import find
from muster.records.models import Consignment, ManifestLine, Receipt, RequestLine, Transfer

# What becomes of a unit on receipt; a correction moves it from one of these to another.
OUTCOMES = (K.GOOD, K.DAMAGED, K.MISSING, K.REJECTED)
_SIGNED = frozenset({"accepted", "accepted_with_discrepancy", "refused"})


@action("correct a receipt")
def correct_receipt(
    *,
    act: Act,
    manifest_line: UUID,
    good: int,
    damaged: int,
    missing: int,
    rejected: int | None = None,
    extra: int | None = None,
    happened_at: datetime | None = None,
) -> Receipt:
    """Record what one line of a signed receipt truly came to, with the reason.

    Args:
        act: the deed, with its reason.
        manifest_line: the line that was counted.
        good: all that is good by now, in the item's smallest unit; not the difference.
        damaged: all that is damaged.
        missing: all that is missing.
        rejected: all that is rejected; what it was, if not said.
        extra: all that came beyond what was dispatched; what it was, if not said.
        happened_at: since when this is true; now, if not said.

    Raises:
        NotFound: there is no such line, or the actor may not see it.
        ActsForAnother: the actor is not the consignee's own.
        ReasonMissing: no reason is given.
        WrongStage: the consignment is not signed for.
        CountDoesNotAddUp: the first four are not what was dispatched, or one is negative.
        AmountTooLarge: more is said to be extra than can be stored.
        NothingToCorrect: this is what is recorded already.
        DatesOutOfOrder: it is said to be true since before what it corrects.
        TooEarly: the need that it meets was promised to others at that time.
        InTheFuture: it is said to be true from later than now.
    """
    line, box, receipt = _signed(act, manifest_line)
    act.must_act_for(Role.RECIPIENT, box.consignee_id or "nobody")
    act.must_say_why("a correction")
    # Nobody promises or withdraws the need of these goods until the correction is over.
    hold_versions(line.allocation.request_line.request)
    counted = balances(OUTCOMES, [line.pk])
    before = {kind: counted.get((line.pk, kind), 0) for kind in OUTCOMES}
    kept = before[K.REJECTED] if rejected is None else rejected
    after = dict(zip(OUTCOMES, (good, damaged, missing, kept), strict=True))
    beyond = balance(K.EXTRA, line.pk)
    more = beyond if extra is None else extra
    if sum(after.values()) != line.amount or min(*after.values(), more) < 0:
        raise CountDoesNotAddUp(counted=sum(after.values()), dispatched=line.amount)
    if more > MOST_STORED:
        raise AmountTooLarge(at="extra", amount=more, most=MOST_STORED)
    if before == after and beyond == more:
        raise NothingToCorrect(item=line.item.name)
    postings = [
        *_supply(line, before, after),
        *_extra(line, beyond, more),
        *_need(line, receipt, before[K.GOOD], good),
    ]
    when = happened_at or act.now
    # Of two corrections at one moment the later may carry the earlier clock; that is no fault.
    if when < act.now:
        _demand_order(postings, when)
    post(act, postings, happened_at=when)
    need = line.allocation.request_line
    what = f"{need.request.reference}/{need.position}"
    demand_never_short(act, K.NEED_OPEN, [need.pk], when, what=what, event="met")
    return receipt


def _signed(act: Act, manifest_line: UUID) -> tuple[ManifestLine, Consignment, Receipt]:
    """Find a counted line, and hold its consignment: two corrections of it wait for each other."""
    day = act.now.date()
    box = held(Consignment, find(ManifestLine, manifest_line, act.actor, day).consignment_id, act)
    line = ManifestLine.objects.select_related(
        "item", "allocation__request_line__request", "allocation__request_line__item"
    ).get(pk=manifest_line)
    receipt = Receipt.objects.filter(consignment=box).first()
    if box.stage not in _SIGNED or receipt is None:
        raise WrongStage(what=str(box), stage=shown(box.stage), event="corrected")
    return line, box, receipt


def _supply(
    line: ManifestLine, before: Mapping[K, int], after: Mapping[K, int]
) -> Iterator[Posting]:
    """Move what is too much in one outcome to those that have too little."""
    lacking = {kind: after[kind] - before[kind] for kind in OUTCOMES if after[kind] > before[kind]}
    counted = Q(to_account__owner_id=line.pk)
    for giver in OUTCOMES:
        parts = _parts(counted & Q(to_account__kind=giver), before[giver] - after[giver])
        for transfer, left in parts:
            free = left
            for taker, wanted in lacking.items():
                moved = min(free, wanted)
                lacking[taker] -= moved
                free -= moved
                at = At(giver, line.pk), At(taker, line.pk)
                yield Posting(line.item_id, moved, *at, corrects=transfer)


def _extra(line: ManifestLine, before: int, after: int) -> Iterator[Posting]:
    """Take back what was not there after all, or count in what was; it meets no need by itself.

    What is taken back corrects the transfers that brought it.  What is counted in now was in no
    transfer: it names the count that it adds to, of what was extra, or else of the line itself.
    """
    source, extra = At(K.EXTRA_SOURCE, line.pk), At(K.EXTRA, line.pk)
    brought = Q(to_account__owner_id=line.pk, to_account__kind=K.EXTRA)
    for transfer, part in _parts(brought, before - after):
        yield Posting(line.item_id, part, extra, source, corrects=transfer)
    if after > before:
        counted = Q(from_account__owner_id=line.pk, from_account__kind=K.HANDED_OVER)
        found = Transfer.objects.filter(brought).order_by("-id").first()
        found = found or Transfer.objects.filter(counted).order_by("-id").first()
        if found is None:
            message = f"a signed line without a count: {line.pk}"
            raise RuntimeError(message)
        yield Posting(line.item_id, after - before, source, extra, corrects=found.pk)


def _need(line: ManifestLine, receipt: Receipt, before: int, after: int) -> Iterator[Posting]:
    """Move the need by what now is good, in whole units of what was asked."""
    allocation = line.allocation
    need = allocation.request_line
    met = after * allocation.covers // allocation.amount
    more = met - before * allocation.covers // allocation.amount
    # What this receipt and its corrections did to this need, and nothing that others did to it.
    counted = Q(
        to_account__owner_id=need.pk, act__subject="receipt", act__subject_id=str(receipt.pk)
    )
    still_open, received = At(K.NEED_OPEN, need.pk), At(K.NEED_RECEIVED, need.pk)
    if more > 0:
        yield from _opened(need, more)
        fell_short = Q(from_account__kind__in=[K.NEED_MOVING, K.NEED_RECEIVED])
        for transfer, part in _parts(counted & fell_short & Q(to_account__kind=K.NEED_OPEN), more):
            yield Posting(need.item_id, part, still_open, received, corrects=transfer)
    for transfer, part in _parts(counted & Q(to_account__kind=K.NEED_RECEIVED), -more):
        yield Posting(need.item_id, part, received, still_open, corrects=transfer)
    if more < 0 and need.request.stage not in REQUEST_STAGES_OPEN:
        yield Posting(need.item_id, -more, still_open, At(K.NEED_WITHDRAWN, need.pk))
    yield from passed_on([(need, more)])


def _opened(need: RequestLine, amount: int) -> Iterator[Posting]:
    """Make room for what came after all, where the need is withdrawn or promised to others by now.

    What was no longer asked is asked after all; beyond that, the recipient's word on what it has
    is its word that it takes more than it asked.
    """
    still_open = At(K.NEED_OPEN, need.pk)
    lacking = amount - min(amount, balance(K.NEED_OPEN, need.pk))
    withdrawn = 0
    if need.request.stage not in REQUEST_STAGES_OPEN:
        withdrawn = min(lacking, balance(K.NEED_WITHDRAWN, need.pk))
    yield Posting(need.item_id, withdrawn, At(K.NEED_WITHDRAWN, need.pk), still_open)
    yield Posting(need.item_id, lacking - withdrawn, At(K.NEED_OVER, need.pk), still_open)


def _parts(which: Q, amount: int) -> Iterator[tuple[int, int]]:
    """Spread an amount over the transfers it corrects, the latest first.

    Raises:
        RuntimeError: they do not hold that much, which is a bug: what went out of an outcome went
            by corrections of what came into it.
    """
    if amount <= 0:
        return
    # Only what starts where the transfer ended takes of it.
    taken = Sum("transfer__amount", filter=Q(transfer__from_account=F("to_account")))
    found = Transfer.objects.filter(which).annotate(corrected=taken)
    for transfer in found.order_by("-id"):
        part = min(amount, transfer.amount - (transfer.corrected or 0))
        if part > 0:
            amount -= part
            yield transfer.pk, part
        if amount == 0:
            return
    message = f"{amount} units are corrected that no transfer brought"
    raise RuntimeError(message)


def _demand_order(postings: list[Posting], when: datetime) -> None:
    """Refuse a correction that is true since before what it corrects."""
    corrected = {posting.corrects for posting in postings if posting.corrects is not None}
    latest = Transfer.objects.filter(pk__in=corrected).order_by("-happened_at").first()
    if latest is not None and when < latest.happened_at:
        raise DatesOutOfOrder(
            at="happened_at",
            first="what is corrected",
            first_date=latest.happened_at.isoformat(),
            second="the correction",
            second_date=when.isoformat(),
        )
