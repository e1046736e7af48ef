"""Who may give what to whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.rules import (
    MAY_GIVE,
    Giver,
    Thing,
    caveat_forbids,
    code_forbids,
    mandate_forbids,
    reference_forbids,
    standing_forbids,
)

CODES = st.sampled_from(["UKR", "MDA", "TUR", "GEO"])


@pytest.mark.parametrize("only_reviewed", [True, False])
@pytest.mark.parametrize("non_lethal", [True, False])
def test_only_the_organisation_is_bound_to_what_is_reviewed(
    *, only_reviewed: bool, non_lethal: bool
) -> None:
    giver = Giver(name="x", gives_only_reviewed=only_reviewed)
    refusal = mandate_forbids(giver, Thing(name="y", non_lethal=non_lethal, verdict="z"))
    assert (refusal is not None) == (only_reviewed and not non_lethal)


@given(
    standing=st.sampled_from([*sorted(MAY_GIVE), "suspended", "withdrawn", None]),
    part=st.booleans(),
)
def test_who_stands_in_the_alliance_or_to_it_may_give(*, standing: str | None, part: bool) -> None:
    giver = Giver(name="x", gives_only_reviewed=False, standing=standing, part_of_body=part)
    refused = standing_forbids(giver, body="NATO", day="2023-04-20") is not None
    assert refused == (not part and standing not in MAY_GIVE)


@given(only=st.lists(CODES), never=st.lists(CODES), recipient=CODES)
def test_a_caveat_lets_through_who_is_named_and_not_barred(
    only: list[str], never: list[str], recipient: str
) -> None:
    refusal = caveat_forbids("x", "", only_for=only, not_for=never, recipient=recipient)
    meant = not only or recipient in only
    assert (refusal is None) == (meant and recipient not in never)


@given(st.text())
def test_a_code_is_made_of_capitals_digits_and_hyphens_alone(code: str) -> None:
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
    assert (code_forbids(code) is None) == (bool(code) and set(code) <= allowed)


@given(st.text())
def test_a_reference_is_more_than_blanks(reference: str) -> None:
    assert (reference_forbids(reference) is None) == bool(reference.strip())
