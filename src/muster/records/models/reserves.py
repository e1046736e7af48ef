"""Reserves: what a nation holds at home of an item, and the floor below which it gives nothing."""

from django.db import models
from django.db.models import Q

from muster.records.models.catalogue import Item
from muster.records.models.parties import Party
from muster.records.models.record import Record, audience_index


class Reserve(Record):
    """One dated word of a nation on one item; the latest one holds.  Seen by that nation alone."""

    number = models.BigIntegerField(db_default=0, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateField()
    # What was at home at the count, and the least of it that is kept; in the item's smallest unit.
    holds = models.BigIntegerField()
    counted_at = models.DateTimeField()
    floor = models.BigIntegerField()
    note = models.TextField(blank=True, default="")

    class Meta:
        db_table = "reserve"
        constraints = [
            models.CheckConstraint(
                condition=Q(holds__gte=0, floor__gte=0), name="reserve_amounts_not_negative"
            ),
            models.CheckConstraint(condition=~Q(audiences=[]), name="reserve_has_an_audience"),
        ]
        indexes = [
            audience_index("reserve"),
            models.Index(fields=["party", "item", "since", "number"], name="reserve_latest"),
            models.Index(fields=["item"], name="reserve_item"),
        ]

    def __str__(self) -> str:
        return f"of {self.item_id} at home"
