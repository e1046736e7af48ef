"""The facts about countries and accessions that ship with Muster; loaded as part of setting up."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from muster.core.actors import CENTRE, NATIONS, PUBLIC, Act
from muster.records.models import (
    AccessionStep,
    BorderStatement,
    Country,
    CountryFigure,
    ExchangeRate,
    LandBorder,
    Obligation,
)

_REFERENCE = Path(__file__).parent.parent / "records" / "reference"


def load_countries() -> None:
    """Store countries with their figures and borders, where there are none."""
    if Country.objects.exists():
        return
    Country.objects.bulk_create(Country(**row) for row in _rows("countries"))
    CountryFigure.objects.bulk_create(
        CountryFigure(
            country_id=row["country"],
            measure=row["measure"],
            year=int(row["year"]),
            amount=Decimal(row["amount"]),
            source=row["source"],
            checked=row["checked"],
        )
        for row in _rows("country_figures")
    )
    LandBorder.objects.bulk_create(
        LandBorder(
            country_id=row["country"],
            neighbour_id=row["neighbour"],
            km=Decimal(row["km"]),
            method=row["method"],
            source=row["source"],
            checked=row["checked"],
        )
        for row in _rows("land_borders")
    )


def load_accessions(act: Act) -> None:
    """Store the steps of accessions, what members are bound to, and what others said of borders."""
    if Obligation.objects.exists():
        return
    # In the order of the file, in which each step finds what it needs.
    AccessionStep.objects.bulk_create(
        AccessionStep(
            id=act.part_id(f"accession step {number}"),
            party_id=row["party"],
            body_id=row["body"],
            step=row["step"],
            by_id=row["by"] or None,
            happened_on=date.fromisoformat(row["happened_on"]),
            source=row["source"],
            checked=row["checked"],
            recorded_at=act.now,
        )
        for number, row in enumerate(_rows("accession_steps"))
    )
    Obligation.objects.bulk_create(
        Obligation(
            code=row["code"],
            body_id=row["body"],
            authority=row["authority"],
            binds=row["binds"],
            text=row["text"],
            since=date.fromisoformat(row["since"]),
            until=date.fromisoformat(row["until"]) if row["until"] else None,
            source=row["source"],
            checked=row["checked"],
        )
        for row in _rows("obligations")
    )
    BorderStatement.objects.bulk_create(
        BorderStatement(
            party_id=row["party"],
            body_id=row["body"],
            neighbour_id=row["neighbour"],
            before_km=Decimal(row["before_km"]),
            after_km=Decimal(row["after_km"]),
            method=row["method"],
            source=row["source"],
            checked=row["checked"],
        )
        for row in _rows("border_statements")
    )


def load_rates(act: Act) -> None:
    """Store the exchange rates that ship with Muster, where there are none."""
    if ExchangeRate.objects.exists():
        return
    ExchangeRate.objects.bulk_create(
        ExchangeRate(
            id=act.part_id(f"rate {number}"),
            marking="public",
            audiences=[PUBLIC, NATIONS, CENTRE],
            recorded_at=act.now,
            act_id=act.id,
            base=row["base"],
            quote=row["quote"],
            rate=Decimal(row["rate"]),
            since=date.fromisoformat(row["since"]),
            until=date.fromisoformat(row["until"]),
            method=row["method"],
            source=row["source"],
        )
        for number, row in enumerate(_rows("exchange_rates"))
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
