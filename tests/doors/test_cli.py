"""The command line: it translates, and everything else is said by the actions."""

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import pytest
from click.testing import CliRunner, Result

from muster.actions.register import token_digest
from muster.cli.allocations import allocations
from muster.cli.board import board
from muster.cli.catalogue import items
from muster.cli.consignments import consignments
from muster.cli.journal import journal
from muster.cli.offers import offers
from muster.cli.plans import plan
from muster.cli.register import register
from muster.cli.reports import report
from muster.cli.requests import requests
from muster.core.actors import Actor
from muster.core.refusals import (
    ActsForAnother,
    AmountFractional,
    AmountNotPositive,
    DateUnreadable,
    ItemUnknown,
    KeyReused,
    NotFound,
    Refusal,
    SignInNeeded,
    UnitUnknown,
)
from muster.queries.tokens import actor_with_token
from muster.records.models import User
from muster.server import main as program
from tests.make import TENT, World, agreed, asked, offered, proposed, world

_DOCS = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"


def _run(command: click.Command, *arguments: str) -> Result:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=True)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def _read(command: click.Command, *arguments: str) -> Any:  # noqa: ANN401 - as JSON has it
    return json.loads(_run(command, *arguments, "--format", "json").stdout)


def _named(actor: Actor) -> str:
    assert actor.user_id is not None
    return User.objects.get(pk=actor.user_id).username


def _offer(w: World, *more: str, user: Actor | None = None) -> list[str]:
    who = ["--user", _named(user or w.donor)]
    reference = ["--reference", f"O-{uuid4().hex[:8]}"]
    return ["make", w.operation.code, "--donor", w.donor_code, *reference, *who, *more]


@pytest.mark.usefixtures("records")
def test_a_need_goes_from_request_to_receipt_by_commands_alone() -> None:
    w = world()
    recipient, donor = ["--user", _named(w.recipient)], ["--user", _named(w.donor)]
    centre = ["--user", "anna"]
    code = w.operation.code
    _run(
        requests,
        *("draft", code, "--recipient", "UKR", "--reference", "R-1", "--title", "Tents"),
        *("--item", TENT, "--amount", "up to 100", "--urgency", "1", *recipient),
    )
    _run(requests, "submit", "R-1", *recipient)
    _run(requests, "validate", "R-1", *recipient)
    _run(requests, "circulate", "R-1", *centre)
    _run(
        offers,
        *("make", code, "--donor", "DEU", "--reference", "O-1", "--item", TENT),
        *("--amount", "60", "--answers", "R-1/1", *donor),
    )
    _run(offers, "accept", "O-1/1", "--amount", "50", *recipient)
    made = _read(allocations, "propose", "O-1/1", "R-1/1", "--amount", "50", *centre)
    _run(allocations, "confirm", made["id"], *donor)
    assert _read(allocations, "accept", made["id"], *recipient)["stage"] == "agreed"
    _run(
        consignments,
        *("plan", code, "--donor", "DEU", "--reference", "C-1", "--consignee", "UKR", *donor),
    )
    _run(consignments, "pack", "C-1", made["id"], "--amount", "50", *donor)
    _run(consignments, "lock", "C-1", *donor)
    _run(consignments, "dispatch", "C-1", *donor)
    _run(consignments, "event", "C-1", "reach_hub", "--place", "HUB-RZESZOW", *donor)
    _run(consignments, "hand-over", "C-1", "--place", "DEP-KYIV", *donor)
    _run(consignments, "receive", "C-1", "--count", "1", "48", "2", "0", "0", "0", *recipient)
    (line,) = _read(board, code)
    assert (line["asked"], line["allocated"], line["dispatched"]) == (100, 50, 50)
    assert (line["received"], line["remaining"]) == (48, 52)
    (box,) = _read(consignments, "list", code)
    assert box["stage"] == "accepted_with_discrepancy"


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        (["--item", "NO-SUCH", "--amount", "1"], ItemUnknown),
        (["--item", TENT, "--amount", "0"], AmountNotPositive),
        (["--item", TENT, "--amount", "-5"], AmountNotPositive),
        (["--item", TENT, "--amount", "1.5"], AmountFractional),
        (["--item", TENT, "--amount", "1", "--unit", "litre"], UnitUnknown),
        (["--item", TENT, "--amount", "1", "--available-from", "soon"], DateUnreadable),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(
    more: Sequence[str], refusal: type[Refusal]
) -> None:
    w = world()
    with pytest.raises(refusal):
        _run(offers, *_offer(w, *more))
    assert _read(offers, "list", w.operation.code) == []


