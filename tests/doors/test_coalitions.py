"""Coalitions at every door: found, joined, led, left, and what they gathered."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from muster.actions import coalitions as acting
from muster.actions.register import record_standing
from muster.cli.coalitions import coalitions
from muster.cli.pledges import pledges
from muster.core.actors import Role
from muster.core.pledges import NotACoalition, TiedAlready
from muster.core.refusals import (
    ActsForAnother,
    CodeNotPlain,
    DatesOutOfOrder,
    DuplicateReference,
    NotFound,
    PartyUnknown,
    Refusal,
    RoleMissing,
    StandingOverlaps,
)
from muster.queries.coalitions import coalitions_on
from tests.doors.asking import Asker, user_of
from tests.doors.commanding import run
from tests.doors.test_pages_register import client_of, text_of
from tests.make import World, act, coordinator, person, world
from tests.make_pledges import money, pledged

pytestmark = pytest.mark.usefixtures("records")
_DAY = date(2023, 4, 20)


def founded(code: str = "COAL-X") -> None:
    acting.create_coalition(act=act(coordinator()), code=code, name=f"Coalition {code}")


def joined(party: str, *, since: date = date(2023, 1, 1), lead: bool = False) -> None:
    acting.join_coalition(
        act=act(coordinator()), coalition="COAL-X", party=party, since=since, lead=lead
    )


def on(day: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    [found] = [each for each in coalitions_on(day) if each.code == "COAL-X"]
    return found.leads, found.members


def read(*arguments: str) -> Any:  # noqa: ANN401 - as JSON has it
    return json.loads(run(coalitions, *arguments, "--format", "json").stdout)


def test_a_member_takes_the_lead_and_leaves_and_each_day_knows_what_it_was() -> None:
    founded()
    joined("DEU")
    joined("NLD")
    joined("DEU", since=date(2023, 2, 1), lead=True)
    acting.leave_coalition(
        act=act(coordinator()), coalition="COAL-X", party="NLD", until=date(2023, 3, 1)
    )
    assert on(date(2023, 1, 31)) == ((), ("Germany", "Netherlands"))
    assert on(date(2023, 2, 1)) == (("Germany",), ("Netherlands",))
    assert on(date(2023, 3, 1)) == (("Germany",), ())


@pytest.mark.parametrize(
    ("refusal", "more"),
    [
        (NotACoalition, {"coalition": "NATO"}),
        (PartyUnknown, {"coalition": "NOBODY"}),
        (PartyUnknown, {"party": "XXX"}),
        (StandingOverlaps, {"party": "DEU"}),
        (StandingOverlaps, {"party": "DEU", "since": date(2022, 1, 1), "lead": True}),
    ],
)
def test_what_cannot_be_joined_is_refused(refusal: type[Refusal], more: dict[str, object]) -> None:
    founded()
    joined("DEU")
    wish: dict[str, object] = {"coalition": "COAL-X", "party": "FRA", "since": _DAY}
    with pytest.raises(refusal):
        acting.join_coalition(act=act(coordinator()), **wish | more)  # type: ignore[arg-type]
    assert on(_DAY) == ((), ("Germany",))


def test_nobody_is_the_lead_of_what_is_no_coalition() -> None:
    wish = {"party": "IRL", "kind": "lead", "since": _DAY}
    with pytest.raises(NotACoalition):
        record_standing(act=act(coordinator()), body="NATO", **wish)
    founded()
    record_standing(act=act(coordinator()), body="COAL-X", **wish)
    assert on(_DAY) == (("Ireland",), ())


def test_a_nation_joins_for_itself_and_for_nobody_else() -> None:
    founded()
    french = person(Role.DONOR, "FRA")
    acting.join_coalition(act=act(french), coalition="COAL-X", party="FRA", since=_DAY)
    with pytest.raises(ActsForAnother):
        acting.join_coalition(act=act(french), coalition="COAL-X", party="DEU", since=_DAY)
    with pytest.raises(RoleMissing):
        acting.create_coalition(act=act(french), code="COAL-Y", name="Y")
    assert on(_DAY) == ((), ("France",))


def test_a_party_leaves_only_what_it_belongs_to_and_not_before_it_joined() -> None:
    founded()
    joined("DEU")
    for refusal, party, until in (
        (NotFound, "FRA", _DAY),
        (DatesOutOfOrder, "DEU", date(2022, 12, 31)),
    ):
        with pytest.raises(refusal):
            acting.leave_coalition(
                act=act(coordinator()), coalition="COAL-X", party=party, until=until
            )


def test_a_coalition_has_a_plain_code_and_a_name_of_its_own() -> None:
    founded()
    for refusal, code in ((CodeNotPlain, "coal x"), (DuplicateReference, "COAL-X")):
        with pytest.raises(refusal):
            founded(code)


def gathered(w: World) -> dict[str, Decimal]:
    del w
    shown = Asker.of(coordinator()).get("/coalitions/COAL-X").body
    return {bar["key"]: Decimal(bar["announced"]) for bar in shown["gathered"]}


def test_what_a_coalition_gathered_is_what_was_announced_under_its_name_or_tied_to_it() -> None:
    w = world()
    founded()
    founded("COAL-Y")
    pledged(w, money("EUR 100"), coalition="COAL-X")
    later = pledged(w, money("EUR 7"))
    pledged(w, money("EUR 900"))
    assert gathered(w) == {"money:EUR": 100}
    tie = acting.tie_pledge(act=act(w.donor), pledge=later.pk, coalition="COAL-X")
    assert gathered(w) == {"money:EUR": 107}
    fall = f"/operations/{w.operation.code}/waterfall"
    [bar] = Asker.of(w.coordinator).get(fall, coalition="COAL-X").body["bars"]
    assert Decimal(bar["announced"]) == 107
    with pytest.raises(TiedAlready):
        acting.tie_pledge(act=act(w.coordinator), pledge=later.pk, coalition="COAL-Y")
    acting.untie_pledge(act=act(w.donor, reason="by mistake"), tie=tie.pk)
    assert gathered(w) == {"money:EUR": 100}
    with pytest.raises(ActsForAnother):
        acting.tie_pledge(act=act(person(Role.DONOR, "FRA")), pledge=later.pk, coalition="COAL-X")


def test_a_coalition_is_found_and_joined_by_commands_calls_and_pages_alike() -> None:
    w = world()
    who = ["--user", user_of(w.coordinator).username]
    run(coalitions, "create", "COAL-X", "--name", "Example", *who)
    run(coalitions, "lead", "COAL-X", "DEU", "--since", "2023-01-01", *who)
    asker = Asker.of(w.coordinator)
    made = asker.post("/coalitions/COAL-X/join", {"party": "NLD", "since": "2023-02-01"})
    assert (made.status, made.body["kind"]) == (201, "member")
    client = client_of(w.coordinator)
    here = reverse("coalition", kwargs={"code": "COAL-X"})
    form = {"verb": "join", "party": "fra", "since": "2023-03-01"}
    assert client.post(here, form).status_code == 303
    text = text_of(client.get(here))
    for said in ("Germany lead 1 Jan 2023", "Netherlands member 1 Feb 2023", "France member"):
        assert said in text
    again = client.post(here, form)
    assert (again.status_code, "standing_overlaps" in text_of(again)) == (409, True)
    left = asker.post("/coalitions/COAL-X/leave", {"party": "FRA", "until": "2023-04-01"})
    assert left.body["until"] == "2023-04-01"
    run(coalitions, "leave", "COAL-X", "NLD", "--until", "2023-03-01", *who)
    seen = read("show", "COAL-X")
    assert [(row["party"], row["is"], row["until"]) for row in seen["history"]] == [
        ("DEU", "lead", None), ("NLD", "member", "2023-03-01"), ("FRA", "member", "2023-04-01"),
    ]  # fmt: skip
    listed = reverse("coalitions")
    assert client.post(listed, {"code": "COAL-Z", "name": "Zed"}).status_code == 303
    assert client.post(listed, {"code": "z z", "name": "Zed"}).status_code == 422
    assert "Netherlands" in text_of(client.get(listed, {"on": "2023-02-02"}))
    assert client.get(listed, {"on": "soon"}).status_code == 422
    assert asker.get("/coalitions/NOBODY").status == 404


def test_a_pledge_is_tied_on_its_page_and_by_command() -> None:
    w = world()
    founded()
    one, other = pledged(w, money("EUR 7")), pledged(w, money("EUR 8"))
    client = client_of(w.coordinator)
    here = reverse("pledge", kwargs={"pledge_id": one.pk})
    assert client.post(here, {"verb": "tie", "coalition": "COAL-X"}).status_code == 303
    assert "Coalition COAL-X" in text_of(client.get(here))
    who = ["--user", user_of(w.coordinator).username]
    run(coalitions, "tie", str(other.pk), "COAL-X", *who)
    fall = run(
        pledges, "waterfall", w.operation.code, "--coalition", "COAL-X", "--format", "json"
    ).stdout
    assert json.loads(fall)["measures"][0]["announced"] == "15"
    tie = one.ties.get()
    without = client.post(here, {"verb": "untie", "tie": str(tie.pk)})
    assert (without.status_code, "reason_missing" in text_of(without)) == (422, True)
    client.post(here, {"verb": "untie", "tie": str(tie.pk), "reason": "by mistake"})
    tie.refresh_from_db()
    assert tie.undone_at is not None


def test_the_coalitions_that_ship_have_leads_or_say_that_they_are_from_memory() -> None:
    shipped = {each.code: each for each in coalitions_on(date(2025, 6, 1))}
    assert shipped["COAL-DRONE"].leads == ("Latvia",)
    assert shipped["COAL-IT"].leads == ("Estonia", "Luxembourg")
    assert shipped["COAL-MAR"].leads == ("Norway", "United Kingdom")
    assert all(each.leads for each in shipped.values() if each.code.startswith("COAL-"))
