"""Pages of receipts: the recipient counts what came, line by line, and signs."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions.receipts import Count, sign_receipt
from muster.core.refusals import CountDoesNotAddUp, Refusal
from muster.queries import consignments as asked
from muster.queries.consignments import PackedLine, ShownConsignment
from muster.records.models import Consignment
from muster.web.answers import act_of, actor_of, day_of, show
from muster.web.deeds import count_in, done, page, text_in
from muster.web.tabs import operation_crumbs, operation_tabs

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


@require_safe
def receipt(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Show a signed receipt, with what differs from the manifest."""
    seen = asked.shown_receipt(receipt_id, actor_of(request), day_of(request))
    context = {"seen": seen, **_frame(request, seen.box, "Receipt")}
    return show(request, "receipts/detail.html", context)


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
