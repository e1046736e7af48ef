"""What the page on members through time says is what the program answers."""

import re
from datetime import date
from pathlib import Path

import pytest

from muster.queries.effects import effect_of
from muster.queries.register import standings_on

pytestmark = pytest.mark.usefixtures("records")
PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "members.md").read_text("utf-8")
_ROW = re.compile(r"^\| .* \| ([\d,]+) \| ([\d,]+) \| ([\d.]+) \|$", re.MULTILINE)


def test_the_table_of_the_border_is_what_the_program_answers() -> None:
    effect = effect_of("FIN", body="NATO", day=date(2023, 4, 4), neighbour="RUS")
    [border] = effect.borders
    answered = {(f"{s.before_km:,.0f}", f"{s.after_km:,.0f}", str(s.ratio)) for s in border.sums}
    assert set(_ROW.findall(PAGE)) == answered
    assert border.ratio is not None
    assert f"{border.ratio.low:.2f} to {border.ratio.high:.2f} times" in PAGE


def test_the_page_counts_the_members_right() -> None:
    members = standings_on(date(2023, 4, 20), body="NATO", kind="member")
    assert f"lists {len(members)} members" in PAGE
