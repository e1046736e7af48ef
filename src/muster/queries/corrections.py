"""Corrections of signed counts: what each changed, when it was true, when it was known, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from muster.core.accounts import AccountKind as K
from muster.core.actors import Actor, Role
from muster.core.quantities.units import find_measure
from muster.queries.balances import balances
from muster.queries.visibility import find, seen_by
from muster.records.models import Consignment, Operation, Receipt, Transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """So many smallest units of the item went from one outcome to another.

    The outcomes are good, damaged, missing, rejected and extra; what is extra and was not counted
    before, or is no longer, was or is "uncounted".
    """

    amount: int
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction of one counted line.

    Args:
        id: the act's own, which is its line in the journal.
        line: the need the goods are for, "REFERENCE/position".
        happened_at: since when it is true.
        recorded_at: since when it is known.
        moved: what it changed, in smallest units of the item that came.
        received: the difference it made to what the need has received, in smallest units of the
            item that was asked for.
    """

    id: UUID
    consignment: UUID
    reference: str
    manifest_line: UUID
    position: int
    item: str
    item_name: str
    unit: str
    line: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    why: str
    moved: tuple[Moved, ...]
    received: int
    received_unit: str


def corrections(
    operation: Operation, actor: Actor, day: date, *, consignment: UUID | None = None
) -> tuple[Correction, ...]:
    """List the corrections of an operation's receipts, the first recorded first.

    Args:
        operation: which one.
        actor: on whose behalf; corrections of goods they may not see are left out.
        day: today, on which the actor's roles are judged.
        consignment: only those of this consignment's receipt.
    """
    of = "to_account__manifest_line"
    found = Transfer.objects.filter(
        seen_by(actor, day, through=of),
        corrects__isnull=False,
        **{f"{of}__consignment__operation": operation},
    )
    if consignment is not None:
        found = found.filter(**{f"{of}__consignment": consignment})
    related = (f"{of}__consignment", f"{of}__allocation__request_line__request", f"{of}__item")
    transfers = found.select_related(
        "act", "from_account", f"{of}__allocation__request_line__item", *related
    ).order_by("id")
    by_act: dict[UUID, list[Transfer]] = {}
    for transfer in transfers:
        by_act.setdefault(transfer.act_id, []).append(transfer)
    received = _received(by_act)
    return tuple(_shown(parts, received.get(act, 0)) for act, parts in by_act.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class CountNow:
    """What one line of a signed receipt comes to by now, in smallest units of its item."""

    manifest_line: UUID
    position: int
    item: str
    unit: str
    unit_code: str
    dispatched: int
    good: int
    damaged: int
    missing: int
    rejected: int
    extra: int


def counts_now(consignment: UUID, actor: Actor, day: date) -> tuple[CountNow, ...]:
    """List what each line of a signed receipt comes to, for the recipient who may correct it.

    For anyone else, and while nothing is signed, the list is empty.
    """
    box = find(Consignment, consignment, actor, day)
    signed = Receipt.objects.filter(consignment=box).exists()
    if not signed or box.consignee_id not in actor.parties(Role.RECIPIENT, day):
        return ()
    lines = list(box.lines.select_related("item").order_by("position"))
    kinds = (K.GOOD, K.DAMAGED, K.MISSING, K.REJECTED, K.EXTRA)
    held = balances(kinds, [line.pk for line in lines])
    return tuple(
        CountNow(
            manifest_line=line.pk,
            position=line.position,
            item=line.item.name,
            unit=find_measure(line.item.unit).plural,
            unit_code=line.item.unit,
            dispatched=line.amount,
            good=held.get((line.pk, K.GOOD), 0),
            damaged=held.get((line.pk, K.DAMAGED), 0),
            missing=held.get((line.pk, K.MISSING), 0),
            rejected=held.get((line.pk, K.REJECTED), 0),
            extra=held.get((line.pk, K.EXTRA), 0),
        )
        for line in lines
    )


def _received(acts: Iterable[UUID]) -> dict[UUID, int]:
    """Say by how much each act changed what its need has received."""
    changed: dict[UUID, int] = {}
    needs = Transfer.objects.filter(act__in=list(acts)).values_list(
        "act_id", "amount", "from_account__kind", "to_account__kind"
    )
    for act, amount, before, after in needs:
        more = (after == K.NEED_RECEIVED) - (before == K.NEED_RECEIVED)
        changed[act] = changed.get(act, 0) + more * amount
    return changed


# What was extra all the time came from nowhere that was counted.
_WORDS: dict[str, str] = {K.EXTRA_SOURCE: "uncounted"}


def _shown(parts: list[Transfer], received: int) -> Correction:
    first = parts[0]
    counted = first.to_account.manifest_line
    if counted is None:
        raise AssertionError
    need = counted.allocation.request_line
    moved: dict[tuple[str, str], int] = {}
    for part in parts:
        way = part.from_account.kind, part.to_account.kind
        moved[way] = moved.get(way, 0) + part.amount
    return Correction(
        id=first.act_id,
        consignment=counted.consignment_id,
        reference=counted.consignment.reference,
        manifest_line=counted.pk,
        position=counted.position,
        item=counted.item_id,
        item_name=counted.item.name,
        unit=find_measure(counted.item.unit).plural,
        line=f"{need.request.reference}/{need.position}",
        happened_at=first.happened_at,
        recorded_at=first.recorded_at,
        by=first.act.user_name,
        why=first.act.reason,
        moved=tuple(
            Moved(amount=amount, before=_WORDS.get(before, before), after=_WORDS.get(after, after))
            for (before, after), amount in moved.items()
        ),
        received=received,
        received_unit=find_measure(need.item.unit).plural,
    )
