"""The API from the outside: the main job, who gets in, and the one shape of every no."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.core.actors import Role
from muster.queries.verification import verify
from muster.records.models import ApiToken, JournalEntry, Transfer, User
from tests import make
from tests.doors.asking import ROOT, Asker, user_of

pytestmark = pytest.mark.usefixtures("records")


def _request(w: make.World, **changes: object) -> dict[str, Any]:
    line = {"item": make.TENT, "amount": "1 200"} | changes
    return {
        "recipient": w.recipient_code,
        "reference": f"R-{uuid4().hex[:8]}",
        "title": "Tents",
        "asked_on": "2023-01-10",
        "lines": [line],
    }


def _offer(w: make.World, **changes: object) -> dict[str, Any]:
    line = {"item": make.TENT, "amount": 500} | changes
    return {
        "donor": w.donor_code,
        "reference": f"O-{uuid4().hex[:8]}",
        "title": "Tents",
        "offered_on": "2023-02-01",
        "lines": [line],
    }


def test_the_main_job_runs_through_the_api_from_request_to_signed_receipt() -> None:
    w = make.world()
    centre, donor, recipient = map(Asker.of, (w.coordinator, w.donor, w.recipient))
    root = f"/operations/{w.operation.code}"
    asked = recipient.post(f"{root}/requests", _request(w)).body
    for step, who in (("submit", recipient), ("validate", recipient), ("circulate", centre)):
        assert who.post(f"/requests/{asked['id']}/{step}").status == 200, step
    need = asked["lines"][0]
    given = donor.post(f"{root}/offers", _offer(w)).body["lines"][0]
    assert recipient.post(f"/offer-lines/{given['id']}/accept").body["left"] == 500
    planned = centre.post(f"{root}/plans", {"method": "greedy"})
    assert planned.body["plan"]["moves"][0]["amount"] == 500
    assert centre.post(f"/plans/{planned.body['id']}/accept").status == 200
    allocation = centre.get(f"{root}/allocations").body["items"][0]
    assert allocation["request_line"] == need["id"]
    donor.post(f"/allocations/{allocation['id']}/confirm")
    agreed = recipient.post(f"/allocations/{allocation['id']}/accept")
    assert agreed.body["stage"] == "agreed"
    box = donor.post(
        f"{root}/consignments", {"donor": "DEU", "reference": "C-1", "consignee": "UKR"}
    ).body
    packed = donor.post(
        f"/consignments/{box['id']}/lines", {"allocation": allocation["id"], "amount": "500"}
    )
    assert packed.status == 201, packed.body
    for step in ("lock", "clear", "dispatch"):
        assert donor.post(f"/consignments/{box['id']}/{step}").status == 200, step
    place = centre.get("/places").body["items"][0]["code"]
    handed = donor.post(f"/consignments/{box['id']}/hand-over", {"place": place})
    assert handed.body["stage"] == "handed_over", handed.body
    count = {"manifest_line": packed.body["id"], "good": 480, "damaged": 12, "missing": 8}
    signed = recipient.post(f"/consignments/{box['id']}/receipt", {"counts": [count]})
    assert signed.status == 201, signed.body
    assert "480 in good order" in centre.get(f"{root}/discrepancies").body["items"][0]["sentence"]
    line = centre.get(f"{root}/board").body["lines"][0]
    figures = [line[name] for name in ("asked", "offered", "allocated", "received", "remaining")]
    assert figures == [1200, 500, 500, 480, 720]
    assert centre.get("/verification").body["unaccounted"] == 0
    report = centre.post(f"{root}/reports", {"needs": "More tents."})
    assert report.status == 201, report.body
    assert "More tents." in centre.get(f"/reports/{report.body['id']}/text").body
    own = centre.post(f"/reports/{report.body['id']}/submit")
    assert own.status == 200
    assert centre.post(f"/reports/{report.body['id']}/approve").code == "own_report"
    assert verify().differences == ()


def test_nobody_reads_or_writes_without_a_log_in() -> None:
    w = make.world()
    nobody = Asker(None)
    for answer in (
        nobody.get("/operations"),
        nobody.get(f"/operations/{w.operation.code}/board"),
        nobody.post("/tokens", {"name": "mine"}),
    ):
        assert (answer.status, answer.code) == (401, "sign_in_needed")


def test_a_token_opens_nothing_once_it_is_revoked_or_its_person_has_left() -> None:
    person = make.person(Role.DONOR, "DEU")
    asker = Asker.of(person)
    assert asker.get("/me").body["roles"][0]["party"] == "DEU"
    User.objects.filter(pk=user_of(person).pk).update(is_active=False)
    assert (asker.get("/me").status, asker.get("/me").code) == (401, "token_unknown")
    User.objects.filter(pk=user_of(person).pk).update(is_active=True)
    ApiToken.objects.filter(user=user_of(person)).update(revoked_at=make.NOW)
    assert asker.get("/me").code == "token_unknown"
    assert Asker("nonsense\u00e9").get("/me").code == "token_unknown"


def test_the_secret_of_a_token_is_told_once_and_works() -> None:
    asker = Asker.of(make.person(Role.DONOR, "DEU"))
    key = uuid4()
    first = asker.post("/tokens", {"name": "laptop"}, key=key)
    assert Asker(first.body["token"]).get("/me").status == 200
    again = asker.post("/tokens", {"name": "laptop"}, key=key)
    assert (again.status, again.code) == (409, "key_reused")
    assert "token" not in json.dumps(asker.get("/tokens").body["items"])


def test_a_session_must_send_its_csrf_token_to_change_something() -> None:
    person = make.person(Role.COORDINATOR, "EADRCC")
    browser = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    browser.force_login(user_of(person))
    assert browser.get(f"{ROOT}/me").json()["name"] == person.name
    body = json.dumps({"username": f"u-{uuid4().hex}", "name": "New"})
    send = {"data": body, "content_type": "application/json"}
    refused = browser.post(f"{ROOT}/users", **send)  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "form_not_ours")
    browser.cookies["csrftoken"] = "a" * 32
    headers = {"X-CSRFToken": "a" * 32}
    assert browser.post(f"{ROOT}/users", headers=headers, **send).status_code == 201  # type: ignore[arg-type]


def test_a_retry_is_answered_as_the_first_call_was_and_changes_nothing() -> None:
    w = make.world()
    recipient = Asker.of(w.recipient)
    body, key = _request(w), uuid4()
    path = f"/operations/{w.operation.code}/requests"
    first = recipient.post(path, body, key=key)
    before = _traces()
    assert recipient.post(path, body, key=key).body == first.body
    other = recipient.post(path, body | {"title": "Other"}, key=key)
    assert (other.status, other.code) == (409, "key_reused")
    assert first.headers["Idempotency-Key"] == str(key)
    assert _traces() == before


def test_a_key_is_minted_and_told_where_none_is_sent() -> None:
    w = make.world()
    answer = Client(SERVER_NAME="localhost").post(
        f"{ROOT}/operations/{w.operation.code}/requests",
        json.dumps(_request(w)),
        content_type="application/json",
        headers={"Authorization": f"Bearer {Asker.of(w.recipient).token}"},
    )
    assert JournalEntry.objects.get(pk=answer["Idempotency-Key"]).verb == "draft a request"


def test_a_list_comes_in_pages_that_hold_each_record_once() -> None:
    w = make.world()
    for _ in range(5):
        make.offered(w, "1")
    asker, path = Asker.of(w.coordinator), f"/operations/{w.operation.code}/offers"
    seen: list[str] = []
    after: dict[str, str] = {}
    for _ in range(3):
        page = asker.get(path, limit=2, **after).body
        seen += [item["id"] for item in page["items"]]
        after = {"after": page["next"]}
    assert page["next"] is None
    assert len(seen) == len(set(seen)) == 5


def test_a_record_that_one_may_not_see_is_in_no_list_and_answers_as_if_it_were_not_there() -> None:
    w = make.world()
    line = make.asked(w, circulated=False)
    other = Asker.of(make.person(Role.DONOR, "FRA"))
    assert other.get(f"/operations/{w.operation.code}/requests").body["items"] == []
    hidden = other.get(f"/requests/{line.request_id}")
    absent = other.get(f"/requests/{uuid4()}")
    assert hidden.status == absent.status == 404
    assert hidden.code == absent.code == "not_found"
    assert other.get(f"/history/assistance_request/{line.request_id}").status == 404
    assert other.get("/journal", subject=str(line.request_id)).body["items"] == []


def test_the_board_can_be_shown_as_of_an_earlier_moment() -> None:
    w = make.world()
    make.asked(w)
    asker, path = Asker.of(w.coordinator), f"/operations/{w.operation.code}/board"
    assert len(asker.get(path).body["lines"]) == 1
    assert asker.get(path, as_of="2023-01-01T00:00Z").body["lines"] == []
    assert asker.get(path, as_of="yesterday").code == "moment_unreadable"


def test_members_are_those_of_the_day_that_is_asked_about() -> None:
    asker = Asker.of(make.coordinator())
    assert len(asker.get("/members", on="2023-04-20").body) == 31
    assert len(asker.get("/members", on="2023-04-03").body) == 30
    assert asker.get("/members", on="20/04/2023").code == "date_unreadable"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "input_unreadable"),
        (b"\xff\xfe", "input_unreadable"),
        (b"[" * 100_000, "input_unreadable"),
        (b'{"name": NaN}', "input_unreadable"),
        (b"[]", "input_unreadable"),
        (b'"text"', "input_unreadable"),
        (b"null", "input_unreadable"),
        (b"", "input_unreadable"),
        (b'{"name": 5}', "input_unreadable"),
        (b'{"name": "x", "colour": "red"}', "input_unreadable"),
        (b'{"name": "a\\u0000b"}', "text_unstorable"),
        (b'{"name": "a\\ud800b"}', "text_unstorable"),
        (b'{"name": "' + b"x" * 3_000_000 + b'"}', "input_too_large"),
        (b'{"name": ' + b"9" * 5_000 + b"}", "input_unreadable"),
    ],
    ids=lambda value: value[:24].decode(errors="replace") if isinstance(value, bytes) else value,
)
def test_a_body_that_cannot_be_read_is_refused_in_a_sentence(body: bytes, code: str) -> None:
    answer = Asker.of(make.coordinator()).post("/tokens", body)
    assert answer.code == code
    assert answer.status in {413, 422}
    assert answer.body["error"]["sentence"].endswith(".")


def test_every_fault_of_an_input_is_listed_with_its_place() -> None:
    w = make.world()
    body = _request(w, needed_by="31/12/2023", urgency="high", colour="red") | {"title": 5}
    answer = Asker.of(w.recipient).post(f"/operations/{w.operation.code}/requests", body)
    assert answer.status == 422
    fields = {error["field"]: error["code"] for error in answer.body["errors"]}
    assert fields == {
        "title": "input_unreadable",
        "lines.1.urgency": "input_unreadable",
        "lines.1.needed_by": "date_unreadable",
        "lines.1.colour": "input_unreadable",
    }


def test_an_unknown_address_and_a_wrong_method_have_the_shape_of_every_no() -> None:
    asker = Asker.of(make.coordinator())
    nowhere = asker.get("/nowhere/at/all")
    assert (nowhere.status, nowhere.code) == (404, "no_such_address")
    wrong = Client(SERVER_NAME="localhost").delete(f"{ROOT}/operations")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "method_not_allowed")
    assert asker.post("/tokens", {"name": "x"}, key="not-a-uuid").code == "key_unreadable"
    assert asker.get("/operations/%00/board").status == 404
    assert asker.get("/operations", after="%%%").code == "place_unreadable"
    assert asker.get("/operations", limit=201).code == "input_unreadable"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    body=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=20)
        | st.dates().map(str),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    name=st.sampled_from(["item", "amount", "unit", "needed_by", "urgency", "place", "question"]),
)
def test_whatever_stands_in_a_field_the_answer_is_never_a_server_error(
    body: object, name: str
) -> None:
    w = _world()
    answer = Asker(w[1]).post(
        f"/operations/{w[0].operation.code}/requests", _request(w[0], **{name: body})
    )
    assert answer.status in {201, 403, 404, 409, 422}, answer.body


_kept: list[tuple[make.World, str]] = []


def _world() -> tuple[make.World, str]:
    """Make one world for all examples of a property; it is rolled back with the test."""
    if not _kept or not User.objects.filter(name=_kept[0][0].recipient.name).exists():
        w = make.world()
        token = Asker.of(w.recipient).token
        assert token is not None
        _kept[:] = [(w, token)]
    return _kept[0]


def test_the_day_of_an_act_is_the_site_s_and_not_the_caller_s() -> None:
    w = make.world()
    body = _offer(w) | {
        "happened_at": "2999-01-01T00:00Z",
        "offered_on": date(2023, 2, 1).isoformat(),
    }
    answer = Asker.of(w.donor).post(f"/operations/{w.operation.code}/offers", body)
    assert answer.code == "in_the_future"


def _traces() -> tuple[int, int]:
    return JournalEntry.objects.count(), Transfer.objects.count()
