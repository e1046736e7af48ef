import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from muster.server.embedded import binaries as binaries_module
from muster.server.embedded.cluster import (
    ADMIN,
    APP,
    OWNER,
    Cluster,
    State,
    embedded,
    start,
    status,
    stop,
)
from muster.server.embedded.refusals import (
    DiskFull,
    FolderNotUsable,
    NoServerBinaries,
    OtherMajorVersion,
    RunningWithoutDurability,
    ServerDidNotStart,
)

STARTER = """
import sys, time
from pathlib import Path
from muster.server.embedded.cluster import start, status
start(Path(sys.argv[1]), durable=False)
print(status(Path(sys.argv[1])).pid, flush=True)
time.sleep(float(sys.argv[2]))
"""

path_text = st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    yield folder
    stop(folder)


def starter(home: Path, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", STARTER, str(home), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def pid_told_by(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def ask(cluster: Cluster, role: str, question: str, database: str = "postgres") -> object:
    with psycopg.connect(
        make_conninfo(**cluster.conninfo(database, role)), autocommit=True
    ) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


@given(folder=path_text, database=path_text, role=path_text)
def test_the_address_says_the_same_as_the_connection_settings(
    folder: str, database: str, role: str
) -> None:
    cluster = Cluster(home=Path("/h"), socket_folder=Path("/h") / folder, _claims=[])
    assert conninfo_to_dict(cluster.dsn(database, role)) == cluster.conninfo(database, role)


def test_the_server_has_three_roles_with_falling_rights_and_no_network(home: Path) -> None:
    with embedded(home, durable=False) as cluster:
        for role in (ADMIN, OWNER, APP):
            assert ask(cluster, role, "select current_user::text") == role
        rights = "select rolsuper::int * 100 + rolcreatedb::int * 10 + rolbypassrls::int"
        of = f"{rights} from pg_roles where rolname = current_user"
        assert [ask(cluster, role, of) for role in (ADMIN, OWNER, APP)] == [111, 10, 0]
        assert ask(cluster, APP, "show listen_addresses") == ""
        locale = "select datlocprovider::text || datlocale || pg_encoding_to_char(encoding)"
        of = f"{locale} from pg_database where datname = 'postgres'"
        assert ask(cluster, APP, of) == "bC.UTF-8UTF8"
        assert ask(cluster, APP, "show timezone") == "UTC"


def test_the_owner_makes_databases_and_extensions_and_the_application_does_not(home: Path) -> None:
    with embedded(home, durable=False) as cluster:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(cluster, APP, "create database muster")
        with psycopg.connect(cluster.dsn("postgres", OWNER), autocommit=True) as owner:
            owner.execute("create database muster")
        with psycopg.connect(cluster.dsn("muster", OWNER), autocommit=True) as owner:
            for extension in ("btree_gist", "pg_trgm", "unaccent"):
                owner.execute(f"create extension {extension}".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(cluster, APP, "create table mine (id int)", "muster")


def test_the_second_user_joins_the_first_ones_server_and_the_last_one_out_stops_it(
    home: Path,
) -> None:
    assert status(home).state is State.ABSENT
    first = start(home, durable=False)
    pid = status(home).pid
    second = start(home, durable=False)
    assert status(home).pid == pid
    assert not first.release()
    assert not first.release(), "a second release gives up nothing more"
    assert ask(second, APP, "select 1") == 1
    assert second.release()
    assert status(home).state is State.STOPPED


def test_eight_starters_at_once_get_one_server(home: Path) -> None:
    starters = [starter(home, 600) for _ in range(8)]
    try:
        pids = {pid_told_by(process) for process in starters}
        assert len(pids) == 1
        assert len(list((home / "postgresql").glob("cluster*"))) == 1
    finally:
        for process in starters:
            process.kill()
            process.communicate()


def test_a_killed_user_does_not_keep_the_server_up(home: Path) -> None:
    killed = starter(home, 600)
    pid = pid_told_by(killed)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    ours = start(home, durable=False)
    assert status(home).pid == pid, "the server outlives the one who started it"
    assert ours.release(), "and leaves with the last living user"
    assert status(home).state is State.STOPPED


def test_only_the_test_mode_gives_up_safety_and_no_durable_start_joins_it(home: Path) -> None:
    with embedded(home) as cluster:
        assert ask(cluster, APP, "show fsync") == "on"
        assert ask(cluster, APP, "show synchronous_commit") == "on"
    with embedded(home, durable=False) as cluster:
        assert ask(cluster, APP, "show fsync") == "off"
        with pytest.raises(RunningWithoutDurability):
            start(home)


def test_a_stop_is_waited_for_and_breaks_off_open_connections(home: Path) -> None:
    cluster = start(home, durable=False)
    with psycopg.connect(cluster.dsn("postgres", APP)) as connection:
        connection.execute("select 1")
        cluster.stop()
        assert status(home).state is State.STOPPED
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    assert start(home, durable=False).release() is False
    assert cluster.release()


def test_a_home_named_from_the_current_folder_is_found_from_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cluster = start(Path("home"), durable=False)
    monkeypatch.chdir("/")
    assert cluster.release()
    assert status(tmp_path / "home").state is State.STOPPED


@pytest.mark.parametrize("name", ["with space", "a,b", 'it\'s "quoted"', "Österreich", "x" * 120])
def test_a_home_may_have_any_name_and_length(tmp_path: Path, name: str) -> None:
    with embedded(tmp_path / name, durable=False) as cluster:
        assert ask(cluster, APP, "select 1") == 1
        assert cluster.socket_folder.stat().st_mode & 0o777 == 0o700
        with psycopg.connect(cluster.dsn("postgres", APP)) as connection:
            assert connection.info.user == APP
    elsewhere = not cluster.socket_folder.is_relative_to(tmp_path)
    assert not (elsewhere and cluster.socket_folder.exists()), "nothing is left outside the home"


def test_the_data_of_another_major_version_is_named_and_left_alone(home: Path) -> None:
    data = home / "postgresql" / "cluster" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(OtherMajorVersion, match="made by PostgreSQL 17: dump it with 17"):
        start(home)
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_a_machine_with_only_another_version_is_told_so_and_nothing_is_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries_module, "_PACKAGES", ("no_such_package",))
    monkeypatch.setattr(binaries_module, "_DEBIAN", home / "nothing")
    with tempfile.TemporaryDirectory() as old:
        Path(old).chmod(0o755)
        for name in ("postgres", "initdb"):
            program = Path(old) / name
            program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 17.2'\n")
            program.chmod(0o755)
        monkeypatch.setenv("PATH", old)
        looked = rf"No PostgreSQL 18 was found.*nothing there.*, {old} \(version 17.2\)"
        with pytest.raises(NoServerBinaries, match=looked):
            start(home)
    assert not (home / "postgresql" / "cluster").exists()


def test_a_server_that_cannot_start_says_what_its_log_says(home: Path) -> None:
    start(home, durable=False).release()
    settings = home / "postgresql" / "cluster" / "data" / "postgresql.conf"
    settings.write_text(settings.read_text() + "\nno_such_setting = 1\n")
    with pytest.raises(ServerDidNotStart, match="no_such_setting"):
        start(home, durable=False)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(FolderNotUsable):
        start(tmp_path / "home")


def test_a_full_disk_is_said_in_a_sentence_and_leaves_no_half_made_cluster(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "none", str(small)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        with pytest.raises(DiskFull, match="There is no space left on the disk"):
            start(small)
        assert not list((small / "postgresql").glob("cluster*"))
    finally:
        subprocess.run(["umount", str(small)], check=True)
