"""An operation's figures rebuilt from its journal: act after act, in the order of the chain.

The board adds up accounts; this follows every act instead, with the transfers and the events it
left, and counts moves.  The two share no SQL and no formula, so that where they agree, both are
right about what was known and what was true at a moment.  Nothing else asks here: it reads as many
transfers as the operation has.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db.models import F

from muster.core.accounts import AccountKind as K
from muster.core.quantities.amounts import Quantity
from muster.queries.amounts import quantity_of, ratio_between
from muster.queries.totals import NOW, Moment
from muster.records.models import (
    Clarification,
    JournalEntry,
    OfferLine,
    Operation,
    RequestLine,
    StageEvent,
    Transfer,
)

_ACTS_AT_A_TIME = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The measures of one need, as the board names them, in smallest units of what is asked for."""

    asked: int | None
    over_accepted: int
    offered: int
    proposed: int
    allocated: int
    dispatched: int
    received: int
    fell_short: int
    remaining: int | None


def replay(operation: Operation, *, moment: Moment = NOW) -> dict[UUID, Replayed]:
    """Rebuild the measures of each need of an operation, for one who may see all of it.

    Args:
        operation: which one.
        moment: the acts that were recorded by `known` are followed, and what they say had happened
            by `happened`; all of it where that is not given.

    Returns:
        the measures by the id of the request line; lines of a request that was not validated then
        are left out.
    """
    told = _Told(moment)
    acts = _acts(operation, moment)
    while some := tuple(islice(acts, _ACTS_AT_A_TIME)):
        told.follow(some)
    return told.figures()


def _acts(operation: Operation, moment: Moment) -> Iterator[JournalEntry]:
    """Give the operation's acts in the order of its chain; those not linked yet come last."""
    found = JournalEntry.objects.filter(operation=operation)
    if moment.known is not None:
        found = found.filter(recorded_at__lte=moment.known)
    order = (F("link__link").asc(nulls_last=True), "number")
    return found.order_by(*order).iterator(chunk_size=_ACTS_AT_A_TIME)


@dataclass(slots=True)
class _Need:
    """A request line as it was told of."""

    line: RequestLine
    word: Quantity
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)

    def total(self, before: K, after: K) -> int:
        """How many units ever moved this way."""
        return self.moved[before, after]


@dataclass(slots=True)
class _Gift:
    """An offer line as it was told of, and which need it answers."""

    line: OfferLine
    answers: UUID | None
    brought: int = 0
    taken_back: int = 0
    not_taken: int = 0


