"""A signed count is corrected, and an arrival adopted, at every door."""

import html
import json
import re
from uuid import uuid4

import click
import pytest
from click.testing import CliRunner, Result
from django.test import Client, override_settings
from django.urls import reverse

from muster.actions import arrivals
from muster.cli.offers import offers as offer_commands
from muster.cli.receipts import receipts as receipt_commands
from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor
from muster.queries.amounts import Typed
from muster.queries.balances import balance
from muster.queries.verification import verify
from muster.records.models import OfferLine, Receipt, UnsolicitedArrival
from tests import make
from tests.doors.asking import Asker, user_of

pytestmark = pytest.mark.usefixtures("records")


def counted(w: make.World) -> Receipt:
    """Of sixty, ten are missing."""
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "60"))
    return make.signed(w, box, missing=10)


def arrived(w: make.World) -> UnsolicitedArrival:
    return arrivals.report_arrival(
        act=make.act(w.coordinator),
        operation=w.operation.pk,
        reference=f"U-{uuid4().hex[:6]}",
        item=make.TENT,
        amount=Typed("7"),
        sender="A village",
        place=make.PLACE,
        arrived_on=make.NOW.date(),
    )


def typed(group: click.Command, actor: Actor, *words: str) -> Result:
    return CliRunner().invoke(group, [*words, "--user", user_of(actor).username])


def client_of(actor: Actor) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user_of(actor), backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(actor: Actor, address: str, **form: object) -> tuple[int, str]:
    """Press a button; give the status, and the page that it leads to."""
    client = client_of(actor)
    with override_settings(CLOCK=make.NOW.isoformat()):
        answer = client.post(address, {"key": str(uuid4()), **form})
        page = client.get(address) if answer.status_code in {302, 303} else answer
    return answer.status_code, html.unescape(page.content.decode())


def test_a_program_corrects_a_count_and_reads_the_difference() -> None:
    w = make.world()
    receipt = counted(w)
    line, box = receipt.lines.get().manifest_line_id, receipt.consignment_id
    address = f"/manifest-lines/{line}/correct"
    asker = Asker.of(w.recipient)
    new = {"good": 56, "damaged": 1, "missing": 3}
    assert asker.post(address, new).code == "reason_missing"
    assert asker.post(address, new | {"good": 57, "reason": "x"}).code == "count_does_not_add_up"
    assert Asker.of(w.donor).post(address, new | {"reason": "x"}).code == "acts_for_another"
    said = asker.post(address, new | {"reason": "found in a truck"})
    assert (said.status, said.body["lines"][0]["good"]) == (200, 50)
    query = f"/operations/{w.operation.code}/corrections"
    [correction] = Asker.of(w.coordinator).get(query, consignment=str(box)).body
    assert (correction["received"], correction["why"]) == (6, "found in a truck")
    assert {(each["before"], each["after"]) for each in correction["moved"]} == {
        ("missing", "good"),
        ("missing", "damaged"),
    }
    assert Asker.of(w.coordinator).get(query, consignment=str(uuid4())).body == []
    assert make.row(w).received == 56
    assert asker.post(address, new | {"extra": 2, "reason": "two more"}).status == 200
    both = Asker.of(w.coordinator).get(query, consignment=str(box)).body
    assert both[1]["moved"] == [{"amount": 2, "before": "uncounted", "after": "extra"}]
    assert both[1]["received"] == 0


def test_a_count_is_corrected_by_a_command() -> None:
    w = make.world()
    receipt = counted(w)
    box = str(receipt.consignment_id)
    counts = ("--good", "60", "--damaged", "0", "--missing", "0", "--reason", "found")
    for number in ("2", "1"):
        result = typed(receipt_commands, w.recipient, "correct", box, number, *counts)
        assert (result.exit_code == 0) == (number == "1"), result.output
    listing = ("corrections", w.operation.code, "--consignment", box, "--format", "json")
    [row] = json.loads(typed(receipt_commands, w.coordinator, *listing).stdout)
    assert (row["received"], row["changed"], row["why"]) == (10, "10 missing -> good", "found")
    more = (*counts[:-1], "a crate more", "--extra", "12")
    result = typed(receipt_commands, w.recipient, "correct", box, "1", *more)
    assert result.exit_code == 0, result.output
    row = json.loads(typed(receipt_commands, w.coordinator, *listing).stdout)[1]
    assert (row["received"], row["changed"]) == (0, "12 uncounted -> extra")


