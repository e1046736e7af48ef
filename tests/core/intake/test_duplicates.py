from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.core.exchange import Change, Status
from muster.core.intake import duplicates
from muster.core.intake.claims import Claim, Direction, Duplicate, Kind, compare
from muster.core.intake.duplicates import LEAST_SCORE, find_duplicates, groups_of
from muster.core.quantities.amounts import Per

DAY = date(2012, 7, 6)
NEED = Claim(
    id="a",
    direction=Direction.NEED,
    channel="EADRCC",
    document="OPS(EADRCC)(2012)0046",
    operation="TUR-2012",
    party="TUR",
    item="tent-family",
    low=15_000,
    high=15_000,
    unit="H87",
    status=Status.REQUESTED,
    stated_on=DAY,
)
GIFT = replace(NEED, direction=Direction.GIFT, party="DNK", counterparty="TUR", low=500, high=500)


def other(claim: Claim, **fields: object) -> Claim:
    """Tell the same from another channel and another document, with what is said to differ."""
    told = replace(claim, id="b", channel="UN", document="a letter of the same week")
    return replace(told, **fields)  # type: ignore[arg-type]


def found(*claims: Claim) -> Duplicate | None:
    pairs = find_duplicates(claims)
    assert len(pairs) <= 1
    return pairs[0] if pairs else None


def codes(pair: Duplicate) -> set[str]:
    return {reason.code for reason in pair.reasons}


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    """Draw claims from few parties, items and amounts, so that many pairs are alike."""
    count = draw(st.integers(0, 14))
    drawn = []
    for number in range(count):
        low, high = draw(
            st.sampled_from([(None, None), (30, 30), (31, 31), (None, 40), (25, 35), (900, 900)])
        )
        drawn.append(
            Claim(
                id=f"c{number}",
                direction=draw(st.sampled_from(Direction)),
                channel=draw(st.sampled_from(["", "UN", "EADRCC"])),
                document=draw(st.sampled_from(["", "one", "two"])),
                party=draw(st.sampled_from(["", "DNK", "SVN"])),
                item=draw(st.sampled_from(["", "tent", "tent-winter"])),
                kin=draw(st.sampled_from([frozenset[str](), frozenset({"tent"})])),
                item_text=draw(st.sampled_from(["winter tents", "tents, winter", "tent", ""])),
                low=low,
                high=high,
                per=draw(st.sampled_from([None, Per.WEEK])),
                change=draw(st.sampled_from(Change)),
                status=draw(st.sampled_from(Status)),
                stated_on=draw(st.none() | st.dates(DAY, DAY + timedelta(days=200))),
                place=draw(st.sampled_from(["", "Hatay", "Kilis"])),
                reference=draw(st.sampled_from(["", "R1", "R2"])),
            )
        )
    return drawn


