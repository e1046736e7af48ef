"""What the events of a pledge come to, and what is no pledge at all."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.money import Money, currency_in, read_money
from muster.core.pledge_years import years_in
from muster.core.pledges import (
    PLEDGE_STAGES,
    Course,
    CurrencyUnclear,
    Event,
    Form,
    PartyRole,
    Share,
    Told,
    YearsUnreadable,
    course_of,
    parties_forbid,
    pledge_stage,
)
from muster.core.refusals import AmountAmbiguous, AmountNotPositive, AmountUnreadable

DAY = date(2023, 2, 14)


def told(*events: tuple[Event, int | None]) -> Course:
    return course_of(
        Told(event, None if amount is None else Decimal(amount), DAY) for event, amount in events
    )


def test_money_that_was_paid_was_committed_though_nobody_said_so() -> None:
    course = told((Event.ANNOUNCE, 100), (Event.DISBURSE, 40))
    assert (course.committed, course.allocated, course.received) == (40, 40, 40)
    assert pledge_stage(course, Form.MONEY) == "partly_disbursed"


def test_a_reduction_takes_the_commitment_down_with_it() -> None:
    course = told((Event.ANNOUNCE, 100), (Event.COMMIT, 100), (Event.REDUCE, 30))
    assert (course.stands, course.committed) == (70, 70)
    assert pledge_stage(course, Form.GOODS) == "committed"


def test_what_was_withdrawn_whole_waits_for_nothing() -> None:
    course = told((Event.ANNOUNCE, 100), (Event.WITHDRAW, 100))
    assert (course.waiting, course.idle) == (0, False)
    assert pledge_stage(course, Form.GOODS) == "withdrawn"


def test_a_pledge_without_an_amount_can_be_committed() -> None:
    course = told((Event.ANNOUNCE, None), (Event.COMMIT, 14))
    assert course.stands is None
    assert pledge_stage(course, Form.GOODS) == "committed"


@given(
    st.lists(
        st.tuples(
            st.sampled_from([e for e in Event if e is not Event.ANNOUNCE]), st.integers(0, 30)
        ),
        max_size=8,
    )
)
def test_a_later_step_is_never_more_than_an_earlier_one(events: list[tuple[Event, int]]) -> None:
    course = told((Event.ANNOUNCE, 1000), *events)
    assert course.received <= course.allocated <= course.committed <= (course.stands or 0)
    assert pledge_stage(course, Form.MONEY) in PLEDGE_STAGES


@pytest.mark.parametrize(
    ("text", "currency", "money"),
    [
        ("EUR 500 million", "", Money("EUR", Decimal(500_000_000))),
        ("€1.2bn", "", Money("EUR", Decimal(1_200_000_000))),
        ("1,2 Mrd. Euro", "", Money("EUR", Decimal(1_200_000_000))),
        ("2 500 000 SEK", "", Money("SEK", Decimal(2_500_000))),
        ("300m", "USD", Money("USD", Decimal(300_000_000))),
        ("US$ 12.50", "", Money("USD", Decimal("12.50"))),
        ("GBP 4.5 billion", "", Money("GBP", Decimal(4_500_000_000))),
    ],
)
def test_a_sum_is_read_as_people_write_it(text: str, currency: str, money: Money) -> None:
    assert read_money(text, currency) == money


@pytest.mark.parametrize(
    ("text", "currency", "refusal"),
    [
        ("500 million", "", CurrencyUnclear),
        ("$ 5 million", "", CurrencyUnclear),
        ("500 million kroner", "", CurrencyUnclear),
        ("EUR 5 million", "USD", CurrencyUnclear),
        ("EUR 5 or USD 6", "", CurrencyUnclear),
        ("5 million", "EURO", CurrencyUnclear),
        ("EUR 1,200", "", AmountAmbiguous),
        ("EUR 1.200 million", "", AmountAmbiguous),
        ("EUR 0", "", AmountNotPositive),
        ("EUR some", "", AmountUnreadable),
        ("EUR up to 5 million", "", AmountUnreadable),
        ("EUR 0.001", "", AmountUnreadable),
    ],
)
def test_a_sum_that_may_be_another_is_asked(
    text: str, currency: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        read_money(text, currency)


def test_a_text_without_money_names_no_currency() -> None:
    assert currency_in("14 Leopard 2 tanks") is None


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("", None),
        ("2025", (2025, 2025)),
        ("2025-2027", (2025, 2027)),
        ("2025\N{EN DASH}27", (2025, 2027)),
    ],
)
def test_years_are_read(text: str, years: tuple[int, int] | None) -> None:
    assert years_in(text) == years


@pytest.mark.parametrize("text", ["2027-2025", "soon", "1925", "2020-2090"])
def test_years_out_of_order_are_refused(text: str) -> None:
    with pytest.raises(YearsUnreadable):
        years_in(text)


def shares(*given: tuple[str, str | None]) -> list[Share]:
    return [
        Share(party, PartyRole.DONOR, None if percent is None else Decimal(percent))
        for party, percent in given
    ]


def test_shares_are_all_stated_and_make_a_hundred_or_none_is() -> None:
    assert parties_forbid(shares(("DEU", "60"), ("NLD", "40"))) is None
    assert parties_forbid(shares(("DEU", None), ("NLD", None))) is None
    for wrong in (
        shares(("DEU", "60"), ("NLD", "30")),
        shares(("DEU", "60"), ("NLD", None)),
        shares(("DEU", "120"), ("NLD", "-20")),
        shares(("DEU", None), ("DEU", None)),
        [Share("DEU", PartyRole.FUNDER)],
        [*shares(("DEU", None)), Share("NLD", PartyRole.CARRIER, Decimal(5))],
    ):
        assert parties_forbid(wrong) is not None
