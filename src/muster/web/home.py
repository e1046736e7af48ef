"""The first page: what waits for a person, role by role, each thing with its age and its page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from muster.core.actors import Actor, Role
from muster.queries import home as asked
from muster.queries.reminders import donor_piles
from muster.queries.waiting import About, Pile, Waiting
from muster.web.answers import actor_of, day_of, show


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A thing that waits, and where it is dealt with."""

    what: str
    note: str
    operation: str
    stage: str
    since: datetime | None
    on: date | None
    invented: bool
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A pile in words.

    Args:
        verb: what its things have done for so long.
        on: what happens on a row's day.
        one_stage: whether all are in the same stage, so that it need not be said.
        nothing: what is said when there are none.
    """

    title: str
    todo: str
    verb: str
    on: str
    one_stage: bool
    nothing: str
    count: int
    rows: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one role finds on the page."""

    role: str
    title: str
    meta: str
    piles: tuple[Shown, ...]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits; a person with several roles sees it for each of them."""
    actor, day = actor_of(request), day_of(request)
    parts = tuple(_part(role, actor, day) for role in _PILES if actor.has(role, day))
    figures = asked.figures(actor, day) if actor.has(Role.ANALYST, day) else ()
    return show(request, "home/home.html", {"parts": parts, "figures": figures})


_PILES: dict[Role, Callable[[Actor, date], tuple[Pile, ...]]] = {
    Role.COORDINATOR: asked.coordinator_piles,
    Role.RECIPIENT: asked.recipient_piles,
    Role.DONOR: donor_piles,
    Role.LOGISTICS: asked.logistics_piles,
    Role.ANALYST: asked.analyst_piles,
}


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    todo: str
    nothing: str
    verb: str = "waits"
    on: str = "on"
    one_stage: bool = False


_WORDS: dict[str, _Words] = {
    "requests_to_read": _Words(
        "Requests to act on",
        "A submitted request waits for its validation; a validated one for you to circulate it.",
        "No request waits.",
    ),
    "offers_unanswered": _Words(
        "Offers without an answer",
        "Accept, defer or decline, with a reason.",
        "Every offer is answered.",
    ),
    "proposals": _Words(
        "Proposals that wait for a yes",
        "Donor and recipient each answer; without both a proposal returns by itself.",
        "No proposal waits.",
    ),
    "consents_unasked": _Words(
        "Consents that nobody was asked for",
        "A later rule wants them; the goods do not leave before they are asked for and granted.",
        "Every consent that a rule wants is asked for.",
    ),
    "under_way": _Words(
        "Consignments under way",
        "Record where they are until the recipient signs.",
        "Nothing is under way.",
        verb="for",
    ),
    "discrepancies": _Words(
        "Discrepancies",
        "A receipt and its manifest differ; say what became of it.",
        "No discrepancy is open.",
        verb="for",
    ),
    "reports_to_approve": _Words(
        "Reports to approve",
        "Someone other than the originator approves a report.",
        "No report waits for approval.",
        one_stage=True,
    ),
    "quarantine": _Words(
        "Unsolicited goods",
        "Adopt, redirect, return or dispose of what nobody asked for.",
        "Nothing is in quarantine.",
    ),
    "answers_owed": _Words(
        "Answers that you owe",
        "A case of the guarantee asks your nation; nothing further is an answer too.",
        "No case waits for your answer.",
        on="due",
    ),
    "to_confirm": _Words(
        "Allocations to confirm",
        "Say yes or no for your nation.",
        "No allocation waits for your yes.",
    ),
    "consents_asked": _Words(
        "Consents asked of you",
        "Goods of your origin do not leave before you have answered.",
        "No consent is asked of you.",
        one_stage=True,
    ),
    "reminders": _Words(
        "Reminders of what you announced",
        "Tell what became of it, on the page of the pledge.",
        "You are reminded of nothing.",
        on="answer by",
    ),
    "uncovered": _Words(
        "Needs that nobody has covered",
        "The most urgent first; open one to offer something for it.",
        "Every open need has an offer.",
        verb="open for",
        on="needed by",
        one_stage=True,
    ),
    "own_offers": _Words(
        "Your offers",
        "The age is that of a line without an answer.",
        "You have offered nothing yet.",
    ),
    "own_consignments": _Words(
        "Your consignments",
        "Until the recipient has signed.",
        "Nothing of yours travels.",
        verb="for",
    ),
    "to_sign": _Words(
        "Receipts to sign",
        "Count what was handed over, and sign for it.",
        "Nothing waits for your signature.",
        one_stage=True,
    ),
    "questions": _Words(
        "Questions to you",
        "Clarify the quantity; nothing is promised before.",
        "No question is open.",
    ),
    "offers_to_answer": _Words(
        "Offers to answer",
        "Accept, defer or decline, with a reason.",
        "Every offer to you is answered.",
    ),
    "to_accept": _Words(
        "Allocations to accept",
        "Say yes or no for your nation.",
        "No allocation waits for your yes.",
    ),
    "arrivals": _Words(
        "What arrives when", "By the day it is due.", "No arrival is planned.", on="due"
    ),
    "own_requests": _Words(
        "Your requests",
        "Submit a draft; validate what is submitted.",
        "You have asked for nothing yet.",
        verb="for",
    ),
    "to_pack_up": _Words(
        "Allocations to pack", "Agreed, and not yet on a manifest.", "Nothing waits to be packed."
    ),
    "to_lock": _Words(
        "Consignments to pack and lock",
        "The manifest is locked before anything leaves.",
        "No manifest waits to be locked.",
        one_stage=True,
    ),
    "to_dispatch": _Words(
        "Consignments to dispatch", "Packed, and ready to leave.", "Nothing waits to leave."
    ),
    "leaving": _Words(
        "What leaves when", "By the day it leaves.", "No departure is planned.", on="leaves"
    ),
    "arriving": _Words(
        "What arrives when", "By the day it is due.", "No arrival is planned.", on="due"
    ),
    "latest_reports": _Words("Latest reports", "", "There is no report yet.", on="as of"),
}

_TITLES = {
    Role.COORDINATOR: "Coordinating centre",
    Role.RECIPIENT: "Recipient",
    Role.DONOR: "Donor",
    Role.LOGISTICS: "Logistics",
    Role.ANALYST: "Analyst",
}


def _part(role: Role, actor: Actor, day: date) -> Part:
    return Part(
        role=role.value,
        title=_TITLES[role],
        meta="For " + ", ".join(actor.parties(role, day)),
        piles=tuple(_shown(pile) for pile in _PILES[role](actor, day)),
    )


def _shown(pile: Pile) -> Shown:
    words = _WORDS[pile.name]
    return Shown(
        title=words.title,
        todo=words.todo,
        verb=words.verb,
        on=words.on,
        one_stage=words.one_stage,
        nothing=words.nothing,
        count=pile.count,
        rows=tuple(_entry(row) for row in pile.rows),
    )


def _entry(row: Waiting) -> Entry:
    return Entry(
        what=row.what,
        note=row.note,
        operation=row.operation,
        stage=row.stage,
        since=row.since,
        on=row.on,
        invented=row.invented,
        href=_href(row),
    )


def _href(row: Waiting) -> str:
    """Say where a thing is dealt with: every kind's address is called like the kind."""
    if row.about is About.NEED:
        return reverse("request_line", kwargs={"code": row.operation, "line_id": row.key})
    if row.about is About.CASE:
        return reverse("guarantee_case", kwargs={"code": row.operation})
    return reverse(row.about.value, kwargs={f"{row.about.value}_id": row.key})


urlpatterns: list[URLPattern] = [path("", home, name="home")]
