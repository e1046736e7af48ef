"""Pages of people: who acts for whom, and one's own account with its tokens."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from muster.actions import register as verbs
from muster.core.actors import Role
from muster.core.moments import parse_date
from muster.core.refusals import ChoiceUnknown, NotFound, Refusal
from muster.queries import parties
from muster.queries.register import people as people_seen
from muster.web.answers import STATUS, act_of, actor_of, day_of, errors_of, show, tell
from muster.web.register import optional_date
from muster.web.shown import Link


def people(request: HttpRequest) -> HttpResponse:
    """List the people one may see, and add one."""
    refusal = None
    if request.method == "POST":
        try:
            user = verbs.add_user(
                act=act_of(request),
                username=request.POST.get("username", "").strip(),
                name=request.POST.get("name", "").strip(),
            )
        except Refusal as found:
            refusal = found
        else:
            tell(request, f"{user.name} is in the register; now give them a role.")
            return HttpResponseRedirect(reverse("person", kwargs={"person_id": user.pk}))
    context = {
        "crumbs": _crumbs(("People", "")),
        "people": people_seen(actor_of(request), day_of(request)),
        **_form(request, refusal),
    }
    status = STATUS[refusal.kind] if refusal else 200
    return show(request, "register/people.html", context, status=status)


def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show a person and their roles through time."""
    return _person(request, person_id)


@require_POST
def role_grant(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give a person a role for a party."""
    found, _ = parties.person(actor_of(request), day_of(request), person_id)
    try:
        grant = verbs.grant_role(
            act=act_of(request),
            user=found.id,
            role=_role(request.POST.get("role", "")),
            party=request.POST.get("party", ""),
            since=parse_date(request.POST.get("since", ""), at="since"),
            until=optional_date(request.POST.get("until", ""), at="until"),
        )
    except Refusal as refusal:
        return _person(request, person_id, refusal)
    tell(request, f"{found.name} is {grant.role} for {grant.party.name} since {grant.since}.")
    return HttpResponseRedirect(reverse("person", kwargs={"person_id": person_id}))


def account(request: HttpRequest) -> HttpResponse:
    """Show who one is; make or revoke a token for a program that acts in one's name."""
    actor, secret, refusal = actor_of(request), "", None
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "revoke":
                return _revoke(request)
            # The answer is the page itself: the secret is shown this once and kept nowhere.
            secret = verbs.issue_token(
                act=act_of(request), name=request.POST.get("name", "").strip()
            )
        except Refusal as found:
            refusal = found
    context = {
        "grants": actor.grants,
        "today": day_of(request),
        "tokens": parties.tokens(actor),
        "secret": secret,
        **_form(request, refusal),
    }
    status = STATUS[refusal.kind] if refusal else 200
    response = show(request, "register/account.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _revoke(request: HttpRequest) -> HttpResponse:
    token = verbs.revoke_token(act=act_of(request), token=_token(request.POST.get("token", "")))
    tell(request, f"The token {token.name} is revoked; its program is a stranger from now on.")
    return HttpResponseRedirect(reverse("account"))


def _token(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as fault:
        raise NotFound(what="token", name=text[:40]) from fault


def _person(request: HttpRequest, person_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    found, roles = parties.person(actor_of(request), day_of(request), person_id)
    context = {
        "person": found,
        "held": roles,
        "crumbs": _crumbs(("People", reverse("people")), (found.name, "")),
        "today": day_of(request),
        "roles": [(role.value, role.value) for role in Role],
        "parties": [(listed.code, listed.name) for listed in parties.parties()],
        **_form(request, refusal),
    }
    status = STATUS[refusal.kind] if refusal else 200
    return show(request, "register/person.html", context, status=status)


def _role(text: str) -> Role:
    known = [role.value for role in Role]
    if text not in known:
        raise ChoiceUnknown(at="role", given=text, known=", ".join(known))
    return Role(text)


def _form(request: HttpRequest, refusal: Refusal | None) -> dict[str, object]:
    return {
        "values": request.POST if refusal else {},
        "errors": errors_of(refusal) if refusal else {},
        "keeps": parties.may_keep_register(actor_of(request), day_of(request)),
    }


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
    path("register/people", people, name="people"),
    path("register/people/<uuid:person_id>", person, name="person"),
    path("register/people/<uuid:person_id>/roles", role_grant, name="role_grant"),
    path("account", account, name="account"),
]
