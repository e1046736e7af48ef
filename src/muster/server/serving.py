"""`muster serve` and `muster worker`: a site, served until somebody stops it."""

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType

import click

from muster.core.refusals import Kind, Refusal
from muster.server.django_start import environment_for, require_migrated, start_django
from muster.server.refusals import PortTaken
from muster.server.sites import SiteName, choose, running_server

HOST, PORT = "127.0.0.1", 8000
_ANSWERS_WITHIN_S = 60.0
_STOPS_WITHIN_S = 10.0
_LOOK_EVERY_S = 0.1
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - recognised, not bound to


class PortForbidden(Refusal, kind=Kind.FORBIDDEN):
    """This user may not listen on port {port}; give one above 1023 with --port."""


class AddressUnknown(Refusal):
    """This machine has no address {host} to listen on; give another with --host."""


class ChildStopped(Refusal, kind=Kind.CONFLICT):
    """The {what} stopped by itself (exit code {code}), so all is stopped; see its words above."""


class NoAnswer(Refusal, kind=Kind.CONFLICT):
    """The web server was started but does not answer on {address} within {seconds} seconds."""


@click.command()
@click.option("--host", default=HOST, show_default=True, help="The address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes."
)
@click.pass_context
def serve(ctx: click.Context, host: str, port: int, workers: int) -> None:
    """Serve the web pages and the API of a site, with the worker of its jobs."""
    require_free_port(host, port)
    with running_server() as server:
        site = choose(server, ctx.find_root().params.get("site"))
        database = server.database(site)
        start_django(server, database, site.value)
        require_migrated(database)
        note = " (the demo; --site main is the real site)" if site is SiteName.DEMO else ""
        serve_site(
            environment_for(server, database, site.value),
            host,
            port,
            workers=workers,
            on_ready=lambda address: click.echo(
                f"Serving the {site.value} site on {address}{note}.  Ctrl-C stops it."
            ),
        )


@click.command()
def worker() -> None:
    """Run the jobs of a site, until Ctrl-C."""
    from muster.jobs.worker import work

    click.echo("Waiting for jobs.  Ctrl-C stops.", err=True)
    work()


def serve_site(
    environment: Mapping[str, str],
    host: str = HOST,
    port: int = PORT,
    *,
    workers: int = 1,
    on_ready: Callable[[str], None] = click.echo,
) -> None:
    """Serve a site until Ctrl-C or SIGTERM, or until one of its processes ends by itself.

    Args:
        environment: the site's settings (django_start.environment_for).
        host: the address to listen on.
        port: the port to listen on.
        workers: how many web processes.
        on_ready: told the site's address once it answers.

    Raises:
        PortTaken, PortForbidden, AddressUnknown: it cannot listen there.
        NoAnswer, ChildStopped: what was started did not last.
        KeyboardInterrupt: Ctrl-C was pressed; everything is stopped by then.
        SystemExit: SIGTERM came; likewise.
    """
    require_free_port(host, port)
    everything = {**os.environ, **environment, **_hosts(host)}
    address = f"http://{_bracketed(_EVERYWHERE.get(host, host))}:{port}"
    with _stopped_by_sigterm(), ExitStack() as stack:
        web = ["web", host, str(port), str(workers)]
        children = {
            what: stack.enter_context(_child(command, everything))
            for what, command in (("web server", web), ("worker", ["worker"]))
        }
        _wait_for_answer(_EVERYWHERE.get(host, host), port, address, children)
        on_ready(address)
        while True:
            _demand_alive(children)
            time.sleep(_LOOK_EVERY_S)


def require_free_port(host: str, port: int) -> None:
    """Refuse at once where the web server could not listen.

    Raises:
        PortTaken, PortForbidden, AddressUnknown: as they say.
    """
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except socket.gaierror as error:
        raise AddressUnknown(host=host) from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as trial:
        # As the web server does it: a port that was just given up is free.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(address)
            trial.listen()
        except OSError as error:
            refusal = _cannot_listen(error, host, port)
            if refusal is None:
                raise
            raise refusal from error


def _cannot_listen(error: OSError, host: str, port: int) -> Refusal | None:
    match error.errno:
        case errno.EADDRINUSE:
            return PortTaken(port=port, host=host)
        case errno.EACCES | errno.EPERM:
            return PortForbidden(port=port)
        case errno.EADDRNOTAVAIL:
            return AddressUnknown(host=host)
        case _:
            return None


def _hosts(host: str) -> dict[str, str]:
    """Let the site answer to the name it listens on; other names come from MUSTER_HOSTS."""
    if "MUSTER_HOSTS" in os.environ or host in _EVERYWHERE:
        return {}
    return {"MUSTER_HOSTS": f"localhost,127.0.0.1,[::1],{_bracketed(host)}"}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _child(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process for as long as the block lasts."""
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "muster.server.children", *command],
        env=environment,
        stdin=subprocess.PIPE,
        # Ctrl-C reaches this process alone; it stops the others in order.
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # A web server that was killed leaves its own processes behind; they are of its group.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if process.stdin is not None:
            process.stdin.close()


def _wait_for_answer(
    host: str, port: int, address: str, children: Mapping[str, subprocess.Popen[bytes]]
) -> None:
    deadline = time.monotonic() + _ANSWERS_WITHIN_S
    while time.monotonic() < deadline:
        _demand_alive(children)
        if _answers(host, port):
            return
        time.sleep(_LOOK_EVERY_S)
    raise NoAnswer(address=address, seconds=int(_ANSWERS_WITHIN_S))


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=_STOPS_WITHIN_S)
    try:
        connection.request("GET", "/api/v1/health", headers={"Host": "localhost"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _demand_alive(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for what, process in children.items():
        code = process.poll()
        if code is not None:
            raise ChildStopped(what=what, code=code)


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Turn SIGTERM into an ordinary end, so that everything is put away."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
