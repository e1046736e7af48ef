"""Meetings and pledges at the doors: by commands, by calls, on pages."""

import html
import json
from datetime import date
from decimal import Decimal
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from django.test import Client
from django.urls import reverse

from muster.actions import meetings as meetings_of
from muster.actions import operations, register
from muster.actions.pledges import disburse_pledge
from muster.cli.meetings import meetings
from muster.cli.pledges import ItemAsked, pledges
from muster.core.actors import Actor, Role
from muster.core.moments import MomentUnreadable
from muster.core.pledges import CurrencyUnclear, PledgeOfNothing
from muster.core.readouts import CurrenciesMixed
from muster.core.refusals import NotFound
from muster.queries.amounts import Typed
from muster.queries.coalitions import coalitions_on
from muster.records.models import MeetingReadout, PledgeLine
from tests.doors.asking import Asker, user_of
from tests.make import World, act, person, world
from tests.make_pledges import goods, line_of, meeting, money, pledged

pytestmark = pytest.mark.usefixtures("records")


def signed_in(actor: Actor) -> Client:
    """A browser of this person."""
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user_of(actor))
    return browser


def run(command: click.Command, *arguments: str) -> Result:
    result = CliRunner().invoke(command, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def read(command: click.Command, *arguments: str) -> Any:  # noqa: ANN401 - as JSON has it
    return json.loads(run(command, *arguments, "--format", "json").stdout)


def announce(w: World, *more: str) -> dict[str, Any]:
    said = ["announce", w.operation.code, "--user", "anna", *more]
    return read(pledges, *said)  # type: ignore[no-any-return]


def test_a_meeting_from_the_announcement_to_the_waterfall_by_commands_alone() -> None:
    w = world()
    held = meeting(w)
    number = str(held.number)
    announce(w, "--by", "Germany", "--say", "5,000 family tents", "--meeting", number)
    announce(w, "--by", "DEU 60, NLD 40", "--say", "EUR 300m a year 2025-2027", "--meeting", number)
    lines = read(pledges, "list", w.operation.code)
    assert [line["said"] for line in lines] == ["5,000 pieces", *["EUR 300,000,000"] * 3]
    assert [line["on"] for line in lines] == ["2023-02-14"] * 4
    run(pledges, "disburse", "P-0002/1", "--amount", "100m", "--user", "anna")
    fall = read(pledges, "waterfall", w.operation.code)
    assert [(each["key"], each["announced"], each["received"]) for each in fall["measures"]] == [
        ("goods:SHL-TNT-FAM", 5000, 0),
        ("money:EUR", "900000000", "100000000"),
    ]
    rows = read(
        pledges, "waterfall", w.operation.code, "--rows", "money:EUR", "--stage", "received"
    )
    assert [row["line"] for row in rows] == ["P-0002/1"]
    said = run(meetings, "readout", number).stdout
    assert "EUR 900,000,000 (money, nominal, as announced; 3 lines)" in said
    owed = read(meetings, "follow-up", number)
    assert {row["owes"] for row in owed} == {"Germany", "Germany and Netherlands"}
    assert read(meetings, "agenda", number)["missing"] == []


def test_what_a_command_cannot_be_sure_of_it_asks_and_writes_nothing() -> None:
    w = world()
    for refusal, said in (
        (CurrencyUnclear, "$500 million"),
        (PledgeOfNothing, "..."),
        (ItemAsked, "14 Leopard tanks"),
    ):
        with pytest.raises(refusal):
            announce(w, "--by", "DEU", "--say", said)
    assert read(pledges, "list", w.operation.code) == []
    announce(w, "--by", "DEU", "--say", "14 Leopard tanks", "--item", "-")
    [line] = read(pledges, "list", w.operation.code)
    assert line["what"] == "Leopard tanks"


def test_a_command_refuses_a_readout_that_sums_two_currencies() -> None:
    w = world()
    number = str(meeting(w).number)
    announce(w, "--by", "DEU", "--say", "EUR 5 million", "--meeting", number)
    announce(w, "--by", "NOR", "--say", "NOK 70 million", "--meeting", number)
    with pytest.raises(CurrenciesMixed):
        run(meetings, "readout", number, "--total", "EUR")


def test_the_series_is_listed_with_what_is_from_memory() -> None:
    rows = [row for row in read(meetings, "list") if row["number"] <= 32]
    assert len(rows) == 32
    assert (rows[3]["recalled"], rows[4]["recalled"]) == ("", "mode")
    with pytest.raises(NotFound):
        run(meetings, "show", "31999")


def page(client: Client, address: str, **fields: str) -> tuple[int, str]:
    """Open a page, or send a form to it as htmx does."""
    if fields:
        answer = client.post(address, fields, headers={"HX-Request": "true"})
    else:
        answer = client.get(address)
    return answer.status_code, html.unescape(answer.content.decode())


def test_an_announcement_is_entered_in_the_room_and_the_form_is_ready_for_the_next() -> None:
    w = world()
    client, held = signed_in(w.coordinator), meeting(w)
    room = reverse("meeting", kwargs={"meeting_id": held.pk})
    said = {"donors": "Germany, NLD", "lines": "5,000 family tents\nEUR 300m 2025"}
    status, text = page(client, room, **said, source="the minister")
    assert (status, "P-0001 is entered." in text) == (200, True)
    assert "jointly, shares not stated" in text
    assert 'name="donors" required' in text
    assert "Germany, NLD" not in text
    assert 'value="the minister"' in text
    assert [line.amount for line in PledgeLine.objects.filter(operation=w.operation)] == [
        5_000,
        300_000_000,
    ]


def test_the_room_asks_which_item_is_meant_and_takes_the_answer() -> None:
    w = world()
    client, held = signed_in(w.coordinator), meeting(w)
    room = reverse("meeting", kwargs={"meeting_id": held.pk})
    said = {"donors": "DEU", "lines": "14 Leopard tanks"}
    status, text = page(client, room, **said)
    assert (status, "Which item is “Leopard tanks”?" in text) == (200, True)
    assert not PledgeLine.objects.filter(operation=w.operation).exists()
    page(client, room, **said, **{"item-0": "WPN-MBT-LE2"})
    [line] = PledgeLine.objects.filter(operation=w.operation)
    assert (line.item_id, line.amount) == ("WPN-MBT-LE2", 14)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"donors": "DEU", "lines": "$500 million"}, "currency_unclear"),
        ({"donors": "DEU", "lines": " "}, "pledge_of_nothing"),
        ({"donors": "DEU", "lines": "1,200 l diesel"}, "amount_ambiguous"),
        ({"donors": "Atlantis", "lines": "EUR 5"}, "party_unknown"),
        ({"donors": "DEU 60, NLD 30", "lines": "EUR 5"}, "shares_off"),
    ],
)
def test_the_room_refuses_with_a_sentence_and_keeps_what_was_typed(
    fields: dict[str, str], code: str
) -> None:
    w = world()
    client, held = signed_in(w.coordinator), meeting(w)
    status, text = page(client, reverse("meeting", kwargs={"meeting_id": held.pk}), **fields)
    assert status in {404, 422}
    assert code in text
    assert f'value="{fields["donors"]}"' in text
    assert not PledgeLine.objects.filter(operation=w.operation).exists()


