"""Reserves: what a nation keeps at home is not offered, not promised, and not told."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from muster.actions import allocations, consignments, offers, operations, plans, reserves
from muster.actions.offers import LineOffered
from muster.actions.operations import Helped
from muster.core import refusals
from muster.core.actors import Actor, Role
from muster.core.reserves import BelowTheFloor, CountBeforeTheLast, HeldBack, NothingCounted
from muster.queries.amounts import Typed
from muster.queries.plan_contents import of_record
from muster.queries.reserves import headroom, headrooms, reserve_rows, stocks, words_on
from muster.records.models import JournalEntry, Offer, Reserve
from tests import make
from tests.make import NOW, TENT, World, act, coordinator, person, world

pytestmark = pytest.mark.usefixtures("records")
TODAY = NOW.date()


def kept(w: World, holds: str | None = "1000", floor: str | None = "900", **more: date) -> Reserve:
    """A word of the world's donor on its tents."""
    return reserves.keep_reserve(
        act=act(w.donor),
        party=w.donor_code,
        item=TENT,
        holds=None if holds is None else Typed(holds),
        floor=None if floor is None else Typed(floor),
        **more,
    )


def spare(w: World) -> int | None:
    return headroom(w.donor_code, TENT, TODAY)


def test_a_nation_without_a_reserve_has_no_headroom_to_tell() -> None:
    assert spare(world()) is None


def test_what_is_offered_leaves_the_headroom_and_what_is_withdrawn_comes_back() -> None:
    w = world()
    kept(w)
    assert spare(w) == 100
    line = make.offered(w, "70")
    assert spare(w) == 30
    offers.withdraw_offer(act=act(w.donor), line=line.pk)
    assert spare(w) == 100


def test_an_offer_below_the_floor_is_refused_with_the_figures_and_nothing_is_offered() -> None:
    w = world()
    kept(w)
    before = Offer.objects.count()
    with pytest.raises(BelowTheFloor) as refused, transaction.atomic():
        make.offered(w, "101")
    assert "100 can be spared" in refused.value.sentence
    assert refused.value.at == "lines.1.amount"
    assert Offer.objects.count() == before
    assert make.offered(w, "100").amount == 100


def test_two_lines_of_one_offer_do_not_together_go_below_the_floor() -> None:
    w = world()
    kept(w)
    with pytest.raises(BelowTheFloor) as refused:
        offers.make_offer(
            act=act(w.donor),
            operation=w.operation.pk,
            donor=w.donor_code,
            reference="TWO",
            title="Two lines",
            offered_on=TODAY,
            lines=[LineOffered(item=TENT, quantity=Typed(each)) for each in ("60", "60")],
        )
    assert refused.value.at == "lines.2.amount"


def test_another_nation_s_reserve_and_another_item_s_are_no_matter() -> None:
    w, other = world(), world(donor="FRA")
    kept(w)
    make.offered(other, "5000")
    make.offered(w, "5000", item="GEN-DSL-003")
    assert spare(w) == 100


def test_a_floor_that_is_raised_later_holds_back_what_is_on_offer() -> None:
    w = world()
    line, need = make.offered(w, "100"), make.asked(w, "100")
    kept(w, "1000", "960")
    with pytest.raises(HeldBack) as refused, transaction.atomic():
        make.proposed(w, line, need, "41")
    assert not any(figure.isdigit() for figure in refused.value.sentence)
    make.proposed(w, line, need, "40")
    with pytest.raises(HeldBack), transaction.atomic():
        make.proposed(w, line, need, "1")


def test_the_nation_lowers_its_floor_by_an_act_of_its_own_and_the_rest_can_be_promised() -> None:
    w = world()
    line, need = make.offered(w, "100"), make.asked(w, "100")
    kept(w, "1000", "960")
    kept(w, None, "900")
    assert make.proposed(w, line, need, "100").amount == 100
    assert [word.floor for word in words_on(w.donor, TODAY, party="DEU", item=TENT)] == [900, 960]


def test_what_left_home_before_the_count_is_not_taken_off_twice() -> None:
    w = world()
    need = make.asked(w, "100")
    make.sent(w, make.agreed(w, make.offered(w, "50"), need, "50"))
    later = NOW + timedelta(hours=1)
    reserves.keep_reserve(
        act=make.act(w.donor, now=later),
        party="DEU",
        item=TENT,
        holds=Typed("1000"),
        floor=Typed("900"),
    )
    assert spare(w) == 100
    promised = make.agreed(w, make.offered(w, "30"), need, "30")
    assert spare(w) == 70
    box = make.shipped(w, promised)
    consignments.lock_manifest(act=act(w.donor), consignment=box.pk)
    after = make.act(w.donor, now=later + timedelta(hours=1))
    consignments.dispatch(act=after, consignment=box.pk)
    assert spare(w) == 70


