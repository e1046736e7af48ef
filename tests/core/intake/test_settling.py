"""What a line becomes when it is held against the catalogue and the register."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from muster.core.exchange import DraftLine, Place, Stated
from muster.core.intake.headings import meaning_of
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


def test_a_unit_that_is_the_items_own_word_counts_the_item() -> None:
    kit = Known(code="TENT", name="trauma kit, for 50 wounded", unit="SET")
    rice = Known(code="TENT", name="rice bag", unit="KGM", measured=True)
    for known, unit, stored in (
        (kit, "kit", ("SET", 40)),
        (replace(kit, name="body bag", unit="H87"), "bag", ("H87", 40)),
        (kit, "box", None),
        (replace(kit, name="tent, with a kit"), "kit", None),
        (rice, "bag", None),
    ):
        draft = _draft()
        draft = replace(draft, quantity=replace(draft.quantity, unit=unit))
        settled = settle(draft, replace(FACTS, items={"TENT": known}))
        codes = [issue.code for issue in settled.issues]
        if stored is None:
            assert "unit_not_of_item" in codes
        else:
            assert (settled.verdict, settled.typed_unit, settled.quantity.low) == (
                Verdict.READY,
                *stored,
            )


def test_a_need_of_before_its_list_is_told_what_to_mend() -> None:
    late = replace(_draft(), needed_by=date(2023, 4, 1))
    (issue,) = settle(late, FACTS).issues
    assert issue.code == "dates_out_of_order"
    assert "needed by 2023-04-01, before the day on which it was said (2023-04-20)" in (
        issue.sentence
    )
    (issue,) = settle(replace(late, needed_from=date(2023, 4, 2)), FACTS).issues
    assert issue.sentence == "It ends on 2023-04-01, before it begins (2023-04-02)."


def test_until_when_is_a_heading_in_many_languages() -> None:
    for heading in ("Bedarf bis", "Potrzebne do", "Потрібно до", "Needed until", "Hasta el día"):
        assert meaning_of(heading)[0] == "needed_by", heading
