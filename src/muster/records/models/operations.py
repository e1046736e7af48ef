"""Operations: one crisis with its recipients."""

from django.db import models
from django.db.models import Q

from muster.records.models.parties import Party, Place
from muster.records.models.record import StagedRecord, audience_index


class Operation(StagedRecord):
    """One crisis; what its kind asks of whom is a row of core/guarantee.py."""

    class Kind(models.TextChoices):
        DISASTER = "disaster", "disaster relief"
        SUPPORT = "support", "standing support to a partner"
        CONSULTATION = "consultation", "consultation"
        DEFENCE = "defence", "collective defence"
        RESILIENCE = "resilience", "mutual aid for resilience"
        EXERCISE = "exercise", "exercise"

    code = models.TextField(unique=True)
    name = models.TextField()
    kind = models.TextField(choices=Kind)
    body = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="operations_led")
    recipients: "models.ManyToManyField[Party, OperationRecipient]" = models.ManyToManyField(
        Party, through="OperationRecipient", related_name="operations_received"
    )
    began_on = models.DateField()
    situation = models.TextField(blank=True, default="")
    reopens = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        db_table = "operation"
        constraints = [
            models.CheckConstraint(condition=~Q(audiences=[]), name="operation_has_an_audience"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z0-9-]+$"), name="operation_code_plain"
            ),
        ]
        indexes = [audience_index("operation")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class OperationRecipient(models.Model):
    """A nation that is helped in an operation, and where goods enter it."""

    operation = models.ForeignKey(
        Operation, on_delete=models.PROTECT, related_name="recipient_links"
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT)
    point_of_entry = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        db_table = "operation_recipient"
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "party"], name="operation_recipient_named_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} in {self.operation_id}"
