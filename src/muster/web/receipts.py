"""Pages of receipts: the recipient counts what came, signs, and corrects what it finds later."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from muster.actions.corrections import correct_receipt
from muster.actions.discrepancies import resolve_discrepancy
from muster.actions.receipts import Count, sign_receipt
from muster.core.refusals import CountDoesNotAddUp, Refusal
from muster.queries import consignments as asked
from muster.queries.consignments import PackedLine, ShownConsignment
from muster.queries.corrections import corrections, counts_now
from muster.queries.receipts import ShownReceipt, shown_receipt
from muster.records.models import Consignment
from muster.web.answers import act_of, actor_of, day_of
from muster.web.deeds import NoSuchButton, count_in, done, moment_in, page, text_in
from muster.web.tabs import operation_crumbs, operation_tabs
from muster.web.verbs import act_for

COUNTED = ("good", "damaged", "missing", "rejected", "extra")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """One row of the form: the manifest line, what is typed, and what that adds up to.

    `difference` is counted less dispatched; None while something typed cannot be read.
    """

    packed: PackedLine
    typed: dict[str, str]
    remarks: str
    counted: int | None
    difference: int | None


@require_http_methods(["GET", "HEAD", "POST"])
def receipt_new(request: HttpRequest, consignment_id: UUID) -> HttpResponse:
    """Count a consignment and sign for it; the button "Add up" only shows the sums."""
    seen = asked.shown(consignment_id, actor_of(request), day_of(request))
    if request.method != "POST":
        return _form(request, seen)
    if "add_up" in request.POST and "HX-Request" in request.headers:
        # Somebody is still typing: what cannot be read yet is no refusal.
        return _form(request, seen)
    try:
        # Every field is read before anything is added up, so that the first that cannot be
        # read is named.
        counts = [_count(request, line) for line in seen.lines]
        if "add_up" in request.POST:
            return _form(request, seen)
        receipt = sign_receipt(
            act=act_of(request),
            consignment=consignment_id,
            counts=counts,
            place=text_in(request, "place"),
            remarks=text_in(request, "remarks"),
        )
    except Refusal as refusal:
        if isinstance(refusal, CountDoesNotAddUp):
            refusal.at = _first_that_differs(request, seen)
        return _form(request, seen, refusal)
    return done(request, "The receipt is signed.", "receipt", receipt_id=receipt.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Show a signed receipt, with what differs from the manifest and what was corrected since."""
    seen = shown_receipt(receipt_id, actor_of(request), day_of(request))
    if request.method != "POST":
        return _receipt_page(request, seen)
    verb = text_in(request, "verb")
    cases = {f"resolve-{position}": case for position, case in seen.cases}
    try:
        if verb in cases:
            resolve_discrepancy(act=act_for(request, verb), discrepancy=cases[verb].id)
        else:
            _correct(request, seen, verb)
    except Refusal as refusal:
        refusal.at = f"{verb}-{refusal.at}" if refusal.at in _CORRECTED else None
        return _receipt_page(request, seen, refusal)
    said = "The discrepancy is resolved." if verb in cases else "The correction is recorded."
    return done(request, said, "receipt", receipt_id=receipt_id)


def _correct(request: HttpRequest, seen: ShownReceipt, verb: str) -> None:
    counts = counts_now(seen.box.pk, actor_of(request), day_of(request))
    # Whoever may not correct is told so by the action: the page's own lines are all it needs.
    lines = {f"correct-{line.packed.position}": line.packed for line in seen.lines}
    if verb not in lines:
        raise NoSuchButton(verb=verb[:40])
    line = lines[verb]
    now = {count.manifest_line: count for count in counts}.get(line.id)
    numbers = {
        name: _corrected(request, f"{verb}-{name}", line.unit_code, at=name) for name in COUNTED
    }
    rejected, extra = numbers.pop("rejected"), numbers.pop("extra")
    correct_receipt(
        act=act_for(request, verb),
        manifest_line=line.id,
        # A field that is left empty says nothing new.
        **{
            name: number if number is not None else getattr(now, name, 0)
            for name, number in numbers.items()
        },
        rejected=rejected,
        extra=extra,
        happened_at=moment_in(request, f"{verb}-happened_at"),
    )


def _corrected(request: HttpRequest, field: str, unit: str, *, at: str) -> int | None:
    try:
        return count_in(request, field, unit)
    except Refusal as refusal:
        refusal.at = at
        raise


# The fields of a correction's form that a refusal may stand beside.
_CORRECTED = frozenset({*COUNTED, "reason", "happened_at"})


def _receipt_page(
    request: HttpRequest, seen: ShownReceipt, refusal: Refusal | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    context = {
        "seen": seen,
        "corrections": corrections(seen.box.operation, actor, day, consignment=seen.box.pk),
        "counts": counts_now(seen.box.pk, actor, day),
        "wrong": text_in(request, "verb") if refusal else "",
        **_frame(request, seen.box, "Receipt"),
    }
    return page(request, "receipts/detail.html", context, refusal)


def _count(request: HttpRequest, line: PackedLine) -> Count:
    numbers = {
        name: count_in(request, f"{name}-{line.position}", line.unit_code) or 0 for name in COUNTED
    }
    remarks = text_in(request, f"remarks-{line.position}")
    return Count(manifest_line=line.id, remarks=remarks, **numbers)


def _first_that_differs(request: HttpRequest, seen: ShownConsignment) -> str:
    """Name the field beside which the sentence of a wrong sum belongs."""
    for row in _rows(request, seen):
        if row.difference:
            return f"good-{row.packed.position}"
    return ""


def _rows(request: HttpRequest, seen: ShownConsignment) -> tuple[CountRow, ...]:
    rows = []
    for line in seen.lines:
        expected = {name: str(line.amount) if name == "good" else "0" for name in COUNTED}
        typed = {
            name: request.POST.get(f"{name}-{line.position}", expected[name]) for name in COUNTED
        }
        counted = _counted(request, line) if request.method == "POST" else line.amount
        rows.append(
            CountRow(
                packed=line,
                typed=typed,
                remarks=request.POST.get(f"remarks-{line.position}", ""),
                counted=counted,
                difference=None if counted is None else counted - line.amount,
            )
        )
    return tuple(rows)


def _counted(request: HttpRequest, line: PackedLine) -> int | None:
    try:
        return _count(request, line).counted
    except Refusal:
        # The sum of what cannot be read is not known; the field itself says what is wrong.
        return None


def _form(
    request: HttpRequest, seen: ShownConsignment, refusal: Refusal | None = None
) -> HttpResponse:
    context = {
        "seen": seen,
        "rows": _rows(request, seen),
        "counted": COUNTED,
        **_frame(request, seen.record, "Count and sign"),
    }
    return page(request, "receipts/new.html", context, refusal)


def _frame(request: HttpRequest, box: Consignment, here: str) -> dict[str, object]:
    operation = box.operation
    above = (
        ("Consignments", reverse("consignments", kwargs={"code": operation.code})),
        (box.reference, reverse("consignment", kwargs={"consignment_id": box.pk})),
    )
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "consignments"),
        "crumbs": operation_crumbs(operation, *above, (here, request.path)),
    }


urlpatterns: list[URLPattern] = [
    path("consignments/<uuid:consignment_id>/receipt", receipt_new, name="receipt_new"),
    path("receipts/<uuid:receipt_id>", receipt, name="receipt"),
]
