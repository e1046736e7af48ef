"""Where units go that come back: to the offer and to the need, as long as these still stand."""

from collections.abc import Iterable

from muster.actions.posting import At, Posting
from muster.actions.staging import hold
from muster.core.accounts import AccountKind as K
from muster.core.stages import REQUEST_STAGES_OPEN
from muster.records.models import AssistanceRequest, Consignment, OfferLine, RequestLine

# What a donor or a recipient has said no to does not become free again.
_NO_LONGER_OFFERED = {"withdrawn": K.WITHDRAWN, "declined": K.NOT_TAKEN}


def back_to_offer(line: OfferLine, amount: int, before: At) -> list[Posting]:
    """Return units to an offer; those of a withdrawn or declined one pass on to where it went."""
    available = At(K.AVAILABLE, line.pk)
    postings = [Posting(line.item_id, amount, before, available)]
    if line.stage in _NO_LONGER_OFFERED:
        gone = At(_NO_LONGER_OFFERED[line.stage], line.pk)
        postings.append(Posting(line.item_id, amount, available, gone))
    return postings


def back_to_need(line: RequestLine, amount: int, before: K) -> list[Posting]:
    """Open a need again; of a request that is taken back, it is no longer asked."""
    still_open = At(K.NEED_OPEN, line.pk)
    postings = [Posting(line.item_id, amount, At(before, line.pk), still_open)]
    if line.request.stage not in REQUEST_STAGES_OPEN:
        withdrawn = At(K.NEED_WITHDRAWN, line.pk)
        postings.append(Posting(line.item_id, amount, still_open, withdrawn))
    return postings


def hold_requests(box: Consignment) -> None:
    """Wait for whoever is changing a request that the goods are for, in the order of ids."""
    wanted: Iterable[AssistanceRequest] = AssistanceRequest.objects.filter(
        pk__in=box.lines.values("allocation__request_line__request")
    ).order_by("pk")
    for request in wanted:
        hold(request)
