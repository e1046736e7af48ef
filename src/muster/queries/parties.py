"""The register's pages: the bodies there are, and one party with all that hangs on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from muster.core.actors import Actor, Role
from muster.core.refusals import NotFound
from muster.queries.register import Person, find_party, people
from muster.queries.visibility import visible
from muster.records.models import (
    ApiToken,
    AssistanceRequest,
    Offer,
    Party,
    RoleGrant,
    Standing,
)

# Of each kind of record a party's page shows so many; the operation's own lists have all.
_MOST_SHOWN = 20
_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A party in a list: its code, its name and what it is."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """A standing through time: from a day until (not including) another, or still."""

    body: str
    body_name: str
    kind: str
    since: date
    until: date | None
    source: str
    recalled: bool
    """The day was written from memory; False where it was read in the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A party became something to a body on a day."""

    code: str
    name: str
    kind: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role that someone holds or held for a party."""

    id: UUID
    name: str
    role: str
    party: str
    party_name: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A request or an offer of a party."""

    id: UUID
    reference: str
    title: str
    operation: str
    day: date
    lines: int
    invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyPage:
    """One party, its standings, the people who act for it, and what it asks for and gives."""

    code: str
    name: str
    kind: str
    iso3: str
    parent: str
    parent_name: str
    gives_only_reviewed: bool
    source: str
    standings: tuple[Stood, ...]
    roles: tuple[Held, ...]
    requests: tuple[Paper, ...]
    offers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token with which a program acts as a person; its secret is not kept."""

    id: UUID
    name: str
    created_at: datetime
    revoked_at: datetime | None


def bodies() -> tuple[Listed, ...]:
    """List what a party can have a standing in: alliances, unions and groups."""
    found = Party.objects.filter(
        Q(kind__in=["alliance", "union", "group"]) | Q(standings_in_it__isnull=False)
    )
    return _listed(found.distinct().order_by("kind", "name"))


def parties() -> tuple[Listed, ...]:
    """List every party of the register, by name."""
    return _listed(Party.objects.order_by("name"))


def changes(*, body: str, day: date) -> tuple[Change, ...]:
    """List which standings in a body began in the year that ends with that day, latest first."""
    found = Standing.objects.filter(body_id=body, since__gt=day - _YEAR, since__lte=day)
    return tuple(
        Change(code=row.party_id, name=row.party.name, kind=row.kind, since=row.since)
        for row in found.select_related("party").order_by("-since", "party__name")[:_MOST_SHOWN]
    )


def party_page(actor: Actor, day: date, code: str) -> PartyPage:
    """Gather what the actor may see of one party on that day.

    Raises:
        PartyUnknown: the register has no party of that code.
    """
    party = find_party(code)
    requests = visible(AssistanceRequest, actor, day).filter(recipient=party)
    offers = visible(Offer, actor, day).filter(donor=party)
    return PartyPage(
        code=party.code,
        name=party.name,
        kind=party.kind,
        iso3=party.iso3,
        parent=party.parent_id or "",
        parent_name=party.parent.name if party.parent else "",
        gives_only_reviewed=party.gives_only_reviewed,
        source=party.source,
        standings=_standings(party),
        roles=_roles(RoleGrant.objects.filter(party=party), people(actor, day)),
        requests=_papers(requests.order_by("-asked_on", "reference"), "asked_on"),
        offers=_papers(offers.order_by("-offered_on", "reference"), "offered_on"),
    )


def person(actor: Actor, day: date, person_id: UUID) -> tuple[Person, tuple[Held, ...]]:
    """Give a person whom the actor may see, with all roles through time.

    Raises:
        NotFound: there is none, or the actor may not see them.
    """
    for seen in people(actor, day):
        if seen.id == person_id:
            return seen, _roles(RoleGrant.objects.filter(user_id=seen.id), (seen,))
    raise NotFound(what="person", name=person_id)


def tokens(actor: Actor) -> tuple[Token, ...]:
    """List the actor's own tokens, newest first; the public has none."""
    if actor.user_id is None:
        return ()
    found = ApiToken.objects.filter(user_id=actor.user_id).order_by("-created_at", "name")
    return tuple(
        Token(
            id=token.pk,
            name=token.name,
            created_at=token.created_at,
            revoked_at=token.revoked_at,
        )
        for token in found
    )


def may_keep_register(actor: Actor, day: date) -> bool:
    """Say whether the actor may add to the register and the catalogue."""
    return actor.has(Role.COORDINATOR, day)


def _listed(found: QuerySet[Party]) -> tuple[Listed, ...]:
    return tuple(Listed(code=party.code, name=party.name, kind=party.kind) for party in found)


def _standings(party: Party) -> tuple[Stood, ...]:
    found = Standing.objects.filter(party=party).select_related("body")
    return tuple(
        Stood(
            body=row.body_id,
            body_name=row.body.name,
            kind=row.kind,
            since=row.since,
            until=row.until,
            source=row.source,
            recalled=row.checked == "recall",
        )
        for row in found.order_by("-since", "body_id")
    )


def _roles(found: QuerySet[RoleGrant], shown: Iterable[Person]) -> tuple[Held, ...]:
    rows = found.filter(user_id__in=[person.id for person in shown])
    return tuple(
        Held(
            id=row.user_id,
            name=row.user.name,
            role=row.role,
            party=row.party_id,
            party_name=row.party.name,
            since=row.since,
            until=row.until,
        )
        for row in rows.select_related("user", "party").order_by("role", "since", "user__name")
    )


def _papers(
    found: "QuerySet[AssistanceRequest] | QuerySet[Offer]", dated: str
) -> tuple[Paper, ...]:
    rows = found.select_related("operation").annotate(line_count=Count("lines"))
    return tuple(
        Paper(
            id=row.pk,
            reference=row.reference,
            title=row.title,
            operation=row.operation.code,
            day=getattr(row, dated),
            lines=row.line_count,
            invented=row.invented,
        )
        for row in rows[:_MOST_SHOWN]
    )
