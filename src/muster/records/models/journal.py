"""The record of who did what: one line per act, and the dated events that make up every stage."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from muster.core.stages import Subject
from muster.records.models.parties import Place, User
from muster.records.models.record import Marking


class JournalEntry(models.Model):
    """One act: who, for whom, when, through which door, why, on what, with which content.

    The key is the caller's.  A retry with the same key and the same content is answered with what
    the first call did.
    """

    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(db_default=0, editable=False, unique=True)
    verb = models.TextField()
    subject = models.TextField()
    subject_id = models.TextField()
    operation = models.ForeignKey(
        "records.Operation", null=True, on_delete=models.PROTECT, db_index=False
    )
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, db_index=False)
    user_name = models.TextField()
    role = models.TextField(blank=True, default="")
    for_party = models.TextField(blank=True, default="")
    door = models.TextField()
    reason = models.TextField(blank=True, default="")
    content = models.JSONField()
    digest = models.BinaryField(max_length=32)
    recorded_at = models.DateTimeField()
    marking = models.TextField(choices=Marking, default=Marking.UNCLASSIFIED)
    audiences = ArrayField(models.TextField())

    class Meta:
        db_table = "journal_entry"
        indexes = [
            models.Index(fields=["subject", "subject_id"], name="journal_entry_subject"),
            models.Index(fields=["operation", "number"], name="journal_entry_operation"),
        ]

    def __str__(self) -> str:
        return f"{self.recorded_at:%Y-%m-%d %H:%M} {self.user_name}: {self.verb}"


class JournalLink(models.Model):
    """A line's place in the chain of its operation; written by records/sql/journal.sql alone."""

    entry = models.OneToOneField(
        JournalEntry, primary_key=True, on_delete=models.PROTECT, related_name="link"
    )
    chain = models.TextField()
    link = models.BigIntegerField()
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "journal_link"
        constraints = [
            models.UniqueConstraint(fields=["chain", "link"], name="journal_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}: {self.link}"


class JournalWaiting(models.Model):
    """A line that the next act of its chain will link: it was in other hands at that moment."""

    entry = models.OneToOneField(JournalEntry, primary_key=True, on_delete=models.PROTECT)
    chain = models.TextField()
    number = models.BigIntegerField()

    class Meta:
        db_table = "journal_waiting"
        indexes = [models.Index(fields=["chain", "number"], name="journal_waiting_chain")]

    def __str__(self) -> str:
        return f"{self.chain}: {self.number} waits"


class JournalChain(models.Model):
    """The head of one operation's journal: how long it is, and the hash of its last line."""

    chain = models.TextField(primary_key=True)
    length = models.BigIntegerField()
    head = models.BinaryField(max_length=32)

    class Meta:
        db_table = "journal_chain"

    def __str__(self) -> str:
        return f"{self.chain}: {self.length}"


class LifecycleStep(models.Model):
    """The lifecycle tables of core/stages.py, stored so that the database can refuse by them."""

    subject = models.TextField(choices=[(s.value, s.value) for s in Subject])
    event = models.TextField()
    before = models.TextField(blank=True)
    after = models.TextField()

    class Meta:
        db_table = "lifecycle_step"
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "event", "before"], name="lifecycle_step_leads_to_one_stage"
            ),
            models.UniqueConstraint(
                fields=["subject", "event", "before", "after"], name="lifecycle_step_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.event} {self.before} -> {self.after}"


class StageEvent(models.Model):
    """A dated event in the life of a record; placed, where it has a place.  Only added.

    Inserting one moves the subject's stage, or is refused because the subject is elsewhere.
    """

    id = models.UUIDField(primary_key=True)
    subject = models.TextField(choices=[(s.value, s.value) for s in Subject])
    subject_id = models.UUIDField()
    event = models.TextField()
    before = models.TextField(blank=True)
    after = models.TextField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, db_index=False
    )
    note = models.TextField(blank=True, default="")
    act = models.ForeignKey(JournalEntry, on_delete=models.PROTECT)
    # Of two events recorded at one moment, the later has the higher number.
    number = models.BigIntegerField(db_default=0, editable=False)

    class Meta:
        db_table = "stage_event"
        indexes = [
            models.Index(fields=["subject_id", "recorded_at"], name="stage_event_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("recorded_at")),
                name="stage_event_not_in_the_future",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} at {self.happened_at:%Y-%m-%d %H:%M}"
