"""The register: who was what to whom on a given day, and who people are."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from muster.core.actors import CENTRE, Actor, Grant, Role
from muster.core.pledges import NotACoalition
from muster.core.refusals import ItemUnknown, NotFound, PartyUnknown
from muster.core.rules import Giver, Thing
from muster.records.models import Country, Item, Party, Place, RoleGrant, Standing, User
from muster.records.models.parties import PartyKind, span_of_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as the register lists them; role and party are words to be read, of one day."""

    id: UUID
    username: str
    name: str
    role: str
    party: str
    active: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A party's standing in a body on the day that was asked about."""

    code: str
    name: str
    kind: str
    since: date
    source: str
    recalled: bool = False
    """The day was written from memory; False where it was read in the source."""


def standings_of(day: date) -> QuerySet[Standing]:
    """Find the standings that hold on a day; served by the indexes over the days of a standing."""
    return Standing.objects.alias(days=span_of_days()).filter(days__contains=day)


def standings_on(day: date, *, body: str, kind: str | None = None) -> tuple[Member, ...]:
    """List who had a standing in the body on that day, members first, then by name.

    Args:
        day: the day; a standing runs from its first day until, not including, its last.
        body: the code of the alliance, union or group.
        kind: only this standing ("member", "invitee", "partner" ...).
    """
    found = standings_of(day).filter(body_id=body).select_related("party")
    if kind is not None:
        found = found.filter(kind=kind)
    listed = [
        Member(s.party_id, s.party.name, s.kind, s.since, s.source, s.checked == "recall")
        for s in found
    ]
    return tuple(sorted(listed, key=lambda m: (_RANK.get(m.kind, 9), _sortable(m.name))))


_RANK = {"member": 0, "invitee": 1, "aspirant": 2, "partner": 3, "observer": 4}


def _sortable(name: str) -> str:
    """Sort names as people do, whatever the letters' accents."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()


def standing_on(party: str, *, body: str, day: date) -> str | None:
    """Say what a party was to a body on that day, or None if it was nothing to it."""
    found = standing_of(party, body=body, day=day)
    return found.kind if found else None


def standing_of(party: str, *, body: str, day: date) -> Standing | None:
    """Find the standing that a party had in a body on that day, or None if it had none."""
    return standings_of(day).filter(party_id=party, body_id=body).first()


def find_party(code: str) -> Party:
    """Find a party by its code.

    Raises:
        PartyUnknown: the register has none of that code.
    """
    found = Party.objects.filter(pk=code).first()
    if found is None:
        raise PartyUnknown(party=code)
    return found


def find_coalition(code: str) -> Party:
    """Find a capability coalition.

    Raises:
        PartyUnknown: the register has no such body.
        NotACoalition: it is none.
    """
    found = find_party(code)
    if found.kind != PartyKind.COALITION:
        raise NotACoalition(party=found.name)
    return found


def find_place(code: str, *, at: str = "place") -> Place:
    """Find a place by its code.

    Args:
        code: the place's code.
        at: the input it was given in.

    Raises:
        NotFound: there is none of that code.
    """
    found = Place.objects.filter(pk=code).first()
    if found is None:
        raise NotFound(at=at, what="place", name=code)
    return found


def find_country(code: str, *, at: str) -> Country:
    """Find a country by its code of three letters.

    Raises:
        NotFound: there is none of that code.
    """
    found = Country.objects.filter(pk=code.upper()).first()
    if found is None:
        raise NotFound(what="country", name=code, at=at)
    return found


def find_item(code: str) -> Item:
    """Find an item by its code.

    Raises:
        ItemUnknown: the catalogue has none of that code.
    """
    found = Item.objects.filter(pk=code).first()
    if found is None:
        raise ItemUnknown(item=code)
    return found


def giver_on(party: Party, *, body: str, day: date) -> Giver:
    """See a party as the rules on giving do, on the day of the record."""
    return Giver(
        name=party.name,
        gives_only_reviewed=party.gives_only_reviewed,
        standing=standing_on(party.code, body=body, day=day),
        part_of_body=body in {party.code, party.parent_id},
    )


def thing(item: Item) -> Thing:
    """See an item as the rules on giving do."""
    return Thing(
        name=item.name,
        non_lethal=item.lethality == "non_lethal",
        verdict=item.get_lethality_display(),
    )


def actor_of(user_id: UUID) -> Actor:
    """Make the actor that a user is, with all roles through time."""
    user = User.objects.get(pk=user_id)
    return Actor(name=user.name, user_id=user.pk, grants=_grants(user.pk))


def actor_named(username: str) -> Actor | None:
    """Make the actor of a user name, if there is such a user."""
    user = User.objects.filter(username=username, is_active=True).first()
    return actor_of(user.pk) if user else None


def log_ins(day: date) -> tuple[Person, ...]:
    """List who holds a role on that day and may sign in: for the sign-in page of a demo alone."""
    return tuple(person for person in _persons(Q(is_active=True), day) if person.role)


def people(actor: Actor, day: date) -> tuple[Person, ...]:
    """List the people the actor may see: the centre sees all, others those of their own parties."""
    if CENTRE in actor.audiences(day):
        return _persons(Q(), day)
    own = {grant.party for grant in actor.held(day)}
    return _persons(Q(role_grants__party__in=own) | Q(pk=actor.user_id), day)


def _persons(which: Q, day: date) -> tuple[Person, ...]:
    found = User.objects.filter(which).distinct().prefetch_related("role_grants__party")
    listed = []
    for user in found:
        held = [grant for grant in user.role_grants.all() if _holds(grant, day)]
        listed.append(
            Person(
                id=user.pk,
                username=user.username,
                name=user.name,
                role=", ".join(sorted({grant.role for grant in held})),
                party=", ".join(sorted({grant.party.name for grant in held})),
                active=user.is_active,
            )
        )
    return tuple(sorted(listed, key=lambda person: (_place(person.role), _sortable(person.name))))


def _place(role: str) -> int:
    """Sort by the first role, in the order in which roles are named; no role comes last."""
    known = [role.value for role in Role]
    return known.index(role.partition(",")[0]) if role else len(known)


def _holds(grant: RoleGrant, day: date) -> bool:
    return Grant(Role(grant.role), grant.party_id, grant.since, grant.until).holds_on(day)


def _grants(user_id: UUID) -> tuple[Grant, ...]:
    rows = RoleGrant.objects.filter(user_id=user_id).order_by("since", "role", "party_id")
    return tuple(Grant(Role(row.role), row.party_id, row.since, row.until) for row in rows)
