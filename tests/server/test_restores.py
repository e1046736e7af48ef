"""Restores: a site comes back whole, or stays as it was."""

import dataclasses
import re
import signal
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from muster.server.backup_files import (
    read_contents,
    seal,
)
from muster.server.embedded.cluster import ADMIN, APP, OWNER
from tests.server.homes import ROOT, Home, everything


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
