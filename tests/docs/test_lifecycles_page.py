"""The page of lifecycles says what the program's tables say, step by step."""

import re
import subprocess
import sys
from pathlib import Path

from muster.core.stages import LIFECYCLES

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `(\w+)`[^|]* \| (.+) \| (.+) \|$", re.MULTILINE)
PAGE = (ROOT / "docs" / "reference" / "lifecycles.md").read_text(encoding="utf-8")


def test_the_page_is_what_its_tool_writes() -> None:
    written = subprocess.run(
        [sys.executable, ROOT / "tools" / "write_lifecycles.py"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert written == PAGE


def test_every_step_of_the_program_is_on_the_page_and_no_other() -> None:
    told = set()
    for section in PAGE.split("\n## ")[1:]:
        subject = re.search(r"Subject `(\w+)`", section)
        for event, before, after in ROW.findall(section):
            assert subject is not None
            for each in before.split(", "):
                name = "" if each == "(new)" else each.replace(" ", "_")
                told.add((subject[1], event, name, after.replace(" ", "_")))
    assert told == {
        (step.subject.value, step.event, step.before, step.after)
        for steps in LIFECYCLES.values()
        for step in steps
    }
