"""Pages of a plan: its summary, its parts at addresses of their own, and all of it for paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from muster.core.refusals import ChoiceUnknown, NotFound, Refusal
from muster.queries import plans as asked
from muster.queries.comparisons import Compared, comparison
from muster.queries.plan_contents import ShownPlan
from muster.queries.plan_figures import PlanFigures, figures_of, spots_of
from muster.queries.plan_summary import summary_of
from muster.web.answers import actor_of, day_of, site_of
from muster.web.deeds import page
from muster.web.maps import map_of
from muster.web.shown import Link, clock, link_with
from muster.web.tabs import operation_crumbs, operation_tabs

# How many rows a part has on the page of the plan, at its own address, and on paper.
FEW, MANY, PAPER = 10, 200, 2_000
# The parts in the order in which they are read, and what each is called.
TITLES = {
    "unmet": "What stays unmet, and why",
    "needs": "By need",
    "packages": "By package",
    "donors": "By donor",
    "crossings": "By crossing and week",
    "map": "Flows on the map",
    "moves": "Proposed movements",
    "assumptions": "What it assumes",
    "scores": "How good it is",
}
_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a plan: its name in addresses, its title, its size in a few words, its rows.

    Args:
        key: its name in addresses.
        title: what it is called.
        digest: what is in it, in a few words.
        rows: those that are shown.
        first: the place of the first of them, from 0.
        of: how many there are.
    """

    key: str
    title: str
    digest: str
    rows: Sequence[Any]
    first: int
    of: int

    @property
    def cut(self) -> bool:
        """Whether there are rows that are not shown."""
        return len(self.rows) < self.of


@require_safe
def part(request: HttpRequest, plan_id: UUID, key: str) -> HttpResponse:
    """Show one part of a plan at an address of its own."""
    return part_page(request, plan_id, key)


