"""Each rule that the database keeps for meetings and pledges, broken by plain SQL."""

# The attacks are SQL made of parts.
# ruff: noqa: S608

from uuid import uuid4

import pytest
from django.db import Error, connection, transaction

from muster.actions import pledge_links, pledges
from muster.queries.amounts import Typed
from muster.records.constraints import broken_constraint
from muster.records.models import Meeting, Pledge, PledgeLine
from tests.make import World, act, offered, world
from tests.make_pledges import goods, line_of, meeting, money, pledged

pytestmark = pytest.mark.usefixtures("records")


def run(statement: str, values: dict[str, object]) -> None:
    """Run a statement to its end, with what the database checks at a commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(statement: str, **values: object) -> str:
    """Run a statement and say which rule refused it."""
    with pytest.raises(Error) as caught:
        run(statement, values)
    return broken_constraint(caught.value) or str(caught.value.__cause__)


def copy_of(table: str, key: object, by: str = "id", **changes: str) -> str:
    """Write again a row that is there, with some columns changed (to SQL)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped AND attidentity = ''",
            [table],
        )
        names = [name for (name,) in cursor.fetchall()]
    if "id" in names and "id" not in changes:
        changes["id"] = f"'{uuid4()}'" if table != "pledge_party" else "999999"
    picked = ", ".join(changes.get(name, name) for name in names)
    return refused(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {picked} FROM {table} "
        f"WHERE {by} = %(key)s LIMIT 1",
        key=key,
    )


def event(line: PledgeLine, word: str, amount: str, **columns: str) -> str:
    """Tell an event of a line behind the actions' back."""
    on, at = columns.get("on", "'2023-04-01'"), "'2023-04-20T09:00Z'"
    return refused(
        "INSERT INTO pledge_event (id, line_id, event, amount, happened_on, recorded_at, note,"
        f" source, act_id) VALUES ('{uuid4()}', %(line)s, '{word}', {amount}, {on}, {at}, '', '',"
        f" '{uuid4()}')",
        line=line.pk,
    )


@pytest.fixture
def w() -> World:
    return world()


@pytest.fixture
def pledge(w: World) -> Pledge:
    return pledged(w, goods("100"), money("EUR 100"))


@pytest.fixture
def held(w: World) -> Meeting:
    return meeting(w)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("meeting_number_once", {}),
        ("meeting_number_positive", {"number": "0"}),
        ("meeting_has_an_audience", {"number": "9999", "audiences": "'{}'"}),
    ],
)
def test_a_meeting_keeps_its_rules(held: Meeting, rule: str, changes: dict[str, str]) -> None:
    assert copy_of("meeting", held.pk, **changes) == rule


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("pledge_reference_once", {}),
        ("pledge_has_words", {"reference": "'other'", "words": "''"}),
        ("pledge_has_an_audience", {"reference": "'other'", "audiences": "'{}'"}),
    ],
)
def test_a_pledge_keeps_its_rules(pledge: Pledge, rule: str, changes: dict[str, str]) -> None:
    assert copy_of("pledge", pledge.pk, **changes) == rule


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("pledge_party_named_once", {}),
        ("pledge_party_share_of_a_donor", {"role": "'carrier'", "share": "5"}),
        ("pledge_party_share_of_a_donor", {"party_id": "'NLD'", "share": "101"}),
    ],
)
def test_a_party_of_a_pledge_keeps_its_rules(
    pledge: Pledge, rule: str, changes: dict[str, str]
) -> None:
    assert copy_of("pledge_party", pledge.pk, by="pledge_id", **changes) == rule


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("pledge_line_position_once", {"position": "1"}),
        ("pledge_line_amount_positive", {"amount": "0"}),
        ("pledge_line_of_something", {"item_id": "NULL", "description": "''"}),
        ("pledge_line_of_something", {"form": "'money'", "currency": "'EUR'"}),
        ("pledge_line_goods_whole", {"amount": "0.5"}),
        ("pledge_line_years_in_order", {"year_from": "2026", "year_until": "2025"}),
        ("pledge_line_has_an_audience", {"audiences": "'{}'"}),
    ],
)
def test_a_line_of_a_pledge_keeps_its_rules(
    pledge: Pledge, rule: str, changes: dict[str, str]
) -> None:
    line = line_of(pledge)
    assert copy_of("pledge_line", line.pk, **{"position": "9", **changes}) == rule


