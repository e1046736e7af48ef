"""Where units go that come back: to the offer and to the need, as long as these still stand."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from muster.actions.posting import At, Posting
from muster.actions.staging import hold
from muster.core.accounts import AccountKind as K
from muster.core.stages import REQUEST_STAGES_OPEN
from muster.queries.balances import balance
from muster.queries.versions import carried, later_versions
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


def passed_on(changes: Sequence[tuple[RequestLine, int]]) -> list[Posting]:
    """Let the latest version of a request ask for what an earlier one no longer keeps.

    What it keeps after all, the latest version asks less for, as far as that is open.  Of a request
    that nothing took the place of, there is nothing to pass on.

    Args:
        changes: lines, and by how many units what each keeps is about to change.
    """
    latest: dict[UUID, AssistanceRequest] = {}
    kept: dict[UUID, Counter[str]] = {}
    for line, change in changes:
        if line.request.stage == "superseded" and change != 0:
            version = later_versions(line.request)[-1]
            latest[version.pk] = version
            kept.setdefault(version.pk, Counter())[line.item_id] += change
    return [
        posting
        for key, version in latest.items()
        if version.stage in REQUEST_STAGES_OPEN
        for posting in _asked_by(version, kept[key])
    ]


def _asked_by(version: AssistanceRequest, change: Counter[str]) -> Iterator[Posting]:
    before, after = carried(version), carried(version, also=change)
    for line in version.lines.order_by("position"):
        still_open = At(K.NEED_OPEN, line.pk)
        more = before.get(line.pk, 0) - after.get(line.pk, 0)
        less = min(-more, balance(K.NEED_OPEN, line.pk))
        if more > 0:
            yield Posting(line.item_id, more, At(K.NEED_SOURCE, line.pk), still_open)
        elif less > 0:
            yield Posting(line.item_id, less, still_open, At(K.NEED_WITHDRAWN, line.pk))


def hold_versions(request: AssistanceRequest) -> None:
    """Wait for whoever is changing a request or what took its place, the older version first."""
    hold(request)
    for version in later_versions(request):
        hold(version)


def hold_requests(box: Consignment) -> None:
    """Wait for whoever is changing a request that the goods are for, in the order of ids."""
    wanted: Iterable[AssistanceRequest] = AssistanceRequest.objects.filter(
        pk__in=box.lines.values("allocation__request_line__request")
    ).order_by("pk")
    for request in wanted:
        hold_versions(request)
