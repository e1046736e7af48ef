"""Who asks, and the act of a request: a token or a browser's session, and the caller's own key."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from muster.actions.clock import now
from muster.actions.register import token_digest
from muster.core.actors import Act, Actor
from muster.core.refusals import Kind, NotFound, Refusal, SignInNeeded
from muster.queries.register import actor_of
from muster.queries.tokens import actor_with_token
from muster.queries.visibility import find
from muster.records.models import Operation

KEY_HEADER = "Idempotency-Key"


class TokenUnknown(Refusal, kind=Kind.FORBIDDEN):
    """The access token is not known here, or it was revoked; issue a new one."""


class FormNotOurs(Refusal, kind=Kind.FORBIDDEN):
    """The request carries a browser's session but not its CSRF token; send X-CSRFToken."""


class KeyUnreadable(Refusal, field=KEY_HEADER):
    """The key "{text}" cannot be read; send a UUID of your own as the Idempotency-Key."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and when."""

    actor: Actor
    now: datetime

    @property
    def day(self) -> date:
        """The day on which roles are judged."""
        return self.now.date()


class Token(HttpBearer):
    """An access token: `Authorization: Bearer ...`."""

    def authenticate(self, request: HttpRequest, token: str) -> Asking:  # noqa: ARG002 - as its parent
        """Say whose token it is.

        Raises:
            TokenUnknown: nobody's.
        """
        actor = actor_with_token(token_digest(token.strip()))
        if actor is None:
            raise TokenUnknown
        return Asking(actor, now())


class Session(APIKeyCookie):
    """The session of somebody signed in with a browser."""

    param_name = "muster_session"

    def __init__(self) -> None:
        # The check is made below, where its refusal has our shape.
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> Asking:  # noqa: ARG002 - as its parent
        """Say who is signed in.

        Raises:
            SignInNeeded: nobody is.
            FormNotOurs: something is to be done, and another site may have sent it.
        """
        if not request.user.is_authenticated:
            raise SignInNeeded
        if check_csrf(request) is not None:
            raise FormNotOurs
        return Asking(actor_of(request.user.pk), now())


def asking(request: HttpRequest) -> Asking:
    """Give what the log-in found out."""
    found = getattr(request, "auth", None)
    if not isinstance(found, Asking):
        raise SignInNeeded
    return found


def act_of(request: HttpRequest, reason: str = "") -> Act:
    """Make the act of a request, under the caller's key or under one that is told in the answer.

    Raises:
        KeyUnreadable: the key is no UUID.
    """
    asked = asking(request)
    text = request.headers.get(KEY_HEADER)
    try:
        key = uuid4() if text is None else UUID(text)
    except ValueError as error:
        raise KeyUnreadable(text=text[:60] if text else "") from error
    request.idempotency_key = key  # type: ignore[attr-defined]
    return Act(key, asked.actor, asked.now, "api", reason)


def operation_of(request: HttpRequest, code: str) -> Operation:
    """Find an operation by its code.

    Raises:
        NotFound: there is none that the asker may see.
    """
    asked = asking(request)
    if "\0" in code:
        raise NotFound(what="operation", name="?")
    return find(Operation, code, asked.actor, asked.day, by="code")
