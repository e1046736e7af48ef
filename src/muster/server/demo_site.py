"""The demo's database: made anew for each demo, from a template that is made once.

A database becomes the demo's under a passing name, is marked as the demo's own, and takes its real
name last.  So whatever is killed when, a database of the demo's name is either marked or not ours.
"""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from uuid import UUID, uuid4

from psycopg import sql

from muster.server.django_start import migrate, start_django
from muster.server.refusals import DemoRunning
from muster.server.sites import (
    Server,
    SiteName,
    create_database,
    drop_demo_database,
    home,
    is_marked,
    mark_as_demo,
)

# The facts that ship with Muster are recorded at this moment, before the scenario begins.
_FACTS_RECORDED_AT = datetime(2022, 2, 1, 8, tzinfo=UTC)
_FACTS_KEY = UUID("4d757374-6572-4661-8374-730000000001")
_PACKAGE = Path(__file__).parents[1]
# What the template is made of; another digest of these makes it anew.
_MADE_OF = (
    "records/migrations/*.py",
    "records/sql/*.sql",
    "records/reference/*.csv",
    "core/stages.py",
    "core/accounts.py",
    "actions/setup.py",
)
_MADE_BY = ("django", "procrastinate")


@contextmanager
def only_demo() -> Iterator[None]:
    """Keep all other demos of this home out for as long as the block lasts.

    The kernel lets go of the lock when the process ends, however it ends.

    Raises:
        DemoRunning: another demo is running or being served.
    """
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "demo.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoRunning from error
        yield


@contextmanager
def only_demo_of(server: Server) -> Iterator[None]:
    """Keep the demos of other homes and machines out of the same server.

    Raises:
        DemoRunning: another demo is running or being served.
    """
    with closing(server.connect()) as connection:
        name = server.database(SiteName.DEMO)
        lock = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
        if connection.execute(lock, [name]).fetchone() != (True,):
            raise DemoRunning
        yield


def make_demo_site(server: Server, progress: Callable[[str], None]) -> str:
    """Make the demo's database anew, with the tables and the facts that ship with Muster.

    Afterwards Django works on it.

    Args:
        server: where.
        progress: told what is being done.

    Returns:
        The name of the database.

    Raises:
        NotADemo: a database of that name exists that the demo did not make.
        DatabaseRights: the role may not create databases.
    """
    name = server.database(SiteName.DEMO)
    template = f"{name}_template"
    _clear_away(server)
    digest = template_digest()
    if not is_marked(server, template, digest):
        progress("Creating the tables and loading the register and the catalogue ...")
        _make(server, template, note=digest, fill=_fill)
    progress("Making the demo's database ...")
    _make(server, name, note="scenario", template=template, fill=_make_quick)
    start_django(server, name, SiteName.DEMO.value)
    return name


def template_digest() -> str:
    """Say in one word what the template is made of."""
    digest = hashlib.sha256()
    for pattern in _MADE_OF:
        for path in sorted(_PACKAGE.glob(pattern)):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for package in _MADE_BY:
        digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()


def _make(
    server: Server,
    name: str,
    *,
    note: str,
    fill: Callable[[Server, str], None],
    template: str | None = None,
) -> None:
    making = f"{_making(server)}{uuid4().hex[:12]}"
    create_database(server, making, template=template)
    mark_as_demo(server, making, "being made")
    fill(server, making)
    mark_as_demo(server, making, note)
    drop_demo_database(server, name)
    with server.connect() as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(making), sql.Identifier(name)
            )
        )


def _making(server: Server) -> str:
    """Begin the passing name of a database that is being made; nothing else is called so."""
    return f"{server.database(SiteName.DEMO)}_making_"


def _clear_away(server: Server) -> None:
    """Drop what a demo that was killed has left half made."""
    with server.connect() as connection:
        left = connection.execute(
            "SELECT datname FROM pg_database WHERE datname ~ ('^' || %s || '[0-9a-f]{12}$')",
            [_making(server)],
        ).fetchall()
        for (name,) in left:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))


def _fill(server: Server, database: str) -> None:
    """Create the tables and load the facts."""
    start_django(server, database, SiteName.DEMO.value)
    migrate()
    from django.db import connections

    from muster.actions import setup
    from muster.core.actors import Act

    setup.load_reference(act=Act(_FACTS_KEY, setup.INSTALLER, _FACTS_RECORDED_AT, "setup"))
    connections.close_all()


def _make_quick(server: Server, database: str) -> None:
    """Let the demo's commits not wait for the disk: the demo can be made anew at any time."""
    with server.connect() as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(
                sql.Identifier(database)
            )
        )
