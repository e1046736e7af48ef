"""What-ifs that are kept and shared, and searches for plans that can be watched and stopped."""

from django.db import models
from django.db.models import Q

from muster.records.models.operations import Operation
from muster.records.models.parties import User
from muster.records.models.record import Record, audience_index


class Scenario(Record):
    """A named list of changes to an operation's problem; nothing but plans is made of it."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="scenarios")
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    name = models.TextField()
    note = models.TextField(blank=True, default="")
    changes = models.JSONField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "scenario"
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="scenario_has_a_name"),
            models.UniqueConstraint(
                fields=["operation", "name"],
                condition=Q(ended_at__isnull=True),
                name="scenario_named_once",
            ),
            models.CheckConstraint(condition=~Q(audiences=[]), name="scenario_has_an_audience"),
        ]
        indexes = [audience_index("scenario")]

    def __str__(self) -> str:
        return self.name


class PlanSearch(models.Model):
    """How far a search for a plan has come; written while it runs, under the job's own key."""

    key = models.UUIDField(primary_key=True)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="searches")
    method = models.TextField()
    seconds = models.FloatField()
    began_at = models.DateTimeField()
    spent = models.FloatField(default=0)
    rounds = models.IntegerField(default=0)
    # On the first objective; nothing is proved where the bound is empty.
    value = models.BigIntegerField(null=True, blank=True)
    bound = models.BigIntegerField(null=True, blank=True)
    stop_asked = models.BooleanField(default=False)
    ended = models.BooleanField(default=False)

    class Meta:
        db_table = "plan_search"
        constraints = [
            models.CheckConstraint(condition=Q(seconds__gt=0), name="plan_search_takes_time"),
        ]

    def __str__(self) -> str:
        return f"{self.method}, {self.spent} of {self.seconds} s"
