"""The script `muster` and tools/bootstrap.py: from a fresh clone to the running program."""

import ast
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "tools" / "bootstrap.py"
PROGRAM = """
import os, sys
print(sys.argv[1:], sys.prefix, "PYTHONPATH" in os.environ, "VIRTUAL_ENV" in os.environ)
"""


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("muster_bootstrap", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bootstrap = load()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A project with Muster's dependencies and a program that only says how it was called."""
    folder = tmp_path / "a clone"
    package = folder / "src" / "muster"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(PROGRAM)
    for name in ("muster", "pyproject.toml", "uv.lock", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, folder)
    (folder / "tools").mkdir()
    shutil.copy(SOURCE, folder / "tools")
    return folder


def made(project: Path, venv: Path, *, dev: bool) -> None:
    """Stand in for an installation: the files that the bootstrap looks at."""
    bootstrap.python_in(venv).parent.mkdir(parents=True, exist_ok=True)
    bootstrap.python_in(venv).touch(mode=0o755)
    bootstrap.write_stamp(venv, bootstrap.digest_of(project, venv), dev=dev)


def muster(clone: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [clone / "muster", *arguments],
        env={**os.environ, **settings},
        cwd=clone,
        capture_output=True,
        text=True,
        check=False,
    )


def test_python_3_8_can_read_the_bootstrap_and_is_told_its_age() -> None:
    ast.parse(SOURCE.read_text(), feature_version=(3, 8))
    older = "import sys; sys.version_info = (3, 8); sys.argv = ['x']"
    script = f"{older}; exec(open({str(SOURCE)!r}).read())"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert told.stderr == f"Muster needs Python 3.11 or later; found 3.8 at {sys.executable}.\n"


@pytest.mark.parametrize(
    ("version", "sentence"),
    [("3.9", "found 3.9 at {python}."), ("", "found no Python at {python}.")],
)
def test_the_script_says_in_one_sentence_which_python_is_too_old(
    clone: Path, tmp_path: Path, version: str, sentence: str
) -> None:
    python = tmp_path / "old python"
    python.write_text(f"#!/bin/sh\necho {version}\n" if version else "#!/bin/sh\nexit 127\n")
    python.chmod(0o755)
    told = muster(clone, "demo", MUSTER_PYTHON=str(python))
    expected = sentence.format(python=python)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == f"Muster needs Python 3.11 or later; {expected}\n"


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say_about_the_script() -> None:
    said = subprocess.run(["shellcheck", PROJECT / "muster"], capture_output=True, check=False)
    assert said.stdout == b""


@given(lock=st.binary(max_size=20), project=st.binary(max_size=20), other=st.binary(max_size=20))
def test_the_stamp_holds_exactly_while_both_files_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, lock: bytes, project: bytes, other: bytes
) -> None:
    clone = tmp_path_factory.mktemp("clone")
    venv = clone / ".venv"
    (clone / "uv.lock").write_bytes(lock)
    (clone / "pyproject.toml").write_bytes(project)
    assert not bootstrap.is_ready(clone, venv, needs_dev=False)
    made(clone, venv, dev=False)
    assert bootstrap.is_ready(clone, venv, needs_dev=False)
    (clone / "uv.lock").write_bytes(other)
    assert bootstrap.is_ready(clone, venv, needs_dev=False) == (other == lock)


def test_a_moved_clone_is_set_up_again(clone: Path, tmp_path: Path) -> None:
    made(clone, clone / ".venv", dev=False)
    moved = clone.rename(tmp_path / "moved")
    assert not bootstrap.is_ready(moved, moved / ".venv", needs_dev=False)


