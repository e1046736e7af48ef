"""The organisation is refused a weapon and allowed a generator at every door of Muster."""

import json
from typing import Any
from uuid import uuid4

import pytest

from muster.cli.rules import rules
from muster.core.actors import Role
from muster.core.refusals import Refusal
from muster.core.rulebook.refusals import RuleOwnApproval
from muster.jobs.imports import commit
from muster.queries.intake import lines_seen
from muster.queries.rules import book_now
from muster.records.models import ImportBatch, Item, Offer, OfferLine, RuleVersion
from tests import make
from tests.doors.asking import Asker, user_of
from tests.doors.commanding import run
from tests.doors.test_every_door import DOORS, Answered, OfferWish
from tests.doors.test_pages_requests_offers import signed_in, text_of
from tests.make_guarantee import invoked
from tests.make_lists import HEAD, dropped, line
from tests.make_messages import taken, written
from tests.make_rules import in_force, second
from tests.make_rules import written as rule_written

pytestmark = pytest.mark.usefixtures("records")


def _item(lethality: str, **wanted: str) -> str:
    found = Item.objects.filter(lethality=lethality, unit="H87", **wanted).order_by("code").first()
    assert found is not None
    return found.code


def _things() -> dict[str, str]:
    return {
        "generator": _item("non_lethal", category="power", name__icontains="generator"),
        "weapon": _item("lethal", category="weapons"),
        "unreviewed": _item("unreviewed"),
    }


@pytest.mark.parametrize("door", DOORS)
def test_the_organisation_gives_a_generator_and_no_weapon_whatever_the_door(door: str) -> None:
    w = make.world()
    alliance = make.person(Role.DONOR, "NATO")
    for what, code in _things().items():
        wish = OfferWish(
            actor=alliance, operation=w.operation, donor="NATO", item=code, reference=what
        )
        said = DOORS[door](wish)
        allowed = what == "generator"
        assert (said == Answered("", "")) == allowed, (what, said)
        assert said.code == ("" if allowed else "not_reviewed_non_lethal")
        assert Offer.objects.filter(operation=w.operation, reference=what).exists() == allowed


def test_the_organisation_gives_a_generator_and_no_weapon_by_a_list_and_by_a_job() -> None:
    w = make.world()
    codes = _things()
    for what, code in codes.items():
        batch = dropped(w, f"{HEAD}{code};{what};7;;NATO;\n", purpose="offers")
        issues = {issue.code for issue in line(batch, 1).issues}
        assert ("not_reviewed_non_lethal" in issues) == (what != "generator"), what
        given = {"key": str(uuid4()), "user": str(w.coordinator.user_id), "reason": ""}
        if what == "generator":
            commit(**given, batch=str(batch.pk), leave_out=False)
        else:
            with pytest.raises(Refusal):
                commit(**given, batch=str(batch.pk), leave_out=False)
    assert {row.item_id for row in OfferLine.objects.filter(operation=w.operation)} == {
        codes["generator"]
    }


def test_the_organisation_gives_a_generator_and_no_weapon_by_a_message() -> None:
    alliance = make.person(Role.DONOR, "NATO")
    for what, code in _things().items():
        there, here = make.world(), make.world()
        offered = make.offered(there, "7", item=code)
        sent = written(offered.offer_id, there.coordinator).replace(b"DEU", b"NATO")
        sent = sent.replace(b"Germany", b"North Atlantic Treaty Organization")
        said = taken(here, alliance, sent)
        if what != "generator":
            # It waits for a person, with the reason why it cannot be stored.
            assert said.waits_in is not None
            [entry] = lines_seen(ImportBatch.objects.get(pk=said.waits_in))
            assert "not_reviewed_non_lethal" in {issue.code for issue in entry.issues}
        found = {row.donor_id for row in OfferLine.objects.filter(operation=here.operation)}
        assert found == ({"NATO"} if what == "generator" else set())


