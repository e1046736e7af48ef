"""Pledges: what was announced, by whom and in which words, and what was told of it since."""

from django.db import models
from django.db.models import F, Q

from muster.core.pledges import Event, Form, PartyRole
from muster.core.quantities.amounts import QuantityKind
from muster.records.models.catalogue import Item
from muster.records.models.meetings import Meeting
from muster.records.models.offers import OfferLine
from muster.records.models.operations import Operation
from muster.records.models.parties import Party, User
from muster.records.models.record import Record, audience_index


class Pledge(Record):
    """One announcement, alone or jointly, at a meeting or elsewhere.  It promises nobody anything.

    It is in no figure of what is offered, allocated or delivered.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="pledges")
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="pledges"
    )
    # The coalition under whose name it was announced, if any.
    coalition = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="coalition_pledges"
    )
    reference = models.TextField()
    announced_on = models.DateField()
    # The words used, as they were said or printed.
    words = models.TextField()
    # Sources are kept per record; whether this one was read, or is from memory.
    recalled = models.BooleanField(default=False)

    class Meta:
        db_table = "pledge"
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "reference"], name="pledge_reference_once"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="pledge_has_words"),
            models.CheckConstraint(condition=~Q(audiences=[]), name="pledge_has_an_audience"),
        ]
        indexes = [audience_index("pledge")]

    def __str__(self) -> str:
        return self.reference


class PledgeParty(models.Model):
    """A party of a pledge: who gives, who pays, who supplies, who carries."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="parties")
    party = models.ForeignKey(Party, on_delete=models.PROTECT)
    role = models.TextField(choices=[(role.value, role.value) for role in PartyRole])
    # Of a joint pledge, in percent; empty where it was announced jointly, shares not stated.
    share = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)

    class Meta:
        db_table = "pledge_party"
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "party", "role"], name="pledge_party_named_once"
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(role="donor", share__gt=0, share__lte=100),
                name="pledge_party_share_of_a_donor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.role}"


