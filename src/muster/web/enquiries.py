"""Pages of enquiries: what one party asks another about goods, and what is answered."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from muster.actions.enquiries import answer_enquiry, ask, withdraw_enquiry
from muster.core.enquiries import RULES, EnquiryAnswer, EnquiryKind
from muster.core.refusals import Refusal
from muster.queries import enquiries as asked
from muster.queries.intake import party_names
from muster.queries.operations import find_operation
from muster.records.models import Enquiry, Operation
from muster.web.answers import act_of, actor_of, day_of
from muster.web.deeds import day_in, done, page, text_in
from muster.web.happenings import told
from muster.web.links import href_of
from muster.web.tabs import operation_crumbs, operation_tabs
from muster.web.verbs import act_for, key_in, key_of

_LABELS = {
    EnquiryAnswer.TELL: "Answer",
    EnquiryAnswer.AGREE: "Agree",
    EnquiryAnswer.AGREE_PROVISIONALLY: "Agree under a condition",
    EnquiryAnswer.DECLINE: "Decline",
}


@require_http_methods(["GET", "HEAD", "POST"])
def enquiries(request: HttpRequest, code: str) -> HttpResponse:
    """List what was asked in an operation; ask something."""
    operation = find_operation(code, actor_of(request), day_of(request))
    if request.method != "POST":
        return _list(request, operation)
    about = text_in(request, "about")
    try:
        made = ask(
            act=act_of(request),
            operation=operation.pk,
            kind=text_in(request, "kind"),
            words=text_in(request, "words"),
            about=key_of(about, at="about") if about else None,
            party=text_in(request, "party"),
            asked=text_in(request, "asked"),
            until=day_in(request, "until"),
        )
    except Refusal as refusal:
        return _list(request, operation, refusal)
    return done(request, f"{made.asked.name} is asked.", "enquiry", enquiry_id=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def enquiry(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    """Show one enquiry; answer it or take it back."""
    if request.method != "POST":
        return _page(request, enquiry_id)
    verb = text_in(request, "verb")
    try:
        if verb == "withdraw":
            withdraw_enquiry(act=act_for(request, verb), enquiry=enquiry_id)
            return done(request, "Taken back.", "enquiry", enquiry_id=enquiry_id)
        act, words = act_for(request, verb), text_in(request, f"{verb}-words")
        answer_enquiry(act=act, enquiry=enquiry_id, answer=verb, words=words)
    except Refusal as refusal:
        refusal.at = f"{verb}-{refusal.at}" if refusal.at in {"words", "reason"} else None
        return _page(request, enquiry_id, refusal)
    return done(request, "Answered.", "enquiry", enquiry_id=enquiry_id)


def _list(
    request: HttpRequest, operation: Operation, refusal: Refusal | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    rows = asked.enquiries_of(
        operation,
        actor,
        day=day,
        open_only=request.GET.get("show") == "open",
        about=key_in(request, "about"),
        after=request.GET.get("after"),
    )
    parties = party_names()
    context = {
        **_frame(request, operation),
        "rows": [(each, RULES[EnquiryKind(each.kind)].label) for each in rows.items],
        "following": rows.next,
        "kinds": [(kind.value, rule.label) for kind, rule in RULES.items()],
        "askers": [("", "Your own party"), *parties],
        "answerers": [("", "The other side of what it is about"), *parties],
        "about": request.GET.get("about", ""),
        "open_only": request.GET.get("show") == "open",
        "query": request.GET.urlencode(),
    }
    return page(request, "enquiries/list.html", context, refusal)


def _page(request: HttpRequest, enquiry_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    seen = asked.seen_enquiry(enquiry_id, actor_of(request), day_of(request))
    record = seen.record
    context = {
        **_frame(request, record.operation, (seen.label, request.path)),
        "seen": seen,
        "about_href": _about(record, actor_of(request).audiences(day_of(request))),
        "answers": [(answer, _LABELS[answer]) for answer in seen.answers],
        "wrong": text_in(request, "verb") if refusal else "",
        "events": told(seen.happenings, invented=record.invented),
    }
    return page(request, "enquiries/detail.html", context, refusal)


def _about(record: Enquiry, audiences: frozenset[str]) -> str | None:
    """Give the address of what it is about, if that may be seen; of a line, the address of all."""
    thing = asked.thing_about(record)
    if thing is None or not audiences & set(thing.audiences):
        return None
    whole = asked.whole_of(thing)
    return href_of(whole._meta.db_table, whole.pk)


def _frame(
    request: HttpRequest, operation: Operation, *below: tuple[str, str]
) -> dict[str, object]:
    above = reverse("enquiries", kwargs={"code": operation.code})
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "enquiries"),
        "crumbs": operation_crumbs(operation, ("Enquiries", above), *below),
    }


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/enquiries", enquiries, name="enquiries"),
    path("enquiries/<uuid:enquiry_id>", enquiry, name="enquiry"),
]
