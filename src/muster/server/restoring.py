"""Restoring a site: into a database of its own, which takes the site's name when it is verified.

The old database gives up its name and the new one takes it in one transaction.  So whatever is
killed when, the site is the old one or the new one, and what was half made is cleared away by the
next restore.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from muster.core.refusals import Kind, Refusal
from muster.server.backup_files import BackupOfNewer, Contents
from muster.server.django_start import migrate, start_django
from muster.server.embedded.binaries import MAJOR
from muster.server.postgres_programs import run_program
from muster.server.refusals import DatabaseRights, DatabaseUnreachable
from muster.server.sites import Server, SiteName, create_database, mark_as_demo, mark_of

_MARK = "Muster restore: half made, cleared away by the next restore"
_MARKS_BEGIN = "Muster "
_NAME_BYTES = 63
_LEAVES_WITHIN_S = 2.0
_LOOK_EVERY_S = 0.05
_JOBS = 2
_WORTH_TELLING = 10_000
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
_HOLDS_TABLES = """
    SELECT EXISTS (
        SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
            AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'
            AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
    )
"""


class SiteHoldsRecords(Refusal, kind=Kind.CONFLICT):
    """There is a {site} site with records; with --replace it is kept aside under another name."""


class SiteInUse(Refusal, kind=Kind.CONFLICT):
    """The {site} site is in use ({connections} connections), so it is left alone; stop it first."""


class RestoreRunning(Refusal, kind=Kind.CONFLICT):
    """Another restore of the {site} site is running; wait for it."""


class BackupOfOtherSite(Refusal, kind=Kind.CONFLICT):
    """This is a backup of the {found} site, and it is restored as nothing else."""


class NameTaken(Refusal, kind=Kind.CONFLICT):
    """The restore needs the name {name}, and a database of somebody else has it; rename that."""


class RestoredDiffers(Refusal, kind=Kind.CONFLICT):
    """What was restored is not what the backup says ({what}), so the site was left as it was."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the name the old database is kept under, and whether it migrated."""

    kept: str | None
    migrated: bool


def restore_site(
    server: Server,
    file: Path,
    contents: Contents,
    wanted: SiteName | None,
    *,
    replace: bool,
    say: Callable[[str], None],
) -> Restored:
    """Restore a site from a backup whose checksum was found right, whole or not at all.

    Args:
        server: where to.
        file: the backup.
        contents: what it says is in it.
        wanted: as which site; None for the one it is of.
        replace: whether a site with records gives way.
        say: told what is being done.

    Raises:
        BackupOfOtherSite, BackupOfNewer: it cannot become this site, or not with this Muster.
        SiteHoldsRecords, SiteInUse, RestoreRunning, NameTaken: something is in the way.
        RestoredDiffers, ProgramFailed: it did not come out as the backup says.
        DatabaseRights: the role may not create or rename databases.
    """
    site = SiteName(contents.site)
    if wanted not in (None, site):
        raise BackupOfOtherSite(found=site)
    _demand_not_newer(server, contents, site)
    name = server.database(site)
    half_made = _beside(name, "_restoring")
    with _alone(server, name, site) as admin:
        holds_records = _holds_tables(server, admin, name)
        if holds_records and not replace:
            raise SiteHoldsRecords(site=site)
        _demand_unused(admin, name, site)
        _clear_away(server, admin, half_made)
        try:
            migrated = _fill(server, file, contents, half_made, say)
            _verify(say)
            _leave(server, name, site)
            say("Putting it in its place ...")
            kept = _swap(server, admin, site, half_made)
        except BaseException:
            _leave(server, name, site)
            _drop(admin, half_made)
            raise
        if kept is not None and not holds_records:
            _drop(admin, kept)
            kept = None
    return Restored(kept, migrated)


def count_rows(connection: psycopg.Connection, table: str) -> int:
    """Count the rows of a table, one by one."""
    count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table))
    row = connection.execute(count).fetchone()
    return int(row[0]) if row else 0


def _demand_not_newer(server: Server, contents: Contents, site: SiteName) -> None:
    """Refuse tables that this Muster does not know, before anything is made."""
    start_django(server, _beside(server.database(site), "_restoring"), site.value)
    from django.db.migrations.loader import MigrationLoader

    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    known_names = {f"{app}.{name}" for app, name in known}
    unknown = [name for name in contents.migrations if name not in known_names]
    if unknown:
        what = f"its tables are of {unknown[-1]}, which is unknown here"
        raise BackupOfNewer(theirs=contents.muster, ours=version("muster"), what=what)
    if int(contents.postgresql.partition(".")[0]) > MAJOR:
        what = f"it was made from PostgreSQL {contents.postgresql}"
        raise BackupOfNewer(theirs=contents.muster, ours=version("muster"), what=what)


@contextmanager
def _alone(server: Server, name: str, site: SiteName) -> Iterator[psycopg.Connection]:
    """Keep other restores of the site out; yields a connection to none of the site's databases."""
    with closing(_connect_aside(server)) as admin:
        lock = "SELECT pg_try_advisory_lock(hashtextextended('restore ' || %s, 0))"
        if admin.execute(lock, [name]).fetchone() != (True,):
            raise RestoreRunning(site=site)
        yield admin


def _connect_aside(server: Server) -> psycopg.Connection:
    """Connect to a database that is not being renamed; a server has one of these two."""
    try:
        return server.connect("postgres")
    except DatabaseUnreachable:
        return server.connect("template1")


