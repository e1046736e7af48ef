"""`muster test`: all tests, on a server of their own."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import click

from muster.server.refusals import TestsMissing

_ROOT = Path(__file__).resolve().parents[3]


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run all tests; ARGUMENTS go to pytest."""
    if importlib.util.find_spec("pytest") is None or not (_ROOT / "tests").is_dir():
        raise TestsMissing
    command = [sys.executable, "-m", "pytest", *arguments]
    sys.exit(subprocess.call(command, cwd=_ROOT, env=dict(os.environ)))  # noqa: S603
