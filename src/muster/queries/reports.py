"""The facts of a situation report, gathered from the records as they stand at a moment."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor, Role
from muster.core.quantities.units import find_measure
from muster.core.sitreps.document import Document, from_data
from muster.core.sitreps.facts import (
    DEFINITIONS,
    Discrepancy,
    DonorEntry,
    DonorFigure,
    Facts,
    Header,
    LineFigure,
    Stage,
    UnsolicitedArrival,
)
from muster.core.stages import Subject, events_from
from muster.queries.board import BoardLine, board
from muster.queries.journal import Happening, history
from muster.queries.listing import Page, page_of
from muster.queries.visibility import find, seen_by, visible
from muster.records.models import (
    Account,
    ManifestLine,
    OfferLine,
    Operation,
    ReportApproval,
    SituationReport,
)
from muster.records.models import Discrepancy as DiscrepancyRecord
from muster.records.models import UnsolicitedArrival as ArrivalRecord


def facts_of(
    operation: Operation, actor: Actor, *, as_of: datetime, header: Header, needs: tuple[str, ...]
) -> Facts:
    """Gather what a report says: the situation, the figures, who gave what, what differed.

    Args:
        operation: which one.
        actor: on whose behalf it is gathered: of a report to all nations, the circulation list.
        as_of: the moment the figures stand at; now.
        header: the head of the message.
        needs: paragraphs on further needs, in the originator's words.
    """
    day = as_of.date()
    return Facts(
        header=header,
        as_of=as_of,
        situation=tuple(part for part in operation.situation.split("\n\n") if part.strip()),
        needs=needs,
        points_of_entry=_points_of_entry(operation),
        lines=tuple(_figure(line) for line in board(operation, actor, day=day)),
        donors=_donors(operation, actor, as_of),
        discrepancies=_discrepancies(operation, actor, as_of),
        arrivals=_arrivals(operation),
        definitions=DEFINITIONS,
    )


def document_of(report: SituationReport) -> Document:
    """Read the report's document, with the approver's name once there is one."""
    document = from_data(report.document)
    approval = ReportApproval.objects.filter(report=report).select_related("approver").first()
    if approval is None:
        return document
    header = replace(document.facts.header, approver=approval.approver.name)
    return replace(document, facts=replace(document.facts, header=header))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReport:
    """A report with what it says and what the actor may do with it.

    Args:
        verbs: the events that this actor may bring about now.
        waits_for_another: it waits for approval, and the actor, who wrote it, may not give that.
    """

    record: SituationReport
    document: Document
    happenings: tuple[Happening, ...]
    verbs: frozenset[str]
    waits_for_another: bool


def reports_of(
    operation: Operation, actor: Actor, *, day: date, after: str | None = None
) -> Page[SituationReport]:
    """List the reports of an operation, newest first.

    Raises:
        PlaceUnreadable: `after` is not where a page before ended.
    """
    found = visible(SituationReport, actor, day).filter(operation=operation)
    return page_of(found.select_related("originator"), order=("-number",), after=after)


def shown_report(report: UUID, actor: Actor, day: date) -> ShownReport:
    """Show one report.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    find(SituationReport, report, actor, day)
    record = SituationReport.objects.select_related("operation", "originator").get(pk=report)
    ours = {"submit", "send_back", "approve", "release"}
    possible = ours & set(events_from(Subject.REPORT, record.stage))
    verbs = possible if may_report(actor, day) else set()
    own = record.originator_id == actor.user_id
    return ShownReport(
        record=record,
        document=document_of(record),
        happenings=tuple(history(record.pk)),
        verbs=frozenset(verbs - {"approve"} if own else verbs),
        waits_for_another=own and "approve" in verbs,
    )


def may_report(actor: Actor, day: date) -> bool:
    """Say whether the actor may write, approve and release reports."""
    return actor.has(Role.COORDINATOR, day)


def _points_of_entry(operation: Operation) -> tuple[str, ...]:
    links = operation.recipient_links.select_related("party", "point_of_entry").order_by("party")
    return tuple(
        f"{link.party.name}: {link.point_of_entry.name}" for link in links if link.point_of_entry
    )


def _grouped(asked: int | None) -> str:
    return "" if asked is None else f"{asked:,}"


def _figure(line: BoardLine) -> LineFigure:
    return LineFigure(
        line=line.line,
        request=line.request,
        item=line.description or line.item_name,
        unit=line.unit,
        asked_text="" if line.asked_text == _grouped(line.asked) else line.asked_text,
        asked=line.asked,
        offered=line.offered,
        allocated=line.allocated,
        dispatched=line.dispatched,
        received=line.received,
        remaining=line.remaining,
        over_accepted=line.over_accepted,
    )


