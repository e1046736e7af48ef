"""The waterfall of an earlier moment: as it was known then, and as it was true then."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from muster.actions import coalitions, pledge_links, pledges
from muster.core.actors import Act
from muster.queries.amounts import Typed
from muster.queries.totals import Moment
from muster.queries.waterfall import STAGES, Bar, figure_of, rows_behind, waterfall
from tests.make import NOW, World, act, agreed, asked, handed_over, offered, signed, world
from tests.make_pledges import ANNOUNCED, donors, goods, line_of, money, pledged

pytestmark = pytest.mark.usefixtures("records")
TODAY = NOW.date()
LATER = NOW + timedelta(days=10)


def then(w: World, **moment: datetime) -> dict[str, Bar]:
    found = waterfall(w.coordinator, TODAY, operation=w.operation, moment=Moment(**moment))
    return {bar.key: bar for bar in found.bars}


def figures(bar: Bar) -> list[Decimal]:
    return [bar.figure(stage) for stage in STAGES]


def later(deed: Act, days: int = 10) -> Act:
    return Act(deed.id, deed.actor, NOW + timedelta(days=days), deed.door, deed.reason)


@pytest.fixture
def busy() -> World:
    """Pledges at each stage, with one of two tellings and money that pays for goods."""
    w = world()
    line = line_of(pledged(w, goods("100"), goods("5", item="", description="radars")))
    giving, taking = offered(w, "80"), asked(w, "100")
    pledge_links.specify_pledge(act=act(w.donor), line=line.pk, offer_line=giving.pk)
    signed(w, handed_over(w, agreed(w, giving, taking, "60"), "40"), damaged=4)
    paid = line_of(pledged(w, money("EUR 100")))
    pledges.disburse_pledge(act=act(w.donor), line=paid.pk, amount=Typed("30"))
    pledges.commit_pledge(act=act(w.donor), line=paid.pk, amount=Typed("40"))
    less = line_of(pledged(w, money("NOK 900"), goods("", item="", description="kitchens")))
    pledges.reduce_pledge(
        act=act(w.coordinator, reason="by letter"), line=less.pk, amount=Typed("300")
    )
    paying = line_of(pledged(w, money("DKK 90"), parties=donors("DNK")))
    pledge_links.fund_goods(
        act=act(w.coordinator, reason="one gift"), money=paying.pk, goods=line.pk
    )
    return w


def test_a_moment_that_is_not_over_gives_the_waterfall_of_now(busy: World) -> None:
    now = waterfall(busy.coordinator, TODAY, operation=busy.operation)
    assert now.lines == 5
    for moment in (Moment(known=LATER), Moment(happened=LATER), Moment(LATER, LATER)):
        found = waterfall(busy.coordinator, TODAY, operation=busy.operation, moment=moment)
        assert found == now


def test_every_figure_of_then_is_the_sum_of_its_rows_of_then(busy: World) -> None:
    moment = Moment(happened=NOW - timedelta(hours=1))
    found = waterfall(busy.coordinator, TODAY, operation=busy.operation, moment=moment)
    assert found.bars
    for bar in found.bars:
        for stage in (*STAGES, "waiting"):
            rows = rows_behind(
                busy.coordinator, TODAY, key=bar.key, stage=stage, operation=busy.operation,
                moment=moment,
            )  # fmt: skip
            assert sum((figure_of(row, stage) for row in rows), Decimal(0)) == bar.figure(stage)


def test_what_was_recorded_later_was_not_known_and_what_happened_later_was_not_true() -> None:
    w = world()
    line = line_of(pledged(w, money("EUR 100")))
    pledges.disburse_pledge(
        act=later(act(w.donor)),
        line=line.pk,
        amount=Typed("30"),
        happened_on=date(2023, 3, 1),
    )
    before = datetime(2023, 2, 28, 23, 59, tzinfo=UTC)
    after = datetime(2023, 3, 2, tzinfo=UTC)
    assert figures(then(w, known=NOW)["money:EUR"]) == [100, 0, 0, 0, 0]
    assert figures(then(w, known=LATER)["money:EUR"]) == [100, 30, 30, 0, 30]
    assert figures(then(w, happened=before)["money:EUR"]) == [100, 0, 0, 0, 0]
    assert figures(then(w, happened=after)["money:EUR"]) == [100, 30, 30, 0, 30]
    assert figures(then(w, known=NOW, happened=after)["money:EUR"]) == [100, 0, 0, 0, 0]


def test_before_it_was_announced_or_written_down_there_is_no_pledge() -> None:
    w = world()
    pledged(w, money("EUR 100"))
    the_day_before = datetime(ANNOUNCED.year, ANNOUNCED.month, ANNOUNCED.day, tzinfo=UTC)
    assert then(w, happened=the_day_before - timedelta(seconds=1)) == {}
    assert set(then(w, happened=the_day_before)) == {"money:EUR"}
    assert then(w, known=NOW - timedelta(minutes=1)) == {}


def test_the_age_of_a_row_is_counted_to_the_moment() -> None:
    w = world()
    pledged(w, money("EUR 100"))
    moment = Moment(happened=datetime(2023, 2, 24, 12, tzinfo=UTC))
    [row] = rows_behind(w.coordinator, TODAY, operation=w.operation, moment=moment)
    assert row.age == 10


def test_a_link_that_was_taken_back_later_still_held_then() -> None:
    w = world()
    paying = line_of(pledged(w, money("DKK 90"), parties=donors("DNK")))
    paid = line_of(pledged(w, goods("40")))
    link = pledge_links.fund_goods(
        act=act(w.coordinator, reason="one gift"), money=paying.pk, goods=paid.pk
    )
    pledge_links.unfund_goods(act=later(act(w.coordinator)), funding=link.pk)
    assert set(then(w, known=NOW + timedelta(days=1))) == {"goods:SHL-TNT-FAM"}
    assert set(then(w, known=LATER)) == {"goods:SHL-TNT-FAM", "money:DKK"}


def test_a_pledge_is_of_the_coalition_that_it_was_tied_to_then() -> None:
    w = world()
    coalitions.create_coalition(act=act(w.coordinator), code="COAL-X", name="Coalition COAL-X")
    pledge = pledged(w, money("EUR 100"))
    tie = coalitions.tie_pledge(act=later(act(w.donor), 2), pledge=pledge.pk, coalition="COAL-X")
    coalitions.untie_pledge(act=later(act(w.donor, reason="by mistake"), 5), tie=tie.pk)

    def gathered(days: int) -> list[str]:
        moment = Moment(known=NOW + timedelta(days=days))
        bars = waterfall(w.coordinator, TODAY, coalition="COAL-X", moment=moment).bars
        rows = rows_behind(w.coordinator, TODAY, coalition="COAL-X", moment=moment)
        assert len(rows) == sum(bar.lines for bar in bars)
        return [bar.key for bar in bars]

    assert [gathered(days) for days in (1, 3, 6)] == [[], ["money:EUR"], []]
    assert waterfall(w.coordinator, TODAY, coalition="COAL-X").bars == ()
