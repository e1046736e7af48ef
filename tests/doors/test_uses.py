"""What a need is for is stated at every door, and a word that is no use is refused at each."""

import json

import pytest

from muster.cli.requests import requests as commands
from muster.core.refusals import ChoiceUnknown
from muster.core.uses import Use
from muster.records.models import RequestLine
from tests import make
from tests.doors.asking import Asker, user_of
from tests.doors.commanding import run
from tests.doors.test_pages_requests_offers import head_of, lines_of, signed_in, text_of

pytestmark = pytest.mark.usefixtures("records")


def test_a_use_is_stated_on_the_page_and_shown_with_the_need_and_what_is_promised() -> None:
    w = make.world()
    client = signed_in(w.recipient)
    here = f"/operations/{w.operation.code}/requests/new"
    wrong = client.post(here, head_of(w) | lines_of(**{"use-1": "combat"}))
    assert wrong.status_code == 422
    assert 'id="field-use-1"' in text_of(wrong)
    assert not RequestLine.objects.filter(operation=w.operation).exists()
    made = client.post(here, head_of(w) | lines_of(**{"use-1": "civil_protection"}))
    assert made.status_code == 303
    assert "civil protection" in text_of(client.get(made["Location"]))
    need = make.asked(w, use="mine_action")
    promised = make.proposed(w, make.offered(w), need, "1")
    assert "mine action" in text_of(client.get(f"/allocations/{promised.pk}"))


def test_a_use_is_stated_by_the_api_and_goes_with_the_allocation() -> None:
    w = make.world()
    asker = Asker.of(w.recipient)
    assert {each["use"] for each in asker.get("/uses").body} == set(Use)
    line = {"item": make.TENT, "amount": "7", "use": "combat"}
    body = {**head_of(w), "lines": [line]}
    refused = asker.post(f"/operations/{w.operation.code}/requests", body)
    assert (refused.status, refused.code) == (422, "choice_unknown")
    assert refused.body["error"]["field"] == "lines.1.use"
    body["lines"] = [{**line, "use": "medical"}]
    made = asker.post(f"/operations/{w.operation.code}/requests", body)
    assert made.body["lines"][0]["use"] == "medical"
    promised = make.proposed(w, make.offered(w), make.asked(w, use="medical"), "1")
    assert asker.get(f"/allocations/{promised.pk}").body["use"] == "medical"


def test_a_use_is_stated_by_a_command() -> None:
    w = make.world()
    given = ["draft", w.operation.code, "--recipient=UKR", "--title=Tents", f"--item={make.TENT}"]
    given += ["--amount=7", f"--user={user_of(w.recipient).username}"]
    with pytest.raises(ChoiceUnknown):
        run(commands, *given, "--reference=R/1", "--use=combat")
    run(commands, *given, "--reference=R/2", "--use=public order", "--place=HUB-LVIV")
    [need] = RequestLine.objects.filter(operation=w.operation)
    assert (need.use, need.place) == ("public_order", "HUB-LVIV")
    listed = json.loads(run(commands, "uses", "--format=json").output)
    assert [each["use"] for each in listed] == list(Use)
