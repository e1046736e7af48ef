"""The pages of errors that no page foresaw.  They need no database and no sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_NO_PAGE = "There is no page at this address."
_NOT_UNDERSTOOD = "The browser sent something that cannot be read."
_NOT_ALLOWED = "This is not allowed."
_STALE_FORM = "The form is too old, or it was not sent from this site."
_BUG = "Something went wrong inside Muster."


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read (status 400)."""
    return _error(request, 400, _NOT_UNDERSTOOD, "Go back and try again.", "bad_request")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is not allowed and says no more (status 403)."""
    return _error(request, 403, _NOT_ALLOWED, "Ask a coordinator of your centre.", "forbidden")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without the token of this site (status 403)."""
    to_do = "Nothing was changed. Open the page again and send the form from there."
    return _error(request, 403, _STALE_FORM, to_do, "form_stale")


def no_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere (status 404)."""
    to_do = "Check the address, or look for it from the start page."
    return _error(request, 404, _NO_PAGE, to_do, "no_page")


def bug(request: HttpRequest) -> HttpResponse:
    """Answer when there is a bug (status 500); the server's log has the details."""
    # A form carries its own key, so sending it again never does a thing twice.
    to_do = (
        "Go back and send it again; that does no harm, even if it was done already. "
        "If it happens again, tell the people who run this site, with the time."
    )
    return _error(request, 500, _BUG, to_do, "bug")


def _error(request: HttpRequest, status: int, sentence: str, to_do: str, code: str) -> HttpResponse:
    context = {"status": status, "sentence": sentence, "to_do": to_do, "code": code}
    return render(request, "error.html", context, status=status)
