"""The command line as a person uses it, in this process."""

import click
from click.testing import CliRunner, Result

from muster.core.refusals import Refusal


def run(command: click.Command, *arguments: str, text: str | None = None) -> Result:
    """Call a command; a refusal is raised as in the program."""
    result = CliRunner().invoke(command, list(arguments), input=text)
    if isinstance(result.exception, Refusal):
        raise result.exception
    assert result.exit_code == 0, (result.output, result.exception)
    return result
