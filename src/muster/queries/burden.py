"""Who carries how much: of a table that was brought in, or of our own records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from muster.core.actors import Actor
from muster.core.burden import (
    UNITS,
    Asked,
    Entry,
    FigureKind,
    Measure,
    Section,
    Sharing,
    Yardstick,
    sections_of,
)
from muster.core.intake.nations import find_nation
from muster.core.refusals import ChoiceUnknown
from muster.core.yardsticks import SHARES_KEY
from muster.queries.register import find_party, standings_of
from muster.queries.valuations import own_entries
from muster.queries.visibility import find, visible
from muster.queries.yardsticks import (
    Held,
    held_against_targets,
    published_shares,
    rates_on_record,
)
from muster.records.models import (
    BurdenFigure,
    BurdenRow,
    BurdenTable,
    CountryFigure,
    Operation,
    Party,
    Standing,
)

_ROUNDING = (
    "Sums are exact. Shares, amounts per head and amounts that had to be divided are rounded half "
    "up, away from zero, to {places} decimals."
)
_APART = "Two currencies or two methods of valuation are never added: each has a section."


@dataclass(frozen=True, slots=True, kw_only=True)
class BurdenAsked:
    """What is asked for.

    Args:
        table: the name of a table that was brought in; our own records, if not said.
        operation: of our own records only this operation's; all real ones, if not said.
        measure: only announced, allocated or received.
        kind: only this kind of help, in the words of the table.
        currency: only amounts in this currency.
        method: only amounts by this method.
        since: the first month.
        until: the last month.
        reattribute: a union or a fund whose amounts are passed on to its members.
        key: by which figure they are passed on: gdp, population, key, or its published shares.
        unit: the multiple in which amounts are shown; the table's own, if not said.
        shares: the decimals of shares, and a target in percent of GDP.
    """

    table: str | None = None
    operation: str | None = None
    measure: str | None = None
    kind: str | None = None
    currency: str | None = None
    method: str | None = None
    since: date | None = None
    until: date | None = None
    reattribute: str | None = None
    key: str = "gdp"
    unit: str | None = None
    shares: Asked = field(default_factory=Asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """The answer: sections that are never added to each other, and how they came about."""

    of: str
    unit: str
    names: Mapping[str, str]
    sections: tuple[Section, ...]
    reattributed: str
    targets: tuple[Held, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableListed:
    """A table that was brought in."""

    name: str
    source: str
    unit: str
    rows: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    entries: Sequence[Entry]
    notes: tuple[str, ...]
    figures: Mapping[FigureKind, Mapping[str, Yardstick]]
    name: str
    unit: str


KEYS = (*FigureKind, SHARES_KEY)
"""By what the amounts of a union may be passed on."""


def burden_of(actor: Actor, day: date, asked: BurdenAsked) -> Burden:
    """Add up who carries how much, as far as the actor may see it.

    Raises:
        NotFound: there is no such table or operation, or the actor may not see it.
        ChoiceUnknown: the measure, the key or the unit is not known.
        PartyUnknown: the union or fund is not in the register.
        KeyMissing: a member of it has no figure to share by.
        NoSharesThen: none of its published shares held in a month.
        NobodyToShare: it has no member in a month.
        PlacesOutOfRange: so many decimals are not shown.
    """
    _demand_known(asked)
    source = _of_table(actor, day, asked.table) if asked.table else _of_records(actor, day, asked)
    sharing, said = _sharing(asked, source, actor, day) if asked.reattribute else (None, ())
    shares = replace(asked.shares, rates=rates_on_record(actor, day))
    chosen = [entry for entry in source.entries if _wanted(entry, asked)]
    sections = sections_of(
        chosen,
        gdp=source.figures.get(FigureKind.GDP, {}),
        population=source.figures.get(FigureKind.POPULATION, {}),
        asked=shares,
        sharing=sharing,
    )
    codes = {donor.donor for section in sections for donor in section.donors}
    return Burden(
        of=source.name,
        unit=source.unit if asked.unit is None else asked.unit,
        names=dict(Party.objects.filter(pk__in=codes).values_list("code", "name")),
        sections=sections,
        reattributed=f"{sharing.name}, by {sharing.key}" if sharing else "",
        targets=held_against_targets(sections, actor, day),
        notes=(*_notes(asked, source, sections), *said, *source.notes),
    )


def tables(actor: Actor, day: date) -> tuple[TableListed, ...]:
    """List the tables that were brought in, the latest first."""
    return tuple(
        TableListed(
            name=table.name,
            source=table.source,
            unit=table.unit,
            rows=table.rows.count(),
            recorded_at=table.recorded_at,
        )
        for table in visible(BurdenTable, actor, day).order_by("-recorded_at", "name")
    )


def donors_named(names: Iterable[str], said: Mapping[str, str]) -> dict[str, str]:
    """Find the parties that a table's names mean: by what was said, code, name, or country."""
    parties = list(Party.objects.values_list("code", "name", "iso3"))
    codes = {code for code, _, _ in parties}
    by_name = {name.casefold(): code for code, name, _ in parties}
    by_country = {iso3: code for code, _, iso3 in parties if iso3}
    found: dict[str, str | None] = {}
    for name in names:
        nation = find_nation(name)
        found[name] = next(
            (
                code
                for code in (said.get(name), name, by_name.get(name.casefold()))
                if code in codes
            ),
            by_country.get(nation.iso3) if nation else None,
        )
    return {name: code for name, code in found.items() if code is not None}


