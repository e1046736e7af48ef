"""Many at once, each on a connection of its own: answers to one case, and draws on one reserve."""

from functools import partial
from uuid import uuid4

import pytest

from muster.actions import answers, guarantee, offers, proposals, reserves
from muster.actions.offers import LineOffered
from muster.core.actors import Role
from muster.core.guarantee import Duty
from muster.queries.amounts import Typed
from muster.queries.reserves import headroom, stocks
from muster.queries.verification import verify_journal
from muster.records.models import GuaranteeAnswer
from tests import make
from tests.actions.test_races import at_once
from tests.make_guarantee import TODAY, invoked, shown

pytestmark = pytest.mark.usefixtures("committed")


def test_thirty_members_answer_at_once_and_each_answer_stands() -> None:
    case = invoked()
    codes = list(case.duties.filter(duty=Duty.BOUND).values_list("party_id", flat=True))
    assert len(codes) == 30
    outcomes = at_once(
        [
            partial(
                answers.answer,
                act=make.act(make.person(Role.DONOR, code)),
                case=case.pk,
                party=code,
                words=f"{code} answers.",
                gives="what it deems necessary",
            )
            for code in codes
        ]
    )
    assert outcomes == {"done": 30}
    assert (shown(case).owing, shown(case).answered) == (30, 30)
    assert {row.answer.words for row in shown(case).grid if row.answer} == {
        f"{code} answers." for code in codes
    }
    assert verify_journal() == ()


def test_two_of_one_nation_answering_at_once_leave_one_chain_of_answers() -> None:
    case = invoked()
    outcomes = at_once(
        [
            partial(
                answers.answer,
                act=make.act(make.person(Role.DONOR, "NOR")),
                case=case.pk,
                party="NOR",
                words=f"Answer {number}.",
                nothing_further=True,
            )
            for number in range(8)
        ]
    )
    assert set(outcomes) <= {"done", "answered_meanwhile"}
    given = GuaranteeAnswer.objects.filter(asked__case=case)
    assert given.count() == outcomes["done"] >= 1
    assert given.filter(superseded_by__isnull=True).count() == 1


def test_no_answer_lands_after_the_case_is_closed() -> None:
    case = invoked()
    closing = partial(
        guarantee.close, act=make.act(make.coordinator(), reason="over"), case=case.pk
    )
    answering = [
        partial(
            answers.answer,
            act=make.act(make.person(Role.DONOR, code)),
            case=case.pk,
            party=code,
            words="Yes.",
            gives="ships",
        )
        for code in ("DEU", "FRA", "POL", "ITA")
    ]
    outcomes = at_once([*answering, closing])
    assert outcomes["done"] + outcomes["wrong_stage"] == 5
    assert GuaranteeAnswer.objects.filter(asked__case=case).count() == outcomes["done"] - 1
    assert shown(case).case.stage == "closed"


@pytest.mark.parametrize(("donor", "crowd"), [("ISL", 2), ("LUX", 16)])
def test_offers_at_once_do_not_together_go_below_the_floor(donor: str, crowd: int) -> None:
    w = make.world(donor=donor, recipient="MDA")
    _keep(w, holds=100, floor=40)
    outcomes = at_once(
        [
            partial(
                offers.make_offer,
                act=make.act(w.donor),
                operation=w.operation.pk,
                donor=donor,
                reference=f"O-{uuid4().hex[:8]}",
                title="At once",
                offered_on=TODAY,
                lines=[LineOffered(item=make.TENT, quantity=Typed("60"))],
            )
            for _ in range(crowd)
        ]
    )
    assert outcomes == {"done": 1, "below_the_floor": crowd - 1}
    assert headroom(donor, make.TENT, TODAY) == 0


def test_proposals_at_once_do_not_together_go_below_the_floor() -> None:
    w = make.world(donor="HRV", recipient="MDA")
    lines = [make.offered(w, "50") for _ in range(8)]
    # A need for each, so that nothing but the reserve makes one wait for another.
    needs = [make.asked(w, "50") for _ in lines]
    _keep(w, holds=1000, floor=900)
    outcomes = at_once(
        [
            partial(
                proposals.propose_allocation,
                act=make.act(w.coordinator),
                offer_line=line.pk,
                request_line=need.pk,
                amount=Typed("50"),
            )
            for line, need in zip(lines, needs, strict=True)
        ]
    )
    assert outcomes == {"done": 2, "held_back": 6}
    stock = stocks([("HRV", make.TENT)])["HRV", make.TENT]
    assert (stock.promised, stock.spare, stock.on_offer) == (100, 0, 300)


def _keep(w: make.World, *, holds: int, floor: int) -> None:
    reserves.keep_reserve(
        act=make.act(w.donor),
        party=w.donor_code,
        item=make.TENT,
        holds=Typed(str(holds)),
        floor=Typed(str(floor)),
    )
