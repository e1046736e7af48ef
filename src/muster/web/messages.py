"""Pages of messages of the field: receive one, see what came of each, write the acknowledgement."""

from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions.messages import MOST_BYTES, rehearse, take_message
from muster.core.exchange import Issue
from muster.core.exchanging import MessageFaulty
from muster.core.refusals import FileTooLarge, Refusal
from muster.queries import messages as asked
from muster.queries.operations import find_operation
from muster.queries.visibility import find
from muster.records.models import Operation, ReceivedMessage
from muster.web.answers import act_of, actor_of, day_of
from muster.web.deeds import SeeOther, page, text_in
from muster.web.links import href_of
from muster.web.tabs import operation_crumbs, operation_tabs


@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: HttpRequest, code: str) -> HttpResponse:
    """List the messages that an operation received; receive one, or try it without storing."""
    operation = find_operation(code, actor_of(request), day_of(request))
    if request.method != "POST":
        return _list(request, operation)
    try:
        data = _sent(request)
        if text_in(request, "verb") == "rehearse":
            said = rehearse(act=act_of(request), operation=operation.pk, data=data)
            return _list(request, operation, rehearsed=said)
        row = take_message(act=act_of(request), operation=operation.pk, data=data)
    except MessageFaulty as refusal:
        return _list(request, operation, refusal, faults=tuple(refusal.issues))
    except Refusal as refusal:
        return _list(request, operation, refusal)
    return SeeOther(reverse("message", kwargs={"message_id": row.pk}))


@require_safe
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Show one message: what it said, what came of each of its entries, and where that is."""
    row = _row(request, message_id)
    above = reverse("messages", kwargs={"code": row.operation.code})
    seen = asked.seen(row)
    context = {
        **_frame(request, row.operation, (seen.message_id, request.path)),
        "seen": seen,
        "record_href": href_of(seen.subject, seen.record) if seen.record else None,
        "entries": [
            (entry, href_of(entry.subject, entry.record) if entry.record else None)
            for entry in seen.entries
        ],
        "with_it": [each for each in asked.together(row) if each.id != row.pk],
        "above": above,
    }
    return page(request, "messages/detail.html", context)


@require_safe
def message_original(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Give the document as it came, to be kept."""
    data = bytes(_row(request, message_id).original.data)
    return _file(data, f"{message_id}.xml")


@require_safe
def message_acknowledgement(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Give the envelope that tells the sender that the message came."""
    row = _row(request, message_id)
    data = asked.document(row.pk, actor_of(request), day_of(request))
    return _file(data, f"{message_id}-acknowledged.xml")


def _row(request: HttpRequest, message_id: UUID) -> ReceivedMessage:
    return find(ReceivedMessage, message_id, actor_of(request), day_of(request))


def _sent(request: HttpRequest) -> bytes:
    """Read what was dropped in or pasted; one byte beyond the limit is enough to refuse it.

    Raises:
        FileTooLarge: it is larger than any form may be.
    """
    try:
        file = request.FILES.get("file")
    except RequestDataTooBig as error:
        raise FileTooLarge(size="more", most=f"{MOST_BYTES:,}") from error
    return file.read(MOST_BYTES + 1) if file is not None else text_in(request, "text").encode()


def _list(
    request: HttpRequest,
    operation: Operation,
    refusal: Refusal | None = None,
    *,
    faults: tuple[Issue, ...] = (),
    rehearsed: tuple[asked.MessageSeen, ...] = (),
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    kept = asked.received(operation, actor, day=day, after=request.GET.get("after"))
    context = {
        **_frame(request, operation),
        "rows": [asked.seen(row) for row in kept.items],
        "following": kept.next,
        "faults": faults,
        "rehearsed": rehearsed,
        "most_mb": MOST_BYTES // 1024**2,
        "query": request.GET.urlencode(),
    }
    return page(request, "messages/list.html", context, refusal)


def _frame(
    request: HttpRequest, operation: Operation, *below: tuple[str, str]
) -> dict[str, object]:
    above = reverse("messages", kwargs={"code": operation.code})
    imports = reverse("imports", kwargs={"code": operation.code})
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "imports"),
        "crumbs": operation_crumbs(operation, ("Import", imports), ("Messages", above), *below),
    }


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/messages", messages, name="messages"),
    path("messages/<uuid:message_id>", message, name="message"),
    path("messages/<uuid:message_id>/original", message_original, name="message_original"),
    path(
        "messages/<uuid:message_id>/acknowledgement",
        message_acknowledgement,
        name="message_acknowledgement",
    ),
]
