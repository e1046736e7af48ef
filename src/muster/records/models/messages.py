"""Messages of the field as they were received, and what became of each of their entries."""

from django.db import models
from django.db.models import Q

from muster.records.models.intake import ImportBatch, OriginalFile
from muster.records.models.operations import Operation
from muster.records.models.parties import User
from muster.records.models.record import Record, audience_index


class ReceivedMessage(Record):
    """One message, by its own id; its bytes are kept whole, and it is never changed."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="messages")
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    # The name of its element, such as RequestResource; of an envelope without messages, its type.
    kind = models.TextField()
    message_id = models.TextField()
    originating_id = models.TextField(blank=True, default="")
    preceding_id = models.TextField(blank=True, default="")
    recall = models.TextField(blank=True, default="")
    recalled_id = models.TextField(blank=True, default="")
    distribution_id = models.TextField(blank=True, default="")
    # Who says it, in the message's own words.
    sender = models.TextField(blank=True, default="")
    # Of what it says, however it is indented: the same id with another digest is refused.
    digest = models.TextField()
    original = models.ForeignKey(OriginalFile, on_delete=models.PROTECT, related_name="messages")
    # Which message of its document it is, from 1.
    position = models.IntegerField(default=1)
    # Where its entries wait for a person, if they do.
    batch = models.ForeignKey(
        ImportBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    # The record that it made or changed, by its table and key.
    subject = models.TextField(blank=True, default="")
    subject_id = models.UUIDField(null=True, blank=True)
    said = models.TextField(help_text="what came of it, in a sentence")

    class Meta:
        db_table = "received_message"
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "message_id"], name="received_message_once"
            ),
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="received_message_has_an_audience"
            ),
        ]
        indexes = [
            audience_index("received_message"),
            models.Index(fields=["subject_id"], name="received_message_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class ReceivedEntry(models.Model):
    """One entry of a message, and the line or record that it became, if it became one."""

    message = models.ForeignKey(ReceivedMessage, on_delete=models.PROTECT, related_name="entries")
    position = models.IntegerField()
    element_id = models.TextField()
    # A line that waits in an import has its key already; its record comes with the commit.
    subject = models.TextField(blank=True, default="")
    subject_id = models.UUIDField(null=True, blank=True)
    said = models.TextField(blank=True, default="")

    class Meta:
        db_table = "received_entry"
        constraints = [
            models.UniqueConstraint(
                fields=["message", "position"], name="received_entry_position_once"
            ),
        ]
        indexes = [models.Index(fields=["subject_id"], name="received_entry_subject")]

    def __str__(self) -> str:
        return f"{self.message_id} entry {self.element_id}"
