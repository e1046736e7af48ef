"""A stage is where the last event led, and history tells it in the order it happened."""

from datetime import timedelta

import pytest
from django.db import transaction

from muster.actions.staging import hold, move
from muster.core.refusals import InTheFuture, WrongStage
from muster.queries.journal import history
from muster.records.models import OfferLine
from tests import make

pytestmark = pytest.mark.usefixtures("records")


def test_an_event_that_does_not_fit_is_refused_in_words_that_people_say() -> None:
    w = make.world()
    line = make.offered(w)
    with pytest.raises(WrongStage, match=r"is offered; it cannot be closed"):
        move(make.act(w.donor), line, "close")


def test_a_stale_record_does_not_carry_an_old_stage_into_the_database() -> None:
    w = make.world()
    line = make.offered(w)
    stale = OfferLine.objects.get(pk=line.pk)
    move(make.act(w.coordinator), line, "review")
    with pytest.raises(WrongStage, match="no longer offered"), transaction.atomic():
        move(make.act(w.coordinator), stale, "decline")
    hold(stale)
    assert stale.stage == "under_review"


def test_nothing_happens_later_than_now() -> None:
    w = make.world()
    line = make.offered(w)
    later = make.NOW + timedelta(microseconds=1)
    with pytest.raises(InTheFuture):
        move(make.act(w.coordinator), line, "review", happened_at=later)
    move(make.act(w.coordinator), line, "review", happened_at=make.NOW)


def test_history_is_told_in_order_though_the_clock_stands_still() -> None:
    w = make.world()
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "10"))
    make.signed(w, box)
    told = [each.event for each in history(box.pk)]
    assert told == ["plan", "lock", "dispatch", "hand_over", "accept"]