def test_the_group_for_tests_is_added_when_needed_and_then_stays(clone: Path) -> None:
    venv = clone / ".venv"
    made(clone, venv, dev=False)
    assert not bootstrap.is_ready(clone, venv, needs_dev=True)
    assert not bootstrap.has_dev(venv)
    made(clone, venv, dev=True)
    assert bootstrap.is_ready(clone, venv, needs_dev=False)
    assert bootstrap.has_dev(venv)
    bootstrap.write_stamp(venv, bootstrap.UNFINISHED, dev=True)
    assert bootstrap.has_dev(venv), "nor is it forgotten when setting up was interrupted"


def test_a_half_made_environment_is_removed_and_one_made_by_hand_is_kept(clone: Path) -> None:
    venv = clone / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    bootstrap.clear_the_way(clone, venv)
    assert venv.exists()
    bootstrap.write_stamp(venv, bootstrap.UNFINISHED, dev=False)
    bootstrap.clear_the_way(clone, venv)
    assert not venv.exists()


def test_a_folder_that_is_no_environment_is_not_removed(clone: Path) -> None:
    folder = clone / "precious"
    folder.mkdir()
    (folder / "thesis").touch()
    with pytest.raises(bootstrap.SetupError, match="is not a virtual environment"):
        bootstrap.clear_the_way(clone, folder)
    assert (folder / "thesis").exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("error: failed to write: No space left on device (os error 28)", "is full"),
        ("mkdir: Permission denied (os error 13)", "cannot be written"),
        ("Caused by: dns error: failed to lookup address", "index cannot be reached"),
        ("WARNING: Retrying after NewConnectionError", "index cannot be reached"),
        ("one\ntwo\nodd thing", "Setting up Muster failed: one two odd thing"),
    ],
)
def test_what_an_installer_says_becomes_one_sentence(said: str, sentence: str) -> None:
    assert sentence in bootstrap.sentence_for(said, Path("/v"))


def test_what_other_projects_set_does_not_reach_the_installer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("UV_PROJECT", "UV_NO_DEV", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", "theirs")
    monkeypatch.setenv("UV_INDEX_URL", "mine")
    environment = bootstrap.environment(Path("/v"))
    assert "theirs" not in environment.values()
    assert environment["UV_INDEX_URL"] == "mine"
    assert environment["UV_PROJECT_ENVIRONMENT"] == "/v"


def interrupted_while_installing(clone: Path) -> tuple[int, str]:
    """Begin to set a clone up and press Ctrl-C; give what it returned and what it said then."""
    # A terminal's Ctrl-C reaches the whole group, so the start gets a group of its own.  With
    # nothing downloaded before, it cannot be done before the interruption reaches it.
    with subprocess.Popen(
        [clone / "muster", "demo"],
        env={**os.environ, "UV_CACHE_DIR": str(clone.parent / "nothing yet")},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as started:
        assert started.stderr is not None
        while "installing" not in started.stderr.readline():
            if started.poll() is not None:
                pytest.skip("setting up needs the network")
        os.killpg(started.pid, signal.SIGINT)
        said = started.stderr.read()
    return started.returncode, said


def test_a_clone_sets_itself_up_once_and_is_mended_after_an_interruption(clone: Path) -> None:
    for _ in range(5):
        code, said = interrupted_while_installing(clone)
        if code:
            break
        # It was done before the interruption reached it; that says nothing, so once more.
        shutil.rmtree(clone / ".venv")
    assert code == bootstrap.INTERRUPTED
    assert "Traceback" not in said
    lock = (clone / "uv.lock").read_bytes()
    first = muster(clone, "demo", "two words")
    if "cannot be reached" in first.stderr:
        pytest.skip("setting up needs the network")
    venv = clone / ".venv"
    assert first.stdout == f"['demo', 'two words'] {venv} False False\n", first.stderr
    assert (clone / "uv.lock").read_bytes() == lock
    (clone / "muster.py").write_text("raise SystemExit('the wrong one')")
    again = muster(clone, "demo", PYTHONPATH="/x", PYTHONHOME="/x", VIRTUAL_ENV="/x")
    assert again.stdout == f"['demo'] {venv} False False\n"
    assert again.stderr == "", "the second start has nothing to set up"
