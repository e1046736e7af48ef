"""Meetings of a contact group, who was there, their readouts, and reminders after them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from muster.records.models.operations import Operation
from muster.records.models.parties import Party, User
from muster.records.models.record import Record, StagedRecord, audience_index


class Meeting(Record):
    """One meeting of a series: its number, day, place and mode."""

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", "in person"
        VIRTUAL = "virtual", "virtual"
        MIXED = "mixed", "in person and online"
        UNKNOWN = "unknown", "not known"

    # The body whose series it is: a contact group, or a coalition.
    series = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="meetings")
    number = models.IntegerField()
    held_on = models.DateField()
    place = models.TextField(blank=True, default="")
    mode = models.TextField(choices=Mode, default=Mode.UNKNOWN)
    # The operation whose needs it is about, where there is one here.
    operation = models.ForeignKey(
        Operation, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings"
    )
    # Which of number, date, place and mode are from memory; the others were read in the source.
    recalled = ArrayField(models.TextField(), blank=True, default=list)

    class Meta:
        db_table = "meeting"
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="meeting_number_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="meeting_number_positive"),
            models.CheckConstraint(condition=~Q(audiences=[]), name="meeting_has_an_audience"),
        ]
        indexes = [audience_index("meeting")]

    def __str__(self) -> str:
        return f"{self.series_id} meeting {self.number}"


class MeetingCorrection(models.Model):
    """What was said of a meeting before a correction, what is said since, and why."""

    id = models.UUIDField(primary_key=True)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="corrections")
    # By the name of the fact, as text: only what changed.
    before = models.JSONField()
    after = models.JSONField()
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    act_id = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "meeting_correction"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="meeting_correction_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.reason}"


class Attendance(models.Model):
    """A party that was there, or that chaired."""

    class Role(models.TextChoices):
        PRESENT = "present", "present"
        CHAIR = "chair", "chair"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    party = models.ForeignKey(Party, on_delete=models.PROTECT)
    role = models.TextField(choices=Role)
    source = models.TextField(blank=True, default="")
    recalled = models.BooleanField(default=False)
    act_id = models.UUIDField()

    class Meta:
        db_table = "attendance"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "party", "role"], name="attendance_named_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.role}"


class AttendanceCount(models.Model):
    """How many were there by somebody's account, where only a count is published."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="counts")
    # The words used: "nearly 50", "44 countries, NATO and the EU".
    said = models.TextField()
    low = models.IntegerField(null=True, blank=True)
    high = models.IntegerField(null=True, blank=True)
    source = models.TextField(blank=True, default="")
    recalled = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    act_id = models.UUIDField()

    class Meta:
        db_table = "attendance_count"
        constraints = [
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high")),
                name="attendance_count_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.said


class MeetingReadout(StagedRecord):
    """What is said of a meeting afterwards, made from the records when it was drafted."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="readouts")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="readouts")
    number = models.IntegerField(help_text="within the meeting")
    originator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="readouts_originated"
    )
    document = models.JSONField()

    class Meta:
        db_table = "meeting_readout"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"], name="meeting_readout_number_once"
            ),
            models.UniqueConstraint(
                fields=["id", "originator"], name="meeting_readout_with_its_originator"
            ),
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="meeting_readout_has_an_audience"
            ),
        ]
        indexes = [audience_index("meeting_readout")]

    def __str__(self) -> str:
        return f"readout {self.number}"


class ReadoutApproval(models.Model):
    """Who approved a readout: never the person who wrote it."""

    readout = models.OneToOneField(
        MeetingReadout, primary_key=True, on_delete=models.PROTECT, related_name="approval"
    )
    originator_id = models.UUIDField()
    approver = models.ForeignKey(User, on_delete=models.PROTECT)
    approved_at = models.DateTimeField()

    class Meta:
        db_table = "readout_approval"
        constraints = [
            models.CheckConstraint(
                condition=~Q(originator_id=F("approver")), name="readout_approval_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"approved by {self.approver_id}"
