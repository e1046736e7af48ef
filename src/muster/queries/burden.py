"""Who carries how much: of a table that was brought in, or of our own records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
from muster.queries.register import find_party, standings_of
from muster.queries.valuations import own_entries
from muster.queries.visibility import find, visible
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
        currency: only amounts in this currency.
        method: only amounts by this method.
        since: the first month.
        until: the last month.
        reattribute: a union or a fund whose amounts are passed on to its members.
        key: by which figure they are passed on: gdp, population or key.
        unit: the multiple in which amounts are shown; the table's own, if not said.
        shares: the decimals of shares, and a target in percent of GDP.
    """

    table: str | None = None
    operation: str | None = None
    measure: str | None = None
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


def burden_of(actor: Actor, day: date, asked: BurdenAsked) -> Burden:
    """Add up who carries how much, as far as the actor may see it.

    Raises:
        NotFound: there is no such table or operation, or the actor may not see it.
        ChoiceUnknown: the measure, the key or the unit is not known.
        PartyUnknown: the union or fund is not in the register.
        KeyMissing: a member of it has no figure to share by.
        NobodyToShare: it has no member in a month.
        PlacesOutOfRange: so many decimals are not shown.
    """
    _demand_known(asked)
    source = _of_table(actor, day, asked.table) if asked.table else _of_records(actor, day, asked)
    sharing = _sharing(asked, source) if asked.reattribute else None
    chosen = [entry for entry in source.entries if _wanted(entry, asked)]
    sections = sections_of(
        chosen,
        gdp=source.figures.get(FigureKind.GDP, {}),
        population=source.figures.get(FigureKind.POPULATION, {}),
        asked=asked.shares,
        sharing=sharing,
    )
    codes = {donor.donor for section in sections for donor in section.donors}
    return Burden(
        of=source.name,
        unit=source.unit if asked.unit is None else asked.unit,
        names=dict(Party.objects.filter(pk__in=codes).values_list("code", "name")),
        sections=sections,
        reattributed=f"{sharing.name}, by {sharing.key}" if sharing else "",
        notes=(*_notes(asked, source, sharing, sections), *source.notes),
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
        ("key", asked.key, tuple(FigureKind)),
        ("unit", asked.unit, tuple(UNITS)),
    ):
        if given is not None and given not in known:
            raise ChoiceUnknown(at=at, given=given, known=", ".join(k for k in known if k))


def _wanted(entry: Entry, asked: BurdenAsked) -> bool:
    return (
        asked.measure in {None, entry.measure}
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


def _sharing(asked: BurdenAsked, source: _Source) -> Sharing:
    """Say who shares a union's amounts: its members on the first day of each month."""
    party = find_party(asked.reattribute or "")
    months = {entry.month for entry in source.entries if entry.donor == party.pk}
    members = {}
    for month in months:
        held = standings_of(month).filter(body=party, kind=Standing.Kind.MEMBER)
        members[month] = tuple(sorted(held.values_list("party_id", flat=True)))
    return Sharing(
        party=party.code,
        name=party.name,
        key=asked.key,
        weights=source.figures.get(FigureKind(asked.key), {}),
        members=members,
    )


def _notes(
    asked: BurdenAsked, source: _Source, sharing: Sharing | None, sections: Sequence[Section]
) -> list[str]:
    notes = [_ROUNDING.format(places=asked.shares.places), _APART]
    gdp = source.figures.get(FigureKind.GDP, {})
    years = sorted({figure.year for figure in gdp.values()})
    currencies = sorted({figure.currency for figure in gdp.values()})
    if gdp:
        span = f"{years[0]}" + (f" to {years[-1]}" if len(years) > 1 else "")
        notes.append(f"GDP of {span}, in {', '.join(currencies)}.")
    lacking = {s.currency for s in sections if s.currency not in currencies}
    if lacking:
        notes.append(
            f"No share of GDP for amounts in {', '.join(sorted(lacking))}: no GDP in that currency "
            "is on record, and nothing is converted in silence."
        )
    if sharing is not None:
        notes.append(
            f"The amounts of {sharing.name} are passed on to who was its member on the first day "
            f"of the month, in proportion to {sharing.key}."
        )
    return notes
