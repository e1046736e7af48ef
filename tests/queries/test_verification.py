"""The recount finds what does not add up, and only that."""

import pytest
from django.db import connection, connections

from muster.queries.verification import verify
from muster.records.models import Account
from tests import make


@pytest.mark.usefixtures("records")
def test_a_whole_history_adds_up_and_every_check_is_told() -> None:
    w = make.world()
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "60"))
    make.signed(w, box, damaged=3, extra=2)
    told: list[str] = []
    found = verify(told.append)
    assert (found.differences, found.unaccounted) == ((), 0)
    assert found.transfers > 0
    assert len(told) == len(set(told)) >= 7


@pytest.mark.usefixtures("records")
def test_the_greatest_amounts_are_added_up_too() -> None:
    w = make.world()
    most = str(10**15)
    make.handed_over(w, make.agreed(w, make.offered(w, most), make.asked(w, most), most))
    assert verify().differences == ()


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("kind", ["available", "reserved", "need_open"])
def test_a_single_unit_that_someone_slips_into_an_account_is_found(kind: str) -> None:
    """Only the tables' owner, with its triggers off, can do this at all."""
    w = make.world_apart()
    giving, taking = make.offered(w), make.asked(w)
    make.proposed(w, giving, taking, "10")
    account = Account.objects.filter(kind=kind, item_id=make.TENT, amount_in__gt=0).latest("id")
    for amount in (1, -1):
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "UPDATE account SET amount_in = amount_in + %s WHERE id = %s", [amount, account.pk]
            )
        found = verify()
        assert found.unaccounted > 0 if amount == 1 else found.differences == ()
    connections["owner"].close()
    assert connection.alias == "default"
