"""Requests as a list and one by one, and everything about one need."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, When

from muster.core.accounts import AccountKind
from muster.core.actors import Actor, Role
from muster.core.quantities.units import MEASURES, find_measure
from muster.core.stages import OFFER_STAGES_OPEN, REQUEST_STAGES_OPEN, Subject, events_from
from muster.queries.amounts import latest_words, quantity_of
from muster.queries.board import BoardLine, board, find_line
from muster.queries.journal import Happening, history
from muster.queries.listing import MOST_LISTED, Lines, lines_of, page_of
from muster.queries.offers import NEWEST, OfferLineRow, offer_line_rows
from muster.queries.visibility import find, visible
from muster.queries.waiting import since_of
from muster.records.models import (
    Account,
    Allocation,
    AssistanceRequest,
    JournalEntry,
    OfferLine,
    Operation,
    Party,
    RequestLine,
    Substitute,
)

LINES_PAGE = 100
"""How many lines of a request stand on one page."""

# Who may bring about which event of a request; the actions demand the same.
_BY_RECIPIENT = frozenset({"submit", "validate", "withdraw"})
_BY_COORDINATOR = frozenset({"submit", "reject", "circulate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request in a list.

    Args:
        since: since when it is in its stage.
        questions: how many lines have a question that the recipient has not answered.
    """

    id: UUID
    reference: str
    title: str
    recipient: str
    asked_on: date
    stage: str
    since: datetime | None
    lines: int
    questions: int
    invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """A line of a request: what was typed, what it means, and its figures once it counts.

    Args:
        typed: the recipient's latest word on the quantity.
        typed_first: its first one.
        meaning: what the latest word means, without the unit.
        question: what the recipient was asked and has not answered.
        figures: its line of the board; None before the request is validated.
    """

    id: UUID
    position: int
    item: str
    item_name: str
    description: str
    unit: str
    typed: str
    typed_first: str
    meaning: str
    urgency: str
    needed_by: date | None
    place: str
    use: str
    substitutes_welcome: bool
    question: str
    figures: BoardLine | None
    invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestShown:
    """One request with a page of its lines and its life so far.

    Args:
        page: which of how many lines they are.
        events: what this actor can do with it now, in the words of core/stages.py.
    """

    record: AssistanceRequest
    lines: tuple[LineShown, ...]
    page: Lines[RequestLine]
    life: tuple[Happening, ...]
    events: tuple[str, ...]
    superseded_by: AssistanceRequest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Something the recipient said later about how much it needs."""

    at: datetime
    by: str
    what: str
    typed: str
    meaning: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRow:
    """An allocation to a need: amounts in smallest units of each item."""

    id: UUID
    stage: str
    donor: str
    item: str
    unit: str
    amount: int
    covers: int
    since: datetime | None
    invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedShown:
    """Everything about one need that the actor may see.

    Args:
        record: the line as it was first asked.
        figures: its line of the board; None before the request is validated.
        clarified: whether the recipient has said a later word on the quantity.
        words: the recipient's later words, oldest first.
        answering: offered lines that are said to answer it.
        fitting: offered lines with something left that could serve it.
        promises: allocations to it, of every stage.
        may_speak: whether the actor may speak for the recipient.
        may_propose: whether the actor may propose an allocation now.
    """

    record: RequestLine
    line: LineShown
    figures: BoardLine | None
    clarified: bool
    words: tuple[Word, ...]
    answering: tuple[OfferLineRow, ...]
    fitting: tuple[OfferLineRow, ...]
    promises: tuple[PromiseRow, ...]
    may_speak: bool
    may_propose: bool


def request_rows(
    operation: Operation,
    actor: Actor,
    *,
    day: date,
    text: str = "",
    stage: str = "",
    after: str | None = None,
) -> tuple[tuple[RequestRow, ...], str | None]:
    """List the requests of an operation, newest first, and the place where the next page begins."""
    found = visible(AssistanceRequest, actor, day).filter(
        Q(reference__icontains=text)
        | Q(title__icontains=text)
        | Q(recipient__name__icontains=text)
        | Q(lines__item__name__icontains=text),
        operation=operation,
    )
    if stage:
        found = found.filter(stage=stage)
    ids = visible(AssistanceRequest, actor, day).filter(pk__in=found.values("pk"))
    page = page_of(ids.select_related("recipient"), order=NEWEST, after=after)
    keys = [request.pk for request in page.items]
    since, lines, questions = since_of(keys), _counts(keys), _questions(keys)
    rows = tuple(
        RequestRow(
            id=request.pk,
            reference=request.reference,
            title=request.title,
            recipient=request.recipient.name,
            asked_on=request.asked_on,
            stage=request.stage,
            since=since.get(request.pk),
            lines=lines.get(request.pk, 0),
            questions=questions.get(request.pk, 0),
            invented=request.invented,
        )
        for request in page.items
    )
    return rows, page.next


def request_shown(request: UUID, actor: Actor, *, day: date, after: int = 0) -> RequestShown:
    """Show one request with a page of its lines.

    Args:
        request: which one.
        actor: on whose behalf.
        day: today, on which the actor's roles are judged.
        after: the position of the last line of the page before.

    Raises:
        NotFound: there is none that the actor may see.
    """
    found = find(AssistanceRequest, request, actor, day)
    own = visible(RequestLine, actor, day).filter(request=found)
    page = lines_of(own.select_related("item"), after=after, size=LINES_PAGE)
    keys = [line.pk for line in page.items]
    shown = {line.id: line for line in board(found.operation, actor, day=day, only=keys)}
    later = visible(AssistanceRequest, actor, day).filter(supersedes=found).first()
    return RequestShown(
        record=found,
        lines=tuple(_line(line, shown.get(line.pk)) for line in page.items),
        page=page,
        life=tuple(history(found.pk)),
        events=_possible(found, actor, day),
        superseded_by=later,
    )


def need_shown(line: UUID, actor: Actor, *, day: date) -> NeedShown:
    """Show everything about one need.

    Raises:
        NotFound: there is none that the actor may see.
    """
    found = find(RequestLine, line, actor, day)
    figures = find_line(board(found.operation, actor, day=day, only=[found.pk]), found.pk)
    is_open = found.request.stage in REQUEST_STAGES_OPEN
    may_propose = (
        is_open
        and actor.has(Role.COORDINATOR, day)
        and figures is not None
        and bool(figures.remaining)
    )
    offers = visible(OfferLine, actor, day).filter(operation_id=found.operation_id)
    return NeedShown(
        record=found,
        line=_line(found, figures),
        figures=figures,
        clarified=found.clarifications.exists(),
        words=_words(found),
        answering=offer_line_rows(offers.filter(answers=found), actor, day),
        fitting=_fitting(found, actor, day) if may_propose else (),
        promises=_promises(found, actor, day),
        may_speak=found.request.recipient_id in actor.parties(Role.RECIPIENT, day),
        may_propose=may_propose,
    )


def may_request(operation: Operation, actor: Actor, day: date) -> tuple[Party, ...]:
    """List the recipients of the operation for whom the actor may draft a request."""
    links = operation.recipient_links.select_related("party").order_by("party__name")
    own = set(actor.parties(Role.RECIPIENT, day))
    everyone = actor.has(Role.COORDINATOR, day)
    return tuple(link.party for link in links if everyone or link.party_id in own)


def next_reference(operation: Operation) -> str:
    """Propose a reference for the next request: the number after those there are."""
    return f"{operation.code}/R{operation.requests.count() + 1}"


def _possible(request: AssistanceRequest, actor: Actor, day: date) -> tuple[str, ...]:
    may: frozenset[str] = frozenset()
    if request.recipient_id in actor.parties(Role.RECIPIENT, day):
        may |= _BY_RECIPIENT
    if actor.has(Role.COORDINATOR, day):
        may |= _BY_COORDINATOR
    return tuple(event for event in events_from(Subject.REQUEST, request.stage) if event in may)


def _line(line: RequestLine, figures: BoardLine | None) -> LineShown:
    latest = latest_words([line.pk]).get(line.pk) or line
    stated = quantity_of(latest)
    return LineShown(
        id=line.pk,
        position=line.position,
        item=line.item_id,
        item_name=line.item.name,
        description=line.description,
        unit=find_measure(line.item.unit).plural,
        typed=_as_typed(latest.typed_amount, latest.typed_unit),
        typed_first=_as_typed(line.typed_amount, line.typed_unit),
        meaning=stated.text,
        urgency=line.get_urgency_display(),
        needed_by=line.needed_by,
        place=line.place,
        use=line.get_use_display(),
        substitutes_welcome=line.substitutes_welcome,
        question=figures.question if figures else line.question,
        figures=figures,
        invented=line.invented,
    )


def _as_typed(amount: str, unit: str) -> str:
    """Write what was typed, with its unit as people write it; where no number was, without one."""
    if not any(sign.isdigit() for sign in amount):
        return amount or "not stated"
    return f"{amount} {MEASURES[unit].plural if unit in MEASURES else unit}".strip()


_SAID = {
    "clarify how much a line asks for": "clarified the quantity",
    "accept more than was asked": "accepted more than was asked",
    "ask for less": "asked for less",
}


def _words(line: RequestLine) -> tuple[Word, ...]:
    """Read the recipient's later words from the journal, where each has its one line."""
    meanings = {word.act_id: quantity_of(word).text for word in line.clarifications.all()}
    said = JournalEntry.objects.filter(subject_id=str(line.pk), verb__in=list(_SAID))
    return tuple(
        Word(
            at=entry.recorded_at,
            by=entry.user_name,
            what=_SAID[entry.verb],
            typed=_typed(entry.content),
            meaning=meanings.get(entry.id, ""),
            why=entry.reason,
        )
        for entry in said.order_by("number")
    )


