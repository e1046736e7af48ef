"""The embedded database: a PostgreSQL of our own, shared by the processes of one user.

    with embedded(home) as cluster:
        psycopg.connect(cluster.dsn("muster", APP))

The first process that needs it creates and starts it, later ones join, and the last one out stops
it.  Whoever is killed is out, because the kernel takes its lock back.
"""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote, urlencode

from muster.server.embedded.binaries import MAJOR, Binaries, find_binaries, run_as_server
from muster.server.embedded.places import (
    PORT,
    Places,
    give_to_server,
    hold,
    locked,
    make_base,
    make_socket_folder,
    places_of,
)
from muster.server.embedded.postmaster import (
    became_ready,
    data_argument,
    is_alive,
    is_durable,
    launch,
    server_pid,
    shut_down,
)
from muster.server.embedded.refusals import (
    DiskFull,
    FolderNotUsable,
    OtherMajorVersion,
    RunningWithoutDurability,
    ServerDidNotStart,
)

# The superuser; the owner of databases and what is in them; the role the application works as.
ADMIN = "muster_admin"
OWNER = "muster_owner"
APP = "muster_app"

_ROLES = f"""\
CREATE ROLE {OWNER} LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
CREATE ROLE {APP} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
"""
_HBA = f"""\
# The kernel says which user is at the other end of the socket; there is no other way in.
local all {ADMIN},{OWNER},{APP} peer map=muster
"""
_DRAFT_SUFFIX = ".new"


