"""Several forms on one page, one for each verb: their fields carry the verb's name in front."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from django.http import HttpRequest

from muster.core.actors import Act
from muster.core.refusals import ChoiceUnknown, NotFound, Refusal
from muster.web.answers import act_of
from muster.web.deeds import text_in

_D = TypeVar("_D")


def act_for(request: HttpRequest, prefix: str) -> Act:
    """Make the act of one of several forms: its own key, and the reason typed in that form."""
    return replace(act_of(request), reason=text_in(request, f"{prefix}-reason"))


def errors_for(prefix: str, refusal: Refusal) -> dict[str, Refusal]:
    """Put a refusal beside the field of its form, or at the head of the page."""
    return {f"{prefix}-{refusal.at}" if refusal.at in _FIELDS else "": refusal}


def chosen(verbs: Mapping[str, _D], verb: str) -> _D:
    """Find what a form asks for.

    Raises:
        ChoiceUnknown: the page has no such form.
    """
    if verb not in verbs:
        raise ChoiceUnknown(given=verb[:40], known=", ".join(verbs))
    return verbs[verb]


def key_in(request: HttpRequest, name: str) -> UUID | None:
    """Read a record's key from the query string; None where there is none."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def key_of(text: str, *, at: str) -> UUID:
    """Read the key of a record that was chosen in a form.

    Raises:
        NotFound: it is no key at all.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(what="record", name=text[:40], at=at) from None


# The fields that forms of one verb have; anything else is said at the head of the page.
_FIELDS = frozenset({"amount", "unit", "reason", "offer", "need"})
