"""Asks the API, through Django's test client, as a person with a token."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from muster.actions.register import issue_token
from muster.core.actors import Actor
from muster.records.models import User
from tests import make

ROOT = "/api/v1"


@dataclass(frozen=True)
class Said:
    """What was answered."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code of a no."""
        return str(self.body["error"]["code"])


def token_of(actor: Actor) -> str:
    """Issue a token for a person."""
    return issue_token(act=make.act(actor), name="test")


@dataclass(frozen=True)
class Asker:
    """A program that asks on behalf of a person, or of nobody."""

    token: str | None

    @classmethod
    def of(cls, actor: Actor) -> "Asker":
        """Ask on behalf of this person."""
        return cls(token_of(actor))

    def get(self, path: str, **query: str | int) -> Said:
        """Ask a question."""
        return self._said(
            Client(SERVER_NAME="localhost").get(ROOT + path, query, headers=self._headers(None))
        )

    def post(self, path: str, body: object = None, *, key: UUID | str | None = None) -> Said:
        """Do something; the body goes as JSON, or as it is if it is bytes."""
        content = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        answer = Client(SERVER_NAME="localhost").post(
            ROOT + path,
            content,
            content_type="application/json",
            headers=self._headers(key or uuid4()),
        )
        return self._said(answer)

    def _headers(self, key: UUID | str | None) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return headers | ({"Idempotency-Key": str(key)} if key else {})

    def _said(self, answer: Any) -> Said:  # noqa: ANN401 - Django's test client has no plain type
        is_json = answer["Content-Type"].startswith("application/json")
        body = json.loads(answer.content) if is_json else answer.content.decode()
        return Said(answer.status_code, body, dict(answer.headers))


def user_of(actor: Actor) -> User:
    """Find the user that an actor is."""
    assert actor.user_id is not None
    return User.objects.get(pk=actor.user_id)
