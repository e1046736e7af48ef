"""The operation's board: what each need asked, was offered, promised, sent, received, still lacks.

Every figure names its measure (docs/reference/measures.md).  The board can be shown as it was known
at a moment, and as it was true at a moment by what is known now: the first leaves out what was
recorded later, the second what happened later.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.db import connection

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor
from muster.core.quantities.amounts import Quantity, QuantityKind
from muster.core.quantities.units import find_measure
from muster.core.stages import line_stage
from muster.queries.amounts import quantity_of, substitute_ratios
from muster.queries.answering import answered_then
from muster.queries.visibility import visible
from muster.records.models import (
    Allocation,
    Clarification,
    OfferLine,
    Operation,
    RequestLine,
    StageEvent,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLine:
    """One need and what became of it, in smallest units of the item asked for.

    Args:
        line: the key people use, "REFERENCE/position".
        asked: what is asked, at most; None where no number is stated yet.
        over_accepted: what the recipient will take beyond that, by its own recorded word.
        offered: what donors offered for it and did not withdraw.
        proposed: reserved by proposals that are not agreed yet.
        allocated: promised, by donor and recipient both; includes all that was dispatched.
        dispatched: has left on a locked manifest, whatever became of it.
        received: counted as good and signed for.
        fell_short: dispatched, but damaged, missing, rejected or lost; the need is open again.
        remaining: asked and over-accepted, less allocated, plus what fell short; None where
            nothing is stated.
        waits_since: since when the line has waited, while anything remains.
    """

    id: UUID
    operation: str
    request_id: UUID
    request: str
    line: str
    position: int
    item: str
    item_name: str
    description: str
    unit: str
    asked_text: str
    typed: str
    asked: int | None
    over_accepted: int
    offered: int
    proposed: int
    allocated: int
    dispatched: int
    received: int
    fell_short: int
    remaining: int | None
    urgency: int
    needed_by: date | None
    place: str
    waits_since: datetime | None
    question: str
    invented: bool
    source: str

    @property
    def stage(self) -> str:
        """The stage of the line, derived from its figures."""
        return line_stage(
            asked=None if self.asked is None else self.asked + self.over_accepted,
            offered=self.offered,
            allocated=self.allocated,
            received=self.received,
            still_open=bool(self.remaining),
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """Up to when: what was known then (`known`), what had happened then (`happened`)."""

    known: datetime | None = None
    happened: datetime | None = None


NOW = Moment()


def board(
    operation: Operation, actor: Actor, *, day: date, moment: Moment = NOW
) -> tuple[BoardLine, ...]:
    """Show the board of an operation, as far as the actor may see it.

    Args:
        operation: which one.
        actor: on whose behalf; what they may not see is in no figure.
        day: today, on which the actor's roles are judged.
        moment: now, or as of an earlier moment.
    """
    lines = _lines(operation, actor, day, moment)
    needs = totals_of([line.pk for line in lines], moment)
    offered = _offered(operation, actor, day, moment, lines)
    since = _since(lines, moment)
    latest = _latest(lines, moment)
    shown = [
        _shown(line, needs.get(line.pk, {}), offered.get(line.pk, 0), since, latest)
        for line in lines
        if line.request_id in since
    ]
    return _without_hidden(operation, actor, day, shown, moment)


def find_line(shown: Iterable[BoardLine], line: UUID) -> BoardLine | None:
    """Find one line on a board."""
    return next((row for row in shown if row.id == line), None)


def _lines(operation: Operation, actor: Actor, day: date, moment: Moment) -> list[RequestLine]:
    found = visible(RequestLine, actor, day).filter(operation=operation)
    if moment.known is not None:
        found = found.filter(recorded_at__lte=moment.known)
    lines = list(
        found.select_related("item", "request").order_by(
            "request__asked_on", "request__reference", "position"
        )
    )
    for line in lines:
        line.operation = operation  # known already: it is not asked for line by line
    return lines


def _since(lines: Iterable[RequestLine], moment: Moment) -> dict[UUID, datetime]:
    """Say since when each request counts: the day it was validated."""
    events = StageEvent.objects.filter(
        subject_id__in={line.request_id for line in lines}, event="validate"
    )
    if moment.known is not None:
        events = events.filter(recorded_at__lte=moment.known)
    if moment.happened is not None:
        events = events.filter(happened_at__lte=moment.happened)
    return dict(events.values_list("subject_id", "happened_at"))


def _latest(lines: Iterable[RequestLine], moment: Moment) -> dict[UUID, Clarification]:
    """Find the recipient's latest word on each quantity."""
    words = Clarification.objects.filter(line__in=[line.pk for line in lines])
    if moment.known is not None:
        words = words.filter(recorded_at__lte=moment.known)
    if moment.happened is not None:
        words = words.filter(happened_at__lte=moment.happened)
    # In the order in which they were said: a later act may have waited, with an earlier clock.
    return {word.line_id: word for word in words.order_by("number")}


