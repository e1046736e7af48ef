"""The ledger's one writer: all or nothing, along permitted moves, and loud about its own faults."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from muster.actions.posting import At, Posting, post
from muster.core.accounts import AccountKind as K
from muster.core.refusals import MoreThanAsked, NotEnoughOffered
from muster.queries.balances import balance
from muster.records.models import Account, Transfer
from tests import make

pytestmark = pytest.mark.usefixtures("records")


def withdraw(line: object, amount: int, item: str = make.TENT) -> Posting:
    key = line.pk  # type: ignore[attr-defined]
    return Posting(item, amount, At(K.AVAILABLE, key), At(K.WITHDRAWN, key))


def test_of_several_postings_all_are_written_or_none() -> None:
    w = make.world()
    one, other = make.offered(w, "10"), make.offered(w, "10")
    act, before = make.act(w.donor), Transfer.objects.count()
    with pytest.raises(NotEnoughOffered), transaction.atomic():
        post(act, [withdraw(one, 5), withdraw(other, 11)], happened_at=act.now)
    assert Transfer.objects.count() == before
    assert balance(K.AVAILABLE, one.pk) == 10


def test_nothing_is_not_written() -> None:
    w = make.world()
    line, act = make.offered(w, "10"), make.act(w.donor)
    before = Transfer.objects.count()
    post(act, [withdraw(line, 0)], happened_at=act.now)
    post(act, [], happened_at=act.now)
    assert Transfer.objects.count() == before


@pytest.mark.parametrize("fault", ["no such owner", "other item", "forbidden move"])
def test_a_fault_of_ours_is_loud_and_no_refusal(fault: str) -> None:
    w = make.world()
    line, act = make.offered(w, "10"), make.act(w.donor)
    posting = {
        "no such owner": Posting(make.TENT, 1, At(K.AVAILABLE, uuid4()), At(K.WITHDRAWN, uuid4())),
        "other item": withdraw(line, 1, "GEN-DSL-003"),
        "forbidden move": Posting(make.TENT, 1, At(K.WITHDRAWN, line.pk), At(K.AVAILABLE, line.pk)),
    }[fault]
    with pytest.raises(IntegrityError), transaction.atomic():
        post(act, [posting], happened_at=act.now)


def test_an_account_is_made_once_and_a_hub_has_one_for_each_place() -> None:
    w = make.world()
    box = make.sent(w, make.agreed(w, make.offered(w), make.asked(w), "10"))
    line = box.lines.get()
    found = Account.objects.filter(owner_id=line.pk).values_list("kind", "place_id")
    assert len(found) == len(set(found)) == 2


def test_what_a_need_is_short_of_is_told_in_its_own_units() -> None:
    w = make.world()
    giving, taking = make.offered(w, "500", item="SHL-BLK-WMT"), make.asked(w, item="SHL-BLK-WOL")
    with pytest.raises(MoreThanAsked, match="101"):
        make.proposed(w, giving, taking, "202")
