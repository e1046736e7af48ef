"""Pages of a list, by the last record shown and not by counting: the newest first."""

from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from muster.core.actors import Actor
from muster.queries.visibility import visible
from muster.records.models.record import Record

_R = TypeVar("_R", bound=Record)

PAGE = 50


def newest(
    found: QuerySet[_R], actor: Actor, day: date, *, before: UUID | None, limit: int = PAGE
) -> tuple[list[_R], UUID | None]:
    """Give one page of records, newest first, and the key that opens the next page.

    Args:
        found: the records to page through.
        actor: on whose behalf.
        day: today, on which the actor's roles are judged.
        before: the last record of the page before; one that the actor may not see opens page one.
        limit: how many at most.
    """
    last = visible(found.model, actor, day).filter(pk=before).first() if before else None
    if last is not None:
        same_moment = Q(recorded_at=last.recorded_at, pk__lt=last.pk)
        found = found.filter(Q(recorded_at__lt=last.recorded_at) | same_moment)
    rows = list(found.order_by("-recorded_at", "-pk")[: limit + 1])
    return rows[:limit], rows[limit - 1].pk if len(rows) > limit else None
