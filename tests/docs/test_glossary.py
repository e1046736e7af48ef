"""The glossary knows every word that Muster shows for a stage or a measure."""

import re
from dataclasses import fields
from pathlib import Path

from muster.core.stages import LIFECYCLES, shown
from muster.queries.board import BoardLine

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
_NOT_MEASURES = {"asked_text"}


def _words() -> set[str]:
    first = re.findall(r"^\| ([^|]+?) \|", GLOSSARY.read_text(), re.MULTILINE)
    return {word.strip() for cell in first for word in cell.split(",")}


def test_every_stage_of_every_lifecycle_is_in_the_glossary() -> None:
    stages = {shown(step.after) for steps in LIFECYCLES.values() for step in steps}
    assert stages - _words() == set()


def test_every_measure_of_the_board_is_in_the_glossary() -> None:
    amounts = {
        field.name for field in fields(BoardLine) if field.type in ("int", int, "int | None")
    }
    measures = {name.replace("_", " ") for name in amounts - {"position", "urgency"}}
    numbers = {field.name for field in fields(BoardLine) if str(field.type) == "int | None"}
    assert {"asked", "remaining"} <= numbers | amounts
    assert (measures | {"asked", "remaining"}) - _words() == set()


def test_every_word_has_a_meaning() -> None:
    rows = re.findall(r"^\| ([^|]+) \|([^|]*)\|$", GLOSSARY.read_text(), re.MULTILINE)
    assert [word for word, meaning in rows if len(meaning.strip()) < 3] == []
