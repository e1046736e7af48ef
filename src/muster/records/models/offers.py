"""Offers and their lines."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from muster.core.quantities.amounts import QuantityKind
from muster.records.models.catalogue import Item
from muster.records.models.operations import Operation
from muster.records.models.parties import Party
from muster.records.models.record import Record, StagedRecord, audience_index
from muster.records.models.requests import RequestLine


class Offer(Record):
    """What a donor will give, in one message, with the standing it had on that day."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="offers")
    donor = models.ForeignKey(Party, on_delete=models.PROTECT)
    reference = models.TextField()
    title = models.TextField()
    offered_on = models.DateField()
    donor_standing = models.TextField()
    # A restricted offer is seen by its donor, its recipient and the centre, not by other nations.
    restricted = models.BooleanField(default=False)

    class Meta:
        db_table = "offer"
        constraints = [
            models.UniqueConstraint(fields=["operation", "reference"], name="offer_reference_once"),
            models.UniqueConstraint(fields=["id", "donor"], name="offer_with_its_donor"),
            models.CheckConstraint(condition=~Q(audiences=[]), name="offer_has_an_audience"),
        ]
        indexes = [audience_index("offer")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class OfferLine(StagedRecord):
    """One thing offered: item, amount, from when until when, on which conditions."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="offer_lines")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="lines")
    donor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="offer_lines")
    position = models.IntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    description = models.TextField(blank=True, default="")
    quantity_kind = models.TextField(
        choices=[(k.value, k.value) for k in QuantityKind], default=QuantityKind.EXACT.value
    )
    # Everything offered; of a rate, what it comes to over the days it is available.
    amount = models.BigIntegerField()
    rate = models.BigIntegerField(null=True, blank=True)
    per = models.TextField(blank=True, default="")
    typed_amount = models.TextField()
    typed_unit = models.TextField()
    # The request line this answers, if its donor or the centre has said so.
    answers = models.ForeignKey(
        RequestLine, null=True, blank=True, on_delete=models.PROTECT, related_name="answering_lines"
    )
    available_from = models.DateField()
    available_until = models.DateField(null=True, blank=True)
    place = models.TextField(blank=True, default="")
    # The donor gives whole multiples of this many units only.
    lot = models.BigIntegerField(default=1)
    caveat = models.TextField(blank=True, default="")
    # The part of a caveat that a program can judge: codes of parties.
    only_for = ArrayField(models.TextField(), blank=True, default=list)
    not_for = ArrayField(models.TextField(), blank=True, default=list)
    # The nation whose consent the transfer needs, where it is not the donor itself.
    origin = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="goods_of_origin"
    )
    # The version of the rule book by which it was judged, and the rules that spoke; what was made
    # before there was a book has neither.
    rule_book = models.BigIntegerField(null=True, blank=True, editable=False)
    rules = ArrayField(models.BigIntegerField(), null=True, blank=True, editable=False)

    class Meta:
        db_table = "offer_line"
        constraints = [
            models.UniqueConstraint(fields=["offer", "position"], name="offer_line_position_once"),
            models.UniqueConstraint(fields=["id", "item"], name="offer_line_with_its_item"),
            models.UniqueConstraint(fields=["id", "donor"], name="offer_line_with_its_donor"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="offer_line_amount_positive"),
            models.CheckConstraint(condition=Q(lot__gt=0), name="offer_line_lot_positive"),
            models.CheckConstraint(
                condition=Q(available_until__isnull=True)
                | Q(available_until__gte=F("available_from")),
                name="offer_line_dates_in_order",
            ),
            models.CheckConstraint(condition=~Q(audiences=[]), name="offer_line_has_an_audience"),
        ]
        indexes = [audience_index("offer_line")]

    def __str__(self) -> str:
        return f"{self.offer_id} line {self.position}"
