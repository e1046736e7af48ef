"""The commands of docs/howto/import-a-list.md, run as they stand, on a list of this test."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli.imports import import_
from tests.doors.asking import user_of
from tests.make import TENT, world

pytestmark = pytest.mark.usefixtures("records")

_PAGE = Path(__file__).parents[2] / "docs" / "howto" / "import-a-list.md"
_COMMAND = re.compile(r"^```sh\n\./muster import (.*)\n```$", re.MULTILINE)


def test_every_command_of_the_page_does_what_the_page_says(tmp_path: Path) -> None:
    w = world()
    needs = tmp_path / "needs.csv"
    needs.write_text(f"Item code,Item,Quantity\n{TENT},Family tents,1375\n")
    told = {
        "needs.csv": str(needs),
        "UKR-2022": w.operation.code,
        "anna": user_of(w.coordinator).username,
    }
    commands = _COMMAND.findall(_PAGE.read_text())
    assert len(commands) >= 5
    said = ""
    for command in commands:
        words = [told.get(word, word) for word in shlex.split(command)]
        result = CliRunner().invoke(import_, words, catch_exceptions=False)
        assert result.exit_code == 0, (command, result.output)
        said = result.output
        if "--format json" in command:
            assert set(json.loads(result.stdout)) == {"lines", "issues", "duplicates"}
        stored = re.search(r"\(([0-9a-f-]{36})\)", said)
        if stored:
            told["IMPORT"] = stored[1]
    assert "now undone" in said
