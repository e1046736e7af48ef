"""The board: figures of now and of then, and nothing in them that one may not see."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from muster.actions import (
    allocations,
    consignments,
    corrections,
    journeys,
    offers,
    proposals,
    receipts,
    requests,
)
from muster.core.actors import ANYONE, Act, Actor, Role
from muster.queries.amounts import Typed
from muster.queries.board import BoardLine, board
from muster.queries.totals import Moment
from muster.records.models import RequestLine
from tests import make

pytestmark = pytest.mark.usefixtures("records")
HOUR = timedelta(hours=1)
FIGURES = (
    *("asked", "over_accepted", "offered", "proposed", "allocated", "dispatched", "received"),
    *("fell_short", "remaining"),
)


def figures(line: BoardLine) -> dict[str, int | None]:
    return {name: getattr(line, name) for name in FIGURES}


def lived(w: make.World, *, restricted: bool = False) -> list[tuple[datetime, datetime]]:
    """A life of one need, an act an hour, each said to have happened half an hour before."""
    moments: list[tuple[datetime, datetime]] = []
    clock = [make.NOW - 20 * HOUR]

    def act(actor: Actor, reason: str = "") -> Act:
        clock[0] += HOUR
        moments.append((clock[0], clock[0] - HOUR / 2))
        return make.act(actor, reason=reason, now=clock[0])

    def then() -> datetime:
        return clock[0] - HOUR / 2

    taking = RequestLine.objects.get(operation=w.operation)
    giving = _offered(w, act(w.donor), restricted=restricted)
    proposal = proposals.propose_allocation(
        act=act(w.coordinator),
        offer_line=giving,
        request_line=taking.pk,
        amount=Typed("60"),
        happened_at=then(),
    )
    key = {"allocation": proposal.pk}
    allocations.confirm_allocation(act=act(w.donor), happened_at=then(), **key)
    allocations.accept_allocation(act=act(w.recipient), happened_at=then(), **key)
    box = make.shipped(w, proposal, "40")
    consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)
    consignments.dispatch(act=act(w.donor), consignment=box.pk, happened_at=then())
    journeys.hand_over(act=act(w.donor), consignment=box.pk, place=make.PLACE, happened_at=then())
    line = box.lines.get().pk
    receipts.sign_receipt(
        act=act(w.recipient),
        consignment=box.pk,
        counts=[receipts.Count(manifest_line=line, good=30, damaged=10)],
        happened_at=then(),
    )
    requests.accept_more(
        act=act(w.recipient, "more"), line=taking.pk, amount=Typed("20"), happened_at=then()
    )
    requests.clarify_line(
        act=act(w.recipient), line=taking.pk, quantity=Typed("90"), happened_at=then()
    )
    return moments


def _offered(w: make.World, act: Act, *, restricted: bool) -> UUID:
    offer = offers.make_offer(
        act=act,
        operation=w.operation.pk,
        donor=w.donor_code,
        reference="O",
        title="x",
        offered_on=date(2023, 4, 1),
        lines=[
            offers.LineOffered(
                item=make.TENT,
                quantity=Typed("100"),
                answers=RequestLine.objects.get(operation=w.operation).pk,
            )
        ],
        restricted=restricted,
        happened_at=act.now - HOUR / 2,
    )
    return offer.lines.get().id


AFTER = [
    {"offered": 100},
    {"proposed": 60},
    {},
    {"proposed": 0, "allocated": 60, "remaining": 40},
    {"dispatched": 40},
    {},
    {"received": 30, "fell_short": 10, "remaining": 50},
    {"over_accepted": 20, "remaining": 70},
    {"asked": 90, "remaining": 60},
]


def _asked_early(w: make.World) -> None:
    def act(actor: Actor) -> Act:
        return make.act(actor, now=make.NOW - 30 * HOUR)

    request = requests.draft_request(
        act=act(w.recipient),
        operation=w.operation.pk,
        recipient="UKR",
        reference="R",
        title="x",
        asked_on=date(2023, 1, 1),
        lines=[requests.LineAsked(item=make.TENT, quantity=Typed("100"))],
    )
    requests.submit_request(act=act(w.recipient), request=request.pk)
    requests.validate_request(act=act(w.recipient), request=request.pk)
    requests.circulate_request(act=act(w.coordinator), request=request.pk)


def test_the_board_shows_what_was_known_and_what_was_true_at_each_moment() -> None:
    w = make.world()
    _asked_early(w)
    moments = lived(w)
    expected = dict.fromkeys(FIGURES, 0) | {"asked": 100, "remaining": 100}
    nothing_yet = make.row(w, moment=Moment(known=moments[0][0] - timedelta(seconds=1)))
    assert figures(nothing_yet) == expected
    for (recorded, happened), change in zip(moments, AFTER, strict=True):
        just_before = make.row(w, moment=Moment(known=recorded - timedelta(seconds=1)))
        assert figures(just_before) == expected
        expected |= change
        assert figures(make.row(w, moment=Moment(known=recorded))) == expected
        assert figures(make.row(w, moment=Moment(happened=happened))) == expected
    assert figures(make.row(w)) == expected


def test_what_was_true_by_what_was_known_leaves_out_what_was_told_later() -> None:
    w = make.world()
    _asked_early(w)
    recorded, happened = lived(w)[3]
    both = Moment(known=recorded - timedelta(seconds=1), happened=happened)
    assert make.row(w, moment=both).allocated == 0
    assert make.row(w, moment=Moment(known=recorded, happened=happened)).allocated == 60


def test_a_restricted_gift_is_in_no_figure_that_another_nation_reads_now_or_then() -> None:
    w = make.world()
    _asked_early(w)
    nation = make.person(Role.DONOR, "FRA")
    moments = lived(w, restricted=True)
    hidden: dict[str, int | None] = {
        **dict.fromkeys(FIGURES, 0),
        "asked": 100,
        "remaining": 100,
    }
    # Neither the recipient's word to take more nor the new quantity is the donor's secret.
    words: list[dict[str, int | None]] = [{}] * 7 + [
        {"over_accepted": 20, "remaining": 120},
        {"asked": 90, "remaining": 110},
    ]
    for (recorded, happened), word in zip(moments, words, strict=True):
        hidden |= word
        for moment in (Moment(known=recorded), Moment(happened=happened)):
            assert figures(make.row(w, nation, moment=moment)) == hidden
    assert figures(make.row(w, nation)) == hidden
    for actor in (w.donor, w.recipient, w.coordinator):
        assert make.row(w, actor).received == 30


def test_a_hidden_promise_does_not_swallow_an_offer_that_everyone_sees() -> None:
    w = make.world()
    _asked_early(w)
    lived(w, restricted=True)
    taking = RequestLine.objects.get(operation=w.operation)
    make.offered(w, "100", answers=taking.pk)
    assert make.row(w, make.person(Role.DONOR, "FRA")).offered == 100


def test_the_public_and_those_not_yet_told_see_no_line() -> None:
    w = make.world()
    make.asked(w, circulated=False)
    day = make.NOW.date()
    assert board(w.operation, ANYONE, day=day) == ()
    assert board(w.operation, w.donor, day=day) == ()
    assert len(board(w.operation, w.recipient, day=day)) == 1


def test_two_lines_of_one_item_are_counted_apart() -> None:
    w = make.world()
    first, second = make.asked(w, "100"), make.asked(w, "40")
    make.agreed(w, make.offered(w, "100"), first, "100")
    by_line = {
        line.id: line.allocated for line in board(w.operation, w.coordinator, day=make.NOW.date())
    }
    assert by_line == {first.pk: 100, second.pk: 0}


def test_what_an_offer_is_matched_with_later_changes_no_board_of_the_past() -> None:
    w = make.world()
    first, second = make.asked(w, "100"), make.asked(w, "40")
    giving, stated = make.offered(w, "100"), make.offered(w, "30", answers=second.pk)

    def offered(moment: Moment) -> list[int]:
        shown = board(w.operation, w.coordinator, day=make.NOW.date(), moment=moment)
        by_line = {line.id: line.offered for line in shown}
        return [by_line[first.pk], by_line[second.pk]]

    def matched(line: UUID, need: UUID | None, hours: int) -> None:
        act = make.act(w.coordinator, now=make.NOW + hours * HOUR)
        offers.match_offer(act=act, line=line, request_line=need)

    assert offered(Moment()) == [0, 30]
    matched(giving.pk, first.pk, 1)
    matched(giving.pk, second.pk, 2)
    matched(stated.pk, first.pk, 3)
    matched(giving.pk, None, 4)
    proposals.propose_allocation(
        act=make.act(w.coordinator, now=make.NOW + 5 * HOUR),
        offer_line=giving.pk,
        request_line=first.pk,
        amount=Typed("10"),
    )
    then = [offered(Moment(known=make.NOW + hours * HOUR)) for hours in range(6)]
    assert then == [[0, 30], [100, 30], [0, 130], [30, 100], [30, 0], [130, 0]]
    assert offered(Moment()) == [130, 0]


def test_the_later_word_counts_though_the_clock_of_its_act_was_behind() -> None:
    w = make.world()
    line = make.asked(w, "100")
    for amount, behind in (("120", 0), ("90", 1)):
        act = make.act(w.recipient, now=make.NOW - timedelta(seconds=behind))
        requests.clarify_line(act=act, line=line.pk, quantity=Typed(amount))
    row = make.row(w)
    assert (row.asked, row.asked_text, row.typed) == (90, "90", "90 H87")


def test_a_correction_changes_no_board_of_what_was_known_before_it() -> None:
    w = make.world()
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "60"))
    make.signed(w, box, missing=10, extra=3)
    said = make.row(w, moment=Moment(known=make.NOW))
    corrections.correct_receipt(
        act=make.act(w.recipient, reason="found", now=make.NOW + 9 * HOUR),
        manifest_line=box.lines.get().pk,
        good=60,
        damaged=0,
        missing=0,
        extra=0,
        happened_at=make.NOW + HOUR,
    )
    assert make.row(w, moment=Moment(known=make.NOW + 8 * HOUR)) == said
    on_that_day = make.row(w, moment=Moment(happened=make.NOW + HOUR))
    assert (said.received, on_that_day.received) == (50, 60)
    both = Moment(known=make.NOW + 8 * HOUR, happened=make.NOW + HOUR)
    assert make.row(w, moment=both).received == 50
