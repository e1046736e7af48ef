"""Pages of members through time: timelines, counts of members, the steps of an accession."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from muster.actions import accessions as verbs
from muster.core.accessions import SPOKEN, Step
from muster.core.moments import parse_date
from muster.core.refusals import Refusal
from muster.queries import accessions as asked
from muster.queries import parties
from muster.web import charts
from muster.web.answers import STATUS, act_of, actor_of, day_of, errors_of, show, tell
from muster.web.shown import Link


def party_timeline(request: HttpRequest, code: str) -> HttpResponse:
    """Show a party's standings and accessions through time, and its own members if it has any."""
    return _timeline(request, code)


@require_POST
def accession_step(request: HttpRequest, code: str) -> HttpResponse:
    """Record a step of the party's accession."""
    typed = request.POST
    try:
        step = verbs.record_step(
            act=act_of(request),
            party=code,
            body=typed.get("body", ""),
            step=typed.get("step", ""),
            happened_on=parse_date(typed.get("happened_on", ""), at="happened_on"),
            by=typed.get("by") or None,
            source=typed.get("source", ""),
        )
    except Refusal as refusal:
        return _timeline(request, code, refusal)
    tell(request, f"Recorded: {SPOKEN[step.step]} on {step.happened_on}.")
    return HttpResponseRedirect(reverse("party_timeline", kwargs={"code": code}))


def _timeline(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    day = day_of(request)
    shown, counts = asked.timeline_of(code), asked.members_through_time(code)
    spans = [(s.body_name, s.kind, s.since, s.until) for s in shown.standings]
    context = {
        "party": shown,
        "crumbs": (
            Link(label="Register", href=reverse("register")),
            Link(label=shown.name, href=reverse("party", kwargs={"code": code})),
            Link(label="Timeline", href="", current=True),
        ),
        "lanes": charts.lanes(spans, until=day) if spans else None,
        "counts": counts[::-1],
        "line": charts.steps(
            [(c.on, c.members) for c in counts], until=day, what=f"Members of {shown.name}"
        )
        if counts
        else None,
        "bodies": [(b.code, b.name) for b in parties.bodies() if b.code != code],
        "parties": [("", "nobody"), *((p.code, p.name) for p in parties.parties())],
        "steps": [(step.value, SPOKEN[step]) for step in Step],
        "values": request.POST,
        "errors": errors_of(refusal) if refusal else {},
        "keeps": parties.may_keep_register(actor_of(request), day),
    }
    status = STATUS[refusal.kind] if refusal else 200
    return show(request, "register/timeline.html", context, status=status)


urlpatterns: list[URLPattern] = [
    path("register/party/<str:code>/timeline", party_timeline, name="party_timeline"),
    path("register/party/<str:code>/steps", accession_step, name="accession_step"),
]
