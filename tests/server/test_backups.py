"""Backups: one file while the site is in use, and back whole or not at all."""

import dataclasses
import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.server.backup_files import (
    BackupDamaged,
    BackupNotWhole,
    BackupRunning,
    NotABackup,
    draft_of,
    read_contents,
    seal,
)
from muster.server.embedded.binaries import find_binaries
from muster.server.embedded.cluster import ADMIN, APP, OWNER, Cluster, start, stop
from muster.server.embedded.places import places_of

ROOT = Path(__file__).parents[2]
_ROWS = "SELECT t::text FROM {} t"
_MAKE = """
import django; django.setup()
from muster.server.django_start import migrate
from tests import make
migrate()
make.install()
w = make.world()
make.signed(w, make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "40")), damaged=3)
"""


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Home:
    """A home with a real site on a server of its own."""

    cluster: Cluster

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MUSTER_", "DATABASE_"))}
        return kept | {"MUSTER_HOME": str(self.cluster.home), "MUSTER_DURABLE": "0"}

    def command(self, *arguments: str | Path) -> list[str]:
        program = "from muster.server.main import main; main()"
        return [sys.executable, "-c", program, *map(str, arguments)]

    def run(self, *arguments: str | Path, **more: str) -> Said:
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment() | more,
            capture_output=True,
            text=True,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def run_python(self, program: str, *arguments: str) -> None:
        """Run a program that has Django work on the site."""
        site = {
            "MUSTER_APP_DSN": json.dumps(self.cluster.conninfo("muster", APP)),
            "MUSTER_OWNER_DSN": json.dumps(self.cluster.conninfo("muster", OWNER)),
            "DJANGO_SETTINGS_MODULE": "muster.server.settings",
        }
        command = [sys.executable, "-c", program, *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment() | site, check=True)

    def connect(self, database: str = "muster", role: str = ADMIN) -> psycopg.Connection:
        return psycopg.connect(self.cluster.dsn(database, role), autocommit=True)

    def ask(self, question: str, database: str = "muster") -> list[tuple[object, ...]]:
        with closing(self.connect(database)) as connection:
            return connection.execute(question).fetchall()

    def databases(self) -> set[str]:
        rows = self.ask("SELECT datname FROM pg_database WHERE datname ~ 'muster'", "postgres")
        return {str(name) for (name,) in rows}

    def forget_kept(self) -> None:
        """Drop what restores have kept aside, so that each test begins with the site alone."""
        with closing(self.connect("postgres")) as connection:
            for name in self.databases() - {"muster"}:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("home")
    cluster = start(folder, durable=False)
    home = Home(cluster)
    try:
        with closing(home.connect("postgres", OWNER)) as connection:
            connection.execute("CREATE DATABASE muster")
        home.run_python(_MAKE)
        yield home
    finally:
        cluster.release()
        stop(folder)


@pytest.fixture
def home(made: Home) -> Iterator[Home]:
    yield made
    made.forget_kept()


