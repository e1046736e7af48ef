"""Pages of scenarios: say what is otherwise, keep it, plan in it, hold plans against each other."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from muster.actions import scenarios as deeds
from muster.core.actors import LOGISTICS
from muster.core.planning.scenarios import MOST_CHANGES, Change, What
from muster.core.refusals import AmountUnreadable, ChoiceUnknown, Refusal
from muster.queries import scenarios as asked
from muster.queries.operations import find_operation
from muster.queries.planning import open_situation
from muster.queries.visibility import find
from muster.records.models import Operation, Scenario
from muster.web.answers import act_of, actor_of, day_of
from muster.web.deeds import day_in, done, page, place_options, text_in
from muster.web.tabs import operation_crumbs, operation_tabs

# What can be otherwise, in the order of the form, as people say it.
_WORDS = {
    What.LEG_CLOSED: "A leg or crossing is closed",
    What.LEG_ROOM: "A leg carries more, or less",
    What.DONOR_LATE: "A donor is late",
    What.OFFER_LATE: "One offer is late",
    What.CONSENT_GIVEN: "A consent comes",
    What.CONSENT_REFUSED: "A consent is refused",
    What.NEED_PRIORITY: "A need is more, or less, urgent",
    What.NEED_AMOUNT: "A need is of another amount",
    What.OFFER_AMOUNT: "An offer is of another amount",
    What.NEED_ADDED: "Something more is asked for",
    What.OFFER_ADDED: "Something more is offered",
}
# Which fields of the form each takes besides its subject.
FIELDS: dict[What, tuple[str, ...]] = {
    What.LEG_CLOSED: ("leg", "first", "last"),
    What.LEG_ROOM: ("leg", "kg", "m3"),
    What.DONOR_LATE: ("donor", "days"),
    What.OFFER_LATE: ("offer", "days"),
    What.CONSENT_GIVEN: ("origin",),
    What.CONSENT_REFUSED: ("origin",),
    What.NEED_PRIORITY: ("need", "priority"),
    What.NEED_AMOUNT: ("need", "amount"),
    What.OFFER_AMOUNT: ("offer", "amount"),
    What.NEED_ADDED: ("item", "party", "amount", "priority", "first", "place"),
    What.OFFER_ADDED: ("item", "party", "amount", "first", "place"),
}
_SUBJECTS = frozenset({"leg", "donor", "offer", "origin", "need", "item"})
_DIGITS = 15


@require_http_methods(["GET", "HEAD", "POST"])
def scenarios(request: HttpRequest, code: str) -> HttpResponse:
    """List the scenarios of an operation; keep a new one with its first change."""
    operation = find_operation(code, actor_of(request), day_of(request))
    if request.method != "POST":
        return _list(request, operation)
    try:
        kept = deeds.keep_scenario(
            act=act_of(request),
            operation=operation.pk,
            name=text_in(request, "name"),
            note=text_in(request, "note"),
            changes=[_change_in(request)],
            with_logistics=bool(text_in(request, "with_logistics")),
        )
    except Refusal as refusal:
        return _list(request, operation, _unnumbered(refusal))
    return done(request, f'"{kept.name}" is kept.', "scenario", scenario_id=kept.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def scenario(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """Show a scenario; add a change, take one out, share it, put it aside."""
    found = find(Scenario, scenario_id, actor_of(request), day_of(request))
    if request.method != "POST":
        return _page(request, found)
    verb, act = text_in(request, "verb"), act_of(request)
    try:
        if verb == "end":
            deeds.end_scenario(act=act, scenario=found.pk)
            sentence = f'"{found.name}" is put aside.'
            return done(request, sentence, "scenarios", code=found.operation.code)
        name, note = found.name, found.note
        if verb == "name":
            name, note = text_in(request, "name"), text_in(request, "note")
        theirs = bool(text_in(request, "with_logistics")) if verb == "name" else _is_shared(found)
        deeds.change_scenario(
            act=act,
            scenario=found.pk,
            name=name,
            note=note,
            changes=_changes_after(request, verb, asked.changes_of(found)),
            with_logistics=theirs,
        )
    except Refusal as refusal:
        return _page(request, found, _unnumbered(refusal))
    return done(
        request,
        "Kept. Plans made in it before stay as they were.",
        "scenario",
        scenario_id=found.pk,
    )


def _changes_after(
    request: HttpRequest, verb: str, changes: tuple[Change, ...]
) -> tuple[Change, ...]:
    if verb == "add":
        return (*changes, _change_in(request))
    if verb.startswith("remove-"):
        return tuple(each for at, each in enumerate(changes, 1) if verb != f"remove-{at}")
    if verb == "name":
        return changes
    raise ChoiceUnknown(given=verb[:40], known="add, name, end")


def _is_shared(found: Scenario) -> bool:
    return LOGISTICS in found.audiences


def _change_in(request: HttpRequest) -> Change:
    """Read the change that was typed; of its fields those count that its kind takes."""
    what = text_in(request, "what")
    if what not in set(What):
        raise ChoiceUnknown(at="what", given=what[:40], known=", ".join(What))
    kind = What(what)
    takes = FIELDS[kind]
    subject = next(name for name in takes if name in _SUBJECTS)

    def read(
        name: str, reader: Callable[[HttpRequest, str], int | date | None]
    ) -> int | date | None:
        return reader(request, name) if name in takes else None

    return Change(
        what=kind,
        subject=text_in(request, subject).partition(" ")[0],
        first=read("first", day_in),  # type: ignore[arg-type]
        last=read("last", day_in),  # type: ignore[arg-type]
        days=read("days", _whole_in),  # type: ignore[arg-type]
        amount=read("amount", _whole_in),  # type: ignore[arg-type]
        priority=read("priority", _whole_in),  # type: ignore[arg-type]
        kg=read("kg", _whole_in),  # type: ignore[arg-type]
        m3=read("m3", _whole_in),  # type: ignore[arg-type]
        party=text_in(request, "party").partition(" ")[0] if "party" in takes else "",
        place=text_in(request, "place") if "place" in takes else "",
    )


def _whole_in(request: HttpRequest, name: str) -> int | None:
    text = text_in(request, name)
    if not text:
        return None
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS):
        raise AmountUnreadable(at=name, text=text[:40])
    return int(text)


def _unnumbered(refusal: Refusal) -> Refusal:
    """Put what is said of a line of the list beside the field of the form."""
    word, _, rest = (refusal.at or "").partition(".")
    if word == "lines":
        refusal.at = rest.partition(".")[2] or None
    return refusal


def _list(
    request: HttpRequest, operation: Operation, refusal: Refusal | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    context = {
        **_frame(request, operation),
        "rows": [
            (each, asked.changes_of(each)) for each in asked.scenarios_of(operation, actor, day)
        ],
        "may_imagine": asked.may_imagine(actor, day) and operation.stage != "closed",
        **_choices(request, operation),
    }
    return page(request, "scenarios/list.html", context, refusal)


def _page(request: HttpRequest, found: Scenario, refusal: Refusal | None = None) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    running = found.operation.stage != "closed" and found.ended_at is None
    changes = asked.changes_of(found)
    context = {
        **_frame(request, found.operation, (found.name, request.path)),
        "scenario": found,
        "changes": changes,
        "full": len(changes) >= MOST_CHANGES,
        "shared": _is_shared(found),
        "may_imagine": asked.may_imagine(actor, day) and running,
        **_choices(request, found.operation),
    }
    return page(request, "scenarios/detail.html", context, refusal)


def _choices(request: HttpRequest, operation: Operation) -> dict[str, object]:
    actor, day = actor_of(request), day_of(request)
    if not asked.may_imagine(actor, day):
        return {"kinds": [], "choices": None, "places": [], "takes": {}}
    return {
        "takes": _takes(),
        "kinds": [(what.value, words) for what, words in _WORDS.items()],
        "choices": asked.choices_of(open_situation(operation, actor, day=day)),
        "places": [("", "not said"), *place_options()],
    }


def _takes() -> dict[str, list[str]]:
    """Say of each field of the form which kinds of change take it."""
    names = dict.fromkeys(name for fields in FIELDS.values() for name in fields)
    return {
        name: [kind.value for kind, fields in FIELDS.items() if name in fields] for name in names
    }


def _frame(
    request: HttpRequest, operation: Operation, *below: tuple[str, str]
) -> dict[str, object]:
    plans = reverse("plans", kwargs={"code": operation.code})
    above = reverse("scenarios", kwargs={"code": operation.code})
    return {
        "operation": operation,
        "tabs": operation_tabs(operation, "plans"),
        "crumbs": operation_crumbs(operation, ("Plan", plans), ("What if", above), *below),
    }


urlpatterns: list[URLPattern] = [
    path("operations/<str:code>/scenarios", scenarios, name="scenarios"),
    path("scenarios/<uuid:scenario_id>", scenario, name="scenario"),
]
