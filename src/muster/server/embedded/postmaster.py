"""Starting and stopping PostgreSQL's first process, and telling whether it lives.

A process id in a file proves nothing: after a crash it may belong to anybody.  So the server
inherits a lock that the kernel frees with its last process, and a process id is believed only when
its command line and working folder are those of our server.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from muster.server.embedded.binaries import Binaries, spawn_as_server
from muster.server.embedded.places import Places, hold_within, is_held
from muster.server.embedded.refusals import DiskFull, ServerDidNotStart, ServerDidNotStop

_READY_SECONDS = 120.0
_STOP_SECONDS = 60.0
_KILL_SECONDS = 10.0
_JOIN_SECONDS = 1.0
# How processes whose first one was killed are told to end, and how long each word is given.  They
# notice by themselves only when they wait for something; a long calculation does not.
_ORPHANS = ((None, 0.5), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 15.0))
_LOOK_SECONDS = 0.01
_STATUS_LINE = 7
_LOG_BYTES = 10_000_000
_LOG_LINES = 5
_PROC = Path("/proc")

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_locks_per_transaction": "256",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Errors are the program's to report; in the log they would repeat what records say.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
}
# For tests alone: a crash of the machine may lose or break the data.
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True, slots=True)
class PidFile:
    """What PostgreSQL wrote into postmaster.pid: its process, and its state, such as "ready"."""

    pid: int
    state: str


def data_argument(places: Places) -> str:
    """The data directory as a PostgreSQL program started inside it shall name it.

    As root the server's user may not be able to enter the parents; /proc/self/cwd is the folder we
    put the program into, and needs no way there.
    """
    if places.separate_users and (_PROC / "self" / "cwd").exists():
        return "/proc/self/cwd"
    return str(places.data)


def server_pid(places: Places) -> int | None:
    """The process id of the running server, or None when none runs."""
    found = _read_pid_file(places)
    if found is not None and _is_our_server(found.pid, places.data):
        return found.pid
    return None


def is_alive(places: Places) -> bool:
    """Tell whether any process of the server lives."""
    return is_held(places.server_lock) or server_pid(places) is not None


def is_durable(places: Places) -> bool:
    """Tell whether the running server was started to survive crashes."""
    try:
        return "fsync=off" not in (places.data / "postmaster.opts").read_text(errors="replace")
    except FileNotFoundError:
        return True


def launch(places: Places, binaries: Binaries, *, durable: bool) -> None:
    """Start the server and wait until it takes connections; call with the start lock held.

    Raises:
        ServerDidNotStart: with the end of the log.
        DiskFull: the log says so.
    """
    lock = _take_server_lock(places)
    try:
        _clear_leftovers(places)
        _turn_log_over(places.log)
        log_start = places.log.stat().st_size if places.log.exists() else 0
        settings = _SETTINGS | {"unix_socket_directories": places.socket_setting}
        settings |= {} if durable else _NOT_DURABLE
        command = [binaries.program("postgres"), "-D", data_argument(places)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        spawn_as_server(places, command, folder=places.data, lock=lock)
    finally:
        os.close(lock)  # From here on only the server holds it.
    if not became_ready(places, patience=_READY_SECONDS):
        raise why_not_started(places, log_start)


def became_ready(places: Places, *, patience: float = _JOIN_SECONDS) -> bool:
    """Wait until the living server takes connections; False when it ends instead.

    Args:
        places: those of the server.
        patience: for how many seconds a server without a first process may yet get one.

    Raises:
        ServerDidNotStart: it lives, and was not ready in two minutes.
    """
    begin = time.monotonic()
    while is_alive(places):
        found = _read_pid_file(places)
        if found is not None and found.state == "ready" and _is_our_server(found.pid, places.data):
            return True
        waited = time.monotonic() - begin
        if waited > _READY_SECONDS:
            raise ServerDidNotStart(log=places.log, lines=_log_end(places.log, 0))
        if waited > patience and server_pid(places) is None:
            return False
        time.sleep(_LOOK_SECONDS)
    return False


def why_not_started(places: Places, log_start: int) -> DiskFull | ServerDidNotStart:
    """Turn the end of the log into the refusal that says what was wrong."""
    lines = _log_end(places.log, log_start)
    if "No space left on device" in lines:
        return DiskFull(folder=places.base)
    return ServerDidNotStart(log=places.log, lines=lines)


def shut_down(places: Places) -> None:
    """Stop the server: open transactions are broken off, committed ones kept; waits for its end.

    Raises:
        ServerDidNotStop: it still lives after a request and an order to stop.
    """
    pid = server_pid(places)
    if pid is None:
        return
    for how, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, _KILL_SECONDS)):
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not is_alive(places):
                _remove_short_socket_folder(places)
                return
            time.sleep(_LOOK_SECONDS)
    raise ServerDidNotStop(pid=pid, seconds=int(_STOP_SECONDS + _KILL_SECONDS))


def _take_server_lock(places: Places) -> int:
    """Hold the server's lock, ending what is left of a server whose first process was killed.

    What they have not committed is undone by the next start's recovery, as after any crash.

    Raises:
        ServerDidNotStart: they did not end.
    """
    for word, seconds in _ORPHANS:
        if word is not None:
            for pid in _processes_in(places.data):
                with suppress(ProcessLookupError):
                    os.kill(pid, word)
        lock = hold_within(places.server_lock, seconds)
        if lock is not None:
            return lock
    raise ServerDidNotStart(log=places.log, lines="processes of a former server did not end")


def _processes_in(data: Path) -> list[int]:
    """The PostgreSQL processes that work in a data directory; none are found without /proc."""
    names = [path.name for path in _PROC.iterdir()] if _PROC.exists() else []
    return [int(name) for name in names if name.isdecimal() and _is_our_server(int(name), data)]


def _read_pid_file(places: Places) -> PidFile | None:
    """Read postmaster.pid; None when it is missing, truncated or otherwise no such file."""
    try:
        lines = (places.data / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return None
    if not lines or not lines[0].strip().isdecimal():
        return None
    state = lines[_STATUS_LINE].strip() if len(lines) > _STATUS_LINE else "starting"
    return PidFile(pid=int(lines[0]), state=state)


def _is_our_server(pid: int, data: Path) -> bool:
    """Tell whether a process is a PostgreSQL that works in this data directory."""
    if pid <= 1 or pid == os.getpid():
        return False
    if (_PROC / "self" / "cmdline").exists():
        try:
            program = (_PROC / str(pid) / "cmdline").read_bytes().partition(b"\0")[0]
            return b"postgres" in program and (_PROC / str(pid) / "cwd").samefile(data)
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            return False  # It ended, is a zombie, or belongs to a user that is not our server's.
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    listing = subprocess.run(  # noqa: S603 - the command is ours
        ["/bin/ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False
    )
    return "postgres" in listing.stdout and str(data) in listing.stdout


def _clear_leftovers(places: Places) -> None:
    """Remove what a dead server left, which PostgreSQL would take for a living one's.

    It refuses to start over an empty lock file, or over one with a process id that now belongs to
    somebody else.  Called while holding the server's lock, and after looking at the process named.
    """
    leftovers = (places.data / "postmaster.pid", *places.socket_files)
    if server_pid(places) is not None:
        raise ServerDidNotStart(log=places.log, lines="another server runs in the data folder")
    for path in leftovers:
        path.unlink(missing_ok=True)


def _remove_short_socket_folder(places: Places) -> None:
    """Leave nothing outside the home; the next start makes the folder again."""
    if places.socket_folder.parent != places.cluster:
        with suppress(OSError):
            places.socket_folder.rmdir()


def _turn_log_over(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _log_end(log: Path, start: int) -> str:
    """The last lines of the log, from a byte offset on, as one line."""
    try:
        with log.open("rb") as file:
            file.seek(start)
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        text = ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " | ".join(lines[-_LOG_LINES:]) or "(nothing)"
