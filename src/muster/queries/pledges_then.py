"""What had become of pledges at a moment: as it was known then, or true then by what is known now.

Told events and the ledger are followed again up to that moment; what was taken back later still
counts.  It is asked for a past moment alone: of now the lines and the accounts know the sums.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor
from muster.core.pledges import Course, Event, Form, Told, course_of
from muster.queries.totals import Moment, Totals, totals_of
from muster.queries.visibility import visible
from muster.records.models import (
    Allocation,
    DuplicateDecision,
    OfferLine,
    PledgeEvent,
    PledgeFunding,
    PledgeLine,
    PledgeUse,
)

_GONE = (
    *(K.IN_TRANSIT, K.AT_HUB, K.HANDED_OVER, K.GOOD, K.DAMAGED, K.MISSING, K.REJECTED, K.LOST),
)


def day_of(moment: Moment, today: date) -> date:
    """Say up to which day ages are counted: the day of the moment, or today."""
    ends = [each for each in (moment.known, moment.happened) if each is not None]
    return min(ends).date() if ends else today


def lines_then(found: QuerySet[PledgeLine], moment: Moment) -> QuerySet[PledgeLine]:
    """Leave out what was written down later, or announced later."""
    if moment.known is not None:
        found = found.filter(recorded_at__lte=moment.known)
    if moment.happened is not None:
        found = found.filter(announced_on__lte=moment.happened.date())
    return found


def courses_then(
    lines: Sequence[PledgeLine], actor: Actor, day: date, moment: Moment
) -> dict[UUID, Course]:
    """Derive the course of each line from what was told by then and from the ledger of then."""
    keys = [line.pk for line in lines]
    told = _told(keys, moment)
    became = _became(keys, actor, day, moment)
    return {
        line.pk: _course(line, course_of(told[line.pk]), became.get(line.pk, (0, 0, 0)))
        for line in lines
    }


def out_then(lines: Iterable[UUID], moment: Moment) -> tuple[set[UUID], dict[UUID, str]]:
    """Say which lines counted not at all then: second tellings, and what pays for which goods."""
    keys = list(lines)
    twice = DuplicateDecision.objects.filter(
        held(moment.known), other__in=keys, word=DuplicateDecision.Word.SAME
    )
    paying = PledgeFunding.objects.filter(held(moment.known), money__in=keys)
    return (
        set(twice.values_list("other", flat=True)),
        dict(paying.values_list("money", "goods__pledge__reference")),
    )


def held(known: datetime | None) -> Q:
    """Select what was recorded by then and not taken back by then; of now, what is in force."""
    if known is None:
        return Q(undone_at__isnull=True)
    return Q(recorded_at__lte=known) & (Q(undone_at__isnull=True) | Q(undone_at__gt=known))


def _told(keys: list[UUID], moment: Moment) -> Mapping[UUID, list[Told]]:
    events = PledgeEvent.objects.filter(line__in=keys)
    if moment.known is not None:
        events = events.filter(recorded_at__lte=moment.known)
    if moment.happened is not None:
        events = events.filter(happened_on__lte=moment.happened.date())
    told: dict[UUID, list[Told]] = defaultdict(list)
    for each in events.order_by("number"):
        told[each.line_id].append(Told(Event(each.event), each.amount, each.happened_on))
    return told


def _course(line: PledgeLine, told: Course, became: tuple[int, int, int]) -> Course:
    """Let the ledger say what became of goods; events alone say it of money."""
    if line.form != Form.GOODS:
        return told
    allocated, dispatched, received = map(Decimal, became)
    return replace(
        told,
        committed=max(told.committed, allocated),
        allocated=allocated,
        dispatched=dispatched,
        received=received,
    )


def _became(
    keys: list[UUID], actor: Actor, day: date, moment: Moment
) -> dict[UUID, tuple[int, int, int]]:
    """Say what was allocated, dispatched and received of each line, by the ledger of then."""
    uses = list(
        PledgeUse.objects.filter(
            held(moment.known),
            line__in=keys,
            offer_line__in=visible(OfferLine, actor, day).values("pk"),
        )
    )
    promised = _promised({use.offer_line_id for use in uses}, actor, day)
    owners = [
        key
        for promises in promised.values()
        for each in promises
        for key in (each.pk, *(packed.pk for packed in each.manifest_lines.all()))
    ]
    totals = totals_of(owners, moment)
    found: dict[UUID, tuple[int, int, int]] = {}
    for use in uses:
        sums = [0, 0, 0]
        for each in promised.get(use.offer_line_id, ()):
            sums = [a + b for a, b in zip(sums, _units(each, totals), strict=True)]
        one, two, three = (units * use.denominator // use.numerator for units in sums)
        before = found.get(use.line_id, (0, 0, 0))
        found[use.line_id] = (before[0] + one, before[1] + two, before[2] + three)
    return found


def _promised(lines: set[UUID], actor: Actor, day: date) -> dict[UUID, list[Allocation]]:
    found: dict[UUID, list[Allocation]] = defaultdict(list)
    seen = visible(Allocation, actor, day).filter(offer_line__in=lines)
    for each in seen.prefetch_related("manifest_lines"):
        found[each.offer_line_id].append(each)
    return found


def _units(promise: Allocation, totals: Totals) -> tuple[int, int, int]:
    """Count the units of one promise that were allocated, had left, were signed for as good."""

    def kept_in(owner: UUID, *kinds: K) -> int:
        sides = (totals.get(owner, {}).get(kind, (0, 0)) for kind in kinds)
        return sum(came - went for came, went in sides)

    kept = kept_in(promise.pk, K.ALLOCATED)
    packed = [line.pk for line in promise.manifest_lines.all()]
    sent = sum(kept_in(key, *_GONE) for key in packed)
    waiting = sum(kept_in(key, K.PACKED) for key in packed)
    return kept + sent + waiting, sent, sum(kept_in(key, K.GOOD) for key in packed)
