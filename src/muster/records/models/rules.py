"""The rule book: versions of rules, what was approved and retired, reviews, and decisions.

All of it is added to and never changed: a new text is a new version, and the book's own version is
the number of its last change.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from muster.core.rulebook.book import Effect, Step
from muster.records.models.catalogue import Item
from muster.records.models.consignments import Consignment
from muster.records.models.operations import Operation
from muster.records.models.parties import Party, User


class RuleVersion(models.Model):
    """One version of a rule: its condition as text, what it does, and whose rule it is."""

    code = models.TextField()
    version = models.IntegerField()
    title = models.TextField()
    sentence = models.TextField(help_text="what a person reads when it speaks")
    expression = models.TextField(help_text="when it speaks, in CEL")
    effect = models.TextField(choices=[(effect.value, effect.value) for effect in Effect])
    consent_of = models.TextField(blank=True, default="")
    steps = ArrayField(models.TextField(choices=[(step.value, step.value) for step in Step]))
    operation = models.ForeignKey(Operation, null=True, blank=True, on_delete=models.PROTECT)
    precedence = models.IntegerField(default=0)
    authority = models.TextField()
    citation = models.TextField(blank=True, default="")
    source = models.TextField(blank=True, default="")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    # Made up to show how such a rule is written; it says so wherever it is read.
    invented = models.BooleanField(default=False)
    author = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="rules_written"
    )
    recorded_at = models.DateTimeField()
    act_id = models.UUIDField()

    class Meta:
        db_table = "rule_version"
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="rule_version_once"),
            models.UniqueConstraint(fields=["id", "author"], name="rule_version_with_its_author"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z0-9-]+$"), name="rule_version_code_plain"
            ),
            models.CheckConstraint(
                condition=Q(version__gt=0), name="rule_version_numbered_from_one"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="rule_version_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(sentence="") & ~Q(expression="") & ~Q(authority=""),
                name="rule_version_says_what_and_whose",
            ),
            models.CheckConstraint(
                condition=Q(effect__in=[effect.value for effect in Effect]),
                name="rule_version_effect_known",
            ),
            models.CheckConstraint(condition=~Q(steps=[]), name="rule_version_asked_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.code} version {self.version}"


class RuleChange(models.Model):
    """A version comes into the book or leaves it; the highest number is the book's version."""

    class Kind(models.TextChoices):
        APPROVE = "approve", "approved"
        RETIRE = "retire", "retired"

    number = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="changes")
    kind = models.TextField(choices=Kind)
    # The author of the version, copied so that the check below can compare (records/sql).
    author_id = models.UUIDField(null=True, blank=True)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    day = models.DateField(help_text="retired: the first day no longer in force")
    reason = models.TextField(blank=True, default="")
    recorded_at = models.DateTimeField()
    act_id = models.UUIDField()

    class Meta:
        db_table = "rule_change"
        constraints = [
            models.UniqueConstraint(fields=["version", "kind"], name="rule_change_once"),
            models.CheckConstraint(
                condition=Q(kind="retire") | Q(author_id__isnull=True) | ~Q(author_id=F("by")),
                name="rule_approval_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version_id}"


class RuleReview(models.Model):
    """A person has reviewed a gift as a rule wants it: it may go on, or it may not."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField(help_text="the rule, in all its versions")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT)
    donor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="gifts_reviewed")
    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    recipient = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="takings_reviewed")
    passes = models.BooleanField()
    reason = models.TextField()
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT)
    recorded_at = models.DateTimeField()
    act_id = models.UUIDField()
    # Of two reviews of one gift, the later has the higher number.
    number = models.BigIntegerField(db_default=0, editable=False)

    class Meta:
        db_table = "rule_review"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="rule_review_has_a_reason"),
        ]
        indexes = [models.Index(fields=["operation", "donor", "item"], name="rule_review_of_gift")]

    def __str__(self) -> str:
        return f"{self.code}: {self.donor_id}, {self.item_id}"


class DispatchDecision(models.Model):
    """By which version of the book a consignment left, and which rules spoke."""

    consignment = models.OneToOneField(
        Consignment, primary_key=True, on_delete=models.PROTECT, related_name="decision"
    )
    rule_book = models.BigIntegerField()
    rules = ArrayField(models.BigIntegerField(), default=list)
    recorded_at = models.DateTimeField()
    act_id = models.UUIDField()

    class Meta:
        db_table = "dispatch_decision"

    def __str__(self) -> str:
        return f"{self.consignment_id} by version {self.rule_book}"
