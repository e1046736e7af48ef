"""The waterfall: what was announced and what became of it, now or as of an earlier moment."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from muster.api.asking import asking, operation_of
from muster.api.fields import Answer, Instant
from muster.api.pledges import PledgeAnswer
from muster.core.pledges import Form
from muster.queries.pledges import PledgeRow
from muster.queries.totals import Moment
from muster.queries.waterfall import DEFINITIONS, rows_behind, waterfall

router = Router(tags=["pledges"])


class BarAnswer(Answer):
    """The figures of one measure: one item, or one currency by one method."""

    key: str
    form: Form
    label: str
    unit: str
    method: str
    lines: int
    unstated: int
    idle: int
    oldest: date | None
    at_first: Decimal
    announced: Decimal
    committed: Decimal
    allocated: Decimal
    dispatched: Decimal
    received: Decimal
    waiting: Decimal


class WaterfallAnswer(Answer):
    """All measures, how many lines are counted out, and what each stage means."""

    bars: list[BarAnswer]
    second_tellings: int
    paying_for_goods: int
    as_of: datetime
    on: datetime
    definitions: dict[str, str]


class WaterfallQuery(Schema):
    """Which pledges to sum, and as of when."""

    meeting: UUID | None = None
    donor: str = ""
    coalition: str = ""
    as_of: Instant | None = None
    on: Instant | None = None


@router.get("/operations/{code}/waterfall", response=WaterfallAnswer)
def show_waterfall(request: HttpRequest, code: str, asked: Query[WaterfallQuery]) -> dict[str, Any]:
    """Show announced, committed, allocated, dispatched, received, each measure apart.

    As it was known at `as_of`, as it was true at `on` by what is known now; now, if not said.
    """
    seen = asking(request)
    operation = operation_of(request, code)
    found = waterfall(seen.actor, seen.day, operation=operation, **_which(asked))
    return {
        "as_of": asked.as_of or seen.now,
        "on": asked.on or seen.now,
        "bars": found.bars,
        "second_tellings": found.second_tellings,
        "paying_for_goods": found.paying_for_goods,
        "definitions": DEFINITIONS,
    }


@router.get("/operations/{code}/waterfall/rows", response=list[PledgeAnswer])
def list_rows_behind(
    request: HttpRequest,
    code: str,
    asked: Query[WaterfallQuery],
    key: str = "",
    stage: str = "",
) -> list[PledgeRow]:
    """List the rows that a figure of the waterfall is the sum of, then or now."""
    seen = asking(request)
    operation = operation_of(request, code)
    return list(
        rows_behind(
            seen.actor, seen.day, key=key, stage=stage, operation=operation, **_which(asked)
        )
    )


def _which(asked: WaterfallQuery) -> dict[str, Any]:
    given = asked.model_dump()
    moment = Moment(known=given.pop("as_of"), happened=given.pop("on"))
    return {**given, "moment": moment}
