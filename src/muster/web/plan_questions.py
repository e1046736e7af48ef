"""Pages of questions to a plan: how it would stand up, and what it would take to meet a need."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from muster.core.planning.stress import Chances
from muster.core.refusals import ChoiceUnknown, Refusal
from muster.queries import plan_questions as asked
from muster.queries.plans import KeptPlan, kept_plan, title_of
from muster.web.answers import actor_of, day_of
from muster.web.deeds import NumberUnreadable, page
from muster.web.tabs import operation_crumbs, operation_tabs

# What the form shows first: percentages, days and a count that is drawn while one waits.
_FIRST = {
    "offer_late": 15,
    "leg_closed": 3,
    "consent_refused": 10,
    "need_surges": 10,
    "late_days": 14,
    "surge_percent": 50,
    "count": 2_000,
}
_SHARES = ("offer_late", "leg_closed", "consent_refused", "need_surges")
_DIGITS = 6
# For how many seconds a page may look for what needs many plans; the first at once.
_LOOKS = (10, 60)


@require_safe
def stress(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show how a plan would stand up, by chances that may be changed."""
    kept = kept_plan(plan_id, actor_of(request), day_of(request))
    shown: dict[str, object] = {
        name: request.GET.get(name, first) for name, first in _FIRST.items()
    }
    shown["own"] = request.GET.get("own", "")
    outcome, refusal = None, None
    try:
        given = {name: _whole(name, str(text)) for name, text in shown.items() if name in _FIRST}
        chances = Chances(
            offer_late=given["offer_late"] / 100,
            leg_closed=given["leg_closed"] / 100,
            consent_refused=given["consent_refused"] / 100,
            need_surges=given["need_surges"] / 100,
            late_days=given["late_days"],
            surge_percent=given["surge_percent"],
        )
        own = [line for line in str(shown["own"]).splitlines() if line.strip()]
        outcome = asked.stress_of(kept.record, chances, count=given["count"], own=own)
    except Refusal as no:
        refusal = no
    context = {
        **_frame(request, kept, "How it would stand up"),
        "outcome": outcome,
        "shown": shown,
    }
    return page(request, "plans/stress.html", context, refusal)


@require_safe
def need(request: HttpRequest, plan_id: UUID, need_id: str) -> HttpResponse:
    """Show why a need stays open in a plan; with `look`, what is found in so many seconds."""
    kept = kept_plan(plan_id, actor_of(request), day_of(request))
    seconds = _looked(request)
    if seconds is None:
        name, still_open = asked.open_in(kept.record, need_id)
        seen = asked.Explained(need=still_open, name=name)
    else:
        seen = asked.explained(kept.record, need_id, seconds=seconds)
    context = {
        **_frame(request, kept, "What would it take?"),
        "seen": seen,
        "looked": seconds,
        "look": _LOOKS[0],
        "longer": next((each for each in _LOOKS if each > (seconds or 0)), None),
    }
    return page(request, "plans/need.html", context)


@require_safe
def prices(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show what more room on a full leg, or a missing consent, would let through, and to whom."""
    kept = kept_plan(plan_id, actor_of(request), day_of(request))
    seconds = _looked(request) or _LOOKS[0]
    found, refusal = None, None
    try:
        found = asked.prices_of(kept.record, seconds=seconds)
    except Refusal as no:
        refusal = no
    context = {
        **_frame(request, kept, "What one more would let through"),
        "found": found,
        "short": bool(request.GET.get("short")),
        "longer": next((each for each in _LOOKS if each > seconds), None),
    }
    return page(request, "plans/prices.html", context, refusal)


def _looked(request: HttpRequest) -> int | None:
    """Read for how many seconds it is to be looked; None where nothing is said."""
    text = request.GET.get("look", "")
    if not text:
        return None
    if text not in {str(each) for each in _LOOKS}:
        raise ChoiceUnknown(at="look", given=text[:40], known=", ".join(map(str, _LOOKS)))
    return int(text)


def _whole(name: str, text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise NumberUnreadable(at=name, text=text[:40])
    return int(text)


def _frame(request: HttpRequest, kept: KeptPlan, here: str) -> dict[str, object]:
    operation = kept.record.operation
    plans = reverse("plans", kwargs={"code": operation.code})
    plan = reverse("plan", kwargs={"plan_id": kept.record.pk})
    words = title_of(kept.plan)
    return {
        "kept": kept,
        "operation": operation,
        "tabs": operation_tabs(operation, "plans"),
        "crumbs": operation_crumbs(operation, ("Plan", plans), (words, plan), (here, request.path)),
    }


urlpatterns: list[URLPattern] = [
    path("plans/<uuid:plan_id>/stress", stress, name="plan_stress"),
    path("plans/<uuid:plan_id>/prices", prices, name="plan_prices"),
    path("plans/<uuid:plan_id>/needs/<str:need_id>", need, name="plan_need"),
]
