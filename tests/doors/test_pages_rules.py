"""The rule book is read, written, tried and approved on its pages."""

from uuid import uuid4

import pytest
from django.test import Client

from muster.core.actors import Actor
from muster.queries.rules import book_now
from muster.records.models import RuleReview, RuleVersion
from tests import make
from tests.doors.asking import user_of
from tests.make_rules import in_force, second

pytestmark = pytest.mark.usefixtures("records")


def client_of(actor: Actor) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user_of(actor))
    return client


def _form(code: str, w: make.World, **more: str) -> dict[str, str]:
    return {
        "key": str(uuid4()),
        "code": code,
        "title": "No tents",
        "sentence": "No tents are taken.",
        "expression": f'item.code == "{make.TENT}"',
        "effect": "forbid",
        "authority": "a test",
        "since": "2020-01-01",
        "operation": w.operation.code,
        "step-offer": "on",
        **more,
    }


def test_a_rule_is_tried_written_by_one_and_approved_by_another() -> None:
    w = make.world()
    make.offered(w)
    code = f"R-{uuid4().hex[:6].upper()}"
    anna = client_of(w.coordinator)
    tried = anna.post("/rules/new", _form(code, w, verb="try"))
    assert tried.status_code == 200
    assert "What it would have stopped" in tried.content.decode()
    assert not RuleVersion.objects.filter(code=code).exists()
    faulty = anna.post("/rules/new", _form(code, w, verb="try", expression="item.code =="))
    assert faulty.status_code == 422
    assert "line 1, column 11" in faulty.content.decode()
    assert anna.post("/rules/new", _form(code, w, verb="write")).status_code == 303
    assert RuleVersion.objects.get(code=code).steps == ["offer"]
    own = anna.post(f"/rules/book/{code}/approve", {"key": str(uuid4())})
    assert own.status_code == 403
    before = book_now().number
    other = client_of(second())
    assert other.post(f"/rules/book/{code}/approve", {"key": str(uuid4())}).status_code == 303
    assert book_now().number > before
    page = anna.get("/rules", {"on": "2023-04-20", "text": "tents taken"}).content.decode()
    assert code in page
    gone = anna.post(f"/rules/book/{code}/retire", {"key": str(uuid4()), "reason": ""})
    assert gone.status_code == 422
    assert "No tents are taken." in anna.get(f"/rules/book/{code}").content.decode()


def test_a_gift_is_tried_and_reviewed_where_a_rule_wants_it() -> None:
    w = make.world()
    rule = in_force(w, f'item.code == "{make.TENT}"', "review")
    gift = {
        "operation": w.operation.code,
        "donor": "DEU",
        "item": make.TENT,
        "recipient": "UKR",
        "on": "2023-04-20",
    }
    anna = client_of(w.coordinator)
    page = anna.get("/rules/try", gift).content.decode()
    assert "for a person to review" in page
    assert rule.code in page
    word = {**gift, "key": str(uuid4()), "rule": rule.code, "verb": "pass", "reason": "looked at"}
    assert anna.post("/rules/try", {**word, "reason": ""}).status_code == 422
    assert anna.post("/rules/try", word).status_code == 303
    assert RuleReview.objects.get(code=rule.code).passes
    assert "is reviewed" in anna.get("/rules/try", gift).content.decode()


def test_an_allocation_says_by_which_book_it_was_allowed_and_which_rules_spoke() -> None:
    w = make.world()
    rule = in_force(w, f'item.code == "{make.TENT}"', "consent", consent_of="NOR")
    promised = make.proposed(w, make.offered(w), make.asked(w), "10")
    page = client_of(w.coordinator).get(f"/allocations/{promised.pk}").content.decode()
    assert f"version {book_now().number} of the rule book" in page
    assert rule.code in page
