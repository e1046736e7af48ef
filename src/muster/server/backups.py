"""`muster backup` and `muster restore`: a site in one file, and back, whole or not at all."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
import psycopg

from muster.core.refusals import Kind, Refusal
from muster.server.backup_files import Contents, draft_of, read_contents, seal
from muster.server.postgres_programs import ProgramFailed, run_program
from muster.server.restoring import Restored, count_rows, restore_site
from muster.server.sites import Server, SiteName, choose, running_server

# Who is signed in stays out: a session that has ended since must not begin again with a restore.
LEFT_OUT = "django_session"
_MIGRATION = "SELECT app || '.' || name FROM django_migrations ORDER BY id"
# What an extension brings is made anew by the extension.
_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> %s
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
    ORDER BY relname
"""

_site_option = click.option(
    "--site",
    type=click.Choice([name.value for name in SiteName]),
    help="The real site or the demo.",
)


class DatabaseBrokeOff(Refusal, kind=Kind.CONFLICT):
    """The database broke off, so nothing was {done}: {reason}."""


class FolderMissing(Refusal):
    """There is no folder {folder} to put the backup in."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: its file, its size in bytes, what is in it."""

    file: Path
    size: int
    contents: Contents


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@_site_option
@click.pass_context
def backup(ctx: click.Context, file: Path | None, site: str | None) -> None:
    """Put a whole site into one FILE, while it is in use.

    Without FILE, or with a folder, the file is named by the site and the moment.
    """
    with _database_breaks_off("backed up"), running_server() as server:
        chosen = choose(server, site or ctx.find_root().params.get("site"))
        moment = datetime.now(UTC)
        made = make_backup(server, chosen, _target(file, chosen, moment), moment, _say)
    rows = made.contents.rows
    click.echo(f"{made.file}: the {chosen} site as it was on {moment:%d %B %Y at %H:%M:%S} UTC")
    click.echo(
        f"{made.size:,} bytes; {rows.get('transfer', 0):,} transfers, "
        f"{rows.get('journal_entry', 0):,} journal lines, "
        f"{sum(rows.values()):,} rows in {len(rows)} tables"
    )
    click.echo(f"Muster {made.contents.muster}, schema {made.contents.schema}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_site_option
@click.option("--replace", is_flag=True, help="Also where there are records; they are kept aside.")
@click.pass_context
def restore(ctx: click.Context, file: Path, site: str | None, *, replace: bool) -> None:
    """Restore a site from a FILE that ./muster backup made, whole or not at all."""
    _say("Reading the file ...")
    contents = read_contents(file)
    wanted = site or ctx.find_root().params.get("site")
    with _database_breaks_off("changed"), running_server() as server:
        done = restore_site(
            server, file, contents, SiteName(wanted) if wanted else None, replace=replace, say=_say
        )
    _tell(file, contents, done)


def make_backup(
    server: Server, site: SiteName, target: Path, moment: datetime, say: Callable[[str], None]
) -> Backup:
    """Write a site into a file: complete, checked, and readable by its owner alone; or no file.

    Args:
        server: where the site is.
        site: which.
        target: the file to make.
        moment: now.
        say: told what is being done.

    Raises:
        BackupExists, BackupRunning, BackupNotWritten: as they say.
        ProgramFailed: pg_dump could not go on, or what it wrote cannot be read again.
    """
    database = server.database(site)
    with draft_of(target) as (draft, lock), closing(server.connect(database)) as connection:
        # What is counted and what is dumped is one and the same moment of the database.
        connection.autocommit = False
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        say("Counting the rows ...")
        contents = _contents(connection, site, moment)
        [snapshot] = connection.execute("SELECT pg_export_snapshot()").fetchone() or [""]
        say(f"Writing {sum(contents.rows.values()):,} rows ...")
        dump = [
            "--format=custom",
            f"--file={draft}",
            f"--snapshot={snapshot}",
            f"--exclude-table-data=public.{LEFT_OUT}",
            # A migration waits for our snapshot and pg_dump would for the migration: give way.
            "--lock-wait-timeout=60s",
            "--no-password",
        ]
        run_program(server, "pg_dump", dump, database=database, keep=(lock,))
        size = seal(draft, contents)
        say("Reading it again ...")
        _check(server, draft, contents)
    return Backup(target, size, contents)


def _contents(connection: psycopg.Connection, site: SiteName, moment: datetime) -> Contents:
    tables = [name for (name,) in connection.execute(_TABLES, [LEFT_OUT])]
    return Contents(
        site=site.value,
        taken_at=moment.isoformat(timespec="seconds"),
        muster=version("muster"),
        postgresql=connection.info.parameter_status("server_version") or "",
        migrations=tuple(name for (name,) in connection.execute(_MIGRATION)),
        rows={name: count_rows(connection, name) for name in tables},
    )


def _check(server: Server, draft: Path, contents: Contents) -> None:
    """Read the finished file as a restore would, and find each table in it.

    Raises:
        ProgramFailed: pg_restore cannot read it, or a table is missing.
    """
    read_contents(draft)
    listed = run_program(server, "pg_restore", ["--list", str(draft)])
    for table in contents.rows:
        if f" TABLE DATA public {table} " not in listed:
            raise ProgramFailed(program="pg_dump", reason=f"it left out the table {table}")


def _target(file: Path | None, site: SiteName, moment: datetime) -> Path:
    """Name the file: as it was said, or by the site and the moment."""
    if file is None or file.is_dir():
        file = (file or Path()) / f"muster-{site}-{moment:%Y-%m-%dT%H%M%SZ}.backup"
    if not file.parent.is_dir():
        raise FolderMissing(folder=file.parent)
    return file


@contextmanager
def _database_breaks_off(done: str) -> Iterator[None]:
    """Say in one sentence that the server went away in the middle."""
    try:
        yield
    except psycopg.OperationalError as error:
        reason = (str(error).splitlines() or ["it does not answer"])[0].rstrip(".")
        raise DatabaseBrokeOff(done=done, reason=reason) from error


def _tell(file: Path, contents: Contents, done: Restored) -> None:
    rows = contents.rows
    click.echo(
        f"Restored the {contents.site} site from {file}: "
        f"{rows.get('transfer', 0):,} transfers, {rows.get('journal_entry', 0):,} journal lines, "
        f"as of {contents.taken_at}.  Every unit is accounted for."
    )
    if done.migrated:
        click.echo("Its tables were of an earlier version and were brought up to date.")
    if done.kept:
        click.echo(f"The site as it was before is kept as the database {done.kept}.")


def _say(text: str) -> None:
    click.echo(text, err=True)
