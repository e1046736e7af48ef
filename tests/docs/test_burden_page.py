"""The example of the page on burden is what the program answers."""

import re
from pathlib import Path

import pytest

from muster.actions import burden as verbs
from muster.core.burden import in_unit
from muster.queries.burden import BurdenAsked, burden_of
from tests import make

pytestmark = pytest.mark.usefixtures("records")
PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "burden.md").read_text("utf-8")
_FIGURES = b"""donor,figure,year,amount,source
Estonia,gdp,2021,31.445,x
Germany,gdp,2021,3601.75,x
"""


def test_the_example_of_the_page_is_what_the_program_answers() -> None:
    rows = "\n".join(line[4:] for line in PAGE.splitlines() if line.startswith("    "))
    verbs.bring_in_table(
        act=make.act(make.coordinator()), name="page", rows=rows.encode(), figures=_FIGURES,
        said={"measure": "allocated", "currency": "EUR", "unit": "bn", "method": "m",
              "source": "s"},
    )  # fmt: skip
    found = burden_of(make.coordinator(), make.NOW.date(), BurdenAsked(table="page"))
    [section] = found.sections
    shares = {donor.donor: donor.of_gdp for donor in section.donors}
    said = " ".join(PAGE.split())
    months = [in_unit(month.amount, "bn") for month in section.months]
    assert re.search(rf"{in_unit(section.total, 'bn')} in all", said)
    assert f"{months[0]} in February and {months[1]} in March" in said
    assert f"{shares['EST']} % of its GDP for Estonia and {shares['DEU']} % for Germany" in said
