"""Backups: a whole site in one file, while the site is in use."""

import stat
import subprocess
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

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
)
from muster.server.embedded.binaries import find_binaries
from muster.server.embedded.cluster import ADMIN, APP, OWNER
from muster.server.embedded.places import places_of
from tests.server.homes import Home, everything


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


_WAITS = "SELECT FROM pg_locks WHERE relation = 'django_session'::regclass AND NOT granted"


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
        # Only once it waits for the lock has it taken over the snapshot of the one that is killed.
        while connection.execute(_WAITS).fetchone() is None:
            time.sleep(0.02)
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
