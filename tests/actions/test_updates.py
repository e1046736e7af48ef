"""An update takes the place of the earlier request: each need counts once, each promise is kept."""

from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from muster.actions import allocations, requests
from muster.actions.corrections import correct_receipt
from muster.actions.requests import LineAsked
from muster.core.actors import Act, Actor
from muster.core.refusals import MoreThanAsked, NotFound, NotYours, WrongStage
from muster.queries.amounts import Typed
from muster.queries.board import BoardLine, board
from muster.queries.replay import replay
from muster.queries.totals import NOW, Moment
from muster.queries.verification import verify
from muster.records.models import AssistanceRequest, RequestLine
from tests import make
from tests.actions.test_races import at_once, propose


def later(actor: Actor, days: int = 1, reason: str = "an update") -> Act:
    return make.act(actor, reason=reason, now=make.NOW + timedelta(days=days))


def submitted(w: make.World, earlier: RequestLine, *amounts: str) -> AssistanceRequest:
    """An update that is handed in, a line for each amount."""
    update = requests.draft_request(
        act=later(w.recipient),
        operation=w.operation.pk,
        recipient=w.recipient_code,
        reference=f"U-{uuid4().hex[:8]}",
        title="Update",
        asked_on=make.NOW.date(),
        lines=[LineAsked(item=make.TENT, quantity=Typed(amount)) for amount in amounts],
        supersedes=earlier.request_id,
    )
    return requests.submit_request(act=later(w.recipient), request=update.pk)


def updated(w: make.World, earlier: RequestLine, *amounts: str) -> RequestLine:
    """The first line of a validated update."""
    update = submitted(w, earlier, *amounts)
    requests.validate_request(act=later(w.recipient), request=update.pk)
    return update.lines.order_by("position")[0]


def shown(w: make.World, moment: Moment = NOW) -> dict[str, tuple[int | None, int, int | None]]:
    """Asked, allocated and remaining of each line, by the first letter of its request."""
    lines = board(w.operation, w.coordinator, day=make.NOW.date(), moment=moment)
    found: dict[str, tuple[int | None, int, int | None]] = {
        f"{line.request[0]}{line.position}": (line.asked, line.allocated, line.remaining)
        for line in lines
    }
    _demand_replay(w, lines, moment)
    return found


def _demand_replay(w: make.World, lines: tuple[BoardLine, ...], moment: Moment) -> None:
    told = replay(w.operation, moment=moment)
    for line in lines:
        assert (told[line.id].asked, told[line.id].remaining) == (line.asked, line.remaining)


@pytest.mark.usefixtures("records")
def test_an_update_counts_the_need_once_and_takes_the_open_part_with_it() -> None:
    w = make.world()
    first = make.asked(w, "100")
    make.agreed(w, make.offered(w), first, "40")
    update = updated(w, first, "120")
    assert shown(w) == {"R1": (40, 40, 0), "U1": (80, 0, 80)}
    first.request.refresh_from_db()
    assert first.request.stage == "superseded"
    with pytest.raises(WrongStage, match="superseded"):
        make.proposed(w, make.offered(w), first, "1")
    make.proposed(w, make.offered(w), update, "80")
    assert verify().differences == ()


@pytest.mark.usefixtures("records")
def test_a_board_of_before_the_update_still_shows_the_earlier_request() -> None:
    w = make.world()
    first = make.asked(w, "100")
    updated(w, first, "120")
    moment: datetime = make.NOW + timedelta(hours=1)
    for then in (Moment(known=moment), Moment(happened=moment)):
        assert shown(w, then) == {"R1": (100, 0, 100)}
    assert shown(w) == {"R1": (0, 0, 0), "U1": (120, 0, 120)}


@pytest.mark.usefixtures("records")
def test_what_is_given_back_by_the_earlier_request_is_asked_by_the_update() -> None:
    w = make.world()
    first = make.asked(w, "100")
    promise = make.agreed(w, make.offered(w), first, "40")
    proposal = make.proposed(w, make.offered(w), first, "10")
    updated(w, first, "120")
    assert shown(w) == {"R1": (50, 40, 10), "U1": (70, 0, 70)}
    allocations.cancel_allocation(act=later(w.coordinator), allocation=promise.pk)
    allocations.decline_allocation(act=later(w.recipient), allocation=proposal.pk)
    assert shown(w) == {"R1": (0, 0, 0), "U1": (120, 0, 120)}
    assert verify().differences == ()


@pytest.mark.usefixtures("records")
def test_an_update_of_less_than_is_promised_opens_nothing_until_enough_is_given_back() -> None:
    w = make.world()
    first = make.asked(w, "100")
    one, other = (make.agreed(w, make.offered(w), first, n) for n in ("40", "50"))
    updated(w, first, "60")
    assert shown(w) == {"R1": (90, 90, 0), "U1": (0, 0, 0)}
    allocations.cancel_allocation(act=later(w.coordinator), allocation=one.pk)
    assert shown(w) == {"R1": (50, 50, 0), "U1": (10, 0, 10)}
    allocations.cancel_allocation(act=later(w.coordinator), allocation=other.pk)
    assert shown(w) == {"R1": (0, 0, 0), "U1": (60, 0, 60)}


