"""What waits for a person: piles of records, each with its count and its oldest few.

A pile is one question ("which offers has nobody answered?").  Which piles a role looks at is
decided here as well; where each record is dealt with is the door's business.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import F, Q, QuerySet

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor, Role
from muster.core.quantities.units import find_measure
from muster.core.rulebook.book import Rule
from muster.queries.board import BoardLine, board
from muster.queries.consents import unasked_of
from muster.queries.guarantee import owed_by
from muster.queries.offers import UNANSWERED
from muster.queries.operations import UNDER_WAY, OperationRow, is_missing, operation_rows
from muster.queries.visibility import visible
from muster.queries.waiting import About, Pile, Waiting, longest_first, since_of
from muster.records.models import (
    Account,
    Allocation,
    AssistanceRequest,
    Consent,
    Consignment,
    Discrepancy,
    OfferLine,
    Operation,
    RequestLine,
    SituationReport,
    UnsolicitedArrival,
)

SHOWN = 6
_RUNNING = ("monitoring", "open", "suspended", "closing")
_PROPOSED = ("proposed", "confirmed", "accepted")
_NOT_YET_GONE = ("planned", "packed", "cleared")


def coordinator_piles(actor: Actor, day: date) -> tuple[Pile, ...]:
    """What waits in the centre."""
    requests = visible(AssistanceRequest, actor, day)
    reports = visible(SituationReport, actor, day)
    arrivals = visible(UnsolicitedArrival, actor, day)
    return (
        _pile("requests_to_read", requests.filter(stage__in=("submitted", "validated")), _request),
        _pile("offers_unanswered", _offers(actor, day).filter(stage__in=UNANSWERED), _offer),
        _pile("proposals", _allocations(actor, day).filter(stage__in=_PROPOSED), _allocation),
        _unasked(actor, day),
        _pile("under_way", _consignments(actor, day).filter(stage__in=UNDER_WAY), _consignment),
        _discrepancies(actor, day),
        _pile("reports_to_approve", reports.filter(stage="submitted"), _report),
        _pile("quarantine", arrivals.filter(stage__in=("reported", "quarantined")), _arrival),
    )


def donor_piles(actor: Actor, day: date) -> tuple[Pile, ...]:
    """What waits for a donor: its answers first, then what became of its offers."""
    own = actor.parties(Role.DONOR, day)
    mine = _allocations(actor, day).filter(donor__in=own)
    consents = visible(Consent, actor, day).filter(origin__in=own, stage="requested")
    offers = _offers(actor, day).filter(donor__in=own)
    sent = _consignments(actor, day).filter(donor__in=own)
    return (
        _answers_owed(actor, day),
        _pile("to_confirm", mine.filter(stage__in=("proposed", "accepted")), _allocation),
        _pile("consents_asked", consents, _consent),
        _uncovered(actor, day),
        _latest("own_offers", offers.exclude(stage__in=("withdrawn", "expired")), _offer),
        _pile("own_consignments", sent.filter(stage__in=_NOT_YET_GONE + UNDER_WAY), _consignment),
    )


def recipient_piles(actor: Actor, day: date) -> tuple[Pile, ...]:
    """What waits for a recipient: its answers and signatures first, then what comes."""
    own = actor.parties(Role.RECIPIENT, day)
    requests = visible(AssistanceRequest, actor, day).filter(recipient__in=own)
    offers = _offers(actor, day).filter(operation__recipients__in=own, stage__in=UNANSWERED)
    mine = _allocations(actor, day).filter(recipient__in=own)
    due = _consignments(actor, day).filter(consignee__in=own)
    return (
        _pile("to_sign", due.filter(stage="handed_over"), _consignment),
        _questions(actor, day, own),
        _pile("offers_to_answer", offers, _offer),
        _pile("to_accept", mine.filter(stage__in=("proposed", "confirmed")), _allocation),
        _schedule("arrivals", due.filter(stage__in=_NOT_YET_GONE + UNDER_WAY), "due_on"),
        _discrepancies(actor, day),
        _pile("own_requests", requests.exclude(stage__in=("withdrawn", "rejected")), _request),
    )


def logistics_piles(actor: Actor, day: date) -> tuple[Pile, ...]:
    """What waits for whoever moves the goods."""
    all_of_them = _consignments(actor, day)
    unpacked = Account.objects.filter(kind=K.ALLOCATED, amount_in__gt=F("amount_out"))
    return (
        _pile(
            "to_pack_up",
            _allocations(actor, day).filter(pk__in=unpacked.values("owner_id")),
            _allocation,
        ),
        _pile("to_lock", all_of_them.filter(stage="planned"), _consignment),
        _pile("to_dispatch", all_of_them.filter(stage__in=("packed", "cleared")), _consignment),
        _pile("under_way", all_of_them.filter(stage__in=UNDER_WAY), _consignment),
        _schedule("leaving", all_of_them.filter(stage__in=_NOT_YET_GONE), "leaves_on"),
        _schedule("arriving", all_of_them.filter(stage__in=_NOT_YET_GONE + UNDER_WAY), "due_on"),
    )


def analyst_piles(actor: Actor, day: date) -> tuple[Pile, ...]:
    """The latest reports; the figures are those of `figures`."""
    found = visible(SituationReport, actor, day).select_related("operation")
    latest = found.exclude(stage="draft").order_by("-as_of", "pk")[:SHOWN]
    return (Pile("latest_reports", found.count(), tuple(_report(row, None) for row in latest)),)


def figures(actor: Actor, day: date) -> tuple[OperationRow, ...]:
    """Each operation in figures, the latest begun first."""
    rows, _ = operation_rows(actor, day)
    return rows


def _answers_owed(actor: Actor, day: date) -> Pile:
    """Cases of the guarantee in which an own party has not answered, the first due on top."""
    found = owed_by(actor, datetime.combine(day, time(), UTC))
    rows = tuple(
        Waiting(
            about=About.CASE,
            key=shown.case.pk,
            operation=shown.operation.code,
            what=shown.operation.name,
            note=f"{shown.policy.name}: {shown.policy.owes}",
            stage=shown.case.stage,
            on=shown.due_at.date(),
            invented=shown.case.invented,
        )
        for shown in found[:SHOWN]
    )
    return Pile("answers_owed", len(found), rows)


def _unasked(actor: Actor, day: date) -> Pile:
    """Goods that are promised and do not leave, as a later rule wants a consent of them."""
    found = unasked_of(actor, day)
    rows = tuple(
        replace(_allocation(goods, None), note=f"{goods.recipient.name}; wanted: {_named(wanted)}")
        for goods, wanted in found[:SHOWN]
    )
    return Pile("consents_unasked", len(found), rows)


def _named(wanted: Mapping[str, Rule]) -> str:
    return ", ".join(f"{origin} by {rule.code}" for origin, rule in wanted.items())


_Row = Callable[[Any, datetime | None], Waiting]


def _pile(name: str, found: QuerySet[Any], row: _Row) -> Pile:
    """Make a pile of records with stages, those that have waited longest on top."""
    return _rows(name, found, longest_first(found), row)


def _latest(name: str, found: QuerySet[Any], row: _Row) -> Pile:
    """Make a pile of records with stages, those that changed last on top."""
    return _rows(name, found, longest_first(found).reverse(), row)


def _rows(name: str, found: QuerySet[Any], in_order: QuerySet[Any], row: _Row) -> Pile:
    top = list(in_order[:SHOWN])
    since = since_of(record.pk for record in top)
    return Pile(name, found.count(), tuple(row(record, since.get(record.pk)) for record in top))


def _schedule(name: str, found: QuerySet[Consignment], by: str) -> Pile:
    """Make a pile of what has a day, the next day on top."""
    dated = found.filter(**{f"{by}__isnull": False})
    rows = tuple(
        _consignment(record, None, on=getattr(record, by))
        for record in dated.order_by(by, "pk")[:SHOWN]
    )
    return Pile(name, dated.count(), rows)


def _offers(actor: Actor, day: date) -> QuerySet[OfferLine]:
    return visible(OfferLine, actor, day).select_related("operation", "offer", "item", "donor")


def _allocations(actor: Actor, day: date) -> QuerySet[Allocation]:
    return visible(Allocation, actor, day).select_related("operation", "item", "donor", "recipient")


def _consignments(actor: Actor, day: date) -> QuerySet[Consignment]:
    return visible(Consignment, actor, day).select_related(
        "operation", "donor", "consignee", "from_place", "to_place"
    )


def _request(record: AssistanceRequest, since: datetime | None) -> Waiting:
    return Waiting(
        about=About.REQUEST,
        key=record.pk,
        operation=record.operation.code,
        what=record.title,
        note=f"{record.recipient.name}, {record.reference}",
        stage=record.stage,
        since=since,
        invented=record.invented,
    )


def _offer(record: OfferLine, since: datetime | None) -> Waiting:
    return Waiting(
        about=About.OFFER,
        key=record.offer_id,
        operation=record.operation.code,
        what=f"{_units(record.amount, record.item.unit)}: {record.item.name}",
        note=f"{record.donor.name}, {record.offer.reference}",
        stage=record.stage,
        since=since if record.stage in UNANSWERED else None,
        invented=record.invented,
    )


def _allocation(record: Allocation, since: datetime | None) -> Waiting:
    return Waiting(
        about=About.ALLOCATION,
        key=record.pk,
        operation=record.operation.code,
        what=f"{_units(record.amount, record.item.unit)}: {record.item.name}",
        note=f"{record.donor.name} to {record.recipient.name}",
        stage=record.stage,
        since=since,
        invented=record.invented,
    )


def _consent(record: Consent, since: datetime | None) -> Waiting:
    promised = record.allocation
    return Waiting(
        about=About.CONSENT,
        key=record.pk,
        operation=record.operation.code,
        what=f"{_units(promised.amount, promised.item.unit)}: {promised.item.name}",
        note=f"{promised.donor.name} to {promised.recipient.name}",
        stage=record.stage,
        since=since,
        invented=record.invented,
    )


def _consignment(record: Consignment, since: datetime | None, *, on: date | None = None) -> Waiting:
    ends = (record.from_place, record.to_place)
    way = " to ".join(place.name for place in ends if place is not None)
    consignee = f" for {record.consignee.name}" if record.consignee else ""
    return Waiting(
        about=About.CONSIGNMENT,
        key=record.pk,
        operation=record.operation.code,
        what=record.reference,
        note=", ".join(part for part in (f"{record.donor.name}{consignee}", way) if part),
        stage=record.stage,
        since=since,
        on=on,
        invented=record.invented,
    )


def _arrival(record: UnsolicitedArrival, since: datetime | None) -> Waiting:
    return Waiting(
        about=About.ARRIVAL,
        key=record.pk,
        operation=record.operation.code,
        what=f"{_units(record.amount, record.item.unit)}: {record.item.name}",
        note=f"{record.sender}, at {record.place.name}",
        stage=record.stage,
        since=since,
        invented=record.invented,
    )


def _report(record: SituationReport, since: datetime | None) -> Waiting:
    return Waiting(
        about=About.REPORT,
        key=record.pk,
        operation=record.operation.code,
        what=record.message_number,
        note=f"situation report {record.number} on {record.operation.name}",
        stage=record.stage,
        since=since,
        on=None if since else record.as_of.date(),
        invented=record.invented,
    )


def _discrepancies(actor: Actor, day: date) -> Pile:
    still_open = visible(Discrepancy, actor, day).filter(stage="")
    found = still_open.select_related("operation", "receipt_line__receipt")
    rows = tuple(
        Waiting(
            about=About.CONSIGNMENT,
            key=record.receipt_line.receipt.consignment_id,
            operation=record.operation.code,
            what=record.sentence,
            since=record.recorded_at,
            invented=record.invented,
        )
        for record in found.order_by("recorded_at", "pk")[:SHOWN]
    )
    return Pile("discrepancies", found.count(), rows)


def _questions(actor: Actor, day: date, own: Iterable[str]) -> Pile:
    """Find what a recipient was asked about its own lines, and has not answered."""
    found = (
        visible(RequestLine, actor, day)
        .filter(~Q(question=""), request__recipient__in=own, clarifications__isnull=True)
        .exclude(request__stage__in=("withdrawn", "rejected", "closed"))
        .select_related("operation", "request", "item")
        .order_by("recorded_at", "pk")
    )
    rows = tuple(
        Waiting(
            about=About.NEED,
            key=line.pk,
            operation=line.operation.code,
            what=line.question,
            note=f"{line.item.name}, {line.request.reference}/{line.position}",
            since=line.recorded_at,
            invented=line.invented,
        )
        for line in found[:SHOWN]
    )
    return Pile("questions", found.count(), rows)


def _uncovered(actor: Actor, day: date) -> Pile:
    """Find the needs of running operations that nobody has offered anything for."""
    running = visible(Operation, actor, day).filter(stage__in=_RUNNING).order_by("code")
    lines = [
        line
        for operation in running
        for line in board(operation, actor, day=day)
        if is_missing(line) and not line.offered
    ]
    lines.sort(key=_most_pressing)
    return Pile("uncovered", len(lines), tuple(_need(line) for line in lines[:SHOWN]))


def _most_pressing(line: BoardLine) -> tuple[int, date, str]:
    return line.urgency, line.needed_by or date.max, line.line


def _need(line: BoardLine) -> Waiting:
    asked = line.asked_text if line.asked is None else f"{line.asked_text} {line.unit}"
    return Waiting(
        about=About.NEED,
        key=line.id,
        operation=line.operation,
        what=line.item_name,
        note=f"asked: {asked}",
        stage=line.stage,
        since=line.waits_since,
        on=line.needed_by,
        invented=line.invented,
    )


def _units(amount: int, unit: str) -> str:
    return f"{amount:,} {find_measure(unit).plural}"
