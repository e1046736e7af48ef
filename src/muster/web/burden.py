"""The page of burden: who carries how much, with a chart beside each table."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from muster.actions import burden as verbs
from muster.core.actors import Role
from muster.core.burden import DEFINITIONS, UNITS, Asked, FigureKind, Measure, Section, in_unit
from muster.core.moments import parse_date
from muster.core.refusals import AmountUnreadable, Refusal
from muster.core.yardsticks import SHARES_KEY
from muster.formats.burden_sheets import MOST_BYTES, TableFaulty
from muster.queries import parties
from muster.queries.burden import KEYS, Burden, BurdenAsked, burden_of, tables
from muster.queries.burden_csv import as_csv
from muster.web import charts
from muster.web.answers import STATUS, act_of, actor_of, day_of, errors_of, show, tell

_MOST_BARS = 15
_MOST_MONTHS = 240
_KEY_NAMES: Mapping[str, str] = {
    FigureKind.GDP: "GDP",
    FigureKind.POPULATION: "population",
    FigureKind.KEY: "the key of the table",
    SHARES_KEY: "its published shares",
}
_PLACES = 4


@require_safe
def burden(request: HttpRequest) -> HttpResponse:
    """Show who carries how much."""
    return _page(request)


@require_safe
def burden_csv(request: HttpRequest) -> HttpResponse:
    """Give the same as a file."""
    found = burden_of(actor_of(request), day_of(request), _asked(request))
    answer = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="burden.csv"'
    return answer


@require_POST
def burden_import(request: HttpRequest) -> HttpResponse:
    """Bring in a table of amounts, with its figures if it has some."""
    typed = request.POST
    try:
        table = verbs.bring_in_table(
            act=act_of(request),
            name=typed.get("name", ""),
            rows=uploaded(request, "rows"),
            figures=uploaded(request, "figures"),
            said={name: typed.get(f"all_{name}", "") for name in _FOR_ALL},
            names=names_in(request),
            files=(called_in(request, "rows"), called_in(request, "figures")),
        )
    except Refusal as refusal:
        return _page(request, refusal)
    tell(request, f"The table {table.name} is brought in.")
    return HttpResponseRedirect(reverse("burden") + "?" + urlencode({"table": table.name}))


_FOR_ALL = ("measure", "currency", "unit", "method", "source")


def names_in(request: HttpRequest) -> dict[str, str]:
    """Read whom names mean: one "NAME = CODE" on each line."""
    pairs = (line.rpartition("=") for line in request.POST.get("names", "").splitlines())
    return {name.strip(): code.strip() for name, _, code in pairs if name.strip()}


def called_in(request: HttpRequest, name: str) -> str:
    """Give what an uploaded file is called."""
    file = request.FILES.get(name)
    return (file.name or "") if isinstance(file, UploadedFile) else ""


def uploaded(request: HttpRequest, name: str) -> bytes:
    """Give the bytes of an uploaded file, nothing where there is none."""
    file = request.FILES.get(name)
    return file.read(MOST_BYTES + 1) if isinstance(file, UploadedFile) else b""


def _asked(request: HttpRequest) -> BurdenAsked:
    given = request.GET
    return BurdenAsked(
        table=given.get("table") or None,
        operation=given.get("operation") or None,
        measure=given.get("measure") or None,
        kind=given.get("kind") or None,
        currency=given.get("currency") or None,
        method=given.get("method") or None,
        since=_day(given.get("since", ""), "since"),
        until=_day(given.get("until", ""), "until"),
        reattribute=given.get("reattribute") or None,
        key=given.get("key") or "gdp",
        unit=given.get("unit") or None,
        shares=Asked(
            places=_places(given.get("places", "")), target=_target(given.get("target", ""))
        ),
    )


def _day(text: str, at: str) -> date | None:
    return parse_date(text, at=at) if text.strip() else None


def _places(text: str) -> int:
    if text.strip() and not text.strip().isdigit():
        raise AmountUnreadable(at="places", text=text)
    return int(text) if text.strip() else _PLACES


def _target(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        found = Decimal(text.strip())
    except InvalidOperation as error:
        raise AmountUnreadable(at="target", text=text) from error
    if not found.is_finite() or found < 0:
        raise AmountUnreadable(at="target", text=text)
    return found


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    found, asking = None, None
    try:
        found = burden_of(actor, day, _asked(request))
    except Refusal as refused:
        asking = refused
    wrong = refusal or asking
    context = {
        "values": request.GET,
        "typed": request.POST,
        "tables": [("", "our own records"), *((t.name, t.name) for t in tables(actor, day))],
        "bodies": [("", "nobody"), *((b.code, b.name) for b in parties.bodies())],
        "measures": [("", "all"), *((m.value, m.value) for m in Measure)],
        "keys": [(str(k), _KEY_NAMES[k]) for k in KEYS],
        "units": [("", "as in the table"), *((u, u) for u in UNITS if u)],
        "burden": found,
        "parts": [_part(found, section) for section in found.sections] if found else [],
        "csv": reverse("burden_csv") + "?" + request.GET.urlencode(),
        "errors": errors_of(asking) if asking and not refusal else {},
        "import_errors": errors_of(refusal) if refusal else {},
        "faults": refusal.faults if isinstance(refusal, TableFaulty) else (),
        "brings_in": actor.has(Role.COORDINATOR, day) or actor.has(Role.ANALYST, day),
        "plain": charts.plain,
        "in_unit": in_unit,
    }
    return show(request, "burden/burden.html", context, status=STATUS[wrong.kind] if wrong else 200)


def _column(label: str) -> dict[str, object]:
    return {"label": label, "numeric": True}


def _every_month(section: Section) -> list[tuple[date, Decimal]]:
    """Give the amount of every month from the first to the last, so that a quiet one is seen.

    Over very many years the quiet ones are left out: there a column would be too thin to see.
    """
    amounts = {each.month: each.amount for each in section.months}
    if not amounts:
        return []
    first, last = (each.year * 12 + each.month - 1 for each in (min(amounts), max(amounts)))
    if last - first >= _MOST_MONTHS:
        return sorted(amounts.items())
    months = (date(at // 12, at % 12 + 1, 1) for at in range(first, last + 1))
    return [(month, amounts.get(month, Decimal(0))) for month in months]


def _part(found: Burden, section: Section) -> dict[str, object]:
    unit = f"{section.currency} {found.unit}".strip()
    shares = [d for d in section.donors if d.of_gdp is not None]
    ranked = sorted(shares, key=lambda d: -(d.of_gdp or 0))[:_MOST_BARS]
    return {
        "section": section,
        "unit": unit,
        "kinds": [each.kind for each in section.kinds],
        "kind_columns": [_column(each.kind or "no kind") for each in section.kinds],
        "by_kind": {
            d.donor: {k.kind: in_unit(k.amount, found.unit) for k in d.kinds}
            for d in section.donors
        },
        "month_columns": [
            {"label": "Donor"},
            *(_column(f"{m.month:%Y-%m}") for m in section.months),
        ],
        "by_month": {
            d.donor: {m.month: in_unit(m.amount, found.unit) for m in d.months}
            for d in section.donors
        },
        "definition": DEFINITIONS[section.measure],
        "months": charts.columns(
            [
                (f"{month:%Y-%m}", in_unit(amount, found.unit))
                for month, amount in _every_month(section)
            ],
            unit=unit,
        ),
        "shares": charts.singles(
            [(found.names.get(d.donor, d.donor), d.of_gdp or Decimal(0)) for d in ranked],
            unit="percent of GDP",
        )
        if ranked
        else charts.singles(
            [
                (found.names.get(d.donor, d.donor), in_unit(d.amount, found.unit))
                for d in section.donors[:_MOST_BARS]
            ],
            unit=unit,
        ),
        "by_gdp": bool(ranked),
    }


urlpatterns: list[URLPattern] = [
    path("burden", burden, name="burden"),
    path("burden.csv", burden_csv, name="burden_csv"),
    path("burden/tables", burden_import, name="burden_import"),
]