class PledgeLine(Record):
    """One thing or one sum of a pledge; of a pledge over several years, one year's tranche.

    The figures at the end are written by the database, from the events (records/sql/pledges.sql).
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="pledge_lines")
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="lines")
    position = models.IntegerField()
    announced_on = models.DateField()
    form = models.TextField(choices=[(form.value, form.value) for form in Form])
    # Goods: an item of the catalogue, or the announcement's own words where it has none.
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT)
    description = models.TextField(blank=True, default="")
    currency = models.TextField(blank=True, default="")
    quantity_kind = models.TextField(
        choices=[(k.value, k.value) for k in QuantityKind], default=QuantityKind.EXACT.value
    )
    low = models.BigIntegerField(null=True, blank=True)
    high = models.BigIntegerField(null=True, blank=True)
    per = models.TextField(blank=True, default="")
    # What counts as announced: smallest units of the item (whole), or money; empty where no amount
    # was stated.
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    typed_amount = models.TextField(blank=True, default="")
    typed_unit = models.TextField(blank=True, default="")
    year_from = models.IntegerField(null=True, blank=True)
    year_until = models.IntegerField(null=True, blank=True)
    reduced = models.DecimalField(max_digits=20, decimal_places=2, db_default=0, editable=False)
    committed = models.DecimalField(max_digits=20, decimal_places=2, db_default=0, editable=False)
    allocated = models.DecimalField(max_digits=20, decimal_places=2, db_default=0, editable=False)
    disbursed = models.DecimalField(max_digits=20, decimal_places=2, db_default=0, editable=False)
    withdrawn = models.BooleanField(db_default=False, editable=False)

    class Meta:
        db_table = "pledge_line"
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "position"], name="pledge_line_position_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                name="pledge_line_amount_positive",
            ),
            models.CheckConstraint(
                condition=(
                    Q(form="goods", currency="") & (~Q(description="") | Q(item__isnull=False))
                )
                | Q(
                    form__in=["money", "worth"],
                    currency__regex=r"^[A-Z]{3}$",
                    item__isnull=True,
                    amount__isnull=False,
                ),
                name="pledge_line_of_something",
            ),
            models.CheckConstraint(
                condition=Q(year_until__isnull=True) | Q(year_until__gte=F("year_from")),
                name="pledge_line_years_in_order",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(committed__lte=F("amount") - F("reduced")),
                name="pledge_line_not_overcommitted",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(reduced__lte=F("amount")),
                name="pledge_line_not_reduced_below_nothing",
            ),
            models.CheckConstraint(
                condition=Q(disbursed__lte=F("allocated"), allocated__lte=F("committed")),
                name="pledge_line_steps_in_order",
            ),
            models.CheckConstraint(condition=~Q(audiences=[]), name="pledge_line_has_an_audience"),
        ]
        indexes = [audience_index("pledge_line")]

    def __str__(self) -> str:
        return f"line {self.position} of pledge {self.pledge.reference}"


class PledgeEvent(models.Model):
    """What was told of a line on a day: announced, committed, reduced, paid ...  Only added."""

    id = models.UUIDField(primary_key=True)
    line = models.ForeignKey(PledgeLine, on_delete=models.PROTECT, related_name="events")
    event = models.TextField(choices=[(event.value, event.value) for event in Event])
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField()
    note = models.TextField(blank=True, default="")
    source = models.TextField(blank=True, default="")
    act_id = models.UUIDField()
    # Of two events of one day, the one that was told later has the higher number.
    number = models.BigIntegerField(db_default=0, editable=False)

    class Meta:
        db_table = "pledge_event"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="pledge_event_amount_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} on {self.happened_on}"


class PledgeUse(models.Model):
    """An offer line that a line of a pledge has become; from there on the ledger tells the rest."""

    id = models.UUIDField(primary_key=True)
    line = models.ForeignKey(PledgeLine, on_delete=models.PROTECT, related_name="uses")
    offer_line = models.ForeignKey(OfferLine, on_delete=models.PROTECT, related_name="pledge_uses")
    # So many units of the offered item stand for so many of the pledged one.
    numerator = models.BigIntegerField(default=1)
    denominator = models.BigIntegerField(default=1)
    recorded_at = models.DateTimeField()
    act_id = models.UUIDField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "pledge_use"
        constraints = [
            models.UniqueConstraint(
                fields=["offer_line"],
                condition=Q(undone_at__isnull=True),
                name="pledge_use_of_one_pledge",
            ),
            models.CheckConstraint(
                condition=Q(numerator__gt=0, denominator__gt=0), name="pledge_use_ratio_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} became {self.offer_line_id}"


class PledgeFunding(models.Model):
    """Money that pays for goods which are pledged as goods too: the gift counts once, as goods."""

    id = models.UUIDField(primary_key=True)
    money = models.ForeignKey(PledgeLine, on_delete=models.PROTECT, related_name="funding")
    goods = models.ForeignKey(PledgeLine, on_delete=models.PROTECT, related_name="funded_by")
    reason = models.TextField(blank=True, default="")
    recorded_at = models.DateTimeField()
    act_id = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "pledge_funding"
        constraints = [
            models.UniqueConstraint(
                fields=["money"],
                condition=Q(undone_at__isnull=True),
                name="pledge_funding_once",
            ),
            models.CheckConstraint(
                condition=~Q(money=F("goods")), name="pledge_funding_of_another_line"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.money_id} pays for {self.goods_id}"


class PledgeTie(models.Model):
    """A coalition that a pledge was tied to after it was announced; one at a time."""

    id = models.UUIDField(primary_key=True)
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="ties")
    coalition = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="tied_pledges")
    reason = models.TextField(blank=True, default="")
    recorded_at = models.DateTimeField()
    act_id = models.UUIDField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "pledge_tie"
        constraints = [
            models.UniqueConstraint(
                fields=["pledge"],
                condition=Q(undone_at__isnull=True),
                name="pledge_tie_of_one_coalition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id} of {self.coalition_id}"


class PledgeReminder(Record):
    """A reminder to a party of what it announced; it waits for that party on its own page."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT)
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="reminders")
    party = models.ForeignKey(Party, on_delete=models.PROTECT)
    text = models.TextField()
    answer_by = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "pledge_reminder"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="pledge_reminder_says_something"),
            models.CheckConstraint(
                condition=~Q(audiences=[]), name="pledge_reminder_has_an_audience"
            ),
        ]
        indexes = [audience_index("pledge_reminder")]

    def __str__(self) -> str:
        return f"reminder to {self.party_id}"