def test_a_rule_of_the_book_is_refused_with_one_sentence_at_every_door() -> None:
    w = make.world()
    rule = in_force(w, f'item.code == "{make.TENT}" && donor.code == "DEU"')
    wish = OfferWish(actor=w.donor, operation=w.operation, donor="DEU")
    answers = {name: ask(wish) for name, ask in DOORS.items()}
    assert {said.code for said in answers.values()} == {"rule_forbids"}, answers
    assert len({said.sentence for said in answers.values()}) == 1
    assert rule.code in answers["web"].sentence
    batch = dropped(w, f"{HEAD}{make.TENT};Family tents;70;;Germany;\n", purpose="offers")
    assert "rule_forbids" in {issue.code for issue in line(batch, 1).issues}


def _explained(w: make.World, item: str, **more: str) -> dict[str, Any]:
    asked = {"donor": "NATO", "item": item, "recipient": "UKR", "operation": w.operation.code}
    options = [f"--{key}={value}" for key, value in {**asked, "on": "2023-04-20", **more}.items()]
    found: dict[str, Any] = json.loads(run(rules, "explain", *options, "--format=json").output)
    said = Asker.of(w.coordinator).get("/rules/explain", on="2023-04-20", **asked, **more)
    assert {key: said.body[key] for key in ("verdict", "sentence", "rule_book", "rules")} == {
        key: found[key] for key in ("verdict", "sentence", "rule_book", "rules")
    }
    return found


def test_why_a_gift_is_allowed_or_not_is_told_rule_by_rule_with_versions() -> None:
    w = make.world()
    codes = _things()
    allowed = _explained(w, codes["generator"])
    assert allowed["verdict"] == "allowed"
    assert allowed["rule_book"] == book_now().number
    for what in ("weapon", "unreviewed"):
        refused = _explained(w, codes[what])
        assert refused["verdict"] == "forbidden"
        says = {each["rule"]: (each["says"], each["version"]) for each in refused["rules"]}
        assert says["FLOOR-MANDATE"] == ("forbids", 1)
        assert says["MANDATE"] == ("forbids", 1)
        assert "non-lethal" in refused["sentence"]


def test_a_rule_is_written_approved_and_retired_by_commands() -> None:
    w = make.world()
    anna, other = (f"--user={user_of(actor).username}" for actor in (w.coordinator, second()))
    code = f"R-{uuid4().hex[:6].upper()}"
    given = [
        "--title=No tents",
        "--sentence=No tents are taken.",
        f'--expression=item.code == "{make.TENT}"',
        "--effect=forbid",
        "--authority=a test",
        "--since=2020-01-01",
        f"--operation={w.operation.code}",
    ]
    run(rules, "add", code, *given, anna)
    with pytest.raises(RuleOwnApproval):
        run(rules, "approve", code, anna)
    run(rules, "approve", code, other)
    listed = json.loads(run(rules, "list", "--on=2023-04-20", "--format=json").output)
    assert code in {row["rule"] for row in listed["rules"]}
    run(rules, "retire", code, "--since=2022-01-01", "--reason=over", anna)
    listed = json.loads(run(rules, "list", "--on=2023-04-20", "--format=json").output)
    assert code not in {row["rule"] for row in listed["rules"]}
    shown = run(rules, "show", code).output
    assert "retire" in shown
    assert "No tents are taken." in shown


def test_what_a_rule_would_have_stopped_is_told_before_it_takes_force() -> None:
    w = make.world()
    giving = make.offered(w)
    promised = make.agreed(w, giving, make.asked(w), "10")
    make.shipped(w, promised)
    rule = rule_written(w, f'item.code == "{make.TENT}"')
    said = Asker.of(w.coordinator).get(f"/rules/{rule.code}/effects").body
    counts = {each["kind"]: each for each in said["counts"]}
    for kind in ("offer line", "allocation", "consignment"):
        assert counts[kind]["asked"] == counts[kind]["stopped"] == 1
        assert counts[kind]["still_open"] == 1
    assert {each["kind"] for each in said["met"]} == {"offer line", "allocation", "consignment"}
    told = json.loads(run(rules, "simulate", rule.code, "--format=json").output)
    assert told["effects"]["counts"] == said["counts"]
    assert not RuleVersion.objects.get(pk=rule.pk).changes.exists()


