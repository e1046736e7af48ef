"""What an actor may see: the records that share an audience with it.  Everything asks here."""

from datetime import date
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from muster.core.actors import Actor
from muster.core.refusals import NotFound

_M = TypeVar("_M", bound=models.Model)


def visible(model: type[_M], actor: Actor, day: date) -> models.QuerySet[_M]:
    """Give the records of a kind that the actor may see on that day."""
    return model._default_manager.filter(audiences__overlap=sorted(actor.audiences(day)))


def seen_by(actor: Actor, day: date, *, through: str = "") -> Q:
    """Give the same rule as a condition, for a record reached through a relation."""
    prefix = f"{through}__" if through else ""
    return Q(**{f"{prefix}audiences__overlap": sorted(actor.audiences(day))})


def find(model: type[_M], key: UUID | str, actor: Actor, day: date, *, by: str = "pk") -> _M:
    """Find one record that the actor may see.

    Raises:
        NotFound: there is none, or the actor may not see it: the answer is the same.
    """
    try:
        found = visible(model, actor, day).filter(**{by: key}).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise NotFound(what=str(model._meta.verbose_name), name=key)
    return found
