"""What the rule book says where something is done: at the offer, in the plan, for pairs."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from muster.core.matching import Asked, Caveat, Given
from muster.core.refusals import Refusal
from muster.core.rulebook.book import (
    VERDICTS,
    Judgement,
    Judgements,
    Rule,
    Step,
    Verdict,
    judge,
    judge_many,
)
from muster.core.rulebook.columns import Cases, Table, table
from muster.core.rulebook.facts import FACTS, SIDES, Case, Value
from muster.queries.rules import (
    Judged,
    Stamp,
    asked,
    book_now,
    donor_facts,
    facts_beside,
    item_facts,
    judged,
    line_facts,
    operation_facts,
    packed_facts,
    recipient_facts,
    request_facts,
    reviewed,
    territories,
)
from muster.records.models import Item, OfferLine, Operation, Party, RequestLine

# From this many pairs on, they are judged by columns.
_MANY = 16
_STOPS = VERDICTS.index(Verdict.REVIEW)
_NAMES = {side: tuple(n for n, kind in FACTS.items() if kind.side == side) for side in SIDES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """One pair of an offer line and a request line, by what the rules see of it."""

    operation: str
    donor: str
    item: str
    recipient: str
    request: str
    offer: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the book says of several pairs, in their order.

    Args:
        book: its version.
        rules: for each pair the keys of the rules that spoke.
        stopped: the judgement of each pair that may not go on by itself, by its place.
    """

    book: int
    rules: Sequence[list[int]]
    stopped: Mapping[int, Judgement]


def offer_judged(
    stamp: Stamp,
    operation: Operation,
    *,
    donor: Party,
    item: Item,
    day: date,
    offer: Case,
    request: Case,
    recipients: Sequence[Party],
) -> Judged:
    """Say what the book says of a line when it is offered, before it is known for whom.

    It is judged for each recipient it may be for, and the mildest judgement counts: what one of
    them may not get, another may.
    """
    judge_item = offers_judge(
        stamp,
        operation,
        donor=donor,
        day=day,
        offer=offer,
        request=request,
        recipients=recipients,
    )
    return judge_item(item)


def offers_judge(
    stamp: Stamp,
    operation: Operation,
    *,
    donor: Party,
    day: date,
    offer: Case,
    request: Case,
    recipients: Sequence[Party],
) -> Callable[[Item], Judged]:
    """Judge items as `offer_judged` does, for one donor on one day.

    What the book asks of the donor and of each recipient is read once, and not for each item.
    """
    beside = [
        facts_beside(request, offer, donor=donor, recipient=recipient, operation=operation, day=day)
        for recipient in recipients
    ]

    def judge_item(item: Item) -> Judged:
        of_item = item_facts(item)
        found = [judged(stamp, {**facts, **of_item}, Step.OFFER, day=day) for facts in beside]
        mildest = min(found, key=lambda each: VERDICTS.index(each.judgement.verdict), default=None)
        return mildest if mildest is not None else Judged(stamp.number, Judgement(()))

    return judge_item


def pairs_judged(sides: Mapping[str, Any], gifts: Sequence[Gift], *, day: date) -> Verdicts:
    """Say what the book says of pairs that are to be promised, by the facts read with them.

    Args:
        sides: what `rule_sides` of records/sql/rule_facts.sql gave.
        gifts: the pairs.
        day: the day of the act.
    """
    stamp = Stamp(sides["book"]["number"], sides["book"]["act"])
    if not asked(stamp, day, Step.ALLOCATION):
        return Verdicts(stamp.number, [[] for _ in gifts], {})
    if len(gifts) < _MANY:
        return _few(stamp, sides, gifts, day)
    return _many(stamp, sides, gifts, day)


