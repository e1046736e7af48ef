"""Agreed shares of the burden of an operation, each as it was said, by whom and when."""

from django.db import models
from django.db.models import Q

from muster.records.models.operations import Operation
from muster.records.models.parties import Party
from muster.records.models.record import Record, audience_index


class AgreedShare(Record):
    """What part of an operation one donor has agreed to carry; a later word takes its place."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="agreed_shares")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="agreed_shares")
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    agreed_on = models.DateField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "agreed_share"
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100), name="agreed_share_of_a_whole"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="agreed_share_says_whence"),
            models.UniqueConstraint(
                fields=["operation", "party"],
                condition=Q(superseded_at__isnull=True),
                name="agreed_share_once",
            ),
            models.CheckConstraint(condition=~Q(audiences=[]), name="agreed_share_has_an_audience"),
        ]
        indexes = [audience_index("agreed_share")]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.percent} %"