_NOW_TOTALS = """
SELECT owner_id, kind, sum(amount_in)::bigint, sum(amount_out)::bigint FROM account
WHERE owner_id = ANY(%s) GROUP BY owner_id, kind
"""
_PAST_TOTALS = """
SELECT account.owner_id, account.kind, sum(side.came)::bigint, sum(side.went)::bigint
FROM account JOIN LATERAL (
    SELECT amount AS came, 0 AS went FROM transfer
    WHERE to_account_id = account.id
        AND recorded_at <= coalesce(%s::timestamptz, 'infinity')
        AND happened_at <= coalesce(%s::timestamptz, 'infinity')
    UNION ALL
    SELECT 0, amount FROM transfer
    WHERE from_account_id = account.id
        AND recorded_at <= coalesce(%s::timestamptz, 'infinity')
        AND happened_at <= coalesce(%s::timestamptz, 'infinity')
) AS side ON true
WHERE account.owner_id = ANY(%s) GROUP BY account.owner_id, account.kind
"""


Totals = dict[UUID, dict[str, tuple[int, int]]]
"""What came into and went out of each kind of account of each owner."""


def totals_of(owners: list[UUID], moment: Moment) -> Totals:
    """Give what came into and went out of each kind of account of each owner."""
    with connection.cursor() as cursor:
        if moment == NOW:
            cursor.execute(_NOW_TOTALS, [owners])
        else:
            bounds = [moment.known, moment.happened] * 2
            cursor.execute(_PAST_TOTALS, [*bounds, owners])
        totals: Totals = {}
        for owner, kind, came, went in cursor.fetchall():
            totals.setdefault(owner, {})[kind] = (came, went)
    return totals


def _offered(
    operation: Operation, actor: Actor, day: date, moment: Moment, needs: Iterable[RequestLine]
) -> dict[UUID, int]:
    """Add up what is offered for each line, in units of the item asked for."""
    asked = {need.pk: need.item_id for need in needs}
    lines = visible(OfferLine, actor, day).filter(operation=operation)
    if moment.known is None:
        found = list(lines.filter(answers__isnull=False))
        answers = {line.pk: line.answers_id for line in found}
    else:
        found = list(lines.filter(recorded_at__lte=moment.known))
        answers = {**answered_then(found, moment.known)}
    totals = totals_of([line.pk for line in found], moment)
    adopted = _adopted(operation, moment)
    ratios = substitute_ratios()
    offered: dict[UUID, int] = {}
    for line in found:
        need = answers.get(line.pk)
        if need not in asked:
            continue
        kinds = totals.get(line.pk, {})
        brought = kinds.get(K.SUPPLY_SOURCE, (0, 0))[1] + adopted.get(line.pk, 0)
        amount = brought - kinds.get(K.WITHDRAWN, (0, 0))[0]
        declined, counted_again = kinds.get(K.NOT_TAKEN, (0, 0))
        if declined - counted_again == amount:
            continue  # declined as a whole
        ratio = ratios.get(asked[need], {}).get(line.item_id, Fraction(1))
        offered[need] = offered.get(need, 0) + int(amount / ratio)
    return offered


# From the arrivals, which are few, and not from the offers, whose transfers may be many.
_ADOPTED = """
SELECT taker.owner_id, sum(transfer.amount)::bigint
FROM unsolicited_arrival AS arrival
JOIN account AS giver ON giver.owner_id = arrival.id AND giver.kind = 'quarantine'
JOIN transfer ON transfer.from_account_id = giver.id
    AND transfer.recorded_at <= coalesce(%s::timestamptz, 'infinity')
    AND transfer.happened_at <= coalesce(%s::timestamptz, 'infinity')
JOIN account AS taker ON taker.id = transfer.to_account_id AND taker.kind = 'available'
WHERE arrival.operation_id = %s AND arrival.stage = 'adopted' GROUP BY taker.owner_id
"""


def _adopted(operation: Operation, moment: Moment) -> dict[UUID, int]:
    """Say how much of each offer line came out of quarantine, in units of its item."""
    with connection.cursor() as cursor:
        cursor.execute(_ADOPTED, [moment.known, moment.happened, operation.pk])
        return dict(cursor.fetchall())