def test_figures_of_a_line_begin_at_nothing_whatever_is_written(pledge: Pledge) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pledge_line SELECT (jsonb_populate_record(pledge_line, "
            "jsonb_build_object('id', %s::text, 'position', 9, 'committed', 50))).* "
            "FROM pledge_line WHERE id = %s",
            [str(uuid4()), line_of(pledge).pk],
        )
    assert line_of(pledge, 9).committed == 0


def test_an_event_takes_a_line_no_further_than_what_was_announced(pledge: Pledge) -> None:
    sum_of_money = line_of(pledge, 2)
    assert event(sum_of_money, "commit", "101") == "pledge_line_not_overcommitted"
    assert event(sum_of_money, "disburse", "101") == "pledge_line_not_overcommitted"
    assert event(sum_of_money, "reduce", "101").startswith("pledge_line_not_")
    assert event(sum_of_money, "commit", "-1") == "pledge_event_amount_not_negative"
    tomorrow = event(sum_of_money, "commit", "1", on="'2023-04-21'")
    assert tomorrow == "pledge_event_not_in_the_future"


def test_what_is_paid_is_not_taken_off_again(w: World, pledge: Pledge) -> None:
    sum_of_money = line_of(pledge, 2)
    pledges.disburse_pledge(act=act(w.coordinator), line=sum_of_money.pk, amount=Typed("60"))
    assert event(sum_of_money, "reduce", "50") == "pledge_line_steps_in_order"


def test_no_committed_pledge_is_reduced_below_nothing(w: World) -> None:
    line = line_of(pledged(w, goods("5", item="", description="things")))
    assert event(line, "reduce", "6") in {
        "pledge_line_not_reduced_below_nothing",
        "pledge_line_not_overcommitted",
    }


def test_a_link_is_of_one_pledge_and_another_line(w: World, pledge: Pledge) -> None:
    tents, sum_of_money = line_of(pledge), line_of(pledge, 2)
    giving = offered(w, "80")
    use = pledge_links.specify_pledge(act=act(w.coordinator), line=tents.pk, offer_line=giving.pk)
    assert copy_of("pledge_use", use.pk) == "pledge_use_of_one_pledge"
    ratio = {"undone_at": "recorded_at", "numerator": "0"}
    assert copy_of("pledge_use", use.pk, **ratio) == "pledge_use_ratio_positive"
    funding = pledge_links.fund_goods(
        act=act(w.coordinator, reason="one gift"), money=sum_of_money.pk, goods=tents.pk
    )
    assert copy_of("pledge_funding", funding.pk) == "pledge_funding_once"
    same = {"undone_at": "recorded_at", "goods_id": "money_id"}
    assert copy_of("pledge_funding", funding.pk, **same) == "pledge_funding_of_another_line"


def test_a_reminder_says_something_to_somebody(w: World, pledge: Pledge) -> None:
    kept = pledge_links.remind(act=act(w.coordinator), pledge=pledge.pk, party="DEU", text="When?")
    assert copy_of("pledge_reminder", kept.pk, text="''") == "pledge_reminder_says_something"
    empty = copy_of("pledge_reminder", kept.pk, audiences="'{}'")
    assert empty == "pledge_reminder_has_an_audience"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE pledge SET words = 'more' WHERE id = %(pledge)s",
        "DELETE FROM pledge_line WHERE pledge_id = %(pledge)s",
        "UPDATE pledge_line SET amount = 1 WHERE pledge_id = %(pledge)s",
        "UPDATE pledge_line SET committed = 1 WHERE pledge_id = %(pledge)s",
        "UPDATE pledge_event SET amount = 1",
        "DELETE FROM pledge_party WHERE pledge_id = %(pledge)s",
        "UPDATE meeting SET number = 7",
        "DELETE FROM pledge_use",
    ],
)
def test_the_application_cannot_rewrite_what_was_announced(pledge: Pledge, change: str) -> None:
    why = refused(change, pledge=pledge.pk)
    assert why == "history_is_permanent" or "permission denied" in why
