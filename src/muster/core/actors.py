"""Who asks, in which role and for which party, and what that role may do and see.

An audience is a word on a record that says who may see it; an actor carries the audiences it
belongs to.  A record is visible where the two share a word.  One overlap is the whole rule, so that
an index serves it, in Python today and as a row policy of the database later.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid5

from muster.core.refusals import ActsForAnother, ReasonMissing, RoleMissing, SignInNeeded

PUBLIC = "public"  # anyone, signed in or not
NATIONS = "nations"  # the points of contact of all members and partners: the circulation list
CENTRE = "centre"  # the coordinating centre's own staff
LOGISTICS = "logistics"  # planners of movements; timing and route are withheld from others


def party_audience(code: str) -> str:
    """Name the audience of one party's own users."""
    return f"party:{code}"


class Role(StrEnum):
    """What a person does for a party."""

    COORDINATOR = "coordinator"
    DONOR = "donor"
    RECIPIENT = "recipient"
    LOGISTICS = "logistics"
    ANALYST = "analyst"


_SEEN_BY_ROLE: dict[Role, frozenset[str]] = {
    Role.COORDINATOR: frozenset({PUBLIC, NATIONS, CENTRE, LOGISTICS}),
    Role.ANALYST: frozenset({PUBLIC, NATIONS, CENTRE}),
    Role.LOGISTICS: frozenset({PUBLIC, NATIONS, LOGISTICS}),
    Role.DONOR: frozenset({PUBLIC, NATIONS}),
    Role.RECIPIENT: frozenset({PUBLIC, NATIONS}),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One role that a person holds for one party, from a day until (not including) another."""

    role: Role
    party: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether the role is held on that day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Actor:
    """A known person, or the public (no user), with the roles they hold through time."""

    name: str
    user_id: UUID | None = None
    grants: tuple[Grant, ...] = ()

    def audiences(self, day: date) -> frozenset[str]:
        """List the audiences the actor belongs to on that day."""
        seen = {PUBLIC}
        for grant in self.held(day):
            seen |= _SEEN_BY_ROLE[grant.role]
            seen.add(party_audience(grant.party))
        return frozenset(seen)

    def held(self, day: date) -> tuple[Grant, ...]:
        """List the roles held on that day."""
        return tuple(grant for grant in self.grants if grant.holds_on(day))

    def parties(self, role: Role, day: date) -> tuple[str, ...]:
        """List the codes of the parties the actor has the role for on that day."""
        return tuple(grant.party for grant in self.held(day) if grant.role is role)

    def has(self, role: Role, day: date) -> bool:
        """Say whether the actor holds the role for any party on that day."""
        return any(grant.role is role for grant in self.held(day))


ANYONE = Actor(name="the public")

# Whoever is on the circulation list and is nobody in particular: what all nations may see.
CIRCULATION = Actor(
    name="the circulation list", grants=(Grant(Role.DONOR, "", since=date(1, 1, 1)),)
)


@dataclass(frozen=True, slots=True)
class Act:
    """One deed: by whom, when it is recorded, through which door, why, under the caller's own key.

    The key makes a retry harmless: the same key with the same content is answered with what the
    first call did; with other content it is refused.
    """

    id: UUID
    actor: Actor
    now: datetime
    door: str
    reason: str = ""
    claims: list[Grant] = field(default_factory=list, compare=False, repr=False)

    @property
    def user_id(self) -> UUID:
        """Whose deed it is.

        Raises:
            SignInNeeded: nobody is signed in.
        """
        if self.actor.user_id is None:
            raise SignInNeeded
        return self.actor.user_id

    def part(self, name: str) -> "Act":
        """Derive the act for one part of this one, with a key that follows from this key."""
        return Act(uuid5(self.id, name), self.actor, self.now, self.door, self.reason)

    def part_id(self, name: str) -> UUID:
        """Derive the id of one part (a line, an event) from the act's key."""
        return uuid5(self.id, name)

    def must_be(self, *roles: Role) -> Grant:
        """Demand one of the roles, for whichever party.

        Raises:
            SignInNeeded: nobody is signed in.
            RoleMissing: the actor holds none of the roles on the day of the act.
        """
        if self.actor.user_id is None:
            raise SignInNeeded
        for grant in self.actor.held(self.now.date()):
            if grant.role in roles:
                self.claims.append(grant)
                return grant
        raise RoleMissing(name=self.actor.name, role=" or ".join(roles))

    def must_act_for(self, role: Role, party: str) -> Grant:
        """Demand the role for this very party.

        Raises:
            SignInNeeded: nobody is signed in.
            ActsForAnother: the actor does not hold that role for that party on the day of the act.
        """
        if self.actor.user_id is None:
            raise SignInNeeded
        for grant in self.actor.held(self.now.date()):
            if grant.role is role and grant.party == party:
                self.claims.append(grant)
                return grant
        raise ActsForAnother(name=self.actor.name, role=role, party=party)

    def must_act_for_or_be(self, role: Role, party: str, *others: Role) -> Grant:
        """Demand the role for this party, or one of the other roles for any party.

        Raises:
            SignInNeeded: nobody is signed in.
            ActsForAnother: the actor holds none of them on the day of the act.
        """
        for grant in self.actor.held(self.now.date()):
            if grant.role in others:
                self.claims.append(grant)
                return grant
        return self.must_act_for(role, party)

    def must_say_why(self, what: str) -> str:
        """Demand a reason.

        Raises:
            ReasonMissing: the act gives none.
        """
        if not self.reason.strip():
            raise ReasonMissing(what=what)
        return self.reason.strip()
