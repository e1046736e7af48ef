"""What every record carries: a marking, its audiences, when it was recorded and by which act."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Marking(models.TextChoices):
    """How a record is marked.  Muster holds unclassified data only."""

    UNCLASSIFIED = "unclassified", "NON - CLASSIFIED"
    PUBLIC = "public", "NON - CLASSIFIED, RELEASABLE TO THE PUBLIC"


def audience_index(table: str) -> GinIndex:
    """Make the index that serves the one visibility rule: an overlap of audiences."""
    return GinIndex(fields=["audiences"], name=f"{table}_audiences")


class Record(models.Model):
    """The base of everything that someone may or may not see."""

    id = models.UUIDField(primary_key=True)
    marking = models.TextField(choices=Marking, default=Marking.UNCLASSIFIED)
    audiences = ArrayField(models.TextField())
    recorded_at = models.DateTimeField()
    act_id = models.UUIDField()
    # Where the demo scenario fills a gap in the published facts, it says so on the record.
    invented = models.BooleanField(default=False)
    source = models.TextField(blank=True, default="")

    class Meta:
        abstract = True


class StagedRecord(Record):
    """A record with a lifecycle; only the database writes the stage, after an event."""

    stage = models.TextField(default="", editable=False)

    class Meta:
        abstract = True
