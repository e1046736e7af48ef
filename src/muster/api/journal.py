"""Who did what; the dated events of a record; and whether every unit is accounted for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import Answer, PageAnswer, Paging, paged
from muster.core.actors import Role
from muster.core.stages import Subject
from muster.queries.journal import Happening, history
from muster.queries.verification import Verification, verify
from muster.queries.visibility import find, visible
from muster.records.models import (
    Allocation,
    AssistanceRequest,
    Consent,
    Consignment,
    Discrepancy,
    Enquiry,
    GuaranteeCase,
    ImportBatch,
    JournalEntry,
    OfferLine,
    Operation,
    SituationReport,
    UnsolicitedArrival,
)
from muster.records.models.record import StagedRecord

router = Router(tags=["journal"])

_MODELS: dict[Subject, type[StagedRecord]] = {
    Subject.OPERATION: Operation,
    Subject.REQUEST: AssistanceRequest,
    Subject.OFFER_LINE: OfferLine,
    Subject.ALLOCATION: Allocation,
    Subject.CONSENT: Consent,
    Subject.CONSIGNMENT: Consignment,
    Subject.ARRIVAL: UnsolicitedArrival,
    Subject.REPORT: SituationReport,
    Subject.IMPORT: ImportBatch,
    Subject.DISCREPANCY: Discrepancy,
    Subject.GUARANTEE: GuaranteeCase,
    Subject.ENQUIRY: Enquiry,
}


class EntryAnswer(Answer):
    """One act: who, for whom, when, through which door, why, on what, with which content."""

    number: int
    key: UUID
    verb: str
    subject: str
    subject_id: str
    operation: UUID | None
    user_name: str
    role: str
    for_party: str
    door: str
    reason: str
    content: dict[str, Any]
    recorded_at: datetime

    @staticmethod
    def resolve_key(entry: JournalEntry) -> UUID:
        """Give the caller's key."""
        return entry.pk

    @staticmethod
    def resolve_operation(entry: JournalEntry) -> UUID | None:
        """Give the id alone."""
        return entry.operation_id


class HappeningAnswer(Answer):
    """A dated event in the life of a record."""

    event: str
    after: str
    happened_at: datetime
    recorded_at: datetime
    place: str
    note: str
    by: str


class DifferenceAnswer(Answer):
    """A figure that is stored, and what a recount gives instead."""

    what: str
    stored: int
    counted: int


class VerificationAnswer(Answer):
    """What was re-added, and every difference that was found."""

    transfers: int
    accounts: int
    unaccounted: int
    differences: list[DifferenceAnswer]


@router.get("/journal", response=PageAnswer[EntryAnswer])
def list_entries(
    request: HttpRequest, paging: Query[Paging], operation: str = "", subject: str = ""
) -> dict[str, object]:
    """List what was done that you may see, newest first; of an operation, or about one record."""
    asked = asking(request)
    found = visible(JournalEntry, asked.actor, asked.day)
    if operation:
        found = found.filter(operation=operation_of(request, operation))
    if subject:
        found = found.filter(subject_id=subject)
    return paged(found, paging, order=["-number"])


@router.get("/history/{kind}/{record}", response=list[HappeningAnswer])
def show_history(request: HttpRequest, kind: Subject, record: UUID) -> list[Happening]:
    """List the dated events of a record that you may see, oldest first."""
    asked = asking(request)
    return history(find(_MODELS[kind], record, asked.actor, asked.day).pk)


@router.get("/verification", response=VerificationAnswer)
def verify_ledger(request: HttpRequest) -> Verification:
    """Re-add the whole ledger; for coordinators and analysts."""
    act_of(request).must_be(Role.COORDINATOR, Role.ANALYST)
    return verify()