def test_a_meeting_that_names_no_operation_asks_which_where_several_run() -> None:
    w, other = world(), world()
    held = meetings_of.enter_meeting(
        act=act(w.coordinator), series="UDCG", number=9_001, held_on=date(2023, 1, 20)
    )
    browser = signed_in(w.coordinator)
    room = reverse("meeting", kwargs={"meeting_id": held.pk})
    agenda = reverse("meeting_agenda", kwargs={"meeting_id": held.pk})
    asks = browser.get(agenda)
    assert asks.status_code == 200
    for code in (w.operation.code, other.operation.code):
        assert f'href="?operation={code}"' in asks.text
    assert "What is most missing" in browser.get(agenda, {"operation": w.operation.code}).text
    assert "the one that runs" not in browser.get(room).text
    for event in ("wind_down", "close"):
        over = act(w.coordinator, reason="It is over.")
        operations.move_operation(act=over, operation=other.operation.pk, event=event)
    assert f"the one that runs, {w.operation.name}" in browser.get(room).text
    assert "What is most missing" in browser.get(agenda).text


def test_the_waterfall_page_leads_from_a_figure_to_its_rows_and_to_the_csv() -> None:
    w = world()
    pledged(w, money("EUR 100"), source="=2+5")
    pledged(w, goods("50"))
    client = signed_in(w.coordinator)
    here = reverse("waterfall", kwargs={"code": w.operation.code})
    status, text = page(client, here)
    assert (status, "money, EUR: announced 100, committed 0" in text) == (200, True)
    _, behind = page(client, f"{here}?key=money%3AEUR&stage=announced")
    assert "1 line, in all 100" in behind
    table = client.get(reverse("waterfall_table", kwargs={"code": w.operation.code}))
    sheet = table.content.decode()
    assert 'money,EUR,"money, nominal, as announced",1,100.00,0.00' in sheet
    assert "'=2+5" in sheet
    assert "received,goods counted as good and signed for" in sheet


