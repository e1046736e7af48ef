import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from muster.server.embedded.cluster import ADMIN, APP, Cluster, State, start, status, stop
from muster.server.embedded.places import is_held, places_of

STARTER = """
import sys
from pathlib import Path
from muster.server.embedded.cluster import start
start(Path(sys.argv[1]))
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    yield folder
    stop(folder)


@pytest.fixture
def bystander(home: Path) -> Iterator[int]:
    """A living process of the server's user that has nothing to do with the server."""
    account = places_of(home).server
    other = account.uid if os.geteuid() == 0 else None
    with subprocess.Popen(["/bin/sleep", "600"], user=other, cwd="/") as process:
        yield process.pid
        process.kill()


def kill_server(home: Path) -> None:
    """Kill the server's first process; the others follow when they notice."""
    pid = status(home).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while status(home).pid is not None:  # the kernel takes a moment
        time.sleep(0.001)


def is_usable(cluster: Cluster) -> bool:
    with psycopg.connect(cluster.dsn("postgres", APP)) as connection:
        return connection.execute("select 1").fetchone() == (1,)


def leftovers(home: Path) -> tuple[Path, Path, Path]:
    """The process file and the socket's lock file, which PostgreSQL believes; and the socket."""
    places = places_of(home)
    socket, lock = places.socket_files
    return places.data / "postmaster.pid", lock, socket


def write_until_it_breaks(cluster: Cluster, committed: list[int]) -> None:
    try:
        with psycopg.connect(cluster.dsn("postgres", ADMIN), autocommit=True) as connection:
            for number in range(1_000_000):
                connection.execute("insert into kept values (%s)", (number,))
                committed.append(number)
    except psycopg.OperationalError:
        return


def test_every_committed_row_outlives_a_kill_of_the_server(home: Path) -> None:
    cluster = start(home)
    with psycopg.connect(cluster.dsn("postgres", ADMIN), autocommit=True) as connection:
        connection.execute("create table kept (number int)")
    committed: list[int] = []
    writer = threading.Thread(target=write_until_it_breaks, args=(cluster, committed))
    writer.start()
    time.sleep(0.5)
    kill_server(home)
    again = start(home)
    writer.join()
    with psycopg.connect(again.dsn("postgres", ADMIN)) as connection:
        kept = {row[0] for row in connection.execute("select number from kept")}
    assert committed
    assert set(committed) <= kept
    assert not again.release()
    assert cluster.release()


def test_a_long_calculation_of_a_killed_server_does_not_stop_the_next_start(home: Path) -> None:
    cluster = start(home, durable=False)

    def calculate() -> None:
        with (
            psycopg.connect(cluster.dsn("postgres", APP)) as connection,
            pytest.raises(psycopg.OperationalError),
        ):
            connection.execute("do $$ begin loop perform 1; end loop; end $$")

    busy = threading.Thread(target=calculate)
    busy.start()
    time.sleep(0.3)
    kill_server(home)
    assert is_held(places_of(home).server_lock)
    begin = time.monotonic()
    assert is_usable(start(home, durable=False))
    assert time.monotonic() - begin < 10
    busy.join()
    cluster.release()


def test_a_truncated_process_file_does_not_stop_the_next_start(home: Path) -> None:
    cluster = start(home, durable=False)
    kill_server(home)
    wait_for_the_end(home)
    for path in leftovers(home)[:2]:
        path.write_text("")
    assert is_usable(start(home, durable=False))
    cluster.release()


def test_a_process_file_that_names_a_living_stranger_does_not_stop_the_next_start(
    home: Path, bystander: int
) -> None:
    cluster = start(home, durable=False)
    kill_server(home)
    wait_for_the_end(home)
    for path in leftovers(home)[:2]:
        lines = path.read_text().splitlines()
        path.write_text("\n".join([str(bystander), *lines[1:]]))
    assert status(home).state is State.STOPPED
    assert is_usable(start(home, durable=False))
    cluster.release()


def test_a_stranger_named_in_the_process_file_is_not_stopped(home: Path, bystander: int) -> None:
    cluster = start(home, durable=False)
    kill_server(home)
    wait_for_the_end(home)
    leftovers(home)[0].write_text(f"{bystander}\n")
    cluster.stop()
    os.kill(bystander, 0)
    assert (Path("/proc") / str(bystander) / "cmdline").read_bytes().startswith(b"/bin/sleep")


def test_a_truncated_process_file_of_a_living_server_starts_no_second_one(home: Path) -> None:
    cluster = start(home, durable=False)
    pid = status(home).pid
    assert pid is not None
    process_file = leftovers(home)[0]
    whole = process_file.read_text()
    process_file.write_text("")
    again = subprocess.Popen([sys.executable, "-c", STARTER.replace(")\n", ")", 1), str(home)])
    time.sleep(0.5)
    assert again.poll() is None, "it waits for the living server"
    again.kill()
    again.wait()
    process_file.write_text(whole)
    assert status(home).pid == pid
    cluster.release()


def test_a_socket_without_a_server_does_not_stop_the_next_start(home: Path) -> None:
    start(home, durable=False).release()
    process_file, socket_lock, socket = leftovers(home)
    assert not process_file.exists()
    socket_lock.write_text("")
    socket.write_text("")
    cluster = start(home, durable=False)
    assert is_usable(cluster)
    cluster.release()


def test_a_starter_killed_while_it_makes_the_cluster_leaves_nothing_that_is_used(
    home: Path,
) -> None:
    base = home / "postgresql"
    for wait in (0.05, 0.25):
        killed = subprocess.Popen([sys.executable, "-c", STARTER, str(home)])
        while not list(base.glob("cluster-*.new/data/PG_VERSION")):
            assert killed.poll() is None
        time.sleep(wait)
        killed.kill()
        killed.wait()
        assert not (base / "cluster").exists()
    cluster = start(home, durable=False)
    assert is_usable(cluster)
    assert [path.name for path in base.glob("cluster*")] == ["cluster"]
    cluster.release()


def test_a_server_stopped_by_hand_is_started_again(home: Path) -> None:
    cluster = start(home, durable=False)
    pid = status(home).pid
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    wait_for_the_end(home)
    assert is_usable(start(home, durable=False))
    cluster.release()


def test_a_home_that_was_deleted_under_its_users_can_still_be_left(home: Path) -> None:
    cluster = start(home, durable=False)
    pid = status(home).pid
    assert pid is not None
    shutil.rmtree(home)
    assert not cluster.release()
    os.kill(pid, signal.SIGINT)


def test_a_copied_home_is_a_server_of_its_own(home: Path, tmp_path: Path) -> None:
    cluster = start(home, durable=False)
    kill_server(home)
    wait_for_the_end(home)
    copy = tmp_path / "copy"
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns(".s.PGSQL.5432"))
    for path in (copy / "postgresql" / "cluster", *(copy / "postgresql" / "cluster").rglob("*")):
        account = places_of(home).server
        os.chown(path, account.uid, account.gid)
    start(home, durable=False)
    other = start(copy, durable=False)
    assert is_usable(other)
    assert status(copy).pid != status(home).pid
    assert other.release()
    assert is_usable(cluster)
    cluster.release()


def wait_for_the_end(home: Path) -> None:
    places = places_of(home)
    end = time.monotonic() + 20
    while is_held(places.server_lock):
        assert time.monotonic() < end, "processes of the server stayed"
        time.sleep(0.01)
