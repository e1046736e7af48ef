"""Every setting is documented, and every documented one is read somewhere."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _read_somewhere() -> set[str]:
    files = [
        *(ROOT / "src").rglob("*.py"),
        *(ROOT / "tools").glob("*.py"),
        *(ROOT / "tests").rglob("*.py"),
        ROOT / "muster",
    ]
    words: set[str] = set()
    for file in files:
        if file != Path(__file__):
            words |= set(
                re.findall(r"\b(?:MUSTER_[A-Z_]+|DATABASE_(?:APP_)?URL)\b", file.read_text())
            )
    return words


def test_the_settings_that_are_documented_are_those_that_are_read() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    documented = set(re.findall(r"`((?:MUSTER|DATABASE)_[A-Z_]+)`", page))
    assert documented == _read_somewhere()
