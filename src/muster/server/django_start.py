"""Django, set up for one site; nothing before this may import a model."""

import json
import os
import secrets
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from muster.server.refusals import NotMigrated
from muster.server.sites import Server, SiteName, home

# The demo's clock stands here: the day before the contact group's 11th meeting.
DEMO_CLOCK = "2023-04-20T09:00:00+00:00"


def environment_for(server: Server, database: str, site: str) -> dict[str, str]:
    """Lay out the settings of a site as environment variables, for this process and others."""
    return {
        "MUSTER_APP_DSN": json.dumps({**server.app, "dbname": database}),
        "MUSTER_OWNER_DSN": json.dumps({**server.owner, "dbname": database}),
        "MUSTER_SITE": site,
        "MUSTER_CLOCK": DEMO_CLOCK if site == SiteName.DEMO else "",
        "MUSTER_SECRET_KEY": _secret_key(),
        "DJANGO_SETTINGS_MODULE": "muster.server.settings",
    }


def start_django(server: Server, database: str, site: str) -> None:
    """Set Django up for a site, or point it at another one if it is set up already."""
    os.environ.update(environment_for(server, database, site))
    if not apps.ready:
        django.setup()
        return
    for alias, params in (("default", server.app), ("owner", server.owner)):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = database
        connections[alias].settings_dict["HOST"] = params.get("host", "")


def start_django_without_site() -> None:
    """Set Django up for what needs no records: help, and the description of the API."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.server.settings")
    if not apps.ready:
        django.setup()


def migrate(verbosity: int = 0) -> None:
    """Bring the tables up to date, as their owner."""
    call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
    connections["owner"].close()


def require_migrated(database: str) -> None:
    """Refuse to work on tables of an earlier version.

    Raises:
        NotMigrated: migrations are waiting.
    """
    executor = MigrationExecutor(connections["owner"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connections["owner"].close()
    if waiting:
        raise NotMigrated(name=database)


def _secret_key() -> str:
    """Read the site's secret, or make it once; only its owner may read it."""
    if os.environ.get("MUSTER_SECRET_KEY"):
        return os.environ["MUSTER_SECRET_KEY"]
    path = home() / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        _keep_first(draft, path)
    return path.read_text()


def _keep_first(draft: Path, path: Path) -> None:
    """Put a draft in its place, unless another process was first."""
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
