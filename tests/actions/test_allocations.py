"""Allocating: what two sides agree, and what nobody can promise twice."""

import pytest

from muster.core.refusals import MoreThanAsked, NotEnoughOffered
from muster.queries.board import board
from muster.queries.verification import verify
from tests import make

pytestmark = pytest.mark.usefixtures("records")


def test_an_allocation_counts_only_once_both_sides_agree() -> None:
    w = make.world()
    giving, taking = make.offered(w), make.asked(w)
    make.proposed(w, giving, taking, "40")
    assert board(w.operation, w.coordinator, day=make.NOW.date())[0].allocated == 0
    make.agreed(w, giving, taking, "60")
    assert board(w.operation, w.coordinator, day=make.NOW.date())[0].allocated == 60


def test_an_offer_cannot_be_promised_beyond_what_it_holds() -> None:
    w = make.world()
    giving, taking = make.offered(w, "50"), make.asked(w)
    make.proposed(w, giving, taking, "50")
    with pytest.raises(NotEnoughOffered):
        make.proposed(w, giving, taking, "1")


def test_a_need_cannot_be_promised_more_than_it_asks() -> None:
    w = make.world()
    giving, taking = make.offered(w, "500"), make.asked(w)
    with pytest.raises(MoreThanAsked):
        make.proposed(w, giving, taking, "500")
    assert verify().unaccounted == 0