def _few(stamp: Stamp, sides: Mapping[str, Any], gifts: Sequence[Gift], day: date) -> Verdicts:
    spoken: list[list[int]] = []
    stopped: dict[int, Judgement] = {}
    for place, gift in enumerate(gifts):
        case: dict[str, Value] = {"day": day, **_NOT_YET}
        for side, key in _keys(gift).items():
            case.update(_facts(side, sides[side][key]))
        found = _judged_once(stamp, day, tuple(case.items()))
        spoken.append([said.rule.key for said in found.speaking])
        if VERDICTS.index(found.verdict) >= _STOPS:
            stopped[place] = found
    return Verdicts(stamp.number, spoken, stopped)


@functools.lru_cache(maxsize=4096)
def _judged_once(stamp: Stamp, day: date, facts: tuple[tuple[str, Value], ...]) -> Judgement:
    """Judge a case by a version of the book, once in a process: the same facts, the same words."""
    case = dict(facts)
    return judge(asked(stamp, day, Step.ALLOCATION, str(case["operation.code"])), case)


def _many(stamp: Stamp, sides: Mapping[str, Any], gifts: Sequence[Gift], day: date) -> Verdicts:
    codes = {facts["operation.code"] for facts in sides["operation"].values()}
    if len(codes) > 1:  # a rule may be for one of them alone
        return _few(stamp, sides, gifts, day)
    keys = [_keys(gift) for gift in gifts]
    tables: dict[str, Table] = {}
    rows: dict[str, Any] = {}
    for side in keys[0]:
        places = {key: place for place, key in enumerate(sides[side])}
        tables[side] = table([_facts(side, each) for each in sides[side].values()], _NAMES[side])
        rows[side] = np.array([places[each[side]] for each in keys], dtype=np.intp)
    cases = _with_the_day(Cases(len(gifts), tables, rows), day)
    found = judge_many(asked(stamp, day, Step.ALLOCATION, codes.pop()), cases)
    return Verdicts(stamp.number, found.speaking(), _stopped(found))


def _stopped(found: Judgements) -> dict[int, Judgement]:
    return {int(at): found.of(int(at)) for at in np.flatnonzero(found.codes >= _STOPS)}


def _keys(gift: Gift) -> dict[str, str]:
    return {
        "donor": f"{gift.operation} {gift.donor}",
        "item": gift.item,
        "recipient": f"{gift.operation} {gift.recipient}",
        "request": gift.request,
        "offer": gift.offer,
        "operation": gift.operation,
    }


def _facts(side: str, read: Mapping[str, Any]) -> Mapping[str, Value]:
    """Give facts as the rules want them: a list of the database is a set."""
    if side != "offer":
        return read
    return {name: frozenset(v) if isinstance(v, list) else v for name, v in read.items()}


# What is known only of what is packed and sent on its way.
_NOT_YET = packed_facts()


def _with_the_day(cases: Cases, day: date) -> Cases:
    """Add what is the same for all: the day, and that nothing is packed or on its way yet."""
    one = np.zeros(cases.length, dtype=np.intp)
    tables = {
        **cases.tables,
        "day": table([{"day": day}], ("day",)),
        "goods": table([_NOT_YET], _NAMES["goods"]),
        "journey": table([_NOT_YET], _NAMES["journey"]),
    }
    rows = {**cases.rows, **dict.fromkeys(("day", "goods", "journey"), one)}
    return Cases(cases.length, tables, rows)


@dataclass(frozen=True, slots=True)
class _Taker:
    """What tells one need from another for the rules: who asks, what for, and where."""

    recipient: str
    use: str
    place: str


# What tells one offer line from another for the rules.
_Key = tuple[str, str, str, str, tuple[Caveat, ...], _Taker]


