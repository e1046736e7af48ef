"""Where an embedded server keeps its things, and which users own them.

The layout below the folder that a caller names (`home`):

    postgresql/             owned by the user who runs Muster, mode 0700
        start.lock          held alone while the server is created, started or stopped
        users.lock          held shared by every process that uses the server
        server.lock         inherited by the server: held exactly while one of its processes lives
        server.log
        cluster/            owned by the user the server runs as, mode 0700
            data/
            socket/
"""

import fcntl
import hashlib
import os
import pwd
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from muster.server.embedded.refusals import (
    FolderNotUsable,
    FolderOfAnother,
    NoServerAccount,
    SocketFolderTaken,
    UserWithoutName,
)

PORT = 5432
SERVER_ACCOUNTS = ("postgres", "nobody")
_SOCKET_NAME = f".s.PGSQL.{PORT}"
# The size of sun_path less its closing zero: Linux 108, macOS and the BSDs 104.
_SOCKET_PATH_BYTES = 107 if sys.platform == "linux" else 103
_RETRY_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system."""

    uid: int
    gid: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders and files of one embedded server.

    `user` runs Muster; `server` runs PostgreSQL.  They differ only when Muster runs as root.
    """

    base: Path
    socket_folder: Path
    user: Account
    server: Account

    @property
    def cluster(self) -> Path:
        """Everything that belongs to the server's user; it appears complete or not at all."""
        return self.base / "cluster"

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.cluster / "data"

    @property
    def log(self) -> Path:
        """What the server writes to its standard error."""
        return self.base / "server.log"

    @property
    def start_lock(self) -> Path:
        """Held alone by whoever creates, starts or stops the server."""
        return self.base / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Held shared by each process that uses the server, for as long as it lives."""
        return self.base / "users.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server's processes, who inherit it from the one who started them."""
        return self.base / "server.lock"

    @property
    def separate_users(self) -> bool:
        """Whether PostgreSQL runs as another user than Muster."""
        return self.user.uid != self.server.uid

    @property
    def socket_setting(self) -> str:
        """The socket folder as the server names it.

        PostgreSQL works inside its data directory, so the relative name serves under a home whose
        parents the server's user may not enter, and however long or odd the path is.
        """
        if self.socket_folder.parent == self.cluster:
            return "../socket"
        return str(self.socket_folder)

    @property
    def socket_files(self) -> tuple[Path, Path]:
        """The socket and the lock file that PostgreSQL puts beside it."""
        return (self.socket_folder / _SOCKET_NAME, self.socket_folder / f"{_SOCKET_NAME}.lock")


def places_of(home: Path) -> Places:
    """Work out the places of the server of `home`, without creating any.

    Raises:
        FolderOfAnother: another user made the database in this home.
        NoServerAccount: run as root, and there is no user to run PostgreSQL as.
        UserWithoutName: the user id that runs this has no entry in the user database.
    """
    base = home.expanduser().absolute() / "postgresql"
    user = _account(os.geteuid())
    _demand_owner(base, user)
    return Places(
        base=base,
        socket_folder=_socket_folder(base, user),
        user=user,
        server=_server_account(base, user),
    )


def make_base(places: Places) -> None:
    """Create the folder of the server, private to its user; parents keep their modes."""
    try:
        places.base.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        places.base.mkdir(mode=0o700, exist_ok=True)
        places.base.chmod(0o700)
    except (FileExistsError, NotADirectoryError) as error:
        raise FolderNotUsable(folder=places.base, reason="a file is in its place") from error


def make_socket_folder(places: Places) -> None:
    """Create the socket folder, or check that the one that exists is private to the server's user.

    A name under /tmp can be taken by anybody first, so what is found there is not trusted unseen.

    Raises:
        SocketFolderTaken: it belongs to another user, others may enter it, or it is not a folder.
    """
    folder = places.socket_folder
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        owners = {places.server.uid, places.user.uid}
        private = stat.S_ISDIR(found.st_mode) and not stat.S_IMODE(found.st_mode) & 0o077
        if not private or found.st_uid not in owners:
            raise SocketFolderTaken(folder=folder) from None
    give_to_server(places, folder)


def give_to_server(places: Places, *paths: Path) -> None:
    """Make the server's user the owner of `paths`, where it is another than Muster's."""
    if places.separate_users:
        for path in paths:
            os.chown(path, places.server.uid, places.server.gid, follow_symlinks=False)


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold `path` alone for the length of a block, waiting for it; yields the descriptor."""
    descriptor = hold(path, fcntl.LOCK_EX)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def hold(path: Path, how: int) -> int:
    """Lock a file with `flock` and return its descriptor; closing it (or dying) releases it.

    Raises:
        BlockingIOError: with LOCK_NB in `how`, somebody else holds it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, how)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def hold_within(path: Path, seconds: float) -> int | None:
    """Lock a file alone, trying for so many seconds; returns None when others kept it."""
    end = time.monotonic() + seconds
    while True:
        try:
            return hold(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return None
            time.sleep(_RETRY_SECONDS)


def is_held(path: Path) -> bool:
    """Tell whether somebody holds a file alone."""
    if not path.exists():
        return False
    try:
        os.close(hold(path, fcntl.LOCK_SH | fcntl.LOCK_NB))
    except BlockingIOError:
        return True
    return False


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise UserWithoutName(uid=uid) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name)


def _demand_owner(base: Path, user: Account) -> None:
    try:
        owner = base.lstat().st_uid
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    if owner != user.uid:
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = str(owner)
        raise FolderOfAnother(folder=base, owner=name)


def _server_account(base: Path, user: Account) -> Account:
    """Choose who runs PostgreSQL: Muster's own user, or as root an unprivileged one.

    The owner of an existing cluster stays its owner, whichever users the machine has gained.
    """
    if user.uid != 0:
        return user
    cluster = base / "cluster"
    if cluster.exists():
        return _account(cluster.stat().st_uid)
    for name in SERVER_ACCOUNTS:
        try:
            return _account(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    raise NoServerAccount(names=" or ".join(SERVER_ACCOUNTS))


def _socket_folder(base: Path, user: Account) -> Path:
    """Name the socket's folder: inside the cluster, or a short one where that path cannot serve.

    A client must name the socket by an absolute path that fits the kernel's limit, and a comma in
    it would mean several hosts.
    """
    natural = base / "cluster" / "socket"
    fits = len(os.fsencode(natural / _SOCKET_NAME)) <= _SOCKET_PATH_BYTES
    if fits and "," not in str(natural):
        return natural
    # Only root can write to /run, so there nobody can take the name first.  A folder under
    # /run/user would vanish at log-out with the server still running, so others use /tmp.
    runtime = Path("/run")
    parent = runtime if user.uid == 0 and os.access(runtime, os.W_OK) else Path("/tmp")  # noqa: S108 - checked before use
    digest = hashlib.sha256(os.fsencode(base)).hexdigest()[:16]
    return parent / f"muster-{user.uid}-{digest}"
