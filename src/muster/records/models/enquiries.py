"""Questions between parties about what is asked, given or lent."""

from django.db import models
from django.db.models import F, Q

from muster.core.enquiries import EnquiryKind
from muster.records.models.operations import Operation
from muster.records.models.parties import Party
from muster.records.models.record import StagedRecord, audience_index


class Enquiry(StagedRecord):
    """What one party asks another; what is answered stands in its events, with their words."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="enquiries")
    kind = models.TextField(choices=[(kind.value, kind.value) for kind in EnquiryKind])
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="enquiries_made")
    asked = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="enquiries_received")
    # The record that it is about, by its table and key.
    about = models.TextField(blank=True, default="")
    about_id = models.UUIDField(null=True, blank=True)
    words = models.TextField()
    # Of goods that are to stay: the last day asked for.
    until = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "enquiry"
        verbose_name_plural = "enquiries"
        constraints = [
            models.CheckConstraint(condition=~Q(audiences=[]), name="enquiry_has_an_audience"),
            models.CheckConstraint(condition=~Q(party=F("asked")), name="enquiry_asks_another"),
            models.CheckConstraint(condition=~Q(words=""), name="enquiry_has_words"),
            models.CheckConstraint(
                condition=Q(about="", about_id__isnull=True)
                | (~Q(about="") & Q(about_id__isnull=False)),
                name="enquiry_about_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind="information") | Q(about_id__isnull=False),
                name="enquiry_about_something",
            ),
            models.CheckConstraint(
                condition=~Q(kind="extension") | Q(until__isnull=False),
                name="enquiry_extension_has_a_day",
            ),
        ]
        indexes = [
            audience_index("enquiry"),
            models.Index(fields=["about_id"], name="enquiry_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} asked by {self.party_id} of {self.asked_id}"