def _demand_known(asked: BurdenAsked) -> None:
    for at, given, known in (
        ("measure", asked.measure, tuple(Measure)),
        ("key", asked.key, KEYS),
        ("unit", asked.unit, tuple(UNITS)),
    ):
        if given is not None and given not in known:
            raise ChoiceUnknown(at=at, given=given, known=", ".join(k for k in known if k))


def _wanted(entry: Entry, asked: BurdenAsked) -> bool:
    return (
        asked.measure in {None, entry.measure}
        and asked.kind in {None, entry.kind}
        and asked.currency in {None, entry.currency}
        and asked.method in {None, entry.method}
        and (asked.since is None or entry.month >= asked.since.replace(day=1))
        and (asked.until is None or entry.month <= asked.until)
    )


def _of_table(actor: Actor, day: date, name: str) -> _Source:
    table = find(BurdenTable, name, actor, day, by="name")
    figures: dict[FigureKind, dict[str, Yardstick]] = {}
    for row in BurdenFigure.objects.filter(table=table).order_by("year"):
        figures.setdefault(FigureKind(row.kind), {})[row.donor_id] = Yardstick(
            amount=row.amount, year=row.year, currency=row.currency, source=row.source
        )
    rows = BurdenRow.objects.filter(table=table).order_by("line")
    return _Source(
        entries=[
            Entry(
                donor=row.donor_id,
                month=row.month,
                measure=Measure(row.measure),
                amount=row.amount,
                currency=row.currency,
                method=row.method,
                kind=row.kind,
            )
            for row in rows
        ],
        notes=(f"From the table {table.name}: {table.source}.",),
        figures=figures,
        name=table.name,
        unit=table.unit,
    )


def _of_records(actor: Actor, day: date, asked: BurdenAsked) -> _Source:
    operation = None
    if asked.operation:
        operation = find(Operation, asked.operation, actor, day, by="code")
    found = own_entries(actor, day, operation)
    exercise = operation is not None and operation.kind == Operation.Kind.EXERCISE
    notes = ("An exercise: nothing of it is real.",) if exercise else ()
    return _Source(
        entries=found.entries,
        notes=(*notes, *found.notes),
        figures=_of_countries(),
        name=operation.code if operation else "our own records, exercises left out",
        unit="",
    )


def _of_countries() -> dict[FigureKind, dict[str, Yardstick]]:
    """Give the latest GDP (in US dollars) and population of every party that is a country."""
    kinds = {
        CountryFigure.Measure.GDP_USD: FigureKind.GDP,
        CountryFigure.Measure.POPULATION: FigureKind.POPULATION,
    }
    countries = dict(Party.objects.exclude(iso3="").values_list("iso3", "code"))
    figures: dict[FigureKind, dict[str, Yardstick]] = {kind: {} for kind in kinds.values()}
    rows = CountryFigure.objects.filter(measure__in=kinds, country__in=countries)
    for row in rows.order_by("year"):
        kind = kinds[CountryFigure.Measure(row.measure)]
        figures[kind][countries[row.country_id]] = Yardstick(
            amount=row.amount,
            year=row.year,
            currency="USD" if kind is FigureKind.GDP else "",
            source=row.source,
        )
    return figures


def _sharing(
    asked: BurdenAsked, source: _Source, actor: Actor, day: date
) -> tuple[Sharing, tuple[str, ...]]:
    """Say who shares a union's amounts in each month, by what, and what to tell of that.

    By its published shares those share whom the table names; by any other key its members on the
    first day of the month.
    """
    party = find_party(asked.reattribute or "")
    months = {entry.month for entry in source.entries if entry.donor == party.pk}
    if asked.key == SHARES_KEY:
        held, said = published_shares(party, months, actor, day)
        members = {month: tuple(sorted(weights)) for month, weights in held.items()}
        sharing = Sharing(
            party=party.code,
            name=party.name,
            key="published shares",
            weights={},
            members=members,
            published=held,
        )
        return sharing, said
    members = {}
    for month in months:
        standing = standings_of(month).filter(body=party, kind=Standing.Kind.MEMBER)
        members[month] = tuple(sorted(standing.values_list("party_id", flat=True)))
    sharing = Sharing(
        party=party.code,
        name=party.name,
        key=asked.key,
        weights=source.figures.get(FigureKind(asked.key), {}),
        members=members,
    )
    note = (
        f"The amounts of {party.name} are passed on to who was its member on the first day of the "
        f"month, in proportion to {asked.key}."
    )
    return sharing, (note,)


def _notes(asked: BurdenAsked, source: _Source, sections: Sequence[Section]) -> list[str]:
    notes = [_ROUNDING.format(places=asked.shares.places), _APART]
    gdp = source.figures.get(FigureKind.GDP, {})
    years = sorted({figure.year for figure in gdp.values()})
    currencies = sorted({figure.currency for figure in gdp.values()})
    if gdp:
        span = f"{years[0]}" + (f" to {years[-1]}" if len(years) > 1 else "")
        notes.append(f"GDP of {span}, in {', '.join(currencies)}.")
    rates = sorted({d.gdp_rate for s in sections for d in s.donors if d.gdp_rate})
    notes += [
        f"GDP was brought into the currency of the amounts by a recorded rate: {rate}."
        for rate in rates
    ]
    lacking = {
        s.currency
        for s in sections
        if s.currency not in currencies and not any(d.gdp_rate for d in s.donors)
    }
    if lacking:
        notes.append(
            f"No share of GDP for amounts in {', '.join(sorted(lacking))}: no GDP in that currency "
            "is on record, nor a rate over the year of the GDP, and nothing is converted in "
            "silence."
        )
    return notes
