"""Rounds of the search for prices, shared by threads: the same plan whatever their number."""

import random
from datetime import date, timedelta

import pytest

from muster.core.planning.judge import faults
from muster.core.planning.net import Hop, Leg, Load, Net, Room
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.solving import structured, together

DAY = date(2023, 4, 20)


def crowded(count: int = 60, seed: int = 3) -> Problem:
    """Draw needs and offers of one item, on three legs with room for some of it."""
    chance = random.Random(seed)  # noqa: S311 - the same seed draws the same problem
    legs = tuple(
        Leg(id=f"l{at}", start=f"a{at}", end=f"b{at}", days=2, room=Room(grams=40 * count))
        for at in range(3)
    )
    return Problem(
        day=DAY,
        needs=tuple(
            Need(id=f"n{at:03}", item="i", amount=chance.randint(1, 30), priority=at % 3 + 1)
            for at in range(count)
        ),
        offers=tuple(
            Offer(
                id=f"o{at:03}",
                donor="d",
                item="i",
                amount=chance.randint(1, 30),
                load=Load(grams=chance.randint(1, 9)),
            )
            for at in range(count)
        ),
        pairs=tuple(
            Pair(
                offer=f"o{offer:03}",
                need=f"n{need:03}",
                arrives=DAY + timedelta(days=2),
                route=f"l{leg}",
                hops=(Hop(f"l{leg}", DAY),),
            )
            for need in range(count)
            for offer in chance.sample(range(count), 12)
            for leg in [chance.randrange(3)]
        ),
        net=Net(legs=legs, start=DAY),
    )


@pytest.mark.parametrize("cores", [2, 3, 8])
def test_the_plan_and_its_prices_are_the_same_on_any_number_of_cores(
    monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    problem = crowded()
    monkeypatch.setattr(together, "_PART", 50)
    shared = []

    class Counting(together.ThreadPoolExecutor):
        def submit(self, *args: object, **more: object) -> object:  # type: ignore[override]
            shared.append(1)
            return super().submit(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(together, "ThreadPoolExecutor", Counting)
    monkeypatch.setattr(together.os, "cpu_count", lambda: 1)
    alone = structured.solve(problem, few=0)
    assert not shared
    monkeypatch.setattr(together.os, "cpu_count", lambda: cores)
    plan = structured.solve(problem, few=0)
    assert shared
    assert plan == alone
    assert plan.prices == alone.prices
    assert faults(problem, plan) == ()
