"""The catalogue: items with their smallest unit, packs, substitutes and reviews."""

from django.db import models
from django.db.models import F, Q

from muster.records.models.parties import User


class Lethality(models.TextChoices):
    """The verdict of the latest review; nobody guesses it from a name."""

    UNREVIEWED = "unreviewed", "not reviewed"
    NON_LETHAL = "non_lethal", "reviewed as non-lethal"
    LETHAL = "lethal", "reviewed as lethal"


class Item(models.Model):
    """A kind of thing, counted in whole amounts of its smallest unit."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    category = models.TextField()
    relief_category = models.TextField(
        blank=True, default="", help_text="the sector of relief it belongs to; empty = none"
    )
    support_category = models.TextField(
        blank=True, default="", help_text="the field of military support; empty = none"
    )
    unit = models.TextField(help_text="UN/ECE Recommendation 20 code of the smallest unit")
    countable = models.BooleanField(default=True)
    mass_g = models.BigIntegerField(null=True, blank=True, help_text="of one unit; empty = unknown")
    volume_ml = models.BigIntegerField(
        null=True, blank=True, help_text="of one unit; empty = unknown"
    )
    # Written by the database alone, from the latest review.
    lethality = models.TextField(choices=Lethality, default=Lethality.UNREVIEWED, editable=False)
    serial_tracked = models.BooleanField(default=False)
    expires = models.BooleanField(default=False)
    consent_prone = models.BooleanField(default=False)
    hazard = models.TextField(blank=True, default="")
    hs_code = models.TextField(blank=True, default="")
    source = models.TextField(blank=True, default="")

    class Meta:
        db_table = "item"
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="item_code_not_empty"),
            models.CheckConstraint(
                condition=Q(mass_g__isnull=True) | Q(mass_g__gt=0), name="item_mass_known_or_empty"
            ),
            models.CheckConstraint(
                condition=Q(volume_ml__isnull=True) | Q(volume_ml__gt=0),
                name="item_volume_known_or_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemReview(models.Model):
    """A dated verdict on an item, with its reviewer and reason.  Reviews are only added."""

    id = models.UUIDField(primary_key=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.TextField(choices=Lethality)
    reviewer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    authority = models.TextField(blank=True, default="")
    reviewed_at = models.DateTimeField()
    reason = models.TextField()
    # Of two reviews of one moment, the later has the higher number.
    number = models.BigIntegerField(db_default=0, editable=False)

    class Meta:
        db_table = "item_review"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="item_review_has_a_reason"),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=False) | ~Q(authority=""),
                name="item_review_has_a_reviewer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.verdict}"


class Pack(models.Model):
    """A pack of an item: an exact number of the smallest unit."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="packs")
    name = models.TextField()
    holds = models.BigIntegerField()

    class Meta:
        db_table = "pack"
        constraints = [
            models.UniqueConstraint(fields=["item", "name"], name="pack_named_once"),
            models.CheckConstraint(condition=Q(holds__gt=0), name="pack_holds_something"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.holds}"


class AliasSource(models.TextChoices):
    """Who said that the words mean the item."""

    SEED = "seed", "ships with Muster"
    CONFIRMED = "confirmed", "confirmed by a person"


class Alias(models.Model):
    """Other words for an item: an alias that is in use is of one item only.

    `normalised` is the text as core/intake/wording.py writes it.  An alias is ended, not deleted.
    """

    id = models.UUIDField(primary_key=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="aliases")
    text = models.TextField()
    normalised = models.TextField()
    language = models.TextField(blank=True, default="", help_text="ISO 639-1; empty = not known")
    source = models.TextField(choices=AliasSource)
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "item_alias"
        constraints = [
            models.UniqueConstraint(
                fields=["normalised"], condition=Q(ended_at__isnull=True), name="item_alias_of_one"
            ),
            models.CheckConstraint(condition=~Q(normalised=""), name="item_alias_not_empty"),
            models.CheckConstraint(
                condition=Q(source=AliasSource.SEED)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="item_alias_confirmed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class KitPart(models.Model):
    """`amount` of the part's smallest unit is in one unit of the kit."""

    kit = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="parts")
    part = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="in_kits")
    amount = models.BigIntegerField()
    source = models.TextField(blank=True, default="")

    class Meta:
        db_table = "kit_part"
        constraints = [
            models.UniqueConstraint(fields=["kit", "part"], name="kit_part_listed_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="kit_part_amount_positive"),
            models.CheckConstraint(condition=~Q(kit=F("part")), name="kit_part_is_another_item"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.part_id} in {self.kit_id}"


class Substitute(models.Model):
    """`numerator` units of the substitute do the work of `denominator` units of the item."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="substitutes")
    substitute = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="substitute_for")
    numerator = models.BigIntegerField(default=1)
    denominator = models.BigIntegerField(default=1)
    note = models.TextField(blank=True, default="")

    class Meta:
        db_table = "substitute"
        constraints = [
            models.UniqueConstraint(fields=["item", "substitute"], name="substitute_listed_once"),
            models.CheckConstraint(
                condition=Q(numerator__gt=0, denominator__gt=0), name="substitute_ratio_positive"
            ),
            models.CheckConstraint(
                condition=~Q(item=F("substitute")), name="substitute_is_another_item"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} for {self.item_id}"
