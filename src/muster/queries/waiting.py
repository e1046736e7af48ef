"""Since when records have been in the stage they are in; the age of whatever waits."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import models
from django.db.models import OuterRef, Subquery

from muster.records.models import StageEvent

_M = TypeVar("_M", bound=models.Model)


def since_of(ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Say when the last event of each record happened; records without events are left out."""
    events = StageEvent.objects.filter(subject_id__in=list(ids))
    latest = events.order_by("subject_id", "-recorded_at", "-happened_at").distinct("subject_id")
    return dict(latest.values_list("subject_id", "happened_at"))


def longest_first(found: models.QuerySet[_M]) -> models.QuerySet[_M]:
    """Sort records by how long they have been in their stage, the longest first."""
    events = StageEvent.objects.filter(subject_id=OuterRef("pk"))
    latest = events.order_by("-recorded_at", "-happened_at").values("happened_at")[:1]
    aged: models.QuerySet[_M] = found.alias(in_stage_since=Subquery(latest))
    return aged.order_by("in_stage_since", "pk")
