"""Members through time at the API and the command line."""

import json
from typing import Any
from uuid import uuid4

import pytest

from muster.cli.register import register
from muster.core.accessions import InForceBeforeDeposit
from muster.core.actors import Role
from muster.core.effects import CannotLeave
from muster.core.refusals import DateUnreadable, PartyUnknown, RoleMissing, SignInNeeded
from tests import make
from tests.doors.asking import Asker, user_of
from tests.doors.commanding import run

pytestmark = pytest.mark.usefixtures("records")
FINLAND = ("--of", "FIN", "--in", "NATO", "--on", "2023-04-04")


def read(*arguments: str) -> Any:  # noqa: ANN401 - as JSON has it
    return json.loads(run(register, *arguments, "--format", "json").stdout)


def test_the_effect_is_one_answer_at_the_api_and_the_command_line() -> None:
    typed = read("effect", *FINLAND)
    asked = Asker.of(make.coordinator()).get("/effect", of="FIN", on="2023-04-04")
    assert asked.status == 200
    assert asked.body == typed
    [russia] = [b for b in typed["borders"] if b["neighbour"] == "RUS"]
    assert {s["ratio"] for s in russia["sums"]} == {"1.994", "2.104", "2.147"}
    assert (typed["members_before"], typed["members_after"]) == (30, 31)


def test_the_effect_in_words_names_each_method_and_the_range() -> None:
    said = run(register, "effect", *FINLAND).output
    assert "1.994 to 2.147 times" in said
    for word in ("factbook", "natural_earth_10m", "stated", "FIN 1,309", "ISL", "Article 5"):
        assert word in said


def test_the_timeline_and_the_count_are_the_same_at_both_doors() -> None:
    asker = Asker.of(make.coordinator())
    assert asker.get("/parties/SWE/timeline").body == read("timeline", "SWE")
    assert asker.get("/parties/NATO/members").body == read("count")
    assert read("count")[-1] == {
        "on": "2024-03-07",
        "members": 32,
        "joined": ["Sweden"],
        "left": [],
    }
    assert "ratified by Hungary" in run(register, "timeline", "FIN").output


def test_a_step_is_recorded_at_both_doors_by_a_coordinator_alone() -> None:
    anna = user_of(make.coordinator()).username
    typed = ["AUT", "invited", "--on", "2026-01-01", "--source", "a letter"]
    with pytest.raises(SignInNeeded):
        run(register, "step", *typed)
    with pytest.raises(RoleMissing):
        run(register, "step", *typed, "--user", user_of(make.person(Role.DONOR, "DEU")).username)
    run(register, "step", *typed, "--user", anna)
    asker = Asker.of(make.coordinator())
    body = {"party": "AUT", "step": "protocols_signed", "on": "2026-01-02", "source": "x"}
    made = asker.post("/accession-steps", body)
    assert made.status == 201
    right = {"on": "2026-01-03", "source": "y", "reason": "misread"}
    mended = asker.post(f"/accession-steps/{made.body['id']}/correction", right)
    assert (mended.status, mended.body["on"]) == (201, "2026-01-03")
    assert [s["on"] for s in read("timeline", "AUT")["steps"]] == ["2026-01-01", "2026-01-03"]


def test_what_is_wrong_is_refused_in_the_same_words_at_both_doors() -> None:
    asker = Asker.of(make.coordinator())
    early = {"party": "AUT", "step": "in_force", "on": "2026-01-02", "source": "x"}
    assert asker.post("/accession-steps", early).code == InForceBeforeDeposit.code
    assert asker.get("/effect", of="GEO", way="leaves").code == CannotLeave.code
    assert asker.get("/effect", of="FIN", way="sideways").code == "input_unreadable"
    assert asker.get("/parties/NOBODY/timeline").code == PartyUnknown.code
    assert asker.get("/parties/NOBODY/members").code == PartyUnknown.code
    missing = asker.post(f"/accession-steps/{uuid4()}/correction",
                         {"on": "2026-01-01", "source": "x", "reason": "y"})  # fmt: skip
    assert missing.status == 404
    with pytest.raises(CannotLeave):
        run(register, "effect", "--of", "GEO", "--in", "NATO", "--way", "leaves")
    with pytest.raises(DateUnreadable):
        run(register, "effect", "--of", "FIN", "--in", "NATO", "--on", "4 of April")
    with pytest.raises(PartyUnknown):
        run(register, "members", "--body", "NOBODY")
