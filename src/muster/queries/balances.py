"""What is in an account, or in many: one row each, whatever the length of the ledger."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F

from muster.core.accounts import AccountKind
from muster.records.models import Account


def balance(kind: AccountKind, owner: UUID) -> int:
    """Give what is in one account now, in smallest units; 0 if it was never used."""
    found = Account.objects.filter(owner_id=owner, kind=kind).values_list("amount_in", "amount_out")
    return sum(came - went for came, went in found)


def balances(kinds: Iterable[AccountKind], owners: Iterable[UUID]) -> dict[tuple[UUID, str], int]:
    """Give what is in many accounts now, by owner and kind; unused accounts are left out."""
    found = (
        Account.objects.filter(owner_id__in=list(owners), kind__in=list(kinds))
        .annotate(left=F("amount_in") - F("amount_out"))
        .values_list("owner_id", "kind", "left")
    )
    together: dict[tuple[UUID, str], int] = {}
    for owner, kind, left in found:
        together[owner, kind] = together.get((owner, kind), 0) + left
    return together