def _donors(operation: Operation, actor: Actor, as_of: datetime) -> tuple[DonorFigure, ...]:
    """Say for each donor and item how far its gifts have come, each unit at its furthest stage."""
    lines = (
        visible(OfferLine, actor, as_of.date())
        .filter(operation=operation)
        .select_related("donor", "item")
    )
    by_id = {line.pk: line for line in lines}
    stages = _furthest(by_id)
    amounts: dict[str, dict[tuple[str, str, Stage], int]] = defaultdict(lambda: defaultdict(int))
    for (line_id, stage), amount in stages.items():
        line = by_id[line_id]
        unit = find_measure(line.item.unit).plural
        amounts[line.donor.name][line.item.name, unit, stage] += amount
    order = list(Stage)
    return tuple(
        DonorFigure(
            nation=nation,
            entries=tuple(
                DonorEntry(item=item, amount=amount, unit=unit, stage=stage)
                for (item, unit, stage), amount in sorted(
                    entries.items(), key=lambda pair: (pair[0][0], order.index(pair[0][2]))
                )
                if amount > 0
            ),
        )
        for nation, entries in sorted(amounts.items())
        if any(amount > 0 for amount in entries.values())
    )


_STAGE_OF = {
    K.AVAILABLE: Stage.OFFERED,
    K.RESERVED: Stage.OFFERED,
    K.ALLOCATED: Stage.ALLOCATED,
    K.PACKED: Stage.ALLOCATED,
    K.IN_TRANSIT: Stage.DISPATCHED,
    K.AT_HUB: Stage.DISPATCHED,
    K.HANDED_OVER: Stage.DISPATCHED,
    K.GOOD: Stage.RECEIVED,
}


def _furthest(lines: Mapping[UUID, OfferLine]) -> dict[tuple[UUID, Stage], int]:
    """Count the units of each offer line by the stage they have come to."""
    manifest = dict(
        ManifestLine.objects.filter(allocation__offer_line__in=lines).values_list(
            "id", "allocation__offer_line_id"
        )
    )
    allocations = {
        allocation: line.pk
        for line in lines.values()
        for allocation in line.allocations.values_list("id", flat=True)
    }
    owner_line: dict[UUID, UUID] = {**{pk: pk for pk in lines}, **manifest, **allocations}
    found: dict[tuple[UUID, Stage], int] = defaultdict(int)
    rows = Account.objects.filter(owner_id__in=owner_line, kind__in=list(_STAGE_OF))
    for owner, kind, came, went in rows.values_list("owner_id", "kind", "amount_in", "amount_out"):
        found[owner_line[owner], _STAGE_OF[K(kind)]] += came - went
    return found


def _discrepancies(operation: Operation, actor: Actor, as_of: datetime) -> tuple[Discrepancy, ...]:
    rows = (
        DiscrepancyRecord.objects.filter(operation=operation)
        # A case is told to whoever may see the promise that it is about.
        .filter(seen_by(actor, as_of.date(), through="receipt_line__manifest_line__allocation"))
        .filter(stage="")
        .select_related("receipt_line__manifest_line__item", "receipt_line__receipt__consignment")
        .order_by("recorded_at", "id")
    )
    return tuple(_discrepancy(row) for row in rows)


def _discrepancy(row: DiscrepancyRecord) -> Discrepancy:
    line = row.receipt_line
    packed = line.manifest_line
    return Discrepancy(
        reference=f"{line.receipt.consignment.reference}/{packed.position}",
        item=packed.item.name,
        unit=find_measure(packed.item.unit).plural,
        dispatched=line.dispatched,
        good=line.good,
        damaged=line.damaged,
        missing=line.missing,
        rejected=line.rejected,
        extra=line.extra,
        note=line.remarks,
    )


def _arrivals(operation: Operation) -> tuple[UnsolicitedArrival, ...]:
    """List what came unasked; the report tells every nation, so that none sends more of it."""
    rows = ArrivalRecord.objects.filter(operation=operation)
    return tuple(
        UnsolicitedArrival(
            reference=row.reference,
            description=f"{row.amount:,} {row.item.name} from {row.sender}",
            place=row.place.name,
            arrived=row.arrived_on,
            stage=row.stage,
        )
        for row in rows.select_related("place", "item").order_by("arrived_on", "reference")
    )
