"""What things are worth, by which method; and public tables of who gave how much in which month."""

from django.db import models
from django.db.models import Q

from muster.core.burden import FigureKind, Measure
from muster.records.models.allocations import Allocation
from muster.records.models.offers import OfferLine
from muster.records.models.parties import Party, User
from muster.records.models.pledges import PledgeLine
from muster.records.models.record import Record, audience_index

_CURRENCY = r"^[A-Z]{3}$"


class Valuation(Record):
    """The worth of one offer line, allocation or line of a pledge, by a method, as of a day."""

    offer_line = models.ForeignKey(
        OfferLine, null=True, blank=True, on_delete=models.PROTECT, related_name="valuations"
    )
    allocation = models.ForeignKey(
        Allocation, null=True, blank=True, on_delete=models.PROTECT, related_name="valuations"
    )
    pledge_line = models.ForeignKey(
        PledgeLine, null=True, blank=True, on_delete=models.PROTECT, related_name="valuations"
    )
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    currency = models.TextField()
    method = models.TextField()
    as_of = models.DateField()
    # A later word by the same method takes its place; it stays on record.
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "valuation"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    offer_line__isnull=False, allocation__isnull=True, pledge_line__isnull=True
                )
                | Q(offer_line__isnull=True, allocation__isnull=False, pledge_line__isnull=True)
                | Q(offer_line__isnull=True, allocation__isnull=True, pledge_line__isnull=False),
                name="valuation_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="valuation_positive"),
            models.CheckConstraint(
                condition=Q(currency__regex=_CURRENCY) & ~Q(method="") & ~Q(source=""),
                name="valuation_says_how",
            ),
            models.UniqueConstraint(
                fields=["offer_line", "allocation", "pledge_line", "currency", "method"],
                name="valuation_once_by_a_method",
                condition=Q(superseded_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=~Q(audiences=[]), name="valuation_has_an_audience"),
        ]
        indexes = [audience_index("valuation")]

    def __str__(self) -> str:
        return f"{self.currency} {self.amount} ({self.method})"


class BurdenTable(Record):
    """A public table that was brought in whole: its name, its file and where it is from."""

    name = models.TextField(unique=True)
    sha256 = models.TextField()
    # The multiple of the currency in which its amounts are written, if all are: mn, bn.
    unit = models.TextField(blank=True, default="")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "burden_table"
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="burden_table_has_a_name"),
            models.CheckConstraint(condition=~Q(audiences=[]), name="burden_table_has_an_audience"),
        ]
        indexes = [audience_index("burden_table")]

    def __str__(self) -> str:
        return self.name


class BurdenRow(models.Model):
    """A row of a table: an amount of a donor in a month; negative where it was taken back."""

    table = models.ForeignKey(BurdenTable, on_delete=models.PROTECT, related_name="rows")
    line = models.IntegerField()
    donor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    measure = models.TextField(choices=[(m.value, m.value) for m in Measure])
    # What kind of help, in the table's own words: military, financial, humanitarian.
    kind = models.TextField(blank=True, default="")
    amount = models.DecimalField(max_digits=42, decimal_places=12)
    currency = models.TextField()
    method = models.TextField()
    source = models.TextField()

    class Meta:
        db_table = "burden_row"
        constraints = [
            models.UniqueConstraint(fields=["table", "line"], name="burden_row_line_once"),
            models.CheckConstraint(
                condition=Q(month__day=1, currency__regex=_CURRENCY)
                & ~Q(method="")
                & ~Q(source="")
                & Q(measure__in=[m.value for m in Measure]),
                name="burden_row_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line} of {self.table_id}"


class BurdenFigure(models.Model):
    """What a table holds a donor's amounts against: its GDP, its population, or a key."""

    table = models.ForeignKey(BurdenTable, on_delete=models.PROTECT, related_name="figures")
    donor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField(choices=[(k.value, k.value) for k in FigureKind])
    year = models.IntegerField()
    amount = models.DecimalField(max_digits=42, decimal_places=12)
    currency = models.TextField(blank=True, default="")
    source = models.TextField()

    class Meta:
        db_table = "burden_figure"
        constraints = [
            models.UniqueConstraint(
                fields=["table", "donor", "kind", "year"], name="burden_figure_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, kind__in=[k.value for k in FigureKind])
                & (~Q(kind="gdp") | Q(currency__regex=_CURRENCY)),
                name="burden_figure_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.donor_id} {self.year}"
