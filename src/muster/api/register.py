"""Parties, standings, places, people, roles and access tokens."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Status

from muster.actions import register as actions
from muster.api.asking import act_of, asking
from muster.api.fields import NO_REASON, Answer, Day, PageAnswer, Paging, Why, paged
from muster.core.actors import Role
from muster.queries.register import Member, find_party, standings_on
from muster.records.models import ApiToken, Party, Place, RoleGrant, Standing, User

router = Router(tags=["register"])


class GrantAnswer(Answer):
    """A role held for a party, from a day until (not including) another."""

    role: str
    party: str
    since: date
    until: date | None


class MeAnswer(Answer):
    """Who the log-in says you are, and what you may do today."""

    name: str
    user: UUID | None
    roles: list[GrantAnswer]


class PartyAnswer(Answer):
    """Whoever can ask, give, carry or sign."""

    code: str
    name: str
    kind: str
    iso3: str
    parent: str | None
    gives_only_reviewed: bool
    source: str

    @staticmethod
    def resolve_parent(party: Party) -> str | None:
        """Give the code alone."""
        return party.parent_id


class PartyInput(Why):
    """A party to add."""

    code: str
    name: str
    kind: str
    source: str = ""


class MemberAnswer(Answer):
    """Who was what to the body on the day that was asked about."""

    code: str
    name: str
    kind: str
    since: date
    source: str


class StandingInput(Why):
    """What a party is to a body, from a day until (not including) another."""

    party: str
    body: str = "NATO"
    kind: str
    since: Day
    until: Day | None = None
    source: str = ""


class StandingAnswer(Answer):
    """A recorded standing."""

    party: str
    body: str
    kind: str
    since: date
    until: date | None
    source: str

    @staticmethod
    def resolve_party(standing: Standing) -> str:
        """Give the code alone."""
        return standing.party_id

    @staticmethod
    def resolve_body(standing: Standing) -> str:
        """Give the code alone."""
        return standing.body_id


class PlaceAnswer(Answer):
    """A hub, a crossing, an airfield, a port, a depot."""

    code: str
    name: str
    kind: str
    country: str


class UserInput(Why):
    """A person to add; the password is set from the machine's command line."""

    username: str
    name: str


class UserAnswer(Answer):
    """A named person."""

    id: UUID
    username: str
    name: str
    is_active: bool
    roles: list[GrantAnswer]

    @staticmethod
    def resolve_roles(user: User) -> list[dict[str, object]]:
        """List the roles through time."""
        return [_grant(grant) for grant in user.role_grants.all()]


class RoleInput(Why):
    """A role to give to a person, for a party."""

    role: Role
    party: str
    since: Day
    until: Day | None = None


class TokenInput(Why):
    """What the token is for, so that its owner knows it again."""

    name: str


class TokenAnswer(Answer):
    """A token of one's own; its secret is told once, when it is issued."""

    id: UUID
    name: str
    created_at: datetime
    revoked_at: datetime | None


class SecretAnswer(Answer):
    """The secret of a new token.  It is not stored, and never told again."""

    name: str
    token: str


@router.get("/me", response=MeAnswer)
def who_am_i(request: HttpRequest) -> dict[str, object]:
    """Say who the log-in belongs to, with the roles held today."""
    asked = asking(request)
    roles = asked.actor.held(asked.day)
    return {"name": asked.actor.name, "user": asked.actor.user_id, "roles": roles}


@router.get("/parties", response=PageAnswer[PartyAnswer])
def list_parties(request: HttpRequest, paging: Query[Paging], kind: str = "") -> dict[str, object]:
    """List the parties of the register, by code."""
    found = Party.objects.filter(kind=kind) if kind else Party.objects.all()
    return paged(found, paging, order=["code"])


@router.get("/parties/{code}", response=PartyAnswer)
def show_party(request: HttpRequest, code: str) -> Party:
    """Show a party."""
    return find_party(code)


