"""What burden is held against: exchange rates, targets, and the published shares of a union."""

from django.db import models
from django.db.models import F, Q

from muster.core.burden import Measure
from muster.core.yardsticks import Basis
from muster.records.models.parties import Party
from muster.records.models.record import Record, audience_index

_CURRENCY = r"^[A-Z]{3}$"
_LATEST = Q(superseded_at__isnull=True)


class ExchangeRate(Record):
    """How many of one currency one of another was worth over a period, by a method."""

    base = models.TextField()
    quote = models.TextField()
    rate = models.DecimalField(max_digits=24, decimal_places=10)
    # The first and the last day of the period.
    since = models.DateField()
    until = models.DateField()
    method = models.TextField()
    # A later word on the same period takes its place; it stays on record.
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "exchange_rate"
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive"),
            models.CheckConstraint(
                condition=Q(base__regex=_CURRENCY, quote__regex=_CURRENCY)
                & ~Q(method="")
                & ~Q(source=""),
                name="exchange_rate_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(base=F("quote")), name="exchange_rate_of_two_currencies"
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="exchange_rate_period_in_order"
            ),
            models.UniqueConstraint(
                fields=["base", "quote", "since", "until"],
                condition=_LATEST,
                name="exchange_rate_once",
            ),
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="exchange_rate_has_an_audience"
            ),
        ]
        indexes = [audience_index("exchange_rate")]

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} {self.rate}"


class BurdenTarget(Record):
    """What a body set as a target for one party, or for all of its members, over a period."""

    body = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="targets_set")
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="targets"
    )
    measure = models.TextField(choices=[(m.value, m.value) for m in Measure])
    basis = models.TextField(choices=[(b.value, b.value) for b in Basis])
    amount = models.DecimalField(max_digits=24, decimal_places=6)
    # Of an amount of money; empty for a share of GDP.
    currency = models.TextField(blank=True, default="")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "burden_target"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="burden_target_positive"),
            models.CheckConstraint(
                condition=Q(basis="percent_of_gdp", currency="")
                | Q(basis="amount", currency__regex=_CURRENCY),
                name="burden_target_says_of_what",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="burden_target_says_whence"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="burden_target_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["body", "party", "measure", "basis", "currency", "since"],
                condition=_LATEST,
                nulls_distinct=False,
                name="burden_target_once",
            ),
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="burden_target_has_an_audience"
            ),
        ]
        indexes = [audience_index("burden_target")]

    def __str__(self) -> str:
        return f"{self.body_id}: {self.amount}"


class ShareTable(Record):
    """Published shares of a union or a fund: who carries which part of it, from a day on."""

    body = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="share_tables")
    name = models.TextField(unique=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    sha256 = models.TextField()

    class Meta:
        db_table = "share_table"
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(source=""), name="share_table_says_what"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="share_table_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(audiences=[]), name="share_table_has_an_audience"),
        ]
        indexes = [audience_index("share_table")]

    def __str__(self) -> str:
        return self.name


class ShareRow(models.Model):
    """The part of one party, in percent, as it was published."""

    table = models.ForeignKey(ShareTable, on_delete=models.PROTECT, related_name="rows")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    percent = models.DecimalField(max_digits=14, decimal_places=10)

    class Meta:
        db_table = "share_row"
        constraints = [
            models.UniqueConstraint(fields=["table", "party"], name="share_row_party_once"),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100), name="share_row_of_a_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.percent} %"