class State(StrEnum):
    """What there is in a home."""

    ABSENT = "absent"
    STOPPED = "stopped"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a home's server, and its process id while it runs."""

    state: State
    pid: int | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server, and our claim that it keeps running."""

    home: Path
    socket_folder: Path
    _claims: list[int] = field(repr=False, compare=False)
    port: int = PORT

    def conninfo(self, database: str, role: str) -> dict[str, str]:
        """What psycopg and Django need to reach a database as one of the three roles."""
        return {
            "host": str(self.socket_folder),
            "port": str(self.port),
            "user": role,
            "dbname": database,
        }

    def dsn(self, database: str, role: str) -> str:
        """The same as an address that fits DATABASE_URL."""
        where = urlencode({"host": str(self.socket_folder), "port": self.port}, quote_via=quote)
        return f"postgresql://{quote(role, safe='')}@/{quote(database, safe='')}?{where}"

    def release(self) -> bool:
        """Give up the claim; the last one out stops the server.  Returns whether that was us.

        Harmless when done before.
        """
        if not self._claims:
            return False
        return _leave(places_of(self.home), self._claims.pop())

    def stop(self) -> None:
        """Stop the server now, whoever uses it, and wait for its end; the claim stays."""
        places = places_of(self.home)
        with locked(places.start_lock):
            shut_down(places)


def start(home: Path, *, durable: bool = True) -> Cluster:
    """See to it that the server of `home` exists and runs, and claim it until release or our death.

    Safe to call from many processes at once, and after any crash.

    Args:
        home: the folder to keep it in; `home/postgresql` is created and is the server's alone.
        durable: False is for tests: faster, and a crash of the machine may lose everything.

    Raises:
        EmbeddedServerRefusal: one of its kinds, with a sentence that says what is in the way.
    """
    places = places_of(home)
    with _disk_refusals(places):
        make_base(places)
        claim = hold(places.users_lock, fcntl.LOCK_SH)  # waits for one who is just stopping it
        try:
            with locked(places.start_lock) as lock:
                _ensure_running(places, durable=durable, start_lock=lock)
        except (KeyboardInterrupt, SystemExit):
            _leave(places, claim)  # It may be up by now, and nobody asks for it any more.
            raise
        except BaseException:
            os.close(claim)
            raise
    home = places.base.parent  # absolute: the process may change its folder before it leaves
    return Cluster(home=home, socket_folder=places.socket_folder, _claims=[claim])


@contextmanager
def embedded(home: Path, *, durable: bool = True) -> Iterator[Cluster]:
    """Use the server of `home` for the length of a block."""
    cluster = start(home, durable=durable)
    try:
        yield cluster
    finally:
        cluster.release()


def stop(home: Path) -> None:
    """Stop the server of `home`, whoever uses it; nothing happens when none runs."""
    places = places_of(home)
    if places.base.exists():
        with locked(places.start_lock):
            shut_down(places)


def status(home: Path) -> Status:
    """Tell what there is in `home`, changing nothing."""
    places = places_of(home)
    if not places.cluster.exists():
        return Status(state=State.ABSENT, pid=None)
    pid = server_pid(places)
    return Status(state=State.STOPPED if pid is None else State.RUNNING, pid=pid)


def _leave(places: Places, claim: int) -> bool:
    """Give up a claim, and stop the server when nobody else has one; returns whether it did."""
    os.close(claim)
    try:
        alone = hold(places.users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return False  # The home was deleted; a server whose data is gone ends by itself.
    try:
        with locked(places.start_lock):
            shut_down(places)
    finally:
        os.close(alone)
    return True


def _ensure_running(places: Places, *, durable: bool, start_lock: int) -> None:
    _check_version(places)
    if is_alive(places) and became_ready(places):
        if durable and not is_durable(places):
            raise RunningWithoutDurability(folder=places.base)
        return
    binaries = find_binaries(places)
    if not places.cluster.exists():
        _create(places, binaries, durable=durable, start_lock=start_lock)
    make_socket_folder(places)
    launch(places, binaries, durable=durable)


def _check_version(places: Places) -> None:
    try:
        found = (places.data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        if places.cluster.exists():
            reason = "it holds no PostgreSQL data; move it away"
            raise FolderNotUsable(folder=places.cluster, reason=reason) from None
        return
    if found != str(MAJOR):
        raise OtherMajorVersion(folder=places.data, found=found, major=MAJOR)


def _create(places: Places, binaries: Binaries, *, durable: bool, start_lock: int) -> None:
    """Make the cluster in a folder beside its place and rename it when it is complete.

    The programs inherit the start lock: when we are killed, the next starter waits for their end.
    """
    for draft in places.base.glob(f"cluster-*{_DRAFT_SUFFIX}"):  # of starters that were killed
        shutil.rmtree(draft)
    draft = Path(tempfile.mkdtemp(dir=places.base, prefix="cluster-", suffix=_DRAFT_SUFFIX))
    try:
        (draft / "data").mkdir(mode=0o700)
        (draft / "socket").mkdir(mode=0o700)
        give_to_server(places, draft, draft / "data", draft / "socket")
        _fill(places, binaries, draft / "data", durable=durable, start_lock=start_lock)
        draft.rename(places.cluster)
        _sync(places.base)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _fill(
    places: Places, binaries: Binaries, data: Path, *, durable: bool, start_lock: int
) -> None:
    """Run initdb, say who may come in, and create the roles."""
    argument = "/proc/self/cwd" if data_argument(places).startswith("/proc/") else str(data)
    initdb = [binaries.program("initdb"), "-D", argument, "-U", ADMIN, "--auth=peer"]
    initdb += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    initdb += ["--builtin-locale=C.UTF-8", *([] if durable else ["--no-sync"])]
    single = [binaries.program("postgres"), "--single", "-D", argument]
    single += [*([] if durable else ["-F"]), "postgres"]
    for command, words in ((initdb, ""), (single, _ROLES)):
        done = run_as_server(places, command, folder=data, stdin=words, keep=(start_lock,))
        if "No space left on device" in done.stderr + done.stdout:
            raise DiskFull(folder=places.base)
        if done.returncode != 0 or "ERROR:" in done.stderr:
            raise ServerDidNotStart(log=Path(command[0]).name, lines=done.stderr.strip())
    user = places.user.name.replace('"', '""')
    lines = (f'muster "{user}" {role}\n' for role in (ADMIN, OWNER, APP))
    for name, text in (("pg_hba.conf", _HBA), ("pg_ident.conf", "".join(lines))):
        path = data / name
        path.write_text(text)
        give_to_server(places, path)
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _disk_refusals(places: Places) -> Iterator[None]:
    """Turn what a disk or a folder's rights forbid into sentences."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(folder=places.base) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            reason = (error.strerror or "it cannot be written").lower()
            raise FolderNotUsable(folder=error.filename or places.base, reason=reason) from error
        raise
