# ruff: noqa: INP001 - a script beside the package, not a part of it
"""Make Muster's virtual environment when it is missing or out of date, then run Muster in it.

Run by the script `muster` in the project's folder.  It uses the standard library alone, and Python
3.8 can read it, so that an old Python gets a sentence and not a syntax error.

The stamp inside the environment says what it was made from.  When that still holds, the program
starts at once; otherwise the environment is made with uv (from PATH, or a pinned one put into the
environment's folder), or with pip where uv cannot be had.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
PINNED_UV = "0.13.9"
OLDEST_UV = (0, 11)
STAMP = "muster-setup"
UNFINISHED = "unfinished"
INTERRUPTED = 130

# Settings of uv about the network, caches and indexes; any other would change what is made.
KEPT_UV_SETTINGS = (
    "UV_CACHE_DIR",
    "UV_CONCURRENT_DOWNLOADS",
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_HTTP_TIMEOUT",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_INSECURE_HOST",
    "UV_LINK_MODE",
    "UV_NATIVE_TLS",
    "UV_NO_CACHE",
    "UV_OFFLINE",
    "UV_SYSTEM_CERTS",
)
FOREIGN_SETTINGS = (
    "CONDA_PREFIX",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
)
# What uv, pip and the operating system say, in small letters, when the cause is plain.
DISK_SIGNS = ("no space left on device", "os error 28", "disk quota exceeded")
RIGHTS_SIGNS = (
    "not permitted",
    "permission denied",
    "read-only file system",
    "os error 13",
    "os error 30",
)
NETWORK_SIGNS = (
    "connection refused",
    "connection reset",
    "could not connect",
    "could not fetch url",
    "dns error",
    "error sending request",
    "failed to establish a new connection",
    "failed to fetch",
    "max retries exceeded",
    "name resolution",
    "network connectivity is disabled",
    "network is unreachable",
    "newconnectionerror",
    "timed out",
)
CERTIFICATE_SIGNS = ("invalid peer certificate", "unknownissuer", "certificate verify failed")
# A network that looks into what passes has its own certificate, which the system may know.
SYSTEM_CERTIFICATES = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}
RELAYED = ("Building ", "Collecting ", "Downloading ", "Installed ")


class SetupError(Exception):
    """What stands in the way, in one sentence."""


class CertificateUnknownError(SetupError):
    """The index shows a certificate that is not among those the installer brought along."""


def main(arguments: list[str]) -> int:
    """Set up what is missing, then become Muster; returns an exit code only when that failed."""
    if sys.version_info < OLDEST_PYTHON:
        found = f"{python_version()} at {sys.executable}"
        say(f"Muster needs Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or later; found {found}.")
        return 1
    project = Path(__file__).resolve().parent.parent
    venv = Path(os.environ.get("MUSTER_VENV") or project / ".venv").absolute()
    needs_dev = arguments[:1] == ["test"]
    try:
        if not is_ready(project, venv, needs_dev=needs_dev):
            set_up(project, venv, needs_dev=needs_dev)
        become_muster(venv, arguments)
    except SetupError as error:
        say(str(error))
    except KeyboardInterrupt:
        say("Setting up Muster: interrupted; the next start does it again.")
        return INTERRUPTED
    return 1


def is_ready(project: Path, venv: Path, *, needs_dev: bool) -> bool:
    """Tell whether the environment was made from this lock file and has what is needed."""
    made_from, groups = read_stamp(venv)
    return (
        made_from == digest_of(project, venv)
        and (not needs_dev or "dev" in groups)
        and os.access(python_in(venv), os.X_OK)
    )


def digest_of(project: Path, venv: Path) -> str:
    """Sum up all that the environment depends on: files, places and the version of Python."""
    digest = hashlib.sha256()
    # Programs in the environment name its folder, and the project is installed by its folder.
    parts = [os.fsencode(project), os.fsencode(venv), python_version().encode()]
    parts += [(project / name).read_bytes() for name in ("uv.lock", "pyproject.toml")]
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def read_stamp(venv: Path) -> tuple[str, list[str]]:
    """Read what the environment was made from and with which groups; "" and none when unknown."""
    try:
        words = (venv / STAMP).read_text(encoding="ascii", errors="replace").split()
    except (FileNotFoundError, NotADirectoryError):
        return "", []
    return (words[0], words[1:]) if words else (UNFINISHED, [])


def write_stamp(venv: Path, made_from: str, *, dev: bool) -> None:
    """Say what the environment was made from; appears whole or not at all."""
    draft = venv / f"{STAMP}.new"
    draft.write_text(f"{made_from} dev\n" if dev else f"{made_from}\n", encoding="ascii")
    draft.replace(venv / STAMP)


def set_up(project: Path, venv: Path, *, needs_dev: bool) -> None:
    """Make or mend the environment, alone; others who start meanwhile wait and find it done.

    Raises:
        SetupError: what stands in the way.
    """
    folder = lock_folder(project)
    try:
        if is_ready(project, venv, needs_dev=needs_dev):
            return
        # The group for tests stays once it is there: test and demo must not undo each other.
        dev = needs_dev or has_dev(venv)
        clear_the_way(project, venv)
        if not (venv / "pyvenv.cfg").exists():
            make_venv(venv, with_pip=False)
        write_stamp(venv, UNFINISHED, dev=dev)
        install(project, venv, dev=dev)
        write_stamp(venv, digest_of(project, venv), dev=dev)
        say("Setting up Muster: done.")
    except OSError as error:
        raise SetupError(sentence_for(f"{error.strerror} {error.filename}", venv)) from error
    finally:
        os.close(folder)


def lock_folder(project: Path) -> int:
    """Wait to be the only one who sets up; the lock is on the folder itself and leaves no file."""
    folder = os.open(project, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Setting up Muster: waiting for another start that is doing it.")
        fcntl.flock(folder, fcntl.LOCK_EX)
    except OSError:
        pass  # A network disk that locks no folders: go on without.
    return folder


def has_dev(venv: Path) -> bool:
    """Tell whether the group for tests is there, by the stamp or (made by hand) by pytest."""
    return "dev" in read_stamp(venv)[1] or any(venv.glob("lib/python*/site-packages/pytest"))


def clear_the_way(project: Path, venv: Path) -> None:
    """Remove an environment that is half made, broken or of another Python.

    Raises:
        SetupError: something is there that is not ours to remove.
    """
    if not venv.exists() and not venv.is_symlink():
        return
    if not venv.is_dir():
        raise SetupError(f"{venv} is not a folder, so no environment can be made there.")
    is_environment = (venv / "pyvenv.cfg").exists()
    if not is_environment and venv != project / ".venv" and any(venv.iterdir()):
        raise SetupError(f"{venv}, which MUSTER_VENV names, is not a virtual environment.")
    library = venv / "lib" / f"python{python_version()}" / "site-packages"
    whole = is_environment and library.is_dir() and os.access(python_in(venv), os.X_OK)
    if not whole or read_stamp(venv)[0] == UNFINISHED:
        shutil.rmtree(venv)


def install(project: Path, venv: Path, *, dev: bool) -> None:
    """Install what uv.lock lists with uv, or without uv what pyproject.toml allows with pip."""
    uv = find_uv() or fetch_uv(venv)
    if uv is None:
        say("Setting up Muster: there is no uv for this machine, so pip does it; be patient.")
        make_venv(venv, with_pip=True)
        pip = [str(python_in(venv)), "-I", "-m", "pip", "install", "--disable-pip-version-check"]
        run([*pip, "--upgrade", "pip>=25.1"], venv, project)
        run([*pip, "--editable", ".", *(["--group", "dev"] if dev else [])], venv, project)
        return
    say(f"Setting up Muster: installing what uv.lock lists into {venv} ...")
    command = [uv, "sync", "--frozen", "--no-progress", "--python", base_python()]
    command.append("--all-groups" if dev else "--no-dev")
    try:
        run(command, venv, project)
    except CertificateUnknownError:
        say("Setting up Muster: once more, with the certificates that this system trusts ...")
        run(command, venv, project, settings=SYSTEM_CERTIFICATES)


def find_uv() -> str | None:
    """Find a uv on PATH that runs and is new enough to read the lock file."""
    uv = shutil.which("uv")
    if uv is None:
        return None
    answer = subprocess.run(  # noqa: S603 - uv, asked for its version
        [uv, "--version"], capture_output=True, text=True, check=False
    )
    found = re.match(r"uv (\d+)\.(\d+)", answer.stdout)
    if answer.returncode or found is None or (int(found[1]), int(found[2])) < OLDEST_UV:
        return None
    return uv


def fetch_uv(venv: Path) -> str | None:
    """Put the pinned uv into a folder of the environment; None where there is none to be had.

    Raises:
        SetupError: no pip to fetch it with, no network, no disk space, no right to write.
    """
    folder = venv / "setup" / f"uv-{PINNED_UV}"
    uv = folder / "bin" / "uv"
    if os.access(uv, os.X_OK):
        return str(uv)
    say(f"Setting up Muster: fetching uv {PINNED_UV} ...")
    python = base_python()
    asked = subprocess.run(  # noqa: S603 - Python, asked for pip
        [python, "-I", "-m", "pip", "--version"], capture_output=True, check=False
    )
    if asked.returncode:
        make_venv(venv, with_pip=True)
        python = str(python_in(venv))
    command = [python, "-I", "-m", "pip", "install", "--disable-pip-version-check"]
    command += [
        "--retries",
        "2",
        "--only-binary",
        ":all:",
        "--no-deps",
        "--upgrade",
        "--target",
        str(folder),
    ]
    try:
        run([*command, f"uv=={PINNED_UV}"], venv, venv)
    except SetupError as error:
        if "No matching distribution" not in str(error):
            raise
        return None
    return str(uv)


def make_venv(venv: Path, *, with_pip: bool) -> None:
    """Make an environment with Python's own venv.

    Raises:
        SetupError: Debian's Python without the package that carries venv or pip, among others.
    """
    command = [base_python(), "-I", "-m", "venv", str(venv)]
    made = subprocess.run(  # noqa: S603 - Python's own module
        command if with_pip else [*command, "--without-pip"],
        capture_output=True,
        text=True,
        check=False,
        env=environment(venv),
    )
    if made.returncode == 0:
        return
    said = made.stdout + made.stderr
    if "ensurepip" in said or "No module named venv" in said:
        package = f"install the package python{python_version()}-venv (Debian, Ubuntu) or uv"
        raise SetupError(f"{base_python()} can make no environment for Muster: {package}.")
    raise SetupError(sentence_for(said, venv))


def run(
    command: list[str], venv: Path, folder: Path, *, settings: dict[str, str] | None = None
) -> None:
    """Run an installer inside `folder`, passing on its progress.

    Raises:
        CertificateUnknownError: it does not know who vouches for the index.
        SetupError: it failed.
    """
    said: list[str] = []
    with subprocess.Popen(  # noqa: S603 - the command is ours
        command,
        cwd=folder,
        env=environment(venv) | (settings or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                said.append(line)
                if line.lstrip().startswith(RELAYED):
                    say(f"Setting up Muster: {line.strip()}")
        except KeyboardInterrupt:
            process.terminate()  # The terminal told it as well; a kill from elsewhere did not.
            raise
    if process.returncode:
        text = "".join(said)
        unknown = any(sign in text.lower() for sign in CERTIFICATE_SIGNS)
        raise (CertificateUnknownError if unknown else SetupError)(sentence_for(text, venv))


def sentence_for(said: str, venv: Path) -> str:
    """Turn what an installer or the operating system said into one sentence."""
    lower = said.lower()
    if any(sign in lower for sign in DISK_SIGNS):
        return f"The disk that holds {venv} is full; free about 500 MB and start again."
    if any(sign in lower for sign in RIGHTS_SIGNS):
        return f"{venv} cannot be written; set MUSTER_VENV to a folder that can be."
    if any(sign in lower for sign in NETWORK_SIGNS):
        return "The package index cannot be reached, and setting up needs the network once."
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return f"Setting up Muster failed: {' '.join(lines[-3:]) or 'no reason was given'}"


def environment(venv: Path) -> dict[str, str]:
    """Our surroundings, without what other projects set for their Python and their uv."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in FOREIGN_SETTINGS and (name[:3] != "UV_" or name in KEPT_UV_SETTINGS)
    }
    kept |= {"UV_PROJECT_ENVIRONMENT": str(venv), "UV_PYTHON_DOWNLOADS": "never"}
    if not os.access(Path("~").expanduser(), os.W_OK):
        kept.setdefault("UV_NO_CACHE", "1")  # A service account may have no home to keep it in.
    return kept


def become_muster(venv: Path, arguments: list[str]) -> None:
    """Replace this process by Muster, which does not look for modules in the current folder."""
    python = str(python_in(venv))
    surroundings = environment(venv)
    os.execve(python, [python, "-P", "-m", "muster", *arguments], surroundings)  # noqa: S606


def base_python() -> str:
    """The Python outside any virtual environment, which may be the one we run in."""
    return getattr(sys, "_base_executable", None) or sys.executable


def python_in(venv: Path) -> Path:
    """The Python of an environment."""
    return venv / "bin" / "python"


def python_version() -> str:
    """The version of the Python that runs this, such as 3.11."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def say(sentence: str) -> None:
    """Tell the person; standard output is left to the program."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
