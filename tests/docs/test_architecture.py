"""The drawing and the page on the architecture say what the code says."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "explanation" / "architecture.md"


def test_the_committed_drawing_is_the_one_the_code_gives() -> None:
    drawn = subprocess.run(
        [sys.executable, ROOT / "tools" / "draw_architecture.py"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert drawn == (ROOT / "docs" / "explanation" / "architecture.svg").read_text()


def test_every_file_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`((?:\w+/)+\w+\.(?:py|sql|md))`", PAGE.read_text()))
    package = ROOT / "src" / "muster"
    missing = {name for name in named if not ((package / name).exists() or (ROOT / name).exists())}
    assert named
    assert not missing


def test_every_package_has_its_place_on_the_page() -> None:
    packages = {path.parent.name for path in (ROOT / "src" / "muster").glob("*/__init__.py")}
    told = PAGE.read_text()
    assert {name for name in packages if f"`{name}/`" not in told} == set()
