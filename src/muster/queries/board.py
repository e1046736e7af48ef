"""The operation's board: what each need asked, was offered, promised, sent, received, still lacks.

Every figure names its measure (docs/reference/measures.md).  The board can be shown as it was known
at a moment, and as it was true at a moment by what is known now: the first leaves out what was
recorded later, the second what happened later.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor
from muster.core.quantities.amounts import Quantity, QuantityKind
from muster.core.quantities.units import find_measure
from muster.core.stages import line_stage
from muster.queries.amounts import quantity_of, substitute_ratios
from muster.queries.answering import answered_then
from muster.queries.board_hidden import Hidden, hidden_of
from muster.queries.totals import NOW, Moment, totals_of
from muster.queries.visibility import visible
from muster.records.models import (
    AssistanceRequest,
    Clarification,
    Item,
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


def board(
    operation: Operation,
    actor: Actor,
    *,
    day: date,
    moment: Moment = NOW,
    only: Collection[UUID] | None = None,
) -> tuple[BoardLine, ...]:
    """Show the board of an operation, as far as the actor may see it.

    Args:
        operation: which one.
        actor: on whose behalf; what they may not see is in no figure.
        day: today, on which the actor's roles are judged.
        moment: now, or as of an earlier moment.
        only: the lines that are wanted, for whoever needs a few of very many.
    """
    asked = _Asked(operation, actor, day, moment, only)
    lines = _lines(asked)
    since = _since(lines, moment)
    lines = [line for line in lines if line.request in since]
    needs = totals_of([line.id for line in lines], moment)
    offered = _offered(asked, {line.id: line.item for line in lines})
    drawing = _Drawing(asked, lines, since)
    shown = [drawing.shown(line, needs.get(line.id, {}), offered.get(line.id, 0)) for line in lines]
    return _without_hidden(asked, shown)


def find_line(shown: Iterable[BoardLine], line: UUID) -> BoardLine | None:
    """Find one line on a board."""
    return next((row for row in shown if row.id == line), None)


class _Asked(NamedTuple):
    """What is asked of the board."""

    operation: Operation
    actor: Actor
    day: date
    moment: Moment
    only: Collection[UUID] | None


class _Line(NamedTuple):
    """What is read of a request line: of very many, records would take most of the time."""

    id: UUID
    request: UUID
    position: int
    item: str
    description: str
    quantity_kind: str
    low: int | None
    high: int | None
    per: str
    typed_amount: str
    typed_unit: str
    urgency: int
    needed_by: date | None
    place: str
    question: str
    invented: bool
    source: str


def _lines(asked: _Asked) -> list[_Line]:
    found = visible(RequestLine, asked.actor, asked.day).filter(operation=asked.operation)
    if asked.only is not None:
        found = found.filter(pk__in=asked.only)
    if asked.moment.known is not None:
        found = found.filter(recorded_at__lte=asked.moment.known)
    ordered = found.order_by("request__asked_on", "request__reference", "position")
    return [_Line._make(row) for row in ordered.values_list(*_Line._fields)]


def _since(lines: Iterable[_Line], moment: Moment) -> dict[UUID, datetime]:
    """Say since when each request counts: the day it was validated."""
    events = StageEvent.objects.filter(
        subject_id__in={line.request for line in lines}, event="validate"
    )
    if moment.known is not None:
        events = events.filter(recorded_at__lte=moment.known)
    if moment.happened is not None:
        events = events.filter(happened_at__lte=moment.happened)
    return dict(events.values_list("subject_id", "happened_at"))


def _latest(asked: _Asked) -> dict[UUID, Clarification]:
    """Find the recipient's latest word on each quantity."""
    words = Clarification.objects.filter(line__operation=asked.operation)
    if asked.only is not None:
        words = words.filter(line__in=asked.only)
    if asked.moment.known is not None:
        words = words.filter(recorded_at__lte=asked.moment.known)
    if asked.moment.happened is not None:
        words = words.filter(happened_at__lte=asked.moment.happened)
    # In the order in which they were said: a later act may have waited, with an earlier clock.
    return {word.line_id: word for word in words.order_by("number")}


