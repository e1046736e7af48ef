"""One line for each act; the same key again is answered, with other content refused."""

from uuid import uuid4

import pytest

from muster.actions import allocations, offers, proposals, requests
from muster.core.actors import Act
from muster.core.refusals import KeyReused, MoreThanAsked, NotEnoughOffered, TextUnstorable
from muster.queries.amounts import Typed
from muster.queries.journal import entries
from muster.records.models import Account, JournalEntry, StageEvent, Transfer
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


def propose(w: make.World, act: Act, amount: str = "10") -> object:
    giving = w.operation.offer_lines.get()
    taking = w.operation.request_lines.get()
    return proposals.propose_allocation(
        act=act, offer_line=giving.pk, request_line=taking.pk, amount=Typed(amount)
    )


def world() -> make.World:
    w = make.world()
    make.offered(w)
    make.asked(w)
    return w


def stored() -> list[object]:
    """Everything that an act may write, as it stands."""
    totals = Account.objects.order_by("id").values_list("id", "amount_in", "amount_out")
    counts = [model.objects.count() for model in (JournalEntry, StageEvent, Transfer)]
    return [*counts, list(totals)]


def test_a_retry_is_answered_with_the_same_record_and_changes_nothing() -> None:
    w = world()
    act = make.act(w.coordinator)
    first = propose(w, act)
    before = stored()
    again = propose(w, Act(act.id, act.actor, act.now, "another door"))
    assert again == first
    assert stored() == before


@pytest.mark.parametrize("verb", ["submit", "withdraw part", "other amount", "other person"])
def test_a_key_is_good_for_one_act_alone(verb: str) -> None:
    w = world()
    act = make.act(w.coordinator, reason="x")
    propose(w, act)
    before = stored()
    line = w.operation.offer_lines.get()
    with pytest.raises(KeyReused):  # noqa: PT012 - one call of four
        if verb == "submit":
            requests.submit_request(act=act, request=uuid4())
        elif verb == "withdraw part":
            by_donor = Act(act.id, w.donor, act.now, "test")
            offers.withdraw_offer(act=by_donor, line=line.pk, amount=Typed("1"))
        elif verb == "other amount":
            propose(w, act, "11")
        else:
            propose(w, Act(act.id, w.donor, act.now, "test"))
    assert stored() == before


def test_a_refused_act_leaves_nothing_and_its_key_may_be_used_again() -> None:
    w = world()
    act, before = make.act(w.coordinator), stored()
    with pytest.raises((NotEnoughOffered, MoreThanAsked)):
        propose(w, act, "100000")
    assert stored() == before
    propose(w, act)


def test_each_act_writes_one_line_that_says_who_for_whom_and_why() -> None:
    w = world()
    allocation = make.agreed(
        w, w.operation.offer_lines.get(), w.operation.request_lines.get(), "10"
    )
    act = make.act(w.donor, reason="the road is closed")
    before = JournalEntry.objects.count()
    allocations.cancel_allocation(act=act, allocation=allocation.pk)
    assert JournalEntry.objects.count() == before + 1
    line = JournalEntry.objects.get(pk=act.id)
    assert (line.user_name, line.role, line.for_party) == (w.donor.name, "donor", "DEU")
    assert (line.subject, line.subject_id) == ("allocation", str(allocation.pk))
    assert (line.door, line.reason) == ("test", "the road is closed")
    assert line.content == {"allocation": str(allocation.pk)}


def test_lines_are_numbered_in_the_order_of_arrival() -> None:
    w = world()
    found = entries(w.coordinator, DAY, operation=w.operation.pk)
    numbers = [line.number for line in found]
    assert numbers == sorted(set(numbers), reverse=True)
    older = entries(w.coordinator, DAY, operation=w.operation.pk, before=numbers[1])
    assert [line.number for line in older] == numbers[2:]


def test_a_reason_that_cannot_be_stored_is_refused_before_anything_is_done() -> None:
    w = world()
    before = stored()
    for text in ("a\0b", "\ud800"):
        with pytest.raises(TextUnstorable):
            propose(w, make.act(w.coordinator, reason=text))
    assert stored() == before