class _Told:
    """What the acts so far have told."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.needs: dict[UUID, _Need] = {}
        self.gifts: dict[UUID, _Gift] = {}
        self.validated: set[UUID] = set()

    def follow(self, acts: tuple[JournalEntry, ...]) -> None:
        """Follow some acts, with everything that each of them left."""
        keys = [act.pk for act in acts]
        moved = _by_act(
            Transfer.objects.filter(act__in=keys)
            .select_related("from_account", "to_account__allocation")
            .order_by("position")
        )
        events = _by_act(StageEvent.objects.filter(act__in=keys, event="validate"))
        asked = _by_act(RequestLine.objects.filter(act_id__in=keys))
        words = _by_act(Clarification.objects.filter(act_id__in=keys).order_by("number"))
        given = _by_act(OfferLine.objects.filter(act_id__in=keys))
        for act in acts:
            for line in asked[act.pk]:
                self.needs[line.pk] = _Need(line, quantity_of(line))
            for gift in given[act.pk]:
                self.gifts[gift.pk] = _Gift(gift, _stated(act, gift))
            for word in words[act.pk]:
                if self._has_happened(word):
                    self.needs[word.line_id].word = quantity_of(word)
            self._match(act)
            for event in events[act.pk]:
                if self._has_happened(event):
                    self.validated.add(event.subject_id)
            for transfer in moved[act.pk]:
                self._proposed(transfer)
                if self._has_happened(transfer):
                    self._moved(transfer)

    def figures(self) -> dict[UUID, Replayed]:
        """Say what all of it comes to, for every need that counts."""
        offered: Counter[UUID] = Counter()
        for gift in self.gifts.values():
            left = gift.brought - gift.taken_back
            need = self.needs.get(gift.answers) if gift.answers else None
            if need is not None and left != gift.not_taken:
                ratio = ratio_between(need.line.item_id, gift.line.item_id) or Fraction(1)
                offered[need.line.pk] += int(left / ratio)
        return {
            key: _figures(need, offered[key])
            for key, need in self.needs.items()
            if need.line.request_id in self.validated
        }

    def _has_happened(self, told: Transfer | StageEvent | Clarification) -> bool:
        by = self.moment.happened
        return by is None or told.happened_at <= by

    def _match(self, act: JournalEntry) -> None:
        """Hear someone say which need an offer answers; that is so as soon as it is said."""
        if act.verb == "match an offer with a need":
            said = act.content["request_line"]
            self.gifts[UUID(act.subject_id)].answers = UUID(said) if said else None

    def _proposed(self, transfer: Transfer) -> None:
        """Let an offer that answers nothing yet answer the first need it is proposed for."""
        promise = transfer.to_account.allocation
        if promise is not None and transfer.from_account.kind == K.AVAILABLE:
            gift = self.gifts[promise.offer_line_id]
            gift.answers = gift.answers or promise.request_line_id

    def _moved(self, transfer: Transfer) -> None:
        giver, taker = transfer.from_account, transfer.to_account
        if giver.request_line_id is not None:
            self.needs[giver.owner_id].moved[giver.kind, taker.kind] += transfer.amount
        elif taker.offer_line_id is not None and giver.kind in {K.SUPPLY_SOURCE, K.QUARANTINE}:
            self.gifts[taker.owner_id].brought += transfer.amount
        elif giver.kind == K.NOT_TAKEN:
            self.gifts[giver.owner_id].not_taken -= transfer.amount
        elif taker.kind == K.WITHDRAWN:
            self.gifts[taker.owner_id].taken_back += transfer.amount
        elif taker.kind == K.NOT_TAKEN:
            self.gifts[taker.owner_id].not_taken += transfer.amount


def _figures(need: _Need, offered: int) -> Replayed:
    """Count the measures of one need from its moves alone."""
    to = need.total
    asked = (
        to(K.NEED_SOURCE, K.NEED_OPEN)
        - to(K.NEED_OPEN, K.NEED_WITHDRAWN)
        + to(K.NEED_WITHDRAWN, K.NEED_OPEN)
    )
    over = to(K.NEED_OVER, K.NEED_OPEN)
    proposed = (
        to(K.NEED_OPEN, K.NEED_RESERVED)
        - to(K.NEED_RESERVED, K.NEED_OPEN)
        - to(K.NEED_RESERVED, K.NEED_PROMISED)
    )
    allocated = to(K.NEED_RESERVED, K.NEED_PROMISED) - to(K.NEED_PROMISED, K.NEED_OPEN)
    mended = to(K.NEED_OPEN, K.NEED_RECEIVED) - to(K.NEED_RECEIVED, K.NEED_OPEN)
    fell_short = to(K.NEED_MOVING, K.NEED_OPEN) - mended
    known = need.word.cap is not None
    return Replayed(
        asked=asked if known else None,
        over_accepted=over,
        offered=max(offered, allocated + proposed),
        proposed=proposed,
        allocated=allocated,
        dispatched=to(K.NEED_PROMISED, K.NEED_MOVING),
        received=to(K.NEED_MOVING, K.NEED_RECEIVED) + mended,
        fell_short=fell_short,
        remaining=asked + over - allocated + fell_short if known else None,
    )


_M = TypeVar("_M", Transfer, StageEvent, RequestLine, Clarification, OfferLine)


def _by_act(left: Iterable[_M]) -> dict[UUID, list[_M]]:
    """Lay out what was left behind by the act that left it."""
    found: dict[UUID, list[_M]] = defaultdict(list)
    for record in left:
        found[record.act_id].append(record)
    return found


def _stated(act: JournalEntry, line: OfferLine) -> UUID | None:
    """Read from the act that made an offer line which need it said to answer."""
    said = act.content.get("answers")
    lines = act.content.get("lines")
    if isinstance(lines, list) and line.position <= len(lines):
        said = lines[line.position - 1].get("answers")
    return UUID(said) if said else None
