"""What a rule would have stopped: every offer, allocation and dispatch on record, asked again.

The rule is asked as if it stood alone and had always been in force, of the facts as the register
and the catalogue hold them now, on the day of each record.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from muster.core.actors import Actor
from muster.core.rulebook.arrays import answers, over_cases
from muster.core.rulebook.book import Rule, Step
from muster.core.rulebook.columns import Cases, table
from muster.core.rulebook.facts import FACTS, SIDES, Case, Value
from muster.core.stages import OFFER_STAGES_OPEN
from muster.queries.rules import (
    donor_facts,
    item_facts,
    operation_facts,
    packed_facts,
    recipient_facts,
    request_facts,
    territories,
    way_territories,
)
from muster.queries.visibility import visible
from muster.records.models import (
    Allocation,
    Consignment,
    Item,
    OfferLine,
    Operation,
    OperationRecipient,
    Party,
    RequestLine,
)

MOST_LISTED = 200
_NAMES = {side: tuple(n for n, kind in FACTS.items() if kind.side == side) for side in SIDES}
# What still waits, and could be stopped by a rule that comes now.
_WAITING = {"proposed", "confirmed", "accepted", "agreed", "planned", "packed", "cleared"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A record that the rule speaks of.

    Args:
        kind: offer line, allocation or consignment.
        known: whether it is true of it; False where it cannot be judged.
        open: whether it is still to come.
    """

    kind: str
    id: UUID
    name: str
    operation: str
    day: date
    donor: str
    item: str
    recipient: str
    stage: str
    known: bool
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many records of one kind were asked, and what the rule says of them."""

    kind: str
    asked: int
    stopped: int
    unknown: int
    still_open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What a rule would have stopped, counted, and the newest of it listed."""

    rule: str
    effect: str
    counts: tuple[Counted, ...]
    met: tuple[Met, ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    kind: str
    step: Step
    record: UUID
    name: str
    stage: str
    day: date
    operation: UUID
    donor: str
    item: str
    recipient: str
    request: tuple[str, str]
    """What it is for and the place that is named; empty where it is not known for which need."""
    offer: tuple[tuple[str, Value], ...]
    days_left: int | None = None
    way: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.stage in _WAITING or self.stage in OFFER_STAGES_OPEN


def effects_of(rule: Rule, actor: Actor, *, day: date) -> Effects:
    """Ask a rule, as if it had always been in force, of all that the actor may see."""
    told = [each for each in _on_record(actor, day) if each.step in rule.steps]
    campaigns = {o.pk: o for o in Operation.objects.filter(pk__in={e.operation for e in told})}
    told = [e for e in told if rule.operation in {"", campaigns[e.operation].code}]
    cases = _cases(told, campaigns)
    said = over_cases(answers(rule.condition.tree, cases), cases)
    unknown = said.unknown if said.unknown is not None else np.zeros(len(told), dtype=np.bool_)
    places = [int(at) for at in np.flatnonzero(said.true | unknown)]
    met = [_met(told[at], campaigns, known=not unknown[at]) for at in places]
    # An offered line was asked for each recipient, and is one record.
    distinct = {(each.kind, each.id, each.item, each.recipient): each for each in met}
    newest = sorted(distinct.values(), key=lambda each: (each.day, each.name), reverse=True)
    return Effects(
        rule=rule.code,
        effect=rule.effect.value,
        counts=tuple(_counted(told, met)),
        met=tuple(newest[:MOST_LISTED]),
        left_out=max(0, len(newest) - MOST_LISTED),
    )


def spoken_of(rule: Rule, promised: Sequence[Allocation], *, day: date) -> list[Allocation]:
    """Find those of some allocations of which a rule is true, were they to leave on a day."""
    told = [_promised(goods, "allocation", Step.DISPATCH, day) for goods in promised]
    campaigns = {o.pk: o for o in Operation.objects.filter(pk__in={e.operation for e in told})}
    cases = _cases(told, campaigns)
    said = over_cases(answers(rule.condition.tree, cases), cases)
    return [promised[int(at)] for at in np.flatnonzero(said.true)]


def _met(each: _Asked, campaigns: Mapping[UUID, Operation], *, known: bool) -> Met:
    return Met(
        kind=each.kind,
        id=each.record,
        name=each.name,
        operation=campaigns[each.operation].code,
        day=each.day,
        donor=each.donor,
        item=each.item,
        recipient=each.recipient,
        stage=each.stage,
        known=known,
        open=each.is_open,
    )


def _counted(told: Sequence[_Asked], met: Sequence[Met]) -> Iterator[Counted]:
    asked = Counter(kind for kind, _ in {(each.kind, each.record) for each in told})
    stopped = Counter(kind for kind, _ in {(each.kind, each.id) for each in met if each.known})
    unknown = Counter(kind for kind, _ in {(each.kind, each.id) for each in met if not each.known})
    waiting = Counter(kind for kind, _ in {(each.kind, each.id) for each in met if each.open})
    for kind in ("offer line", "allocation", "consignment"):
        yield Counted(
            kind=kind,
            asked=asked[kind],
            stopped=stopped[kind],
            unknown=unknown[kind],
            still_open=waiting[kind],
        )


def _on_record(actor: Actor, day: date) -> Iterator[_Asked]:
    recipients: dict[UUID, list[str]] = {}
    for link in OperationRecipient.objects.order_by("party_id"):
        recipients.setdefault(link.operation_id, []).append(link.party_id)
    lines = visible(OfferLine, actor, day).select_related("offer", "answers__request")
    for line in lines.iterator(chunk_size=2_000):
        answered = [line.answers.request.recipient_id] if line.answers else None
        for recipient in answered or recipients.get(line.operation_id, []):
            yield _offered(line, recipient)
    goods = visible(Allocation, actor, day).select_related("offer_line", "request_line")
    for each in goods.iterator(chunk_size=2_000):
        yield _promised(each, "allocation", Step.ALLOCATION, each.recorded_at.date())
    boxes = visible(Consignment, actor, day).prefetch_related(
        "lines__allocation__offer_line", "lines__allocation__request_line"
    )
    for box in boxes.iterator(chunk_size=500):
        yield from _aboard(box, day)


def _offered(line: OfferLine, recipient: str) -> _Asked:
    return _Asked(
        kind="offer line",
        step=Step.OFFER,
        record=line.pk,
        name=f"{line.offer.reference}/{line.position}",
        stage=line.stage,
        day=line.offer.offered_on,
        operation=line.operation_id,
        donor=line.donor_id,
        item=line.item_id,
        recipient=recipient,
        request=_request(line.answers),
        offer=_offer(line),
    )


def _promised(goods: Allocation, kind: str, step: Step, day: date, **more: Any) -> _Asked:  # noqa: ANN401 - the parts of an _Asked
    given: dict[str, Any] = {
        "record": goods.pk,
        "name": f"{goods.amount} of {goods.item_id}",
        "stage": goods.stage,
        **more,
    }
    return _Asked(
        kind=kind,
        step=step,
        day=day,
        operation=goods.operation_id,
        donor=goods.donor_id,
        item=goods.item_id,
        recipient=goods.recipient_id,
        request=_request(goods.request_line),
        offer=_offer(goods.offer_line),
        **given,
    )


def _aboard(box: Consignment, today: date) -> Iterator[_Asked]:
    """Give what is aboard, on the day it leaves as it is planned, else today."""
    leaves = box.leaves_on or today
    for line in box.lines.all():
        left = (line.expires_on - leaves).days if line.expires_on else None
        more = {"record": box.pk, "name": box.reference, "stage": box.stage, "days_left": left}
        more["way"] = tuple(box.way)
        yield _promised(line.allocation, "consignment", Step.DISPATCH, leaves, **more)


def _request(line: RequestLine | None) -> tuple[str, str]:
    return (line.use, line.place) if line is not None else ("", "")


def _offer(line: OfferLine) -> tuple[tuple[str, Value], ...]:
    return (
        ("offer.origin", line.origin_id),
        ("offer.place", line.place),
        ("offer.only_for", frozenset(line.only_for)),
        ("offer.not_for", frozenset(line.not_for)),
    )


class _Side:
    """The distinct facts of one side, and for each record which of them are its own."""

    def __init__(self, facts: Callable[[Any], Case]) -> None:
        self._facts = facts
        self._seen: dict[Any, int] = {}
        self.distinct: list[Case] = []
        self.rows: list[int] = []

    def add(self, key: Any) -> None:  # noqa: ANN401 - what tells the facts of this side apart
        """Count one more record with the facts of this key."""
        place = self._seen.get(key)
        if place is None:
            place = self._seen[key] = len(self.distinct)
            self.distinct.append(self._facts(key))
        self.rows.append(place)


def _cases(told: Sequence[_Asked], campaigns: Mapping[UUID, Operation]) -> Cases:
    """Lay the records out by their sides, each distinct one once."""
    codes = {code for each in told for code in (each.donor, each.recipient)}
    parties = {party.code: party for party in Party.objects.filter(pk__in=codes)}
    items = {item.code: item for item in Item.objects.filter(pk__in={each.item for each in told})}
    ways = way_territories(each.way for each in told)
    where = territories(each.request[1] for each in told)
    sides = {
        "donor": _Side(lambda key: donor_facts(parties[key[0]], body=key[1], day=key[2])),
        "item": _Side(lambda key: item_facts(items[key])),
        "recipient": _Side(lambda key: recipient_facts(parties[key[0]], body=key[1], day=key[2])),
        "request": _Side(lambda key: request_facts(use=key[0], territory=where[key[1]])),
        "offer": _Side(dict),
        "goods": _Side(lambda key: packed_facts(days_left=key)),
        "journey": _Side(lambda key: packed_facts(territories=ways[key])),
        "operation": _Side(lambda key: operation_facts(campaigns[key])),
        "day": _Side(lambda key: {"day": key}),
    }
    for each in told:
        body = campaigns[each.operation].body_id
        sides["donor"].add((each.donor, body, each.day))
        sides["item"].add(each.item)
        sides["recipient"].add((each.recipient, body, each.day))
        sides["request"].add(each.request)
        sides["offer"].add(each.offer)
        sides["goods"].add(each.days_left)
        sides["journey"].add(each.way)
        sides["operation"].add(each.operation)
        sides["day"].add(each.day)
    return Cases(
        len(told),
        {name: table(side.distinct, _NAMES[name]) for name, side in sides.items()},
        {name: np.array(side.rows, dtype=np.intp) for name, side in sides.items()},
    )