@pytest.fixture(scope="module")
def backup(made: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backups") / "site.backup"
    said = made.run("backup", file)
    assert said.code == 0, said.err
    return file


def everything(home: Home, database: str = "muster") -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, and who may do what with them."""
    tables = home.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database)
    names = sorted(str(name) for (name,) in tables)
    found = {name: sorted(home.ask(_ROWS.format(name), database)) for name in names}
    found["rights"] = sorted(
        home.ask("SELECT relname, relacl::text FROM pg_class WHERE relkind IN ('r', 'S')", database)
    )
    found["columns"] = sorted(
        home.ask(
            "SELECT attrelid::regclass::text, attname, attacl::text FROM pg_attribute "
            "WHERE attacl IS NOT NULL",
            database,
        )
    )
    found["triggers"] = sorted(
        home.ask("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal", database)
    )
    return found


def test_a_restored_site_is_the_one_that_was_backed_up(home: Home, backup: Path) -> None:
    before = everything(home)
    with closing(home.connect()) as connection:
        connection.execute("UPDATE party SET name = 'Somebody else' WHERE code = 'DEU'")
    said = home.run("restore", backup, "--replace")
    assert said.code == 0, said.err
    kept = re.search(r"kept as the database (\w+)\.", said.out)
    assert kept is not None, said.out
    assert everything(home) == before
    [(name,)] = home.ask("SELECT name FROM party WHERE code = 'DEU'", kept[1])
    assert name == "Somebody else"
    assert home.databases() == {"muster", kept[1]}
    assert home.run("verify").code == 0


def test_a_restored_site_can_be_worked_on_and_stays_protected(home: Home, backup: Path) -> None:
    assert home.run("restore", backup, "--replace").code == 0
    with closing(home.connect(role=APP)) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE transfer SET amount = 1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE account SET amount_in = 1")
        connection.execute("UPDATE party SET name = name")
    with closing(home.connect(role=OWNER)) as connection:
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("DELETE FROM journal_entry")
        owners = connection.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        )
        assert owners.fetchall() == [(OWNER,)]


def test_a_backup_says_what_is_in_it_and_nobody_else_may_read_it(
    home: Home, tmp_path: Path
) -> None:
    said = home.run("backup", tmp_path)
    [file] = tmp_path.iterdir()
    assert file.name.startswith("muster-main-")
    assert file.name.endswith("Z.backup")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    [(transfers, lines)] = home.ask(
        "SELECT (SELECT count(*) FROM transfer), (SELECT count(*) FROM journal_entry)"
    )
    assert (
        f"{file.stat().st_size:,} bytes; {transfers} transfers, {lines} journal lines" in said.out
    )
    contents = read_contents(file)
    assert f"Muster {contents.muster}, schema {contents.schema}" in said.out
    assert contents.schema[:4].isdecimal()


def test_a_backup_shows_one_moment_while_others_write(home: Home, tmp_path: Path) -> None:
    with closing(home.connect(role=OWNER)) as connection:
        connection.execute("CREATE TABLE a_first (n bigint); CREATE TABLE z_last (n bigint)")
    enough = threading.Event()

    def write() -> None:
        with closing(home.connect()) as connection:
            while not enough.is_set():
                with connection.transaction():
                    connection.execute("INSERT INTO a_first VALUES (1)")
                    connection.execute("INSERT INTO z_last VALUES (1)")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        said = home.run("backup", tmp_path / "busy.backup")
    finally:
        enough.set()
        writer.join()
    assert said.code == 0, said.err
    assert home.run("restore", tmp_path / "busy.backup", "--replace").code == 0
    [(first, last)] = home.ask(
        "SELECT (SELECT count(*) FROM a_first), (SELECT count(*) FROM z_last)"
    )
    assert first == last
    assert first == read_contents(tmp_path / "busy.backup").rows["z_last"]
    with closing(home.connect(role=OWNER)) as connection:
        connection.execute("DROP TABLE a_first, z_last")


def test_who_was_signed_in_is_not_signed_in_again_by_a_restore(home: Home, tmp_path: Path) -> None:
    with closing(home.connect(role=APP)) as connection:
        connection.execute("INSERT INTO django_session VALUES ('key', 'data', now() + '1 day')")
    assert home.run("backup", tmp_path / "b").code == 0
    assert home.run("restore", tmp_path / "b", "--replace").code == 0
    assert home.ask("SELECT count(*) FROM django_session") == [(0,)]


def test_a_backup_never_overwrites_a_file(home: Home, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    said = home.run("backup", tmp_path / "mine")
    assert (said.code, "[backup_exists]" in said.err) == (2, True)
    assert (tmp_path / "mine").read_text() == "mine"
    assert "[folder_missing]" in home.run("backup", tmp_path / "none" / "b").err


def test_a_write_that_fails_leaves_no_file(home: Home, tmp_path: Path) -> None:
    command = home.command("backup", tmp_path / "b")
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 8 && exec "$@"', "sh", *command],
        env=home.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_killed_backup_leaves_nothing_that_looks_like_one(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "b"
    url = home.cluster.dsn("muster", ADMIN).replace(f"{ADMIN}@", f"{ADMIN}:secret-word@")
    with closing(home.connect(role=OWNER)) as connection:
        connection.autocommit = False
        connection.execute("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE")
        process = subprocess.Popen(
            home.command("backup", file), env=home.environment() | {"DATABASE_URL": url}
        )
        dump = _pid_of("pg_dump", str(file))
        assert b"secret-word" not in (Path("/proc") / str(dump) / "cmdline").read_bytes()
        process.kill()
        process.wait()
        assert [path.name for path in tmp_path.iterdir()] == ["b.part"]
        assert "[backup_running]" in home.run("backup", file).err
        assert not file.exists()
    while (Path("/proc") / str(dump) / "exe").exists():
        time.sleep(0.02)
    assert home.run("backup", file).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_two_backups_do_not_write_one_file(tmp_path: Path) -> None:
    with draft_of(tmp_path / "b") as (draft, _):
        draft.write_text("whole")
        with pytest.raises(BackupRunning), draft_of(tmp_path / "b"):
            pass
    assert (tmp_path / "b").read_text() == "whole"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_backup_with_one_bit_changed_is_refused(
    backup: Path, tmp_path: Path, at: int, bit: int
) -> None:
    content = bytearray(backup.read_bytes())
    content[at % len(content)] ^= 1 << bit
    (tmp_path / "changed").write_bytes(content)
    with pytest.raises((BackupDamaged, BackupNotWhole, NotABackup)):
        read_contents(tmp_path / "changed")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(left=st.integers(min_value=0))
def test_a_backup_that_was_cut_short_is_refused(backup: Path, tmp_path: Path, left: int) -> None:
    content = backup.read_bytes()
    (tmp_path / "cut").write_bytes(content[: left % len(content)])
    with pytest.raises((BackupNotWhole, NotABackup)):
        read_contents(tmp_path / "cut")


def test_what_is_no_whole_backup_is_refused_in_one_sentence(
    home: Home, backup: Path, tmp_path: Path
) -> None:
    (tmp_path / "cut").write_bytes(backup.read_bytes()[:-100])
    (tmp_path / "empty").touch()
    before = everything(home)
    for file, code in (
        (tmp_path / "cut", "backup_not_whole"),
        (tmp_path / "empty", "not_a_backup"),
        (ROOT / "README.md", "not_a_backup"),
        (tmp_path / "none", "backup_not_readable"),
    ):
        said = home.run("restore", file, "--replace")
        assert said.code == 2
        assert said.err.splitlines()[-1].endswith(f"[{code}]")
        assert len(said.err.splitlines()) == 2
    assert "[backup_of_other_site]" in home.run("restore", backup, "--site", "demo").err
    assert everything(home) == before
    assert home.databases() == {"muster"}


def test_records_give_way_only_when_told_to(home: Home, backup: Path) -> None:
    before = everything(home)
    said = home.run("restore", backup)
    assert (said.code, "[site_holds_records]" in said.err) == (2, True)
    assert everything(home) == before
    assert home.databases() == {"muster"}


def test_a_site_that_is_not_there_or_empty_is_restored_without_being_told_more(
    home: Home, backup: Path
) -> None:
    before = everything(home)
    with closing(home.connect("postgres")) as connection:
        connection.execute("ALTER DATABASE muster RENAME TO muster_aside")
    assert home.run("restore", backup).code == 0
    assert everything(home) == before
    with closing(home.connect("postgres")) as connection:
        connection.execute("DROP DATABASE muster")
        connection.execute("CREATE DATABASE muster")
    said = home.run("restore", backup, DATABASE_URL=home.cluster.dsn("muster", ADMIN))
    assert said.code == 0, said.err
    assert "kept as" not in said.out
    assert home.databases() == {"muster", "muster_aside"}
    with closing(home.connect("postgres")) as connection:
        connection.execute("DROP DATABASE muster")
        connection.execute("ALTER DATABASE muster_aside RENAME TO muster")


def test_a_site_in_use_is_not_replaced(home: Home, backup: Path) -> None:
    with closing(home.connect(role=APP)):
        said = home.run("restore", backup, "--replace")
    assert (said.code, "[site_in_use]" in said.err) == (2, True)
    assert home.databases() == {"muster"}


def test_who_comes_in_the_middle_of_a_restore_keeps_the_site_as_it_is(
    home: Home, backup: Path
) -> None:
    process = _restore_until(home, backup, "Checking")
    with closing(home.connect(role=APP)):
        process.send_signal(signal.SIGCONT)
        _, words = process.communicate()
    assert (process.returncode, "[site_in_use]" in words) == (2, True)
    assert home.databases() == {"muster"}


def test_two_restores_do_not_run_at_once(home: Home, backup: Path) -> None:
    process = _restore_until(home, backup, "Checking")
    said = home.run("restore", backup, "--replace")
    process.send_signal(signal.SIGCONT)
    _, words = process.communicate()
    assert (said.code, "[restore_running]" in said.err) == (2, True)
    assert process.returncode == 0, words


@pytest.mark.parametrize("moment", ["Restoring", "Putting"])
def test_a_restore_that_is_killed_leaves_the_site_and_the_next_one_cleans_up(
    home: Home, backup: Path, moment: str
) -> None:
    before = everything(home)
    process = _restore_until(home, backup, moment)
    process.kill()
    process.communicate()
    assert everything(home) == before
    assert home.databases() == {"muster", "muster_restoring"}
    assert home.run("restore", backup, "--replace").code == 0
    assert everything(home) == before
    assert "muster_restoring" not in home.databases()


def test_a_database_of_somebody_else_is_not_dropped_for_its_name(home: Home, backup: Path) -> None:
    with closing(home.connect("postgres")) as connection:
        connection.execute("CREATE DATABASE muster_restoring")
    with closing(home.connect("muster_restoring")) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS n")
    said = home.run("restore", backup, "--replace")
    assert (said.code, "[name_taken]" in said.err) == (2, True)
    assert home.ask("SELECT n FROM mine", "muster_restoring") == [(1,)]


def test_what_is_not_what_the_backup_says_is_not_put_in_place(
    home: Home, backup: Path, tmp_path: Path
) -> None:
    contents = read_contents(backup)
    forged = tmp_path / "forged"
    whole = backup.read_bytes()
    length = int.from_bytes(whole[-24:-16])
    forged.write_bytes(whole[: -56 - length])
    rows = {**contents.rows, "transfer": contents.rows["transfer"] + 1}
    seal(forged, dataclasses.replace(contents, rows=rows))
    said = home.run("restore", forged, "--replace")
    assert (said.code, "[restored_differs]" in said.err) == (2, True)
    assert home.databases() == {"muster"}


def test_a_ledger_that_does_not_add_up_is_not_put_in_place(home: Home, tmp_path: Path) -> None:
    _one_more_unit(home, "+")
    assert home.run("backup", tmp_path / "b").code == 0
    _one_more_unit(home, "-")
    said = home.run("restore", tmp_path / "b", "--replace")
    assert (said.code, "[restored_differs]" in said.err) == (2, True)
    assert "units are unaccounted for" in said.err
    assert home.databases() == {"muster"}


def test_a_backup_of_a_newer_muster_is_refused(home: Home, tmp_path: Path) -> None:
    with closing(home.connect()) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('records', '9999_later', now())"
        )
        assert home.run("backup", tmp_path / "b").code == 0
        connection.execute("DELETE FROM django_migrations WHERE name = '9999_later'")
    said = home.run("restore", tmp_path / "b", "--replace")
    assert (said.code, "[backup_of_newer]" in said.err) == (2, True)
    assert "records.9999_later" in said.err


def test_a_backup_of_an_older_muster_is_brought_up_to_date(home: Home, tmp_path: Path) -> None:
    _migrate_auth(home, "0011")
    try:
        assert home.run("backup", tmp_path / "b").code == 0
    finally:
        _migrate_auth(home, "0012")
    before = {name: rows for name, rows in everything(home).items() if name != "django_migrations"}
    said = home.run("restore", tmp_path / "b", "--replace")
    assert said.code == 0, said.err
    assert "brought up to date" in said.out
    assert home.run("verify").code == 0
    after = everything(home)
    assert {name: after[name] for name in before} == before


def test_postgresqls_own_program_reads_a_backup_too(home: Home, backup: Path) -> None:
    with closing(home.connect("postgres")) as connection:
        connection.execute(f"CREATE DATABASE muster_by_hand OWNER {OWNER}")
    where = home.cluster.conninfo("muster_by_hand", OWNER)
    program = find_binaries(places_of(home.cluster.home)).program("pg_restore")
    subprocess.run(
        [program, "--exit-on-error", "-d", "muster_by_hand", backup],
        env={"PGHOST": where["host"], "PGUSER": OWNER},
        check=True,
    )
    by_hand, site = everything(home, "muster_by_hand"), everything(home)
    assert by_hand["transfer"] == site["transfer"]
    assert by_hand["rights"] == site["rights"]


def _restore_until(home: Home, backup: Path, words: str) -> subprocess.Popen[str]:
    """Begin a restore, and stop it where it stands when it says these words."""
    process = subprocess.Popen(
        home.command("restore", backup, "--replace"),
        env=home.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(words):
            process.send_signal(signal.SIGSTOP)
            return process
    message = f"the restore never said {words}"
    raise AssertionError(message)


def _pid_of(program: str, argument: str) -> int:
    """Wait for a program with an argument, and say its process id."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                words = path.read_text().split("\0")
                if words[0].endswith(program) and any(argument in word for word in words):
                    return int(path.parent.name)
        time.sleep(0.02)
    message = f"{program} was never started"
    raise AssertionError(message)


def _one_more_unit(home: Home, sign: str) -> None:
    with closing(home.connect()) as connection:
        connection.execute(
            f"UPDATE account SET amount_in = amount_in {sign} 1 "  # noqa: S608 - plus or minus
            "WHERE id = (SELECT min(id) FROM account WHERE kind = 'available')"
        )


def _migrate_auth(home: Home, target: str) -> None:
    """Take the tables of log-ins to a version; backwards is what an older Muster has."""
    program = (
        "import sys, django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', 'auth', sys.argv[1], database='owner', verbosity=0)"
    )
    home.run_python(program, target)
