"""Register verbs: parties, standings, people and their roles."""

import hashlib
import secrets
from datetime import date
from uuid import UUID

from django.db.models import Q

from muster.actions.journal import action
from muster.core.accessions import membership_forbids
from muster.core.actors import Act, Role
from muster.core.refusals import (
    ChoiceUnknown,
    DatesOutOfOrder,
    NotFound,
    RoleHeldAlready,
    StandingOverlaps,
    TextMissing,
    WrongStage,
)
from muster.core.rules import code_forbids
from muster.queries.accessions import accession_of
from muster.queries.register import find_coalition, find_party
from muster.records.models import ApiToken, Party, RoleGrant, Standing, User
from muster.records.models.parties import PartyKind


@action("add a party to the register")
def add_party(*, act: Act, code: str, name: str, kind: str, source: str = "") -> Party:
    """Add a party.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ChoiceUnknown: there is no such kind of party.
        CodeNotPlain: the code is not made of capital letters, digits and hyphens.
        DuplicateReference: the code or the name is taken.
    """
    act.must_be(Role.COORDINATOR)
    refusal = code_forbids(code)
    if refusal is not None:
        raise refusal
    if kind not in PartyKind.values:
        raise ChoiceUnknown(at="kind", given=kind, known=", ".join(PartyKind.values))
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
        ChoiceUnknown: there is no such standing.
        NotACoalition: it would lead a body that is no capability coalition.
        StandingOverlaps: the party has another standing in the body during that time.
        InForceBeforeDeposit: it would be a member before its instrument of accession is deposited.
    """
    act.must_be(Role.COORDINATOR)
    if kind not in Standing.Kind.values:
        raise ChoiceUnknown(at="kind", given=kind, known=", ".join(Standing.Kind.values))
    named = find_party(party)
    in_body = find_coalition(body) if kind == Standing.Kind.LEAD else find_party(body)
    demand_in_order(since, until)
    demand_free(named, in_body, kind, since, until)
    if kind == Standing.Kind.MEMBER:
        refusal = membership_forbids(accession_of(named, in_body, day=since), since)
        if refusal is not None:
            raise refusal
    return Standing.objects.create(
        party_id=party, body_id=body, kind=kind, since=since, until=until, source=source
    )


@action("end a standing")
def end_standing(*, act: Act, party: str, body: str, until: date) -> Standing:
    """End the standing that a party has in a body, so that another can follow it.

    Args:
        act: the deed.
        party: whose standing.
        body: in which alliance, union or group.
        until: the first day on which it no longer holds.

    Raises:
        RoleMissing: the actor is not a coordinator.
        NotFound: the party has no standing in the body that lasts.
        DatesOutOfOrder: it would end before it begins.
    """
    act.must_be(Role.COORDINATOR)
    return end_lasting(party, body, until)


@action("give a person a role")
def grant_role(
    *, act: Act, user: UUID, role: Role, party: str, since: date, until: date | None = None
) -> RoleGrant:
    """Give a person a role for a party.

    Raises:
        RoleMissing: the actor is not a coordinator.
        PartyUnknown: the party is not in the register.
        NotFound: there is no such person.
        DatesOutOfOrder: it would end before it begins.
        RoleHeldAlready: the person has that role from that day already.
    """
    act.must_be(Role.COORDINATOR)
    find_party(party)
    if not User.objects.filter(pk=user).exists():
        raise NotFound(at="user", what="person", name=user)
    demand_in_order(since, until)
    if RoleGrant.objects.filter(user_id=user, role=role, party_id=party, since=since).exists():
        raise RoleHeldAlready(role=role.value, party=party, since=since)
    return RoleGrant.objects.create(
        user_id=user, role=role.value, party_id=party, since=since, until=until
    )


@action("add a person")
def add_user(*, act: Act, username: str, name: str) -> User:
    """Add a person who may sign in once a password is set.

    Raises:
        RoleMissing: the actor is not a coordinator.
        TextMissing: there is no user name or no name.
        DuplicateReference: the user name is taken.
    """
    act.must_be(Role.COORDINATOR)
    _must_be_filled(username=username, name=name)
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


@action("revoke an access token")
def revoke_token(*, act: Act, token: UUID) -> ApiToken:
    """End a token of one's own; the program that has it is a stranger from now on.

    Raises:
        SignInNeeded: nobody is signed in.
        NotFound: the actor has no such token.
        WrongStage: it is revoked already.
    """
    own = ApiToken.objects.select_for_update(no_key=True).filter(user_id=act.user_id)
    found = own.filter(pk=token).first()
    if found is None:
        raise NotFound(what="token", name=token)
    if found.revoked_at is not None:
        raise WrongStage(what=f"The token {found.name}", stage="revoked", event="revoked")
    found.revoked_at = act.now
    found.save(update_fields=["revoked_at"])
    return found


def token_digest(secret: str) -> bytes:
    """Give what is stored of a token's secret."""
    return hashlib.sha256(secret.encode()).digest()


@action("issue an access token")
def _store_token(*, act: Act, name: str, digest: str) -> ApiToken:
    act.must_be(*Role)
    _must_be_filled(name=name)
    return ApiToken.objects.create(
        id=act.part_id("token"),
        user_id=act.user_id,
        name=name,
        digest=bytes.fromhex(digest),
        created_at=act.now,
    )


def _must_be_filled(**texts: str) -> None:
    for at, text in texts.items():
        if not text.strip():
            raise TextMissing(what=f"the {_SPOKEN.get(at, at)}", at=at)


_SPOKEN = {"username": "user name"}


def demand_free(party: Party, body: Party, kind: str, since: date, until: date | None) -> None:
    """Name both standings where they overlap, so that a person sees which one to end.

    Raises:
        StandingOverlaps: the party has another standing in the body during that time.
    """
    others = Standing.objects.filter(party=party, body=body).order_by("since")
    before = {} if until is None else {"since__lt": until}
    there = others.filter(Q(until__isnull=True) | Q(until__gt=since), **before).first()
    if there is not None:
        raise StandingOverlaps(
            party=party.name,
            body=body.name,
            there=_dated(there.kind, there.since, there.until),
            wanted=_dated(kind, since, until),
        )


def _dated(kind: str, since: date, until: date | None) -> str:
    return f"{kind} from {since}" + (f" until {until}" if until else "")


def lasting_standing(party: str, body: str) -> Standing | None:
    """Lock and give the standing that a party has in a body with no end."""
    lasting = Standing.objects.filter(party_id=party, body_id=body, until__isnull=True)
    return lasting.select_for_update().first()


def end_lasting(party: str, body: str, until: date) -> Standing:
    """End the standing that a party has in a body; who may do so is asked before.

    Raises:
        NotFound: the party has no standing in the body that lasts.
        DatesOutOfOrder: it would end before it begins.
    """
    lasting = lasting_standing(party, body)
    if lasting is None:
        raise NotFound(what="lasting standing in", name=body)
    demand_in_order(lasting.since, until)
    lasting.until = until
    lasting.save(update_fields=["until"])
    return lasting


def demand_in_order(since: date, until: date | None) -> None:
    """Refuse an end that comes before its beginning.

    Raises:
        DatesOutOfOrder: it would end before it begins.
    """
    if until is not None and until <= since:
        raise DatesOutOfOrder(
            at="until", first="the first day", first_date=since, second="the end", second_date=until
        )
