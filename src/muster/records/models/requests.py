"""Requests for assistance and their lines."""

from django.db import models
from django.db.models import F, Q

from muster.core.quantities.amounts import QuantityKind
from muster.core.uses import Use
from muster.records.models.catalogue import Item
from muster.records.models.operations import Operation
from muster.records.models.parties import Party
from muster.records.models.record import Record, StagedRecord, audience_index


class AssistanceRequest(StagedRecord):
    """What a recipient asks for.  An update supersedes the earlier version."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="requests")
    recipient = models.ForeignKey(Party, on_delete=models.PROTECT)
    reference = models.TextField()
    title = models.TextField()
    channel = models.TextField(blank=True, default="")
    asked_on = models.DateField()
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        db_table = "assistance_request"
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "reference"], name="assistance_request_reference_once"
            ),
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="assistance_request_has_an_audience"
            ),
        ]
        indexes = [audience_index("assistance_request")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class Urgency(models.IntegerChoices):
    """How urgent a line is: the classes in which plans serve needs."""

    LIFE_SAVING = 1, "life-saving"
    URGENT = 2, "urgent"
    ROUTINE = 3, "routine"


class RequestLine(Record):
    """One need: an item, how much of it, by when, where, how urgent."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="request_lines")
    request = models.ForeignKey(AssistanceRequest, on_delete=models.PROTECT, related_name="lines")
    position = models.IntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    description = models.TextField(blank=True, default="")
    quantity_kind = models.TextField(choices=[(k.value, k.value) for k in QuantityKind])
    low = models.BigIntegerField(null=True, blank=True)
    high = models.BigIntegerField(null=True, blank=True)
    per = models.TextField(blank=True, default="")
    typed_amount = models.TextField()
    typed_unit = models.TextField()
    urgency = models.IntegerField(choices=Urgency, default=Urgency.URGENT)
    needed_by = models.DateField(null=True, blank=True)
    place = models.TextField(blank=True, default="")
    # What it is for, as the recipient states it; empty = not stated.
    use = models.TextField(
        choices=[(use.value, use.label) for use in Use], blank=True, default="", db_default=""
    )
    substitutes_welcome = models.BooleanField(default=True)
    question = models.TextField(blank=True, default="")

    class Meta:
        db_table = "request_line"
        constraints = [
            models.UniqueConstraint(
                fields=["request", "position"], name="request_line_position_once"
            ),
            models.UniqueConstraint(fields=["id", "item"], name="request_line_with_its_item"),
            models.CheckConstraint(
                condition=(Q(low__isnull=True) | Q(low__gt=0))
                & (Q(high__isnull=True) | Q(high__gt=0)),
                name="request_line_amount_positive",
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high")),
                name="request_line_low_not_above_high",
            ),
            models.CheckConstraint(
                condition=Q(use__in=["", *(use.value for use in Use)]),
                name="request_line_use_known",
            ),
            models.CheckConstraint(condition=~Q(audiences=[]), name="request_line_has_an_audience"),
        ]
        indexes = [audience_index("request_line")]

    def __str__(self) -> str:
        return f"{self.request_id} line {self.position}"


class Clarification(models.Model):
    """The recipient's later word on how much a line asks for; the line is not overwritten."""

    id = models.UUIDField(primary_key=True)
    line = models.ForeignKey(RequestLine, on_delete=models.PROTECT, related_name="clarifications")
    quantity_kind = models.TextField(choices=[(k.value, k.value) for k in QuantityKind])
    low = models.BigIntegerField(null=True, blank=True)
    high = models.BigIntegerField(null=True, blank=True)
    per = models.TextField(blank=True, default="")
    typed_amount = models.TextField()
    typed_unit = models.TextField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    act_id = models.UUIDField()
    # Of two words recorded at one moment, the later has the higher number.
    number = models.BigIntegerField(db_default=0, editable=False)

    class Meta:
        db_table = "clarification"
        constraints = [
            models.CheckConstraint(
                condition=(Q(low__isnull=True) | Q(low__gt=0))
                & (Q(high__isnull=True) | Q(high__gt=0)),
                name="clarification_amount_positive",
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high")),
                name="clarification_low_not_above_high",
            ),
        ]
        indexes = [models.Index(fields=["line", "recorded_at"], name="clarification_of_line")]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.typed_amount} {self.typed_unit}"
