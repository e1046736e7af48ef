"""What every page needs: who asks, when it is, and a sentence where the answer is no."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from muster.actions.clock import now
from muster.core.actors import ANYONE
from muster.core.refusals import Refusal
from muster.queries.register import actor_of
from muster.web.answers import refused

_Answer = Callable[[HttpRequest], HttpResponse]

# Nothing from elsewhere, nothing inline: what a page shows is what this site serves.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def know_the_actor(get_response: _Answer) -> _Answer:
    """Put the actor and the time on each request; both are decided here, once."""

    def answer(request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = actor_of(user.pk) if user.is_authenticated else ANYONE  # type: ignore[attr-defined]
        request.now = now()  # type: ignore[attr-defined]
        return get_response(request)

    return answer


class AnswerRefusals:
    """Turn a refusal that a page did not handle itself into a page with its sentence."""

    def __init__(self, get_response: _Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, under a policy that lets nothing in from elsewhere."""
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", _POLICY)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a bug and stays loud."""
        return refused(request, error) if isinstance(error, Refusal) else None
