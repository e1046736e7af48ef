"""The ledger: accounts with running totals, and the transfers between them.

Nothing here is written but by inserting transfers (actions/posting.py).  The totals, the caps and
the permanence are kept by records/sql/ledger.sql.
"""

from django.db import models
from django.db.models import F, Q

from muster.core.accounts import UNBOUNDED, AccountKind, Owner
from muster.records.models.allocations import Allocation
from muster.records.models.catalogue import Item
from muster.records.models.consignments import ManifestLine, UnsolicitedArrival
from muster.records.models.journal import JournalEntry
from muster.records.models.offers import OfferLine
from muster.records.models.parties import Place
from muster.records.models.requests import RequestLine


class Cap(models.IntegerChoices):
    """What keeps an account from being overdrawn: nothing, or a check with its own sentence."""

    NONE = 0, "it may give more than came in: units come from outside"
    OFFER = 1, "never promise more than was offered"
    NEED = 2, "never promise more than was asked"
    OTHER = 3, "never take what is not there"


_OWN_SENTENCE = {AccountKind.AVAILABLE: Cap.OFFER, AccountKind.NEED_OPEN: Cap.NEED}


def cap_of(kind: AccountKind) -> Cap:
    """Say which cap the accounts of a kind have."""
    return Cap.NONE if kind in UNBOUNDED else _OWN_SENTENCE.get(kind, Cap.OTHER)


def _not_overdrawn(cap: Cap) -> Q:
    return ~Q(cap=cap) | Q(amount_out__lte=F("amount_in"))


class LedgerKind(models.Model):
    """The kinds of accounts of core/accounts.py: whose they are, and what caps them."""

    kind = models.TextField(primary_key=True)
    owner = models.TextField(choices=[(owner.value, owner.value) for owner in Owner])
    cap = models.SmallIntegerField(choices=Cap)

    class Meta:
        db_table = "ledger_kind"

    def __str__(self) -> str:
        return self.kind


class Account(models.Model):
    """A place where units of one item can be, with what came in and what went out."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField(choices=[(kind.value, kind.value) for kind in AccountKind])
    item = models.ForeignKey(Item, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    offer_line = models.ForeignKey(
        OfferLine, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    request_line = models.ForeignKey(
        RequestLine, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    allocation = models.ForeignKey(
        Allocation, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    manifest_line = models.ForeignKey(
        ManifestLine, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    arrival = models.ForeignKey(
        UnsolicitedArrival, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, db_index=False)
    # Whichever record it belongs to, in one column, so that one index finds it.
    owner_id = models.UUIDField()
    amount_in = models.BigIntegerField(db_default=0)
    amount_out = models.BigIntegerField(db_default=0)
    # Written by the database, by the kind: a number makes a check that costs nearly nothing.
    cap = models.SmallIntegerField(choices=Cap, db_default=Cap.OTHER, editable=False)

    class Meta:
        db_table = "account"
        indexes = [models.Index(fields=["request_line"], name="account_request_line")]
        constraints = [
            models.UniqueConstraint(
                fields=["owner_id", "kind", "place"],
                nulls_distinct=False,
                name="account_one_of_a_kind",
            ),
            models.UniqueConstraint(fields=["id", "item"], name="account_with_its_item"),
            models.CheckConstraint(
                condition=Q(amount_in__gte=0, amount_out__gte=0), name="account_totals_not_negative"
            ),
            # "Never allocate more than was offered": one row, one comparison.
            models.CheckConstraint(
                condition=_not_overdrawn(Cap.OFFER), name="account_offer_not_overdrawn"
            ),
            models.CheckConstraint(
                condition=_not_overdrawn(Cap.NEED), name="account_need_not_overdrawn"
            ),
            models.CheckConstraint(
                condition=_not_overdrawn(Cap.OTHER), name="account_not_overdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.owner_id}"


class Transfer(models.Model):
    """So many units of one item moved from one account to another.  Permanent."""

    id = models.BigAutoField(primary_key=True)
    # What these four refer to is asked once for each statement: records/sql/transfers.sql.
    act = models.ForeignKey(
        JournalEntry, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    position = models.IntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    from_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="transfers_out", db_constraint=False
    )
    to_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="transfers_in", db_constraint=False
    )
    amount = models.BigIntegerField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    corrects = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        db_table = "transfer"
        indexes = [
            models.Index(
                fields=["corrects"],
                condition=Q(corrects__isnull=False),
                name="transfer_corrections",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["act", "position"], name="transfer_key_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount_positive"),
            models.CheckConstraint(
                condition=~Q(from_account=F("to_account")), name="transfer_between_two_accounts"
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("recorded_at")), name="transfer_not_in_the_future"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.item_id}"


class LedgerMove(models.Model):
    """The permitted moves of core/accounts.py, stored so that the database can refuse others."""

    before = models.TextField()
    after = models.TextField()

    class Meta:
        db_table = "ledger_move"
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="ledger_move_listed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"
