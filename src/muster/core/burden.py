"""Who carries how much: entries per donor and month, summed, shared by keys, held against GDP.

Amounts are exact decimals of one currency by one method of valuation.  A section holds one measure
in one currency by one method; nothing is added over sections.  Shares are exact fractions until
they are shown, and then rounded half up (away from zero) to a stated number of decimals.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction

from muster.core.refusals import Kind, Refusal
from muster.core.yardsticks import Rate

MOST_PLACES = 12
_EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
UNITS: Mapping[str, Decimal] = {
    "": Decimal(1),
    "thousand": Decimal(10) ** 3,
    "mn": Decimal(10) ** 6,
    "bn": Decimal(10) ** 9,
}
"""Words for multiples of a currency, as tables use them."""


class Measure(StrEnum):
    """What an amount counts; pledges are announced, and are in neither of the other two."""

    ANNOUNCED = "announced"
    ALLOCATED = "allocated"
    RECEIVED = "received"


DEFINITIONS: Mapping[str, str] = {
    Measure.ANNOUNCED: "what was announced, in its month; counted in neither of the other two",
    Measure.ALLOCATED: "what is promised by donor and recipient both, or earmarked for a purpose; "
    "negative where it was taken back",
    Measure.RECEIVED: "what the recipient counted as good and signed for, or money that was paid",
}


class FigureKind(StrEnum):
    """What a donor's amounts are held against, or shared by."""

    GDP = "gdp"
    POPULATION = "population"
    KEY = "key"


class KeyMissing(Refusal, kind=Kind.CONFLICT, field="key"):
    """The share of {party} in {month} cannot be passed on by {key}: no figure of {missing}."""


class NobodyToShare(Refusal, kind=Kind.CONFLICT, field="reattribute"):
    """{party} has no member on record in {month}, so its share cannot be passed on."""


class PlacesOutOfRange(Refusal, field="places"):
    """Shares are shown with 0 to {most} decimals, not {given}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An amount of a donor in a month: what it counts, in which currency, by which method."""

    donor: str
    month: date
    measure: Measure
    amount: Decimal | Fraction
    currency: str
    method: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """A donor's GDP, population or key: the amount, its year, its currency and its source."""

    amount: Decimal
    year: int
    currency: str
    source: str


