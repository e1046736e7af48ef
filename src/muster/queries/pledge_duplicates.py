"""The same announcement told at two meetings, or by two sources: found, scored, with reasons."""

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from muster.core.actors import Actor
from muster.core.exchange import Status
from muster.core.intake.claims import Claim, Direction
from muster.core.intake.duplicates import find_duplicates
from muster.core.pledges import Form, PartyRole
from muster.queries import duplicates as others
from muster.queries.duplicates import Decided, Pair, Side
from muster.queries.pledges import pledges_seen, said_of, what_of, years_of
from muster.queries.visibility import visible
from muster.records.models import DuplicateDecision, Operation, PledgeLine

KIND: Final = "pledge_line"


def pairs_of_operation(operation: Operation, actor: Actor, day: date) -> tuple[Pair, ...]:
    """List what may be told twice in an operation: needs, gifts and announcements, surest first."""
    pairs = (
        *others.pairs_of_operation(operation, actor, day),
        *pledge_pairs(operation, actor, day),
    )
    return tuple(sorted(pairs, key=lambda pair: -pair.score))


def pledge_pairs(operation: Operation, actor: Actor, day: date) -> tuple[Pair, ...]:
    """List the announcements of an operation that may be one, the surest first."""
    sides, claims = {}, []
    for line in _announced(operation, actor, day):
        sides[str(line.pk)] = _side(line)
        claims.append(_claim(line))
    standing = visible(DuplicateDecision, actor, day).filter(
        operation=operation, undone_at__isnull=True
    )
    decided = {frozenset({each.kept, each.other}) for each in standing}
    return tuple(
        Pair(
            first=sides[pair.first],
            second=sides[pair.second],
            kind=pair.kind.value,
            score=pair.score,
            reasons=pair.reasons,
            counts=UUID(pair.merge.counts),
            other=UUID(pair.merge.set_aside),
            sentence=pair.merge.sentence,
        )
        for pair in find_duplicates(claims)
        if frozenset({UUID(pair.first), UUID(pair.second)}) not in decided
    )


def decisions_of(operation: Operation, actor: Actor, day: date) -> tuple[Decided, ...]:
    """List what was decided, newest first, with the announcements as far as they can be seen."""
    listed = others.decisions_of(operation, actor, day)
    keys = {key for each in listed for key in (each.record.kept, each.record.other)}
    seen = pledges_seen(actor, day, operation=operation).filter(pk__in=keys)
    sides = {line.pk: _side(line) for line in _whole(seen)}
    return tuple(
        Decided(
            record=each.record,
            kept=each.kept or sides.get(each.record.kept),
            other=each.other or sides.get(each.record.other),
        )
        for each in listed
    )


def _announced(operation: Operation, actor: Actor, day: date) -> Iterator[PledgeLine]:
    seen = pledges_seen(actor, day, operation=operation).filter(withdrawn=False)
    yield from _whole(seen.order_by("pk"))


def _whole(seen: QuerySet[PledgeLine]) -> QuerySet[PledgeLine]:
    related = seen.select_related("pledge__meeting", "item")
    return related.prefetch_related("pledge__parties__party")


def _side(line: PledgeLine) -> Side:
    return Side(
        id=line.pk,
        kind=KIND,
        name=f"{line.pledge.reference}/{line.position}",
        party=_donors(line),
        item=what_of(line),
        amount=" ".join(part for part in (said_of(line), years_of(line)) if part),
        stated_on=line.announced_on,
        text=line.pledge.words,
        source=line.source or line.pledge.source,
    )


def _claim(line: PledgeLine) -> Claim:
    meeting = line.pledge.meeting
    goods = line.form == Form.GOODS
    amount = None if line.amount is None else int(line.amount)
    # Money of two currencies, or of two years, is not one; nor is money and goods.
    measure = f"{line.form}:{line.currency}:{years_of(line)}"
    return Claim(
        id=str(line.pk),
        direction=Direction.GIFT,
        channel=str(meeting) if meeting else line.pledge.source,
        document=line.pledge.reference,
        party=_donors(line),
        item=(line.item_id or "") if goods else measure,
        item_text=line.description or what_of(line),
        low=line.low if goods else amount,
        high=line.high if goods else amount,
        unit=(line.item.unit if line.item else "H87") if goods else line.currency,
        status=Status.PLEDGED,
        stated_on=line.announced_on,
    )


def _donors(line: PledgeLine) -> str:
    parties = line.pledge.parties.all()
    return "+".join(sorted(each.party_id for each in parties if each.role == PartyRole.DONOR))
