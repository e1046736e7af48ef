"""A table in the shape of the public trackers: donor, month, kind; its numbers are made up.

What is expected of it is worked out here from the text of the file alone, with exact fractions.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

NAMES = {
    "Germany": "DEU", "France": "FRA", "Estonia": "EST", "Czech Republic": "CZE",
    "United States": "USA", "EU Institutions": "EU",
}  # fmt: skip
SAID = {"measure": "allocated", "currency": "EUR", "unit": "bn", "method": "as published",
        "source": "a made-up tracker, release 1"}  # fmt: skip
AS_EU = {"EU Institutions": "EU"}
MONTHS = ("2022-02", "2022-03", "2022-12", "2023-01")
KINDS = ("financial", "humanitarian", "military")
# EUR bn by donor and kind, month by month; an empty cell is no row, and one takes back.
_CELLS = {
    ("Germany", "financial"): ("0.1", "", "1.0000001", "0.333333333"),
    ("Germany", "humanitarian"): ("0.015", "0.0750125", "", "0.2"),
    ("Germany", "military"): ("0.123456789", "1.5", "0.7", "2.2"),
    ("France", "military"): ("", "0.1", "0.5000005", ""),
    ("France", "humanitarian"): ("0.033", "0.017", "", "0.004999999"),
    ("Estonia", "military"): ("0.2200001", "-0.0500001", "", "0.113"),
    ("Czech Republic", "military"): ("", "0.333333333", "", "0.06"),
    ("United States", "military"): ("0.35", "1.8", "3.75", "2.5"),
    ("United States", "financial"): ("", "", "8.5", ""),
    ("EU Institutions", "financial"): ("", "1.000000001", "0.5", "3"),
    ("EU Institutions", "military"): ("0.45", "", "0.05", ""),
}
GDP = {"Germany": "3601.75", "France": "2502.12", "Estonia": "31.445", "Czech Republic": "238.24",
       "United States": "19893.7"}  # fmt: skip
PEOPLE = {"Germany": 83196078, "France": 67749632, "Estonia": 1330932, "Czech Republic": 10505772,
          "United States": 331893745}  # fmt: skip
SHARES = {"Germany": "43.7", "France": "35.25", "Estonia": "1.05", "Czech Republic": "20"}
_BN = 10**9


@dataclass(frozen=True)
class Row:
    """One amount of the file, in plain euros."""

    donor: str
    month: str
    kind: str
    amount: Fraction


ROWS = tuple(
    Row(donor, month, kind, Fraction(cell) * _BN)
    for (donor, kind), cells in _CELLS.items()
    for month, cell in zip(MONTHS, cells, strict=True)
    if cell
)


def long_csv() -> str:
    """A row for each donor, month and kind."""
    lines = ["donor,month,type of aid,amount"]
    lines += [
        f"{donor},{month},{kind},{cell}"
        for (donor, kind), cells in _CELLS.items()
        for month, cell in zip(MONTHS, cells, strict=True)
        if cell
    ]
    return "\n".join(lines) + "\n"


def wide_csv() -> str:
    """A row for each donor and kind, a column for each month."""
    lines = [",".join(("country", "type of aid", *MONTHS))]
    lines += [",".join((*key, *cells)) for key, cells in _CELLS.items()]
    return "\n".join(lines) + "\n"


def wide_cells() -> list[list[object]]:
    """The same as cells of a workbook, under two titles as trackers have them."""
    return [
        ["Made-up tracker"],
        ["All figures in bn EUR"],
        ["Country", "Type of aid", *MONTHS],
        *(
            [donor, kind, *(float(cell) if cell else None for cell in cells)]
            for (donor, kind), cells in _CELLS.items()
        ),
    ]


def figure_cells() -> list[list[object]]:
    """GDP (EUR bn) and population as cells."""
    rows: list[list[object]] = [["donor", "figure", "year", "amount", "currency", "unit"]]
    rows += [[name, "gdp", 2021, float(gdp), "EUR", "bn"] for name, gdp in GDP.items()]
    return rows + [[name, "population", 2021, many, "", ""] for name, many in PEOPLE.items()]


def figures_csv() -> str:
    """GDP and population as CSV; the unit that is said for all rows does not hold for heads."""
    lines = ["donor,figure,year,amount,currency,unit"]
    lines += [f"{name},gdp,2021,{gdp},EUR,bn" for name, gdp in GDP.items()]
    lines += [f"{name},population,2021,{many},," for name, many in PEOPLE.items()]
    return "\n".join(lines) + "\n"


def shares_csv() -> str:
    """Published shares of the union, in percent."""
    return "country,share\n" + "".join(f"{name},{each}\n" for name, each in SHARES.items())


def shown(value: Fraction, places: int) -> Decimal:
    """Round half up, away from zero, by another way than the product's."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def expected(*, shares: bool = False) -> dict[str, Fraction]:
    """What each donor carries; with `shares`, the union's part goes to its members by them."""
    carried: dict[str, Fraction] = {}
    for row in ROWS:
        if shares and row.donor == "EU Institutions":
            whole = sum(map(Fraction, SHARES.values()))
            for name, share in SHARES.items():
                part = row.amount * Fraction(share) / whole
                carried[name] = carried.get(name, Fraction(0)) + part
        else:
            carried[row.donor] = carried.get(row.donor, Fraction(0)) + row.amount
    return carried
