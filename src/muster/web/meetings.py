"""Pages of meetings: the series, the meeting room, the agenda, the follow-up, the readout."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.actions import meetings as deeds
from muster.actions import pledge_links, readouts
from muster.actions.pledge_lines import line_heard
from muster.actions.pledges import announce_pledge
from muster.core.actors import Role
from muster.core.meetings import FACTS, NoOperationNamed
from muster.core.refusals import Refusal
from muster.queries import meetings as asked
from muster.queries.coalitions import coalitions_on
from muster.queries.pledge_entry import Understood, parties_in, understood
from muster.queries.pledges import pledges_seen, rows_of
from muster.queries.readouts import readout_events
from muster.queries.visibility import find, visible
from muster.records.models import Meeting, MeetingReadout, Operation, Pledge
from muster.web.answers import act_of, actor_of, day_of, moment_of, show
from muster.web.deeds import day_in, done, page, text_in, verb_in
from muster.web.shown import Link

_READOUT_VERBS: Mapping[str, tuple[Callable[..., object], str]] = {
    "submit": (readouts.submit_readout, "Submitted. Another coordinator approves it."),
    "send_back": (readouts.send_back_readout, "Sent back."),
    "approve": (readouts.approve_readout, "Approved. It can be released."),
    "release": (readouts.release_readout, "Released to all nations."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def meetings(request: HttpRequest) -> HttpResponse:
    """List the meetings of a series; put one on the list."""
    if request.method != "POST":
        return _series(request)
    try:
        number = text_in(request, "number")
        made = deeds.enter_meeting(
            act=act_of(request),
            series=text_in(request, "series"),
            number=int(number) if number.isdecimal() and number.isascii() else 0,
            held_on=day_in(request, "held_on") or day_of(request),
            place=text_in(request, "place"),
            mode=text_in(request, "mode"),
            operation=_chosen_operation(request),
            source=text_in(request, "source"),
        )
    except Refusal as refusal:
        return _series(request, refusal)
    return done(request, f"{made} is on the list.", "meeting", meeting_id=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Show a meeting and what was announced; enter the next announcement."""
    found = find(Meeting, meeting_id, actor_of(request), day_of(request))
    if request.method != "POST":
        return _room(request, found)
    if text_in(request, "do") == "attendance":
        return _noted(request, found)
    chosen = tuple(text_in(request, f"item-{place}") for place in range(_MOST_LINES))
    lines: tuple[Understood, ...] = ()
    try:
        lines = understood(text_in(request, "lines"), chosen)
        if any(line.asks for line in lines):
            return _room(request, found, asks=lines)
        pledge = _announced(request, found, lines)
    except Refusal as refusal:
        if refusal.at is not None and refusal.at not in _TYPED:
            refusal.at = "lines"
        return _room(request, found, refusal, asks=lines)
    said = f"{pledge.reference} is entered."
    if request.headers.get("HX-Request"):
        return _room(request, found, fresh=True, said=said)
    return done(request, said, "meeting", meeting_id=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_correct(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Correct what is said of a meeting, with the reason; what was said stays on record."""
    found = find(Meeting, meeting_id, actor_of(request), day_of(request))
    if request.method != "POST":
        return _correct(request, found)
    try:
        deeds.correct_meeting(
            act=act_of(request),
            meeting=found.pk,
            held_on=day_in(request, "held_on"),
            place=text_in(request, "place"),
            mode=text_in(request, "mode"),
            operation=_chosen_operation(request),
            source=text_in(request, "source"),
            recalled=[fact for fact in FACTS if fact in request.POST.getlist("recalled")],
        )
    except Refusal as refusal:
        return _correct(request, found, refusal)
    return done(request, "Corrected.", "meeting", meeting_id=found.pk)


@require_safe
def meeting_agenda(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Show the agenda that the records make, to be read or printed."""
    actor, day = actor_of(request), day_of(request)
    found = find(Meeting, meeting_id, actor, day)
    try:
        about = asked.operation_of(found, request.GET.get("operation", ""), actor, day)
    except NoOperationNamed:
        which = {**_frame(found, ("Agenda", request.path)), "choices": _operation_choices(request)}
        return show(request, "meetings/which.html", which)
    made = asked.agenda_of(found, about, actor, moment_of(request))
    context = {**_frame(found, ("Agenda", request.path)), "agenda": made}
    return show(request, "meetings/agenda.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_follow_up(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """List who owes which step after a meeting; remind them."""
    found = find(Meeting, meeting_id, actor_of(request), day_of(request))
    if request.method != "POST":
        return _follow_up(request, found)
    try:
        pledge = find(Pledge, text_in(request, "pledge"), actor_of(request), day_of(request))
        codes = pledge.parties.filter(role="donor").order_by("party_id")
        for code in codes.values_list("party_id", flat=True):
            pledge_links.remind(
                act=act_of(request).part(code),
                pledge=pledge.pk,
                party=code,
                text=text_in(request, "text"),
                answer_by=day_in(request, "answer_by"),
            )
    except Refusal as refusal:
        return _follow_up(request, found, refusal)
    sentence = f"Reminded of {pledge.reference}. It waits on their own page."
    return done(request, sentence, "meeting_follow_up", meeting_id=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_readouts(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """List the readouts of a meeting; draft one from the records."""
    found = find(Meeting, meeting_id, actor_of(request), day_of(request))
    if request.method != "POST":
        return _readouts(request, found)
    try:
        made = readouts.draft_readout(
            act=act_of(request),
            meeting=found.pk,
            operation=text_in(request, "operation"),
            total_in=text_in(request, "total_in"),
            # A browser ends lines with two signs; a blank line between paragraphs is what counts.
            remarks=text_in(request, "remarks").replace("\r\n", "\n"),
        )
    except Refusal as refusal:
        return _readouts(request, found, refusal)
    return done(request, "Drafted. Read it, then submit it.", "readout", readout_id=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def readout(request: HttpRequest, readout_id: UUID) -> HttpResponse:
    """Show one readout; submit, approve or release it."""
    if request.method != "POST":
        return _readout(request, readout_id)
    try:
        action, sentence = verb_in(request, _READOUT_VERBS)
        action(act=act_of(request), readout=readout_id)
    except Refusal as refusal:
        return _readout(request, readout_id, refusal)
    return done(request, sentence, "readout", readout_id=readout_id)


_TYPED = {"donors", "operation", "words", "source", "funders", "suppliers", "carriers", "coalition"}
"""What a refusal of an announcement may be about, beside its lines."""
_MOST_LINES = 30


def _announced(request: HttpRequest, found: Meeting, lines: tuple[Understood, ...]) -> Pledge:
    actor, day = actor_of(request), day_of(request)
    about = asked.operation_of(found, text_in(request, "operation"), actor, day)
    said = text_in(request, "lines").replace("\r\n", "; ")
    return announce_pledge(
        act=act_of(request),
        operation=about.pk,
        parties=parties_in(
            text_in(request, "donors"),
            funders=text_in(request, "funders"),
            suppliers=text_in(request, "suppliers"),
            carriers=text_in(request, "carriers"),
        ),
        announced_on=found.held_on,
        words=text_in(request, "words") or said,
        lines=[line_heard(line.heard, line.item) for line in lines],
        meeting=found.pk,
        coalition=text_in(request, "coalition") or None,
        source=text_in(request, "source"),
    )


def _noted(request: HttpRequest, found: Meeting) -> HttpResponse:
    try:
        deeds.note_attendance(
            act=act_of(request),
            meeting=found.pk,
            present=[share.party for share in parties_in(text_in(request, "present"))]
            if text_in(request, "present")
            else [],
            said=text_in(request, "said"),
            source=text_in(request, "count_source"),
        )
    except Refusal as refusal:
        return _room(request, found, refusal)
    return done(request, "Noted.", "meeting", meeting_id=found.pk)


def _series(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    series = request.GET.get("series") or asked.SERIES
    rows = asked.meetings_of(series, actor, day)
    context = {
        "rows": rows[::-1],
        "series": series,
        "series_choices": [(body.code, body.name) for body in asked.series_seen(actor, day)],
        "modes": [(mode.value, str(mode.label)) for mode in Meeting.Mode],
        "operations": _operation_choices(request),
        "next_number": max((row.number for row in rows), default=0) + 1,
        "keeps": actor.has(Role.COORDINATOR, day),
        "today": day,
    }
    return page(request, "meetings/list.html", context, refusal)


def _room(
    request: HttpRequest,
    found: Meeting,
    refusal: Refusal | None = None,
    *,
    asks: tuple[Understood, ...] = (),
    fresh: bool = False,
    said: str = "",
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    rows = rows_of(
        pledges_seen(actor, day, operation=found.operation, meeting=found.pk), actor, day
    )
    context: dict[str, object] = {
        **_frame(found),
        "row": asked.meeting_row(found, actor, day),
        "rows": rows[::-1],
        "asks": asks if any(line.asks for line in asks) else (),
        "operations": _operations_to_name(request, found),
        "coalitions": [("", "nobody"), *((each.code, each.name) for each in coalitions_on(day))],
        "corrections": asked.corrections_of(found),
        "readouts": asked.readouts_of(found, actor, day),
        "may_enter": actor.has(Role.COORDINATOR, day) or actor.has(Role.DONOR, day),
        "keeps": actor.has(Role.COORDINATOR, day),
        "said": said,
    }
    if not fresh:
        return page(request, "meetings/room.html", context, refusal)
    # What is likely the same for the next announcement stays.
    kept = {name: text_in(request, name) for name in ("source", "operation")}
    blank = {"values": defaultdict(str, kept), "errors": {}}
    return show(request, "meetings/room.html", {**context, **blank})


def _correct(request: HttpRequest, found: Meeting, refusal: Refusal | None = None) -> HttpResponse:
    typed = request.method == "POST"
    context = {
        **_frame(found, ("Correction", request.path)),
        "modes": [(mode.value, str(mode.label)) for mode in Meeting.Mode],
        "facts": FACTS,
        "recalled": request.POST.getlist("recalled") if typed else found.recalled,
        "operations": _operation_choices(request),
    }
    return page(request, "meetings/correct.html", context, refusal)


def _follow_up(
    request: HttpRequest, found: Meeting, refusal: Refusal | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    context = {
        **_frame(found, ("Follow-up", request.path)),
        "rows": asked.follow_up(found, actor, day),
        "keeps": actor.has(Role.COORDINATOR, day),
    }
    return page(request, "meetings/follow_up.html", context, refusal)


def _readouts(request: HttpRequest, found: Meeting, refusal: Refusal | None = None) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    context = {
        **_frame(found, ("Readouts", request.path)),
        "rows": asked.readouts_of(found, actor, day),
        "operations": _operations_to_name(request, found),
        "keeps": actor.has(Role.COORDINATOR, day),
        "to_come": found.held_on > day,
    }
    return page(request, "meetings/readouts.html", context, refusal)


def _readout(
    request: HttpRequest, readout_id: UUID, refusal: Refusal | None = None
) -> HttpResponse:
    actor, day = actor_of(request), day_of(request)
    seen = find(MeetingReadout, readout_id, actor, day)
    verbs = readout_events(seen, actor, day)
    above = ("Readouts", reverse("meeting_readouts", kwargs={"meeting_id": seen.meeting_id}))
    context = {
        **_frame(seen.meeting, above, (f"Readout {seen.number}", request.path)),
        "seen": seen,
        "verbs": verbs,
        "waits_for_another": seen.stage == "submitted" and seen.originator_id == actor.user_id,
    }
    return page(request, "meetings/readout.html", context, refusal)


def _chosen_operation(request: HttpRequest) -> UUID | None:
    code = text_in(request, "operation")
    if not code:
        return None
    return find(Operation, code, actor_of(request), day_of(request), by="code").pk


def _operations_to_name(request: HttpRequest, found: Meeting) -> list[tuple[str, str]]:
    """Give what the operation is chosen from: nothing where the meeting names it itself."""
    if found.operation_id:
        return []
    try:
        only = asked.operation_of(found, "", actor_of(request), day_of(request))
    except NoOperationNamed:
        return [("", "choose"), *_operation_choices(request)]
    return [("", f"the one that runs, {only.name}"), *_operation_choices(request)]


def _operation_choices(request: HttpRequest) -> list[tuple[str, str]]:
    found = visible(Operation, actor_of(request), day_of(request)).exclude(stage="closed")
    return [(each.code, each.name) for each in found.order_by("name")]


def _frame(found: Meeting, *below: tuple[str, str]) -> dict[str, object]:
    here = reverse("meeting", kwargs={"meeting_id": found.pk})
    way = (("Meetings", reverse("meetings")), (f"Meeting {found.number}", here), *below)
    last = len(way) - 1
    return {
        "meeting": found,
        "crumbs": tuple(
            Link(label=label, href=href, current=place == last)
            for place, (label, href) in enumerate(way)
        ),
    }


urlpatterns: list[URLPattern] = [
    path("meetings", meetings, name="meetings"),
    path("meetings/<uuid:meeting_id>", meeting, name="meeting"),
    path("meetings/<uuid:meeting_id>/correct", meeting_correct, name="meeting_correct"),
    path("meetings/<uuid:meeting_id>/agenda", meeting_agenda, name="meeting_agenda"),
    path("meetings/<uuid:meeting_id>/follow-up", meeting_follow_up, name="meeting_follow_up"),
    path("meetings/<uuid:meeting_id>/readouts", meeting_readouts, name="meeting_readouts"),
    path("readouts/<uuid:readout_id>", readout, name="readout"),
]
