"""What our own records come to in value: pledges, allocations and receipts with their valuations.

An amount without a valuation is in no sum; how many there are is told.  Exercises are left out,
unless one is asked for by its code.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db import connection

from muster.core.actors import Actor
from muster.core.burden import Entry, Measure
from muster.core.pledges import METHODS, Form, PartyRole
from muster.queries.pledges import counted_out, pledges_seen
from muster.queries.visibility import visible
from muster.records.models import Operation, PledgeLine, PledgeParty, Valuation

# Units of each allocation that hold, wherever they are by now, and those that were signed for.
_PROMISED = """
SELECT promised.id, promised.donor_id, promised.offer_line_id, promised.amount, given.amount,
       (SELECT max(e.happened_at)::date FROM stage_event e
        WHERE e.subject_id = promised.id AND e.after = 'agreed'),
       coalesce((SELECT sum(a.amount_in - a.amount_out) FROM account a
                 WHERE a.owner_id = promised.id AND a.kind = 'allocated'), 0)
       + coalesce((SELECT sum(a.amount_in - a.amount_out) FROM manifest_line m
                   JOIN account a ON a.owner_id = m.id AND a.kind IN (
                       'packed', 'in_transit', 'at_hub', 'handed_over', 'good', 'damaged',
                       'missing', 'rejected', 'lost')
                   WHERE m.allocation_id = promised.id), 0)
FROM allocation AS promised
JOIN offer_line AS given ON given.id = promised.offer_line_id
JOIN operation ON operation.id = promised.operation_id
WHERE promised.stage IN ('agreed', 'closed') AND promised.audiences && %(seen)s::text[]
  AND (promised.operation_id = %(operation)s::uuid
       OR %(operation)s::uuid IS NULL AND operation.kind <> 'exercise')
"""
_SIGNED = """
SELECT promised.id, receipt.signed_at::date, sum(good.amount_in - good.amount_out)
FROM allocation AS promised
JOIN operation ON operation.id = promised.operation_id
JOIN manifest_line AS packed ON packed.allocation_id = promised.id
JOIN account AS good ON good.owner_id = packed.id AND good.kind = 'good'
JOIN receipt ON receipt.consignment_id = packed.consignment_id
WHERE promised.stage IN ('agreed', 'closed') AND promised.audiences && %(seen)s::text[]
  AND (promised.operation_id = %(operation)s::uuid
       OR %(operation)s::uuid IS NULL AND operation.kind <> 'exercise')
GROUP BY promised.id, receipt.signed_at::date
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The entries of our own records, and what is in none of them."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Promise:
    donor: str
    line: UUID
    amount: int
    offered: int
    agreed: date | None
    units: int


_Worths = Mapping[UUID, Sequence[Valuation]]


def own_entries(actor: Actor, day: date, operation: Operation | None) -> Found:
    """Value what is announced, allocated and received, by every method on record."""
    announced, silent = _announced(actor, day, operation)
    allocated, received, unvalued = _given(actor, day, operation)
    notes = [*silent]
    if unvalued:
        notes.append(f"Allocations in no sum, having no valuation: {unvalued}.")
    return Found((*announced, *allocated, *received), tuple(notes))


def _given(
    actor: Actor, day: date, operation: Operation | None
) -> tuple[list[Entry], list[Entry], int]:
    values = {
        "seen": sorted(actor.audiences(day)),
        "operation": operation.pk if operation else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PROMISED, values)
        promised = {row[0]: _Promise(*row[1:]) for row in cursor.fetchall()}
        cursor.execute(_SIGNED, values)
        signed = cursor.fetchall()
    worths = visible(Valuation, actor, day).filter(superseded_at__isnull=True)
    direct = _by(worths.filter(allocation__in=promised), "allocation_id")
    lines = {promise.line for promise in promised.values()}
    through = _by(worths.filter(offer_line__in=lines), "offer_line_id")
    rates = {key: tuple(_rates(key, promise, direct, through)) for key, promise in promised.items()}
    allocated = [
        _entry(promise.donor, promise.agreed, Measure.ALLOCATED, promise.units, rate)
        for key, promise in promised.items()
        for rate in rates[key]
        if promise.agreed and promise.units
    ]
    received = [
        _entry(promised[key].donor, on, Measure.RECEIVED, units, rate)
        for key, on, units in signed
        for rate in rates[key]
        if units
    ]
    return allocated, received, sum(not found for found in rates.values())


