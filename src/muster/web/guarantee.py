"""Pages of the guarantee: the cases, the room of each, and the forms that open and answer one."""

from collections.abc import Callable
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions import answers as answering
from muster.actions import guarantee as acting
from muster.actions.operations import Helped
from muster.core.actors import Actor, Role
from muster.core.guarantee import POLICIES, Duty
from muster.core.moments import parse_date
from muster.core.refusals import Refusal
from muster.queries.guarantee import (
    CaseShown,
    answers_for,
    case_rows,
    case_shown,
    find_case,
    reminders,
)
from muster.queries.parties import bodies, parties
from muster.web.answers import act_of, actor_of, day_of, moment_of, show
from muster.web.deeds import day_in, done, moment_in, page, text_in
from muster.web.happenings import Event, told
from muster.web.shown import worded
from muster.web.tabs import operation_crumbs, operation_tabs
from muster.web.verbs import act_for, chosen


@require_safe
def guarantee(request: HttpRequest) -> HttpResponse:
    """List the cases, and what each kind of operation asks of whom."""
    context = {
        "cases": case_rows(actor_of(request), moment_of(request)),
        "policies": tuple(POLICIES.values()),
        "may_invoke": _may_invoke(actor_of(request), day_of(request)),
    }
    return show(request, "guarantee/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def guarantee_new(request: HttpRequest) -> HttpResponse:
    """Invoke a case."""
    if request.method != "POST":
        return _new_page(request)
    try:
        case = _invoked(request)
    except Refusal as refusal:
        return _new_page(request, refusal)
    sentence = "Invoked. Everybody of that day is asked, and the clock runs."
    return done(request, sentence, "guarantee_case", code=case)


@require_http_methods(["GET", "HEAD", "POST"])
def guarantee_case(request: HttpRequest, code: str) -> HttpResponse:
    """Show the room of a case; record the decision, withdraw it, close it."""
    if request.method != "POST":
        return _room(request, code)
    verb = text_in(request, "verb")
    try:
        sentence = chosen(_VERBS, verb)(request, code)
    except Refusal as refusal:
        return _room(request, code, (verb, refusal))
    return done(request, sentence, "guarantee_case", code=code)


@require_http_methods(["GET", "HEAD", "POST"])
def guarantee_answer(request: HttpRequest, code: str) -> HttpResponse:
    """Answer in a case."""
    shown = _shown(request, code)
    if request.method != "POST":
        return _answer_page(request, shown)
    try:
        answering.answer(
            act=act_of(request),
            case=shown.case.pk,
            party=text_in(request, "party"),
            words=text_in(request, "words"),
            answered_on=day_in(request, "answered_on"),
            gives=text_in(request, "gives"),
            offers=_listed(text_in(request, "offers")),
            nothing_further=text_in(request, "says") == "nothing",
            source=text_in(request, "source"),
        )
    except Refusal as refusal:
        return _answer_page(request, shown, refusal)
    sentence = "Answered. A later answer takes its place; this one is kept."
    return done(request, sentence, "guarantee_case", code=code)


def _invoked(request: HttpRequest) -> str:
    follows = text_in(request, "follows")
    earlier = find_case(follows, actor_of(request), day_of(request)).pk if follows else None
    case = acting.invoke(
        act=act_of(request),
        code=text_in(request, "code").upper(),
        name=text_in(request, "name"),
        kind=text_in(request, "kind"),
        plays=text_in(request, "plays"),
        affected=[Helped(each) for each in _listed(text_in(request, "affected").upper())],
        invoked_by=text_in(request, "invoked_by"),
        invoked_on=parse_date(text_in(request, "invoked_on"), at="invoked_on"),
        words=text_in(request, "words"),
        body=text_in(request, "body"),
        follows=earlier,
        due_at=moment_in(request, "due_at"),
        source=text_in(request, "source"),
    )
    return case.operation.code


def _establish(request: HttpRequest, code: str) -> str:
    acting.establish(
        act=act_for(request, "establish"),
        case=_shown(request, code).case.pk,
        decided_on=parse_date(text_in(request, "establish-decided_on"), at="decided_on"),
        reference=text_in(request, "establish-reference"),
        words=text_in(request, "establish-words"),
        due_at=moment_in(request, "establish-due_at"),
        source=text_in(request, "establish-source"),
    )
    return "The decision is recorded: the case is established."


def _withdraw(request: HttpRequest, code: str) -> str:
    acting.withdraw(act=act_for(request, "withdraw"), case=_shown(request, code).case.pk)
    return "Withdrawn. What was said and answered stays on record."


def _close(request: HttpRequest, code: str) -> str:
    acting.close(act=act_for(request, "close"), case=_shown(request, code).case.pk)
    return "Closed. What was promised is still delivered."


_Verb = Callable[[HttpRequest, str], str]
_VERBS: dict[str, _Verb] = {"establish": _establish, "withdraw": _withdraw, "close": _close}


def _room(
    request: HttpRequest, code: str, wrong: tuple[str, Refusal] | None = None
) -> HttpResponse:
    shown = _shown(request, code)
    actor, day = actor_of(request), day_of(request)
    refusal = wrong[1] if wrong else None
    if wrong and refusal is not None:
        refusal.at = f"{wrong[0]}-{refusal.at}" if refusal.at else None
    context = {
        **_frame(shown),
        "shown": shown,
        "decision": getattr(shown.case, "decision", None),
        "reminders": reminders(shown, day) if actor.has(Role.COORDINATOR, day) else (),
        "may_answer": bool(answers_for(shown, actor, day)) and not shown.is_over,
        "may_lead": actor.has(Role.COORDINATOR, day) and not shown.is_over,
        "may_withdraw": _may_withdraw(shown, actor, day) and not shown.is_over,
        "owing": [row for row in shown.grid if row.duty is not Duty.INFORMED],
        "informed": [row for row in shown.grid if row.duty is Duty.INFORMED],
        "events": _timeline(shown),
        "wrong": wrong[0] if wrong else "",
    }
    return page(request, "guarantee/case.html", context, refusal)


def _timeline(shown: CaseShown) -> list[Event]:
    """Tell the events of the case and every answer, the latest first."""
    said = [
        Event(
            at=answer.recorded_at,
            did=f"{row.name} answered" + (": nothing further." if answer.nothing_further else "."),
            who=row.party,
            why=answer.words,
            place="",
            stage="",
            invented=answer.invented,
        )
        for row in shown.grid
        for answer in row.answers
    ]
    events = [*said, *told(shown.events, invented=shown.case.invented)]
    return sorted(events, key=_at, reverse=True)


def _at(event: Event) -> datetime:
    return event.at


def _new_page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor, moment = actor_of(request), moment_of(request)
    nations = [(party.code, party.name) for party in parties()]
    context = {
        "kinds": [(policy.kind, policy.name) for policy in POLICIES.values()],
        "plays": [("", "no exercise"), *((row.kind, row.name) for row in POLICIES.values())],
        "nations": nations,
        "bodies": [(body.code, body.name) for body in bodies()],
        "earlier": [
            ("", "none"),
            *((row.code, f"{row.code} {row.name}") for row in case_rows(actor, moment)),
        ],
        "today": moment.date(),
        "may_invoke": _may_invoke(actor, moment.date()),
    }
    return page(request, "guarantee/new.html", context, refusal)


def _answer_page(
    request: HttpRequest, shown: CaseShown, refusal: Refusal | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    own = answers_for(shown, actor, day)
    context = {
        **_frame(shown, ("Answer", "")),
        "shown": shown,
        "own": own,
        "choices": [(row.party, f"{row.name} ({worded(row.duty)})") for row in own],
        "today": day,
        "passes_on": actor.has(Role.COORDINATOR, day),
    }
    return page(request, "guarantee/answer.html", context, refusal)


def _frame(shown: CaseShown, *below: tuple[str, str]) -> dict[str, object]:
    operation = shown.operation
    room = reverse("guarantee_case", kwargs={"code": operation.code})
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "guarantee_case"),
        "crumbs": operation_crumbs(operation, ("Case", room), *below),
    }


def _shown(request: HttpRequest, code: str) -> CaseShown:
    case = find_case(code, actor_of(request), day_of(request))
    return case_shown(case, actor_of(request), moment_of(request))


def _may_invoke(actor: Actor, day: date) -> bool:
    return any(actor.has(role, day) for role in (Role.COORDINATOR, Role.DONOR, Role.RECIPIENT))


def _may_withdraw(shown: CaseShown, actor: Actor, day: date) -> bool:
    own = (*actor.parties(Role.DONOR, day), *actor.parties(Role.RECIPIENT, day))
    return actor.has(Role.COORDINATOR, day) or shown.case.invoked_by_id in own


def _listed(text: str) -> list[str]:
    """Read codes or references that stand apart by commas, semicolons or blanks."""
    return text.replace(",", " ").replace(";", " ").split()


urlpatterns: list[URLPattern] = [
    path("guarantee", guarantee, name="guarantee"),
    path("guarantee/new", guarantee_new, name="guarantee_new"),
    path("operations/<str:code>/guarantee", guarantee_case, name="guarantee_case"),
    path("operations/<str:code>/guarantee/answer", guarantee_answer, name="guarantee_answer"),
]
