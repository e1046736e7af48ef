"""An announcement typed as it is heard is understood, or asked about; never guessed."""

from datetime import date
from decimal import Decimal

import pytest

from muster.core.meetings import Count, count_in
from muster.core.pledge_entry import Heard, Named, hear_line, hear_lines, names_in
from muster.core.pledges import (
    Course,
    CurrencyUnclear,
    Form,
    PledgeOfNothing,
    Step,
    YearsUnreadable,
    next_step,
)
from muster.core.readouts import (
    CurrenciesMixed,
    ReadoutFacts,
    Said,
    compose_readout,
    sums_of,
    total_of,
)
from muster.core.refusals import AmountAmbiguous, AmountNotPositive


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("5,000 family tents", Heard(form=Form.GOODS, amount="5000", what="family tents")),
        (
            "more than 90 T-72 tanks",
            Heard(form=Form.GOODS, amount="at least 90", what="T-72 tanks"),
        ),
        ("3 L-39 aircraft", Heard(form=Form.GOODS, amount="3", what="L-39 aircraft")),
        ("14 M-113 carriers", Heard(form=Form.GOODS, amount="14", what="M-113 carriers")),
        ("2 G-36 and T-72M1", Heard(form=Form.GOODS, amount="2", what="G-36 and T-72M1")),
        ("T-72 tanks", Heard(form=Form.GOODS, amount="", what="T-72 tanks")),
        ("18 t of sand", Heard(form=Form.GOODS, amount="18", unit="TNE", what="sand")),
        ("50 BMP-1", Heard(form=Form.GOODS, amount="50", what="BMP-1")),
        ("up to 30 F-16 aircraft", Heard(form=Form.GOODS, amount="up to 30", what="F-16 aircraft")),
        ("air defence systems", Heard(form=Form.GOODS, amount="", what="air defence systems")),
        (
            "20,000 155 mm rounds a month",
            Heard(form=Form.GOODS, amount="20000 per month", what="155 mm rounds"),
        ),
        (
            "EUR 1 bn a year 2025-2029",
            Heard(form=Form.MONEY, amount="EUR 1 bn", years="2025-2029", each_year=True),
        ),
        (
            "GBP 350 million for 100,000 drones in 2025",
            Heard(form=Form.MONEY, amount="GBP 350 million", what="100,000 drones", years="2025"),
        ),
        (
            "package worth USD 2.5 billion",
            Heard(form=Form.WORTH, amount="USD 2.5 billion", what="package"),
        ),
    ],
)
def test_a_line_is_understood_as_it_is_heard(text: str, heard: Heard) -> None:
    assert hear_line(text) == heard


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("1,200 l diesel", AmountAmbiguous),
        ("$500 million", CurrencyUnclear),
        ("EUR 3 bn a year", YearsUnreadable),
        (" . ", PledgeOfNothing),
        ("EUR -5 million", AmountNotPositive),
        ("-500 tents", AmountAmbiguous),
        ("500 sleeping bags rated to -20", AmountAmbiguous),
        ("0 tents", AmountNotPositive),
    ],
)
def test_what_may_mean_two_things_is_asked(text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        hear_line(text)


def test_each_line_of_a_text_is_a_line_and_no_line_is_nothing() -> None:
    assert [each.what for each in hear_lines("5 tents\n\n7 stoves\n")] == ["tents", "stoves"]
    with pytest.raises(PledgeOfNothing):
        hear_lines("\n  \n")


def test_parties_are_named_together_with_their_shares() -> None:
    assert names_in("DEU 62.5 %, NLD 37.5 %") == (
        Named("DEU", Decimal("62.5")),
        Named("NLD", Decimal("37.5")),
    )
    assert names_in("United Kingdom and Norway") == (
        Named("United Kingdom", None),
        Named("Norway", None),
    )


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("41 countries", Count(41, 41)),
        ("44 countries, NATO and the EU", Count(44, 44)),
        ("nearly 50", Count(None, 50)),
        ("more than 50", Count(50, None)),
        ("about 50 expected", Count(None, None)),
        ("many", Count(None, None)),
    ],
)
def test_a_published_count_means_no_more_than_it_says(said: str, count: Count) -> None:
    assert count_in(said) == count


