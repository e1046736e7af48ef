"""Who carries how much: our own records or a table, and what things are worth."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Base64Bytes, Field

from muster.actions import burden as actions
from muster.api.asking import act_of, asking
from muster.api.fields import Answer, Day, Input, Why
from muster.core.burden import MOST_PLACES, Asked
from muster.queries.burden import Burden, BurdenAsked, TableListed, burden_of, tables
from muster.queries.burden_csv import as_csv
from muster.records.models import BurdenTable, Valuation

router = Router(tags=["burden"])


class MonthAnswer(Answer):
    """An amount of a month, in plain units of the currency."""

    month: date
    amount: Decimal


class KindAnswer(Answer):
    """An amount of a kind of help, in the words of the table."""

    kind: str
    amount: Decimal


class DonorAnswer(Answer):
    """What one donor carries, in plain units of the currency; shares in percent."""

    donor: str
    own: Decimal
    passed_on: Decimal
    amount: Decimal
    of_all: Decimal
    gdp: Decimal | None
    gdp_year: int | None
    gdp_rate: str
    of_gdp: Decimal | None
    per_head: Decimal | None
    to_target: Decimal | None
    months: list[MonthAnswer]
    kinds: list[KindAnswer]


class SectionAnswer(Answer):
    """One measure in one currency by one method: the only thing that is ever added up."""

    measure: str
    currency: str
    method: str
    total: Decimal
    months: list[MonthAnswer]
    donors: list[DonorAnswer]
    kinds: list[KindAnswer]


class TargetAnswer(Answer):
    """A target that was set, in its own terms."""

    body: str
    party: str
    measure: str
    basis: str
    amount: Decimal
    currency: str
    since: date
    until: date | None
    source: str


class HeldAnswer(Answer):
    """A donor held against a target over its period; below zero where it is exceeded."""

    donor: str
    measure: str
    currency: str
    method: str
    target: TargetAnswer
    amount: Decimal
    wanted: Decimal
    missing: Decimal
    rate: str


class BurdenAnswer(Answer):
    """Sections that are never added to each other, and how they came about."""

    of: str
    unit: str
    names: dict[str, str]
    sections: list[SectionAnswer]
    reattributed: str
    targets: list[HeldAnswer]
    notes: list[str]


class TableAnswer(Answer):
    """A table that was brought in."""

    name: str
    source: str
    unit: str
    rows: int
    recorded_at: datetime


class BurdenQuery(Schema):
    """What to add up: a table or our own records, and which part of them."""

    table: str | None = None
    operation: str | None = None
    measure: str | None = None
    kind: str | None = None
    currency: str | None = None
    method: str | None = None
    since: Day | None = None
    until: Day | None = None
    reattribute: str | None = None
    key: str = "gdp"
    unit: str | None = None
    places: int = 4
    target: Annotated[Decimal, Field(ge=0, le=1000, decimal_places=MOST_PLACES)] | None = None


class TableInput(Why):
    """A table of amounts and one of figures: each the text of its CSV file, or a workbook.

    A workbook is given as base64 in `rows_base64` and `figures_base64` in place of the text.
    """

    name: str
    rows: str = ""
    figures: str = ""
    rows_base64: Base64Bytes = b""
    figures_base64: Base64Bytes = b""
    said: dict[str, str] | None = None
    names: dict[str, str] | None = None


class ValuationInput(Why, Input):
    """What an offer_line, an allocation or a pledge_line is worth, and how that was found."""

    subject: str
    subject_id: UUID
    amount: str
    currency: str = ""
    method: str
    as_of: Day
    source: str


class ValuationAnswer(Answer):
    """A valuation; a later one by the same method takes its place."""

    id: UUID
    amount: Decimal
    currency: str
    method: str
    as_of: date
    source: str


@router.get("/burden", response=BurdenAnswer)
def show_burden(request: HttpRequest, asked: Query[BurdenQuery]) -> Burden:
    """Add up who carries how much; two currencies or two methods are never one sum."""
    return _burden(request, asked)


@router.get("/burden.csv", response=str)
def show_burden_as_csv(request: HttpRequest, asked: Query[BurdenQuery]) -> HttpResponse:
    """Give the same as CSV, each row with the definition of what it counts."""
    return HttpResponse(as_csv(_burden(request, asked)), content_type="text/csv; charset=utf-8")


@router.get("/burden-tables", response=list[TableAnswer])
def list_tables(request: HttpRequest) -> list[TableListed]:
    """List the tables that were brought in."""
    asked = asking(request)
    return list(tables(asked.actor, asked.day))


@router.post("/burden-tables", response={201: TableAnswer})
def bring_in_table(request: HttpRequest, body: TableInput) -> Status[dict[str, object]]:
    """Bring in a table of donors, months and amounts, whole or not at all."""
    made = actions.bring_in_table(
        act=act_of(request, body.reason),
        name=body.name,
        rows=body.rows_base64 or body.rows.encode(),
        figures=body.figures_base64 or body.figures.encode(),
        said=body.said,
        names=body.names,
    )
    return Status(201, _table(made))


@router.post("/valuations", response={201: ValuationAnswer})
def record_valuation(request: HttpRequest, body: ValuationInput) -> Status[Valuation]:
    """Say what an offer line, an allocation or a line of a pledge is worth."""
    made = actions.record_valuation(
        act=act_of(request, body.reason),
        subject=body.subject,
        subject_id=body.subject_id,
        amount=body.amount,
        currency=body.currency,
        method=body.method,
        as_of=body.as_of,
        source=body.source,
    )
    return Status(201, made)


def _burden(request: HttpRequest, query: BurdenQuery) -> Burden:
    who = asking(request)
    given = query.model_dump()
    shares = Asked(places=given.pop("places"), target=given.pop("target"))
    return burden_of(who.actor, who.day, BurdenAsked(**given, shares=shares))


def _table(table: BurdenTable) -> dict[str, object]:
    return {
        "name": table.name,
        "source": table.source,
        "unit": table.unit,
        "rows": table.rows.count(),
        "recorded_at": table.recorded_at,
    }
