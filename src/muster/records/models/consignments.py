"""Consignments, manifests, receipts, discrepancies and unsolicited arrivals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from muster.records.models.allocations import Allocation
from muster.records.models.catalogue import Item
from muster.records.models.operations import Operation
from muster.records.models.parties import Party, Place, User
from muster.records.models.record import Record, StagedRecord, audience_index


class Consignment(StagedRecord):
    """What travels together to one consignee."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="consignments")
    reference = models.TextField()
    donor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="consignments_sent")
    consignee = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="consignments_due"
    )
    carrier = models.TextField(blank=True, default="")
    mode = models.TextField(blank=True, default="")
    from_place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The codes of the places it will go through, first and last included; empty = not said.
    way = ArrayField(models.TextField(), blank=True, default=list, db_default=[])
    leaves_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "consignment"
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "reference"], name="consignment_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(leaves_on__isnull=True)
                | Q(due_on__isnull=True)
                | Q(due_on__gte=F("leaves_on")),
                name="consignment_dates_in_order",
            ),
            models.CheckConstraint(condition=~Q(audiences=[]), name="consignment_has_an_audience"),
        ]
        indexes = [audience_index("consignment")]

    def __str__(self) -> str:
        return self.reference


class ManifestLine(Record):
    """A line of a packing list: so much of one allocation."""

    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="lines")
    allocation = models.ForeignKey(
        Allocation, on_delete=models.PROTECT, related_name="manifest_lines"
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    position = models.IntegerField()
    amount = models.BigIntegerField()
    typed_amount = models.TextField()
    typed_unit = models.TextField()
    pieces = models.IntegerField(null=True, blank=True, help_text="packages, pallets or crates")
    gross_kg = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    volume_m3 = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    lot = models.TextField(blank=True, default="")
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "manifest_line"
        constraints = [
            models.UniqueConstraint(
                fields=["consignment", "position"], name="manifest_line_position_once"
            ),
            models.UniqueConstraint(fields=["id", "item"], name="manifest_line_with_its_item"),
            models.UniqueConstraint(fields=["id", "amount"], name="manifest_line_with_its_amount"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="manifest_line_amount_positive"),
            models.CheckConstraint(
                condition=(Q(pieces__isnull=True) | Q(pieces__gt=0))
                & (Q(gross_kg__isnull=True) | Q(gross_kg__gt=0))
                & (Q(volume_m3__isnull=True) | Q(volume_m3__gt=0)),
                name="manifest_line_measures_positive",
            ),
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="manifest_line_has_an_audience"
            ),
        ]
        indexes = [audience_index("manifest_line")]

    def __str__(self) -> str:
        return f"{self.amount} of {self.item_id}"


class Serial(models.Model):
    """One numbered thing on a manifest."""

    manifest_line = models.ForeignKey(
        ManifestLine, on_delete=models.PROTECT, related_name="serials"
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    number = models.TextField()
    # Taken off when the consignment is cancelled, so that the thing can travel with another.
    aboard = models.BooleanField(default=True)

    class Meta:
        db_table = "serial"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "number"], condition=Q(aboard=True), name="serial_on_one_manifest"
            ),
            models.CheckConstraint(condition=~Q(number=""), name="serial_not_empty"),
        ]

    def __str__(self) -> str:
        return self.number


class Receipt(Record):
    """The recipient's signed count of a consignment."""

    consignment = models.OneToOneField(
        Consignment, on_delete=models.PROTECT, related_name="receipt"
    )
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT)
    signed_at = models.DateTimeField()
    place = models.TextField(blank=True, default="")
    remarks = models.TextField(blank=True, default="")

    class Meta:
        db_table = "receipt"
        constraints = [
            models.CheckConstraint(condition=~Q(audiences=[]), name="receipt_has_an_audience"),
        ]
        indexes = [audience_index("receipt")]

    def __str__(self) -> str:
        return f"receipt of {self.consignment_id}"


class ReceiptLine(models.Model):
    """The count of one manifest line: good + damaged + missing + rejected = dispatched."""

    id = models.UUIDField(primary_key=True)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines")
    manifest_line = models.OneToOneField(
        ManifestLine, on_delete=models.PROTECT, related_name="receipt_line"
    )
    dispatched = models.BigIntegerField()
    good = models.BigIntegerField()
    damaged = models.BigIntegerField(default=0)
    missing = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    extra = models.BigIntegerField(default=0)
    remarks = models.TextField(blank=True, default="")

    class Meta:
        db_table = "receipt_line"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    good__gte=0, damaged__gte=0, missing__gte=0, rejected__gte=0, extra__gte=0
                ),
                name="receipt_line_counts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    dispatched=F("good") + F("damaged") + F("missing") + F("rejected"),
                ),
                name="receipt_line_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.good} of {self.dispatched} good"


class Discrepancy(StagedRecord):
    """The case that opens by itself when a receipt and a manifest differ, until it is resolved."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="discrepancies")
    receipt_line = models.OneToOneField(
        ReceiptLine, on_delete=models.PROTECT, related_name="discrepancy"
    )
    sentence = models.TextField()

    class Meta:
        db_table = "discrepancy"
        constraints = [
            models.CheckConstraint(condition=~Q(audiences=[]), name="discrepancy_has_an_audience"),
        ]
        indexes = [audience_index("discrepancy")]

    def __str__(self) -> str:
        return self.sentence


class UnsolicitedArrival(StagedRecord):
    """Goods that nobody asked for, found at a hub: kept apart until someone decides."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="arrivals")
    reference = models.TextField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    amount = models.BigIntegerField()
    typed_amount = models.TextField()
    typed_unit = models.TextField()
    sender = models.TextField()
    place = models.ForeignKey(Place, on_delete=models.PROTECT)
    arrived_on = models.DateField()
    description = models.TextField(blank=True, default="")

    class Meta:
        db_table = "unsolicited_arrival"
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "reference"], name="unsolicited_arrival_reference_once"
            ),
            models.UniqueConstraint(
                fields=["id", "item"], name="unsolicited_arrival_with_its_item"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="unsolicited_arrival_amount_positive"
            ),
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="unsolicited_arrival_has_an_audience"
            ),
        ]
        indexes = [audience_index("unsolicited_arrival")]

    def __str__(self) -> str:
        return self.reference
