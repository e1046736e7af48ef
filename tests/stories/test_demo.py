"""The demo as a stranger meets it: the program itself, in a home of its own."""

import fcntl
import itertools
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import muster
from muster.server import sites
from muster.server.refusals import NotADemo

_SCENARIO = Path(muster.__file__).parent / "cli" / "scenario"
_TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "first-hour.md"
_SECONDS = 180


@dataclass(frozen=True)
class Home:
    """A home of Muster's that nobody else uses."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MUSTER_", "DATABASE_"))}
        return {**kept, "MUSTER_HOME": str(self.folder), "MUSTER_DURABLE": "0"}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "muster", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=_SECONDS)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def demo(self) -> subprocess.CompletedProcess[str]:
        return self.run("demo", "--no-serve", "--format", "json")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def first(home: Home) -> subprocess.CompletedProcess[str]:
    done = home.demo()
    assert done.returncode == 0, done.stderr[-2000:]
    return done


@pytest.fixture(scope="module")
def outcome(first: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(first.stdout)
    return read


def test_the_demo_ends_with_the_promised_object_and_nothing_else(outcome: dict[str, Any]) -> None:
    assert list(outcome) == ["operations", "lines", "unaccounted", "sitrep"]
    assert [operation["code"] for operation in outcome["operations"]] == ["UKR-2022", "TUR-2023"]
    promised = {
        *("operation", "line", "item", "asked", "offered", "allocated"),
        *("dispatched", "received", "remaining"),
    }
    assert all(promised <= line.keys() for line in outcome["lines"])
    assert outcome["unaccounted"] == 0
    assert outcome["sitrep"] == "OPS(CENTRE)(2023)0002"


def test_what_is_promised_sent_and_received_never_exceeds_what_comes_before(
    outcome: dict[str, Any],
) -> None:
    assert len(outcome["lines"]) >= 50
    for line in outcome["lines"]:
        assert line["received"] <= line["dispatched"] <= line["allocated"] <= line["offered"]
        if line["asked"] is None:
            assert line["remaining"] is None
            assert line["allocated"] == 0
            continue
        whole = line["asked"] + line["over_accepted"]
        assert line["remaining"] == whole - line["allocated"] + line["fell_short"]


def test_the_published_requests_are_entered_whole(outcome: dict[str, Any]) -> None:
    of_2022 = [line for line in outcome["lines"] if line["line"].startswith("UKR-2022/REQ/01/")]
    of_2024 = [line for line in outcome["lines"] if line["line"].startswith("UKR-2022/REQ/04/")]
    assert len(of_2022) >= 17
    assert len(of_2024) == 6
    assert sum(line["asked"] is None for line in of_2022) == 6
    (recon,) = [line for line in of_2022 if line["code"] == "CBR-VEH-RCN"]
    assert recon["asked"] == 31


def test_damaged_and_missing_goods_leave_the_need_open(outcome: dict[str, Any]) -> None:
    (fleece,) = [line for line in outcome["lines"] if line["code"] == "CLO-JKT-FLC"]
    assert fleece["over_accepted"] == 1700
    assert (fleece["dispatched"], fleece["received"]) == (16_700, 16_640)
    assert fleece["remaining"] == 60


def test_every_rule_that_the_scenario_puts_to_the_test_refuses(
    first: subprocess.CompletedProcess[str],
) -> None:
    expected = sorted(_expected_refusals())
    lines = [line for line in first.stderr.splitlines() if "  refused   " in line]
    assert sorted(line.rsplit("[", 1)[1].rstrip("]") for line in lines) == expected
    assert len(expected) >= 4


def _expected_refusals() -> Iterator[str]:
    for file in _SCENARIO.glob("*.toml"):
        tables = tomllib.loads(file.read_text())
        for table in [*tables.get("offers", []), *tables.get("consignments", [])]:
            yield from (
                line["expect_refusal"] for line in table["lines"] if "expect_refusal" in line
            )


@pytest.mark.usefixtures("first")
def test_the_journal_runs_in_the_order_of_time(home: Home) -> None:
    done = home.run("--site", "demo", "journal", "--limit", "1000", "--format", "json")
    lines = json.loads(done.stdout)
    moments = [line["recorded_at"] for line in sorted(lines, key=lambda line: line["number"])]
    assert len(moments) > 200
    assert moments == sorted(moments)


@pytest.mark.usefixtures("first")
def test_the_report_at_the_clock_says_what_has_changed_and_names_two_people(home: Home) -> None:
    text = home.run("report", "show", "OPS(CENTRE)(2023)0002", "--text").stdout
    assert "Anna Lindqvist" in text
    assert "Bruno Maes" in text
    assert any(line.startswith("| ") for line in text.splitlines())


@pytest.mark.usefixtures("first")
def test_thirty_one_members_are_listed_on_the_scenarios_day(home: Home) -> None:
    listed = home.run("register", "members", "--on", "2023-04-20", "--format", "json")
    members = {row["code"]: row["since"] for row in json.loads(listed.stdout)}
    assert len(members) == 31
    assert members["FIN"] == "2023-04-04"
    assert "SWE" not in members


# From here on the demo's records are changed, and then made anew.
@pytest.mark.usefixtures("first")
def test_what_the_tutorial_has_you_type_does_what_it_says(home: Home) -> None:
    allocation = ""
    for command, refusal in _typed_in_the_tutorial():
        done = home.run("--site", "demo", *shlex.split(command.replace("ALLOCATION", allocation)))
        assert done.returncode == (2 if refusal else 0), f"{command}: {done.stderr}"
        assert refusal in done.stderr
        if " propose " in command and not refusal:
            allocation = done.stdout.rsplit("(", 1)[1].split(")", 1)[0]


def _typed_in_the_tutorial() -> Iterator[tuple[str, str]]:
    """Give each command of the tutorial, and the code in brackets that stands below it, if any."""
    lines = _TUTORIAL.read_text().splitlines()
    for line, below in itertools.pairwise(lines):
        if line.startswith("$ ./muster "):
            yield line.removeprefix("$ ./muster "), below if below.startswith("[") else ""


def test_a_demo_killed_in_the_middle_leaves_a_whole_ledger_and_the_next_tells_the_same(
    home: Home, outcome: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    process = home.start("demo", "--no-serve", "--format", "json")
    _wait_for(process, "November 2022")
    process.kill()
    process.communicate()
    verified = home.run("verify")
    assert verified.returncode == 0, verified.stderr
    assert "every unit is accounted for" in verified.stdout
    left = _leave_half_made(home, monkeypatch)
    assert json.loads(home.demo().stdout) == outcome
    assert left not in _databases(home, monkeypatch)


def test_a_demo_whose_database_is_killed_says_so_and_leaves_a_whole_ledger(home: Home) -> None:
    process = home.start("demo", "--no-serve", "--format", "json")
    _wait_for(process, "October 2022")
    written = home.folder / "postgresql" / "cluster" / "data" / "postmaster.pid"
    os.kill(int(written.read_text().splitlines()[0]), signal.SIGKILL)
    _, said = process.communicate()
    assert process.returncode == 2, said
    assert "[database_gone]" in said
    assert "Traceback" not in said
    verified = home.run("verify")
    assert "every unit is accounted for" in verified.stdout, verified.stderr


def test_a_second_demo_at_once_is_refused(home: Home) -> None:
    home.folder.mkdir(exist_ok=True)
    with (home.folder / "demo.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = home.demo()
    assert done.returncode == 2
    assert "[demo_running]" in done.stderr


def test_a_taken_port_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    home = Home(tmp_path / "untouched")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = home.run("demo", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "[port_taken]" in done.stderr
    assert not home.folder.exists()


@pytest.mark.usefixtures("first")
def test_a_database_that_the_demo_did_not_make_is_left_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    _live_in(home, monkeypatch)
    with sites.running_server() as server:
        name = server.database(sites.SiteName.DEMO)
        with server.connect() as connection:
            connection.execute(f"COMMENT ON DATABASE {name} IS 'somebody else''s'")
        try:
            with pytest.raises(NotADemo):
                sites.drop_demo_database(server, name)
            refused = home.demo()
            assert refused.returncode == 2
            assert "[not_a_demo]" in refused.stderr
            assert sites.mark_of(server, name) == "somebody else's"
        finally:
            sites.mark_as_demo(server, name, "scenario")


@pytest.mark.usefixtures("first")
def test_ctrl_c_stops_the_demo_with_one_word(home: Home) -> None:
    process = home.start("demo", "--no-serve", "--format", "json")
    _wait_for(process, "April 2022")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=_SECONDS)
    assert process.returncode == 130
    assert out == ""
    assert err.splitlines()[-1] == "Stopped."
    assert "Traceback" not in err


def _leave_half_made(home: Home, monkeypatch: pytest.MonkeyPatch) -> str:
    """Leave a database as a demo does that is killed while it makes one."""
    _live_in(home, monkeypatch)
    with sites.running_server() as server:
        left = f"{server.database(sites.SiteName.DEMO)}_making_0123456789ab"
        sites.create_database(server, left)
    return left


def _databases(home: Home, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    _live_in(home, monkeypatch)
    with sites.running_server() as server, server.connect() as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def _live_in(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in home.environment.items():
        monkeypatch.setenv(name, value)


def _wait_for(process: subprocess.Popen[str], text: str) -> None:
    """Read what a demo says until it comes to a chapter."""
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            return
    message = f"the demo ended before it told of {text}"
    raise AssertionError(message)
