"""The transport net: its own check, the ways through it, and the days on which it is closed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.planning.net import Hop, Leg, Load, Net, Room, Way, arrival, hop_faults, ways
from muster.core.planning.problem import Need, Offer, Pair, Problem
from muster.core.planning.routing import routed
from muster.core.planning.soundness import require_sound
from muster.core.refusals import ProblemFaulty

DAY = date(2023, 4, 20)


def days(count: int) -> date:
    return DAY + timedelta(days=count)


ROAD = Leg(id="road", start="depot", end="hub", days=2, room=Room(grams=5000))
RAIL = Leg(id="rail", start="hub", end="border", days=1)
BRIDGE = Leg(id="bridge", start="border", end="town", days=0, closed=((days(0), days(9)),))
AIR = Leg(id="air", start="depot", end="town", days=4)
NET = Net(legs=(ROAD, RAIL, BRIDGE, AIR), start=DAY)
PROBLEM = Problem(
    day=DAY,
    needs=(Need(id="n", item="tent", amount=5, place="town"),),
    offers=(Offer(id="o", donor="d", item="tent", amount=5, place="depot", ready=days(1)),),
    pairs=(Pair(offer="o", need="n", arrives=days(5), hops=(Hop("air", days(1)),)),),
    net=NET,
)


def with_leg(**changes: object) -> Problem:
    legs = (replace(AIR, **changes), *NET.legs[:3])  # type: ignore[arg-type]
    return replace(PROBLEM, net=replace(NET, legs=legs))


def with_pair(**changes: object) -> Problem:
    return replace(PROBLEM, pairs=(replace(PROBLEM.pairs[0], **changes),))  # type: ignore[arg-type]


def with_offer(**changes: object) -> Problem:
    return replace(PROBLEM, offers=(replace(PROBLEM.offers[0], **changes),))  # type: ignore[arg-type]


def broken() -> Iterator[tuple[Problem, str]]:
    yield with_leg(room=Room(grams=-1)), "The leg air has a negative room in kg"
    yield with_leg(room=Room(millipallets=-1)), "negative room in pallets"
    yield with_leg(days=-1), "cannot arrive before it departs"
    yield with_leg(cost=-1), "negative cost"
    yield with_leg(id="road"), "Two legs of the net have the same id"
    yield with_leg(closed=((days(3), days(2)),)), "which ends first"
    yield with_leg(closed=((DAY, days(2)),)), "the leg air is closed on 2023-04-21"
    yield with_leg(start="port"), "the goods are at depot, and not at port"
    yield with_leg(end="port"), "they are needed at town, and not at port"
    yield replace(PROBLEM, net=replace(NET, period=0)), "a period is at least 1"
    yield with_pair(hops=(Hop("ghost", DAY),)), "there is no leg ghost"
    yield with_pair(arrives=days(4)), "the goods are there on 2023-04-25"
    yield with_pair(hops=(Hop("air", DAY),)), "they leave on 2023-04-20, before they are ready"
    yield with_pair(hops=(Hop("road", days(1)), Hop("air", days(9)))), "leaves from depot"
    yield with_pair(hops=(Hop("road", days(1)), Hop("rail", days(2)))), "before it is there"
    yield with_pair(hops=(Hop("road", days(1)), Hop("road", days(1)))), "takes the leg road twice"
    yield with_offer(until=days(0), ready=None), "after the offer has ended"
    yield with_offer(load=Load(grams=-1)), "negative weight"
    yield with_offer(least=-1), "goes from -1 up"
    yield replace(PROBLEM, needs=(replace(PROBLEM.needs[0], least=-1),)), "of no use below -1"


def test_a_sound_net_is_accepted() -> None:
    require_sound(PROBLEM)


@pytest.mark.parametrize(("problem", "told"), [*broken()])
def test_a_net_that_contradicts_itself_is_refused_with_a_sentence(
    problem: Problem, told: str
) -> None:
    with pytest.raises(ProblemFaulty, match=told):
        require_sound(problem)


@pytest.mark.parametrize(("cost", "taken", "refused"), [(0, 0, True), (1, 0, False), (0, 1, False)])
def test_a_circle_is_refused_where_all_its_legs_are_free(
    cost: int, taken: int, *, refused: bool
) -> None:
    legs = (
        Leg(id="1", start="a", end="b"),
        Leg(id="2", start="b", end="c"),
        Leg(id="3", start="c", end="b", cost=cost, days=taken),
    )
    problem = Problem(day=DAY, needs=(), offers=(), pairs=(), net=Net(legs=legs))
    if refused:
        with pytest.raises(ProblemFaulty, match=r"round for ever .* b > c > b"):
            require_sound(problem)
    else:
        require_sound(problem)


def test_ways_wait_for_a_closed_bridge_and_the_soonest_arrival_comes_first() -> None:
    found = ways(NET, start="depot", end="town", ready=DAY, periods=2)
    assert found[0] == Way(hops=(Hop("air", DAY),), arrives=days(4))
    slow = [way for way in found if len(way.hops) == 3]
    # Three days of travel, and then seven before the bridge opens; a week later only the rest.
    assert [way.arrives for way in slow] == [days(10), days(10)]
    assert slow[0].hops[-1] == Hop("bridge", days(10))
    assert len({way.route for way in found}) == len(found)


def test_no_way_departs_after_the_offer_ends_and_none_is_needed_at_home() -> None:
    found = ways(NET, start="depot", end="town", ready=DAY, until=days(6), periods=3)
    assert {way.hops[0].departs for way in found} == {DAY}
    assert ways(NET, start="hub", end="hub", ready=DAY) == (Way(hops=(), arrives=DAY),)
    assert ways(NET, start="town", end="hub", ready=DAY) == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(1, 4), st.integers(0, 9)
        ),
        max_size=8,
    )
)
def test_every_way_that_is_found_is_sound(drawn: list[tuple[str, str, int, int]]) -> None:
    legs = tuple(
        Leg(id=str(at), start=start, end=end, days=took, closed=((days(shut), days(shut + 2)),))
        for at, (start, end, took, shut) in enumerate(drawn)
    )
    net = Net(legs=legs, start=DAY)
    for way in ways(net, start="a", end="d", ready=DAY):
        assert list(hop_faults(net, way.hops)) == []
        assert net.by_id[way.hops[0].leg].start == "a"
        assert net.by_id[way.hops[-1].leg].end == "d"
        assert arrival(net, way.hops) == way.arrives


def test_routing_drops_what_cannot_get_there_and_keeps_what_has_no_place() -> None:
    needs = (
        Need(id="far", item="tent", amount=5, place="town", earliest=days(8)),
        Need(id="cut off", item="tent", amount=5, place="island"),
        Need(id="anywhere", item="tent", amount=5),
    )
    offers = (Offer(id="o", donor="d", item="tent", amount=5, place="depot", ready=days(1)),)
    pairs = tuple(Pair(offer="o", need=need.id, arrives=days(9)) for need in needs)
    problem = routed(Problem(day=DAY, needs=needs, offers=offers, pairs=pairs), NET, periods=1)
    require_sound(problem)
    assert [(pair.need, len(pair.hops), pair.arrives) for pair in problem.pairs] == [
        ("far", 1, days(8)),
        ("far", 3, days(10)),
        ("anywhere", 0, days(9)),
    ]
