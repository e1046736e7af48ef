"""The pages on EDXL show what the program does: their examples run."""

import doctest
import re
from decimal import Decimal
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "reference" / "formats"
PACKAGE = Path(__file__).parents[2] / "src" / "muster" / "formats"


@pytest.mark.parametrize("name", ["edxl-rm.md", "edxl-de.md"])
def test_the_examples_of_a_page_run_as_they_are_shown(name: str) -> None:
    page = (PAGES / name).read_text(encoding="utf-8")
    document = re.findall(r"```xml\n(.*?)```", page, re.DOTALL)[0].encode()
    shown = "\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(
        shown, {"document": document, "Decimal": Decimal}, name, name, 0
    )
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert runner.tries > 3
    assert runner.failures == 0


def test_every_code_of_an_issue_is_on_a_page() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in [PACKAGE / "xml.py", *(PACKAGE / "edxl").glob("*.py")]
    )
    codes = set(re.findall(r'"((?:edxl|xml)_[a-z_]+)"', source))
    pages = "".join(
        (PAGES / name).read_text(encoding="utf-8") for name in ("edxl-rm.md", "edxl-de.md")
    )
    assert len(codes) > 30
    assert {code for code in codes if code not in pages} == set()