def course(**figures: int | bool | None) -> Course:
    given = {"announced": 100, **figures}
    return Course(
        **{  # type: ignore[arg-type]
            name: Decimal(value)
            if isinstance(value, int) and not isinstance(value, bool)
            else value
            for name, value in given.items()
        }
    )


@pytest.mark.parametrize(
    ("found", "form", "offered", "step"),
    [
        (course(announced=None), Form.GOODS, False, Step("donor", "say how much")),
        (course(), Form.GOODS, False, Step("donor", "make an offer of it: which, where, when")),
        (course(), Form.GOODS, True, Step("centre", "match the offer with a need")),
        (
            course(committed=100, allocated=100),
            Form.GOODS,
            True,
            Step("donor", "send what is allocated"),
        ),
        (
            course(committed=100, allocated=100, dispatched=100),
            Form.GOODS,
            True,
            Step("recipient", "count and sign"),
        ),
        (course(committed=100, allocated=100), Form.MONEY, False, Step("donor", "pay")),
        (course(), Form.MONEY, False, Step("donor", "commit in writing")),
        (course(reduced=100, withdrawn=True), Form.GOODS, False, None),
        (
            course(committed=100, allocated=100, dispatched=100, received=100),
            Form.GOODS,
            True,
            None,
        ),
    ],
)
def test_the_next_step_is_owed_by_whoever_can_take_it(
    found: Course,
    form: Form,
    offered: bool,  # noqa: FBT001 - a case of the table
    step: Step | None,
) -> None:
    assert next_step(found, form, offered=offered) == step


def said(currency: str, amount: int, form: Form = Form.MONEY, *, counts: bool = True) -> Said:
    return Said(
        donors=("Norway",),
        joint="",
        form=form,
        what="money",
        said=f"{currency} {amount}",
        years="",
        currency=currency,
        amount=Decimal(amount),
        counts=counts,
        reference=f"P-{amount}",
    )


def facts(*lines: Said, invented: bool = False) -> ReadoutFacts:
    return ReadoutFacts(
        series="contact group",
        number=9,
        held_on=date(2023, 2, 14),
        place="Brussels",
        mode="in_person",
        chairs=(),
        attendance="54 countries",
        operation="Support",
        lines=lines,
        marks=("its number",),
        invented=invented,
    )


def test_two_currencies_and_two_methods_are_never_summed() -> None:
    lines = (said("EUR", 5), said("EUR", 6), said("NOK", 7), said("EUR", 8, Form.WORTH))
    assert [(each.money.text, each.lines) for each in sums_of(lines)] == [
        ("EUR 11", 2),
        ("EUR 8", 1),
        ("NOK 7", 1),
    ]
    for mixed in (lines, lines[:3], (lines[0], lines[3])):
        with pytest.raises(CurrenciesMixed):
            total_of(mixed, "EUR")
    assert total_of(lines[:2], "EUR").money.amount == 11


def test_a_readout_says_what_is_from_memory_and_what_was_made_up() -> None:
    text = " ".join(compose_readout(facts(said("EUR", 5), invented=True)))
    assert "From memory, not read in a source: its number." in text
    assert "made up" in text
    assert "14 February 2023 in Brussels" in text
    assert "Nothing was announced." in compose_readout(facts())


def test_a_second_telling_is_named_and_in_no_sum() -> None:
    text = " ".join(compose_readout(facts(said("EUR", 5), said("EUR", 5, counts=False))))
    assert "EUR 5 (money, nominal, as announced; 1 line)" in text
    assert "counted elsewhere, so in no sum: P-5" in text


def test_one_total_of_two_currencies_is_refused_with_a_sentence() -> None:
    with pytest.raises(CurrenciesMixed, match=r"would add EUR .* and NOK"):
        compose_readout(facts(said("EUR", 5), said("NOK", 7)), total_in="EUR")
