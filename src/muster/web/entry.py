"""Signing in and out.

There is no slow-down of our own against guessing: checking a password is costly by design, and a
wrong user name costs as much.  A site that is open to the internet limits attempts at its reverse
proxy.
"""

from datetime import date

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from muster.core.refusals import Kind, Refusal
from muster.queries import register
from muster.records.models import User
from muster.web.answers import STATUS, actor_of, day_of, errors_of, show

_BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignInWrong(Refusal, kind=Kind.FORBIDDEN, field="username"):
    """The user name or the password is not right."""


class NoSampleLogIn(Refusal, kind=Kind.NOT_FOUND):
    """There is no such sample log-in; they exist in the demo alone."""


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for user name and password; in the demo, offer the sample log-ins too."""
    if request.method == "POST":
        try:
            user = _known(request)
        except SignInWrong as refusal:
            return _form(request, refusal)
        # Rotates the session's key, so that one planted before the sign-in is worth nothing.
        login(request, user, backend=_BACKEND)
        return HttpResponseRedirect(_next(request))
    if actor_of(request).user_id is not None:
        return HttpResponseRedirect(_next(request))
    return _form(request)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(reverse("sign_in") + "?out=1")


def _known(request: HttpRequest) -> User:
    """Find who signs in.

    Raises:
        SignInWrong: the user name or the password is wrong; which of them is not told.
        NoSampleLogIn: a sample log-in is asked for where there is none.
    """
    sample = request.POST.get("sample")
    if sample is not None:
        return _sample(sample, day_of(request))
    username, password = request.POST.get("username", ""), request.POST.get("password", "")
    # PostgreSQL stores no zero byte, so there is no such name.
    if "\0" in username:
        raise SignInWrong
    user = authenticate(request, username=username.strip(), password=password)
    if not isinstance(user, User):
        raise SignInWrong
    return user


def _sample(username: str, day: date) -> User:
    people = register.log_ins(day) if _is_demo() else ()
    for person in people:
        if person.username == username:
            return User.objects.get(pk=person.id)
    raise NoSampleLogIn


def _form(request: HttpRequest, refusal: SignInWrong | None = None) -> HttpResponse:
    context = {
        "next": _next(request),
        "username": request.POST.get("username", ""),
        "errors": errors_of(refusal) if refusal else {},
        "people": register.log_ins(day_of(request)) if _is_demo() else (),
        "out": "out" in request.GET,
    }
    status = STATUS[refusal.kind] if refusal else 200
    return show(request, "entry/sign_in.html", context, status=status)


def _next(request: HttpRequest) -> str:
    """Give the page to go to: of this site alone, so that no link can send people elsewhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("home")


def _is_demo() -> bool:
    return bool(settings.SITE_NAME == "demo")


urlpatterns: list[URLPattern] = [
    path("sign-in", sign_in, name="sign_in"),
    path("sign-out", sign_out, name="sign_out"),
]