def test_a_condition_is_tried_without_being_kept_and_a_faulty_one_is_refused_with_its_place() -> (
    None
):
    w = make.world()
    make.offered(w)
    asker = Asker.of(w.coordinator)
    before = RuleVersion.objects.count()
    tried = asker.post("/rules/try", {"expression": 'donor.code == "DEU" && false'}).body
    assert [found["kind"] for found in tried["findings"]] == ["never speaks"]
    refused = asker.post("/rules/try", {"expression": "donor.code =="})
    assert (refused.status, refused.code) == (422, "rule_unreadable")
    assert "line 1, column 12" in refused.body["error"]["sentence"]
    looping = asker.post("/rules/try", {"expression": "offer.only_for.all(x, true)"})
    assert looping.code == "rule_loops"
    assert RuleVersion.objects.count() == before


def test_a_rule_is_written_approved_reviewed_and_retired_by_the_api() -> None:
    w = make.world()
    author, other = Asker.of(w.coordinator), Asker.of(second())
    code = f"R-{uuid4().hex[:6].upper()}"
    body = {
        "code": code,
        "title": "Tents are looked at",
        "sentence": "Tents are looked at first.",
        "expression": f'item.code == "{make.TENT}"',
        "effect": "review",
        "authority": "a test",
        "since": "2020-01-01",
        "operation": w.operation.code,
    }
    assert author.post("/rules", body).status == 201
    assert author.post(f"/rules/{code}/approve").code == "rule_own_approval"
    assert other.post(f"/rules/{code}/approve", {}).status == 200
    giving, taking = make.offered(w), make.asked(w)
    proposal = {"offer_line": str(giving.pk), "request_line": str(taking.pk), "amount": 10}
    assert author.post("/allocations", proposal).code == "rule_needs_review"
    gift = {"operation": w.operation.code, "donor": "DEU", "item": make.TENT, "recipient": "UKR"}
    word = {**gift, "passes": True, "reason": "looked at"}
    assert author.post(f"/rules/{code}/reviews", word).status == 201
    assert author.post("/allocations", proposal).status == 201
    retired = author.post(f"/rules/{code}/retire", {"reason": "over", "since": "2020-01-02"})
    assert retired.status == 200
    shown = author.get(f"/rules/{code}").body
    assert shown["versions"][0]["state"] == "retired"
    assert {each["kind"] for each in shown["resting"]} == {"offer_line", "allocation"}
    assert author.get("/rules", on="2023-04-20").status == 200
    assert len(author.get("/rules/facts").body) > 20
    assert author.get("/rules/findings").status == 200


def test_the_policy_of_the_kind_is_told_with_the_verdict() -> None:
    case = invoked(kind="consultation")
    w = make.world()
    generator = _things()["generator"]
    asked = {"item": generator, "recipient": "EST", "operation": case.operation.code}
    found = {
        donor: Asker.of(w.coordinator)
        .get("/rules/explain", on="2023-04-20", donor=donor, **asked)
        .body
        for donor in ("NATO", "NOR", "SWE", "EST")
    }
    assert found["NATO"]["verdict"] == "forbidden"
    says = {each["rule"]: each["says"] for each in found["NATO"]["rules"]}
    assert says["FLOOR-KIND"] == "forbids"
    policy = found["NOR"]["policy"]
    assert (policy["kind"], policy["bound"], policy["organisation_gives"]) == (
        "consultation", ["member"], "nothing",
    )  # fmt: skip
    told = {donor: each["policy"]["donor"] for donor, each in found.items()}
    assert told == {"NATO": "", "NOR": "bound", "SWE": "informed", "EST": "affected"}
    assert "Article 4" in policy["sentence"]
    options = [f"--{key}={value}" for key, value in {**asked, "donor": "NOR"}.items()]
    text = run(rules, "explain", *options, "--on=2023-04-20").output
    assert policy["sentence"] in text
    page = text_of(signed_in(w.coordinator).get("/rules/try", {**asked, "donor": "NOR"}))
    assert "Norway owes an answer" in page
