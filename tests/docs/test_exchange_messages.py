"""The commands of docs/howto/exchange-messages.md, run as they stand, between two operations."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli.messages import messages
from tests import make
from tests.doors.asking import user_of
from tests.make import world

pytestmark = pytest.mark.usefixtures("records")

_PAGE = Path(__file__).parents[2] / "docs" / "howto" / "exchange-messages.md"
_COMMAND = re.compile(r"^```sh\n\./muster messages (.*)\n```$", re.MULTILINE)


def test_every_command_of_the_page_does_what_the_page_says(tmp_path: Path) -> None:
    there, here = world(), world()
    file = tmp_path / "request.xml"
    told = {
        "RECORD": str(make.asked(there).request_id),
        "request.xml": str(file),
        "UKR-2022": here.operation.code,
        "ukr": user_of(there.recipient).username,
        "anna": user_of(here.coordinator).username,
    }
    commands = _COMMAND.findall(_PAGE.read_text())
    assert len(commands) >= 6
    said = []
    for command in commands:
        words = [told.get(word, word) for word in shlex.split(command)]
        result = CliRunner().invoke(messages, words, catch_exceptions=False)
        assert result.exit_code == 0, (command, result.output)
        said.append(result.stdout)
        if not file.exists():
            file.write_text(result.stdout)
        came = re.search(r"handed in, .*\(([0-9a-f-]{36})\)", result.stdout)
        if came:
            told["MESSAGE"] = came[1]
    assert "EDXLDistribution" in said[1]
    assert "nothing was stored" in said[2]
    assert ">Ack<" in said[-1]
