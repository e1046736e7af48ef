"""Burden as CSV: one row for each donor and month, each with the definition of what it counts."""

import csv
import io
from collections.abc import Iterable, Iterator

from muster.core.burden import DEFINITIONS, DonorBurden, Monthly, OfKind, Section, in_unit
from muster.queries.burden import Burden

COLUMNS = (
    *("measure", "currency", "unit", "method", "donor", "name", "month", "amount", "own"),
    *("passed_on", "percent_of_all", "gdp", "gdp_year", "percent_of_gdp", "per_head"),
    *("to_target", "definition", "kind", "gdp_rate"),
)


def as_csv(burden: Burden) -> str:
    """Write the whole answer: donors' months and totals, and each section's months and total."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for section in burden.sections:
        writer.writerows(_rows(burden, section))
    return text.getvalue()


def _rows(burden: Burden, section: Section) -> Iterator[list[object]]:
    head = [section.measure.value, section.currency, burden.unit, section.method]
    said = DEFINITIONS[section.measure]
    for donor in section.donors:
        named = [*head, donor.donor, burden.names.get(donor.donor, donor.donor)]
        yield from _parts(named, donor.months, donor.kinds, burden.unit, said)
        yield [*named, "total", *_total(donor, burden.unit), said, "", donor.gdp_rate]
    every = [*head, "", "all donors"]
    yield from _parts(every, section.months, section.kinds, burden.unit, said)
    total = in_unit(section.total, burden.unit)
    yield [*every, "total", total, *[""] * 8, said, "", ""]


def _parts(
    named: Iterable[object],
    months: Iterable[Monthly],
    kinds: Iterable[OfKind],
    unit: str,
    said: str,
) -> Iterator[list[object]]:
    """Write the months, and then the kinds of help over all months."""
    for month in months:
        amount = in_unit(month.amount, unit)
        yield [*named, f"{month.month:%Y-%m}", amount, *[""] * 8, said, "", ""]
    for each in kinds:
        amount = in_unit(each.amount, unit)
        yield [*named, "total of the kind", amount, *[""] * 8, said, each.kind, ""]


def _total(donor: DonorBurden, unit: str) -> list[object]:
    return [
        in_unit(donor.amount, unit),
        in_unit(donor.own, unit),
        in_unit(donor.passed_on, unit),
        donor.of_all,
        "" if donor.gdp is None else in_unit(donor.gdp, unit),
        donor.gdp_year or "",
        "" if donor.of_gdp is None else donor.of_gdp,
        "" if donor.per_head is None else donor.per_head,
        "" if donor.to_target is None else in_unit(donor.to_target, unit),
    ]
