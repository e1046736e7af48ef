"""Crashes under load: whatever is killed when, what was answered "done" is there, once."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from muster.server.embedded.cluster import APP, OWNER, Cluster, start, status, stop
from muster.server.embedded.places import places_of

ROOT = Path(__file__).parents[2]
CRASHES = int(os.environ.get("MUSTER_CRASHES", "6"))
CLIENTS = ("direct-1", "direct-2", "http-1")
BULK = "bulk-1"
IN_THE_MIDDLE_WITHIN_S = 60.0
LATEST_S = 0.5
RECOVERS_WITHIN_S = 120.0
_CLIENT = (
    "import sys, django; django.setup(); "
    "from tests.stories.under_load import main; main(*sys.argv[1:])"
)


class Site:
    """A site with everything that can be killed: clients, a web server, PostgreSQL."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.stack = stack
        self.claims: list[Cluster] = [start(self.home)]
        self.port = _free_port()
        self.started = 0
        self.clients: dict[str, tuple[Path, subprocess.Popen[bytes]]] = {}
        stack.callback(stop, self.home)
        where = self.claims[0].dsn("postgres", OWNER)
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute("CREATE DATABASE load")
        self.ask("build", str(min(3 + CRASHES, 40)))

    def environment(self) -> dict[str, str]:
        cluster = self.claims[0]
        return {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "MUSTER_APP_DSN": json.dumps(cluster.conninfo("load", APP)),
            "MUSTER_OWNER_DSN": json.dumps(cluster.conninfo("load", OWNER)),
            "MUSTER_CLOCK": "",
            "DJANGO_SETTINGS_MODULE": "muster.server.settings",
        }

    def command(self, mode: str, *more: str) -> list[str]:
        return [
            *(sys.executable, "-c", _CLIENT, mode),
            *(str(self.folder / "world.json"), *more),
        ]

    def ask(self, mode: str, *more: str) -> str:
        done = subprocess.run(
            self.command(mode, *more),
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    def spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        words = (self.folder / "words.log").open("ab")
        with words:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.PIPE,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )
        self.stack.callback(kill, process)
        return process

    def start_web(self) -> None:
        self.web = self.spawn(
            [
                *(sys.executable, "-m", "muster.server.children", "web"),
                *("127.0.0.1", str(self.port), "1"),
            ]
        )

    def start_client(self, name: str) -> None:
        self.started += 1
        log = self.folder / f"{name}-{self.started}.jsonl"
        url = self.url if name.startswith("http") else "-"
        process = self.spawn(self.command("load", str(log), str(self.started), url))
        self.clients[name] = (log, process)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def logs(self) -> list[Path]:
        return sorted(self.folder.glob("*.jsonl"))

    def kill_in_the_middle(self, chance: random.Random) -> None:
        """Kill the client that works in bulk after it has asked, and before it is answered."""
        log, process = self.clients[BULK]
        end = time.monotonic() + IN_THE_MIDDLE_WITHIN_S
        while True:
            while _is_answered(log):
                assert time.monotonic() < end, f"{BULK} asks for nothing; {self.last_words()}"
                time.sleep(0.001)
            time.sleep(chance.uniform(0, LATEST_S))
            if not _is_answered(log):
                break
        kill(process)
        self.start_client(BULK)

    def wait_until_all_act(self) -> None:
        """Every client is answered: nothing that was killed keeps the others from going on."""
        before = {name: _answers(log) for name, (log, _) in self.clients.items()}
        end = time.monotonic() + RECOVERS_WITHIN_S
        for name, (log, process) in self.clients.items():
            while _answers(log) < before[name] + 2:
                assert process.poll() is None, f"{name} ended; {self.last_words()}"
                assert time.monotonic() < end, f"{name} is not answered; {self.last_words()}"
                time.sleep(0.01)

    def last_words(self) -> str:
        return (self.folder / "words.log").read_text(errors="replace")[-3000:]

    def crash(self, what: str, chance: random.Random) -> None:
        if what == "client":
            name = chance.choice(CLIENTS)
            kill(self.clients[name][1])
            self.start_client(name)
        elif what == "web":
            kill(self.web)
            self.start_web()
        elif what == "bulk":
            self.kill_in_the_middle(chance)
        else:
            kill_postgres(self.home, everything=what == "all of PostgreSQL")
            self.claims.append(start(self.home))


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all it has started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def kill_postgres(home: Path, *, everything: bool) -> None:
    """Kill PostgreSQL's first process, or each of its processes; the order is the kernel's."""
    pid = status(home).pid
    assert pid is not None
    data = places_of(home).data
    others = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    for each in [pid, *(other for other in others if everything and _works_in(other, data))]:
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            continue
    # Dying takes the kernel a moment, in which a start would still join the dying.
    while status(home).pid is not None:
        time.sleep(0.001)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(tmp_path, stack)


def test_whatever_is_killed_every_act_that_was_answered_is_there_and_only_once(site: Site) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    site.start_web()
    for name in (*CLIENTS, BULK):
        site.start_client(name)
    victims = ["bulk", "first process of PostgreSQL", "client", "all of PostgreSQL", "web"]
    for number in range(CRASHES):
        site.wait_until_all_act()
        time.sleep(chance.uniform(0, LATEST_S))
        site.crash(victims[number % len(victims)], chance)
    site.wait_until_all_act()
    for _, process in site.clients.values():
        kill(process)
    found: dict[str, Any] = json.loads(site.ask("check", site.url, *map(str, site.logs())))
    print(f"{CRASHES} crashes, chance {seed}: {found}")  # noqa: T201 - shown with -s, or on failure
    assert found["done"] > 10 * CRASHES
    assert found["done_over_http"] > CRASHES
    assert found["done_in_bulk"] > 0
    assert found["cut_off_in_bulk"] > 0
    assert found["torn_apart"] == []
    assert found["differences"] == []
    assert found["lost"] == []
    assert found["answered_otherwise"] == []
    assert not found["changed_by_retries"]


def _answers(log: Path) -> int:
    """Count the lines that a client has written: one as it asks, one as it is answered."""
    return log.read_bytes().count(b"\n") // 2 if log.exists() else 0


def _is_answered(log: Path) -> bool:
    return not log.exists() or log.read_bytes().count(b"\n") % 2 == 0


def _works_in(pid: int, data: Path) -> bool:
    try:
        program = (Path("/proc") / str(pid) / "cmdline").read_bytes().partition(b"\0")[0]
        return b"postgres" in program and (Path("/proc") / str(pid) / "cwd").samefile(data)
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return False


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
