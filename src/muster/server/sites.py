"""Where the records are: the real site and the demo, on the embedded server or on DATABASE_URL.

The two never share a database.  A command that is not told which one it means takes the real site
if there is one, and else the demo.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from muster.server.embedded.cluster import ADMIN, APP, OWNER, embedded
from muster.server.refusals import (
    DatabaseRights,
    DatabaseUnreachable,
    DatabaseUrlUnreadable,
    DatabaseVersion,
    NotADemo,
    NotSetUp,
)

_OLDEST, _BEYOND = 180_000, 190_000
_DEMO_MARK = "Muster demo: made anew by every ./muster demo"


class SiteName(StrEnum):
    """The two sites there can be."""

    MAIN = "main"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server, and how each role reaches a database on it.

    Args:
        admin: who creates and drops databases.
        owner: who owns the tables and migrates them.
        app: as whom the application works; owns nothing.
        main: the name of the real site's database.
        own: whether it is our embedded server.
    """

    admin: dict[str, str]
    owner: dict[str, str]
    app: dict[str, str]
    main: str
    own: bool

    def database(self, site: SiteName) -> str:
        """Name the database of a site."""
        return self.main if site is SiteName.MAIN else f"{self.main}_demo"

    def connect(self, database: str | None = None) -> psycopg.Connection:
        """Connect as the one who creates and drops databases."""
        params = dict(self.admin)
        if database is not None:
            params["dbname"] = database
        try:
            return psycopg.connect(make_conninfo(**params), autocommit=True)
        except psycopg.OperationalError as error:
            reason = str(error).splitlines()[0].rstrip(".")
            raise DatabaseUnreachable(reason=reason) from error


def home() -> Path:
    """Say where Muster keeps its data: MUSTER_HOME, or the user's data folder."""
    if "MUSTER_HOME" in os.environ:
        return Path(os.environ["MUSTER_HOME"]).absolute()
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base).absolute() / "muster"


@contextmanager
def running_server() -> Iterator[Server]:
    """Use the server of DATABASE_URL, or our own for as long as the block lasts.

    Raises:
        DatabaseUrlUnreadable, DatabaseUnreachable, DatabaseVersion, DatabaseRights: as they say.
        EmbeddedServerRefusal: our own server cannot be started.
    """
    url = os.environ.get("DATABASE_URL", "")
    if url:
        yield _server_of_url(url)
        return
    durable = os.environ.get("MUSTER_DURABLE", "1") != "0"
    with embedded(home(), durable=durable) as cluster:
        yield Server(
            admin=cluster.conninfo("postgres", ADMIN),
            owner=cluster.conninfo("postgres", OWNER),
            app=cluster.conninfo("postgres", APP),
            main="muster",
            own=True,
        )


def _server_of_url(url: str) -> Server:
    try:
        owner = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError as error:
        raise DatabaseUrlUnreadable from error
    app_url = os.environ.get("DATABASE_APP_URL", "")
    if app_url:
        app = {key: str(value) for key, value in conninfo_to_dict(app_url).items()}
    else:
        # The same log-in, working as the role that owns nothing.
        app = {**owner, "options": f"{owner.get('options', '')} -c role={APP}".strip()}
    server = Server(
        admin=owner, owner=owner, app=app, main=owner.get("dbname", "muster"), own=False
    )
    with server.connect() as connection:
        version = connection.info.server_version
        if not _OLDEST <= version < _BEYOND:
            raise DatabaseVersion(version=connection.info.parameter_status("server_version"))
        _ensure_app_role(connection)
    return server


def _ensure_app_role(connection: psycopg.Connection) -> None:
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [APP]).fetchone()
    may_set = "SELECT pg_has_role(current_user, %s, 'SET')"
    try:
        if known is None:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(APP)))
        if connection.execute(may_set, [APP]).fetchone() != (True,):
            connection.execute(
                sql.SQL("GRANT {} TO CURRENT_USER WITH SET TRUE, INHERIT FALSE").format(
                    sql.Identifier(APP)
                )
            )
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseRights(
            what=f"create or use the role {APP}",
            remedy=f"let an administrator run: CREATE ROLE {APP}; GRANT {APP} TO the role",
        ) from error


def exists(server: Server, site: SiteName) -> bool:
    """Say whether a site's database exists and holds Muster's tables."""
    name = server.database(site)
    with server.connect() as connection:
        if not _has_database(connection, name):
            return False
    with server.connect(name) as connection:
        row = connection.execute(
            "SELECT to_regclass('public.journal_entry') IS NOT NULL"
        ).fetchone()
    return row == (True,)


def choose(server: Server, wanted: str | None) -> SiteName:
    """Choose the site that a command means.

    Raises:
        NotSetUp: there is no such site yet, or none at all.
    """
    if wanted is not None:
        site = SiteName(wanted)
        if not exists(server, site):
            command = "init" if site is SiteName.MAIN else "demo"
            raise NotSetUp(site=site, command=command)
        return site
    for site in SiteName:
        if exists(server, site):
            return site
    raise NotSetUp(site="Muster", command="demo (or ./muster init)")


def create_database(server: Server, name: str, *, template: str | None = None) -> None:
    """Create a database that belongs to the owner role."""
    parts = [sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))]
    if server.own:
        parts.append(sql.SQL("OWNER {}").format(sql.Identifier(OWNER)))
    if template is not None:
        parts.append(sql.SQL("TEMPLATE {}").format(sql.Identifier(template)))
    with server.connect() as connection:
        try:
            connection.execute(sql.SQL(" ").join(parts))
        except psycopg.errors.InsufficientPrivilege as error:
            raise DatabaseRights(
                what=f"create the database {name}",
                remedy="let an administrator give it CREATEDB",
            ) from error


def ensure_database(server: Server, name: str) -> None:
    """Create a database unless it is there."""
    with server.connect() as connection:
        there = _has_database(connection, name)
    if not there:
        create_database(server, name)


def drop_demo_database(server: Server, name: str) -> None:
    """Drop a database that the demo made, if it is there.

    Raises:
        NotADemo: the demo did not make it.
    """
    with server.connect() as connection:
        if not _has_database(connection, name):
            return
        if not (mark_of(server, name) or "").startswith(_DEMO_MARK):
            raise NotADemo(name=name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def mark_as_demo(server: Server, name: str, note: str) -> None:
    """Write on a database that the demo made it, and what is in it."""
    with server.connect() as connection:
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(name), sql.Literal(f"{_DEMO_MARK} ({note})")
            )
        )


def mark_of(server: Server, name: str) -> str | None:
    """Read what is written on a database."""
    with server.connect() as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        ).fetchone()
    return row[0] if row else None


def is_marked(server: Server, name: str, note: str) -> bool:
    """Say whether the demo made this database, with just that in it."""
    return mark_of(server, name) == f"{_DEMO_MARK} ({note})"


def _has_database(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
    return found is not None
