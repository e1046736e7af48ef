"""What stands on the records that an import has stored: as long as there is nothing, it can go."""

from collections.abc import Sequence

from muster.core.accounts import AccountKind
from muster.queries.balances import balances
from muster.records.models import (
    Allocation,
    AssistanceRequest,
    Clarification,
    DuplicateDecision,
    OfferLine,
)


def stands_on(requests: Sequence[AssistanceRequest], lines: Sequence[OfferLine]) -> str:
    """Name the first thing that was built on these records, in words; nothing if there is none."""
    return _on_requests(requests) or _on_offers(lines)


def _on_requests(requests: Sequence[AssistanceRequest]) -> str:
    for request in requests:
        if request.stage not in {"draft", "submitted"}:
            return f"{request.reference} is {request.stage}"
    if Clarification.objects.filter(line__request__in=requests).exists():
        return "the recipient has said more about a line"
    if AssistanceRequest.objects.filter(supersedes__in=requests).exists():
        return "a later request takes the place of one of them"
    return ""


def _on_offers(lines: Sequence[OfferLine]) -> str:
    if not lines:
        return ""
    moved = next((line for line in lines if line.stage != "offered"), None)
    if moved is not None:
        return f"line {moved.position} of its offer is {moved.stage.replace('_', ' ')}"
    ids = [line.pk for line in lines]
    promised = Allocation.objects.filter(offer_line_id__in=ids).order_by("pk").first()
    if promised is not None:
        return f"{promised} was proposed of it"
    left = balances([AccountKind.AVAILABLE], ids)
    gone = next((li for li in lines if left.get((li.pk, "available"), 0) != li.amount), None)
    if gone is not None:
        return f"a part of line {gone.position} of its offer was moved"
    if DuplicateDecision.objects.filter(kept__in=ids, undone_at__isnull=True).exists():
        return "another line was counted out as its duplicate"
    return ""
