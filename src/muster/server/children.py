"""The processes that a served site is made of: the web server and the worker.

Started as `python -m muster.server.children web|worker ...`.  A child ends when its parent does,
however that ends: it holds the parent's pipe, and the kernel closes it even after kill -9.
"""

import os
import signal
import sys
import threading

BLOCKING_THREADS = 4


def web(host: str, port: int, workers: int) -> None:
    """Run the web server until it is told to stop."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "muster.server.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=BLOCKING_THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        # What fails is told, and not hidden by a new start.
        respawn_failed_workers=False,
    ).serve()


def worker() -> None:
    """Run the worker until it is told to stop."""
    import django

    django.setup()
    from muster.jobs.worker import work

    work()


def _end_with_the_parent() -> None:
    """Wait for the end of the parent's pipe, and stop as if it had been asked for."""
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _main(kind: str, *arguments: str) -> None:
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    if kind == "web":
        host, port, workers = arguments
        web(host, int(port), int(workers))
    else:
        worker()


if __name__ == "__main__":
    _main(*sys.argv[1:])