def test_a_proposal_that_is_declined_gives_its_part_back() -> None:
    w = world()
    line, need = make.offered(w, "100"), make.asked(w, "100")
    kept(w, "1000", "960")
    allocation = make.proposed(w, line, need, "40")
    allocations.decline_allocation(act=act(w.donor, reason="later"), allocation=allocation.pk)
    make.proposed(w, line, need, "40")


def test_an_exercise_takes_nothing_from_home() -> None:
    w = world()
    kept(w)
    play = operations.open_operation(
        act=act(coordinator()),
        code=f"X-{uuid4().hex[:6].upper()}",
        name="EXERCISE",
        kind="exercise",
        body="NATO",
        recipients=[Helped("UKR")],
        began_on=TODAY,
    )
    exercise = World(play, w.coordinator, w.donor, w.recipient)
    line = make.offered(exercise, "5000")
    make.proposed(exercise, line, make.asked(exercise, "5000"), "5000")
    assert spare(w) == 100


def test_a_plan_moves_no_more_than_can_be_spared() -> None:
    w = world()
    make.offered(w, "60")
    make.offered(w, "60")
    make.asked(w, "120")
    kept(w, "7919", "7879")
    for method in ("greedy", "exact"):
        plan = plans.make_plan(act=act(w.coordinator), operation=w.operation.pk, method=method)
        assert sum(move.amount for move in of_record(plan).moves) == 40, method
        stored = f"{plan.problem} {plan.plan} {plan.outcome}"
        assert "held back as reserve by Germany" in stored
        assert "7919" not in stored
        assert "7879" not in stored


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"holds": None}, NothingCounted),
        ({"floor": None}, refusals.TextMissing),
        ({"holds": "many"}, refusals.AmountUnreadable),
        ({"floor": "-1"}, refusals.Refusal),
        ({"holds": "1.5"}, refusals.Refusal),
        ({"since": TODAY + timedelta(days=1)}, refusals.InTheFuture),
    ],
)
def test_a_word_that_cannot_be_read_is_refused(
    wish: dict[str, Any], refusal: type[refusals.Refusal]
) -> None:
    w, before = world(), Reserve.objects.count()
    with pytest.raises(refusal):
        kept(w, **wish)
    assert Reserve.objects.count() == before


def test_a_word_is_not_dated_before_the_last() -> None:
    w = world()
    kept(w)
    with pytest.raises(CountBeforeTheLast):
        kept(w, since=TODAY - timedelta(days=3))


def test_no_floor_is_a_floor_of_nothing() -> None:
    w = world()
    kept(w, "10", "0")
    assert spare(w) == 10


@pytest.mark.parametrize(
    ("role", "party"), [(Role.COORDINATOR, "EADRCC"), (Role.DONOR, "FRA"), (Role.LOGISTICS, "DEU")]
)
def test_only_a_nation_s_own_point_of_contact_keeps_its_reserve(role: Role, party: str) -> None:
    with pytest.raises(refusals.ActsForAnother):
        reserves.keep_reserve(
            act=act(person(role, party)),
            party="DEU",
            item=TENT,
            holds=Typed("10"),
            floor=Typed("1"),
        )


@pytest.mark.parametrize(
    ("role", "party", "sees"),
    [
        (Role.DONOR, "DEU", 1),
        (Role.ANALYST, "DEU", 1),
        (Role.DONOR, "FRA", 0),
        (Role.RECIPIENT, "UKR", 0),
        (Role.COORDINATOR, "EADRCC", 0),
        (Role.ANALYST, "EADRCC", 0),
        (Role.LOGISTICS, "EADRCC", 0),
    ],
)
def test_a_reserve_is_seen_by_its_nation_alone(role: Role, party: str, sees: int) -> None:
    kept(world())
    reader: Actor = person(role, party)
    assert len([row for row in reserve_rows(reader, TODAY) if row.item == TENT]) == sees
    assert len(words_on(reader, TODAY, party="DEU", item=TENT)) == sees


def test_the_journal_line_of_a_reserve_is_the_nation_s_alone() -> None:
    kept(world())
    line = JournalEntry.objects.filter(verb="keep a reserve").latest("number")
    assert line.audiences == ["party:DEU"]
    assert line.operation_id is None


def test_many_lines_are_asked_about_in_one_statement_and_those_without_a_reserve_are_left_out() -> (
    None
):
    w = world()
    kept(w)
    pairs = [("DEU", TENT), ("FRA", TENT), ("DEU", "GEN-DSL-003")]
    with CaptureQueriesContext(connection) as ran:
        assert headrooms(pairs, TODAY) == {("DEU", TENT): 100}
    assert len(ran) <= 1
    assert stocks([]) == {}


def test_the_word_of_a_day_is_the_one_that_held_on_it() -> None:
    w = world()
    kept(w, "1000", "900", since=date(2023, 4, 1))
    kept(w, "1000", "950")
    assert headroom("DEU", TENT, date(2023, 4, 10)) == 100
    assert headroom("DEU", TENT, TODAY) == 50
    assert headroom("DEU", TENT, date(2023, 3, 1)) is None
