"""Versions of a request: what earlier ones were promised is a part of what the latest asks for.

An update says the whole need again.  What was promised to an earlier version stays promised to it,
so the update's lines count the rest: of each item what earlier versions keep, taken off the lines
that ask for it, the first line first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from muster.core.accounts import AccountKind as K
from muster.queries.amounts import latest_words, quantity_of
from muster.queries.balances import balances
from muster.queries.duplicates import counted_out
from muster.records.models import AssistanceRequest, RequestLine, StageEvent

# What of a need has been answered, in whichever stage the answer is.
_KEPT = (K.NEED_RESERVED, K.NEED_PROMISED, K.NEED_MOVING, K.NEED_RECEIVED)


def earlier_versions(request: AssistanceRequest) -> list[AssistanceRequest]:
    """List the versions that a request takes the place of, the oldest first."""
    found: list[AssistanceRequest] = []
    while request.supersedes is not None:
        request = request.supersedes
        found.append(request)
    return found[::-1]


def later_versions(request: AssistanceRequest) -> list[AssistanceRequest]:
    """List the versions that took the place of a request, the latest last."""
    found: list[AssistanceRequest] = []
    while request.stage == "superseded":
        validated = StageEvent.objects.filter(event="validate").values("subject_id")
        request = AssistanceRequest.objects.get(supersedes=request, pk__in=validated)
        found.append(request)
    return found


def kept(versions: Iterable[AssistanceRequest]) -> Counter[str]:
    """Say how much of each item is promised to these versions, or was received for them."""
    items = dict(
        RequestLine.objects.filter(request__in=list(versions)).values_list("pk", "item_id")
    )
    found: Counter[str] = Counter()
    for (line, _), units in balances(_KEPT, items).items():
        found[items[line]] += units
    return found


def carried(
    request: AssistanceRequest, *, also: Mapping[str, int] | None = None
) -> dict[UUID, int]:
    """Say how much of what each line asks for is kept by earlier versions already.

    Args:
        request: the latest version.
        also: units of each item to add to what is kept, or to take off.
    """
    if request.supersedes_id is None:
        return {}
    held = kept(earlier_versions(request))
    held.update(also or {})
    lines = list(request.lines.order_by("position"))
    words = latest_words(line.pk for line in lines)
    told_twice = counted_out(line.pk for line in lines)
    return _spread(
        [
            (line, quantity_of(words.get(line.pk) or line).cap or 0)
            for line in lines
            if line.pk not in told_twice
        ],
        held,
    )


def _spread(asked: Sequence[tuple[RequestLine, int]], held: Mapping[str, int]) -> dict[UUID, int]:
    left = Counter(held)
    found: dict[UUID, int] = {}
    for line, cap in asked:
        found[line.pk] = min(cap, max(left[line.item_id], 0))
        left[line.item_id] -= found[line.pk]
    return found
