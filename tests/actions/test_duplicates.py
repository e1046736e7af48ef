"""One thing told twice is counted once, by a person's word that can be taken back."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from muster.actions import duplicates, imports, intake, requests
from muster.actions.requests import LineAsked
from muster.core.refusals import (
    DecidedAlready,
    KeptCountedOut,
    OperationMismatch,
    ReasonMissing,
    RoleMissing,
    StillPromised,
    WrongStage,
)
from muster.queries.amounts import Typed
from muster.queries.balances import balance
from muster.queries.duplicates import pairs_of_operation
from muster.queries.intake import duplicates_of
from muster.records.models import Account, DuplicateDecision, OfferLine, RequestLine
from tests.make import NOW, TENT, World, act, asked, offered, proposed, settled, world
from tests.make_lists import dropped, stored

pytestmark = pytest.mark.usefixtures("records")


def decided(w: World, kept: UUID, other: UUID, *, same: bool = True) -> DuplicateDecision:
    """A coordinator's word."""
    return duplicates.decide_duplicate(
        act=act(w.coordinator, reason="the same letter, by two channels"),
        operation=w.operation.pk,
        kept=kept,
        other=other,
        same=same,
    )


def told_by(w: World, channel: str, amount: str = "1375") -> RequestLine:
    """The same need, through a channel; submitted and not validated."""
    request = requests.draft_request(
        act=act(w.recipient),
        operation=w.operation.pk,
        recipient=w.recipient_code,
        reference=f"{channel}-{uuid4().hex[:6]}",
        title="Winter",
        channel=channel,
        asked_on=date(2023, 1, 10),
        lines=[LineAsked(item=TENT, quantity=Typed(amount), description="family tents")],
    )
    requests.submit_request(act=act(w.recipient), request=request.pk)
    return request.lines.get()


def left(line: RequestLine | OfferLine) -> int:
    """What of a line counts now."""
    found = Account.objects.filter(kind__in=["need_open", "available"], owner_id=line.pk)
    return sum(account.amount_in - account.amount_out for account in found)


def test_the_same_need_through_two_channels_is_found_with_its_reasons() -> None:
    w = world()
    one, other = told_by(w, "EADRCC"), told_by(w, "UCPM")
    [pair] = pairs_of_operation(w.operation, w.coordinator, NOW.date())
    assert {pair.first.id, pair.second.id} == {one.pk, other.pk}
    assert {"same_party", "same_item", "same_amount"} <= {reason.code for reason in pair.reasons}


def test_a_need_that_is_told_twice_is_counted_once_and_comes_back_if_the_word_is_taken_back() -> (
    None
):
    w = world()
    kept, other = asked(w, "1375"), asked(w, "1375")
    word = decided(w, kept.pk, other.pk)
    assert (left(kept), left(other)) == (1375, 0)
    duplicates.undo_duplicate(act=act(w.coordinator), decision=word.pk)
    assert (left(kept), left(other)) == (1375, 1375)
    with pytest.raises(WrongStage):
        duplicates.undo_duplicate(act=act(w.coordinator), decision=word.pk)
    settled()


def test_a_gift_that_is_told_twice_is_counted_once_and_comes_back() -> None:
    w = world()
    kept, other = offered(w, "30"), offered(w, "31")
    word = decided(w, kept.pk, other.pk)
    assert (left(kept), left(other)) == (30, 0)
    duplicates.undo_duplicate(act=act(w.coordinator), decision=word.pk)
    assert left(other) == 31
    settled()


def test_a_second_telling_is_passed_over_when_its_request_is_validated() -> None:
    w = world()
    kept, other = told_by(w, "EADRCC"), told_by(w, "UCPM")
    word = decided(w, kept.pk, other.pk)
    for line in (kept, other):
        requests.validate_request(act=act(w.recipient), request=line.request_id)
    assert (left(kept), left(other)) == (1375, 0)
    duplicates.undo_duplicate(act=act(w.coordinator), decision=word.pk)
    assert left(other) == 1375


