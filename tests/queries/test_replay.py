"""The board of any moment agrees with a replay of the journal, and is never changed afterwards.

Random lives of one operation, told late and out of order: acts are dated back, offers are matched
anew, receipts corrected.  At random moments, of what was known and of what was true, every measure
of the board is that of the replay.
"""

# Chance here is no secret.
# ruff: noqa: S311

import inspect
from collections.abc import Callable
from dataclasses import astuple, fields
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from muster.actions import offers
from muster.actions.corrections import correct_receipt
from muster.core.actors import Actor
from muster.queries.board import BoardLine, board
from muster.queries.replay import Replayed, replay
from muster.queries.totals import NOW, Moment
from muster.records.models import OfferLine, ReceiptLine, RequestLine
from tests import make
from tests.actions.test_life import Life
from tests.conftest import LONG

MEASURES = tuple(each.name for each in fields(Replayed))
HOUR = timedelta(hours=1)


def measures(shown: tuple[BoardLine, ...]) -> dict[Any, tuple[int | None, ...]]:
    return {line.id: tuple(getattr(line, name) for name in MEASURES) for line in shown}


def replayed(w: make.World, moment: Moment) -> dict[Any, tuple[int | None, ...]]:
    return {key: astuple(each) for key, each in replay(w.operation, moment=moment).items()}


class ToldLate(Life):
    """The same life, in which much is told later than it happened."""

    def __init__(self) -> None:
        super().__init__()
        self.chance = Random(1)
        self.begun = self.o.now
        # What the board of a moment said when the moment was just over.
        self.said: list[tuple[Moment, tuple[BoardLine, ...]]] = []

    def tried(self, verb: Callable[..., object], actor: Actor, **inputs: object) -> None:
        late = "happened_at" in inspect.signature(verb).parameters and self.chance.random() < 0.5
        if late:
            inputs["happened_at"] = self.o.now - self.chance.randint(0, 300) * HOUR
        super().tried(verb, actor, **inputs)

    @rule(seed=st.integers(0, 10**6))
    def turn(self, seed: int) -> None:
        self.chance = Random(seed)

    @rule(chance=st.randoms(use_true_random=False))
    def match(self, chance: Random) -> None:
        need = chance.choice([None, *RequestLine.objects.filter(operation=self.o.world.operation)])
        offer = self.one(OfferLine, chance)
        actor, answers = self.o.world.coordinator, need and need.pk
        self.tried(offers.match_offer, actor, line=offer.pk, request_line=answers)

    @rule(chance=st.randoms(use_true_random=False))
    def correct_what_is_extra(self, chance: Random) -> None:
        w = self.o.world
        counted = ReceiptLine.objects.filter(receipt__operation=w.operation)
        for line in counted.order_by("receipt__recorded_at", "id")[:1]:
            counts = {"good": line.dispatched, "damaged": 0, "missing": 0, "rejected": 0}
            counts["extra"] = chance.randint(0, 5)
            self.tried(correct_receipt, w.recipient, manifest_line=line.manifest_line_id, **counts)

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.o.now += timedelta(days=days)
        over = self.o.now - timedelta(microseconds=1)
        for moment in (Moment(over), Moment(over, over - 30 * HOUR)):
            self.said.append((moment, self.shown(moment)))

    def shown(self, moment: Moment) -> tuple[BoardLine, ...]:
        w = self.o.world
        return board(w.operation, w.coordinator, day=self.o.now.date(), moment=moment)

    def instant(self) -> datetime:
        hours = int((self.o.now - self.begun) / HOUR)
        found: datetime = self.begun + self.chance.randint(-300, hours) * HOUR
        return found

    @invariant()
    def the_board_of_any_moment_is_that_of_the_replay(self) -> None:
        moments = [
            NOW,
            Moment(known=self.instant()),
            Moment(happened=self.instant()),
            Moment(self.instant(), self.instant()),
        ]
        for moment in moments:
            assert measures(self.shown(moment)) == replayed(self.o.world, moment), moment

    @invariant()
    def what_the_board_said_of_a_moment_it_says_for_ever(self) -> None:
        for moment, said in self.said[-3:]:
            assert self.shown(moment) == said, moment

    # These two are the other test's.
    def not_a_unit_is_unaccounted_for(self) -> None:
        pass

    def the_board_keeps_its_identities(self) -> None:
        pass


@pytest.mark.usefixtures("records")
def test_the_board_of_any_moment_agrees_with_a_replay_and_never_changes() -> None:
    run_state_machine_as_test(
        ToldLate,
        settings=settings(
            max_examples=200 if LONG else 8,
            derandomize=not LONG,
            stateful_step_count=60 if LONG else 25,
            deadline=None,
            # To shrink a life takes longer than to read one.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
