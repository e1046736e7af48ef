"""A site of its own for a benchmark: a server in a folder that goes again, with Muster's facts."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from muster.server.embedded.cluster import APP, OWNER, Cluster, start


@contextmanager
def opened(*, durable: bool = True) -> Iterator[Cluster]:
    """Start a server with the database "bench" and all tables, and tell Django where it is.

    Args:
        durable: whether commits wait for the disk, as on a real site.
    """
    home = Path(tempfile.mkdtemp(prefix="muster-benchmark-"))
    cluster = start(home, durable=durable)
    try:
        with psycopg.connect(**cluster.conninfo("postgres", OWNER), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        os.environ["MUSTER_APP_DSN"] = json.dumps(cluster.conninfo("bench", APP))
        os.environ["MUSTER_OWNER_DSN"] = json.dumps(cluster.conninfo("bench", OWNER))
        os.environ["DJANGO_SETTINGS_MODULE"] = "muster.server.settings"
        import django

        django.setup()
        from muster.server.django_start import migrate

        migrate()
        yield cluster
    finally:
        from django.db import connections

        connections.close_all()
        cluster.release()
        shutil.rmtree(home)
