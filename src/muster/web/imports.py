"""Pages of imports: drop a list in, see every line as it will be stored, answer, store, undo."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.actions import imports as storing
from muster.actions import intake as deeds
from muster.actions.background import ask_for_commit, ask_for_reading
from muster.actions.columns import ColumnMeant
from muster.actions.intake import MOST_BYTES, LineDecision
from muster.core.actors import Actor
from muster.core.exchange import Weight
from muster.core.intake.headings import MEANINGS
from muster.core.intake.settled import Purpose, Verdict
from muster.core.refusals import FileTooLarge, Refusal
from muster.queries import intake as asked
from muster.queries.jobs import job_of_batch
from muster.queries.operations import find_operation
from muster.queries.visibility import find
from muster.records.models import ImportBatch, Operation
from muster.web.answers import act_of, actor_of, day_of
from muster.web.deeds import SeeOther, done, page, text_in
from muster.web.tabs import operation_crumbs, operation_tabs
from muster.web.verbs import act_for, chosen

# A person waits for the page up to here; longer lists are read and stored by a job.
_AT_ONCE_BYTES = 300_000
_AT_ONCE_LINES = 2_000
_ON_A_PAGE = 50
_COMPARED = 500
_PURPOSES = {
    Purpose.REQUESTS: "Requests: what a recipient asks for",
    Purpose.OFFERS: "Offers: goods that donors give",
    Purpose.PLEDGES: "Pledges: announced, not yet specific",
    Purpose.COMMITMENTS: "Commitments: money or goods that are signed for",
}
_SHOWN: Mapping[str, tuple[Verdict, ...]] = {
    "all": (),
    "open": (Verdict.QUESTION, Verdict.ERROR),
    "errors": (Verdict.ERROR,),
    "ready": (Verdict.READY,),
    "out": (Verdict.OUT,),
}


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest, code: str) -> HttpResponse:
    """List the imports of an operation; drop a list in, or paste it."""
    operation = find_operation(code, actor_of(request), day_of(request))
    if request.method != "POST":
        return _list(request, operation)
    try:
        batch = _dropped(request, operation)
    except Refusal as refusal:
        return _list(request, operation, refusal)
    return SeeOther(reverse("import", kwargs={"batch_id": batch.pk}))


@require_http_methods(["GET", "HEAD", "POST"])
def import_one(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Show one import with its lines; store it, undo it, put it aside, or read it another way."""
    if request.method != "POST":
        return _page(request, batch_id)
    verb = text_in(request, "verb")
    try:
        sentence = chosen(_VERBS, verb)(request, verb, batch_id)
    except Refusal as refusal:
        return _page(request, batch_id, refusal)
    return done(request, sentence, "import", batch_id=batch_id)


@require_POST
def import_line(request: HttpRequest, batch_id: UUID, number: int) -> HttpResponse:
    """Decide one line, and come back to it."""
    decision = LineDecision(
        number=number,
        item=_code_in(text_in(request, "item")),
        amount=text_in(request, "reading") or text_in(request, "amount"),
        unit=text_in(request, "unit"),
        party=_code_in(text_in(request, "party")),
        skip=text_in(request, "verb") == "skip",
        taken_as_read=tuple(request.POST.getlist("as_read")),
    )
    try:
        deeds.decide_lines(act=act_of(request), batch=batch_id, decisions=[decision])
    except Refusal as refusal:
        return _page(request, batch_id, refusal)
    back = reverse("import", kwargs={"batch_id": batch_id})
    query = text_in(request, "query")
    return SeeOther(f"{back}?{query}#line-{number}" if query else f"{back}#line-{number}")


