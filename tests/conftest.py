"""One PostgreSQL for the whole run, made from nothing, with the application's own two roles."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from muster.server.embedded.cluster import APP, OWNER, Cluster, start

# Django reads its settings when the first test module imports a model, so the server is up by then.
_HOME = Path(tempfile.mkdtemp(prefix="muster-tests-"))
_NAME = "muster_tests"

# A run draws the same examples each time; the long tests draw new ones, and ten times as many.
# How long one takes, on whatever machine, decides nothing.
LONG = bool(os.environ.get("MUSTER_LONG_TESTS"))
_WHATEVER_THE_CLOCK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", _WHATEVER_THE_CLOCK, derandomize=True, print_blob=True)
settings.register_profile("new", _WHATEVER_THE_CLOCK, print_blob=True, max_examples=1_000)
settings.load_profile("new" if LONG else "same")


def pytest_configure(config: pytest.Config) -> None:
    """Start the server and tell Django where it is."""
    cluster = start(_HOME, durable=False)
    config.stash[_CLUSTER] = cluster
    with psycopg.connect(**cluster.conninfo("postgres", OWNER), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {_NAME}")
    os.environ["MUSTER_APP_DSN"] = json.dumps(cluster.conninfo(_NAME, APP))
    os.environ["MUSTER_OWNER_DSN"] = json.dumps(cluster.conninfo(_NAME, OWNER))
    os.environ["MUSTER_SECRET_KEY"] = "for tests alone"
    os.environ["DJANGO_SETTINGS_MODULE"] = "muster.server.settings"
    os.environ["MUSTER_CLOCK"] = ""
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("MUSTER_HOME", None)
    import django

    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and take its folder away."""
    cluster = config.stash.get(_CLUSTER, None)
    if cluster is not None:
        cluster.release()
        shutil.rmtree(_HOME, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run last what leaves records behind, so that no other test finds them on its lists."""
    items.sort(
        key=lambda item: bool(
            {"committed", "victim", "site"} & set(getattr(item, "fixturenames", ()))
        )
    )


_CLUSTER = pytest.StashKey[Cluster]()


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """The server of this run."""
    return request.config.stash[_CLUSTER]


@pytest.fixture(scope="session")
def tables(cluster: Cluster) -> Iterator[None]:
    """The tables and the facts that ship with Muster, committed once for all tests."""
    from muster.server.django_start import migrate

    migrate()
    from tests.make import install

    install()
    yield
    from django.db import connections

    connections.close_all()


@pytest.fixture
def records(tables: None) -> Iterator[None]:
    """Records that are rolled back when the test is over."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def committed(tables: None) -> Iterator[None]:
    """Records that stay: for tests with several connections.  Use codes of your own."""
    yield
    from django.db import connections

    connections.close_all()
