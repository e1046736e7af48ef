"""From a request of the browser to an act, and from an answer to a page."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import wraps
from typing import Literal, ParamSpec, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from muster.core.actors import Act, Actor, Role
from muster.core.refusals import Kind, Refusal
from muster.web.shown import Link, SignedIn, Site

STATUS = {Kind.INVALID: 422, Kind.FORBIDDEN: 403, Kind.NOT_FOUND: 404, Kind.CONFLICT: 409}

Level = Literal["success", "info", "warning", "error"]
_P = ParamSpec("_P")
_TOLD = "told"  # where the session keeps the sentences for the next page


def actor_of(request: HttpRequest) -> Actor:
    """Say who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def moment_of(request: HttpRequest) -> datetime:
    """Say when it is asked."""
    moment: datetime = request.now  # type: ignore[attr-defined]
    return moment


def day_of(request: HttpRequest) -> date:
    """Say on which day it is asked."""
    return moment_of(request).date()


def new_key() -> UUID:
    """Mint the key of a form; sent with it, it makes a double click harmless."""
    return uuid4()


def act_of(request: HttpRequest) -> Act:
    """Make the act of a submitted form: its own key if it carries one, and the reason."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid4()
    reason = request.POST.get("reason", "").strip()
    return Act(key, actor_of(request), moment_of(request), "web", reason)


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Render a page with what every page needs: the site's head, the actor and the form's key."""
    everything = {
        "site": site_of(request),
        "actor": actor_of(request),
        "now": moment_of(request),
        "key": new_key(),
        "flashes": _told(request),
        **(context or {}),
    }
    return render(request, template, everything, status=status)


def tell(request: HttpRequest, sentence: str, level: Level = "success") -> None:
    """Keep a sentence for the next page that this person sees: what their act did."""
    request.session[_TOLD] = [*request.session.get(_TOLD, []), (level, sentence)]


def signed_in(view: Callable[_P, HttpResponse]) -> Callable[_P, HttpResponse]:
    """Send whoever is not signed in to the sign-in page, and back here afterwards."""

    @wraps(view)
    def answer(*args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
        request = cast("HttpRequest", args[0])
        if actor_of(request).user_id is not None:
            return view(*args, **kwargs)
        if request.method != "GET":  # a form cannot be gone back to by its address
            return redirect("sign_in")
        if request.headers.get("HX-Request"):  # a part of a page: the whole page has to go
            return HttpResponseClientRedirect(reverse("sign_in"))
        way_back = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('sign_in')}?{way_back}")

    return answer


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a whole page with a refusal's sentence, code and status."""
    context = {"sentence": refusal.sentence, "code": refusal.code, "status": STATUS[refusal.kind]}
    return show(request, "refused.html", context, status=STATUS[refusal.kind])


def errors_of(refusal: Refusal) -> dict[str, Refusal]:
    """Put a refusal beside the field it is about, or at the head of the form."""
    return {refusal.at or "": refusal}


def site_of(request: HttpRequest) -> Site:
    """Describe the head of each page: where one is, who one is, what the clock says."""
    actor, day = actor_of(request), day_of(request)
    held = actor.held(day)
    signed_in = None
    if actor.user_id is not None:
        role = ", ".join(dict.fromkeys(grant.role.value for grant in held)) or "no role"
        party = ", ".join(dict.fromkeys(grant.party for grant in held))
        signed_in = SignedIn(name=actor.name, role=role, party=party)
    demo = settings.SITE_NAME == "demo"
    return Site(
        marking="NON - CLASSIFIED",
        navigation=_navigation(request, actor, day),
        signed_in=signed_in,
        stage_clock=moment_of(request) if demo else None,
        contains_invented=demo,
    )


# What each page of the top navigation is called, and who finds it there; nobody named: everyone.
_PAGES: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("Home", "home", frozenset()),
    ("Operations", "operations", frozenset()),
    ("Guarantee", "guarantee", frozenset()),
    ("Reserves", "reserves", frozenset({Role.DONOR})),
    ("Meetings", "meetings", frozenset()),
    ("Register", "register", frozenset()),
    ("Rules", "rules", frozenset()),
    ("Burden", "burden", frozenset()),
    ("Catalogue", "items", frozenset()),
    ("Journal", "journal", frozenset({Role.COORDINATOR, Role.ANALYST})),
)


def _told(request: HttpRequest) -> list[tuple[Level, str]]:
    """Take the sentences that wait for this page; an untouched session is not written."""
    if _TOLD not in request.session:
        return []
    return [(level, sentence) for level, sentence in request.session.pop(_TOLD)]


def _navigation(request: HttpRequest, actor: Actor, day: date) -> tuple[Link, ...]:
    if actor.user_id is None:
        return ()
    links = []
    for label, name, roles in _PAGES:
        if not roles or any(actor.has(role, day) for role in roles):
            href = reverse(name)
            here = request.path == href or (href != "/" and request.path.startswith(href))
            links.append(Link(label=label, href=href, current=here))
    return tuple(links)
