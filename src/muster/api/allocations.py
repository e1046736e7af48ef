"""Allocations, and the consents they wait for."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from muster.actions import allocations as actions
from muster.actions import consents, proposals
from muster.api.asking import act_of, asking, operation_of
from muster.api.fields import (
    JUST_NOW,
    NO_REASON,
    Day,
    Happened,
    Instant,
    PageAnswer,
    Paging,
    StagedAnswer,
    StatedWhy,
    Why,
    Yes,
    paged,
)
from muster.queries.rules import decision_of
from muster.queries.visibility import find, visible
from muster.records.models import Allocation, Consent

router = Router(tags=["allocations"])


class AllocationAnswer(StagedAnswer):
    """`amount` units of the offered item do the work of `covers` units of the item asked for."""

    offer_line: UUID
    request_line: UUID
    donor: str
    recipient: str
    item: str
    amount: int
    unit: str
    covers: int
    typed_amount: str
    typed_unit: str
    use: str
    """What the need is for; empty where that is not stated."""
    expires_at: datetime | None
    rule_book: int | None
    why: str = ""
    """Which version of the rule book allowed it, and the rules that spoke, in a sentence."""

    @staticmethod
    def resolve_why(allocation: Allocation) -> str:
        """Say by which rules it was allowed."""
        found = decision_of(allocation.rule_book, allocation.rules)
        return found.sentence if found else ""

    @staticmethod
    def resolve_use(allocation: Allocation) -> str:
        """Give the use that the request line states."""
        return allocation.request_line.use

    @staticmethod
    def resolve_offer_line(allocation: Allocation) -> UUID:
        """Give the id alone."""
        return allocation.offer_line_id

    @staticmethod
    def resolve_request_line(allocation: Allocation) -> UUID:
        """Give the id alone."""
        return allocation.request_line_id

    @staticmethod
    def resolve_donor(allocation: Allocation) -> str:
        """Give the code alone."""
        return allocation.donor_id

    @staticmethod
    def resolve_recipient(allocation: Allocation) -> str:
        """Give the code alone."""
        return allocation.recipient_id

    @staticmethod
    def resolve_item(allocation: Allocation) -> str:
        """Give the code alone."""
        return allocation.item_id

    @staticmethod
    def resolve_unit(allocation: Allocation) -> str:
        """Give the unit that the amount is in."""
        return allocation.item.unit


class ConsentAnswer(StagedAnswer):
    """The nation of origin's word on a transfer."""

    allocation: UUID
    origin: str
    conditions: str
    valid_until: date | None

    @staticmethod
    def resolve_allocation(consent: Consent) -> UUID:
        """Give the id alone."""
        return consent.allocation_id

    @staticmethod
    def resolve_origin(consent: Consent) -> str:
        """Give the code alone."""
        return consent.origin_id


class ProposalInput(StatedWhy):
    """A part of an offer for a need; the amount is in the offered item's unit or pack."""

    offer_line: UUID
    request_line: UUID
    expires_at: Instant | None = None
    happened_at: Instant | None = None
    invented: Yes = False


class GrantInput(Why):
    """On which conditions, and until which day."""

    conditions: str = ""
    valid_until: Day | None = None


_NO_CONDITIONS = GrantInput()


@router.get("/operations/{code}/allocations", response=PageAnswer[AllocationAnswer])
def list_allocations(
    request: HttpRequest, code: str, paging: Query[Paging], stage: str = ""
) -> dict[str, object]:
    """List an operation's allocations that you may see, oldest record first."""
    asked = asking(request)
    found = visible(Allocation, asked.actor, asked.day).filter(
        operation=operation_of(request, code)
    )
    found = found.select_related("operation", "item", "request_line")
    return paged(found.filter(stage=stage) if stage else found, paging)


@router.post("/allocations", response={201: AllocationAnswer})
def propose_allocation(request: HttpRequest, body: ProposalInput) -> Status[Allocation]:
    """Reserve a part of an offer for a need, until donor and recipient have both said yes."""
    made = proposals.propose_allocation(
        act=act_of(request, body.reason),
        offer_line=body.offer_line,
        request_line=body.request_line,
        amount=body.typed(),
        expires_at=body.expires_at,
        invented=body.invented,
        happened_at=body.happened_at,
    )
    return Status(201, made)


