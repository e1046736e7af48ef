"""Pages of plans: make one, judge it, take up all or some of its moves."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions.background import ask_for_plan
from muster.actions.plans import accept_plan, keep_hand_plan, make_plan
from muster.actions.searches import stop_search
from muster.core.planning.choosing import CHOOSABLE, NothingChosen, Wanted
from muster.core.planning.objectives import DEFAULT_ORDER, Objective
from muster.core.refusals import ChoiceUnknown, NotFound, Refusal
from muster.queries import plans as asked
from muster.queries.comparisons import comparison
from muster.queries.jobs import jobs_of_operation
from muster.queries.plan_contents import of_record
from muster.queries.scenarios import scenarios_of
from muster.queries.visibility import find
from muster.records.models import Operation, SavedPlan
from muster.solving.greedy import NAME as GREEDY
from muster.solving.registry import DEFAULT_METHOD, METHODS
from muster.web.answers import act_of, actor_of, day_of, tell
from muster.web.deeds import SeeOther, done, key_in, page, text_in
from muster.web.plan_figures import part_page, summary_page
from muster.web.shown import clock
from muster.web.tabs import operation_crumbs, operation_tabs

# A person waits for the page, so the planner gets this many seconds and no more; longer work goes
# through the jobs.
SECONDS = 5

_SEARCHES = [
    ("5", "5 seconds, while you wait"),
    ("30", "half a minute, as a job"),
    ("120", "2 minutes, as a job"),
    ("600", "10 minutes, as a job"),
]
_OBJECTIVES = {
    Objective.ON_TIME: "as much in time as can be, by urgency",
    Objective.LATE: "then as much late, by urgency",
    Objective.WAITING: "fewest days of waiting",
    Objective.LATENESS: "fewest days after the date needed",
    Objective.FAIRNESS: "the recipient served least gets as much as can be",
    Objective.BURDEN: "donors give by their agreed shares, counted by weight",
    Objective.AGREED: "what is agreed stays",
    Objective.ASSIGNMENTS: "fewest separate movements",
    Objective.COST: "least cost of carrying",
}
# What is said after each button that leads on to two plans side by side.
_AGAIN = {
    "again": "Planned again on what there is now. First the plan before, then the new one.",
    "greedy": "First the plain plan: most urgent first, what arrives first. Then yours.",
    "by_hand": "First what hands have agreed and not packed. Then the plan as if that were open.",
}
_METHOD_NOTES = {
    "exact": "Looks for the best plan, and says what is proved about it.",
    "structured": "For many needs that share transport; says how far from the best it may be.",
    "greedy": "Serves the most urgent need first with what arrives first; quick, proves nothing.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def plans(request: HttpRequest, code: str) -> HttpResponse:
    """List the plans of an operation; make a new one."""
    operation = find(Operation, code, actor_of(request), day_of(request), by="code")
    if request.method != "POST":
        return _list(request, operation)
    try:
        if text_in(request, "verb") == "stop":
            stop_search(act=act_of(request), search=_key(text_in(request, "search")))
            return done(request, "It stops, and keeps the best so far.", "plans", code=code)
        if text_in(request, "verb") == "hand":
            plan = keep_hand_plan(act=act_of(request), operation=operation.pk)
            return done(request, "Kept as a plan, to compare.", "plan", plan_id=plan.pk)
        wanted = _wanted_in(request)
        if wanted.seconds > SECONDS:
            ask_for_plan(act=act_of(request), operation=operation.pk, wanted=wanted)
            return done(request, "A job looks for it; this page shows how far.", "plans", code=code)
        plan = make_plan(
            act=act_of(request),
            operation=operation.pk,
            method=wanted.method,
            seconds=wanted.seconds,
            objectives=wanted.objectives,
            scenario=_key(wanted.scenario) if wanted.scenario else None,
            afresh=wanted.afresh,
        )
    except Refusal as refusal:
        return _list(request, operation, refusal)
    sentence = "The plan is made. It is a proposal: nothing is promised by it."
    return done(request, sentence, "plan", plan_id=plan.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show one plan; take up all of its moves, or those that are chosen."""
    if request.method != "POST":
        return summary_page(request, plan_id)
    if text_in(request, "verb") in _AGAIN:
        return _again(request, plan_id)
    everything = text_in(request, "verb") == "all"
    chosen = frozenset(request.POST.getlist("moves"))
    try:
        if not everything and not chosen:
            raise NothingChosen
        accept_plan(
            act=act_of(request),
            plan=plan_id,
            only=None if everything else chosen,
            donors=_named(request, "donor"),
            recipients=_named(request, "recipient"),
            items=_named(request, "item"),
        )
    except Refusal as refusal:
        return part_page(request, plan_id, "moves", refusal)
    sentence = "Proposed. Donor and recipient each confirm before anything counts as allocated."
    return done(request, sentence, "plan", plan_id=plan_id)