Yardsticks = Mapping[str, Yardstick]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Whose amounts are passed on to its members, by which key, and who they are in a month."""

    party: str
    name: str
    key: str
    weights: Yardsticks
    members: Mapping[date, tuple[str, ...]]
    # Of published shares, those that held in each month; they go before the weights.
    published: Mapping[date, Yardsticks] = field(default_factory=dict)

    def weights_of(self, month: date) -> Yardsticks:
        """Give by what the amounts of a month are shared."""
        return self.published.get(month, self.weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How the shares are wanted.

    Args:
        places: the decimals of shares and of amounts that had to be divided.
        target: a share of GDP in percent to hold each donor against, if any.
        rates: by which a GDP in another currency may be held against; none, if not said.
    """

    places: int = 4
    target: Decimal | None = None
    rates: tuple[Rate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Monthly:
    """An amount of a month."""

    month: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OfKind:
    """An amount of a kind of help, in the words of its table."""

    kind: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorBurden:
    """What one donor carries in a section.

    Args:
        own: its own rows.
        passed_on: what it carries of a union or a fund.
        amount: both.
        of_all: its part of the section, in percent.
        gdp: its GDP in the currency of the section.
        gdp_rate: the rate that brought the GDP into that currency; nothing where it was in it.
        of_gdp: its amount in percent of its GDP; None where no GDP in the currency is on record,
            nor a rate over the year of that GDP.
        per_head: its amount divided by its population.
        to_target: what is missing to the target (negative: exceeded), in the currency.
    """

    donor: str
    own: Decimal
    passed_on: Decimal
    amount: Decimal
    of_all: Decimal
    gdp: Decimal | None
    gdp_year: int | None
    gdp_rate: str
    of_gdp: Decimal | None
    per_head: Decimal | None
    to_target: Decimal | None
    months: tuple[Monthly, ...]
    kinds: tuple[OfKind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One measure in one currency by one method: the only thing that is ever added up."""

    measure: Measure
    currency: str
    method: str
    total: Decimal
    months: tuple[Monthly, ...]
    donors: tuple[DonorBurden, ...]
    kinds: tuple[OfKind, ...] = ()


def sections_of(
    entries: Iterable[Entry],
    *,
    gdp: Yardsticks,
    population: Yardsticks,
    asked: Asked,
    sharing: Sharing | None = None,
) -> tuple[Section, ...]:
    """Add entries up, each measure, currency and method apart.

    Raises:
        PlacesOutOfRange: so many decimals are not shown.
        KeyMissing: a member of the union or fund has no figure to share by.
        NobodyToShare: it has no member in a month.
    """
    if not 0 <= asked.places <= MOST_PLACES:
        raise PlacesOutOfRange(most=MOST_PLACES, given=asked.places)
    groups: dict[tuple[Measure, str, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.measure, entry.currency, entry.method), []).append(entry)
    order = list(Measure)
    return tuple(
        _section(key, groups[key], gdp, population, asked, sharing)
        for key in sorted(groups, key=lambda key: (order.index(key[0]), *key[1:]))
    )


def rounded(value: Fraction, places: int) -> Decimal:
    """Show a fraction with so many decimals, rounded half up, away from zero."""
    scale = 10**places
    twice = abs(value) * scale * 2
    whole = (twice.numerator // twice.denominator + 1) // 2
    sign = -1 if value < 0 else 1
    return _EXACT.scaleb(Decimal(sign * whole), -places)


def in_unit(amount: Decimal, unit: str) -> Decimal:
    """Give an amount in thousands, millions or billions, exactly, without the zeros at its end."""
    divided = _EXACT.divide(amount, UNITS[unit])
    plain = divided.normalize(_EXACT)
    return plain.quantize(Decimal(1), context=_EXACT) if plain == plain.to_integral() else plain


def _section(  # noqa: PLR0917 - the facts of one section, from one place
    key: tuple[Measure, str, str],
    entries: Sequence[Entry],
    gdp: Yardsticks,
    population: Yardsticks,
    asked: Asked,
    sharing: Sharing | None,
) -> Section:
    measure, currency, method = key
    own: _Sums = {}
    passed: _Sums = {}
    for entry in entries:
        if sharing is not None and entry.donor == sharing.party:
            _pass_on(passed, entry, sharing)
        else:
            _add(own, entry.donor, entry, Fraction(entry.amount))
    total = sum((Fraction(entry.amount) for entry in entries), Fraction(0))
    donors = [
        _donor(
            donor,
            own.get(donor, {}),
            passed.get(donor, {}),
            total,
            _in_currency(gdp.get(donor), currency, asked.rates),
            population.get(donor),
            asked,
        )
        for donor in sorted(own.keys() | passed.keys())
    ]
    whole: _Sums = {}
    for entry in entries:
        _add(whole, "", entry, Fraction(entry.amount))
    return Section(
        measure=measure,
        currency=currency,
        method=method,
        total=_plain(total, asked.places),
        months=_monthly([whole.get("", {})], asked.places),
        kinds=_of_kinds([whole.get("", {})], asked.places),
        donors=tuple(sorted(donors, key=lambda each: (-each.amount, each.donor))),
    )


_Sums = dict[str, dict[tuple[date, str], Fraction]]
"""By donor, the sum of each month and kind."""


def _pass_on(passed: _Sums, entry: Entry, sharing: Sharing) -> None:
    members = sharing.members.get(entry.month, ())
    month = f"{entry.month:%Y-%m}"
    if not members:
        raise NobodyToShare(party=sharing.name, month=month)
    held = sharing.weights_of(entry.month)
    missing = [code for code in members if code not in held]
    if missing:
        raise KeyMissing(
            party=sharing.name, month=month, key=sharing.key, missing=", ".join(missing)
        )
    weights = {code: Fraction(held[code].amount) for code in members}
    whole = sum(weights.values())
    for code, weight in weights.items():
        _add(passed, code, entry, Fraction(entry.amount) * weight / whole)


def _add(sums: _Sums, donor: str, entry: Entry, amount: Fraction) -> None:
    of_donor = sums.setdefault(donor, {})
    key = (entry.month, entry.kind)
    of_donor[key] = of_donor.get(key, Fraction(0)) + amount


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gdp:
    """A GDP in the currency of a section, and the rate that brought it there, if one did."""

    amount: Fraction
    year: int
    rate: Rate | None


def _in_currency(gdp: Yardstick | None, currency: str, rates: Sequence[Rate]) -> _Gdp | None:
    """Give a GDP in a currency: as it is, or by the recorded rate over its own year, or not."""
    if gdp is None:
        return None
    if gdp.currency == currency:
        return _Gdp(amount=Fraction(gdp.amount), year=gdp.year, rate=None)
    for rate in rates:
        if rate.covers_year(gdp.year) and rate.between(gdp.currency, currency):
            amount = rate.into(gdp.amount, gdp.currency)
            return _Gdp(amount=amount, year=gdp.year, rate=rate)
    return None


def _donor(  # noqa: PLR0917 - the facts of one donor, from one place
    donor: str,
    own: Mapping[tuple[date, str], Fraction],
    passed: Mapping[tuple[date, str], Fraction],
    total: Fraction,
    gdp: _Gdp | None,
    population: Yardstick | None,
    asked: Asked,
) -> DonorBurden:
    own_sum, passed_sum = sum(own.values(), Fraction(0)), sum(passed.values(), Fraction(0))
    amount = own_sum + passed_sum
    return DonorBurden(
        donor=donor,
        own=_plain(own_sum, asked.places),
        passed_on=_plain(passed_sum, asked.places),
        amount=_plain(amount, asked.places),
        of_all=rounded(100 * amount / total, asked.places) if total else Decimal(0),
        gdp=_plain(gdp.amount, asked.places) if gdp else None,
        gdp_year=gdp.year if gdp else None,
        gdp_rate=gdp.rate.text if gdp and gdp.rate else "",
        of_gdp=rounded(100 * amount / gdp.amount, asked.places) if gdp and gdp.amount else None,
        per_head=rounded(amount / Fraction(population.amount), asked.places)
        if population and population.amount
        else None,
        to_target=_plain(gdp.amount * Fraction(asked.target) / 100 - amount, asked.places)
        if gdp and asked.target is not None
        else None,
        months=_monthly([own, passed], asked.places),
        kinds=_of_kinds([own, passed], asked.places),
    )


def _monthly(
    sums: Sequence[Mapping[tuple[date, str], Fraction]], places: int
) -> tuple[Monthly, ...]:
    months: dict[date, Fraction] = {}
    for each in sums:
        for (month, _), amount in each.items():
            months[month] = months.get(month, Fraction(0)) + amount
    return tuple(
        Monthly(month=month, amount=_plain(months[month], places)) for month in sorted(months)
    )


def _of_kinds(
    sums: Sequence[Mapping[tuple[date, str], Fraction]], places: int
) -> tuple[OfKind, ...]:
    """Sum each kind of help; nothing where the table names none."""
    kinds: dict[str, Fraction] = {}
    for each in sums:
        for (_, kind), amount in each.items():
            kinds[kind] = kinds.get(kind, Fraction(0)) + amount
    if set(kinds) <= {""}:
        return ()
    return tuple(OfKind(kind=kind, amount=_plain(kinds[kind], places)) for kind in sorted(kinds))


def _plain(value: Fraction, places: int) -> Decimal:
    """Give a sum exactly; one that was divided and has no end is rounded to `places` decimals."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return rounded(value, places)
    return _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
