"""The stress of a plan, against what each trouble must do by itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from muster.core.planning.net import Hop, Leg, Net, Room
from muster.core.planning.plans import Plan
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.core.planning.stress import Chances, Futures, StressFaulty, Trouble
from muster.core.planning.terms import Consent, ConsentState
from muster.solving import greedy, stress

DAY = date(2023, 4, 20)
CALM = Chances(offer_late=0, leg_closed=0, consent_refused=0, need_surges=0)
LEAVE = Consent(id="leave", by="E", state=ConsentState.EXPECTED)


def two_ways() -> tuple[Problem, Plan]:
    """An urgent need over the bridge with a day to spare, and another by no leg at all."""
    needs = (
        Need(id="n0", item="a", amount=10, priority=1, needed_by=DAY + timedelta(days=3)),
        Need(id="n1", item="a", amount=40, priority=2),
    )
    offers = (
        Offer(id="o0", donor="d", item="a", amount=8),
        Offer(id="o1", donor="e", item="a", amount=30),
    )
    pairs = (
        Pair(offer="o0", need="n0", arrives=DAY + timedelta(days=2), hops=(Hop("bridge", DAY),)),
        Pair(offer="o1", need="n1", arrives=DAY + timedelta(days=2), consent="leave"),
    )
    bridge = Leg(id="bridge", start="w", end="e", days=2, room=Room(grams=10**6))
    net = Net(legs=(bridge,), start=DAY)
    problem = Problem(day=DAY, needs=needs, offers=offers, pairs=pairs, net=net, consents=(LEAVE,))
    return problem, greedy.solve(problem)


def drawn(chances: Chances, *, count: int = 2_000, seed: int = 0) -> stress.StressOutcome:
    problem, plan = two_ways()
    futures = Futures(count=count, seed=seed, chances=chances)
    return stress.stressed(problem, plan, futures)


def test_where_nothing_can_go_wrong_every_future_is_the_plan() -> None:
    outcome = drawn(CALM)
    assert [each.percentiles for each in outcome.spreads] == [(8,) * 7, (30,) * 7]
    assert [each.shares for each in outcome.spreads] == [(800,) * 7, (750,) * 7]
    assert outcome.hinges == ()
    assert outcome.unhurt == 2_000


def test_a_closed_leg_stops_what_passes_by_it_in_about_as_many_futures_as_its_chance() -> None:
    outcome = drawn(replace(CALM, legs={"bridge": 0.2}))
    (hinge,) = outcome.hinges
    assert (hinge.trouble, hinge.id, hinge.lost) == (Trouble.LEG_CLOSED, "bridge", 800)
    urgent, other = outcome.spreads
    assert urgent.percentiles == (0, 0, 8, 8, 8, 8, 8)
    assert other.percentiles == (30,) * 7
    # The bridge may also be closed in a later period, which stops nothing by itself.
    stopped = 2_000 - outcome.unhurt
    assert 300 < stopped < 500
    assert hinge.total == pytest.approx(stopped * 800 / 2_000, abs=1)


def test_a_late_offer_loses_what_cannot_wait_and_only_when_it_cannot() -> None:
    # One day can be waited; of ten equally likely delays nine are too long.
    outcome = drawn(replace(CALM, offer_late=1, late_days=10))
    assert [each.id for each in outcome.hinges] == ["o0"]
    assert 0.87 < (2_000 - outcome.unhurt) / 2_000 < 0.93
    assert drawn(replace(CALM, offer_late=1, late_days=1)).unhurt == 2_000


def test_a_refused_consent_stops_what_hangs_on_it_alone() -> None:
    outcome = drawn(replace(CALM, consent_refused=1))
    assert [each.percentiles[-1] for each in outcome.spreads] == [8, 0]
    (hinge,) = outcome.hinges
    assert (hinge.trouble, hinge.name, hinge.futures) == (
        Trouble.CONSENT_REFUSED,
        "the consent of E (leave)",
        2_000,
    )
    assert hinge.lost == hinge.total == 30 * 10


def test_a_consent_that_is_there_is_not_refused_any_more() -> None:
    problem, plan = two_ways()
    there = replace(problem, consents=(replace(LEAVE, state=ConsentState.GRANTED),))
    futures = Futures(count=100, chances=replace(CALM, consent_refused=1))
    assert stress.stressed(there, plan, futures).hinges == ()


def test_a_need_that_grows_is_met_to_a_smaller_share_by_as_many_units() -> None:
    outcome = drawn(replace(CALM, need_surges=1, surge_percent=1))
    assert outcome.spreads[0].percentiles == (8,) * 7
    grown = drawn(replace(CALM, need_surges=1, surge_percent=100))
    assert grown.spreads[0].shares[0] < 500
    assert grown.spreads[0].shares[-1] <= 800


def test_the_futures_do_not_depend_on_how_many_cores_draw_them_and_do_on_the_seed() -> None:
    problem, plan = two_ways()
    futures = Futures(count=3_001, seed=4)
    one = stress.stressed(problem, plan, futures, cores=1)
    assert one == stress.stressed(problem, plan, futures, cores=3)
    assert one.hinges != stress.stressed(problem, plan, replace(futures, seed=5)).hinges


@pytest.mark.skipif(not stress.has_cluster(), reason="Ray, the optional extra, is not installed")
def test_a_cluster_draws_the_same_futures() -> None:
    problem, plan = two_ways()
    futures = Futures(count=1_200)
    over_cluster = stress.stressed(problem, plan, futures, cluster=True)
    assert over_cluster == stress.stressed(problem, plan, futures)


@pytest.mark.parametrize(
    ("futures", "told"),
    [
        (Futures(count=0), "At least 1 future"),
        (Futures(seed=-1), "The seed must be 0 or more"),
        (Futures(chances=replace(CALM, offer_late=1.5)), "that an offer is late must be between"),
        (Futures(chances=replace(CALM, need_surges=float("nan"))), "that a need grows must be"),
        (Futures(chances=replace(CALM, legs={"moon": 0.5})), "There is no leg moon"),
        (Futures(chances=replace(CALM, late_days=0)), "must be 1 or more"),
        (Futures(chances=replace(CALM, consents={"leaf": 0.5})), "There is no consent leaf"),
    ],
)
def test_chances_that_are_none_are_refused_with_what_is_wrong(futures: Futures, told: str) -> None:
    problem, plan = two_ways()
    with pytest.raises(StressFaulty, match=told):
        stress.stressed(problem, plan, futures)
