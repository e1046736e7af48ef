"""Lists of pledges become pledges: goods by their number, money by its currency; and undone."""

import json
from datetime import date

import pytest

from muster.actions import imports, intake, pledges
from muster.core.pledges import PledgeOfNothing
from muster.core.refusals import AlreadyBuiltOn
from muster.queries.amounts import Typed
from muster.queries.pledge_duplicates import decisions_of, pairs_of_operation
from muster.queries.pledges import PledgeRow, pledges_seen, rows_of
from muster.queries.waterfall import waterfall
from muster.records.models import ImportBatch, ImportLine, Offer, Transfer
from tests.formats.test_fts import flow as any_flow
from tests.make import NOW, TENT, World, act, world
from tests.make_lists import HEAD, stored
from tests.make_pledges import donors, goods, line_of, meeting, money, pledged

pytestmark = pytest.mark.usefixtures("records")
TODAY = NOW.date()


def rows(w: World) -> list[PledgeRow]:
    return list(
        rows_of(pledges_seen(w.coordinator, TODAY, operation=w.operation), w.coordinator, TODAY)
    )


def flow(number: int, usd: float, **fields: object) -> dict[str, object]:
    """A flow of dollars from Norway."""
    norway = [{"type": "Organization", "id": "1", "name": "Norway"}]
    return any_flow(number, usd, sourceObjects=norway, **fields)


def flows(w: World, *given: dict[str, object], purpose: str = "pledges") -> ImportBatch:
    """A list of flows as the tracking service gives it, read and stored."""
    batch = intake.read_list(
        act=act(w.coordinator),
        operation=w.operation.pk,
        purpose=purpose,
        name="flows.json",
        data=json.dumps({"data": {"flows": list(given)}}).encode(),
        sender="FTS",
    )
    return imports.commit_import(act=act(w.coordinator), batch=batch.pk, leave_out=True)


def test_a_list_of_pledges_becomes_pledges_and_nothing_else() -> None:
    w = world()
    before = Transfer.objects.count()
    text = f"{TENT};Family tents;70;;Norway;\n;Radios of our own make;up to 5;;Norway;\n"
    stored(w, HEAD + text, purpose="pledges")
    assert Transfer.objects.count() == before
    assert not Offer.objects.filter(operation=w.operation).exists()
    found = rows(w)
    assert [(row.donors, row.said) for row in found] == [
        (("Norway",), "70 pieces"),
        (("Norway",), "up to 5 pieces"),
    ]
    assert found[0].item == TENT
    assert {row.stage for row in found} == {"announced"}


def test_flows_become_money_pledged_committed_or_paid() -> None:
    w = world()
    flows(
        w,
        flow(1, 100, status="pledge"),
        flow(2, 250, status="commitment"),
        flow(3, 40, status="paid"),
    )
    assert [(row.said, row.stage) for row in rows(w)] == [
        ("USD 100", "announced"),
        ("USD 250", "committed"),
        ("USD 40", "disbursed"),
    ]
    [bar] = waterfall(w.coordinator, TODAY, operation=w.operation).bars
    assert (bar.announced, bar.committed, bar.received) == (390, 290, 40)


def test_an_import_of_pledges_is_taken_back_whole() -> None:
    w = world()
    batch = flows(w, flow(1, 100, status="pledge"))
    imports.undo_import(act=act(w.coordinator, reason="the wrong year"), batch=batch.pk)
    assert [row.stage for row in rows(w)] == ["withdrawn"]
    [bar] = waterfall(w.coordinator, TODAY, operation=w.operation).bars
    assert bar.announced == 0


def test_an_import_of_pledges_stays_once_more_was_told_of_it() -> None:
    w = world()
    batch = flows(w, flow(1, 100, status="pledge"))
    pledges.commit_pledge(act=act(w.coordinator), line=rows(w)[0].id, amount=Typed("5"))
    with pytest.raises(AlreadyBuiltOn):
        imports.undo_import(act=act(w.coordinator, reason="wrong"), batch=batch.pk)


def test_a_line_of_no_money_stores_nothing_of_the_list() -> None:
    w = world()
    batch = intake.read_list(
        act=act(w.coordinator),
        operation=w.operation.pk,
        purpose="pledges",
        name="flows.json",
        data=json.dumps({"data": {"flows": [flow(1, 100, status="pledge")]}}).encode(),
    )
    [line] = ImportLine.objects.filter(batch=batch)
    line.draft = {**line.draft, "value": "0"}
    line.save(update_fields=["draft"])
    with pytest.raises(PledgeOfNothing):
        imports.commit_import(act=act(w.coordinator), batch=batch.pk)
    assert rows(w) == []


def test_one_announcement_told_at_two_meetings_is_found_with_its_reasons() -> None:
    w = world()
    one, other = meeting(w, held_on=date(2023, 1, 20)), meeting(w)
    first = pledged(
        w, goods("1375"), money("EUR 7777"), meeting=one.pk, announced_on=date(2023, 1, 20)
    )
    second = pledged(w, goods("1375"), meeting=other.pk)
    pledged(w, goods("1375"), meeting=other.pk, parties=donors("NLD"))
    [pair] = pairs_of_operation(w.operation, w.coordinator, TODAY)
    assert {pair.first.id, pair.second.id} == {line_of(first).pk, line_of(second).pk}
    assert pair.reasons
    assert decisions_of(w.operation, w.coordinator, TODAY) == ()


def test_the_tranches_of_two_years_are_no_duplicates() -> None:
    w = world()
    pledged(w, money("EUR 1375", years="2025"))
    pledged(w, money("EUR 1375", years="2026"))
    assert pairs_of_operation(w.operation, w.coordinator, TODAY) == ()