def _again(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Plan again from a plan, or make what it can be held against; go on to both side by side."""
    act, verb = act_of(request), text_in(request, "verb")
    try:
        record = find(SavedPlan, plan_id, act.actor, act.now.date())
        first, second = record.pk, record.pk
        if verb == "again":
            again = make_plan(
                act=act,
                operation=record.operation_id,
                method=record.method if record.method in METHODS else DEFAULT_METHOD,
                seconds=SECONDS,
                again_from=record.pk,
            )
            second = again.pk
        elif verb == "greedy":
            first = make_plan(
                act=act, operation=record.operation_id, method=GREEDY, again_from=record.pk
            ).pk
        else:
            # What hands have agreed is open and free for both, or they would answer two questions.
            first = keep_hand_plan(act=act.part("by hand"), operation=record.operation_id).pk
            second = make_plan(
                act=act,
                operation=record.operation_id,
                seconds=SECONDS,
                again_from=record.pk,
                afresh=True,
            ).pk
    except Refusal as refusal:
        return summary_page(request, plan_id, refusal)
    tell(request, _AGAIN[verb])
    where = reverse("plans_compare", kwargs={"code": record.operation.code})
    return SeeOther(f"{where}?a={first}&b={second}")


@require_safe
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Hold two plans of an operation against each other."""
    actor, day = actor_of(request), day_of(request)
    operation = find(Operation, code, actor, day, by="code")
    first, second = key_in(request, "a"), key_in(request, "b")
    seen, refusal = None, None
    try:
        if first and second:
            seen = comparison(first, second, actor, day)
    except Refusal as no:
        refusal = no
    kept = asked.plans_of(operation, actor, day=day).items
    options = [(str(each.pk), _plan_words(each)) for each in kept]
    context = {
        **_frame(request, operation, ("Side by side", request.path)),
        "seen": seen,
        "options": [("", "choose a plan"), *options],
    }
    return page(request, "plans/compare.html", context, refusal)


def _plan_words(plan: SavedPlan) -> str:
    where = f", {plan.scenario.name}" if plan.scenario else ""
    return f"{clock(plan.recorded_at)}, {plan.method}{where}"


def _wanted_in(request: HttpRequest) -> Wanted:
    seconds = text_in(request, "seconds") or str(SECONDS)
    if seconds not in dict(_SEARCHES):
        raise ChoiceUnknown(at="seconds", given=seconds[:40], known=", ".join(dict(_SEARCHES)))
    order = (text_in(request, f"objective-{place}") for place in range(1, len(CHOOSABLE) + 1))
    return Wanted(
        method=text_in(request, "method"),
        seconds=float(seconds),
        objectives=tuple(name for name in order if name),
        scenario=text_in(request, "scenario"),
        afresh=bool(text_in(request, "afresh")),
    )


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(what="record", name=text[:40]) from None


def _list(
    request: HttpRequest, operation: Operation, refusal: Refusal | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    kept = asked.plans_of(operation, actor, day=day, after=request.GET.get("after"))
    context = {
        **_frame(request, operation),
        "rows": kept.items,
        "following": kept.next,
        "latest": of_record(kept.items[0]) if kept.items else None,
        "method_choices": [(name, name, _METHOD_NOTES.get(name)) for name in METHODS],
        "default_method": DEFAULT_METHOD,
        "searches": _SEARCHES,
        "objectives": [("", "nothing more"), *((o.value, _OBJECTIVES[o]) for o in CHOOSABLE)],
        "usual": [o.value for o in DEFAULT_ORDER],
        "places": range(1, len(CHOOSABLE) + 1),
        "scenarios": [
            ("", "Things as they are"),
            *((str(each.pk), each.name) for each in scenarios_of(operation, actor, day)),
        ],
        "chosen_scenario": request.GET.get("scenario", ""),
        "jobs": jobs_of_operation(operation.pk, actor, day),
        "may_plan": asked.may_plan(actor, day),
    }
    return page(request, "plans/list.html", context, refusal)


def _named(request: HttpRequest, field: str) -> frozenset[str] | None:
    """Read a choice of one name; None where all are meant."""
    name = text_in(request, field)
    return frozenset({name}) if name else None


def _frame(
    request: HttpRequest, operation: Operation, *below: tuple[str, str]
) -> dict[str, object]:
    above = reverse("plans", kwargs={"code": operation.code})
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "plans"),
        "crumbs": operation_crumbs(operation, ("Plan", above), *below),
    }


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/plans", plans, name="plans"),
    path("operations/<str:code>/plans/compare", compare, name="plans_compare"),
    path("plans/<uuid:plan_id>", plan, name="plan"),
]