def _typed(content: Mapping[str, Mapping[str, str]]) -> str:
    typed = content.get("quantity") or content.get("amount") or {}
    return _as_typed(typed.get("amount", ""), typed.get("unit", ""))


def _fitting(line: RequestLine, actor: Actor, day: date) -> tuple[OfferLineRow, ...]:
    """Find what is left of offers of the item itself, or of a substitute where one will do.

    Those that answer this very line come first, then the oldest, MOST_LISTED at the most.
    """
    items = {line.item_id}
    if line.substitutes_welcome:
        instead = Substitute.objects.filter(item_id=line.item_id)
        items |= set(instead.values_list("substitute_id", flat=True))
    offers = visible(OfferLine, actor, day).filter(
        operation_id=line.operation_id, item__in=items, stage__in=OFFER_STAGES_OPEN
    )
    left = Account.objects.filter(owner_id=OuterRef("pk"), kind=AccountKind.AVAILABLE)
    free = offers.filter(Exists(left.filter(amount_in__gt=F("amount_out"))))
    ours = Case(When(answers=line.pk, then=0), default=1)
    keys = free.order_by(ours, "recorded_at", "pk").values_list("pk", flat=True)[:MOST_LISTED]
    rows = offer_line_rows(offers.filter(pk__in=list(keys)), actor, day)
    return tuple(
        sorted((row for row in rows if row.left), key=lambda row: row.answers_id != line.pk)
    )


def _promises(line: RequestLine, actor: Actor, day: date) -> tuple[PromiseRow, ...]:
    found = list(
        visible(Allocation, actor, day)
        .filter(request_line=line)
        .select_related("item", "donor")
        .order_by("recorded_at", "pk")
    )
    since = since_of(row.pk for row in found)
    return tuple(
        PromiseRow(
            id=row.pk,
            stage=row.stage,
            donor=row.donor.name,
            item=row.item.name,
            unit=find_measure(row.item.unit).plural,
            amount=row.amount,
            covers=row.covers,
            since=since.get(row.pk),
            invented=row.invented,
        )
        for row in found
    )


def _counts(requests: list[UUID]) -> dict[UUID, int]:
    found = RequestLine.objects.filter(request__in=requests).values_list("request")
    return dict(found.annotate(lines=Count("pk")))


def _questions(requests: list[UUID]) -> dict[UUID, int]:
    asked = RequestLine.objects.filter(request__in=requests, clarifications__isnull=True)
    found = asked.exclude(question="").values_list("request")
    return dict(found.annotate(lines=Count("pk")))
