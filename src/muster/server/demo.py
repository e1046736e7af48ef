"""`muster demo`: a real crisis from request to signed receipt, and then the pages to look at it."""

import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import click
import psycopg

from muster.server.demo_site import make_demo_site, only_demo, only_demo_of
from muster.server.django_start import environment_for
from muster.server.embedded.refusals import DiskFull
from muster.server.serving import HOST, PORT, require_free_port, serve_site
from muster.server.sites import SiteName, home, running_server

_DISK_FULL = "53100"


@click.command()
@click.option("--no-serve", is_flag=True, help="Run the main job and exit.")
@click.option("--host", default=HOST, show_default=True, help="Where to serve the pages.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="With json, the last thing on the standard output is one JSON object.",
)
def demo(host: str, port: int, form: str, *, no_serve: bool) -> None:
    """Make the demo anew, run the main job on it, and serve the pages.

    The demo has a database of its own; the records of a real site are never touched.
    """
    if not no_serve:
        require_free_port(host, port)
    with _enough_space(), only_demo(), running_server() as server, only_demo_of(server):
        database = make_demo_site(server, lambda text: click.echo(text, err=True))
        _run_main_job(form)
        if not no_serve:
            environment = environment_for(server, database, SiteName.DEMO)
            serve_site(environment, host, port, on_ready=_sign_in_note(err=form == "json"))


@contextmanager
def _enough_space() -> Iterator[None]:
    """Say in one sentence that the disk is full, wherever that comes to light."""
    from django.db import DatabaseError

    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise DiskFull(folder=home()) from error
    except (DatabaseError, psycopg.Error) as error:
        cause = error if isinstance(error, psycopg.Error) else error.__cause__
        if getattr(cause, "sqlstate", None) != _DISK_FULL:
            raise
        raise DiskFull(folder=home()) from error


def _run_main_job(form: str) -> None:
    from muster.cli.saying import say_json
    from muster.cli.story.main_job import tell_main_job
    from muster.cli.story.outcome import as_data, show_board
    from muster.cli.story.telling import Teller

    teller = Teller(err=form == "json")
    told = tell_main_job(teller)
    if form == "json":
        say_json(as_data(told))
        sys.stdout.flush()
    else:
        show_board(teller, told)


def _sign_in_note(*, err: bool) -> Callable[[str], None]:
    from muster.cli.story.outcome import show_log_ins

    return partial(show_log_ins, err=err)