class PlanObjections:
    """What the book has against each offer line for each recipient, all worked out at once.

    Args:
        operation: whose plan.
        giving: the offer lines.
        asking: the request lines.
        day: the day of the plan.
    """

    def __init__(
        self,
        operation: Operation,
        giving: Sequence[OfferLine],
        asking: Iterable[RequestLine],
        *,
        day: date,
    ) -> None:
        """Judge every offer line for every recipient."""
        stamp = book_now()
        self.number = stamp.number
        self._found: dict[_Key, Refusal] = {}
        takers: dict[_Taker, Party] = {}
        for line in asking:
            recipient = line.request.recipient
            takers[_Taker(recipient.code, line.use, line.place)] = recipient
        rules = asked(stamp, day, Step.PLAN, operation.code)
        if rules and giving and takers:
            self._judge(rules, operation, giving, takers, day)

    def of(self, want: Asked, given: Given) -> Refusal | None:
        """Give what the book has against an offer line for a request line."""
        return self._found.get(_key(given, _Taker(want.recipient, want.use, want.place)))

    def _judge(
        self,
        rules: Sequence[Rule],
        operation: Operation,
        giving: Sequence[OfferLine],
        takers: Mapping[_Taker, Party],
        day: date,
    ) -> None:
        listed = list(takers)
        stopped = _stopped(judge_many(rules, _lines_by_takers(operation, giving, takers, day)))
        whose = {at: (giving[at // len(listed)], listed[at % len(listed)]) for at in stopped}
        gifts = {
            at: (line.donor_id, line.item_id, who.recipient) for at, (line, who) in whose.items()
        }
        passed = reviewed(operation.pk, list(gifts.values())) if gifts else {}
        for at, judgement in stopped.items():
            line, taker = whose[at]
            refusal = judgement.refusal(reviewed=passed.get(gifts[at], frozenset()))
            if refusal is not None:
                self._found[_key(given_of(line), taker)] = refusal


def given_of(line: OfferLine) -> Given:
    """See an offer line as matching does."""
    caveat = Caveat(
        text=line.caveat,
        only_for=frozenset(line.only_for) or None,
        not_for=frozenset(line.not_for),
    )
    return Given(
        item=line.item_id,
        donor=line.donor_id,
        available_from=line.available_from,
        available_until=line.available_until,
        caveats=(caveat,) if line.caveat or line.only_for or line.not_for else (),
        place=line.place,
        origin=line.origin_id or "",
        name=line.donor.name,
    )


def _key(given: Given, taker: _Taker) -> _Key:
    return given.donor, given.item, given.origin, given.place, given.caveats, taker


def _lines_by_takers(
    operation: Operation, giving: Sequence[OfferLine], takers: Mapping[_Taker, Party], day: date
) -> Cases:
    """Lay every offer line out for every taker: line by line, and within it taker by taker."""
    where = territories(taker.place for taker in takers)
    body = operation.body_id
    donors = {line.donor_id: line.donor for line in giving}
    items = {line.item_id: line.item for line in giving}
    at_donor = {code: place for place, code in enumerate(donors)}
    at_item = {code: place for place, code in enumerate(items)}
    sides: dict[str, list[Case]] = {
        "donor": [donor_facts(donor, body=body, day=day) for donor in donors.values()],
        "item": [item_facts(item) for item in items.values()],
        "offer": [line_facts(line) for line in giving],
        "recipient": [recipient_facts(party, body=body, day=day) for party in takers.values()],
        "request": [request_facts(use=taker.use, territory=where[taker.place]) for taker in takers],
        "operation": [operation_facts(operation)],
    }
    length, each = len(giving) * len(takers), len(takers)
    rows = {
        "donor": np.repeat([at_donor[line.donor_id] for line in giving], each),
        "item": np.repeat([at_item[line.item_id] for line in giving], each),
        "offer": np.repeat(np.arange(len(giving)), each),
        "recipient": np.tile(np.arange(each), len(giving)),
        "request": np.tile(np.arange(each), len(giving)),
        "operation": np.zeros(length, dtype=np.intp),
    }
    tables = {side: table(facts, _NAMES[side]) for side, facts in sides.items()}
    return _with_the_day(Cases(length, tables, rows), day)
