"""Capability coalitions: who leads and who belongs to each on a day, and what each gathered."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from muster.core.actors import Actor
from muster.core.refusals import NotFound
from muster.queries.pledges import PledgeRow, pledges_seen, rows_of
from muster.queries.waterfall import Waterfall, waterfall
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """A party's time in a coalition: as its lead or as a member, from a day, until another."""

    party: str
    name: str
    kind: str
    since: date
    until: date | None
    source: str
    recalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CoalitionShown:
    """A coalition of a day, everybody's time in it, and what it gathered, each measure apart."""

    coalition: Coalition
    history: tuple[Belonging, ...]
    gathered: Waterfall
    rows: tuple[PledgeRow, ...]


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


def coalition_shown(code: str, actor: Actor, *, day: date) -> CoalitionShown:
    """Show one coalition with what it gathered, as far as the actor may see it.

    Raises:
        NotFound: there is no such coalition.
    """
    found = next((each for each in coalitions_on(day) if each.code == code), None)
    if found is None:
        raise NotFound(what="coalition", name=code)
    standings = Standing.objects.filter(body=code).select_related("party")
    return CoalitionShown(
        coalition=found,
        history=tuple(
            Belonging(
                party=each.party_id,
                name=each.party.name,
                kind=each.kind,
                since=each.since,
                until=each.until,
                source=each.source,
                recalled=each.checked == "recall",
            )
            for each in standings.order_by("since", "kind", "party__name")
        ),
        gathered=waterfall(actor, day, coalition=code),
        rows=rows_of(pledges_seen(actor, day, coalition=code), actor, day),
    )


def _named(standings: list[Standing], kinds: set[str]) -> tuple[str, ...]:
    return tuple(each.party.name for each in standings if each.kind in kinds)
