"""Who carries how much: a table reproduced to the digit, and our own records by their worth."""

# ruff: noqa: ISC004 - a long row of a file

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

import pytest

from muster.actions import burden as verbs
from muster.actions import operations
from muster.actions.operations import Helped
from muster.core.actors import ANYONE, Actor, Role
from muster.core.burden import Asked, KeyMissing, Measure, Section
from muster.core.refusals import (
    ActsForAnother,
    AmountNotPositive,
    ChoiceUnknown,
    DuplicateReference,
    NotFound,
    PartyUnknown,
    Refusal,
    RoleMissing,
    TextMissing,
)
from muster.formats.burden import TableFaulty
from muster.queries.burden import Burden, BurdenAsked, burden_of, tables
from muster.queries.burden_csv import as_csv
from muster.records.models import BurdenRow, BurdenTable, Valuation
from tests import make
from tests.make_pledges import donors, goods, line_of, money, pledged

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()
SAID = {"measure": "allocated", "currency": "EUR", "unit": "bn", "method": "as stated",
        "source": "a made-up tracker"}  # fmt: skip
# Donor, month, EUR bn: made up, with a month that was taken back and digits that do not end evenly.
ROWS = """donor,month,amount
Germany,2022-02,0.123456789
Germany,2022-03,1.5
Estonia,2022-02,0.2500001
Estonia,2022-03,-0.0500001
Czech Republic,2022-03,0.333333333
EU Institutions,2022-03,1.000000001
Germany,2023-01,2.2
EU Institutions,2023-01,0.5
"""
GDP = {"DEU": "3601.75", "EST": "31.445", "CZE": "238.24", "FRA": "2502.12", "HRV": "58.29"}
FIGURES = "donor,figure,year,amount,currency,unit,source\n" + "".join(
    f"{code},gdp,2021,{amount},EUR,bn,made up\n" for code, amount in GDP.items()
)
_OTHERS = "AUT BEL BGR CYP DNK FIN GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK SVN ESP SWE"
NAMES = {"EU Institutions": "EU"}


def brought_in(name: str = "tracker", **more: object) -> BurdenTable:
    given: dict[str, object] = {
        "rows": ROWS.encode(), "figures": FIGURES.encode(), "said": SAID, "names": NAMES,
    }  # fmt: skip
    return verbs.bring_in_table(act=make.act(make.coordinator()), name=name, **given | more)  # type: ignore[arg-type]


def burden(actor: Actor | None = None, **asked: object) -> Burden:
    return burden_of(actor or make.coordinator(), DAY, BurdenAsked(**asked))  # type: ignore[arg-type]


def only(found: Burden) -> Section:
    [section] = found.sections
    return section


def test_a_table_is_reproduced_to_the_digit_from_its_own_rows() -> None:
    brought_in()
    section = only(burden(table="tracker"))
    by_hand: dict[str, Decimal] = {}
    months: dict[str, Decimal] = {}
    for line in ROWS.splitlines()[1:]:
        donor, month, amount = line.split(",")
        by_hand[donor] = by_hand.get(donor, Decimal(0)) + Decimal(amount) * 10**9
        months[month] = months.get(month, Decimal(0)) + Decimal(amount) * 10**9
    assert section.total == sum(by_hand.values()) == Decimal(5856790123)
    assert {f"{m.month:%Y-%m}": m.amount for m in section.months} == months
    totals = {donor.donor: donor for donor in section.donors}
    named = {"Germany": "DEU", "Estonia": "EST", "Czech Republic": "CZE", "EU Institutions": "EU"}
    for name, amount in by_hand.items():
        donor = totals[named[name]]
        assert donor.amount == amount
        if donor.donor in GDP:
            share = 100 * amount / (Decimal(GDP[donor.donor]) * 10**9)
            assert donor.of_gdp == share.quantize(Decimal("0.0001"), ROUND_HALF_UP)
            assert donor.gdp_year == 2021
    assert totals["EU"].of_gdp is None
    assert (totals["DEU"].of_gdp, totals["EST"].of_gdp) == (Decimal("0.1062"), Decimal("0.6360"))


