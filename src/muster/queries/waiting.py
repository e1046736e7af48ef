"""What waits: one record, a pile of them, and since when each has been in its stage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Min, OuterRef, Subquery

from muster.records.models import StageEvent

_M = TypeVar("_M", bound=models.Model)


class About(StrEnum):
    """What kind of record a row is about, and so which page it leads to."""

    REQUEST = "request"
    NEED = "need"
    OFFER = "offer"
    ALLOCATION = "allocation"
    CONSENT = "consent"
    CONSIGNMENT = "consignment"
    ARRIVAL = "arrival"
    REPORT = "report"
    PLEDGE = "pledge"
    CASE = "guarantee_case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One record that waits.

    Args:
        key: of the record whose page it is dealt with on.
        operation: the operation's code.
        what: the record in a few words.
        note: what is worth knowing before one opens it.
        since: since when it waits, or None where it does not.
        on: a day that belongs to it (leaves, arrives, is needed), or None.
    """

    about: About
    key: UUID
    operation: str
    what: str
    note: str = ""
    stage: str = ""
    since: datetime | None = None
    on: date | None = None
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Pile:
    """The answer to one question: how many there are, and the first few."""

    name: str
    count: int
    rows: tuple[Waiting, ...]


def since_of(ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Say when the last event of each record happened; records without events are left out."""
    events = StageEvent.objects.filter(subject_id__in=list(ids))
    latest = events.order_by("subject_id", "-recorded_at", "-happened_at").distinct("subject_id")
    return dict(latest.values_list("subject_id", "happened_at"))


def longest_first(found: models.QuerySet[_M]) -> models.QuerySet[_M]:
    """Sort records by how long they have been in their stage, the longest first."""
    return _aged(found).order_by("in_stage_since", "pk")


def oldest_of(found: models.QuerySet[_M]) -> datetime | None:
    """Say since when the one of the records that has waited longest is in its stage."""
    oldest: datetime | None = _aged(found).aggregate(oldest=Min("in_stage_since"))["oldest"]
    return oldest


def _aged(found: models.QuerySet[_M]) -> models.QuerySet[_M]:
    events = StageEvent.objects.filter(subject_id=OuterRef("pk"))
    latest = events.order_by("-recorded_at", "-happened_at").values("happened_at")[:1]
    aged: models.QuerySet[_M] = found.annotate(in_stage_since=Subquery(latest))
    return aged
