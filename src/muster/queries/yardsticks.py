"""What burden is held against: rates, targets and published shares, as they are on record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F

from muster.core.actors import Actor
from muster.core.burden import DonorBurden, Monthly, Section, Yardstick, Yardsticks
from muster.core.yardsticks import Basis, NoSharesThen, Rate, Target
from muster.queries.register import standings_of
from muster.queries.visibility import visible
from muster.records.models import BurdenTarget, ExchangeRate, Party, ShareTable, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class RateListed:
    """A rate as it was recorded; one that a later word took the place of says since when."""

    rate: Rate
    recorded_at: datetime
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetListed:
    """A target as it was recorded."""

    target: Target
    body_name: str
    party_name: str
    recorded_at: datetime
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesListed:
    """A table of published shares."""

    name: str
    body: str
    since: date
    until: date | None
    source: str
    shares: tuple[tuple[str, str, Decimal], ...]
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One donor held against one target in one section.

    Args:
        amount: what it carries over the months of the target.
        wanted: what the target comes to in the currency of the section.
        missing: what is missing to it; below zero where it is exceeded.
        rate: the rate that brought GDP into the currency, if one did.
    """

    donor: str
    measure: str
    currency: str
    method: str
    target: Target
    amount: Decimal
    wanted: Decimal
    missing: Decimal
    rate: str


def rates_on_record(actor: Actor, day: date) -> tuple[Rate, ...]:
    """Give the rates that hold now, the latest period first."""
    found = visible(ExchangeRate, actor, day).filter(superseded_at__isnull=True)
    return tuple(_rate(row) for row in found.order_by("-since", "base", "quote", "until"))


def rates_listed(actor: Actor, day: date) -> tuple[RateListed, ...]:
    """List every rate that was ever recorded, the latest period first."""
    found = visible(ExchangeRate, actor, day).order_by(
        "-since", "base", "quote", "until", _LAST_WORD, "-recorded_at"
    )
    return tuple(
        RateListed(rate=_rate(row), recorded_at=row.recorded_at, superseded_at=row.superseded_at)
        for row in found
    )


def targets_listed(actor: Actor, day: date) -> tuple[TargetListed, ...]:
    """List every target that was ever recorded, the latest first."""
    found = visible(BurdenTarget, actor, day).select_related("body", "party")
    return tuple(
        TargetListed(
            target=_target(row),
            body_name=row.body.name,
            party_name=row.party.name if row.party else "each member",
            recorded_at=row.recorded_at,
            superseded_at=row.superseded_at,
        )
        for row in found.order_by("-since", "body", "party", "measure", _LAST_WORD, "-recorded_at")
    )


def shares_listed(actor: Actor, day: date) -> tuple[SharesListed, ...]:
    """List the tables of published shares, the latest first."""
    found = visible(ShareTable, actor, day).prefetch_related("rows__party")
    return tuple(_shares(table) for table in found.order_by("-since", "name"))


def published_shares(
    body: Party, months: Iterable[date], actor: Actor, day: date
) -> tuple[dict[date, Yardsticks], tuple[str, ...]]:
    """Give the shares that held on the first day of each month, and what to say of them.

    Raises:
        NoSharesThen: none are on record for a month.
    """
    tables = list(
        visible(ShareTable, actor, day).filter(body=body).order_by("-since", "-recorded_at")
    )
    held: dict[date, Yardsticks] = {}
    said: dict[str, str] = {}
    for month in sorted(set(months)):
        table = next((each for each in tables if _holds(each, month)), None)
        if table is None:
            raise NoSharesThen(party=body.name, month=f"{month:%Y-%m}")
        rows = list(table.rows.order_by("party_id"))
        total = sum((row.percent for row in rows), Decimal(0))
        said[table.name] = (
            f"Shares by the table {table.name} ({table.source}), in force since {table.since}; "
            f"they add up to {total.normalize():f} % and are taken in proportion."
        )
        held[month] = {
            row.party_id: Yardstick(
                amount=row.percent, year=table.since.year, currency="", source=table.source
            )
            for row in rows
        }
    return held, tuple(said.values())


def held_against_targets(sections: Iterable[Section], actor: Actor, day: date) -> tuple[Held, ...]:
    """Hold each donor of each section against the targets that were set for it."""
    rows = visible(BurdenTarget, actor, day).filter(superseded_at__isnull=True)
    targets = [_target(row) for row in rows.order_by("since", "body", "party", "basis", "currency")]
    members = {target: _bound(target, day) for target in targets}
    return tuple(
        held
        for section in sections
        for target in targets
        if target.measure == section.measure
        for donor in section.donors
        if donor.donor in members[target]
        if (held := _held(donor, section, target)) is not None
    )


def _held(donor: DonorBurden, section: Section, target: Target) -> Held | None:
    """Hold one donor against a target; None where nothing makes the two comparable."""
    rate = ""
    if target.basis is Basis.AMOUNT:
        if target.currency != section.currency:
            return None
        wanted = target.amount
    elif donor.gdp is None:
        return None
    else:
        wanted, rate = donor.gdp * target.amount / 100, donor.gdp_rate
    amount = sum((each.amount for each in _during(donor.months, target)), Decimal(0))
    return Held(
        donor=donor.donor,
        measure=section.measure.value,
        currency=section.currency,
        method=section.method,
        target=target,
        amount=amount,
        wanted=wanted,
        missing=wanted - amount,
        rate=rate,
    )


def _during(months: Iterable[Monthly], target: Target) -> list[Monthly]:
    first = target.since.replace(day=1)
    return [
        each
        for each in months
        if each.month >= first and (target.until is None or each.month < target.until)
    ]


def _bound(target: Target, day: date) -> frozenset[str]:
    """Say whom a target binds: the one it names, or who was a member when it last held."""
    if target.party:
        return frozenset({target.party})
    last = day if target.until is None else min(day, target.until - timedelta(days=1))
    on = max(last, target.since)
    held = standings_of(on).filter(body=target.body, kind=Standing.Kind.MEMBER)
    return frozenset(held.values_list("party_id", flat=True))


def _holds(table: ShareTable, month: date) -> bool:
    return table.since <= month and (table.until is None or month < table.until)


# What holds before what it took the place of.
_LAST_WORD = F("superseded_at").desc(nulls_first=True)


def _exact(number: Decimal) -> Decimal:
    """Give a stored number without the zeros at its end."""
    return Decimal(f"{number.normalize():f}")


def _rate(row: ExchangeRate) -> Rate:
    return Rate(
        base=row.base,
        quote=row.quote,
        rate=_exact(row.rate),
        since=row.since,
        until=row.until,
        method=row.method,
        source=row.source,
    )


def _target(row: BurdenTarget) -> Target:
    return Target(
        body=row.body_id,
        party=row.party_id or "",
        measure=row.measure,
        basis=Basis(row.basis),
        amount=_exact(row.amount),
        currency=row.currency,
        since=row.since,
        until=row.until,
        source=row.source,
    )


def _shares(table: ShareTable) -> SharesListed:
    rows = sorted(table.rows.all(), key=lambda row: (-row.percent, row.party.name))
    return SharesListed(
        name=table.name,
        body=table.body_id,
        since=table.since,
        until=table.until,
        source=table.source,
        shares=tuple((row.party_id, row.party.name, row.percent) for row in rows),
        total=sum((row.percent for row in rows), Decimal(0)),
    )
