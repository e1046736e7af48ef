"""Pledges: announced, told of, turned into offers; never counted as anything else."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from muster.actions import operations, pledge_links, pledges
from muster.actions.operations import Helped
from muster.core.actors import CIRCULATION, Role
from muster.core.pledges import (
    Course,
    Event,
    FormMismatch,
    FundedTwice,
    MoreThanPledged,
    PartiesUnclear,
    PartyRole,
    PledgedTwice,
    PledgeEnded,
    PledgeOfNothing,
    Share,
    SharesOff,
    Told,
    course_of,
)
from muster.core.refusals import (
    ActsForAnother,
    AmountAmbiguous,
    DatesOutOfOrder,
    InTheFuture,
    ItemMismatch,
    NotReviewedNonLethal,
    PartyUnknown,
    ReasonMissing,
    TextMissing,
)
from muster.queries.amounts import Typed
from muster.queries.pledges import PledgeRow, pledges_seen, rows_of
from muster.records.models import Account, Item, Pledge, PledgeLine, Transfer
from tests import make
from tests.make import NOW, World, act, agreed, asked, offered, person, signed, world
from tests.make_pledges import donors, goods, line_of, money, pledged

pytestmark = pytest.mark.usefixtures("records")
TODAY = NOW.date()


def rows(w: World) -> tuple[PledgeRow, ...]:
    return rows_of(pledges_seen(w.coordinator, TODAY, operation=w.operation), w.coordinator, TODAY)


def course(w: World) -> Course:
    [row] = rows(w)
    return row.course


def test_a_pledge_is_in_no_account_and_on_no_board() -> None:
    w = world()
    before = Account.objects.count(), Transfer.objects.count()
    asked(w, "100")
    board_before = make.row(w)
    with_need = Account.objects.count(), Transfer.objects.count()
    pledged(w, goods("100"), money())
    assert (Account.objects.count(), Transfer.objects.count()) == with_need > before
    assert make.row(w) == board_before


@pytest.mark.parametrize("lines", [[], [goods("0")], [goods("100", item="")], [money("")]])
def test_a_pledge_of_nothing_is_refused(lines: list[object]) -> None:
    w = world()
    with pytest.raises(PledgeOfNothing):
        pledged(w, lines=lines)
    assert not Pledge.objects.filter(operation=w.operation).exists()


@pytest.mark.parametrize(
    ("refusal", "wish"),
    [
        (PartyUnknown, {"parties": donors("XXX")}),
        (SharesOff, {"parties": donors("DEU", "NLD", shares=("60", "50"))}),
        (PartiesUnclear, {"parties": [Share("DEU", PartyRole.FUNDER)]}),
        (InTheFuture, {"announced_on": date(2023, 4, 21)}),
        (TextMissing, {"words": "  "}),
        (AmountAmbiguous, {"lines": [money("EUR 1,200")]}),
    ],
)
def test_what_is_not_clear_is_refused_and_nothing_is_written(
    refusal: type[Exception], wish: dict[str, object]
) -> None:
    w = world()
    with pytest.raises(refusal):
        pledged(w, **wish)
    assert not Pledge.objects.filter(operation=w.operation).exists()


def test_a_nation_announces_for_itself_and_not_for_another() -> None:
    w = world()
    mine = pledges.announce_pledge(
        act=act(w.donor),
        operation=w.operation.pk,
        parties=donors("DEU"),
        announced_on=TODAY,
        words="ours",
        lines=[goods()],
    )
    assert mine.reference == "P-0001"
    with pytest.raises(ActsForAnother):
        pledges.announce_pledge(
            act=act(w.donor),
            operation=w.operation.pk,
            parties=donors("NLD"),
            announced_on=TODAY,
            words="theirs",
            lines=[goods()],
        )
    with pytest.raises(ActsForAnother):
        pledges.commit_pledge(act=act(person(Role.DONOR, "NLD")), line=line_of(mine).pk)


def test_the_organisation_announces_no_weapon() -> None:
    w = world()
    lethal = Item.objects.filter(lethality="lethal", unit="H87").order_by("code")[0].code
    with pytest.raises(NotReviewedNonLethal):
        pledged(w, goods("5", item=lethal), parties=donors("NATO"))
    pledged(w, goods("5", item=lethal), parties=donors("DEU"))


def test_each_year_of_several_is_a_tranche_of_its_own() -> None:
    w = world()
    found = pledged(w, money("EUR 300 million", years="2025-2027", each_year=True))
    tranches = found.lines.order_by("position")
    assert [(each.year_from, each.amount) for each in tranches] == [
        (2025, Decimal(300_000_000)),
        (2026, Decimal(300_000_000)),
        (2027, Decimal(300_000_000)),
    ]
    whole = pledged(w, money("EUR 900 million", years="2025-2027")).lines.get()
    assert (whole.year_from, whole.year_until, whole.amount) == (2025, 2027, 900_000_000)


def test_words_without_a_number_are_kept_and_count_nothing() -> None:
    w = world()
    pledged(w, goods("", item="", description="air defence, number not stated"))
    [row] = rows(w)
    assert (row.course.announced, row.said, row.stage) == (None, "not stated", "announced")


def test_a_joint_pledge_is_one_row_with_its_shares_or_without() -> None:
    w = world()
    pledged(w, goods("14"), parties=donors("DEU", "NLD"))
    pledged(w, money(), parties=donors("DEU", "NLD", shares=("62.5", "37.5")))
    assert [row.joint for row in rows(w)] == [
        "jointly, shares not stated",
        "Germany 62.5 %, Netherlands 37.5 %",
    ]


def test_what_became_of_goods_is_what_the_ledger_says_of_their_offer_line() -> None:
    w = world()
    line = line_of(pledged(w, goods("100")))
    giving, taking = offered(w, "80"), asked(w, "100")
    pledge_links.specify_pledge(act=act(w.donor), line=line.pk, offer_line=giving.pk)
    assert course(w).allocated == 0
    promised = agreed(w, giving, taking, "60")
    assert (course(w).allocated, course(w).dispatched) == (60, 0)
    box = make.handed_over(w, promised, "40")
    assert (course(w).allocated, course(w).dispatched, course(w).received) == (60, 40, 0)
    signed(w, box, damaged=3, missing=1)
    found = course(w)
    assert (found.allocated, found.dispatched, found.received, found.waiting) == (60, 40, 36, 40)
    assert rows(w)[0].stage == "partly_delivered"


def test_one_offer_line_is_what_became_of_one_pledge() -> None:
    w = world()
    one, other = line_of(pledged(w)), line_of(pledged(w))
    giving = offered(w, "80")
    use = pledge_links.specify_pledge(act=act(w.coordinator), line=one.pk, offer_line=giving.pk)
    with pytest.raises(PledgedTwice):
        pledge_links.specify_pledge(act=act(w.coordinator), line=other.pk, offer_line=giving.pk)
    pledge_links.unspecify_pledge(act=act(w.coordinator, reason="the other one"), use=use.pk)
    pledge_links.specify_pledge(act=act(w.coordinator), line=other.pk, offer_line=giving.pk)


def test_a_pledge_does_not_become_what_it_was_not() -> None:
    w = world()
    tents, sum_of_money = line_of(pledged(w)), line_of(pledged(w, money()))
    wrong = offered(w, "5", item="MED-GLV-EXM")
    with pytest.raises(ItemMismatch):
        pledge_links.specify_pledge(act=act(w.donor), line=tents.pk, offer_line=wrong.pk)
    with pytest.raises(FormMismatch):
        pledge_links.specify_pledge(act=act(w.donor), line=sum_of_money.pk, offer_line=wrong.pk)
    theirs = line_of(pledged(w, parties=donors("NLD")))
    giving = offered(w, "5")
    with pytest.raises(PartiesUnclear):
        pledge_links.specify_pledge(act=act(w.coordinator), line=theirs.pk, offer_line=giving.pk)


_Verb = Callable[..., PledgeLine]


def tell(
    w: World, verb: _Verb, line: UUID, amount: str | None = None, **more: object
) -> PledgeLine:
    typed = {} if amount is None else {"amount": Typed(amount)}
    return verb(act=act(w.coordinator, reason="by letter"), line=line, **typed, **more)


def test_no_more_is_told_than_was_announced() -> None:
    w = world()
    line = line_of(pledged(w, money("EUR 100"))).pk
    tell(w, pledges.commit_pledge, line, "60")
    with pytest.raises(MoreThanPledged):
        tell(w, pledges.commit_pledge, line, "41")
    tell(w, pledges.disburse_pledge, line, "50")
    with pytest.raises(MoreThanPledged):
        tell(w, pledges.reduce_pledge, line, "51")
    tell(w, pledges.reduce_pledge, line, "50")
    found = course(w)
    assert (found.stands, found.committed, found.received) == (50, 50, 50)


def test_goods_are_reduced_to_what_is_allocated_and_no_further() -> None:
    w = world()
    line = line_of(pledged(w, goods("100")))
    giving, taking = offered(w, "80"), asked(w, "100")
    pledge_links.specify_pledge(act=act(w.donor), line=line.pk, offer_line=giving.pk)
    agreed(w, giving, taking, "60")
    with pytest.raises(MoreThanPledged):
        tell(w, pledges.reduce_pledge, line.pk, "41")
    tell(w, pledges.withdraw_pledge, line.pk)
    assert (course(w).stands, course(w).waiting) == (60, 0)
    with pytest.raises(PledgeEnded):
        tell(w, pledges.commit_pledge, line.pk)


def test_goods_are_not_allocated_by_word_of_mouth() -> None:
    w = world()
    line = line_of(pledged(w)).pk
    for verb in (pledges.allocate_pledge, pledges.disburse_pledge):
        with pytest.raises(FormMismatch):
            tell(w, verb, line, "5")


def test_nothing_happens_before_the_announcement_or_tomorrow_or_without_a_reason() -> None:
    w = world()
    line = line_of(pledged(w)).pk
    with pytest.raises(DatesOutOfOrder):
        tell(w, pledges.commit_pledge, line, happened_on=date(2023, 2, 13))
    with pytest.raises(InTheFuture):
        tell(w, pledges.commit_pledge, line, happened_on=date(2023, 4, 21))
    with pytest.raises(ReasonMissing):
        pledges.withdraw_pledge(act=act(w.coordinator), line=line)


def test_the_database_counts_events_as_core_does() -> None:
    w = world()
    line = line_of(pledged(w, money("EUR 100")))
    for verb, amount in (
        (pledges.commit_pledge, "20"),
        (pledges.allocate_pledge, "30"),
        (pledges.disburse_pledge, "45"),
        (pledges.reduce_pledge, "10"),
        (pledges.commit_pledge, "5"),
        (pledges.allocate_pledge, "20"),
        (pledges.withdraw_pledge, None),
    ):
        tell(w, verb, line.pk, amount)
        told = [
            Told(Event(each.event), each.amount, each.happened_on)
            for each in line.events.order_by("number")
        ]
        assert course(w) == course_of(told)


def test_money_that_pays_for_pledged_goods_counts_once_until_that_is_taken_back() -> None:
    w = world()
    paying = line_of(pledged(w, money("DKK 90 million"), parties=donors("DNK")))
    paid = line_of(pledged(w, goods("40"), parties=donors("UKR")))
    funding = pledge_links.fund_goods(
        act=act(w.coordinator, reason="the Danish model"), money=paying.pk, goods=paid.pk
    )
    assert [row.counts for row in rows(w)] == [False, True]
    with pytest.raises(FundedTwice):
        pledge_links.fund_goods(
            act=act(w.coordinator, reason="again"), money=paying.pk, goods=paid.pk
        )
    pledge_links.unfund_goods(act=act(w.coordinator), funding=funding.pk)
    assert [row.counts for row in rows(w)] == [True, True]


def test_a_reminder_goes_to_a_party_of_the_pledge() -> None:
    w = world()
    found = pledged(w)
    kept = pledge_links.remind(
        act=act(w.coordinator), pledge=found.pk, party="DEU", text="Which tents, and when?"
    )
    assert kept.audiences == ["centre", "party:DEU"]
    with pytest.raises(PartiesUnclear):
        pledge_links.remind(act=act(w.coordinator), pledge=found.pk, party="NLD", text="You?")


def test_an_exercise_is_in_no_real_total() -> None:
    w = world()
    exercise = operations.open_operation(
        act=act(w.coordinator),
        code="X-PLEDGES",
        name="Exercise",
        kind="exercise",
        body="NATO",
        recipients=[Helped("UKR")],
        began_on=date(2023, 1, 1),
    )
    pledges.announce_pledge(
        act=act(w.coordinator),
        operation=exercise.pk,
        parties=donors("DEU"),
        announced_on=TODAY,
        words="in play",
        lines=[goods("7")],
    )
    real = pledges_seen(w.coordinator, TODAY)
    assert not real.filter(operation=exercise).exists()
    assert pledges_seen(w.coordinator, TODAY, operation=exercise).count() == 1


def test_a_restricted_pledge_is_not_seen_by_other_nations_in_any_figure() -> None:
    w = world()
    pledged(w, restricted=True)
    assert not pledges_seen(CIRCULATION, TODAY, operation=w.operation).exists()
    assert pledges_seen(w.donor, TODAY, operation=w.operation).count() == 1
