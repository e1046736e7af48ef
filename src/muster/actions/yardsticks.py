"""Yardsticks: record a rate, set a target, bring in the published shares of a union or a fund."""

import hashlib
from collections.abc import Mapping
from datetime import date

from muster.actions.journal import action
from muster.core.actors import CENTRE, NATIONS, PUBLIC, Act, Role
from muster.core.burden import Measure
from muster.core.refusals import ChoiceUnknown, DatesOutOfOrder, DuplicateReference, TextMissing
from muster.core.yardsticks import (
    RateUnclear,
    SameCurrency,
    currency_read,
    plain_number,
    shares_forbid,
    target_read,
)
from muster.formats.burden_sheets import TableFaulty
from muster.formats.shares import ShareRead, read_shares
from muster.queries.burden import donors_named
from muster.queries.register import find_party
from muster.records.models import (
    BurdenTarget,
    ExchangeRate,
    OriginalFile,
    ShareRow,
    ShareTable,
)

_OPEN = [PUBLIC, NATIONS, CENTRE]
_NO_PARTY = "is no party of the register; add it, or say whom it means"


@action("record an exchange rate")
def record_rate(
    *,
    act: Act,
    base: str,
    quote: str,
    rate: str,
    since: date,
    until: date,
    method: str,
    source: str,
) -> ExchangeRate:
    """Record how many of one currency one of another was worth over a period.

    A later word on the same period takes the earlier one's place, which stays on record.

    Args:
        act: the deed.
        base: the currency of which there is one: EUR.
        quote: the currency that is counted: USD.
        rate: how many, as a plain number: 1.0813.
        since: the first day of the period.
        until: its last day.
        method: how it was found, such as "average of the period".
        source: who says so, and where.

    Raises:
        RoleMissing: the actor is neither a coordinator nor an analyst.
        CurrencyUnclear, SameCurrency, RateUnclear, DatesOutOfOrder, TextMissing: as they say.
    """
    act.must_be(Role.COORDINATOR, Role.ANALYST)
    one, other = currency_read(base), currency_read(quote)
    if one == other:
        raise SameCurrency(currency=one)
    number = plain_number(rate, places=_RATE_PLACES)
    if number is None:
        raise RateUnclear(base=one, quote=other, given=rate[:40])
    _demand_texts(method=method, source=source)
    if until < since:
        raise DatesOutOfOrder(
            at="until",
            first="the first day",
            first_date=since,
            second="the last",
            second_date=until,
        )
    earlier = ExchangeRate.objects.filter(
        base=one, quote=other, since=since, until=until, superseded_at__isnull=True
    )
    earlier.update(superseded_at=act.now)
    return ExchangeRate.objects.create(
        id=act.part_id("rate"),
        marking="public",
        audiences=_OPEN,
        recorded_at=act.now,
        act_id=act.id,
        source=source.strip(),
        base=one,
        quote=other,
        rate=number,
        since=since,
        until=until,
        method=method.strip(),
    )


@action("set a target of burden")
def set_target(
    *,
    act: Act,
    body: str,
    amount: str,
    measure: str,
    since: date,
    source: str,
    party: str = "",
    until: date | None = None,
) -> BurdenTarget:
    """Record a target that a body set for one party, or for each of its members.

    A later word on the same target takes the earlier one's place, which stays on record.

    Args:
        act: the deed.
        body: who set it.
        amount: "0.25 %" of GDP, or a sum with its currency: "EUR 40 billion".
        measure: what is counted towards it: announced, allocated or received.
        since: its first day.
        source: who says so, and where.
        party: for whom; for each member of the body, if not said.
        until: the first day on which it no longer holds.

    Raises:
        RoleMissing: the actor is neither a coordinator nor an analyst.
        PartyUnknown: the register has no such body or party.
        ChoiceUnknown: there is no such measure.
        TargetUnclear, CurrencyUnclear, DatesOutOfOrder, TextMissing: as they say.
    """
    act.must_be(Role.COORDINATOR, Role.ANALYST)
    setting = find_party(body)
    bound = find_party(party) if party.strip() else None
    if measure not in set(Measure):
        raise ChoiceUnknown(at="measure", given=measure, known=", ".join(Measure))
    basis, number, currency = target_read(amount)
    _demand_texts(source=source)
    if until is not None and until <= since:
        raise DatesOutOfOrder(
            at="until", first="the first day", first_date=since, second="the end", second_date=until
        )
    earlier = BurdenTarget.objects.filter(
        body=setting,
        party=bound,
        measure=measure,
        basis=basis.value,
        currency=currency,
        since=since,
        superseded_at__isnull=True,
    )
    earlier.update(superseded_at=act.now)
    return BurdenTarget.objects.create(
        id=act.part_id("target"),
        marking="public",
        audiences=_OPEN,
        recorded_at=act.now,
        act_id=act.id,
        source=source.strip(),
        body=setting,
        party=bound,
        measure=measure,
        basis=basis.value,
        amount=number,
        currency=currency,
        since=since,
        until=until,
    )