def test_every_door_shows_the_waterfall_of_an_earlier_moment() -> None:
    w = world()
    code = w.operation.code
    line = line_of(pledged(w, money("EUR 100")))
    disburse_pledge(
        act=act(w.donor), line=line.pk, amount=Typed("30"), happened_on=date(2023, 3, 1)
    )
    client = signed_in(w.coordinator)
    here = reverse("waterfall", kwargs={"code": code})
    for on, paid in (("2023-02-28", 0), ("2023-03-01", 30)):
        _, text = page(client, f"{here}?on={on}&sense=true")
        assert f"money, EUR: announced 100, committed {paid}, allocated {paid}" in text
        moment = f"{on}T23:59Z"
        [typed] = read(pledges, "waterfall", code, "--on", moment)["measures"]
        assert typed["received"] == str(paid)
        _, called_ = called(w.coordinator, "get", f"/operations/{code}/waterfall?on={moment}")
        assert Decimal(called_["bars"][0]["received"]) == paid
        table = client.get(
            reverse("waterfall_table", kwargs={"code": code}), {"on": on, "sense": "true"}
        )
        assert f"as true at {on}T23:59Z" in table.content.decode()
    _, text = page(client, f"{here}?on=2023-03-01")
    assert "Nothing is pledged in this operation that you may see, as it was asked for." in text
    assert read(pledges, "waterfall", code, "--as-of", "2023-03-01T00:00Z")["measures"] == []
    _, then = called(
        w.coordinator, "get", f"/operations/{code}/waterfall/rows?as_of=2023-03-01T00:00Z"
    )
    assert then == []
    status, text = page(client, f"{here}?on=soon")
    assert (status, "date_unreadable" in text) == (422, True)
    with pytest.raises(MomentUnreadable):
        run(pledges, "waterfall", code, "--as-of", "soon")


def test_a_pledge_is_told_of_on_its_page() -> None:
    w = world()
    found = pledged(w, money("EUR 100"))
    client = signed_in(w.coordinator)
    here = reverse("pledge", kwargs={"pledge_id": found.pk})
    line = str(line_of(found).pk)
    client.post(here, {"verb": "disburse", "line": line, "amount": "60"})
    assert line_of(found).disbursed == 60
    status, text = page(client, here, verb="disburse", line=line, amount="41")
    assert (status, "more_than_pledged" in text) == (409, True)


