"""Offering: the donor's own word, the mandate, the standing on the day, and the answers to it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from muster.actions import offers, operations
from muster.actions.allocations import decline_allocation
from muster.actions.offers import LineOffered
from muster.actions.register import add_party
from muster.core.actors import Actor, Role
from muster.core.refusals import (
    ActsForAnother,
    AmountNotPositive,
    AmountTooLarge,
    AmountUnreadable,
    DatesOutOfOrder,
    DuplicateReference,
    InTheFuture,
    ItemMismatch,
    ItemUnknown,
    LinesMissing,
    NoStanding,
    NotEnoughOffered,
    NotFound,
    NotReviewedNonLethal,
    OperationMismatch,
    PartyUnknown,
    QuantityUnknown,
    ReasonMissing,
    Refusal,
    RoleMissing,
    TextMissing,
    WrongStage,
)
from muster.queries.amounts import Typed
from muster.queries.balances import balance
from muster.queries.verification import verify
from muster.queries.visibility import visible
from muster.records.models import Offer, OfferLine, Party
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


def given(amount: str = "10", **changes: object) -> list[LineOffered]:
    return [LineOffered(**({"item": make.TENT, "quantity": Typed(amount)} | changes))]  # type: ignore[arg-type]


def offer(w: make.World, actor: Actor | None = None, **changes: object) -> Offer:
    inputs: dict[str, object] = {
        "operation": w.operation.pk,
        "donor": w.donor_code,
        "reference": f"O-{uuid4().hex[:8]}",
        "title": "Tents",
        "offered_on": date(2023, 2, 1),
        "lines": given(),
    } | changes
    return offers.make_offer(act=make.act(actor or w.donor), **inputs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"lines": []}, LinesMissing),
        ({"lines": given(item="NO-SUCH")}, ItemUnknown),
        ({"lines": given("0")}, AmountNotPositive),
        ({"lines": given("-1")}, AmountNotPositive),
        ({"lines": given("tens of thousands")}, AmountUnreadable),
        ({"lines": given(lot=0)}, AmountNotPositive),
        ({"lines": given(lot=-3)}, AmountNotPositive),
        ({"lines": given(lot=10**19)}, AmountTooLarge),
        ({"lines": given(available_until=date(2023, 1, 1))}, DatesOutOfOrder),
        ({"lines": given(origin="NOBODY")}, PartyUnknown),
        ({"lines": given(answers=uuid4())}, NotFound),
        ({"lines": given("20 per week")}, QuantityUnknown),
        (
            {"lines": given("9" * 15 + " per day", available_until=date(2300, 1, 1))},
            AmountTooLarge,
        ),
        ({"donor": "NOBODY"}, PartyUnknown),
        ({"donor": "FRA"}, ActsForAnother),
        ({"operation": uuid4()}, NotFound),
        ({"reference": ""}, TextMissing),
        ({"offered_on": DAY + timedelta(days=1)}, InTheFuture),
        ({"happened_at": make.NOW + timedelta(seconds=1)}, InTheFuture),
    ],
)
def test_an_offer_that_cannot_be_is_refused_and_leaves_nothing(
    changes: dict[str, object], refusal: type[Refusal]
) -> None:
    w = make.world()
    with pytest.raises(refusal):
        offer(w, **changes)  # type: ignore[arg-type]
    make.settled()
    assert not Offer.objects.filter(operation=w.operation).exists()


@pytest.mark.parametrize(
    ("role", "party"),
    [
        (Role.COORDINATOR, "EADRCC"),
        (Role.DONOR, "FRA"),
        (Role.RECIPIENT, "DEU"),
        (Role.LOGISTICS, "DEU"),
        (Role.ANALYST, "DEU"),
    ],
)
def test_only_the_donors_own_point_of_contact_offers(role: Role, party: str) -> None:
    w = make.world()
    with pytest.raises(ActsForAnother):
        offer(w, make.person(role, party))


def test_a_reference_is_used_once_in_an_operation() -> None:
    w = make.world()
    offer(w, reference="OFF-1")
    with pytest.raises(DuplicateReference, match="OFF-1"):
        offer(w, reference="OFF-1")


@pytest.mark.parametrize(
    ("party", "day", "standing"),
    [
        ("FIN", date(2023, 3, 20), "invitee"),
        ("FIN", date(2023, 4, 3), "invitee"),
        ("FIN", date(2023, 4, 4), "member"),
        ("FIN", date(2023, 4, 10), "member"),
        ("SWE", date(2023, 4, 20), "invitee"),
        ("DEU", date(2023, 2, 1), "member"),
    ],
)
def test_a_donor_has_the_standing_of_the_day_of_its_offer(
    party: str, day: date, standing: str
) -> None:
    w = make.world(donor=party)
    assert offer(w, offered_on=day).donor_standing == standing


def test_who_is_nothing_to_the_alliance_on_that_day_does_not_give_in_its_operation() -> None:
    w = make.world(donor="BRA") if _is_party("BRA") else make.world(donor=_stranger())
    with pytest.raises(NoStanding):
        offer(w)


def _is_party(code: str) -> bool:
    return Party.objects.filter(pk=code).exists()


def _stranger() -> str:
    act = make.act(make.coordinator())
    return add_party(act=act, code="STRANGER", name="A stranger", kind="nation").pk


@pytest.mark.parametrize("organisation", ["NATO", "NSPA", "EADRCC"])
def test_the_organisation_gives_generators_and_neither_howitzers_nor_the_unreviewed(
    organisation: str,
) -> None:
    w = make.world(donor=organisation)
    assert offer(w, lines=given(item="GEN-DSL-003")).donor_standing == "organisation"
    for item in ("WPN-HOW-155", "WPN-NVD-001"):
        with pytest.raises(NotReviewedNonLethal):
            offer(w, lines=given(item=item))


def test_a_member_gives_anything() -> None:
    assert offer(make.world(), lines=given(item="WPN-HOW-155")).lines.count() == 1


def test_a_rate_is_offered_as_what_it_comes_to() -> None:
    w = make.world()
    line = offer(
        w,
        lines=given(
            "20 per week",
            available_from=date(2023, 3, 1),
            available_until=date(2023, 3, 28),
        ),
    ).lines.get()
    assert (line.amount, line.rate, line.per) == (80, 20, "week")
    assert balance("available", line.pk) == 80  # type: ignore[arg-type]


def test_an_offer_answers_only_what_it_can_stand_in_for() -> None:
    w = make.world()
    blankets = make.asked(w, item="SHL-BLK-WOL")
    with pytest.raises(ItemMismatch):
        offer(w, lines=given(answers=blankets.pk))
    elsewhere = make.asked(make.world())
    with pytest.raises(OperationMismatch):
        offer(w, lines=given(answers=elsewhere.pk))


def test_a_closed_operation_is_offered_nothing_more() -> None:
    w = make.world()
    for event in ("wind_down", "close"):
        operations.move_operation(
            act=make.act(w.coordinator, reason="over"), operation=w.operation.pk, event=event
        )
    with pytest.raises(WrongStage):
        offer(w)


def test_part_of_an_offer_is_accepted_and_the_rest_is_the_donors_again() -> None:
    w = make.world()
    line = make.offered(w, "100")
    done = offers.accept_offer(act=make.act(w.recipient), line=line.pk, amount=Typed("30"))
    assert done.stage == "part_accepted"
    assert balance("available", line.pk) == 30  # type: ignore[arg-type]
    with pytest.raises(NotEnoughOffered):
        make.proposed(w, line, make.asked(w), "31")
    assert verify().differences == ()


def test_more_than_is_offered_is_not_accepted() -> None:
    w = make.world()
    line = make.offered(w, "100")
    with pytest.raises(NotEnoughOffered):
        offers.accept_offer(act=make.act(w.recipient), line=line.pk, amount=Typed("101"))
    assert OfferLine.objects.get(pk=line.pk).stage == "offered"


@pytest.mark.parametrize("verb", [offers.accept_offer, offers.defer_offer, offers.decline_offer])
def test_only_a_recipient_of_the_operation_or_the_centre_answers_an_offer(verb) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    w = make.world()
    line = make.offered(w)
    for actor in (w.donor, make.person(Role.RECIPIENT, "MDA"), make.person(Role.ANALYST, "EADRCC")):
        with pytest.raises(ActsForAnother):
            verb(act=make.act(actor, reason="because"), line=line.pk)
    verb(act=make.act(w.coordinator, reason="because"), line=line.pk)


def test_a_deferral_and_a_decline_say_why() -> None:
    w = make.world()
    line = make.offered(w)
    for verb in (offers.defer_offer, offers.decline_offer):
        with pytest.raises(ReasonMissing):
            verb(act=make.act(w.recipient), line=line.pk)


def test_only_the_centre_takes_an_offer_under_review() -> None:
    w = make.world()
    line = make.offered(w)
    for actor in (w.donor, w.recipient):
        with pytest.raises(RoleMissing):
            offers.review_offer(act=make.act(actor), line=line.pk)


def test_a_declined_offer_is_over() -> None:
    w = make.world()
    line, taking = make.offered(w), make.asked(w)
    offers.decline_offer(act=make.act(w.recipient, reason="not required"), line=line.pk)
    assert balance("available", line.pk) == 0  # type: ignore[arg-type]
    with pytest.raises(WrongStage):
        make.proposed(w, line, taking, "1")
    with pytest.raises(WrongStage):
        offers.accept_offer(act=make.act(w.recipient), line=line.pk)
    with pytest.raises(WrongStage):
        offers.withdraw_offer(act=make.act(w.donor), line=line.pk, amount=Typed("1"))


def test_a_donor_withdraws_a_part_or_all_of_what_is_left() -> None:
    w = make.world()
    line, taking = make.offered(w, "100"), make.asked(w)
    make.proposed(w, line, taking, "40")
    offers.withdraw_offer(act=make.act(w.donor), line=line.pk, amount=Typed("10"))
    with pytest.raises(NotEnoughOffered):
        offers.withdraw_offer(act=make.act(w.donor), line=line.pk, amount=Typed("51"))
    for actor in (w.coordinator, w.recipient, make.person(Role.DONOR, "FRA")):
        with pytest.raises(ActsForAnother):
            offers.withdraw_offer(act=make.act(actor), line=line.pk)
    done = offers.withdraw_offer(act=make.act(w.donor), line=line.pk)
    assert done.stage == "withdrawn"
    assert balance("available", line.pk) == 0  # type: ignore[arg-type]
    assert make.row(w).offered == make.row(w).proposed == 40
    assert verify().differences == ()


@pytest.mark.parametrize("answer", ["withdraw", "decline"])
def test_what_comes_back_to_an_offer_that_is_over_does_not_become_free(answer: str) -> None:
    w = make.world()
    line, taking = make.offered(w, "100"), make.asked(w)
    proposal = make.proposed(w, line, taking, "40")
    if answer == "withdraw":
        offers.withdraw_offer(act=make.act(w.donor), line=line.pk)
    else:
        offers.decline_offer(act=make.act(w.recipient, reason="no"), line=line.pk)
    decline_allocation(act=make.act(w.donor, reason="no"), allocation=proposal.pk)
    assert balance("available", line.pk) == 0  # type: ignore[arg-type]
    assert make.row(w).offered == 0
    assert verify().differences == ()


def test_a_restricted_offer_is_in_no_list_of_another_nation() -> None:
    w = make.world()
    nation = make.person(Role.DONOR, "FRA")
    hidden = offer(w, restricted=True)
    shown = offer(w)
    assert list(visible(Offer, nation, DAY).filter(operation=w.operation)) == [shown]
    assert list(visible(OfferLine, nation, DAY).filter(operation=w.operation)) == [
        shown.lines.get()
    ]
    for actor in (w.donor, w.recipient, w.coordinator):
        assert visible(Offer, actor, DAY).filter(pk=hidden.pk).exists()
    with pytest.raises(NotFound):
        offers.withdraw_offer(act=make.act(nation), line=hidden.lines.get().pk)