@dataclass(frozen=True, slots=True)
class _Rate:
    """The worth of one unit."""

    each: Fraction
    currency: str
    method: str


def _rates(key: UUID, promise: _Promise, direct: _Worths, through: _Worths) -> Iterable[_Rate]:
    """Give the worth of a unit by each method; the allocation's own word goes before its line's."""
    found: dict[tuple[str, str], _Rate] = {}
    for worth in through.get(promise.line, ()):
        each = Fraction(worth.amount) / promise.offered
        found[worth.currency, worth.method] = _Rate(each, worth.currency, worth.method)
    for worth in direct.get(key, ()):
        each = Fraction(worth.amount) / promise.amount
        found[worth.currency, worth.method] = _Rate(each, worth.currency, worth.method)
    return found.values()


def _entry(donor: str, on: date, measure: Measure, units: int, rate: _Rate) -> Entry:
    return Entry(
        donor=donor,
        month=on.replace(day=1),
        measure=measure,
        amount=int(units) * rate.each,
        currency=rate.currency,
        method=rate.method,
    )


def _announced(
    actor: Actor, day: date, operation: Operation | None
) -> tuple[list[Entry], list[str]]:
    lines = list(pledges_seen(actor, day, operation=operation).select_related("pledge"))
    out = counted_out([line.pk for line in lines])
    counted = [line for line in lines if line.pk not in out and not line.withdrawn]
    goods = [line.pk for line in counted if line.form == Form.GOODS]
    worths = visible(Valuation, actor, day).filter(superseded_at__isnull=True)
    valued = _by(worths.filter(pledge_line__in=goods), "pledge_line_id")
    shares, jointly = _donors(counted)
    entries = [
        Entry(
            donor=donor,
            month=line.announced_on.replace(day=1),
            measure=Measure.ANNOUNCED,
            amount=amount * share,
            currency=currency,
            method=method,
        )
        for line in counted
        for amount, currency, method in _sums(line, valued)
        for donor, share in shares.get(line.pledge_id, ())
    ]
    notes = []
    if jointly:
        notes.append(
            f"Pledges in no donor's sum, being announced jointly without shares: {jointly}."
        )
    unvalued = sum(key not in valued for key in goods)
    if unvalued:
        notes.append(f"Lines of pledges in no sum, being goods without a valuation: {unvalued}.")
    return entries, notes


def _sums(line: PledgeLine, valued: _Worths) -> list[tuple[Fraction, str, str]]:
    """Give what a line announces in money, less what was taken off it since."""
    if line.form == Form.GOODS:
        return [(Fraction(v.amount), v.currency, v.method) for v in valued.get(line.pk, ())]
    if line.amount is None:
        return []
    return [(Fraction(line.amount - line.reduced), line.currency, METHODS[Form(line.form)])]


def _donors(
    lines: Iterable[PledgeLine],
) -> tuple[dict[UUID, list[tuple[str, Fraction]]], int]:
    """Give each pledge's donors with their parts; a joint one without shares has none."""
    found: dict[UUID, list[PledgeParty]] = {}
    pledges = {line.pledge_id for line in lines}
    for party in PledgeParty.objects.filter(pledge__in=pledges, role=PartyRole.DONOR.value):
        found.setdefault(party.pledge_id, []).append(party)
    shares: dict[UUID, list[tuple[str, Fraction]]] = {}
    jointly = 0
    for pledge, donors in found.items():
        if len(donors) == 1:
            shares[pledge] = [(donors[0].party_id, Fraction(1))]
        elif all(donor.share is not None for donor in donors):
            shares[pledge] = [(d.party_id, Fraction(d.share or 0) / 100) for d in donors]
        else:
            jointly += 1
    return shares, jointly


def _by(worths: Iterable[Valuation], name: str) -> dict[UUID, list[Valuation]]:
    found: dict[UUID, list[Valuation]] = {}
    for worth in worths:
        found.setdefault(getattr(worth, name), []).append(worth)
    return found
