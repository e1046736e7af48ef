"""What arrived as a file or a text: its bytes as they came, and the lines read from it."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q

from muster.core.intake.settled import Purpose, Verdict
from muster.core.quantities.amounts import QuantityKind
from muster.records.models.operations import Operation
from muster.records.models.parties import User
from muster.records.models.record import Record, StagedRecord, audience_index


class OriginalFile(models.Model):
    """The bytes of a file as they came, kept once under their own hash; never changed."""

    sha256 = models.TextField(primary_key=True)
    data = models.BinaryField()
    size = models.BigIntegerField()

    class Meta:
        db_table = "original_file"

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.size} bytes)"


class ImportBatch(StagedRecord):
    """One list that somebody dropped in: what it is to become, and how it was read."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="imports")
    purpose = models.TextField(choices=[(p.value, p.value) for p in Purpose])
    sender = models.TextField(blank=True, default="")
    # Whose list it is by the word of whoever imported it; else each line's own words say it.
    party = models.TextField(blank=True, default="")
    file_name = models.TextField()
    original = models.ForeignKey(OriginalFile, on_delete=models.PROTECT, related_name="batches")
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    # What a person has said about the file: columns, convention of numbers, order of days.
    hints = models.JSONField(default=dict)
    # What the reading found of the file as a whole.
    format = models.TextField(blank=True, default="")
    title = models.TextField(blank=True, default="")
    stated_on = models.DateField(null=True, blank=True)
    columns = models.JSONField(default=list)
    issues = models.JSONField(default=list)

    class Meta:
        db_table = "import_batch"
        constraints = [
            models.CheckConstraint(condition=~Q(audiences=[]), name="import_batch_has_an_audience"),
        ]
        indexes = [
            audience_index("import_batch"),
            models.Index(fields=["operation", "-recorded_at"], name="import_batch_of_operation"),
        ]

    def __str__(self) -> str:
        return f"the import of {self.file_name}"


class KeptJson(models.JSONField):
    """JSON that is kept as it was written: nothing searches in it, so it is not taken apart."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Name the type of the column."""
        del connection
        return "json"

    def from_db_value(
        self, value: object, expression: object, connection: BaseDatabaseWrapper
    ) -> object:
        """Take what the driver has read already."""
        del expression, connection
        return value


class ImportLine(models.Model):
    """One line as it was read and settled; its draft is kept beside it.

    Until the import is committed, lines follow what people decide; afterwards they are permanent.
    """

    # The trigger that keeps committed lines also keeps out those without an import, all at once.
    batch = models.ForeignKey(
        ImportBatch,
        on_delete=models.PROTECT,
        related_name="lines",
        db_constraint=False,
        db_index=False,
    )
    number = models.IntegerField()
    place = models.TextField()
    text = models.TextField()
    item_text = models.TextField()
    # The whole draft of core/exchange.py, without what the columns say.
    draft = KeptJson()
    # What a person decided: item, amount, unit, party, skip.
    decision = models.JSONField(null=True, blank=True)
    verdict = models.TextField(choices=[(v.value, v.value) for v in Verdict])
    item = models.TextField(blank=True, default="")
    confidence = models.FloatField(default=0)
    candidates = models.JSONField(null=True, blank=True)
    quantity_kind = models.TextField(
        choices=[(k.value, k.value) for k in QuantityKind], default=QuantityKind.UNKNOWN.value
    )
    low = models.BigIntegerField(null=True, blank=True)
    high = models.BigIntegerField(null=True, blank=True)
    per = models.TextField(blank=True, default="")
    typed_amount = models.TextField(blank=True, default="")
    typed_unit = models.TextField(blank=True, default="")
    party = models.TextField(blank=True, default="")
    status = models.TextField()
    issues = models.JSONField(null=True, blank=True)

    class Meta:
        db_table = "import_line"
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="import_line_number_once"),
        ]

    def __str__(self) -> str:
        return f"line {self.number} of {self.batch_id}"


class SenderMapping(models.Model):
    """What a sender means by a heading, as a person has said it; the next list is read so."""

    sender = models.TextField()
    heading = models.TextField()
    means = models.TextField(blank=True)
    said_by = models.ForeignKey(User, on_delete=models.PROTECT)
    said_at = models.DateTimeField()

    class Meta:
        db_table = "sender_mapping"
        constraints = [
            models.UniqueConstraint(fields=["sender", "heading"], name="sender_mapping_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.heading} is {self.means}"


class DuplicateDecision(Record):
    """A person's word on two lines: one thing told twice, or two things.  It can be taken back."""

    class Word(models.TextChoices):
        SAME = "same", "one thing, told twice"
        DISTINCT = "distinct", "two things"

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT)
    # The line that counts, and the one that does not: ids of request lines, of offer lines, or of
    # lines of an import that is not committed yet.  Of two things, the lower id comes first.
    kept = models.UUIDField()
    other = models.UUIDField()
    word = models.TextField(choices=Word)
    reason = models.TextField(blank=True, default="")
    # What was taken out of the count, in smallest units; it comes back if the word is taken back.
    amount = models.BigIntegerField(default=0)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "duplicate_decision"
        constraints = [
            models.UniqueConstraint(
                fields=["kept", "other"],
                condition=Q(undone_at__isnull=True),
                name="duplicate_decided_once",
            ),
            models.CheckConstraint(condition=~Q(kept=F("other")), name="duplicate_of_another_line"),
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="duplicate_decision_has_an_audience"
            ),
        ]
        indexes = [audience_index("duplicate_decision")]

    def __str__(self) -> str:
        return f"{self.other} and {self.kept}: {self.word}"


class JobProgress(models.Model):
    """How far a job has come, written while its own transaction is still open."""

    key = models.UUIDField(primary_key=True)
    done = models.BigIntegerField(default=0)
    whole = models.BigIntegerField(null=True, blank=True)
    # Why it was refused, if it was.
    code = models.TextField(blank=True, default="")
    sentence = models.TextField(blank=True, default="")

    class Meta:
        db_table = "job_progress"

    def __str__(self) -> str:
        return f"{self.done} of {self.whole}"
