"""What was typed and what it means in the smallest unit are both kept and shown at every door."""

import json
import re
from typing import Any

import click
import pytest
from click.testing import CliRunner
from django.test import Client, override_settings
from django.urls import reverse

from muster.actions import proposals
from muster.cli.allocations import allocations as allocation_commands
from muster.cli.board import board as board_command
from muster.cli.offers import offers as offer_commands
from muster.cli.requests import requests as request_commands
from muster.core.actors import Actor
from muster.queries.amounts import Typed
from muster.records.models import Allocation, OfferLine, RequestLine
from tests import make
from tests.doors.asking import Asker, user_of

pytestmark = pytest.mark.usefixtures("records")
GLOVES = "MED-GLV-EXM"


Boxes = tuple[make.World, RequestLine, OfferLine, Allocation]


@pytest.fixture
def boxes() -> Boxes:
    """Thirty boxes of gloves are asked for, two cartons offered, ten boxes proposed."""
    w = make.world()
    taking = make.asked(w, "30", unit="box", item=GLOVES)
    giving = make.offered(w, "2", unit="carton", item=GLOVES)
    promised = proposals.propose_allocation(
        act=make.act(w.coordinator),
        offer_line=giving.pk,
        request_line=taking.pk,
        amount=Typed("10", "box"),
    )
    return w, taking, giving, promised


def read(command: click.Command, actor: Actor, *words: str) -> Any:  # noqa: ANN401 - JSON
    said = (*words, "--format", "json", "--user", user_of(actor).username)
    result = CliRunner().invoke(command, said)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_program_reads_both(boxes: Boxes) -> None:
    w, taking, giving, promised = boxes
    asker = Asker.of(w.coordinator)
    [line] = asker.get(f"/requests/{taking.request_id}").body["lines"]
    assert (line["typed_amount"], line["typed_unit"], line["high"]) == ("30", "box", 3000)
    said = asker.get(f"/offer-lines/{giving.pk}").body
    assert (said["typed_amount"], said["typed_unit"], said["amount"]) == ("2", "carton", 2000)
    said = asker.get(f"/allocations/{promised.pk}").body
    assert (said["typed_amount"], said["typed_unit"], said["amount"]) == ("10", "box", 1000)
    [row] = asker.get(f"/operations/{w.operation.code}/board").body["lines"]
    assert (row["typed"], row["asked"]) == ("30 box", 3000)


def test_a_command_prints_both(boxes: Boxes) -> None:
    w, taking, giving, promised = boxes
    [line] = read(request_commands, w.coordinator, "show", str(taking.request_id))["lines"]
    assert (line["typed_first"], line["asked"]) == ("30 box", "3,000")
    offer = read(offer_commands, w.coordinator, "show", str(giving.offer_id))
    assert (offer["lines"][0]["typed"], offer["lines"][0]["offered"]) == ("2 carton", 2000)
    said = read(allocation_commands, w.coordinator, "show", str(promised.pk))
    assert (said["typed"], said["amount"]) == ("10 box", 1000)
    [row] = read(board_command, w.coordinator, w.operation.code)
    assert (row["typed"], row["asked"]) == ("30 box", 3000)


def test_a_page_shows_both(boxes: Boxes) -> None:
    w, taking, giving, promised = boxes
    client = Client(SERVER_NAME="localhost")
    backend = "django.contrib.auth.backends.ModelBackend"
    client.force_login(user_of(w.coordinator), backend=backend)
    pages = (
        (reverse("request", kwargs={"request_id": taking.request_id}), "30 boxe?s?", "3,000"),
        (reverse("offer", kwargs={"offer_id": giving.offer_id}), "2 cartons?", "2,000"),
        (reverse("allocation", kwargs={"allocation_id": promised.pk}), "10 boxe?s?", "1,000"),
    )
    with override_settings(CLOCK=make.NOW.isoformat()):
        for address, typed, means in pages:
            text = client.get(address).content.decode().replace("\xa0", " ").replace("&nbsp;", " ")
            shown = rf"<q>{typed}</q> <span class=\"means\">.*?{means}"
            assert re.search(shown, text, re.DOTALL), (address, typed)
