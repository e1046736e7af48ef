"""A site is served until somebody stops it, and says in a sentence why it cannot be."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from muster.server.refusals import PortTaken
from muster.server.serving import AddressUnknown, require_free_port

pytestmark = pytest.mark.usefixtures("tables")

_SERVE = """
import sys
from muster.server.serving import serve_site
serve_site({}, "127.0.0.1", int(sys.argv[1]), on_ready=lambda at: print(at, flush=True))
"""


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
    return port


@contextmanager
def _served(port: int) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(port)],
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == f"http://127.0.0.1:{port}\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_served_site_answers_and_stops_cleanly_when_it_is_told_to() -> None:
    port = _free_port()
    with _served(port) as process:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health") as answer:
            assert answer.read() == b'{"status": "ok"}'
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
        assert (process.returncode, said) == (0, "")
    require_free_port("127.0.0.1", port)


def test_it_stops_when_its_web_server_is_killed_and_leaves_nothing_behind() -> None:
    port = _free_port()
    with _served(port) as process:
        web, worker = sorted(_children(process.pid), key=lambda pid: " worker" in _command(pid))
        os.kill(web, signal.SIGKILL)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "ChildStopped" in said
    assert _command(worker) == ""
    require_free_port("127.0.0.1", port)


def test_killing_the_site_itself_leaves_nothing_behind() -> None:
    port = _free_port()
    with _served(port) as process:
        children = _children(process.pid)
        process.kill()
    deadline = time.monotonic() + 20
    while any(_command(pid) for pid in children) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [_command(pid) for pid in children] == ["", ""]
    require_free_port("127.0.0.1", port)


def test_a_port_that_somebody_listens_on_is_refused_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken):
            require_free_port("127.0.0.1", taken.getsockname()[1])


def test_an_address_of_another_machine_is_refused_in_a_sentence() -> None:
    with pytest.raises(AddressUnknown):
        require_free_port("192.0.2.1", 8000)


def _children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return [int(pid) for pid in listed.split()]


def _command(pid: int) -> str:
    """Read how a process was started; nothing, once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
