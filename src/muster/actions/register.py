"""Register verbs: parties, standings, people and their roles."""

import hashlib
import secrets
from datetime import date
from uuid import UUID

from muster.actions.journal import action
from muster.core.actors import Act, Role
from muster.core.refusals import DatesOutOfOrder
from muster.queries.register import find_party
from muster.records.models import ApiToken, Party, RoleGrant, Standing, User


@action("add a party to the register")
def add_party(*, act: Act, code: str, name: str, kind: str, source: str = "") -> Party:
    """Add a party.

    Raises:
        RoleMissing: the actor is not a coordinator.
        DuplicateReference: the code or the name is taken.
    """
    act.must_be(Role.COORDINATOR)
    return Party.objects.create(
        code=code,
        name=name,
        kind=kind,
        gives_only_reviewed=kind in {"alliance", "centre"},
        source=source,
    )


@action("record a standing")
def record_standing(
    *,
    act: Act,
    party: str,
    body: str,
    kind: str,
    since: date,
    until: date | None = None,
    source: str = "",
) -> Standing:
    """Record what a party is to a body, from a day until (not including) another.

    Raises:
        RoleMissing: the actor is not a coordinator.
        PartyUnknown: the party or the body is not in the register.
        DatesOutOfOrder: it would end before it begins.
        StandingOverlaps: the party has another standing in the body during that time.
    """
    act.must_be(Role.COORDINATOR)
    find_party(party)
    find_party(body)
    if until is not None and until <= since:
        raise DatesOutOfOrder(
            first="the first day", first_date=since, second="the end", second_date=until
        )
    return Standing.objects.create(
        party_id=party, body_id=body, kind=kind, since=since, until=until, source=source
    )


@action("give a person a role")
def grant_role(
    *, act: Act, user: UUID, role: Role, party: str, since: date, until: date | None = None
) -> RoleGrant:
    """Give a person a role for a party.

    Raises:
        RoleMissing: the actor is not a coordinator.
        PartyUnknown: the party is not in the register.
    """
    act.must_be(Role.COORDINATOR)
    find_party(party)
    return RoleGrant.objects.create(
        user_id=user, role=role.value, party_id=party, since=since, until=until
    )


@action("add a person")
def add_user(*, act: Act, username: str, name: str) -> User:
    """Add a person who may sign in once a password is set.

    Raises:
        RoleMissing: the actor is not a coordinator.
        DuplicateReference: the user name is taken.
    """
    act.must_be(Role.COORDINATOR)
    user = User(id=act.part_id("user"), username=username, name=name)
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def issue_token(*, act: Act, name: str) -> str:
    """Make a token with which a program acts as the person, and return its secret, once.

    The secret itself is never stored; a retry with the same key is refused, not repeated.
    """
    secret = secrets.token_urlsafe(32)
    _store_token(act=act, name=name, digest=token_digest(secret).hex())
    return secret


def token_digest(secret: str) -> bytes:
    """Give what is stored of a token's secret."""
    return hashlib.sha256(secret.encode()).digest()


@action("issue an access token")
def _store_token(*, act: Act, name: str, digest: str) -> ApiToken:
    act.must_be(*Role)
    return ApiToken.objects.create(
        id=act.part_id("token"),
        user_id=act.user_id,
        name=name,
        digest=bytes.fromhex(digest),
        created_at=act.now,
    )
