"""Builders for cases of the guarantee: invoked, answered, and as they are shown."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from muster.actions import answers, guarantee
from muster.actions.operations import Helped
from muster.core.actors import Actor
from muster.queries.guarantee import Asked, CaseShown, case_shown
from muster.records.models import GuaranteeAnswer, GuaranteeCase
from tests.make import NOW, act, coordinator

TODAY = NOW.date()


def invoked(actor: Actor | None = None, *, kind: str = "defence", **more: object) -> GuaranteeCase:
    """A case about Estonia, told by the centre unless somebody else is named."""
    wish: dict[str, Any] = {
        "code": f"G-{uuid4().hex[:8].upper()}",
        "name": "An armed attack",
        "kind": kind,
        "affected": [Helped("EST")],
        "invoked_by": "EST",
        "invoked_on": TODAY,
        "words": "An armed attack on Estonia.",
        "source": "letter of today",
    }
    return guarantee.invoke(act=act(actor or coordinator()), **{**wish, **more})


def shown(case: GuaranteeCase, *, later: timedelta = timedelta()) -> CaseShown:
    """A case as the centre sees it, some time after now."""
    case.refresh_from_db()
    return case_shown(case, coordinator(), NOW + later)


def row(case: GuaranteeCase, party: str, *, later: timedelta = timedelta()) -> Asked:
    """One party in the grid of a case."""
    [found] = [each for each in shown(case, later=later).grid if each.party == party]
    return found


def answered(case: GuaranteeCase, actor: Actor, party: str, **more: object) -> GuaranteeAnswer:
    """An answer that gives something."""
    wish: dict[str, Any] = {"words": "We stand by Estonia.", "gives": "one battalion", **more}
    return answers.answer(act=act(actor), case=case.pk, party=party, **wish)