@require_safe
def import_original(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Give the bytes as they came, to be kept and never to be run."""
    found = find(ImportBatch, batch_id, actor_of(request), day_of(request))
    answer = HttpResponse(bytes(found.original.data), content_type="application/octet-stream")
    answer["Content-Disposition"] = "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _dropped(request: HttpRequest, operation: Operation) -> ImportBatch:
    """Keep what was dropped in or pasted, and read it now or have it read."""
    act = act_of(request)
    try:
        file = request.FILES.get("file")
    except RequestDataTooBig as error:
        raise FileTooLarge(size="more", most=f"{MOST_BYTES:,}") from error
    data = file.read() if file is not None else request.POST.get("text", "").encode()
    batch = deeds.keep_list(
        act=act,
        operation=operation.pk,
        purpose=text_in(request, "purpose"),
        original=deeds.original_of(data),
        name=(file.name if file is not None else None) or "pasted text",
        sender=text_in(request, "sender"),
        party=_code_in(text_in(request, "party")),
    )
    if len(data) > _AT_ONCE_BYTES:
        ask_for_reading(act=act.part("read"), batch=batch.pk)
    else:
        deeds.read_kept(act=act.part("read"), batch=batch.pk)
    return batch


def _commit(request: HttpRequest, verb: str, batch_id: UUID) -> str:
    act = act_for(request, verb)
    leave_out = bool(text_in(request, "leave_out"))
    tally = asked.preview(batch_id, act.actor, act.now.date()).tally
    if tally.ready > _AT_ONCE_LINES:
        ask_for_commit(act=act, batch=batch_id, leave_out=leave_out)
        return f"{tally.ready:,} lines are being stored; this page says when they are."
    storing.commit_import(act=act, batch=batch_id, leave_out=leave_out)
    return f"Stored: {tally.ready:,} lines. It can be undone while nothing stands on it."


def _undo(request: HttpRequest, verb: str, batch_id: UUID) -> str:
    storing.undo_import(act=act_for(request, verb), batch=batch_id)
    return "Undone: everything that the list stored is withdrawn, with your reason."


def _discard(request: HttpRequest, verb: str, batch_id: UUID) -> str:
    deeds.discard_list(act=act_for(request, verb), batch=batch_id)
    return "Put aside. Nothing of it was stored; its bytes stay to be read."


def _columns(request: HttpRequest, verb: str, batch_id: UUID) -> str:
    del verb
    seen = asked.preview(batch_id, actor_of(request), day_of(request))
    columns = [
        ColumnMeant(letter=column.letter, sheet=column.sheet, means=said)
        for at, column in enumerate(seen.columns)
        if (said := text_in(request, f"column-{at}")) != column.means
    ]
    deeds.remap(act=act_of(request), batch=batch_id, columns=columns)
    return "Read again with these columns. They are remembered for the sender."


def _writing(request: HttpRequest, verb: str, batch_id: UUID) -> str:
    del verb
    deeds.reread(
        act=act_of(request),
        batch=batch_id,
        convention=text_in(request, "convention"),
        day_first={"day": True, "month": False}.get(text_in(request, "days")),
    )
    return "Read again."


_VERBS = {
    "commit": _commit,
    "undo": _undo,
    "discard": _discard,
    "columns": _columns,
    "writing": _writing,
}


def _list(
    request: HttpRequest, operation: Operation, refusal: Refusal | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    kept = asked.imports_of(operation, actor, day=day, after=request.GET.get("after"))
    context = {
        **_frame(request, operation),
        "rows": kept.items,
        "following": kept.next,
        "purposes": [(p.value, _PURPOSES[p]) for p in asked.may_import(actor, day)],
        "parties": _parties(),
        "most_mb": MOST_BYTES // 1024**2,
        "query": request.GET.urlencode(),
    }
    return page(request, "imports/list.html", context, refusal)


def _page(request: HttpRequest, batch_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    seen = asked.preview(batch_id, actor, day)
    batch = seen.batch
    show = request.GET.get("show", "all")
    lines = asked.lines_seen(
        batch,
        verdicts=_SHOWN.get(show, ()),
        after=_number(request.GET.get("after", "")),
        limit=_ON_A_PAGE + 1,
    )
    job = job_of_batch(batch.pk, actor, day)
    context = {
        **_frame(request, batch.operation, (batch.file_name, request.path)),
        "seen": seen,
        "lines": lines[:_ON_A_PAGE],
        "following": str(lines[_ON_A_PAGE - 1].number) if len(lines) > _ON_A_PAGE else None,
        "show": show if show in _SHOWN else "all",
        "may_settle": batch.stage in {"kept", "read"} and bool(asked.may_import(actor, day)),
        "may_undo": batch.stage == "committed" and bool(asked.may_import(actor, day)),
        "question": Weight.QUESTION,
        "same": asked.same_bytes_before(batch),
        "pairs": _pairs(seen, actor, day),
        "meanings": list(MEANINGS.items()),
        "items": asked.item_names(),
        "parties": _parties(),
        "job": job if job is not None and job.state != "done" else None,
        "query": request.GET.urlencode(),
    }
    return page(request, "imports/detail.html", context, refusal)


def _pairs(seen: asked.Preview, actor: Actor, day: date) -> int:
    """Count the likely duplicates of a list that is short enough to be compared while one waits."""
    if seen.batch.stage != "read" or seen.tally.lines > _COMPARED:
        return 0
    return len(asked.duplicates_of(seen.batch, actor, day))


def _frame(
    request: HttpRequest, operation: Operation, *below: tuple[str, str]
) -> dict[str, object]:
    above = reverse("imports", kwargs={"code": operation.code})
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "imports"),
        "crumbs": operation_crumbs(operation, ("Import", above), *below),
    }


def _parties() -> list[tuple[str, str]]:
    return asked.party_names()


def _code_in(text: str) -> str:
    """Read a code that may be followed by its name: "SHL-TNT-FAM family tent"."""
    return text.partition(" ")[0]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONG else 0


_LONG = 9

urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/imports", imports, name="imports"),
    path("imports/<uuid:batch_id>", import_one, name="import"),
    path("imports/<uuid:batch_id>/lines/<int:number>", import_line, name="import_line"),
    path("imports/<uuid:batch_id>/original", import_original, name="import_original"),
]