@pytest.mark.usefixtures("records")
def test_damage_and_loss_reopen_the_need_in_the_update_and_a_find_closes_it_there() -> None:
    w = make.world()
    first = make.asked(w, "100")
    box = make.handed_over(w, make.agreed(w, make.offered(w), first, "40"))
    updated(w, first, "120")
    line = make.signed(w, box, missing=5).lines.get().manifest_line
    assert shown(w) == {"R1": (35, 40, 0), "U1": (85, 0, 85)}
    numbers = {"good": 38, "damaged": 0, "missing": 2}
    correct_receipt(act=later(w.recipient), manifest_line=line.pk, **numbers)  # type: ignore[arg-type]
    assert shown(w) == {"R1": (38, 40, 0), "U1": (82, 0, 82)}
    numbers = {"good": 30, "damaged": 8, "missing": 2}
    correct_receipt(act=later(w.recipient), manifest_line=line.pk, **numbers)  # type: ignore[arg-type]
    assert shown(w) == {"R1": (30, 40, 0), "U1": (90, 0, 90)}
    assert verify().differences == ()


@pytest.mark.usefixtures("records")
def test_an_update_of_an_update_counts_what_both_earlier_ones_keep() -> None:
    w = make.world()
    first = make.asked(w, "100")
    make.agreed(w, make.offered(w), first, "40")
    second = updated(w, first, "120")
    make.agreed(w, make.offered(w), second, "30")
    third = updated(w, second, "50", "70")
    figures = board(w.operation, w.coordinator, day=make.NOW.date())
    assert sum(line.asked or 0 for line in figures) == 120
    assert sum(line.remaining or 0 for line in figures) == 50
    lines = {line.id: line for line in figures}
    assert lines[third.pk].asked == 0
    assert lines[third.request.lines.get(position=2).pk].asked == 50


@pytest.mark.usefixtures("records")
def test_a_later_word_on_an_update_still_leaves_out_what_is_promised_elsewhere() -> None:
    w = make.world()
    first = make.asked(w, "100")
    make.agreed(w, make.offered(w), first, "40")
    update = updated(w, first, "120")

    def say(amount: str) -> None:
        requests.clarify_line(act=later(w.recipient, 2), line=update.pk, quantity=Typed(amount))

    say("200")
    assert shown(w)["U1"] == (160, 0, 160)
    say("30")
    assert shown(w)["U1"] == (0, 0, 0)
    say("60")
    make.proposed(w, make.offered(w), update, "20")
    with pytest.raises(MoreThanAsked), transaction.atomic():
        say("50")
    with pytest.raises(WrongStage, match="superseded"):
        requests.clarify_line(act=later(w.recipient, 2), line=first.pk, quantity=Typed("10"))


@pytest.mark.usefixtures("records")
def test_of_two_updates_of_one_request_the_second_is_refused() -> None:
    w = make.world()
    first = make.asked(w, "100")
    one, other = submitted(w, first, "120"), submitted(w, first, "130")
    requests.validate_request(act=later(w.recipient), request=one.pk)
    with pytest.raises(WrongStage, match="is superseded"):
        requests.validate_request(act=later(w.recipient), request=other.pk)


@pytest.mark.usefixtures("records")
def test_only_the_recipients_own_request_of_the_operation_is_superseded() -> None:
    w, elsewhere = make.world(), make.world()
    with pytest.raises(NotFound):
        submitted(elsewhere, make.asked(w), "1")
    ours = make.asked(w)
    with pytest.raises(NotYours):
        requests.draft_request(
            act=later(w.coordinator),
            operation=_with_another(w).operation.pk,
            recipient="MDA",
            reference="X",
            title="x",
            asked_on=make.NOW.date(),
            lines=[LineAsked(item=make.TENT, quantity=Typed("1"))],
            supersedes=ours.request_id,
        )


def _with_another(w: make.World) -> make.World:
    w.operation.recipient_links.create(party_id="MDA")
    return w


@pytest.mark.usefixtures("committed")
def test_proposals_to_the_old_line_while_the_update_is_validated_count_once() -> None:
    w = make.world_apart()
    for _ in range(4):
        first = make.asked(w, "100")
        update = submitted(w, first, "120")
        giving = make.offered(w, "1000")
        at_once(
            [
                partial(requests.validate_request, act=later(w.recipient), request=update.pk),
                *(propose(w, giving, first, 10) for _ in range(7)),
            ]
        )
        lines = {line.id: line for line in board(w.operation, w.coordinator, day=make.NOW.date())}
        old, new = lines[first.pk], lines[update.lines.get().pk]
        assert (old.asked or 0) + (new.asked or 0) == 120
        assert (old.remaining, old.asked) == (old.proposed, old.proposed)


@pytest.mark.usefixtures("committed")
def test_promises_given_back_while_the_update_is_validated_are_asked_once() -> None:
    w = make.world_apart()
    for _ in range(4):
        first = make.asked(w, "100")
        promises = [make.proposed(w, make.offered(w), first, "10") for _ in range(7)]
        update = submitted(w, first, "120")
        outcomes = at_once(
            [
                partial(requests.validate_request, act=later(w.recipient), request=update.pk),
                *(
                    partial(allocations.decline_allocation, act=later(w.donor), allocation=each.pk)
                    for each in promises
                ),
            ]
        )
        assert outcomes == {"done": 8}
        lines = {line.id: line for line in board(w.operation, w.coordinator, day=make.NOW.date())}
        assert (lines[first.pk].asked, lines[update.lines.get().pk].asked) == (0, 120)
