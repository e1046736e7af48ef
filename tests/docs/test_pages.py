"""What the README and the documents point to is there, and what they have one type exists."""

import re
import shlex
from pathlib import Path

import click
import pytest

from muster.queries.register import standings_on
from muster.server.main import program
from tests.make import NOW

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)")
_TYPED = re.compile(r"\./muster ([a-z][^`\n]*)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    missing = [to for to in _LINK.findall(page.read_text()) if not (page.parent / to).exists()]
    assert missing == []


def test_every_command_of_the_readme_is_one_that_the_program_takes() -> None:
    typed = _TYPED.findall((ROOT / "README.md").read_text())
    assert len(typed) >= 4
    for line in typed:
        words = shlex.split(line)
        context = click.Context(program, resilient_parsing=True)
        command = program.get_command(context, words[0])
        assert command is not None, line
        while isinstance(command, click.Group) and len(words) > 1:
            words = words[1:]
            context = click.Context(command, parent=context)
            command = command.get_command(context, words[0])
            assert command is not None, line
        if command.name != "test":
            command.parse_args(click.Context(command, parent=context), words[1:])


@pytest.mark.usefixtures("records")
def test_the_readme_counts_the_members_right() -> None:
    members = {m.code for m in standings_on(NOW.date(), body="NATO", kind="member")}
    invitees = {m.code for m in standings_on(NOW.date(), body="NATO", kind="invitee")}
    assert f"it had {len(members)} members" in (ROOT / "README.md").read_text()
    assert "FIN" in members
    assert "SWE" in invitees


def test_the_pictures_tool_makes_the_pictures_that_the_readme_shows() -> None:
    shown = set(re.findall(r"docs/images/(\S+\.png)", (ROOT / "README.md").read_text()))
    tool = (ROOT / "tools" / "screenshots.py").read_text()
    assert shown
    assert {name for name in shown if f'"{name}"' not in tool} == set()
