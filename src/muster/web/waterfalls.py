"""Pages of the waterfall: the chart with its table, the rows behind a figure, and the CSV."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from muster.core.refusals import Refusal
from muster.queries.coalitions import coalitions_on
from muster.queries.pledges import PledgeRow
from muster.queries.totals import NOW, Moment
from muster.queries.visibility import find
from muster.queries.waterfall import (
    DEFINITIONS,
    STAGES,
    Bar,
    figure_of,
    idle_rows,
    rows_behind,
    waterfall,
)
from muster.records.models import Operation
from muster.web.answers import actor_of, day_of, errors_of, show
from muster.web.deeds import known, moment_asked
from muster.web.tabs import operation_crumbs, operation_tabs

_STEP = 18
_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One bar of the chart: a stage, its figure, and how long it is, in percent of the longest."""

    stage: str
    figure: Decimal
    y: int
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The bars of one measure, ready to be drawn, and what they say in words."""

    bar: Bar
    stretches: tuple[Stretch, ...]
    height: int
    sentence: str


def chart_of(bar: Bar) -> Chart:
    """Lay out the bars of one measure; they share a scale with each other and with no other."""
    shown = [stage for stage in STAGES if stage != "dispatched" or bar.form == "goods"]
    longest = max((bar.figure(stage) for stage in shown), default=Decimal(1)) or Decimal(1)
    stretches = tuple(
        Stretch(
            stage=stage,
            figure=bar.figure(stage),
            y=place * _STEP,
            width=round(float(100 * bar.figure(stage) / longest), 2),
        )
        for place, stage in enumerate(shown)
    )
    said = ", ".join(f"{each.stage} {money_text(each.figure)}" for each in stretches)
    return Chart(
        bar=bar,
        stretches=stretches,
        height=len(stretches) * _STEP,
        sentence=f"{bar.label}, {bar.unit}: {said}.",
    )


def money_text(value: Decimal) -> str:
    """Write a figure with commas between thousands, and decimals only where there are any."""
    whole = value.to_integral_value()
    return f"{whole:,}" if whole == value else f"{value:,.2f}"


@require_safe
def waterfall_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show what was announced and what became of it; the rows behind a figure, if one is named."""
    actor, day = actor_of(request), day_of(request)
    operation = find(Operation, code, actor, day, by="code")
    moment, errors = _moment(request)
    which = {**_chosen(request), "operation": operation, "moment": moment}
    found = waterfall(actor, day, **which)  # type: ignore[arg-type]
    key = next(iter(known(request.GET.get("key", ""), [bar.key for bar in found.bars])), "")
    stage = next(iter(known(request.GET.get("stage", ""), [*STAGES, "waiting"])), "")
    rows = rows_behind(actor, day, key=key, stage=stage, **which)  # type: ignore[arg-type]
    idle = idle_rows(rows) if not stage else ()
    context = {
        "operation": operation,
        "tabs": operation_tabs(operation, "waterfall"),
        "crumbs": operation_crumbs(operation, ("Pledges", request.path)),
        "found": found,
        "charts": [chart_of(bar) for bar in found.bars],
        "definitions": DEFINITIONS,
        "asked_key": key,
        "stage": stage,
        "rows": [(row, figure_of(row, stage or "announced")) for row in rows[:_MOST_SHOWN]],
        "more": max(len(rows) - _MOST_SHOWN, 0),
        "sum": sum((figure_of(row, stage or "announced") for row in rows), Decimal(0)),
        "idle": idle[:_MOST_SHOWN],
        **_chosen(request),
        "coalitions": [("", "all"), *((each.code, each.name) for each in coalitions_on(day))],
        "on": request.GET.get("on", ""),
        "sense": request.GET.get("sense", "known"),
        "moment": moment.known or moment.happened,
        "errors": errors,
        "query": request.GET.urlencode(),
    }
    return show(request, "pledges/waterfall.html", context, status=422 if errors else 200)


@require_safe
def waterfall_table(request: HttpRequest, code: str) -> HttpResponse:
    """Give the waterfall and its rows as CSV, with what each stage means."""
    actor, day = actor_of(request), day_of(request)
    operation = find(Operation, code, actor, day, by="code")
    moment = moment_asked(request)
    which = {**_chosen(request), "operation": operation, "moment": moment}
    found = waterfall(actor, day, **which)  # type: ignore[arg-type]
    rows = rows_behind(actor, day, **which)  # type: ignore[arg-type]
    text = "".join(_csv(found.bars, rows, operation.code, _as_of(moment, day)))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}-waterfall.csv"'
    return answer


def _moment(request: HttpRequest) -> tuple[Moment, dict[str, Refusal]]:
    try:
        return moment_asked(request), {}
    except Refusal as refusal:
        return NOW, errors_of(refusal)


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Read whose pledges are asked for: a donor's, a coalition's, or all."""
    return {name: request.GET.get(name, "").replace("\0", "") for name in ("donor", "coalition")}


def _as_of(moment: Moment, day: date) -> str:
    """Say as of when, in a cell."""
    if moment.known is not None:
        return f"as known at {moment.known:%Y-%m-%dT%H:%MZ}"
    if moment.happened is not None:
        return f"as true at {moment.happened:%Y-%m-%dT%H:%MZ}, by what is known on {day}"
    return str(day)


def _csv(bars: Iterable[Bar], rows: Iterable[PledgeRow], code: str, day: str) -> Iterable[str]:
    """Write the measures, then their rows, then the definitions, each under a head of its own."""
    kept = io.StringIO()
    table = csv.writer(kept, lineterminator="\r\n")
    table.writerow(["operation", code, "as of", day])
    table.writerow([*_MEASURE, *STAGES, "waiting", "not stated"])
    for bar in bars:
        figures = [bar.figure(stage) for stage in STAGES]
        table.writerow(
            [
                _plain(bar.label),
                bar.unit,
                bar.method,
                bar.lines,
                *figures,
                bar.waiting,
                bar.unstated,
            ]
        )
    table.writerow([])
    table.writerow(
        [
            "pledge",
            "line",
            "announced on",
            "donors",
            "shares",
            "what",
            "said",
            *STAGES,
            "age",
            "source",
        ]
    )
    for row in rows:
        figures = [figure_of(row, stage) for stage in STAGES]
        donors = " and ".join(row.donors)
        table.writerow(
            [
                *(_plain(row.reference), row.position, row.announced_on, donors, row.joint),
                *(_plain(row.what), row.said, *figures, row.age, _plain(row.source)),
            ]
        )
    table.writerow([])
    for stage, meaning in DEFINITIONS.items():
        table.writerow([stage, meaning])
    yield kept.getvalue()


_MEASURE = ("measure", "unit", "method", "lines")
_ROW = ("pledge", "line", "announced on", "donors", "shares", "what", "said")


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/pledges", waterfall_page, name="waterfall"),
    path("operations/<str:code>/pledges.csv", waterfall_table, name="waterfall_table"),
]
