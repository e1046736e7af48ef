"""Which lines of a request belong together: those that ask for every part of a kit."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from muster.core.planning.packages import Capability, Member
from muster.records.models import KitPart, RequestLine


def capabilities_of(
    lines: Sequence[RequestLine], there: Mapping[UUID, int]
) -> tuple[Capability, ...]:
    """Find the kits of which a request asks for every part, each part once.

    Of kits that share a line the one of more parts is taken.  What is asked for twice in one
    request is no part of a kit: nothing says which of the two lines belongs to it.

    Args:
        lines: those that are asked for, what is met already among them.
        there: units of each line that are promised, on the way or received.
    """
    kits = _kits({line.item_id for line in lines})
    asked: defaultdict[UUID, dict[str, RequestLine]] = defaultdict(dict)
    times = Counter((line.request_id, line.item_id) for line in lines)
    for line in lines:
        if times[line.request_id, line.item_id] == 1:
            asked[line.request_id][line.item_id] = line
    found = []
    for mine in asked.values():
        for kit in sorted(kits, key=lambda kit: (-len(kits[kit]), kit)):
            parts = kits[kit]
            if all(part.part_id in mine for part in parts):
                taken = [(mine.pop(part.part_id), part) for part in parts]
                found.append(_capability(taken, there))
    return tuple(sorted(found, key=lambda each: each.id))


def _kits(items: set[str]) -> dict[str, list[KitPart]]:
    """Give the kits with two parts or more, all of which are asked for somewhere."""
    kits: defaultdict[str, list[KitPart]] = defaultdict(list)
    holding = KitPart.objects.filter(part__in=items).values("kit")
    rows = KitPart.objects.filter(kit__in=holding).select_related("kit").order_by("kit", "id")
    for row in rows:
        kits[row.kit_id].append(row)
    return {
        kit: parts
        for kit, parts in kits.items()
        if len(parts) > 1 and all(part.part_id in items for part in parts)
    }


def _capability(
    taken: Sequence[tuple[RequestLine, KitPart]], there: Mapping[UUID, int]
) -> Capability:
    line, part = taken[0]
    reference = line.request.reference
    return Capability(
        id=f"{reference} {part.kit_id}",
        label=f"{part.kit.name} ({reference})",
        members=tuple(
            Member(line=str(each.pk), each=of.amount, there=there.get(each.pk, 0))
            for each, of in sorted(taken, key=lambda row: row[0].position)
        ),
    )