def _fill(
    server: Server, file: Path, contents: Contents, half_made: str, say: Callable[[str], None]
) -> bool:
    """Fill the new database and count it; returns whether its tables had to be migrated."""
    create_database(server, half_made)
    rows = contents.rows
    with closing(server.connect(half_made)) as connection:
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(half_made), sql.Literal(_MARK)
            )
        )
    say(f"Restoring {sum(rows.values()):,} rows in {len(rows)} tables ...")
    # Who owned the tables does not matter; what muster_app may do with them comes along.
    how = ["--no-owner", "--exit-on-error", "--no-password", f"--jobs={_JOBS}", "--verbose"]
    run_program(
        server,
        "pg_restore",
        [*how, f"--dbname={half_made}", str(file)],
        database=half_made,
        on_line=_telling(rows, say),
    )
    say("Counting the rows ...")
    _demand_counts(server, half_made, contents)
    migrated = _migrated(contents)
    if migrated:
        say("Bringing the tables up to date ...")
        migrate()
    with closing(server.connect(half_made)) as connection:
        connection.execute("ANALYZE")
    return migrated


def _telling(rows: Mapping[str, int], say: Callable[[str], None]) -> Callable[[str], None]:
    """Tell of each large table as pg_restore comes to it."""

    def tell(line: str) -> None:
        table = line.removeprefix('processing data for table "public.').rstrip('"')
        if rows.get(table, 0) >= _WORTH_TELLING:
            say(f"  {table}: {rows[table]:,} rows ...")

    return tell


def _demand_counts(server: Server, half_made: str, contents: Contents) -> None:
    with closing(server.connect(half_made)) as connection:
        for table, wanted in contents.rows.items():
            found = count_rows(connection, table)
            if found != wanted:
                what = f"{found:,} rows in {table} instead of {wanted:,}"
                raise RestoredDiffers(what=what)


def _migrated(contents: Contents) -> bool:
    """Say whether migrations are waiting that the backup does not have."""
    from django.db.migrations.loader import MigrationLoader

    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    return not {f"{app}.{name}" for app, name in graph.leaf_nodes()} <= set(contents.migrations)


def _verify(say: Callable[[str], None]) -> None:
    """Re-add the ledger, as the application's role: so its rights are seen to have come along."""
    from muster.queries.verification import verify

    found = verify(lambda check: say(f"Checking {check} ..."))
    if found.differences:
        what = f"{found.unaccounted:,} units are unaccounted for: {found.differences[0].what}"
        raise RestoredDiffers(what=what)


def _leave(server: Server, name: str, site: SiteName) -> None:
    """Close our own connections to the new database, and have Django forget it."""
    from django.db import connections

    connections.close_all()
    start_django(server, name, site.value)


def _swap(server: Server, admin: psycopg.Connection, site: SiteName, half_made: str) -> str | None:
    """Give the new database the site's name, and the old one another; both or neither.

    Returns:
        The name under which the old one is kept; None if there was none.
    """
    name = server.database(site)
    if site is SiteName.DEMO:
        mark_as_demo(server, half_made, "restored")
    kept = _beside(name, f"_before_restore_{datetime.now(UTC):%Y%m%dt%H%M%S}")
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    try:
        with admin.transaction():
            there = _is_there(admin, name)
            if there:
                admin.execute(rename.format(sql.Identifier(name), sql.Identifier(kept)))
            admin.execute(rename.format(sql.Identifier(half_made), sql.Identifier(name)))
            if site is SiteName.MAIN:
                unmark = sql.SQL("COMMENT ON DATABASE {} IS NULL")
                admin.execute(unmark.format(sql.Identifier(name)))
    except psycopg.errors.ObjectInUse as error:
        raise SiteInUse(site=site, connections=_connections_to(admin, name)) from error
    except psycopg.errors.InsufficientPrivilege as error:
        remedy = "let an administrator make it the owner of the database"
        raise DatabaseRights(what=f"rename the database {name}", remedy=remedy) from error
    return kept if there else None


def _demand_unused(admin: psycopg.Connection, name: str, site: SiteName) -> None:
    """Refuse while others are connected; ours, just closed, take a moment to be gone."""
    end = time.monotonic() + _LEAVES_WITHIN_S
    while (connections := _connections_to(admin, name)) > 0:
        if time.monotonic() > end:
            raise SiteInUse(site=site, connections=connections)
        time.sleep(_LOOK_EVERY_S)


def _connections_to(admin: psycopg.Connection, name: str) -> int:
    row = admin.execute(_OTHERS, [name]).fetchone()
    return int(row[0]) if row else 0


def _clear_away(server: Server, admin: psycopg.Connection, half_made: str) -> None:
    """Drop what a restore that was killed has left half made.

    Raises:
        NameTaken: it is none of ours: it has tables, and nothing says that a restore made them.
    """
    is_ours = (mark_of(server, half_made) or "").startswith(_MARKS_BEGIN)
    if not is_ours and _holds_tables(server, admin, half_made):
        raise NameTaken(name=half_made)
    _drop(admin, half_made)


def _drop(admin: psycopg.Connection, name: str) -> None:
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    admin.execute(drop.format(sql.Identifier(name)))


def _holds_tables(server: Server, admin: psycopg.Connection, name: str) -> bool:
    if not _is_there(admin, name):
        return False
    with closing(server.connect(name)) as connection:
        return connection.execute(_HOLDS_TABLES).fetchone() == (True,)


def _is_there(admin: psycopg.Connection, name: str) -> bool:
    found = admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
    return found is not None


def _beside(name: str, ending: str) -> str:
    """Name a database after another; PostgreSQL would cut a long name at its end, unasked."""
    room = _NAME_BYTES - len(ending)
    return name.encode()[:room].decode(errors="ignore") + ending
