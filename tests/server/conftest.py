"""A real site for the tests of backups and restores, made once."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from muster.server.embedded.cluster import OWNER, start, stop
from tests.server.homes import Home

_MAKE = """
import django; django.setup()
from muster.server.django_start import migrate
from tests import make
migrate()
make.install()
w = make.world()
make.signed(w, make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "40")), damaged=3)
"""


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def backup(made: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backups") / "site.backup"
    said = made.run("backup", file)
    assert said.code == 0, said.err
    return file
