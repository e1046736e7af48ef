"""Each dependency has its reason."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_dependency_is_explained_by_a_decision() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.match(r"[\w-]+", line).group() for line in wanted}  # type: ignore[union-attr]
    told = " ".join(page.read_text() for page in (ROOT / "docs" / "decisions").glob("*.md"))
    assert {name for name in names if name.lower() not in told.lower()} == set()
