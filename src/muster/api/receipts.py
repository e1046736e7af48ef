"""Receipts: the recipient's signed count, and the discrepancies that open by themselves."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from muster.actions import receipts as actions
from muster.actions.corrections import correct_receipt as correct
from muster.actions.discrepancies import resolve_discrepancy as resolve
from muster.actions.receipts import Count
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import Answer, Happened, Input, PageAnswer, Paging, Whole, paged
from muster.queries.corrections import Correction, corrections
from muster.queries.visibility import find, visible
from muster.records.models import Discrepancy, Receipt, ReceiptLine

router = Router(tags=["receipts"])


class ReceiptLineAnswer(Answer):
    """The count of one manifest line, in the item's smallest unit."""

    manifest_line: UUID
    item: str = Field(alias="manifest_line.item_id")
    unit: str = Field(alias="manifest_line.item.unit")
    dispatched: int
    good: int
    damaged: int
    missing: int
    rejected: int
    extra: int
    remarks: str

    @staticmethod
    def resolve_manifest_line(line: ReceiptLine) -> UUID:
        """Give the id alone."""
        return line.manifest_line_id


class ReceiptAnswer(Answer):
    """A signed count."""

    id: UUID
    operation: str = Field(alias="operation.code")
    consignment: UUID
    signed_by: str = Field(alias="signed_by.name")
    signed_at: datetime
    place: str
    remarks: str
    recorded_at: datetime
    lines: list[ReceiptLineAnswer]

    @staticmethod
    def resolve_consignment(receipt: Receipt) -> UUID:
        """Give the id alone."""
        return receipt.consignment_id

    @staticmethod
    def resolve_lines(receipt: Receipt) -> list[ReceiptLine]:
        """List the counts in the manifest's order."""
        found = receipt.lines.select_related("manifest_line__item")
        return list(found.order_by("manifest_line__position"))


class DiscrepancyAnswer(Answer):
    """What differed from the manifest; open until somebody says what became of it."""

    id: UUID
    operation: str = Field(alias="operation.code")
    consignment: UUID = Field(alias="receipt_line.receipt.consignment_id")
    stage: str
    sentence: str
    recorded_at: datetime
    receipt_line: ReceiptLineAnswer

    @staticmethod
    def resolve_stage(discrepancy: Discrepancy) -> str:
        """Name the stage that it opens in."""
        return discrepancy.stage or "open"


class CountInput(Input):
    """The count of one manifest line; everything dispatched must be in one of the first four."""

    manifest_line: UUID
    good: Whole
    damaged: Whole = 0
    missing: Whole = 0
    rejected: Whole = 0
    extra: Whole = 0
    remarks: str = ""


class ReceiptInput(Happened):
    """A count of the whole manifest, to be signed."""

    counts: list[CountInput]
    place: str = ""
    remarks: str = ""


class CorrectionInput(Happened):
    """What one line came to: all that is good by now, not the difference, and so on.

    What was rejected, and what was extra, stays as it was, if it is not said.
    """

    good: Whole
    damaged: Whole
    missing: Whole
    rejected: Whole | None = None
    extra: Whole | None = None


class MovedAnswer(Answer):
    """So many smallest units of the item went from one outcome to another.

    What is extra and was not counted before, or is no longer, was or is "uncounted".
    """

    amount: int
    before: str
    after: str


class CorrectionAnswer(Answer):
    """What a correction changed; `received` is the difference it made to what was received."""

    id: UUID
    consignment: UUID
    reference: str
    manifest_line: UUID
    position: int
    item: str
    unit: str
    line: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    why: str
    moved: list[MovedAnswer]
    received: int
    received_unit: str


@router.post("/consignments/{consignment}/receipt", response={201: ReceiptAnswer})
def sign_receipt(request: HttpRequest, consignment: UUID, body: ReceiptInput) -> Status[Receipt]:
    """Count a consignment and sign for it."""
    made = actions.sign_receipt(
        act=act_of(request, body.reason),
        consignment=consignment,
        counts=[Count(**each.model_dump()) for each in body.counts],
        place=body.place,
        remarks=body.remarks,
        happened_at=body.happened_at,
    )
    return Status(201, made)


@router.get("/consignments/{consignment}/receipt", response=ReceiptAnswer)
def show_receipt(request: HttpRequest, consignment: UUID) -> Receipt:
    """Show the signed count of a consignment."""
    asked = asking(request)
    return find(Receipt, consignment, asked.actor, asked.day, by="consignment_id")


@router.get("/operations/{code}/receipts", response=PageAnswer[ReceiptAnswer])
def list_receipts(request: HttpRequest, code: str, paging: Query[Paging]) -> dict[str, object]:
    """List an operation's receipts that you may see, oldest record first."""
    asked = asking(request)
    found = visible(Receipt, asked.actor, asked.day).filter(operation=operation_of(request, code))
    return paged(found.select_related("operation", "signed_by"), paging)


@router.get("/operations/{code}/discrepancies", response=PageAnswer[DiscrepancyAnswer])
def list_discrepancies(
    request: HttpRequest, code: str, paging: Query[Paging], stage: str = ""
) -> dict[str, object]:
    """List an operation's discrepancies that you may see; `stage` is open or resolved."""
    asked = asking(request)
    found = visible(Discrepancy, asked.actor, asked.day).filter(
        operation=operation_of(request, code)
    )
    if stage:
        found = found.filter(stage="" if stage == "open" else stage)
    related = ("operation", "receipt_line__receipt", "receipt_line__manifest_line__item")
    return paged(found.select_related(*related), paging)


@router.post("/discrepancies/{discrepancy}/resolve", response=DiscrepancyAnswer)
def resolve_discrepancy(request: HttpRequest, discrepancy: UUID, body: Happened) -> Discrepancy:
    """Close a discrepancy; the reason says what became of it."""
    return resolve(
        act=act_of(request, body.reason), discrepancy=discrepancy, happened_at=body.happened_at
    )


@router.post("/manifest-lines/{manifest_line}/correct", response=ReceiptAnswer)
def correct_receipt(request: HttpRequest, manifest_line: UUID, body: CorrectionInput) -> Receipt:
    """Correct one line of a signed receipt, with the reason; the receipt stays as it was signed."""
    return correct(
        act=act_of(request, body.reason),
        manifest_line=manifest_line,
        **body.model_dump(exclude={"reason"}),
    )


@router.get("/operations/{code}/corrections", response=list[CorrectionAnswer])
def list_corrections(
    request: HttpRequest, code: str, consignment: UUID | None = None
) -> list[Correction]:
    """List the corrections of an operation's receipts that you may see, or of one consignment's."""
    asked = asking(request)
    found = corrections(
        operation_of(request, code), asked.actor, asked.day, consignment=consignment
    )
    # A pair would be taken for a status and an answer.
    return list(found)
