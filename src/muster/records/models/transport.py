"""The transport net: legs from place to place, and the days on which they are closed."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from muster.core.planning.net import Measure
from muster.core.planning.transport import MOST_DAYS
from muster.records.models.operations import Operation
from muster.records.models.parties import Place
from muster.records.models.record import Record, audience_index


class TransportLeg(Record):
    """One version of a leg.  A change is a new version; the one before is ended, never altered.

    A leg without an operation is a corridor that all operations share.
    """

    operation = models.ForeignKey(
        Operation, null=True, blank=True, on_delete=models.PROTECT, related_name="legs"
    )
    code = models.TextField()
    label = models.TextField(blank=True, default="")
    start = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="legs_from")
    end = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="legs_to")
    mode = models.TextField()
    gauge_break = models.BooleanField(default=False)
    days = models.IntegerField()
    cost = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.TextField(blank=True, default="")
    # What it carries in one period; empty = not limited, or not known.
    room_g = models.BigIntegerField(null=True, blank=True)
    room_ml = models.BigIntegerField(null=True, blank=True)
    room_mp = models.BigIntegerField(null=True, blank=True, help_text="thousandths of a pallet")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "transport_leg"
        verbose_name = "leg"
        constraints = [
            models.CheckConstraint(condition=~Q(start=F("end")), name="leg_not_onto_itself"),
            models.CheckConstraint(
                condition=Q(days__gte=0, days__lte=MOST_DAYS), name="leg_days_likely"
            ),
            models.CheckConstraint(
                condition=(Q(room_g__isnull=True) | Q(room_g__gte=0))
                & (Q(room_ml__isnull=True) | Q(room_ml__gte=0))
                & (Q(room_mp__isnull=True) | Q(room_mp__gte=0)),
                name="leg_room_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(cost__isnull=True, currency="")
                | Q(cost__isnull=False, cost__gte=0, currency__regex=r"^[A-Z]{3}$"),
                name="leg_cost_with_its_currency",
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9-]+$"), name="leg_code_plain"),
            models.UniqueConstraint(
                fields=["operation", "code"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="leg_in_force_once",
            ),
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="transport_leg_has_an_audience"
            ),
        ]
        indexes = [audience_index("transport_leg")]

    def __str__(self) -> str:
        return self.code

    @property
    def kg(self) -> Decimal | None:
        """What it carries in kilograms."""
        return _large(self.room_g, Measure.KG)

    @property
    def m3(self) -> Decimal | None:
        """What it carries in cubic metres."""
        return _large(self.room_ml, Measure.M3)

    @property
    def pallets(self) -> Decimal | None:
        """What it carries in pallets."""
        return _large(self.room_mp, Measure.PALLETS)


class LegClosure(models.Model):
    """Days on which nothing departs on a leg, both included; part of one version of it."""

    leg = models.ForeignKey(TransportLeg, on_delete=models.PROTECT, related_name="closures")
    first = models.DateField()
    last = models.DateField()
    why = models.TextField(blank=True, default="")

    class Meta:
        db_table = "leg_closure"
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="leg_closure_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


def _large(amount: int | None, measure: Measure) -> Decimal | None:
    return None if amount is None else Decimal(amount) / measure.unit
