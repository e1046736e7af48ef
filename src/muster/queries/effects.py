"""What changes when a party joins or leaves a body on a day, from the facts on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from muster.core.accessions import IntoItself
from muster.core.effects import (
    FACTBOOK,
    ROUNDING,
    Border,
    CannotLeave,
    Figure,
    NeighbourEffect,
    NotABody,
    Share,
    Stated,
    Total,
    Way,
    border_effects,
    shares_of,
    total_of,
)
from muster.core.refusals import NotFound
from muster.queries.accessions import Bound, obligations_on
from muster.queries.register import find_party, standing_of, standings_of
from muster.records.models import (
    BorderStatement,
    Country,
    CountryFigure,
    LandBorder,
    Party,
    Place,
    Standing,
)

_EDITION = (
    "Figures are the latest edition on record, the same for before and after, whatever the day; "
    "each names its year."
)
_BODY_KINDS = ("alliance", "union", "group")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gained:
    """A place that the body gains or loses the use of."""

    code: str
    name: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """A land border between the party and another member, by one method."""

    code: str
    name: str
    km: Decimal
    method: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """People and money before and after, and each member's share of the burden by two keys."""

    totals: tuple[Total, ...]
    gdp_shares: tuple[Share, ...]
    defence_shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The members before and after, by code, and who it is about."""

    party: Party
    body: Party
    way: Way
    before: Mapping[str, Party]
    after: Mapping[str, Party]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What changes, before and after; each figure with its method, year and source."""

    party: str
    party_name: str
    body: str
    body_name: str
    on: date
    way: Way
    standing: str
    """What the party is to the body on that day in fact, in words."""
    members_before: int
    members_after: int
    names: Mapping[str, str]
    borders: tuple[NeighbourEffect, ...]
    means: Means
    places: tuple[Gained, ...]
    corridors: tuple[Corridor, ...]
    obligations: tuple[Bound, ...]
    notes: tuple[str, ...]


def effect_of(
    party: str, *, body: str, day: date, way: Way | None = None, neighbour: str | None = None
) -> Effect:
    """Compare a body with and without a party, with everyone else as on that day.

    Args:
        party: who joins or leaves.
        body: which alliance, union or group.
        day: the day on which the others' standings and the obligations are read.
        way: whether it joins or leaves; if not said, it leaves where it left on that very day,
            and joins otherwise.
        neighbour: only the border with this country, by its code of three letters.

    Raises:
        PartyUnknown: the party or the body is not in the register.
        IntoItself: they are one.
        NotABody: nobody has a standing in the body.
        CannotLeave: it is to leave, and is no member.
        NotFound: there is no such neighbour.
    """
    named, in_body = find_party(party), find_party(body)
    _demand_a_body(named, in_body)
    standing = standing_of(party, body=body, day=day)
    chosen = way or _way_in_fact(party, body, day)
    others = _members(body, day, without=party)
    _demand_a_member(named, in_body, standing, day, chosen)
    with_it = {**others, party: named}
    before, after = (others, with_it) if chosen is Way.JOINS else (with_it, others)
    case = _Case(party=named, body=in_body, way=chosen, before=before, after=after)
    return Effect(
        party=party,
        party_name=named.name,
        body=body,
        body_name=in_body.name,
        on=day,
        way=chosen,
        standing=_in_fact(standing),
        members_before=len(before),
        members_after=len(after),
        names={code: member.name for code, member in with_it.items()},
        borders=_borders(case, neighbour),
        means=_means(before, after),
        places=_places(named),
        corridors=_corridors(named, others),
        obligations=obligations_on(day, body=body),
        notes=_notes(before, after),
    )


def _demand_a_body(party: Party, body: Party) -> None:
    if party.pk == body.pk:
        raise IntoItself(party=party.name)
    if body.kind in _BODY_KINDS or Standing.objects.filter(body=body).exists():
        return
    raise NotABody(body=body.name)


def _demand_a_member(
    party: Party, body: Party, standing: Standing | None, day: date, way: Way
) -> None:
    """One that left on that very day was a member until then."""
    if way is Way.JOINS or (standing is not None and standing.kind == Standing.Kind.MEMBER):
        return
    left = Standing.objects.filter(party=party, body=body, kind=Standing.Kind.MEMBER, until=day)
    if not left.exists():
        raise CannotLeave(party=party.name, body=body.name, day=day)


def _way_in_fact(party: str, body: str, day: date) -> Way:
    members = Standing.objects.filter(party_id=party, body_id=body, kind=Standing.Kind.MEMBER)
    return Way.LEAVES if members.filter(until=day).exists() else Way.JOINS


def _in_fact(standing: Standing | None) -> str:
    if standing is None:
        return "none"
    until = f" until {standing.until}" if standing.until else ""
    return f"{standing.kind} since {standing.since}{until}"