@router.post("/parties", response={201: PartyAnswer})
def add_party(request: HttpRequest, body: PartyInput) -> Status[Party]:
    """Add a party to the register."""
    act = act_of(request, body.reason)
    made = actions.add_party(
        act=act, code=body.code, name=body.name, kind=body.kind, source=body.source
    )
    return Status(201, made)


@router.get("/members", response=list[MemberAnswer])
def list_members(
    request: HttpRequest, on: Day | None = None, body: str = "NATO", standing: str | None = "member"
) -> list[Member]:
    """List who was what to a body on a day (today, if not said); an empty standing lists all."""
    day = on or asking(request).day
    return list(standings_on(day, body=find_party(body).code, kind=standing or None))


@router.post("/standings", response={201: StandingAnswer})
def record_standing(request: HttpRequest, body: StandingInput) -> Status[Standing]:
    """Record what a party is to a body."""
    made = actions.record_standing(
        act=act_of(request, body.reason),
        party=body.party,
        body=body.body,
        kind=body.kind,
        since=body.since,
        until=body.until,
        source=body.source,
    )
    return Status(201, made)


@router.get("/places", response=PageAnswer[PlaceAnswer])
def list_places(request: HttpRequest, paging: Query[Paging]) -> dict[str, object]:
    """List the places where goods can be, by code."""
    return paged(Place.objects.all(), paging, order=["code"])


@router.get("/users", response=PageAnswer[UserAnswer])
def list_users(request: HttpRequest, paging: Query[Paging]) -> dict[str, object]:
    """List the people who can sign in, for coordinators; others find themselves alone."""
    found = _people(request).prefetch_related("role_grants")
    return paged(found, paging, order=["username"])


@router.post("/users", response={201: UserAnswer})
def add_user(request: HttpRequest, body: UserInput) -> Status[User]:
    """Add a person."""
    act = act_of(request, body.reason)
    return Status(201, actions.add_user(act=act, username=body.username, name=body.name))


@router.post("/users/{user}/roles", response={201: GrantAnswer})
def grant_role(request: HttpRequest, user: UUID, body: RoleInput) -> Status[dict[str, object]]:
    """Give a person a role for a party."""
    grant = actions.grant_role(
        act=act_of(request, body.reason),
        user=user,
        role=body.role,
        party=body.party,
        since=body.since,
        until=body.until,
    )
    return Status(201, _grant(grant))


@router.get("/tokens", response=PageAnswer[TokenAnswer])
def list_tokens(request: HttpRequest, paging: Query[Paging]) -> dict[str, object]:
    """List one's own tokens, without their secrets."""
    own = ApiToken.objects.filter(user__in=_self(request))
    return paged(own, paging, order=["created_at", "id"])


@router.post("/tokens", response={201: SecretAnswer})
def issue_token(request: HttpRequest, body: TokenInput) -> Status[dict[str, str]]:
    """Issue a token with which a program acts as you.  The secret is told this once."""
    secret = actions.issue_token(act=act_of(request, body.reason), name=body.name)
    return Status(201, {"name": body.name, "token": secret})


@router.post("/tokens/{token}/revoke", response=TokenAnswer)
def revoke_token(request: HttpRequest, token: UUID, body: Why = NO_REASON) -> ApiToken:
    """End a token of one's own."""
    return actions.revoke_token(act=act_of(request, body.reason), token=token)


def _people(request: HttpRequest) -> QuerySet[User]:
    asked = asking(request)
    if asked.actor.has(Role.COORDINATOR, asked.day):
        return User.objects.all()
    return _self(request)


def _self(request: HttpRequest) -> QuerySet[User]:
    user_id = asking(request).actor.user_id
    return User.objects.none() if user_id is None else User.objects.filter(pk=user_id)


def _grant(grant: RoleGrant) -> dict[str, object]:
    return {
        "role": grant.role,
        "party": grant.party_id,
        "since": grant.since,
        "until": grant.until,
    }
