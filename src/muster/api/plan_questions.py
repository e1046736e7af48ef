"""Questions to a plan: why a need stays open, what would meet it, prices, and futures."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from muster.api.asking import asking
from muster.api.fields import Answer
from muster.api.plans import OpenNeedAnswer
from muster.core.planning.pricing import Price, Prices
from muster.core.planning.stress import Chances, StressOutcome
from muster.queries.plan_questions import (
    ASKED_S,
    MOST_FUTURES,
    MOST_S,
    Explained,
    explained,
    prices_of,
    stress_of,
)
from muster.queries.visibility import find
from muster.records.models import SavedPlan

router = Router(tags=["plans"])


class RemedyAnswer(Answer):
    """A set of changes that would meet the need."""

    effort: int
    sentence: str


class TakesAnswer(Answer):
    """What would meet the need; `complete` says whether all sets were tried."""

    sentence: str
    found: list[RemedyAnswer]
    complete: bool
    tried: int
    of: int


class TurnedAnswer(Answer):
    """What one more step for the need would displace."""

    units: int
    proved: bool
    sentence: str


class PriceAnswer(Answer):
    """What a change would let through; `each` is one more kg, m3 or consent, weighted."""

    sentence: str
    each: float
    proved: bool
    more: dict[str, int]
    less: dict[str, int]

    @staticmethod
    def resolve_each(price: Price) -> float:
        """Give it as a number."""
        return float(price.each)

    @staticmethod
    def resolve_more(price: Price) -> dict[str, int]:
        """Give the units by the id of the need."""
        return dict(price.difference.more)

    @staticmethod
    def resolve_less(price: Price) -> dict[str, int]:
        """Give the units by the id of the need."""
        return dict(price.difference.less)


class PricesAnswer(Answer):
    """What more room and each missing consent would let through, what lets most through first."""

    sentence: str
    found: list[PriceAnswer]
    tried: int
    of: int


class Patience(Schema):
    """How long it may look, in seconds, about; what is found by then is answered."""

    seconds: Annotated[float, Field(gt=0, le=MOST_S)] = ASKED_S


class ExplainedAnswer(Answer):
    """One need in a plan; all but the name is null where it is met in full."""

    name: str
    need: OpenNeedAnswer | None
    takes: TakesAnswer | None
    turned: TurnedAnswer | None
    prices: PricesAnswer | None


Chance = Annotated[float, Field(ge=0, le=1)]


class FuturesWanted(Schema):
    """How many futures, with which seed and chances."""

    count: Annotated[int, Field(ge=1, le=MOST_FUTURES)] = 2_000
    seed: Annotated[int, Field(ge=0)] = 0
    offer_late: Chance = 0.15
    late_days: Annotated[int, Field(ge=1)] = 14
    leg_closed: Chance = 0.03
    consent_refused: Chance = 0.1
    need_surges: Chance = 0.1
    surge_percent: Annotated[int, Field(ge=1)] = 50
    own: Annotated[list[str], Field(default_factory=list)]

    def chances(self) -> Chances:
        """Give them as the question takes them."""
        return Chances(**self.model_dump(exclude={"count", "seed", "own"}))


class SpreadAnswer(Answer):
    """What is met in time of one class: worst, at 5, 25, 50, 75 and 95 per cent, and best."""

    priority: int
    asked: int
    planned: int
    mean: int
    percentiles: list[int]


class HingeAnswer(Answer):
    """A thing that much of the plan hangs on."""

    trouble: str
    id: str
    name: str
    futures: int
    lost: int
    total: int


class StressAnswer(Answer):
    """How a plan stood up."""

    unhurt: int
    spreads: list[SpreadAnswer]
    hinges: list[HingeAnswer]


@router.get("/plans/{plan}/needs/{need}", response=ExplainedAnswer)
def explain_need(
    request: HttpRequest, plan: UUID, need: UUID, patience: Query[Patience]
) -> Explained:
    """Say why a need stays open in a plan, what would meet it, and what one more step displaces."""
    asked = asking(request)
    kept = find(SavedPlan, plan, asked.actor, asked.day)
    return explained(kept, str(need), seconds=patience.seconds)


@router.get("/plans/{plan}/prices", response=PricesAnswer)
def price_plan(request: HttpRequest, plan: UUID, patience: Query[Patience]) -> Prices:
    """Say what more room on a full leg, or a missing consent, would let through, and to whom."""
    asked = asking(request)
    return prices_of(find(SavedPlan, plan, asked.actor, asked.day), seconds=patience.seconds)


@router.get("/plans/{plan}/stress", response=StressAnswer)
def stress_plan(request: HttpRequest, plan: UUID, futures: Query[FuturesWanted]) -> StressOutcome:
    """Draw futures of a plan by the chances given: what is met in time, and on what most hangs."""
    asked = asking(request)
    kept = find(SavedPlan, plan, asked.actor, asked.day)
    return stress_of(
        kept, futures.chances(), count=futures.count, seed=futures.seed, own=futures.own
    )
