"""Pages of the register: who is what to whom on a day, and one party."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from muster.actions import register as verbs
from muster.core.moments import parse_date
from muster.core.refusals import DateUnreadable, Refusal
from muster.queries import parties
from muster.queries.register import find_party, standings_on
from muster.records.models.parties import PartyKind, Standing
from muster.web.answers import STATUS, act_of, actor_of, day_of, errors_of, show, tell
from muster.web.links import href_of
from muster.web.shown import Link

_BODY = "NATO"  # the body shown first
_PLURALS = {"member": "members", "invitee": "invitees", "partner": "partners"}


def register(request: HttpRequest) -> HttpResponse:
    """Show who had which standing in a body on a day."""
    errors: Mapping[str, Refusal] = {}
    asked = request.GET.get("on", "")
    day = day_of(request)
    try:
        day = parse_date(asked, at="on") if asked else day
    except DateUnreadable as refusal:
        errors = errors_of(refusal)
    body = find_party(request.GET.get("body") or _BODY)
    found = standings_on(day, body=body.code)
    counts = Counter(member.kind for member in found)
    context = {
        "on": asked if errors else day.isoformat(),
        "day": day,
        "body": body,
        "bodies": [(listed.code, listed.name) for listed in parties.bodies()],
        "members": found,
        "figures": [
            (_PLURALS.get(kind, kind).capitalize(), counts[kind], None, None) for kind in counts
        ],
        "changes": parties.changes(body=body.code, day=day),
        "parties": parties.parties(),
        "keeps": parties.may_keep_register(actor_of(request), day_of(request)),
        "errors": errors,
    }
    return show(request, "register/register.html", context, status=422 if errors else 200)


def party(request: HttpRequest, code: str) -> HttpResponse:
    """Show one party: its standings through time, its people, what it asks for and gives."""
    return _party(request, code)


@require_POST
def standing_record(request: HttpRequest, code: str) -> HttpResponse:
    """Record what a party is to a body from a day on."""
    try:
        standing = verbs.record_standing(
            act=act_of(request),
            party=code,
            body=request.POST.get("body", ""),
            kind=request.POST.get("kind", ""),
            since=parse_date(request.POST.get("since", ""), at="since"),
            until=optional_date(request.POST.get("until", ""), at="until"),
            source=request.POST.get("source", "").strip(),
        )
    except Refusal as refusal:
        return _party(request, code, refusal)
    tell(request, f"Recorded: {standing.kind} of {standing.body.name} since {standing.since}.")
    return HttpResponseRedirect(reverse("party", kwargs={"code": code}))


@require_POST
def standing_end(request: HttpRequest, code: str) -> HttpResponse:
    """End a standing that lasts."""
    try:
        standing = verbs.end_standing(
            act=act_of(request),
            party=code,
            body=request.POST.get("body", ""),
            until=parse_date(request.POST.get("until", ""), at="until"),
        )
    except Refusal as refusal:
        return _party(request, code, refusal)
    tell(request, f"{standing.kind.capitalize()} of {standing.body.name} until {standing.until}.")
    return HttpResponseRedirect(reverse("party", kwargs={"code": code}))


def party_new(request: HttpRequest) -> HttpResponse:
    """Add a party to the register."""
    refusal = None
    if request.method == "POST":
        try:
            added = verbs.add_party(
                act=act_of(request),
                code=request.POST.get("code", "").strip().upper(),
                name=request.POST.get("name", "").strip(),
                kind=request.POST.get("kind", ""),
                source=request.POST.get("source", "").strip(),
            )
        except Refusal as found:
            refusal = found
        else:
            tell(request, f"{added.name} is in the register.")
            return HttpResponseRedirect(reverse("party", kwargs={"code": added.code}))
    context = {
        "crumbs": _crumbs(("Add a party", "")),
        "kinds": [(kind.value, kind.label) for kind in PartyKind],
        "values": request.POST,
        "errors": errors_of(refusal) if refusal else {},
        "keeps": parties.may_keep_register(actor_of(request), day_of(request)),
    }
    status = STATUS[refusal.kind] if refusal else 200
    return show(request, "register/party_new.html", context, status=status)


def optional_date(text: str, *, at: str) -> date | None:
    """Read a day that may be left out.

    Raises:
        DateUnreadable: something is written, and it is no day.
    """
    return parse_date(text, at=at) if text.strip() else None


def _party(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    shown = parties.party_page(actor_of(request), day_of(request), code)
    context = {
        "party": shown,
        "crumbs": _crumbs((shown.name, "")),
        "hrefs": {
            **{paper.id: href_of("assistance_request", paper.id) for paper in shown.requests},
            **{paper.id: href_of("offer", paper.id) for paper in shown.offers},
        },
        "today": day_of(request),
        "lasting": [stood for stood in shown.standings if stood.until is None],
        "bodies": [(listed.code, listed.name) for listed in parties.bodies()],
        "kinds": [(kind.value, kind.label) for kind in Standing.Kind],
        "values": request.POST,
        "errors": errors_of(refusal) if refusal else {},
        "keeps": parties.may_keep_register(actor_of(request), day_of(request)),
    }
    status = STATUS[refusal.kind] if refusal else 200
    return show(request, "register/party.html", context, status=status)


def _crumbs(*below: tuple[str, str]) -> tuple[Link, ...]:
    last = len(below) - 1
    return (
        Link(label="Register", href=reverse("register")),
        *(
            Link(label=label, href=href, current=place == last)
            for place, (label, href) in enumerate(below)
        ),
    )


urlpatterns: list[URLPattern] = [
    path("register", register, name="register"),
    path("register/new", party_new, name="party_new"),
    path("register/party/<str:code>", party, name="party"),
    path("register/party/<str:code>/standings", standing_record, name="standing_record"),
    path("register/party/<str:code>/standings/end", standing_end, name="standing_end"),
]
