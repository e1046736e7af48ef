"""Which need each offer line answered, as it was known at a moment, told by the journal.

An offer line carries only the latest word on it.  The journal has every word: what the donor stated
with the offer, each later match, and each proposal, of which the first gives an offer that answers
nothing its need.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from muster.records.models import JournalEntry, OfferLine

_MATCHED = "match an offer with a need"

# In the order in which it was said; within one act in the order of its transfers.
_PROPOSED = """
SELECT act.number, moved.position, allocation.offer_line_id, allocation.request_line_id
FROM allocation
JOIN journal_entry AS act ON act.id = allocation.act_id
JOIN account AS taker ON taker.owner_id = allocation.id AND taker.kind = 'reserved'
JOIN transfer AS moved ON moved.to_account_id = taker.id AND moved.act_id = act.id
WHERE allocation.offer_line_id = ANY(%s) AND act.recorded_at <= %s
"""


def answered_then(lines: Sequence[OfferLine], known: datetime) -> dict[UUID, UUID]:
    """Say which request line each offer line answered by what was known; most may answer none."""
    answers = {line.pk: need for line, need in _stated(lines) if need is not None}
    matches = JournalEntry.objects.filter(
        subject="offer_line",
        subject_id__in=[str(line.pk) for line in lines],
        verb=_MATCHED,
        recorded_at__lte=known,
    ).values_list("number", "subject_id", "content__request_line")
    said: list[tuple[int, int, UUID, UUID | None, bool]] = [
        (number, 0, UUID(line), UUID(need) if need else None, True)
        for number, line, need in matches
    ]
    with connection.cursor() as cursor:
        cursor.execute(_PROPOSED, [[line.pk for line in lines], known])
        said += [(*row, False) for row in cursor.fetchall()]
    for _, _, line, need, is_match in sorted(said, key=lambda word: word[:2]):
        if is_match and need is None:
            answers.pop(line, None)
        elif need is not None and (is_match or line not in answers):
            answers[line] = need
    return answers


def _stated(lines: Iterable[OfferLine]) -> Iterable[tuple[OfferLine, UUID | None]]:
    """Read what each offer line said to answer when it was made; an imported one says nothing."""
    made = JournalEntry.objects.in_bulk({line.act_id for line in lines})
    for line in lines:
        content = made[line.act_id].content if line.act_id in made else {}
        said = content.get("answers")
        if isinstance(listed := content.get("lines"), list) and line.position <= len(listed):
            said = listed[line.position - 1].get("answers")
        yield line, UUID(said) if said else None