@require_safe
def paper(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show all parts of a plan opened, with all of their rows, to be printed."""
    return _page(request, plan_id, "plans/paper.html", most=PAPER)


@require_safe
def sheet(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Give the style that puts the marking and the plan's title at the head of every sheet."""
    seen = asked.kept_plan(plan_id, actor_of(request), day_of(request))
    title = f"{asked.title_of(seen.plan)}, {seen.record.operation.code}"
    words = f"{site_of(request).marking}  \N{MIDDLE DOT}  {title}, {clock(seen.record.recorded_at)}"
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    style = f'@page {{ @top-left {{ content: "{quoted}"; font: 8pt sans-serif; }} }}\n'
    return HttpResponse(style, content_type="text/css; charset=utf-8")


def summary_page(
    request: HttpRequest, plan_id: UUID, refusal: Refusal | None = None
) -> HttpResponse:
    """Show the summary of a plan and the first rows of its parts."""
    return _page(request, plan_id, "plans/detail.html", most=FEW, refusal=refusal)


def part_page(
    request: HttpRequest, plan_id: UUID, key: str, refusal: Refusal | None = None
) -> HttpResponse:
    """Show one part of a plan; after a refusal what was chosen stays chosen.

    Raises:
        ChoiceUnknown: a plan has no such part, or the place to go on from is no number.
    """
    if key not in TITLES:
        raise ChoiceUnknown(at="part", given=key[:40], known=", ".join(TITLES))
    first = request.GET.get("from", "0")
    if not (first.isascii() and first.isdigit() and len(first) <= _DIGITS):
        raise ChoiceUnknown(at="from", given=first[:40], known="a number of rows to pass over")
    return _page(
        request,
        plan_id,
        "plans/part.html",
        most=MANY,
        first=int(first),
        only=key,
        refusal=refusal,
    )


def _page(
    request: HttpRequest,
    plan_id: UUID,
    template: str,
    *,
    most: int,
    first: int = 0,
    only: str = "",
    refusal: Refusal | None = None,
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    seen = asked.kept_plan(plan_id, actor, day)
    plan, figures = seen.plan, figures_of(seen.plan)
    reason = request.GET.get("reason", "")
    all_rows = _rows(plan, figures, reason)
    parts = [
        _part(key, all_rows[key], plan, figures, first=first, most=most)
        for key in ([only] if only else TITLES)
        if only or all_rows[key]
    ]
    context = {
        **_frame(request, seen, TITLES.get(only, "")),
        "seen": seen,
        "figures": figures,
        "summary": summary_of(plan, figures),
        "drawn": map_of(figures.legs, spots_of(plan)),
        "parts": parts,
        "reason": reason,
        "following": _following(request, parts[0]) if only else None,
        "donor_choices": _choices("any donor", (move.donor for move in plan.moves)),
        "recipient_choices": _choices("any recipient", (move.recipient for move in plan.moves)),
        "item_choices": _choices("any item", (move.offered_item for move in plan.moves)),
        "chosen": frozenset(request.POST.getlist("moves")),
        "may_plan": asked.may_plan(actor, day),
        "moved": _moved(request, plan.before, plan_id),
    }
    return page(request, template, context, refusal)


def _rows(plan: ShownPlan, figures: PlanFigures, reason: str) -> Mapping[str, Sequence[Any]]:
    return {
        "unmet": [need for need in plan.unmet if not reason or reason in need.codes],
        "needs": figures.needs,
        "packages": plan.packages,
        "donors": figures.donors,
        "crossings": figures.legs,
        "map": figures.legs,
        "moves": plan.moves,
        "assumptions": plan.assumptions,
        "scores": plan.scores,
    }


def _part(
    key: str,
    rows: Sequence[Any],
    plan: ShownPlan,
    figures: PlanFigures,
    *,
    first: int,
    most: int,
) -> Part:
    # A map and an order are read whole.
    whole = key in {"map", "scores"}
    return Part(
        key=key,
        title=TITLES[key],
        digest=_digest(key, plan, figures),
        rows=rows if whole else rows[first : first + most],
        first=0 if whole else first,
        of=len(rows),
    )


def _digest(key: str, plan: ShownPlan, figures: PlanFigures) -> str:
    """Say in a few words what is in a part."""
    head = figures.headline
    full = sum(leg.full for leg in figures.legs)
    complete = sum(each.complete for each in plan.packages)
    return {
        "unmet": _counted(len(plan.unmet), "need"),
        "needs": f"{head.in_full:,} in full, {head.in_part:,} in part, {head.nothing:,} not",
        "packages": f"{_counted(complete, 'set')} complete in time",
        "donors": _counted(len(figures.donors), "donor"),
        "crossings": f"{_counted(len(figures.legs), 'leg')}, {full:,} of them full in a week",
        "map": _counted(len(figures.legs), "leg"),
        "moves": f"{_counted(head.moves, 'movement')} from {_counted(head.donors, 'donor')}",
        "assumptions": _counted(len(plan.assumptions), "sentence"),
        "scores": "the scores, and what is proved of each",
    }[key]


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _following(request: HttpRequest, shown: Part) -> tuple[str | None, str | None]:
    """Give the addresses of the rows before and after; None where there are none."""
    query, end = request.GET.urlencode(), shown.first + len(shown.rows)
    before = link_with(query, **{"from": str(max(0, shown.first - MANY))}) if shown.first else None
    after = link_with(query, **{"from": str(end)}) if shown.rows and end < shown.of else None
    return before, after


def _moved(request: HttpRequest, before: UUID | None, plan_id: UUID) -> Compared | None:
    """Hold the plan against the one before it, where it was made again from one that is seen."""
    if before is None:
        return None
    try:
        return comparison(before, plan_id, actor_of(request), day_of(request))
    except NotFound:
        return None


def _choices(all_of_them: str, names: Iterable[str]) -> list[tuple[str, str]]:
    return [("", all_of_them), *((name, name) for name in sorted(set(names)) if name)]


def _frame(request: HttpRequest, seen: asked.KeptPlan, below: str) -> dict[str, object]:
    operation = seen.record.operation
    above = reverse("plans", kwargs={"code": operation.code})
    here = reverse("plan", kwargs={"plan_id": seen.record.pk})
    way = [("Plan", above), (asked.title_of(seen.plan), here)]
    crumbs: tuple[Link, ...] = operation_crumbs(
        operation, *way, *([(below, request.path)] if below else [])
    )
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "plans"),
        "crumbs": crumbs,
    }


urlpatterns: list[URLPattern] = [
    path("plans/<uuid:plan_id>/paper", paper, name="plan_paper"),
    path("plans/<uuid:plan_id>/sheet.css", sheet, name="plan_sheet"),
    path("plans/<uuid:plan_id>/parts/<str:key>", part, name="plan_part"),
]
