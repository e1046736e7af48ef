"""Builders: rules that are written by one coordinator and approved by another."""

from datetime import date
from typing import Any
from uuid import uuid4

from muster.actions import rules
from muster.core.actors import Actor, Role
from muster.records.models import RuleVersion
from tests import make


def second() -> Actor:
    """A coordinator who approves what the first one wrote."""
    return make.person(Role.COORDINATOR, "EADRCC")


def written(w: make.World, expression: str, effect: str = "forbid", **more: Any) -> RuleVersion:  # noqa: ANN401 - any part of a rule
    """A rule for the world's operation alone, that nobody has approved yet."""
    given: dict[str, Any] = {
        "code": f"R-{uuid4().hex[:8].upper()}",
        "title": "A rule of a test",
        "sentence": "A test forbids it.",
        "authority": "a test",
        "since": date(2020, 1, 1),
        "operation": w.operation.pk,
        **more,
    }
    return rules.add_rule(
        act=make.act(w.coordinator), expression=expression, effect=effect, **given
    )


def in_force(w: make.World, expression: str, effect: str = "forbid", **more: Any) -> RuleVersion:  # noqa: ANN401 - as above
    """A rule for the world's operation alone, in the book."""
    made = written(w, expression, effect, **more)
    return rules.approve_rule(act=make.act(second()), code=made.code, version=made.version)
