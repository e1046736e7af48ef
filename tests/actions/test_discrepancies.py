"""A discrepancy stays open until its recipient or the centre says what became of it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from muster.actions.discrepancies import resolve_discrepancy
from muster.core.actors import Actor, Role
from muster.core.refusals import ActsForAnother, NotFound, ReasonMissing, TooEarly, WrongStage
from muster.queries.home import coordinator_piles
from muster.queries.journal import history
from muster.queries.verification import verify
from muster.records.models import Discrepancy
from tests import make

pytestmark = pytest.mark.usefixtures("records")


def opened(w: make.World) -> Discrepancy:
    """Ten of sixty are missing."""
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "60"))
    return Discrepancy.objects.get(receipt_line__receipt=make.signed(w, box, missing=10))


def pile(actor: Actor) -> int:
    piles = {each.name: each.count for each in coordinator_piles(actor, make.NOW.date())}
    return piles["discrepancies"]


def test_a_resolved_case_leaves_the_pile_and_keeps_its_reason() -> None:
    w = make.world()
    case = opened(w)
    before = pile(w.coordinator)
    act = make.act(w.recipient, reason="the ten were found in another truck")
    resolve_discrepancy(act=act, discrepancy=case.pk)
    assert pile(w.coordinator) == before - 1
    [told] = history(case.pk)
    assert (told.event, told.note) == ("resolve", "the ten were found in another truck")
    assert verify().differences == ()


def test_a_case_is_resolved_once_with_a_reason_by_the_recipient_or_the_centre() -> None:
    w = make.world()
    case = opened(w)
    for actor, refusal in ((w.donor, ActsForAnother), (make.person(Role.DONOR, "FRA"), NotFound)):
        with pytest.raises(refusal):
            resolve_discrepancy(act=make.act(actor, reason="x"), discrepancy=case.pk)
    with pytest.raises(ReasonMissing):
        resolve_discrepancy(act=make.act(w.coordinator), discrepancy=case.pk)
    act = make.act(w.coordinator, reason="x")
    assert resolve_discrepancy(act=act, discrepancy=case.pk).stage == "resolved"
    assert resolve_discrepancy(act=act, discrepancy=case.pk).pk == case.pk
    with pytest.raises(WrongStage, match="resolved"):
        resolve_discrepancy(act=make.act(w.recipient, reason="y"), discrepancy=case.pk)


def test_a_case_is_not_resolved_before_it_opened() -> None:
    w = make.world()
    case = opened(w)
    act = make.act(w.coordinator, reason="x", now=make.NOW + timedelta(days=1))
    with pytest.raises(TooEarly):
        resolve_discrepancy(act=act, discrepancy=case.pk, happened_at=make.NOW - timedelta(days=1))


@pytest.mark.parametrize("change", ["sentence = 'nothing'", "stage = 'resolved'"])
def test_neither_the_words_nor_the_stage_of_a_case_are_typed_in(change: str) -> None:
    opened(make.world())
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE discrepancy SET {change}")  # noqa: S608 - our own words
