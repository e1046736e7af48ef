"""Lines that together ask for every part of a kit are planned as sets: see the howitzer."""

import pytest

from muster.actions import plans, requests
from muster.actions.requests import LineAsked
from muster.core.planning.causes import ReasonCode
from muster.core.planning.packages import Capability, Member, with_packages
from muster.core.planning.problem import Need, Problem
from muster.queries.amounts import Typed
from muster.queries.plan_contents import ShownPlan, of_record, problem_kept
from muster.records.models import RequestLine, SavedPlan
from tests import make

pytestmark = pytest.mark.usefixtures("records")

# What is in one set, as the catalogue that ships has it: three guns and what belongs to them.
GUN, ROUND, CREW, SPARES = "WPN-HOW-155", "AMM-155-HE", "TRN-CRW-155", "SPR-155-KIT"
ASKED = {GUN: "6", ROUND: "5000", CREW: "6", SPARES: "2"}


def guns_asked(
    w: make.World, asked: dict[str, str], reference: str = "R-GUNS"
) -> list[RequestLine]:
    """A circulated request of several lines, all equally urgent."""
    request = requests.draft_request(
        act=make.act(w.recipient),
        operation=w.operation.pk,
        recipient=w.recipient_code,
        reference=reference,
        title="Artillery",
        asked_on=make.NOW.date(),
        lines=[LineAsked(item=item, quantity=Typed(amount)) for item, amount in asked.items()],
    )
    requests.submit_request(act=make.act(w.recipient), request=request.pk)
    requests.validate_request(act=make.act(w.recipient), request=request.pk)
    requests.circulate_request(act=make.act(w.coordinator), request=request.pk)
    return list(request.lines.order_by("position"))


def planned(w: make.World) -> tuple[SavedPlan, ShownPlan]:
    plan = plans.make_plan(act=make.act(w.coordinator), operation=w.operation.pk, seconds=60)
    return plan, of_record(plan)


def test_a_request_for_every_part_of_a_kit_is_planned_as_sets_and_says_what_they_lack() -> None:
    w = make.world()
    guns_asked(w, ASKED)
    make.offered(w, "6", item=GUN)
    make.offered(w, "5000", item=ROUND)
    make.offered(w, "3", item=CREW)
    make.offered(w, "2", item=SPARES)
    plan, shown = planned(w)
    [package] = shown.packages
    assert (package.wanted, package.before, package.complete) == (2, 0, 1)
    assert [(part.item, part.lacks) for part in package.lacking] == [
        ("crew training on the 155 mm howitzer, one crew", 3)
    ]
    kept = problem_kept(plan)
    assert kept is not None
    [inside] = kept.packages
    assert [(part.each, part.there) for part in inside.parts] == [(3, 0), (2500, 0), (3, 0), (1, 0)]
    assert any("2 sets are still to be completed" in note for note in shown.assumptions)


def test_scarce_ammunition_goes_where_it_completes_a_set_and_not_to_the_same_need_by_itself() -> (
    None
):
    w = make.world()
    guns_asked(w, {GUN: "3", ROUND: "2500", CREW: "3", SPARES: "1"})
    alone = guns_asked(w, {ROUND: "2500"}, reference="A-ROUNDS")[0]
    for item, amount in ((GUN, "3"), (ROUND, "2500"), (CREW, "3"), (SPARES, "1")):
        make.offered(w, amount, item=item)
    _, shown = planned(w)
    [package] = shown.packages
    assert (package.wanted, package.complete) == (1, 1)
    assert [need.request_line for need in shown.unmet] == [alone.pk]


def test_what_is_promised_already_counts_in_the_sets() -> None:
    w = make.world()
    lines = guns_asked(w, ASKED)
    guns = make.offered(w, "6", item=GUN)
    make.agreed(w, guns, lines[0], "6")
    rounds = make.offered(w, "4000", item=ROUND)
    make.agreed(w, rounds, lines[1], "2600")
    make.offered(w, "3", item=CREW)
    make.offered(w, "2", item=SPARES)
    _, shown = planned(w)
    [package] = shown.packages
    # Rounds for one set only: 2,600 promised and 1,400 free of the 5,000 that two sets take.
    assert (package.wanted, package.before, package.complete) == (2, 0, 1)
    assert {part.item: part.lacks for part in package.lacking} == {
        "155 mm high-explosive round": 1000,
        "crew training on the 155 mm howitzer, one crew": 3,
    }


def test_a_part_that_completes_nothing_says_that_others_are_short() -> None:
    w = make.world()
    lines = guns_asked(w, ASKED)
    make.offered(w, "4", item=GUN)
    _, shown = planned(w)
    [package] = shown.packages
    assert package.complete == 0
    missing = {need.request_line: need.codes for need in shown.unmet}
    assert ReasonCode.TOO_LITTLE_OFFERED.value in missing[lines[0].pk]
    assert missing[lines[2].pk] == (ReasonCode.NOBODY_OFFERS.value,)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({GUN: "6", ROUND: "5000", CREW: "6"}, id="a part is not asked for"),
        pytest.param({GUN: "2", ROUND: "5000", CREW: "6", SPARES: "2"}, id="not even one set"),
    ],
)
def test_lines_that_ask_for_no_whole_set_are_planned_one_by_one(asked: dict[str, str]) -> None:
    w = make.world()
    guns_asked(w, asked)
    make.offered(w, "6", item=GUN)
    plan, shown = planned(w)
    assert shown.packages == ()
    kept = problem_kept(plan)
    assert kept is not None
    assert kept.packages == ()
    assert {need.weight for need in kept.needs} == {None}


def test_no_need_is_part_of_two_packages() -> None:
    needs = tuple(Need(id=key, item=key, amount=10) for key in ("a", "b", "c"))
    problem = Problem(day=make.NOW.date(), needs=needs, offers=(), pairs=())
    members = tuple(Member(line=need.id, each=1) for need in needs)
    found = with_packages(
        problem,
        (
            Capability(id="one", label="One", members=members[:2]),
            Capability(id="other", label="Other", members=members[1:]),
        ),
    )
    assert [package.id for package in found.packages] == ["one"]
    assert [need.weight for need in found.needs] == [10, 10, None]
