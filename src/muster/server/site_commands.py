"""Commands about a site as a whole: set it up, migrate it, print its API."""

import getpass
import json
import sys
from datetime import UTC, datetime
from uuid import uuid4

import click

from muster.server.django_start import migrate as migrate_tables
from muster.server.django_start import start_django, start_django_without_site
from muster.server.sites import SiteName, choose, ensure_database, running_server


@click.command()
@click.option("--username", prompt="User name of the first coordinator")
@click.option("--name", prompt="Their name, as reports print it")
@click.option("--party", default="EADRCC", show_default=True, help="The centre they work for.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def init(username: str, name: str, party: str, *, password_stdin: bool) -> None:
    """Set up a real site with its first coordinator."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else getpass.getpass()
    with running_server() as server:
        database = server.database(SiteName.MAIN)
        ensure_database(server, database)
        start_django(server, database, SiteName.MAIN.value)
        click.echo("Creating the tables ...", err=True)
        migrate_tables()
        _install(username, name, party, password)
    click.echo(f"Ready.  Run ./muster serve and sign in as {username}.")


def _load_what_is_new() -> None:
    """Load the facts that a site from before they shipped does not have, such as the rule book."""
    from muster.actions import setup
    from muster.core.actors import Act
    from muster.records.models import Party

    if Party.objects.exists():
        setup.load_reference(act=Act(uuid4(), setup.INSTALLER, datetime.now(UTC), "setup"))


def _install(username: str, name: str, party: str, password: str) -> None:
    from muster.actions import setup
    from muster.core.actors import Act

    moment = datetime.now(UTC)
    setup.load_reference(act=Act(uuid4(), setup.INSTALLER, moment, "setup"))
    setup.add_first_coordinator(
        act=Act(uuid4(), setup.INSTALLER, moment, "setup"),
        username=username,
        name=name,
        party=party,
        since=moment.date(),
    )
    setup.set_password(username=username, password=password)


@click.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring a site's tables up to date."""
    with running_server() as server:
        site = choose(server, ctx.find_root().params.get("site"))
        start_django(server, server.database(site), site.value)
        migrate_tables(verbosity=1)
        _load_what_is_new()


@click.command()
def openapi() -> None:
    """Print the API's OpenAPI document; it is committed as docs/reference/openapi.json."""
    start_django_without_site()
    from muster.server.urls import api

    click.echo(json.dumps(api.get_openapi_schema(), indent=2, default=str))
