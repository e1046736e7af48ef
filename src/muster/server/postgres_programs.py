"""PostgreSQL's own programs for backups, pg_dump and pg_restore: finding and running them."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from psycopg import pq

from muster.core.refusals import Kind, Refusal
from muster.server.embedded.binaries import MAJOR, find_binaries
from muster.server.embedded.places import Account, Places
from muster.server.sites import Server, home

_DEBIAN = Path(f"/usr/lib/postgresql/{MAJOR}/bin")


class ProgramFailed(Refusal, kind=Kind.CONFLICT):
    """PostgreSQL's {program} stopped: {reason}."""


def run_program(
    server: Server,
    name: str,
    arguments: Sequence[str],
    *,
    database: str | None = None,
    on_line: Callable[[str], None] = lambda _: None,
    keep: Sequence[int] = (),
) -> str:
    """Run pg_dump or pg_restore to its end, as whoever runs Muster; returns its standard output.

    Args:
        server: where the database is.
        name: the program's.
        arguments: for it; nothing secret, as every user of the machine can read them.
        database: to connect to, as the owner of the tables; none for a program that only reads.
        on_line: told each line of its standard error.
        keep: descriptors that it inherits.

    Raises:
        ProgramFailed: with the last thing it complained of.
        NoServerBinaries: there is no such program.
    """
    environment = _environment(server, database)
    with subprocess.Popen(  # noqa: S603 - the command is ours
        [_find(server, name), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if database is None else subprocess.DEVNULL,
        stderr=subprocess.PIPE if database is not None else subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=tuple(keep),
    ) as process:
        try:
            said, complaint = _listen(process, name, on_line)
        except BaseException:
            process.kill()
            raise
    if process.returncode < 0:
        complaint = complaint or f"it was ended by {signal.Signals(-process.returncode).name}"
    if process.returncode != 0:
        raise ProgramFailed(program=name, reason=complaint.rstrip(".") or "it did not say why")
    return said


def _listen(
    process: subprocess.Popen[str], name: str, on_line: Callable[[str], None]
) -> tuple[str, str]:
    """Read all that a program says; returns it, and the first line that is a complaint."""
    lines: list[str] = []
    complaint = ""
    stream = process.stderr or process.stdout
    for line in stream or ():
        lines.append(line)
        word = line.strip().removeprefix(f"{name}: ")
        if not complaint and re.match(r"(error|fatal|detail)\b", word):
            complaint = word.partition(": ")[2]
        on_line(word)
    return "".join(lines), complaint


def _environment(server: Server, database: str | None) -> dict[str, str]:
    """Say where to connect in PG* variables, as a password must not be among the arguments."""
    # Our own server is reached by the kernel's word alone; the user's PG* settings are for others.
    base = {"PATH": os.defpath} if server.own else dict(os.environ)
    base |= {"LC_ALL": "C", "PGAPPNAME": "muster backup"}
    if database is None:
        return base
    return base | _variables({**server.owner, "dbname": database})


def _variables(conninfo: Mapping[str, str]) -> dict[str, str]:
    """Translate connection parameters; the few without a variable only tune the connection."""
    names = {
        option.keyword.decode(): option.envvar.decode()
        for option in pq.Conninfo.get_defaults()
        if option.envvar
    }
    return {names[key]: value for key, value in conninfo.items() if key in names}


def _find(server: Server, name: str) -> str:
    """Find a program; for another server rather the machine's, which knows TLS."""
    if not server.own:
        for found in (shutil.which(name), str(_DEBIAN / name)):
            if found is not None and Path(found).is_file() and _major(found) == MAJOR:
                return found
    # Run as ourselves, who may enter our own folders: nothing needs to be copied.
    me = Account(uid=os.geteuid(), gid=os.getegid(), name="")
    places = Places(base=home(), socket_folder=home(), user=me, server=me)
    return find_binaries(places).program(name)


def _major(program: str) -> int:
    done = subprocess.run(  # noqa: S603 - one of PostgreSQL's programs
        [program, "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(found[1]) if found else 0