@router.get("/allocations/{allocation}", response=AllocationAnswer)
def show_allocation(request: HttpRequest, allocation: UUID) -> Allocation:
    """Show an allocation."""
    asked = asking(request)
    return find(Allocation, allocation, asked.actor, asked.day)


@router.post("/allocations/{allocation}/confirm", response=AllocationAnswer)
def confirm_allocation(
    request: HttpRequest, allocation: UUID, body: Happened = JUST_NOW
) -> Allocation:
    """Say yes for the donor."""
    return actions.confirm_allocation(
        act=act_of(request, body.reason), allocation=allocation, happened_at=body.happened_at
    )


@router.post("/allocations/{allocation}/accept", response=AllocationAnswer)
def accept_allocation(
    request: HttpRequest, allocation: UUID, body: Happened = JUST_NOW
) -> Allocation:
    """Say yes for the recipient."""
    return actions.accept_allocation(
        act=act_of(request, body.reason), allocation=allocation, happened_at=body.happened_at
    )


@router.post("/allocations/{allocation}/decline", response=AllocationAnswer)
def decline_allocation(request: HttpRequest, allocation: UUID, body: Why = NO_REASON) -> Allocation:
    """Say no, for the donor or for the recipient, with the reason."""
    return actions.decline_allocation(act=act_of(request, body.reason), allocation=allocation)


@router.post("/allocations/{allocation}/cancel", response=AllocationAnswer)
def cancel_allocation(request: HttpRequest, allocation: UUID, body: Why = NO_REASON) -> Allocation:
    """Take an allocation back, with the reason; what is not packed returns to the offer."""
    return actions.cancel_allocation(act=act_of(request, body.reason), allocation=allocation)


@router.get("/operations/{code}/consents", response=PageAnswer[ConsentAnswer])
def list_consents(
    request: HttpRequest, code: str, paging: Query[Paging], stage: str = ""
) -> dict[str, object]:
    """List an operation's consents that you may see, oldest record first."""
    asked = asking(request)
    found = visible(Consent, asked.actor, asked.day).filter(operation=operation_of(request, code))
    found = found.select_related("operation")
    return paged(found.filter(stage=stage) if stage else found, paging)


@router.get("/consents/{consent}", response=ConsentAnswer)
def show_consent(request: HttpRequest, consent: UUID) -> Consent:
    """Show a consent."""
    asked = asking(request)
    return find(Consent, consent, asked.actor, asked.day)


@router.post("/consents/{consent}/ask-again", response=ConsentAnswer)
def ask_consent_again(request: HttpRequest, consent: UUID, body: Why = NO_REASON) -> Consent:
    """Ask the nation of origin once more, after a refusal, a revocation or the last day."""
    return consents.ask_consent_again(act=act_of(request, body.reason), consent=consent)


@router.post("/allocations/{allocation}/ask-consents", response=AllocationAnswer)
def ask_consents(request: HttpRequest, allocation: UUID, body: Why = NO_REASON) -> Allocation:
    """Ask for the consents that the rules want by now, and that nobody was asked for."""
    return consents.ask_for_unasked(act=act_of(request, body.reason), allocation=allocation)


@router.post("/consents/{consent}/grant", response=ConsentAnswer)
def grant_consent(
    request: HttpRequest, consent: UUID, body: GrantInput = _NO_CONDITIONS
) -> Consent:
    """Consent to a transfer, for the nation of origin."""
    return consents.grant_consent(
        act=act_of(request, body.reason),
        consent=consent,
        conditions=body.conditions,
        valid_until=body.valid_until,
    )


@router.post("/consents/{consent}/refuse", response=ConsentAnswer)
def refuse_consent(request: HttpRequest, consent: UUID, body: Why = NO_REASON) -> Consent:
    """Refuse a transfer, for the nation of origin, with the reason."""
    return consents.refuse_consent(act=act_of(request, body.reason), consent=consent)


@router.post("/consents/{consent}/revoke", response=ConsentAnswer)
def revoke_consent(request: HttpRequest, consent: UUID, body: Why = NO_REASON) -> Consent:
    """Take a granted consent back, for the nation of origin, with the reason."""
    return consents.revoke_consent(act=act_of(request, body.reason), consent=consent)
