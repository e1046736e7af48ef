"""Capability coalitions: who leads and who belongs to each, on a day."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from muster.records.models import Party, Standing
from muster.records.models.parties import PartyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Coalition:
    """A coalition with its leads and members of one day."""

    code: str
    name: str
    leads: tuple[str, ...]
    members: tuple[str, ...]
    source: str


def coalitions_on(day: date) -> tuple[Coalition, ...]:
    """List the coalitions with who leads and who belongs to them on that day."""
    bodies = Party.objects.filter(kind=PartyKind.COALITION).order_by("name")
    lasting = Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))
    held: dict[str, list[Standing]] = {}
    standings = Standing.objects.filter(lasting, body__in=bodies).select_related("party")
    for standing in standings.order_by("party__name"):
        held.setdefault(standing.body_id, []).append(standing)
    return tuple(
        Coalition(
            code=body.code,
            name=body.name,
            leads=_named(held.get(body.pk, []), {Standing.Kind.LEAD}),
            members=_named(held.get(body.pk, []), {Standing.Kind.MEMBER}),
            source=body.source,
        )
        for body in bodies
    )


def _named(standings: list[Standing], kinds: set[str]) -> tuple[str, ...]:
    return tuple(each.party.name for each in standings if each.kind in kinds)