def test_what_is_promised_in_part_cannot_be_counted_out() -> None:
    w = world()
    giving, taking, second = offered(w, "100"), asked(w, "100"), asked(w, "100")
    proposed(w, giving, second, "10")
    with pytest.raises(StillPromised):
        decided(w, taking.pk, second.pk)
    with pytest.raises(StillPromised):
        decided(w, offered(w, "100").pk, giving.pk)


def test_a_decided_pair_is_not_shown_again_until_the_word_is_taken_back() -> None:
    w = world()
    one, other = told_by(w, "EADRCC"), told_by(w, "UCPM")
    word = decided(w, one.pk, other.pk, same=False)
    assert pairs_of_operation(w.operation, w.coordinator, NOW.date()) == ()
    with pytest.raises(DecidedAlready):
        decided(w, other.pk, one.pk)
    duplicates.undo_duplicate(act=act(w.coordinator), decision=word.pk)
    assert len(pairs_of_operation(w.operation, w.coordinator, NOW.date())) == 1


def test_only_a_coordinator_decides_with_a_reason_on_two_lines_of_one_kind_and_operation() -> None:
    w, elsewhere = world(), world()
    one, other = asked(w), asked(w)
    wish = {"operation": w.operation.pk, "kept": one.pk, "other": other.pk, "same": True}
    with pytest.raises(RoleMissing):
        duplicates.decide_duplicate(act=act(w.donor, reason="r"), **wish)  # type: ignore[arg-type]
    with pytest.raises(ReasonMissing):
        duplicates.decide_duplicate(act=act(w.coordinator), **wish)  # type: ignore[arg-type]
    with pytest.raises(WrongStage):
        decided(w, one.pk, one.pk)
    with pytest.raises(WrongStage):
        decided(w, one.pk, offered(w).pk)
    with pytest.raises(OperationMismatch):
        decided(w, one.pk, asked(elsewhere).pk)


def test_a_line_of_a_list_is_shown_beside_the_stored_line_it_tells_of() -> None:
    w = world()
    stored = told_by(w, "EADRCC")
    text = f"Item code;Item;Quantity\n{TENT};Family tents;1375\n"
    batch = intake.read_list(
        act=act(w.coordinator),
        operation=w.operation.pk,
        purpose="requests",
        name="again.csv",
        data=text.encode(),
        sender="UCPM",
    )
    [pair] = duplicates_of(batch, w.coordinator, NOW.date())
    assert stored.pk in {pair.first.id, pair.second.id}
    imports.commit_import(act=act(w.coordinator), batch=batch.pk)
    [again] = pairs_of_operation(w.operation, w.coordinator, NOW.date())
    assert {again.first.id, again.second.id} == {pair.first.id, pair.second.id}


def test_the_oldest_lines_are_compared_however_many_came_after_them() -> None:
    w = world()
    one, other = told_by(w, "EADRCC"), told_by(w, "UCPM")
    later = "".join(f"{TENT};Family tents;{amount};Ukraine\n" for amount in range(10_000, 15_100))
    stored(w, f"Item code;Item;Quantity;Country\n{later}")
    found = pairs_of_operation(w.operation, w.coordinator, NOW.date())
    assert {one.pk, other.pk} in [{pair.first.id, pair.second.id} for pair in found]


def test_a_line_of_another_item_is_told_once() -> None:
    w = world()
    told_by(w, "EADRCC")
    assert pairs_of_operation(w.operation, w.coordinator, NOW.date()) == ()
    batch = dropped(w, f"Item code;Item;Quantity;Country\n{TENT};Family tents;1375;Ukraine\n")
    assert len(duplicates_of(batch, w.coordinator, NOW.date())) == 1


def test_of_three_tellings_of_one_need_one_is_left_that_counts() -> None:
    w = world()
    first, second, third = asked(w), asked(w), asked(w)
    decided(w, first.pk, second.pk)
    with pytest.raises(KeptCountedOut):
        decided(w, second.pk, third.pk)
    decided(w, third.pk, first.pk)
    with pytest.raises(KeptCountedOut):
        decided(w, second.pk, third.pk)
    assert [balance("need_open", line.pk) for line in (first, second, third)] == [0, 0, 100]
