"""Who was what to the alliance, on the day that is asked about."""

from datetime import date

import pytest

from muster.core.refusals import ItemUnknown, NotFound, PartyUnknown
from muster.queries.register import find_item, find_party, find_place, standing_on, standings_on

pytestmark = pytest.mark.usefixtures("records")


@pytest.mark.parametrize(
    ("day", "members"),
    [
        (date(2023, 4, 3), 30),
        (date(2023, 4, 4), 31),
        (date(2023, 4, 20), 31),
        (date(2024, 3, 6), 31),
        (date(2024, 3, 7), 32),
    ],
)
def test_the_alliance_has_as_many_members_as_on_that_day(day: date, members: int) -> None:
    assert len(standings_on(day, body="NATO", kind="member")) == members


@pytest.mark.parametrize(
    ("party", "day", "standing"),
    [
        ("FIN", date(2023, 4, 3), "invitee"),
        ("FIN", date(2023, 4, 4), "member"),
        ("SWE", date(2023, 4, 20), "invitee"),
        ("SWE", date(2024, 3, 7), "member"),
        ("DEU", date(1900, 1, 1), None),
        ("NOBODY", date(2023, 4, 20), None),
    ],
)
def test_a_standing_begins_on_its_first_day(party: str, day: date, standing: str | None) -> None:
    assert standing_on(party, body="NATO", day=day) == standing


def test_an_unknown_code_is_refused_by_its_name() -> None:
    for find, refusal in (
        (find_party, PartyUnknown),
        (find_item, ItemUnknown),
        (find_place, NotFound),
    ):
        with pytest.raises(refusal, match="NO-SUCH"):
            find("NO-SUCH")