@settings(deadline=None)
@given(claims(), st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_the_claims(
    drawn: list[Claim], chance: object
) -> None:
    shuffled = list(drawn)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert find_duplicates(drawn) == find_duplicates(shuffled)


@settings(deadline=None)
@given(claims())
def test_two_claims_weigh_the_same_from_either_side_and_none_weighs_against_itself(
    drawn: list[Claim],
) -> None:
    for one, two in combinations(drawn, 2):
        assert compare(one, two) == compare(two, one)
    for claim in drawn:
        assert compare(claim, claim) is None


@settings(deadline=None)
@given(claims())
def test_a_pair_is_scored_from_0_to_1_named_once_and_proposes_one_of_its_own(
    drawn: list[Claim],
) -> None:
    pairs = find_duplicates(drawn)
    assert len({(pair.first, pair.second) for pair in pairs}) == len(pairs)
    for pair in pairs:
        assert pair.first < pair.second
        assert LEAST_SCORE <= pair.score <= 1
        assert {pair.merge.counts, pair.merge.set_aside} == {pair.first, pair.second}
        assert all(reason.sentence.endswith(".") for reason in pair.reasons)


@settings(deadline=None)
@given(claims())
def test_what_adds_and_what_it_adds_to_are_never_one_and_directions_never_mix(
    drawn: list[Claim],
) -> None:
    by_id = {claim.id: claim for claim in drawn}
    for pair in find_duplicates(drawn):
        one, two = by_id[pair.first], by_id[pair.second]
        assert (one.change is Change.ADDITIONAL) == (two.change is Change.ADDITIONAL)
        assert one.direction is two.direction
        assert not (one.party and two.party and one.party != two.party)


@settings(deadline=None)
@given(claims())
def test_blocks_lose_no_pair_that_comparing_all_would_find(drawn: list[Claim]) -> None:
    named = [replace(claim, party=claim.party or "DNK", document="") for claim in drawn]
    weighed = (compare(one, two) for one, two in combinations(named, 2))
    expected = {(pair.first, pair.second) for pair in weighed if pair and pair.score >= LEAST_SCORE}
    assert {(pair.first, pair.second) for pair in find_duplicates(named)} == expected


def test_the_same_need_from_two_channels_is_found_with_its_reasons() -> None:
    # Turkey asked the EADRCC, the UN and the EU for the same in 2012.
    pair = found(NEED, other(NEED, stated_on=DAY + timedelta(days=2)))
    assert pair is not None
    assert pair.score >= 0.8
    assert {"same_party", "same_item", "same_amount", "two_channels"} <= codes(pair)


def test_the_same_gift_by_donor_and_by_recipient_is_found_and_the_receipt_counts() -> None:
    given_ = replace(GIFT, reported_by="DNK", status=Status.SENT)
    got = other(GIFT, reported_by="TUR", status=Status.DELIVERED, stated_on=DAY + timedelta(days=9))
    pair = found(given_, got)
    assert pair is not None
    assert "two_accounts" in codes(pair)
    assert pair.merge.counts == "b"
    assert pair.merge.difference == 0


def test_30_and_31_vehicles_by_two_accounts_are_asked_with_the_difference() -> None:
    pair = found(replace(NEED, low=30, high=30), other(NEED, low=31, high=31))
    assert pair is not None
    assert pair.merge.difference == 1
    assert (pair.merge.low, pair.merge.high) == (30, 31)
    assert "30 against 31: 1 between them." in {reason.sentence for reason in pair.reasons}


def test_an_additional_550_is_not_a_second_telling_of_550() -> None:
    assert found(NEED, other(NEED, change=Change.ADDITIONAL)) is None
    both = [replace(NEED, change=Change.ADDITIONAL), other(NEED, change=Change.ADDITIONAL)]
    assert found(*both) is not None


def test_an_update_supersedes_what_was_said_before_whatever_its_amount() -> None:
    later = replace(
        NEED, id="b", document="two", low=40_000, high=40_000, change=Change.UPDATED,
        stated_on=DAY + timedelta(days=12),
    )  # fmt: skip
    pair = found(NEED, later)
    assert pair is not None
    assert pair.kind is Kind.SUPERSEDES
    assert pair.merge.counts == "b"
    assert pair.merge.difference == 25_000


def test_an_update_dated_before_the_other_supersedes_nothing() -> None:
    pair = found(NEED, other(NEED, change=Change.UPDATED, stated_on=DAY - timedelta(days=3)))
    assert pair is not None
    assert pair.kind is Kind.SAME


@pytest.mark.parametrize(
    "fields",
    [
        {"party": "SVN"},
        {"item": "blanket"},
        {"counterparty": "JOR"},
        {"operation": "JOR-2012"},
        {"direction": Direction.NEED},
        {"low": 5_000, "high": 5_000},
        {"stated_on": DAY + timedelta(days=400)},
        {"unit": "SET", "stated_on": DAY + timedelta(days=90)},
    ],
    ids=str,
)
def test_what_differs_in_the_matter_is_no_duplicate(fields: dict[str, object]) -> None:
    assert found(GIFT, other(GIFT)) is not None
    assert found(GIFT, other(GIFT, **fields)) is None


def test_a_substitute_and_a_generic_item_can_be_the_same_gift_but_siblings_cannot() -> None:
    winter = other(GIFT, item="tent-winter", kin=frozenset({"tent-family"}))
    assert found(GIFT, winter) is not None
    sibling = replace(GIFT, item="tent-summer", kin=frozenset({"tent-family"}))
    assert found(sibling, winter) is None


def test_a_description_without_a_code_meets_a_code_by_its_words() -> None:
    coded = replace(GIFT, item_text="Family winter tents")
    pair = found(coded, other(GIFT, item="", item_text="woollen blankets, winter"))
    assert pair is None
    pair = found(coded, other(GIFT, item="", item_text="tent, winter, family"))
    assert pair is not None
    assert "like_words" in codes(pair)


def test_a_line_without_a_donor_meets_one_of_the_same_item_and_amount() -> None:
    pair = found(GIFT, other(GIFT, party=""))
    assert pair is not None
    assert "party_unsaid" in codes(pair)


def test_two_alike_lines_of_one_document_are_less_sure_than_of_two() -> None:
    twice = find_duplicates([GIFT, replace(GIFT, id="b")])
    apart = find_duplicates([GIFT, other(GIFT)])
    assert not twice or twice[0].score < apart[0].score


def test_lists_that_agree_in_other_lines_lend_weight_to_the_one_that_differs() -> None:
    # rescEU's package of February 2023 by two papers: 500 units and 2,000 tents in both, and
    # 8,000 beds in one against 10,500 in the other.
    mine = [
        replace(GIFT, id=f"a{n}", item=item, low=amount, high=amount)
        for n, (item, amount) in enumerate([("unit", 500), ("tent", 2_000), ("bed", 8_000)])
    ]
    yours = [
        replace(c, id=c.id.replace("a", "b"), channel="rtl.lu", document="9 February") for c in mine
    ]
    alone = find_duplicates([mine[2], replace(yours[2], low=10_500, high=10_500)])
    yours[2] = replace(yours[2], low=10_500, high=10_500)
    together = {(pair.first, pair.second): pair for pair in find_duplicates([*mine, *yours])}
    assert set(together) == {("a0", "b0"), ("a1", "b1"), ("a2", "b2")}
    beds = together["a2", "b2"]
    assert "documents_agree" in codes(beds)
    assert not alone or alone[0].score < beds.score
    assert beds.merge.difference == 2_500


def test_three_channels_are_one_group() -> None:
    third = replace(NEED, id="c", channel="UCPM", document="three")
    apart = replace(NEED, id="z", item="blanket")
    assert groups_of(find_duplicates([NEED, other(NEED), third, apart])) == (("a", "b", "c"),)


def test_two_claims_of_one_id_are_a_bug() -> None:
    with pytest.raises(ValueError, match="one id"):
        find_duplicates([NEED, NEED])


def _many(count: int) -> Sequence[Claim]:
    """Make claims of 60 parties and 600 items, each pair told by two channels."""
    return [
        Claim(
            id=f"{number:06}",
            direction=Direction.GIFT,
            channel=("EADRCC", "UN")[number % 2],
            document=f"d{number % 977}",
            party=f"P{number // 2 % 61}",
            item=f"I{number // 2 % 601}",
            low=number // 2 % 1_999 + 1,
            high=number // 2 % 1_999 + 1,
            stated_on=DAY + timedelta(days=number // 2 % 700),
        )
        for number in range(count)
    ]


def test_ten_times_the_claims_are_about_ten_times_the_comparisons(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = Counter[int]()

    def counting(claims: Sequence[Claim]) -> set[tuple[str, str]]:
        found = candidates(claims)
        compared[len(claims)] = len(found)
        return found

    candidates = duplicates._candidates
    monkeypatch.setattr(duplicates, "_candidates", counting)
    for count in (1_000, 10_000):
        assert len(find_duplicates(_many(count))) >= count // 2
    assert compared[10_000] < 40 * compared[1_000]