def _members(body: str, day: date, *, without: str) -> dict[str, Party]:
    found = standings_of(day).filter(body_id=body, kind=Standing.Kind.MEMBER)
    rows = found.exclude(party_id=without).select_related("party")
    return {row.party_id: row.party for row in rows}


def _countries(parties: Mapping[str, Party]) -> frozenset[str]:
    return frozenset(party.iso3 for party in parties.values() if party.iso3)


def _borders(case: _Case, neighbour: str | None) -> tuple[NeighbourEffect, ...]:
    before, after = _countries(case.before), _countries(case.after)
    names = dict(Country.objects.values_list("code", "name"))
    if neighbour is not None and neighbour not in names:
        raise NotFound(at="neighbour", what="country", name=neighbour)
    effects = border_effects(
        before, after, borders=_lengths(before | after), stated=_stated(case), names=names
    )
    return tuple(each for each in effects if neighbour in {None, each.neighbour})


def _lengths(inside: frozenset[str]) -> list[Border]:
    rows = LandBorder.objects.filter(Q(country__in=inside) | Q(neighbour__in=inside))
    return [
        Border(
            country=row.country_id,
            neighbour=row.neighbour_id,
            km=row.km,
            method=row.method,
            source=row.source,
            checked=row.checked,
        )
        for row in rows
    ]


def _stated(case: _Case) -> list[Stated]:
    """List what others said of this accession; the way out is the same border, read backwards."""
    joins = case.way is Way.JOINS
    return [
        Stated(
            neighbour=row.neighbour_id,
            before_km=row.before_km if joins else row.after_km,
            after_km=row.after_km if joins else row.before_km,
            method=row.method,
            source=row.source,
            checked=row.checked,
        )
        for row in BorderStatement.objects.filter(party=case.party, body=case.body)
    ]


def _means(before: Mapping[str, Party], after: Mapping[str, Party]) -> Means:
    inside = {**before, **after}
    people = _latest(inside, CountryFigure.Measure.POPULATION)
    gdp = _latest(inside, CountryFigure.Measure.GDP_USD)
    percent = _latest(inside, CountryFigure.Measure.DEFENCE)
    defence = {
        code: Figure(
            amount=gdp[code].amount * figure.amount / 100,
            year=figure.year,
            source=figure.source,
            checked=figure.checked,
        )
        for code, figure in percent.items()
        if code in gdp
    }
    return Means(
        totals=(
            total_of("population", before, after, people),
            total_of("gdp_usd", before, after, gdp),
            total_of("defence_usd", before, after, defence),
        ),
        gdp_shares=shares_of(before, after, gdp),
        defence_shares=shares_of(before, after, defence),
    )


def _latest(parties: Mapping[str, Party], measure: str) -> dict[str, Figure]:
    """Give the latest figure of each party's country; one edition for before and after alike."""
    of_country = {party.iso3: code for code, party in parties.items() if party.iso3}
    rows = CountryFigure.objects.filter(country__in=of_country, measure=measure).order_by("year")
    return {
        of_country[row.country_id]: Figure(
            amount=row.amount, year=row.year, source=row.source, checked=row.checked
        )
        for row in rows
    }


def _places(party: Party) -> tuple[Gained, ...]:
    found = Place.objects.filter(country=party.iso3) if party.iso3 else Place.objects.none()
    return tuple(
        Gained(code=place.code, name=place.name, kind=place.kind, source=place.source)
        for place in found.order_by("kind", "name")
    )


def _corridors(party: Party, others: Mapping[str, Party]) -> tuple[Corridor, ...]:
    """List the borders with members: as the party's own page gives them, or for the pair."""
    of_country = {other.iso3: other for other in others.values() if other.iso3}
    own = LandBorder.objects.filter(
        Q(country=party.iso3, neighbour__in=of_country)
        | (Q(neighbour=party.iso3, country__in=of_country) & ~Q(method=FACTBOOK))
    )
    corridors = []
    for row in own.order_by("method", "-km"):
        outer = row.neighbour_id if row.country_id == party.iso3 else row.country_id
        other = of_country[outer]
        corridors.append(
            Corridor(
                code=other.code, name=other.name, km=row.km, method=row.method, source=row.source
            )
        )
    return tuple(corridors)


def _notes(before: Mapping[str, Party], after: Mapping[str, Party]) -> tuple[str, ...]:
    without = sorted(p.name for p in {**before, **after}.values() if not p.iso3)
    notes = [
        ROUNDING,
        "Land borders of dependent territories and of bases abroad are not counted.",
        _EDITION,
    ]
    if without:
        notes.append(f"No country facts, being no country: {', '.join(without)}.")
    return tuple(notes)
