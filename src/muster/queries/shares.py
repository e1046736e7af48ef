"""The agreed shares of an operation that are in force, and those that were."""

from datetime import date

from django.db.models import QuerySet

from muster.core.actors import Actor
from muster.queries.visibility import visible
from muster.records.models import AgreedShare, Operation


def shares_of(operation: Operation, actor: Actor, day: date) -> QuerySet[AgreedShare]:
    """List the shares in force, the largest first."""
    return _all(operation, actor, day).filter(superseded_at=None).order_by("-percent", "party_id")


def earlier_shares(operation: Operation, actor: Actor, day: date) -> QuerySet[AgreedShare]:
    """List the shares that a later word took the place of, the latest first."""
    found = _all(operation, actor, day).exclude(superseded_at=None)
    return found.order_by("-superseded_at", "party_id")


def _all(operation: Operation, actor: Actor, day: date) -> QuerySet[AgreedShare]:
    return visible(AgreedShare, actor, day).filter(operation=operation).select_related("party")
