"""What promises that an actor may not see make up of a board's figures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor
from muster.queries.totals import Moment, totals_of
from muster.records.models import Allocation, Operation


@dataclass(slots=True)
class Hidden:
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


def hidden_of(operation: Operation, actor: Actor, day: date, moment: Moment) -> dict[UUID, Hidden]:
    """Add up, by request line, what of its promises the actor may not see."""
    seen = sorted(actor.audiences(day))
    hidden = Allocation.objects.filter(operation=operation).exclude(audiences__overlap=seen)
    if moment.known is not None:
        hidden = hidden.filter(recorded_at__lte=moment.known)
    found = list(hidden.prefetch_related("manifest_lines"))
    owners = [pk for each in found for pk in (each.pk, *_manifest(each))]
    totals = totals_of(owners, moment) if owners else {}
    taken: defaultdict[UUID, Hidden] = defaultdict(Hidden)
    for allocation in found:
        taken[allocation.request_line_id].add(allocation, totals)
    return dict(taken)


def _manifest(allocation: Allocation) -> list[UUID]:
    return [line.pk for line in allocation.manifest_lines.all()]
