"""Burden as CSV: one row for each donor and month, each with the definition of what it counts."""

import csv
import io
from collections.abc import Iterator

from muster.core.burden import DEFINITIONS, DonorBurden, Section, in_unit
from muster.queries.burden import Burden

COLUMNS = (
    *("measure", "currency", "unit", "method", "donor", "name", "month", "amount", "own"),
    *("passed_on", "percent_of_all", "gdp", "gdp_year", "percent_of_gdp", "per_head"),
    *("to_target", "definition"),
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
        for month in donor.months:
            amount = in_unit(month.amount, burden.unit)
            yield [*named, f"{month.month:%Y-%m}", amount, *[""] * 8, said]
        yield [*named, "total", *_total(donor, burden.unit), said]
    for month in section.months:
        amount = in_unit(month.amount, burden.unit)
        yield [*head, "", "all donors", f"{month.month:%Y-%m}", amount, *[""] * 8, said]
    yield [*head, "", "all donors", "total", in_unit(section.total, burden.unit), *[""] * 8, said]


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
