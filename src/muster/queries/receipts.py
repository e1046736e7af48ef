"""Signed receipts, line by line, with the discrepancies that they opened."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from muster.core.actors import Actor, Role
from muster.queries.consignments import RELATED, PackedLine, packed
from muster.queries.journal import history
from muster.queries.visibility import find, visible
from muster.records.models import Consignment, Discrepancy, Receipt, ReceiptLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A discrepancy: what differed, and whether the actor may resolve it."""

    id: UUID
    sentence: str
    resolved: str
    """What became of it; nothing while it is open."""
    may_resolve: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLine:
    """A line of a receipt beside the line of the manifest it counts."""

    packed: PackedLine
    count: ReceiptLine
    case: Case | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReceipt:
    """A signed receipt."""

    record: Receipt
    box: Consignment
    lines: tuple[CountedLine, ...]

    @property
    def cases(self) -> tuple[tuple[int, Case], ...]:
        """What differs from the manifest, with the position of each line."""
        return tuple((line.packed.position, line.case) for line in self.lines if line.case)


def shown_receipt(receipt: UUID, actor: Actor, day: date) -> ShownReceipt:
    """Show one signed receipt.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    find(Receipt, receipt, actor, day)
    record = Receipt.objects.select_related("signed_by", "operation").get(pk=receipt)
    box = Consignment.objects.select_related(*RELATED).get(pk=record.consignment_id)
    counts = {count.manifest_line_id: count for count in record.lines.all()}
    cases = _cases(record, box, actor, day)
    return ShownReceipt(
        record=record,
        box=box,
        lines=tuple(
            CountedLine(
                packed=line,
                count=counts[line.id],
                case=cases.get(counts[line.id].pk),
            )
            for line in packed(box)
        ),
    )


def _cases(receipt: Receipt, box: Consignment, actor: Actor, day: date) -> dict[UUID, Case]:
    """Read the discrepancies of a receipt, by the line of it that each is about."""
    found = list(visible(Discrepancy, actor, day).filter(receipt_line__receipt=receipt))
    resolved = {
        each.pk: [told.note for told in history(each.pk)][-1] for each in found if each.stage
    }
    decides = actor.has(Role.COORDINATOR, day) or (
        box.consignee_id in actor.parties(Role.RECIPIENT, day)
    )
    return {
        each.receipt_line_id: Case(
            id=each.pk,
            sentence=each.sentence,
            resolved=resolved.get(each.pk, ""),
            may_resolve=decides and not each.stage,
        )
        for each in found
    }
