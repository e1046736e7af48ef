"""One rule of sight: a record and an actor share an audience, or there is no such record."""

from datetime import timedelta
from uuid import uuid4

import pytest

from muster.actions.register import grant_role
from muster.core.actors import ANYONE, Role
from muster.core.refusals import NotFound
from muster.queries.register import actor_of
from muster.queries.visibility import find, visible
from muster.records.models import Offer, OfferLine, Operation
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


def test_what_is_hidden_and_what_is_not_there_are_answered_alike() -> None:
    w = make.world()
    line = make.offered(w)
    answers = []
    for key in (line.pk, uuid4(), "not a key"):
        with pytest.raises(NotFound) as raised:
            find(OfferLine, key, ANYONE, DAY)
        answers.append(raised.value.sentence.replace(str(key), "..."))
    assert len(set(answers)) == 1


def test_the_public_sees_nothing_that_is_not_public() -> None:
    make.offered(make.world())
    for model in (Operation, Offer, OfferLine):
        assert not visible(model, ANYONE, DAY).exists()


def test_a_role_opens_the_eyes_on_the_days_it_is_held_and_on_no_others() -> None:
    w = make.world()
    person = make.person(Role.DONOR, "FRA")
    hidden = make.asked(w, circulated=False).request
    assert person.user_id is not None
    grant_role(
        act=make.act(w.coordinator),
        user=person.user_id,
        role=Role.ANALYST,
        party="EADRCC",
        since=DAY,
        until=DAY + timedelta(days=10),
    )
    analyst = actor_of(person.user_id)
    model = type(hidden)
    seen = [
        visible(model, analyst, DAY + timedelta(days=n)).filter(pk=hidden.pk).exists()
        for n in (-1, 0, 9, 10)
    ]
    assert seen == [False, True, True, False]
