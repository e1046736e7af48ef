"""The waterfall reconciles: every figure is the sum of its rows, and nothing counts twice."""

from decimal import Decimal

import pytest
from django.db import connection

from muster.actions import duplicates, pledge_links, pledges
from muster.core.actors import CIRCULATION
from muster.queries.amounts import Typed
from muster.queries.pledges import pledges_seen, rows_of
from muster.queries.waterfall import (
    STAGES,
    Bar,
    Waterfall,
    figure_of,
    idle_rows,
    rows_behind,
    waterfall,
)
from tests.make import NOW, World, act, agreed, asked, handed_over, offered, signed, world
from tests.make_pledges import donors, goods, line_of, money, pledged

pytestmark = pytest.mark.usefixtures("records")
TODAY = NOW.date()


def fall(w: World) -> Waterfall:
    return waterfall(w.coordinator, TODAY, operation=w.operation)


def bar(w: World, key: str) -> Bar:
    [found] = [each for each in fall(w).bars if each.key == key]
    return found


@pytest.fixture
def busy() -> World:
    """A pledge at each stage, in goods and in two currencies."""
    w = world()
    line = line_of(pledged(w, goods("100"), goods("5", item="", description="radars")))
    giving, taking = offered(w, "80"), asked(w, "100")
    pledge_links.specify_pledge(act=act(w.donor), line=line.pk, offer_line=giving.pk)
    signed(w, handed_over(w, agreed(w, giving, taking, "60"), "40"), damaged=4)
    pledged(w, goods("50"), parties=donors("DEU", "NLD"))
    paid = line_of(pledged(w, money("EUR 100")))
    pledges.disburse_pledge(act=act(w.donor), line=paid.pk, amount=Typed("30"))
    pledges.commit_pledge(act=act(w.donor), line=paid.pk, amount=Typed("40"))
    pledged(w, money("NOK 900"), money("EUR 7"))
    return w


def test_every_figure_is_the_sum_of_its_rows(busy: World) -> None:
    for each in fall(busy).bars:
        for stage in (*STAGES, "waiting"):
            rows = rows_behind(
                busy.coordinator, TODAY, key=each.key, stage=stage, operation=busy.operation
            )
            assert sum((figure_of(row, stage) for row in rows), Decimal(0)) == each.figure(stage)
        whole = rows_behind(busy.coordinator, TODAY, key=each.key, operation=busy.operation)
        assert len(whole) == each.lines
        assert len(idle_rows(whole)) == each.idle


def test_the_waterfall_by_hand(busy: World) -> None:
    tents = bar(busy, "goods:SHL-TNT-FAM")
    assert [tents.figure(stage) for stage in STAGES] == [150, 60, 60, 40, 36]
    euros = bar(busy, "money:EUR")
    assert [euros.figure(stage) for stage in STAGES] == [107, 70, 30, 0, 30]
    assert [each.key for each in fall(busy).bars] == [
        "goods::radars",
        "goods:SHL-TNT-FAM",
        "money:EUR",
        "money:NOK",
    ]


def test_a_reduction_is_off_the_figure_and_kept_beside_it() -> None:
    w = world()
    line = line_of(pledged(w, money("EUR 100")))
    pledges.reduce_pledge(
        act=act(w.coordinator, reason="by letter"), line=line.pk, amount=Typed("30")
    )
    assert (bar(w, "money:EUR").at_first, bar(w, "money:EUR").announced) == (100, 70)


def test_a_second_telling_counts_once_and_again_when_the_word_is_taken_back() -> None:
    w = world()
    one, other = line_of(pledged(w, money("EUR 100"))), line_of(pledged(w, money("EUR 100")))
    word = duplicates.decide_duplicate(
        act=act(w.coordinator, reason="told at two meetings"),
        operation=w.operation.pk,
        kept=one.pk,
        other=other.pk,
        same=True,
    )
    assert (bar(w, "money:EUR").announced, fall(w).second_tellings) == (100, 1)
    duplicates.undo_duplicate(act=act(w.coordinator), decision=word.pk)
    assert (bar(w, "money:EUR").announced, fall(w).second_tellings) == (200, 0)


def test_money_that_pays_for_pledged_goods_is_in_no_bar() -> None:
    w = world()
    paying = line_of(pledged(w, money("DKK 90"), parties=donors("DNK")))
    paid = line_of(pledged(w, goods("40"), parties=donors("UKR")))
    pledge_links.fund_goods(
        act=act(w.coordinator, reason="one gift"), money=paying.pk, goods=paid.pk
    )
    assert [each.key for each in fall(w).bars] == ["goods:SHL-TNT-FAM"]
    assert fall(w).paying_for_goods == 1


def test_what_a_reader_may_not_see_is_in_no_figure() -> None:
    w = world()
    line = line_of(pledged(w, goods("100")))
    pledged(w, goods("11"), restricted=True)
    giving, taking = offered(w, "80"), asked(w, "100")
    pledge_links.specify_pledge(act=act(w.donor), line=line.pk, offer_line=giving.pk)
    agreed(w, giving, taking, "60")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE offer_line SET audiences = '{centre}' WHERE id = %s", [giving.pk])
    [seen] = waterfall(CIRCULATION, TODAY, operation=w.operation).bars
    assert (seen.announced, seen.allocated) == (100, 0)
    assert bar(w, "goods:SHL-TNT-FAM").announced == 111


def test_an_idle_pledge_is_listed_by_its_age(busy: World) -> None:
    rows = rows_of(
        pledges_seen(busy.coordinator, TODAY, operation=busy.operation), busy.coordinator, TODAY
    )
    idle = idle_rows(rows)
    assert {row.reference for row in idle} == {"P-0001", "P-0002", "P-0004"}
    assert {row.age for row in idle} == {65}
