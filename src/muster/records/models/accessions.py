"""How a party becomes a member of a body, step by step, and what its members are bound to."""

from django.db import models
from django.db.models import F, Q

from muster.core.accessions import Step
from muster.records.models.parties import Party


class AccessionStep(models.Model):
    """One step on the way into a body, on its day; a ratification names who ratified."""

    id = models.UUIDField(primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="accession_steps")
    body = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    step = models.TextField(choices=[(step.value, step.value) for step in Step])
    by = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="ratifications"
    )
    happened_on = models.DateField()
    source = models.TextField()
    checked = models.TextField(blank=True, default="")
    recorded_at = models.DateTimeField()
    # A step that was recorded wrongly stays, and another takes its place.
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accession_step"
        constraints = [
            models.CheckConstraint(
                condition=Q(step="ratified", by__isnull=False)
                | (~Q(step="ratified") & Q(by__isnull=True)),
                name="accession_step_names_who_ratified",
            ),
            models.CheckConstraint(
                condition=~Q(party=F("body")), name="accession_step_into_another"
            ),
            models.UniqueConstraint(
                fields=["party", "body", "step", "by"],
                name="accession_step_once",
                condition=Q(superseded_at__isnull=True),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} in {self.body_id}: {self.step} on {self.happened_on}"


class Obligation(models.Model):
    """What a body binds those of one standing to, from a day until (not including) another."""

    code = models.TextField(primary_key=True)
    body = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="obligations")
    authority = models.TextField()
    binds = models.TextField()
    text = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    source = models.TextField()
    checked = models.TextField()

    class Meta:
        db_table = "obligation"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="obligation_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.authority
