"""What changes when a party joins or leaves a body on a day."""

from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from muster.api.asking import asking
from muster.api.fields import Answer, Day
from muster.core.effects import Way
from muster.queries.effects import Effect, effect_of

router = Router(tags=["register"])


class BetweenAnswer(Answer):
    """The least and the most that the methods give."""

    low: Decimal
    high: Decimal


class MemberBorderAnswer(Answer):
    """One member's part of a border; `other_km` is the neighbour's own figure where it differs."""

    code: str
    km: Decimal
    other_km: Decimal | None
    source: str


class BorderSumAnswer(Answer):
    """A border before and after, by one method."""

    method: str
    how: str
    before_km: Decimal
    after_km: Decimal
    difference_km: Decimal
    ratio: Decimal | None
    members: list[MemberBorderAnswer]
    sources: list[str]
    checked: str
    missing: list[str]
    """Members whose border this method has no length of: the sum is too short, and in no range."""


class NeighbourAnswer(Answer):
    """The border with one neighbour, by every method there is, and the range they span."""

    neighbour: str
    name: str
    sums: list[BorderSumAnswer]
    before_km: BetweenAnswer
    after_km: BetweenAnswer
    ratio: BetweenAnswer | None


class TotalAnswer(Answer):
    """A sum over the members before and after; `missing` are members without a figure."""

    measure: str
    before: Decimal
    after: Decimal
    difference: Decimal
    ratio: Decimal | None
    years: str
    sources: list[str]
    missing: list[str]


class ShareAnswer(Answer):
    """A member's share of a total in percent; null where it is no member."""

    code: str
    amount: Decimal
    year: int
    before: Decimal | None
    after: Decimal | None
    difference: Decimal | None


class MeansAnswer(Answer):
    """People and money, and each member's share of the burden by two keys."""

    totals: list[TotalAnswer]
    gdp_shares: list[ShareAnswer]
    defence_shares: list[ShareAnswer]


class GainedAnswer(Answer):
    """A place that the body gains or loses the use of."""

    code: str
    name: str
    kind: str
    source: str


class CorridorAnswer(Answer):
    """A land border between the party and another member, by one method."""

    code: str
    name: str
    km: Decimal
    method: str
    source: str


class BoundAnswer(Answer):
    """An obligation of the members on the day."""

    code: str
    authority: str
    text: str
    source: str
    checked: str


class EffectAnswer(Answer):
    """What changes, before and after; each figure with its method, year and source."""

    party: str
    party_name: str
    body: str
    body_name: str
    on: date
    way: Way
    standing: str
    members_before: int
    members_after: int
    names: dict[str, str]
    borders: list[NeighbourAnswer]
    means: MeansAnswer
    places: list[GainedAnswer]
    corridors: list[CorridorAnswer]
    obligations: list[BoundAnswer]
    notes: list[str]


class EffectAsked(Schema):
    """Which party, in which body, on which day (today, if not said), joining or leaving."""

    of: str
    body: str = "NATO"
    on: Day | None = None
    way: Way | None = None
    neighbour: str | None = None


@router.get("/effect", response=EffectAnswer)
def show_effect(request: HttpRequest, asked: Query[EffectAsked]) -> Effect:
    """Compare a body with and without a party: borders, people, means, shares, duties."""
    return effect_of(
        asked.of,
        body=asked.body,
        day=asked.on or asking(request).day,
        way=asked.way,
        neighbour=asked.neighbour,
    )