@pytest.mark.usefixtures("records")
def test_a_party_cannot_act_for_another() -> None:
    w, other = world(), world(donor="POL")
    with pytest.raises(ActsForAnother):
        _run(offers, *_offer(w, "--item", TENT, "--amount", "1", user=other.donor))


@pytest.mark.usefixtures("records")
def test_the_machines_operator_reads_and_cannot_act() -> None:
    w = world()
    line = asked(w)
    assert _read(requests, "show", line.request.reference)["stage"] == "circulated"
    with pytest.raises(SignInNeeded):
        _run(requests, "reject", line.request.reference, "--reason", "none")


@pytest.mark.usefixtures("records")
def test_a_token_from_the_command_line_acts_as_its_person_and_as_nobody_else() -> None:
    w = world()
    secret = _read(register, "token", "--user", _named(w.donor))["token"]
    found = actor_with_token(token_digest(secret))
    assert found is not None
    assert found.user_id == w.donor.user_id
    with pytest.raises(SignInNeeded):
        _run(register, "token")


@pytest.mark.usefixtures("records")
def test_the_journal_is_exported_whole_and_as_a_chain() -> None:
    w = world()
    offered(w)
    lines = [
        json.loads(line)
        for line in _run(journal, "--operation", w.operation.code, "--export").stdout.splitlines()
    ]
    assert [line["link"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["previous_hash"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]
    assert lines[-1]["content"]["donor"] == w.donor_code


@pytest.mark.usefixtures("records")
def test_a_retry_under_its_key_is_answered_and_other_content_is_refused() -> None:
    w = world()
    key = str(uuid4())
    again = _offer(w, "--item", TENT, "--amount", "7", "--key", key)
    first, second = _read(offers, *again), _read(offers, *again)
    assert first == second
    assert len(_read(offers, "list", w.operation.code)) == 1
    again[again.index("7")] = "8"
    with pytest.raises(KeyReused):
        _run(offers, *again)


@pytest.mark.usefixtures("records")
def test_lines_of_a_file_are_all_offered_and_an_unknown_word_is_refused(tmp_path: Path) -> None:
    w = world()
    file = tmp_path / "lines.json"
    file.write_text(json.dumps([{"item": TENT, "amount": "10"}, {"item": TENT, "amount": 20}]))
    _run(offers, *_offer(w, "--lines", str(file)))
    listed = _read(offers, "list", w.operation.code)
    assert [row["offered"] for row in listed] == [10, 20]
    file.write_text(json.dumps([{"item": TENT, "ammount": "10"}]))
    with pytest.raises(Refusal, match="ammount"):
        _run(offers, *_offer(w, "--lines", str(file)))


@pytest.mark.usefixtures("records")
def test_what_a_user_may_not_see_is_in_no_listing() -> None:
    w, other = world(), world(donor="POL")
    _run(offers, *_offer(w, "--item", TENT, "--amount", "5", "--restricted"))
    stranger = ["--user", _named(other.donor)]
    assert len(_read(offers, "list", w.operation.code)) == 1
    assert _read(offers, "list", w.operation.code, *stranger) == []
    reference = _read(offers, "list", w.operation.code)[0]["line"].rpartition("/")[0]
    with pytest.raises(NotFound):
        _run(offers, "show", reference, *stranger)


@pytest.mark.usefixtures("records")
def test_a_plan_is_a_proposal_until_it_is_taken_up() -> None:
    w = world()
    asked(w, "100")
    offered(w, "40")
    code = w.operation.code
    shown = _read(plan, code, "--method", "greedy")
    assert [move["amount"] for move in shown["plan"]["moves"]] == [40]
    assert shown["plan"]["unmet"][0]["amount"] == 60
    assert _read(allocations, "list", code) == []
    kept = _read(plan, code, "--keep", "--user", "anna")
    assert kept["id"]
    assert _read(allocations, "list", code) == []
    _run(plan, code, "--take-up", "--user", "anna")
    assert [row["amount"] for row in _read(allocations, "list", code)] == [40]


@pytest.mark.usefixtures("records")
def test_a_long_list_is_read_page_by_page() -> None:
    w = world()
    need, gift = asked(w, "9"), offered(w, "9")
    for _ in range(3):
        proposed(w, gift, need, "1")
    whole = _read(allocations, "list", w.operation.code)
    page = _run(allocations, "list", w.operation.code, "--limit", "2", "--format", "json")
    place = page.stderr.split("--after ")[1].strip()
    rest = _read(allocations, "list", w.operation.code, "--after", place)
    assert json.loads(page.stdout) + rest == whole


@pytest.mark.usefixtures("records")
def test_a_report_is_written_by_one_and_shown_as_text() -> None:
    w = world()
    agreed(w, offered(w, "5"), asked(w, "9"), "5")
    made = _read(report, "draft", w.operation.code, "--user", "anna")
    _run(report, "submit", made["name"], "--user", "anna")
    with pytest.raises(Refusal, match="someone other than its originator"):
        _run(report, "approve", made["name"], "--user", "anna")
    assert made["name"] in _run(report, "show", made["name"], "--text").stdout
    (row,) = _read(report, "list", w.operation.code)
    assert row["stage"] == "submitted"


@pytest.mark.usefixtures("records")
def test_each_act_of_the_command_line_is_in_the_journal_with_its_door() -> None:
    w = world()
    _run(offers, *_offer(w, "--item", TENT, "--amount", "5", "--reason", "from stock"))
    newest = _read(journal, "--operation", w.operation.code, "--limit", "1")[0]
    assert (newest["verb"], newest["door"], newest["reason"]) == (
        "make an offer",
        "cli",
        "from stock",
    )
    assert newest["for"] == "DEU"


@pytest.mark.usefixtures("records")
def test_the_catalogue_is_searched_by_words() -> None:
    found = _read(items, "--search", "tent family")
    assert TENT in [item["code"] for item in found]
    assert all("tent" in item["name"].casefold() for item in found)


@pytest.mark.usefixtures("records")
def test_members_are_those_of_the_day() -> None:
    counts = [
        len(_read(register, "members", "--on", day))
        for day in ("2023-04-03", "2023-04-04", "2023-04-20", "2024-03-07")
    ]
    assert counts == [30, 31, 31, 32]


_HEADING = re.compile(r"^#{2,3} `(muster .+)`$", re.MULTILINE)
# These mean the same everywhere, and are told once at the top of the page.
_SHARED = {"--help", "--format", "--user", "--key", "--reason"}


def test_help_is_given_where_there_is_no_site_yet(tmp_path: Path) -> None:
    surroundings = {"PATH": os.environ["PATH"], "MUSTER_HOME": str(tmp_path / "nothing")}
    for line in ("--help", "board --help", "receipts correct --help"):
        told = subprocess.run(
            [sys.executable, "-m", "muster", *line.split()],
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        assert told.stdout.startswith("Usage: muster")
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("boad", "No such command 'boad'. See muster --help."),
        ("init --foo", "No such option '--foo'. See muster init --help."),
        ("restore", "Missing argument 'FILE'. See muster restore --help."),
    ],
)
def test_a_wrong_call_is_refused_in_one_sentence_that_names_the_help(
    line: str, said: str, tmp_path: Path
) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "muster", *line.split()],
        env={"PATH": os.environ["PATH"], "MUSTER_HOME": str(tmp_path / "nothing")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.endswith(f"{said} [called_wrongly]\n")
    assert len(told.stderr.splitlines()) == 1


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _commands(child, f"{path} {name}")
    else:
        yield path, command


def _every_command() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, (module, _, _) in program._COMMANDS.items():
        command = getattr(importlib.import_module(module), program.attribute_of(name))
        found |= dict(_commands(command, f"muster {name}"))
    return found


def _documented() -> dict[str, str]:
    parts = _HEADING.split(_DOCS.read_text())
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    assert sorted(_documented()) == sorted(_every_command())


def test_every_option_of_every_command_is_documented() -> None:
    sections = _documented()
    missing = [
        f"{path} {option.opts[0]}"
        for path, command in _every_command().items()
        for option in command.params
        if isinstance(option, click.Option) and option.opts[0] not in _SHARED
        if f"`{option.opts[0]}`" not in sections[path]
    ]
    assert missing == []