def test_the_recipient_corrects_on_the_receipts_page_and_everyone_reads_it_there() -> None:
    w = make.world()
    receipt = counted(w)
    address = reverse("receipt", kwargs={"receipt_id": receipt.pk})
    with override_settings(CLOCK=make.NOW.isoformat()):
        assert 'value="correct-1"' not in client_of(w.donor).get(address).content.decode()
        text = client_of(w.recipient).get(address).content.decode()
    assert 'value="correct-1"' in text
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    form = {"verb": "correct-1", "correct-1-good": "58", "correct-1-missing": "2"}
    status, text = post(w.recipient, address, **form)
    assert (status, 'href="#field-correct-1-reason"' in text) == (422, True)
    status, text = post(w.recipient, address, **{**form, "correct-1-good": "x"})
    assert (status, 'href="#field-correct-1-good"' in text) == (422, True)
    why = {"correct-1-reason": "stood behind the shed"}
    status, _ = post(w.donor, address, **form, **why)
    assert status == 403
    assert post(w.recipient, address, **{**form, "verb": "correct-9"})[0] == 404
    status, text = post(w.recipient, address, **form, **why)
    assert status == 303
    assert "stood behind the shed" in text
    assert make.row(w).received == 58
    form = {"verb": "correct-1", "correct-1-extra": "7", "correct-1-reason": "a second truck"}
    status, text = post(w.recipient, address, **form)
    assert (status, "from uncounted to extra" in text) == (303, True)
    form["correct-1-extra"] = "-1"
    status, text = post(w.recipient, address, **form)
    assert (status, 'href="#field-correct-1-extra"' in text) == (422, True)


def test_an_arrival_is_adopted_by_a_program_a_command_and_on_its_page() -> None:
    w = make.world()
    need = make.asked(w)
    one, two, three = arrived(w), arrived(w), arrived(w)
    asker = Asker.of(w.coordinator)
    form = {"donor": "DEU", "answers": str(need.pk)}
    assert asker.post(f"/arrivals/{one.pk}/adopt", form).code == "reason_missing"
    said = asker.post(f"/arrivals/{one.pk}/adopt", form | {"reason": "by letter"})
    assert (said.status, said.body["amount"], said.body["donor"]) == (200, 7, "DEU")
    words = ("adopt", two.reference, "--donor", "DEU", "--reason", "by letter")
    assert typed(offer_commands, w.donor, *words).exit_code != 0
    result = typed(offer_commands, w.coordinator, *words, "--answers", str(need.pk))
    assert result.exit_code == 0, result.output
    address = reverse("arrival", kwargs={"arrival_id": three.pk})
    status, text = post(w.coordinator, address, verb="adopt", **{"adopt-reason": "by letter"})
    assert (status, 'href="#field-adopt-donor"' in text) == (404, True)
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    chosen = {"adopt-donor": "DEU", "adopt-answers": str(need.pk), "adopt-reason": "by letter"}
    assert post(w.coordinator, address, verb="adopt", **chosen)[0] == 303
    assert make.row(w).offered == 21
    for arrival in (one, two, three):
        line = OfferLine.objects.get(offer__reference=arrival.reference)
        assert (balance(K.QUARANTINE, arrival.pk), balance(K.AVAILABLE, line.pk)) == (0, 7)
    assert verify().differences == ()


def test_a_discrepancy_is_resolved_at_every_door() -> None:
    w = make.world()
    receipts = [counted(w) for _ in range(3)]
    query = f"/operations/{w.operation.code}/discrepancies"
    asker = Asker.of(w.coordinator)
    listed = asker.get(query, stage="open").body["items"]
    cases = {case["consignment"]: case["id"] for case in listed}
    by_api, by_cli, by_page = receipts
    address = f"/discrepancies/{cases[str(by_api.consignment_id)]}/resolve"
    assert asker.post(address, {}).code == "reason_missing"
    assert asker.post(address, {"reason": "paid for"}).body["stage"] == "resolved"
    key = cases[str(by_cli.consignment_id)]
    said = typed(receipt_commands, w.recipient, "resolve", key, "--reason", "paid for")
    assert said.exit_code == 0, said.output
    page = reverse("receipt", kwargs={"receipt_id": by_page.pk})
    form = {"verb": "resolve-1", "resolve-1-reason": "paid for"}
    status, seen = post(w.recipient, page, **form)
    assert (status, "resolved" in seen, "paid for" in seen) == (303, True, True)
    assert post(w.recipient, page, **form)[0] == 409
    assert asker.get(query, stage="open").body["items"] == []
    assert [case["stage"] for case in asker.get(query).body["items"]] == ["resolved"] * 3
    said = typed(receipt_commands, w.recipient, "discrepancies", w.operation.code, "--all")
    assert said.output.count("resolved") == 3
