"""What a line becomes when it is held against the catalogue and the register."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from muster.core.exchange import DraftLine, Place, Stated
from muster.core.intake.settled import Candidate, Choice, Facts, Known, Named, Purpose, Verdict
from muster.core.intake.settling import settle
from muster.core.quantities.amounts import QuantityKind

ROOT = Path(__file__).parents[3]

FACTS = Facts(
    purpose=Purpose.REQUESTS,
    items={"TENT": Known(code="TENT", name="tent", unit="H87")},
    candidates=lambda _: (Candidate(code="TENT", confidence=1.0),),
    party=lambda _: Named(),
    default_party="UKR",
    day=date(2023, 4, 20),
    forbids=lambda *_: None,
)


def _draft(*, part_of: str = "") -> DraftLine:
    forty = Stated(kind=QuantityKind.EXACT, low=Decimal(40), high=Decimal(40))
    return DraftLine(
        number=2,
        place=Place(line=2),
        text="of which 40 tents",
        item_text="tents",
        quantity=forty,
        part_of=part_of,
    )


def test_a_line_that_stands_alone_is_ready() -> None:
    assert settle(_draft(), FACTS).verdict is Verdict.READY


def test_a_part_of_another_line_is_left_out_so_that_its_amount_counts_once() -> None:
    settled = settle(_draft(part_of="1"), FACTS)
    assert settled.verdict is Verdict.OUT
    assert [issue.code for issue in settled.issues] == ["within_another"]


def test_a_person_may_say_that_a_part_comes_on_top() -> None:
    choice = Choice(taken_as_read=("within_another",))
    assert settle(_draft(part_of="1"), FACTS, choice).verdict is Verdict.READY


def test_every_doubt_of_settling_is_listed_for_its_reader() -> None:
    source = (ROOT / "src/muster/core/intake/settling.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'_(?:question|error)\(\s*draft,\s*"([a-z_]+)"', source))
    codes |= set(re.findall(r'code="([a-z_]+)"', source)) | {"within_another"}
    listed = (ROOT / "docs/reference/import-issues.md").read_text(encoding="utf-8")
    assert len(codes) > 8
    assert {code for code in codes if f"| `{code}` |" not in listed} == set()


def test_a_pledge_of_money_is_not_told_that_it_states_no_number() -> None:
    money = DraftLine(
        number=1, place=Place(line=1), text="Funds", item_text="Funds", value=Decimal(5)
    )
    told = {
        purpose: [issue.code for issue in settle(money, replace(FACTS, purpose=purpose)).issues]
        for purpose in Purpose
    }
    assert "quantity_not_stated" in told[Purpose.REQUESTS]
    assert "quantity_not_stated" not in told[Purpose.PLEDGES]
    assert "quantity_not_stated" not in told[Purpose.COMMITMENTS]
    without = replace(money, value=None)
    pledged = settle(without, replace(FACTS, purpose=Purpose.PLEDGES))
    assert "quantity_not_stated" in [issue.code for issue in pledged.issues]