def bring_in_shares(
    *,
    act: Act,
    body: str,
    name: str,
    shares: bytes,
    since: date,
    source: str,
    until: date | None = None,
    names: Mapping[str, str] | None = None,
    file: str = "",
) -> ShareTable:
    """Bring in the shares that a union or a fund published, whole or not at all.

    Args:
        act: the deed.
        body: whose shares.
        name: what the table is called from now on.
        shares: CSV or a workbook with the columns party and share, in percent.
        since: the first day on which they hold.
        source: where they were published.
        until: the first day on which they no longer hold.
        names: which party a name in the table means, where it is not the register's.
        file: what the file is called, for the places of its faults.

    Raises:
        RoleMissing: the actor is neither a coordinator nor an analyst.
        PartyUnknown: the register has no such body.
        TextMissing: it has no name or no source.
        DuplicateReference: there is a table of that name.
        TableFaulty: with every fault and its place.
        SharesNotWhole: they do not add up to 100 %.
    """
    kept = OriginalFile(sha256=hashlib.sha256(shares).hexdigest(), data=shares, size=len(shares))
    return _bring_in_shares(
        act=act,
        body=body,
        name=name.strip(),
        shares=kept,
        since=since,
        source=source.strip(),
        until=until,
        names=dict(names or {}),
        file=file,
    )


@action("bring in published shares")
def _bring_in_shares(
    *,
    act: Act,
    body: str,
    name: str,
    shares: OriginalFile,
    since: date,
    source: str,
    until: date | None,
    names: Mapping[str, str],
    file: str,
) -> ShareTable:
    act.must_be(Role.COORDINATOR, Role.ANALYST)
    of_body = find_party(body)
    _demand_texts(name=name, source=source)
    if until is not None and until <= since:
        raise DatesOutOfOrder(
            at="until", first="the first day", first_date=since, second="the end", second_date=until
        )
    if ShareTable.objects.filter(name=name).exists():
        raise DuplicateReference(at="name", reference=name)
    read = read_shares(bytes(shares.data), file)
    known = _known(read, names)
    refusal = shares_forbid([row.percent for row in read])
    if refusal is not None:
        raise refusal
    OriginalFile.objects.bulk_create([shares], ignore_conflicts=True)
    table = ShareTable.objects.create(
        id=act.part_id("shares"),
        marking="public",
        audiences=_OPEN,
        recorded_at=act.now,
        act_id=act.id,
        source=source,
        body=of_body,
        name=name,
        since=since,
        until=until,
        sha256=shares.sha256,
    )
    ShareRow.objects.bulk_create(
        ShareRow(table=table, party_id=known[row.party], percent=row.percent) for row in read
    )
    return table


def _known(read: tuple[ShareRead, ...], names: Mapping[str, str]) -> Mapping[str, str]:
    """Find whom each row means; one that means nobody, or somebody again, is a fault."""
    known = donors_named({row.party for row in read}, names)
    faults = [
        row.where.fault("party", f'"{row.party[:40]}" {_NO_PARTY}')
        for row in read
        if row.party not in known
    ]
    seen: set[str] = set()
    for row in read:
        code = known.get(row.party, "")
        if code and code in seen:
            faults.append(row.where.fault("party", f"{code} has a share already"))
        seen.add(code)
    if faults:
        raise TableFaulty(faults)
    return known


def _demand_texts(**texts: str) -> None:
    for at, text in texts.items():
        if not text.strip():
            raise TextMissing(what=f"the {at}", at=at)


_RATE_PLACES = 10
