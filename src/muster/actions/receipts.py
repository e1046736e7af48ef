"""Receipt verbs: the recipient's signed count, and what differs from the manifest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from muster.actions.journal import action
from muster.actions.posting import At, Posting, post
from muster.actions.reopening import back_to_need, hold_requests, passed_on
from muster.actions.staging import held, move
from muster.core.accounts import AccountKind as K
from muster.core.actors import Act, Role
from muster.core.quantities.amounts import MOST_STORED
from muster.core.refusals import AmountTooLarge, CountDoesNotAddUp, CountMissing, WrongStage
from muster.core.stages import shown
from muster.records.models import Consignment, Discrepancy, ManifestLine, Receipt, ReceiptLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The count of one manifest line, in the item's smallest unit."""

    manifest_line: UUID
    good: int
    damaged: int = 0
    missing: int = 0
    rejected: int = 0
    extra: int = 0
    remarks: str = ""

    @property
    def counted(self) -> int:
        """Everything that was dispatched, by this count."""
        return self.good + self.damaged + self.missing + self.rejected


@action("sign a receipt")
def sign_receipt(
    *,
    act: Act,
    consignment: UUID,
    counts: Sequence[Count],
    place: str = "",
    remarks: str = "",
    happened_at: datetime | None = None,
) -> Receipt:
    """Count a consignment and sign for it; where the count differs, a discrepancy opens by itself.

    Raises:
        ActsForAnother: the actor is not the consignee's own.
        WrongStage: it is not handed over, or is signed for already.
        CountMissing: a line of the manifest is not counted.
        CountDoesNotAddUp: a count is not what was dispatched, is negative, or is given twice.
        AmountTooLarge: more is counted beyond the manifest than can be stored.
    """
    box = held(Consignment, consignment, act)
    act.must_act_for(Role.RECIPIENT, box.consignee_id or "nobody")
    if box.stage != "handed_over":
        raise WrongStage(what=str(box), stage=shown(box.stage), event="signed for")
    hold_requests(box)
    when = happened_at or act.now
    receipt = Receipt.objects.create(
        id=act.part_id("receipt"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=box.audiences,
        consignment=box,
        operation_id=box.operation_id,
        signed_by_id=act.user_id,
        signed_at=when,
        place=place,
        remarks=remarks,
    )
    pairs = _paired(box, counts)
    move(act, box, _event(pairs), happened_at=when, note=remarks)
    _write(act, receipt, pairs)
    postings = [p for line, count in pairs for p in (*_supply(line, count), *_need(line, count))]
    postings += passed_on(
        [(line.allocation.request_line, -_short(line, count)) for line, count in pairs]
    )
    post(act, postings, happened_at=when)
    return receipt


def _paired(box: Consignment, counts: Sequence[Count]) -> list[tuple[ManifestLine, Count]]:
    """Put each line of the manifest beside its count."""
    by_line = {count.manifest_line: count for count in counts}
    if len(by_line) < len(counts):
        twice = sum(count.counted for count in counts)
        whole = sum(line.amount for line in box.lines.all())
        raise CountDoesNotAddUp(counted=twice, dispatched=whole)
    lines = box.lines.select_related("item", "allocation__request_line__request")
    pairs = []
    for line in lines.order_by("position"):
        count = by_line.pop(line.pk, None)
        if count is None:
            raise CountMissing(item=line.item.name, position=line.position)
        numbers = (count.good, count.damaged, count.missing, count.rejected, count.extra)
        if count.counted != line.amount or min(numbers) < 0:
            raise CountDoesNotAddUp(counted=count.counted, dispatched=line.amount)
        if count.extra > MOST_STORED:
            raise AmountTooLarge(at="extra", amount=count.extra, most=MOST_STORED)
        pairs.append((line, count))
    if by_line:
        raise CountMissing(item="a line that is not on this manifest", position="-")
    return pairs


def _event(pairs: Sequence[tuple[ManifestLine, Count]]) -> str:
    if all(count.rejected == line.amount for line, count in pairs):
        return "refuse"
    if all(count.good == line.amount and not count.extra for line, count in pairs):
        return "accept"
    return "accept_with_discrepancy"


def _write(act: Act, receipt: Receipt, pairs: Sequence[tuple[ManifestLine, Count]]) -> None:
    """Write the counts, and a discrepancy for each that is not as dispatched; by the statement."""
    written = [_counted(act, receipt, line, count) for line, count in pairs]
    ReceiptLine.objects.bulk_create(written)
    Discrepancy.objects.bulk_create(
        Discrepancy(
            id=act.part_id(f"discrepancy {line.position}"),
            act_id=act.id,
            recorded_at=act.now,
            audiences=receipt.audiences,
            operation_id=receipt.operation_id,
            receipt_line=row,
            sentence=_sentence(line, count),
        )
        for (line, count), row in zip(pairs, written, strict=True)
        if count.good != line.amount or count.extra
    )


def _counted(act: Act, receipt: Receipt, line: ManifestLine, count: Count) -> ReceiptLine:
    return ReceiptLine(
        id=act.part_id(f"line {line.position}"),
        receipt=receipt,
        manifest_line=line,
        dispatched=line.amount,
        good=count.good,
        damaged=count.damaged,
        missing=count.missing,
        rejected=count.rejected,
        extra=count.extra,
        remarks=count.remarks,
    )


def _sentence(line: ManifestLine, count: Count) -> str:
    parts = [
        f"{amount:,} {word}"
        for amount, word in (
            (count.good, "in good order"),
            (count.damaged, "damaged"),
            (count.missing, "missing"),
            (count.rejected, "rejected"),
            (count.extra, "beyond the manifest"),
        )
        if amount
    ]
    return f"Of {line.amount:,} {line.item.name} dispatched: {', '.join(parts)}."


def _supply(line: ManifestLine, count: Count) -> list[Posting]:
    handed = At(K.HANDED_OVER, line.pk)
    outcomes = (
        (K.GOOD, count.good),
        (K.DAMAGED, count.damaged),
        (K.MISSING, count.missing),
        (K.REJECTED, count.rejected),
    )
    postings = [Posting(line.item_id, n, handed, At(kind, line.pk)) for kind, n in outcomes]
    extra = At(K.EXTRA_SOURCE, line.pk), At(K.EXTRA, line.pk)
    return [*postings, Posting(line.item_id, count.extra, *extra)]


def _need(line: ManifestLine, count: Count) -> list[Posting]:
    """What came in good order meets the need; the need for the rest is open again."""
    need, short = line.allocation.request_line, _short(line, count)
    received = _covered(line, line.amount) - short
    at = At(K.NEED_MOVING, need.pk), At(K.NEED_RECEIVED, need.pk)
    return [
        Posting(need.item_id, received, *at),
        *back_to_need(need, short, K.NEED_MOVING),
    ]


def _short(line: ManifestLine, count: Count) -> int:
    """Say how much of the need that the line was to meet is not met."""
    return _covered(line, line.amount) - _covered(line, count.good)


def _covered(line: ManifestLine, amount: int) -> int:
    # Half of a substitute meets nothing: only whole units of what was asked are received.
    return amount * line.allocation.covers // line.allocation.amount
