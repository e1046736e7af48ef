"""Cases of the guarantee: what was invoked, what was decided, who owes an answer, what was said."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from muster.core.guarantee import Duty
from muster.records.models.operations import Operation
from muster.records.models.parties import Party
from muster.records.models.record import Record, StagedRecord, audience_index


class GuaranteeCase(StagedRecord):
    """An invocation: of what kind, by whom, on which day and basis, and when answers are due."""

    operation = models.OneToOneField(
        Operation, on_delete=models.PROTECT, related_name="guarantee_case"
    )
    # The kind whose policy holds: that of the operation, or the one that an exercise plays.
    plays = models.TextField()
    body = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    invoked_by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    invoked_on = models.DateField()
    basis = models.TextField()
    words = models.TextField()
    due_at = models.DateTimeField()
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="led_to"
    )

    class Meta:
        db_table = "guarantee_case"
        verbose_name = "case"
        constraints = [
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="guarantee_case_has_an_audience"
            ),
        ]
        indexes = [audience_index("guarantee_case")]

    def __str__(self) -> str:
        return self.operation.code


class GuaranteeDecision(Record):
    """The body's decision that a case stands: by consensus, on a day, under a reference."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField(GuaranteeCase, on_delete=models.PROTECT, related_name="decision")
    decided_on = models.DateField()
    reference = models.TextField()
    words = models.TextField()
    # Answers are due then, where the decision says so; else as it was from the invocation.
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "guarantee_decision"
        verbose_name = "decision"
        constraints = [
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="guarantee_decision_has_an_audience"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class GuaranteeDuty(models.Model):
    """What a case asks of one party, by its standing on the day of the invocation."""

    case = models.ForeignKey(GuaranteeCase, on_delete=models.PROTECT, related_name="duties")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    standing = models.TextField(blank=True, default="")
    duty = models.TextField(choices=[(each.value, each.value) for each in Duty])

    class Meta:
        db_table = "guarantee_duty"
        constraints = [
            models.UniqueConstraint(fields=["case", "party"], name="guarantee_duty_once"),
            models.UniqueConstraint(fields=["id", "duty"], name="guarantee_duty_with_its_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.duty}"


class GuaranteeAnswer(Record):
    """What a party said it gives, in its own words; a later answer takes an earlier one's place."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    asked = models.ForeignKey(GuaranteeDuty, on_delete=models.PROTECT, related_name="answers")
    # A copy, so that the database refuses an answer of whoever the case is about.
    duty = models.TextField()
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    answered_on = models.DateField()
    words = models.TextField()
    gives = models.TextField(blank=True, default="")
    offers = ArrayField(models.UUIDField(), blank=True, default=list)
    nothing_further = models.BooleanField(default=False)

    class Meta:
        db_table = "guarantee_answer"
        verbose_name = "answer"
        constraints = [
            models.UniqueConstraint(fields=["supersedes"], name="guarantee_answer_superseded_once"),
            models.UniqueConstraint(
                fields=["asked"],
                condition=Q(supersedes__isnull=True),
                name="guarantee_answer_first_once",
            ),
            models.CheckConstraint(
                condition=~Q(duty=Duty.AFFECTED.value), name="guarantee_answer_is_asked_for"
            ),
            models.CheckConstraint(
                condition=Q(nothing_further=False) | Q(gives="", offers=[]),
                name="guarantee_answer_gives_or_not",
            ),
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="guarantee_answer_has_an_audience"
            ),
        ]
        indexes = [audience_index("guarantee_answer")]

    def __str__(self) -> str:
        return f"of {self.asked.party_id} in {self.operation.code}"
