"""`muster test`: all tests, on a server of their own."""

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

import click

from muster.server.refusals import TestsMissing

_ROOT = Path(__file__).resolve().parents[3]


# The tests in a browser and the stories take as long as all others; each half has its own server.
_SLOW = ("tests/doors", "tests/stories")


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run all tests, in two halves side by side; ARGUMENTS go to pytest, which then runs alone."""
    if importlib.util.find_spec("pytest") is None or not (_ROOT / "tests").is_dir():
        raise TestsMissing
    command = [sys.executable, "-m", "pytest", *arguments]
    if arguments:
        sys.exit(subprocess.call(command, cwd=_ROOT, env=dict(os.environ)))  # noqa: S603
    others = [f"--ignore={folder}" for folder in _SLOW]
    with tempfile.TemporaryFile() as kept, _half([*command, *others], kept) as beside:
        failed = subprocess.call([*command, *_SLOW], cwd=_ROOT, env=dict(os.environ))  # noqa: S603
        failed = beside.wait() or failed
        kept.seek(0)
        click.echo(kept.read())
    sys.exit(failed)


def _half(command: list[str], output: IO[bytes]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - pytest itself
        command, cwd=_ROOT, env=dict(os.environ), stdout=output, stderr=subprocess.STDOUT
    )
