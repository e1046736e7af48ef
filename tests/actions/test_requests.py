"""Asking: who may, when, with what input; and what it leaves behind."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from muster.actions import operations, requests
from muster.actions.allocations import cancel_allocation
from muster.actions.requests import LineAsked
from muster.core.actors import ANYONE, Actor, Role
from muster.core.refusals import (
    ActsForAnother,
    AmountFractional,
    AmountNotPositive,
    AmountTooLarge,
    AmountUnreadable,
    DatesOutOfOrder,
    DuplicateReference,
    InTheFuture,
    ItemUnknown,
    LinesMissing,
    MoreThanAsked,
    NotARecipient,
    NotFound,
    ReasonMissing,
    Refusal,
    RoleMissing,
    SignInNeeded,
    TextMissing,
    TextUnstorable,
    UnitUnknown,
    WrongStage,
)
from muster.queries.amounts import Typed, asked_now
from muster.queries.verification import verify
from muster.queries.visibility import visible
from muster.records.models import AssistanceRequest, RequestLine
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


def drafted(w: make.World, actor: Actor | None = None, **changes: object) -> AssistanceRequest:
    inputs: dict[str, object] = {
        "operation": w.operation.pk,
        "recipient": w.recipient_code,
        "reference": f"R-{uuid4().hex[:8]}",
        "title": "Tents",
        "asked_on": date(2023, 1, 10),
        "lines": [LineAsked(item=make.TENT, quantity=Typed("100"))],
    } | changes
    return requests.draft_request(act=make.act(actor or w.recipient), **inputs)  # type: ignore[arg-type]


def line(amount: str = "10", **changes: object) -> list[LineAsked]:
    return [LineAsked(**({"item": make.TENT, "quantity": Typed(amount)} | changes))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"lines": []}, LinesMissing),
        ({"lines": line(item="NO-SUCH")}, ItemUnknown),
        ({"lines": line("0")}, AmountNotPositive),
        ({"lines": line("-5")}, AmountNotPositive),
        ({"lines": line("1.5")}, AmountFractional),
        ({"lines": line("1e400")}, Refusal),
        ({"lines": line("9" * 30)}, AmountTooLarge),
        ({"lines": line("xyzzy")}, AmountUnreadable),
        ({"lines": line(quantity=Typed("5", "KGM"))}, UnitUnknown),
        ({"lines": line(needed_by=date(2023, 1, 9))}, DatesOutOfOrder),
        ({"lines": line(urgency=9)}, Refusal),
        ({"lines": line(description="a\0b")}, TextUnstorable),
        ({"title": "half a pair \ud83d"}, TextUnstorable),
        ({"recipient": "POL"}, ActsForAnother),
        ({"recipient": "NOBODY"}, ActsForAnother),
        ({"operation": uuid4()}, NotFound),
        ({"supersedes": uuid4()}, NotFound),
        ({"reference": "  "}, TextMissing),
        ({"asked_on": DAY + timedelta(days=1)}, InTheFuture),
    ],
)
def test_a_request_that_cannot_be_is_refused_and_leaves_nothing(
    changes: dict[str, object], refusal: type[Refusal]
) -> None:
    w = make.world()
    with pytest.raises(refusal):
        drafted(w, **changes)  # type: ignore[arg-type]
    make.settled()
    assert not AssistanceRequest.objects.filter(operation=w.operation).exists()


def test_a_coordinator_asks_for_recipients_of_the_operation_alone() -> None:
    w = make.world()
    assert drafted(w, w.coordinator).recipient_id == "UKR"
    with pytest.raises(NotARecipient):
        drafted(w, w.coordinator, recipient="TUR")
    with pytest.raises(NotARecipient):
        drafted(w, w.coordinator, recipient="NOBODY")


def test_a_reference_is_used_once_in_an_operation() -> None:
    w = make.world()
    drafted(w, reference="REQ-1")
    with pytest.raises(DuplicateReference, match="REQ-1"):
        drafted(w, reference="REQ-1")
    assert drafted(make.world(), reference="REQ-1").reference == "REQ-1"


def test_a_closed_operation_is_asked_for_nothing_more() -> None:
    w = make.world()
    for event in ("wind_down", "close"):
        operations.move_operation(
            act=make.act(w.coordinator, reason="over"), operation=w.operation.pk, event=event
        )
    with pytest.raises(WrongStage, match="closed"):
        drafted(w)


def test_an_update_supersedes_only_what_the_asker_may_see() -> None:
    w, other = make.world(), make.world(recipient="MDA")
    earlier = drafted(w)
    assert drafted(w, supersedes=earlier.pk).supersedes_id == earlier.pk
    with pytest.raises(NotFound):
        drafted(other, supersedes=earlier.pk)
    make.settled()


@pytest.mark.parametrize(
    ("role", "party"),
    [
        (Role.DONOR, "DEU"),
        (Role.RECIPIENT, "MDA"),
        (Role.LOGISTICS, "EADRCC"),
        (Role.ANALYST, "EADRCC"),
        (Role.DONOR, "UKR"),
    ],
)
def test_nobody_else_asks_for_a_recipient(role: Role, party: str) -> None:
    w = make.world()
    with pytest.raises(ActsForAnother):
        drafted(w, make.person(role, party))


def test_the_public_is_asked_to_sign_in() -> None:
    with pytest.raises(SignInNeeded):
        drafted(make.world(), ANYONE)


def test_only_the_recipients_own_authority_validates() -> None:
    w = make.world()
    request = drafted(w)
    requests.submit_request(act=make.act(w.coordinator), request=request.pk)
    with pytest.raises(ActsForAnother):
        requests.validate_request(act=make.act(w.coordinator), request=request.pk)
    foreign = make.person(Role.RECIPIENT, "MDA")
    with pytest.raises(NotFound):
        requests.validate_request(act=make.act(foreign), request=request.pk)
    done = requests.validate_request(act=make.act(w.recipient), request=request.pk)
    assert done.stage == "validated"


def test_only_the_centre_circulates_and_rejects() -> None:
    w = make.world()
    request = make.asked(w, circulated=False).request
    for actor in (w.recipient, w.donor):
        with pytest.raises(RoleMissing):
            requests.circulate_request(act=make.act(actor), request=request.pk)
        with pytest.raises(RoleMissing):
            requests.reject_request(act=make.act(actor, reason="no"), request=request.pk)


def test_each_step_of_a_request_needs_the_one_before() -> None:
    w = make.world()
    request = drafted(w)
    with pytest.raises(WrongStage):
        requests.validate_request(act=make.act(w.recipient), request=request.pk)
    with pytest.raises(WrongStage):
        requests.circulate_request(act=make.act(w.coordinator), request=request.pk)
    requests.submit_request(act=make.act(w.recipient), request=request.pk)
    with pytest.raises(WrongStage):
        requests.submit_request(act=make.act(w.recipient), request=request.pk)


def test_nothing_is_validated_in_the_future() -> None:
    w = make.world()
    request = drafted(w)
    requests.submit_request(act=make.act(w.recipient), request=request.pk)
    later = make.NOW + timedelta(seconds=1)
    with pytest.raises(InTheFuture):
        requests.validate_request(act=make.act(w.recipient), request=request.pk, happened_at=later)
    asked = make.asked(w)
    with pytest.raises(InTheFuture):
        requests.clarify_line(
            act=make.act(w.recipient), line=asked.pk, quantity=Typed("5"), happened_at=later
        )
    with pytest.raises(InTheFuture):
        requests.accept_more(
            act=make.act(w.recipient, reason="x"),
            line=asked.pk,
            amount=Typed("5"),
            happened_at=later,
        )


def test_a_rejection_a_withdrawal_and_a_change_of_need_each_say_why() -> None:
    w = make.world()
    asked = make.asked(w)
    with pytest.raises(ReasonMissing):
        requests.reject_request(act=make.act(w.coordinator, reason="  "), request=asked.request_id)
    with pytest.raises(ReasonMissing):
        requests.withdraw_request(act=make.act(w.recipient), request=asked.request_id)
    with pytest.raises(ReasonMissing):
        requests.accept_more(act=make.act(w.recipient), line=asked.pk, amount=Typed("5"))
    with pytest.raises(ReasonMissing):
        requests.ask_less(act=make.act(w.recipient), line=asked.pk, amount=Typed("5"))


def said(w: make.World, asked: RequestLine, amount: str) -> None:
    requests.clarify_line(act=make.act(w.recipient), line=asked.pk, quantity=Typed(amount))


@pytest.mark.parametrize("words", [["80", "60", "90"], ["200", "10"], ["50", "50", "51"]])
def test_the_last_of_many_words_counts_though_the_clock_stands_still(words: list[str]) -> None:
    w = make.world()
    asked = make.asked(w, "100")
    for word in words:
        said(w, asked, word)
        assert asked_now(asked).cap == make.row(w).asked == make.row(w).remaining == int(word)
    assert verify().differences == ()


def test_a_word_on_the_quantity_counts_from_the_ledger_not_from_the_word_before() -> None:
    w = make.world()
    asked = make.asked(w, "100")
    requests.ask_less(act=make.act(w.recipient, reason="less"), line=asked.pk, amount=Typed("30"))
    said(w, asked, "80")
    assert make.row(w).asked == 80


def test_a_need_does_not_shrink_below_what_is_promised() -> None:
    w = make.world()
    giving, asked = make.offered(w, "100"), make.asked(w, "100")
    make.agreed(w, giving, asked, "60")
    with pytest.raises(MoreThanAsked):
        said(w, asked, "59")
    said(w, asked, "60")
    assert (make.row(w).asked, make.row(w).remaining) == (60, 0)


def test_an_unknown_quantity_can_be_promised_nothing_until_it_is_said() -> None:
    w = make.world()
    giving, asked = make.offered(w, "100"), make.asked(w, "tens of thousands")
    assert make.row(w).asked is make.row(w).remaining is None
    with pytest.raises(Refusal) as raised:
        make.proposed(w, giving, asked, "10")
    assert raised.value.code == "quantity_unknown"
    said(w, asked, "50")
    make.proposed(w, giving, asked, "10")
    assert (make.row(w).asked, make.row(w).proposed) == (50, 10)


def test_only_the_recipients_own_word_lets_more_be_promised_than_asked() -> None:
    w = make.world()
    giving, asked = make.offered(w, "500"), make.asked(w, "100")
    for actor in (w.coordinator, w.donor, make.person(Role.RECIPIENT, "MDA")):
        with pytest.raises(ActsForAnother):
            requests.accept_more(
                act=make.act(actor, reason="more"), line=asked.pk, amount=Typed("50")
            )
    requests.accept_more(
        act=make.act(w.recipient, reason="we take all"), line=asked.pk, amount=Typed("50")
    )
    make.agreed(w, giving, asked, "150")
    row = make.row(w)
    assert (row.asked, row.over_accepted, row.allocated, row.remaining) == (100, 50, 150, 0)
    with pytest.raises(MoreThanAsked):
        make.proposed(w, giving, asked, "1")
    assert verify().differences == ()


def test_of_a_withdrawn_request_what_is_promised_stays_and_what_is_open_goes() -> None:
    w = make.world()
    giving, asked = make.offered(w, "100"), make.asked(w, "100")
    promised = make.agreed(w, giving, asked, "40")
    requests.withdraw_request(act=make.act(w.recipient, reason="no need"), request=asked.request_id)
    row = make.row(w)
    assert (row.asked, row.allocated, row.remaining) == (40, 40, 0)
    with pytest.raises(WrongStage):
        make.proposed(w, giving, asked, "1")
    box = make.handed_over(w, promised, "30")
    make.signed(w, box, damaged=10)
    row = make.row(w)
    assert (row.received, row.fell_short, row.remaining) == (20, 10, 0)
    assert verify().differences == ()


def test_what_comes_back_to_a_withdrawn_request_is_no_longer_asked() -> None:
    w = make.world()
    giving, asked = make.offered(w, "100"), make.asked(w, "100")
    promised = make.agreed(w, giving, asked, "40")
    requests.withdraw_request(act=make.act(w.recipient, reason="no"), request=asked.request_id)
    cancel_allocation(act=make.act(w.coordinator, reason="no need"), allocation=promised.pk)
    row = make.row(w)
    assert (row.asked, row.allocated, row.remaining, row.stage) == (0, 0, 0, "cancelled")
    assert verify().differences == ()


def test_a_request_is_seen_by_nations_once_it_is_circulated_and_not_before() -> None:
    w = make.world()
    nation = make.person(Role.DONOR, "FRA")
    asked = make.asked(w, circulated=False)
    assert not seen(RequestLine, nation, asked.pk)
    assert not seen(AssistanceRequest, nation, asked.request_id)
    requests.circulate_request(act=make.act(w.coordinator), request=asked.request_id)
    assert seen(RequestLine, nation, asked.pk)
    assert seen(AssistanceRequest, nation, asked.request_id)
    assert not seen(AssistanceRequest, ANYONE, asked.request_id)


def seen(model, actor: Actor, key: object) -> bool:  # type: ignore[no-untyped-def] # noqa: ANN001
    return visible(model, actor, DAY).filter(pk=key).exists()