def test_the_unions_share_goes_to_the_members_of_each_month_by_the_stated_key() -> None:
    more = "".join(f"{code},gdp,2021,100,EUR,bn,made up\n" for code in _OTHERS.split())
    brought_in(figures=(FIGURES + more).encode())
    plain = only(burden(table="tracker"))
    found = burden(table="tracker", reattribute="EU", key="gdp", shares=Asked(places=12))
    section = only(found)
    assert section.total == plain.total
    carried = {donor.donor: donor for donor in section.donors}
    assert "EU" not in carried
    assert len(carried) == 27
    whole = sum(map(Decimal, GDP.values())) + 22 * 100
    expected = Decimal(1500000001) * Decimal(GDP["DEU"]) / whole
    assert abs(carried["DEU"].passed_on - expected) < Decimal("1e-9")
    assert found.reattributed == "European Union, by gdp"
    assert any("first day of the month" in note for note in found.notes)


def test_a_member_without_a_key_stops_the_sharing_by_its_name() -> None:
    brought_in()
    with pytest.raises(KeyMissing, match="AUT"):
        burden(table="tracker", reattribute="EU")


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"table": "no such"}, NotFound),
        ({"measure": "promised"}, ChoiceUnknown),
        ({"key": "feeling"}, ChoiceUnknown),
        ({"unit": "crore"}, ChoiceUnknown),
        ({"operation": "NO-SUCH"}, NotFound),
        ({"reattribute": "NOBODY"}, PartyUnknown),
    ],
)
def test_what_is_not_known_is_refused(asked: dict[str, object], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        burden(**asked)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"name": " "}, TextMissing),
        ({"rows": b"donor,month,amount\nAtlantis,2022-01,1\n"}, TableFaulty),
        ({"rows": b"donor,month,amount\nDEU,2022-01,x\n"}, TableFaulty),
        ({"figures": FIGURES.encode() + b"DEU,gdp,2021,1,EUR,bn,twice\n"}, TableFaulty),
        ({"figures": b"donor,figure,year,amount,source\nDEU,gdp,2021,1,x\n", "said": SAID
          | {"currency": ""}}, TableFaulty),
    ],
)  # fmt: skip
def test_a_table_with_a_fault_is_not_stored_at_all(
    more: dict[str, object], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        brought_in(**{"name": "faulty"} | more)  # type: ignore[arg-type]
    make.settled()
    assert BurdenTable.objects.count() == BurdenRow.objects.count() == 0


def test_a_table_has_one_name_and_is_brought_in_by_the_centre_alone() -> None:
    brought_in()
    with pytest.raises(DuplicateReference):
        brought_in()
    with pytest.raises(RoleMissing):
        verbs.bring_in_table(
            act=make.act(make.person(Role.DONOR, "DEU")), name="x", rows=ROWS.encode(), said=SAID
        )
    assert [table.name for table in tables(ANYONE, DAY)] == ["tracker"]


def valued(w: make.World, subject: str, key: UUID, amount: str, **more: object) -> Valuation:
    given: dict[str, object] = {"currency": "EUR", "method": "replacement value",
                                "as_of": date(2023, 2, 1), "source": "the ministry"}  # fmt: skip
    actor = more.pop("actor", None) or w.coordinator
    assert isinstance(actor, Actor)
    return verbs.record_valuation(
        act=make.act(actor), subject=subject, subject_id=key, amount=amount, **given | more
    )  # type: ignore[arg-type]


def ours(w: make.World, **asked: object) -> dict[tuple[str, str, str], Decimal]:
    found = burden(operation=w.operation.code, **asked)
    return {(s.measure.value, s.currency, s.method): s.total for s in found.sections}


def test_pledges_allocations_and_receipts_are_three_measures_by_their_own_worth() -> None:
    w = make.world()
    giving = make.offered(w, "100")
    promise = make.agreed(w, giving, make.asked(w, "100"), "40")
    box = make.handed_over(w, promise, "30")
    make.signed(w, box, damaged=3)
    pledge = pledged(w, money("EUR 500"), goods("10"))
    assert ours(w) == {("announced", "EUR", "money, nominal, as announced"): Decimal(500)}
    valued(w, "offer_line", giving.pk, "1000")
    valued(w, "pledge_line", line_of(pledge, 2).pk, "70")
    assert ours(w) == {
        ("announced", "EUR", "money, nominal, as announced"): Decimal(500),
        ("announced", "EUR", "replacement value"): Decimal(70),
        ("allocated", "EUR", "replacement value"): Decimal(400),
        ("received", "EUR", "replacement value"): Decimal(270),
    }


def test_two_methods_and_two_currencies_of_one_gift_are_never_one_sum() -> None:
    w = make.world()
    promise = make.agreed(w, make.offered(w, "100"), make.asked(w, "100"), "40")
    valued(w, "allocation", promise.pk, "400")
    valued(w, "allocation", promise.pk, "300", method="book value")
    valued(w, "allocation", promise.pk, "430", currency="USD")
    assert ours(w, measure="allocated") == {
        ("allocated", "EUR", "book value"): Decimal(300),
        ("allocated", "EUR", "replacement value"): Decimal(400),
        ("allocated", "USD", "replacement value"): Decimal(430),
    }
    valued(w, "allocation", promise.pk, "450")
    assert ours(w, currency="EUR", method="replacement value") == {
        ("allocated", "EUR", "replacement value"): Decimal(450)
    }
    assert Valuation.objects.filter(allocation=promise).count() == 4


def test_what_has_no_valuation_is_in_no_sum_and_is_counted() -> None:
    w = make.world()
    make.agreed(w, make.offered(w, "100"), make.asked(w, "100"), "40")
    found = burden(operation=w.operation.code)
    assert found.sections == ()
    assert "Allocations in no sum, having no valuation: 1." in found.notes


def test_an_exercise_is_in_no_real_total() -> None:
    w = make.world()
    exercise = operations.open_operation(
        act=make.act(w.coordinator), code="EX-B", name="Exercise", kind="exercise", body="NATO",
        recipients=[Helped("UKR")], began_on=date(2023, 1, 1),
    )  # fmt: skip
    within = make.World(exercise, w.coordinator, w.donor, w.recipient)
    pledged(within, money("EUR 900"))
    pledged(w, money("EUR 500"))
    assert sum(s.total for s in burden().sections) == Decimal(500)
    asked = burden(operation="EX-B")
    assert only(asked).total == Decimal(900)
    assert any("exercise" in note.casefold() for note in asked.notes)


def test_a_joint_pledge_without_shares_is_in_no_donors_sum() -> None:
    w = make.world()
    pledged(w, money("EUR 100"), parties=donors("DEU", "DNK", shares=("75", "25")))
    pledged(w, money("EUR 900"), parties=donors("DEU", "DNK"))
    found = burden(operation=w.operation.code)
    carried = {donor.donor: donor.amount for donor in only(found).donors}
    assert carried == {"DEU": Decimal(75), "DNK": Decimal(25)}
    assert any("jointly without shares: 1." in note for note in found.notes)


def test_a_donor_values_its_own_gift_and_nobody_elses() -> None:
    w = make.world()
    giving = make.offered(w, "100")
    valued(w, "offer_line", giving.pk, "1000", actor=w.donor)
    with pytest.raises(ActsForAnother):
        valued(w, "offer_line", giving.pk, "1", actor=make.person(Role.DONOR, "FRA"))
    for wrong, refusal in (
        ({"method": " "}, TextMissing), ({"source": ""}, TextMissing),
    ):  # fmt: skip
        with pytest.raises(refusal):
            valued(w, "offer_line", giving.pk, "1", **wrong)
    with pytest.raises(AmountNotPositive):
        valued(w, "offer_line", giving.pk, "0")
    with pytest.raises(ChoiceUnknown):
        valued(w, "gift", giving.pk, "1")


def test_the_csv_says_in_each_row_what_it_counts() -> None:
    brought_in()
    lines = as_csv(burden(table="tracker")).splitlines()
    assert lines[0].startswith("measure,currency,unit,method,donor")
    germany = [line for line in lines if ",DEU,Germany,total," in line]
    assert germany == [
        "allocated,EUR,bn,as stated,DEU,Germany,total,3.823456789,3.823456789,0,65.2825,3601.75,"
        "2021,0.1062,,,"
        '"what is promised by donor and recipient both, or earmarked for a purpose; negative where'
        ' it was taken back",,'
    ]
    assert sum(",all donors,2022-03," in line for line in lines) == 1
    assert Measure.ALLOCATED in lines[1]