def _shown(
    line: RequestLine,
    kinds: Mapping[str, tuple[int, int]],
    offered: int,
    since: Mapping[UUID, datetime],
    latest: Mapping[UUID, Clarification],
) -> BoardLine:
    def held(kind: K) -> int:
        came, went = kinds.get(kind, (0, 0))
        return came - went

    word = latest.get(line.pk)
    stated = quantity_of(word or line)
    received = held(K.NEED_RECEIVED)
    dispatched = kinds.get(K.NEED_MOVING, (0, 0))[0]
    allocated = dispatched + held(K.NEED_PROMISED)
    proposed = held(K.NEED_RESERVED)
    remaining = held(K.NEED_OPEN) + proposed
    known = stated.cap is not None
    return BoardLine(
        id=line.pk,
        operation=line.operation.code,
        request_id=line.request_id,
        request=line.request.reference,
        line=f"{line.request.reference}/{line.position}",
        position=line.position,
        item=line.item_id,
        item_name=line.item.name,
        description=line.description,
        unit=find_measure(line.item.unit).plural,
        asked_text=_asked_text(word or line, stated),
        typed=f"{(word or line).typed_amount} {(word or line).typed_unit}",
        asked=-held(K.NEED_SOURCE) - held(K.NEED_WITHDRAWN) if known else None,
        over_accepted=-held(K.NEED_OVER),
        offered=offered,
        proposed=proposed,
        allocated=allocated,
        dispatched=dispatched,
        received=received,
        fell_short=dispatched - held(K.NEED_MOVING) - received,
        remaining=remaining if known else None,
        urgency=line.urgency,
        needed_by=line.needed_by,
        place=line.place,
        waits_since=since[line.request_id] if remaining or not known else None,
        question="" if word else line.question,
        invented=line.invented,
        source=line.source,
    )


def _asked_text(line: RequestLine | Clarification, stated: Quantity) -> str:
    """Write what is asked; where that is no number, in the words it was asked in."""
    if stated.kind is QuantityKind.UNKNOWN and line.typed_amount.strip():
        return line.typed_amount
    return stated.text


def _without_hidden(
    operation: Operation, actor: Actor, day: date, shown: list[BoardLine], moment: Moment
) -> tuple[BoardLine, ...]:
    """Take what the actor may not see out of every figure that would give it away."""
    seen = sorted(actor.audiences(day))
    hidden = Allocation.objects.filter(operation=operation).exclude(audiences__overlap=seen)
    if moment.known is not None:
        hidden = hidden.filter(recorded_at__lte=moment.known)
    found = list(hidden.prefetch_related("manifest_lines"))
    owners = [pk for each in found for pk in (each.pk, *_manifest(each))]
    totals = totals_of(owners, moment) if owners else {}
    taken: dict[UUID, _Hidden] = defaultdict(_Hidden)
    for allocation in found:
        taken[allocation.request_line_id].add(allocation, totals)
    return tuple(_less(line, taken.get(line.id, _Hidden())) for line in shown)


def _manifest(allocation: Allocation) -> list[UUID]:
    return [line.pk for line in allocation.manifest_lines.all()]


@dataclass(slots=True)
class _Hidden:
    """What promises that may not be seen make up of a line's figures, in units asked for."""

    proposed: int = 0
    allocated: int = 0
    dispatched: int = 0
    received: int = 0
    moving: int = 0

    def add(
        self, allocation: Allocation, totals: Mapping[UUID, Mapping[str, tuple[int, int]]]
    ) -> None:
        """Count one promise in, as the need side of the ledger counts it."""

        def units(owner: UUID, kinds: Iterable[K]) -> int:
            sides = [totals.get(owner, {}).get(kind, (0, 0)) for kind in kinds]
            held = sum(came - went for came, went in sides)
            return held * allocation.covers // allocation.amount

        self.proposed += units(allocation.pk, [K.RESERVED])
        promised = units(allocation.pk, [K.ALLOCATED])
        for line in allocation.manifest_lines.all():
            promised += units(line.pk, [K.PACKED])
            if totals.get(line.pk, {}).get(K.IN_TRANSIT, (0, 0))[0] > 0:
                gone = line.amount * allocation.covers // allocation.amount
                self.dispatched += gone
                promised += gone
            self.received += units(line.pk, [K.GOOD])
            self.moving += units(line.pk, [K.IN_TRANSIT, K.AT_HUB, K.HANDED_OVER])
        self.allocated += promised


def _less(line: BoardLine, hidden: _Hidden) -> BoardLine:
    short = hidden.dispatched - hidden.moving - hidden.received
    allocated, proposed = line.allocated - hidden.allocated, line.proposed - hidden.proposed
    remaining = None if line.remaining is None else line.remaining + hidden.allocated - short
    return replace(
        line,
        received=line.received - hidden.received,
        fell_short=line.fell_short - short,
        dispatched=line.dispatched - hidden.dispatched,
        allocated=allocated,
        proposed=proposed,
        # What is promised was offered, though its donor named another line, or none.
        offered=max(line.offered, allocated + proposed),
        remaining=remaining,
    )
