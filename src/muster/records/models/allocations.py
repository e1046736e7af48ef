"""Allocations: a quantity of one offer line promised to one request line, and the consents."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from muster.records.models.catalogue import Item
from muster.records.models.offers import OfferLine
from muster.records.models.operations import Operation
from muster.records.models.parties import Party
from muster.records.models.record import StagedRecord, audience_index
from muster.records.models.requests import RequestLine


class Allocation(StagedRecord):
    """`amount` units of the offer line, which do the work of `covers` units of the request line."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="allocations")
    offer_line = models.ForeignKey(
        OfferLine, on_delete=models.PROTECT, related_name="allocations", db_constraint=False
    )
    request_line = models.ForeignKey(
        RequestLine, on_delete=models.PROTECT, related_name="allocations"
    )
    # Offer line, item and donor are those of the offer: composite keys say so (records/sql).
    item = models.ForeignKey(Item, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    donor = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="allocations_given", db_constraint=False
    )
    recipient = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="allocations_taken")
    amount = models.BigIntegerField()
    covers = models.BigIntegerField()
    typed_amount = models.TextField()
    typed_unit = models.TextField()
    # A proposal that is not agreed by then returns its quantity by itself.
    expires_at = models.DateTimeField(null=True, blank=True)
    # The version of the rule book by which it was judged, and the rules that spoke; what was made
    # before there was a book has neither.
    rule_book = models.BigIntegerField(null=True, blank=True, editable=False)
    rules = ArrayField(models.BigIntegerField(), null=True, blank=True, editable=False)

    class Meta:
        db_table = "allocation"
        constraints = [
            models.UniqueConstraint(fields=["id", "item"], name="allocation_with_its_item"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, covers__gt=0), name="allocation_amount_positive"
            ),
            models.CheckConstraint(condition=~Q(audiences=[]), name="allocation_has_an_audience"),
        ]
        indexes = [audience_index("allocation")]

    def __str__(self) -> str:
        return f"{self.amount} of {self.item_id} from {self.donor_id} to {self.recipient_id}"


class Consent(StagedRecord):
    """The nation of origin lets its goods pass to a third party, on conditions, until a day."""

    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="consents")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT)
    origin = models.ForeignKey(Party, on_delete=models.PROTECT)
    conditions = models.TextField(blank=True, default="")
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "consent"
        constraints = [
            models.UniqueConstraint(fields=["allocation", "origin"], name="consent_asked_once"),
            models.CheckConstraint(condition=~Q(audiences=[]), name="consent_has_an_audience"),
        ]
        indexes = [audience_index("consent")]

    def __str__(self) -> str:
        return f"consent of {self.origin_id}"
