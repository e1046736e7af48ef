"""Situation reports with their yearly number series, and saved plans."""

from django.db import models
from django.db.models import F, Q

from muster.records.models.operations import Operation
from muster.records.models.parties import User
from muster.records.models.record import Record, StagedRecord, audience_index


class MessageNumber(models.Model):
    """The yearly series of message numbers, over all operations and exercises."""

    year = models.IntegerField()
    serial = models.IntegerField()
    act_id = models.UUIDField()

    class Meta:
        db_table = "message_number"
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="message_number_once"),
            models.CheckConstraint(condition=Q(serial__gt=0), name="message_number_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.year}/{self.serial}"


class SituationReport(StagedRecord):
    """A numbered report.  What it says is fixed when it is drafted; an update is a new report."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="reports")
    number = models.IntegerField(help_text="within the operation")
    message_number = models.TextField(unique=True)
    precedence = models.TextField()
    originator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="reports_originated"
    )
    as_of = models.DateTimeField()
    document = models.JSONField()
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        db_table = "situation_report"
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "number"], name="situation_report_number_once"
            ),
            models.UniqueConstraint(
                fields=["id", "originator"], name="situation_report_with_its_originator"
            ),
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="situation_report_has_an_audience"
            ),
        ]
        indexes = [audience_index("situation_report")]

    def __str__(self) -> str:
        return self.message_number


class ReportApproval(models.Model):
    """Who approved a report: never the person who wrote it."""

    report = models.OneToOneField(
        SituationReport, primary_key=True, on_delete=models.PROTECT, related_name="approval"
    )
    originator_id = models.UUIDField()
    approver = models.ForeignKey(User, on_delete=models.PROTECT)
    approved_at = models.DateTimeField()

    class Meta:
        db_table = "report_approval"
        constraints = [
            models.CheckConstraint(
                condition=~Q(originator_id=F("approver")), name="report_approval_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"approved by {self.approver_id}"


class SavedPlan(Record):
    """A plan as it was proposed: the problem, the assignments and the reasons, kept to be read."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="plans")
    method = models.TextField()
    outcome = models.TextField(blank=True, default="")
    problem = models.JSONField(null=True, blank=True)
    plan = models.JSONField(null=True, blank=True)
    # The what-if it was made in, if it was made in one.
    scenario = models.ForeignKey(
        "Scenario", null=True, blank=True, on_delete=models.PROTECT, related_name="plans"
    )

    class Meta:
        db_table = "saved_plan"
        constraints = [
            models.CheckConstraint(condition=~Q(audiences=[]), name="saved_plan_has_an_audience"),
        ]
        indexes = [audience_index("saved_plan")]

    def __str__(self) -> str:
        return f"plan of {self.operation_id} by {self.method}"