def test_a_readout_goes_from_draft_to_approval_by_two_people_on_pages() -> None:
    w = world()
    held = meeting(w)
    pledged(w, money("EUR 5"), meeting=held.pk)
    first = signed_in(w.coordinator)
    second = signed_in(person(Role.COORDINATOR, "EADRCC"))
    first.post(reverse("meeting_readouts", kwargs={"meeting_id": held.pk}), {"remarks": "Noted."})
    readout = MeetingReadout.objects.get(meeting=held)
    here = reverse("readout", kwargs={"readout_id": readout.pk})
    first.post(here, {"verb": "submit"})
    status, text = page(first, here, verb="approve")
    assert (status, "own_readout" in text) == (403, True)
    second.post(here, {"verb": "approve"})
    readout.refresh_from_db()
    assert readout.stage == "approved"


def test_a_donor_is_reminded_from_the_follow_up_and_finds_it_at_home() -> None:
    w = world()
    held = meeting(w)
    found = pledged(w, goods("50"), meeting=held.pk)
    here = reverse("meeting_follow_up", kwargs={"meeting_id": held.pk})
    sent = signed_in(w.coordinator).post(
        here, {"pledge": str(found.pk), "text": "Which tents, and when?"}
    )
    assert sent.status_code == 303
    status, home = page(signed_in(w.donor), reverse("home"))
    assert (status, "Which tents, and when?" in home) == (200, True)


def called(actor: Actor, method: str, address: str, body: object = None) -> Any:  # noqa: ANN401
    """Call the API as a program does."""
    asker = Asker.of(actor)
    answer = asker.get(address) if method == "get" else asker.post(address, body)
    return answer.status, answer.body


def test_a_meeting_from_the_announcement_to_the_waterfall_by_calls_alone() -> None:
    w = world()
    code = w.operation.code
    body = {"number": 7001, "held_on": "2023-02-14", "operation": code, "place": "Brussels"}
    status, made = called(w.coordinator, "post", "/meetings", body)
    assert (status, made["number"]) == (201, 7001)
    pledge = {
        "parties": [{"party": "DEU"}, {"party": "NOR", "role": "funder"}],
        "announced_on": "2023-02-14",
        "words": "We will send tents.",
        "lines": [{"item": "SHL-TNT-FAM", "amount": 40}, {"form": "money", "amount": "EUR 7m"}],
        "meeting": made["id"],
    }
    status, whole = called(w.coordinator, "post", f"/operations/{code}/pledges", pledge)
    assert (status, [each["role"] for each in whole["parties"]]) == (201, ["donor", "funder"])
    line = whole["lines"][1]["row"]["id"]
    status, told = called(
        w.coordinator, "post", f"/pledge-lines/{line}/disburse", {"amount": "EUR 2m"}
    )
    assert (status, told["row"]["stage"]) == (200, "partly_disbursed")
    _, fall = called(w.coordinator, "get", f"/operations/{code}/waterfall")
    assert [(bar["key"], Decimal(bar["announced"])) for bar in fall["bars"]] == [
        ("goods:SHL-TNT-FAM", 40),
        ("money:EUR", 7_000_000),
    ]
    _, owed = called(w.coordinator, "get", f"/meetings/{made['id']}/follow-up")
    assert len(owed) == 2
    status, agenda = called(w.coordinator, "get", f"/meetings/{made['id']}/agenda")
    assert (status, agenda["operation"]) == (200, code)
    status, refused = called(
        w.coordinator, "post", f"/operations/{code}/pledges", {**pledge, "lines": []}
    )
    assert (status, refused["error"]["code"]) == (422, "pledge_of_nothing")


def test_a_coalition_has_leads_and_members_of_a_day() -> None:
    w = world()
    register.add_party(act=act(w.coordinator), code="CC-AIR", name="Air defence", kind="coalition")
    for code, kind in (("DEU", "lead"), ("NLD", "member")):
        register.record_standing(
            act=act(w.coordinator), party=code, body="CC-AIR", kind=kind, since=date(2023, 1, 1)
        )
    [found] = [each for each in coalitions_on(date(2023, 4, 20)) if each.code == "CC-AIR"]
    assert (found.leads, found.members) == (("Germany",), ("Netherlands",))
    [before] = [each for each in coalitions_on(date(2022, 4, 20)) if each.code == "CC-AIR"]
    assert before.leads == ()
