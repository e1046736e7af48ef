"""The way of a text that one person writes and another approves before all nations read it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import QuerySet

from muster.actions.staging import held, move
from muster.core.actors import CENTRE, NATIONS, Act, Role
from muster.core.refusals import Refusal
from muster.records.models.record import StagedRecord

_D = TypeVar("_D", bound=StagedRecord)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way(Generic[_D]):
    """How one kind of text goes: draft, submitted, approved, released, superseded.

    Args:
        kind: the text's own model; it has an `originator` and a `number`.
        word: what people call it: "report".
        approval: where it is kept who approved; its first field names the text.
        own: the refusal of one who would approve what they wrote.
        siblings: the texts about the same thing, of which a later one supersedes the earlier.
    """

    kind: type[_D]
    word: str
    approval: type[models.Model]
    own: type[Refusal]
    siblings: Callable[[_D], QuerySet[_D]]

    def submit(self, act: Act, key: UUID) -> _D:
        """Hand a draft in for approval."""
        act.must_be(Role.COORDINATOR)
        found = held(self.kind, key, act)
        move(act, found, "submit")
        return found

    def send_back(self, act: Act, key: UUID) -> _D:
        """Return what was submitted to its draft, with the reason; what it says stays."""
        act.must_be(Role.COORDINATOR)
        found = held(self.kind, key, act)
        move(act, found, "send_back", note=act.must_say_why(f"sending a {self.word} back"))
        return found

    def approve(self, act: Act, key: UUID) -> _D:
        """Approve what somebody else wrote."""
        act.must_be(Role.COORDINATOR)
        found = held(self.kind, key, act)
        originator = getattr(found, "originator_id")  # noqa: B009 - each kind has one
        if originator == act.actor.user_id:
            raise self.own(name=act.actor.name)
        move(act, found, "approve")
        self.approval._default_manager.create(
            **{self.word: found},
            originator_id=originator,
            approver_id=act.user_id,
            approved_at=act.now,
        )
        return found

    def release(self, act: Act, key: UUID) -> _D:
        """Send what is approved to all nations; it supersedes the one before."""
        act.must_be(Role.COORDINATOR)
        found = held(self.kind, key, act)
        move(act, found, "release")
        found.audiences = [CENTRE, NATIONS]
        found.save(update_fields=["audiences"])
        number = getattr(found, "number")  # noqa: B009 - each kind has one
        earlier = self.siblings(found).filter(stage="released", number__lt=number)
        for before in earlier.order_by("number"):
            move(act, before, "supersede")
        return found