def _offered(asked: _Asked, needs: Mapping[UUID, str]) -> dict[UUID, int]:
    """Add up what is offered for each line, in units of the item asked for."""
    moment = asked.moment
    lines = visible(OfferLine, asked.actor, asked.day).filter(operation=asked.operation)
    if moment.known is None:
        lines = lines.filter(answers__isnull=False)
        if asked.only is not None:
            lines = lines.filter(answers__in=asked.only)
        rows: list[tuple[UUID, str, UUID | None]] = list(
            lines.values_list("pk", "item_id", "answers_id")
        )
    else:
        then = list(lines.filter(recorded_at__lte=moment.known))
        answers = answered_then(then, moment.known)
        rows = [(line.pk, line.item_id, answers.get(line.pk)) for line in then]
    found = [(line, item, need) for line, item, need in rows if need is not None and need in needs]
    totals = totals_of([line for line, _, _ in found], moment)
    adopted = _adopted(asked.operation, moment)
    ratios = substitute_ratios()
    offered: dict[UUID, int] = {}
    for line, item, need in found:
        kinds = totals.get(line, {})
        brought = kinds.get(K.SUPPLY_SOURCE, (0, 0))[1] + adopted.get(line, 0)
        amount = brought - kinds.get(K.WITHDRAWN, (0, 0))[0]
        declined, counted_again = kinds.get(K.NOT_TAKEN, (0, 0))
        if declined - counted_again == amount:
            continue  # declined as a whole
        ratio = ratios.get(needs[need], {}).get(item, Fraction(1))
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


class _Drawing:
    """What the lines of one board share, while they are drawn up."""

    def __init__(
        self, asked: _Asked, lines: Iterable[_Line], since: Mapping[UUID, datetime]
    ) -> None:
        requests = AssistanceRequest.objects.filter(pk__in=since)
        items = Item.objects.filter(pk__in={line.item for line in lines})
        self.operation = asked.operation.code
        self.since = since
        self.latest = _latest(asked)
        self.references = dict(requests.values_list("pk", "reference"))
        self.items = {
            code: (name, find_measure(unit).plural)
            for code, name, unit in items.values_list("code", "name", "unit")
        }
        # Many lines state the same quantity.
        self.read: dict[tuple[str, int | None, int | None, str], tuple[Quantity, str]] = {}

    def shown(self, line: _Line, kinds: Mapping[str, tuple[int, int]], offered: int) -> BoardLine:
        """Draw up one line from what came into and went out of its accounts."""

        def held(kind: K) -> int:
            came, went = kinds.get(kind, (0, 0))
            return came - went

        word = self.latest.get(line.id)
        said = word or line
        stated, text = self._stated(said)
        received = held(K.NEED_RECEIVED)
        dispatched = kinds.get(K.NEED_MOVING, (0, 0))[0]
        proposed = held(K.NEED_RESERVED)
        remaining = held(K.NEED_OPEN) + proposed
        known = stated.cap is not None
        reference = self.references[line.request]
        name, unit = self.items[line.item]
        return BoardLine(
            id=line.id,
            operation=self.operation,
            request_id=line.request,
            request=reference,
            line=f"{reference}/{line.position}",
            position=line.position,
            item=line.item,
            item_name=name,
            description=line.description,
            unit=unit,
            asked_text=text,
            typed=f"{said.typed_amount} {said.typed_unit}",
            asked=-held(K.NEED_SOURCE) - held(K.NEED_WITHDRAWN) if known else None,
            over_accepted=-held(K.NEED_OVER),
            offered=offered,
            proposed=proposed,
            allocated=dispatched + held(K.NEED_PROMISED),
            dispatched=dispatched,
            received=received,
            fell_short=dispatched - held(K.NEED_MOVING) - received,
            remaining=remaining if known else None,
            urgency=line.urgency,
            needed_by=line.needed_by,
            place=line.place,
            waits_since=self.since[line.request] if remaining or not known else None,
            question="" if word else line.question,
            invented=line.invented,
            source=line.source,
        )

    def _stated(self, said: _Line | Clarification) -> tuple[Quantity, str]:
        """Give what is asked, and in words; where that is no number, in those it was asked in."""
        key = said.quantity_kind, said.low, said.high, said.per
        found = self.read.get(key)
        if found is None:
            quantity = quantity_of(said)
            found = self.read[key] = quantity, quantity.text
        if found[0].kind is QuantityKind.UNKNOWN and said.typed_amount.strip():
            return found[0], said.typed_amount
        return found


def _without_hidden(asked: _Asked, shown: list[BoardLine]) -> tuple[BoardLine, ...]:
    """Take what the actor may not see out of every figure that would give it away."""
    taken = hidden_of(asked.operation, asked.actor, asked.day, asked.moment)
    nothing = Hidden()
    return tuple(
        _less(line, taken.get(line.id, nothing))
        if line.id in taken or line.offered < line.allocated + line.proposed
        else line
        for line in shown
    )


def _less(line: BoardLine, hidden: Hidden) -> BoardLine:
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
