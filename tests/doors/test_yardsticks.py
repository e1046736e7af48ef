"""Rates, targets and published shares: recorded, kept, used and shown at every door."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from muster.actions import yardsticks as acting
from muster.cli.burden import burden
from muster.cli.yardsticks import yardsticks
from muster.core.actors import Role
from muster.core.pledges import CurrencyUnclear
from muster.core.refusals import DatesOutOfOrder, PartyUnknown, Refusal, RoleMissing, TextMissing
from muster.core.yardsticks import RateUnclear, SameCurrency, SharesNotWhole, TargetUnclear
from muster.formats.burden_sheets import TableFaulty
from muster.records.models import BurdenTarget, CountryFigure, ExchangeRate, ShareTable
from tests import make
from tests.doors.asking import Asker, user_of
from tests.doors.commanding import run
from tests.doors.test_pages_register import client_of, text_of
from tests.make_pledges import donors, money, pledged

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with override_settings(CLOCK=make.NOW.isoformat()):
        yield


def anna() -> str:
    return user_of(make.coordinator()).username


def read(*arguments: str) -> Any:  # noqa: ANN401 - as JSON has it
    return json.loads(run(burden, *arguments, "--format", "json").stdout)


def year_of_gdp() -> tuple[int, Decimal]:
    found = CountryFigure.objects.filter(country="DEU", measure="gdp_usd").order_by("-year").first()
    assert found is not None
    return found.year, found.amount


def rated(**more: object) -> ExchangeRate:
    year, _ = year_of_gdp()
    given: dict[str, object] = {
        "base": "EUR", "quote": "USD", "rate": "1.0813", "since": date(year, 1, 1),
        "until": date(year, 12, 31), "method": "average of the period", "source": "a bank",
    }  # fmt: skip
    return acting.record_rate(act=make.act(make.coordinator()), **given | more)  # type: ignore[arg-type]


def targeted(**more: object) -> BurdenTarget:
    given: dict[str, object] = {
        "body": "NATO", "amount": "0.25 % of GDP", "measure": "announced",
        "since": date(2023, 1, 1), "source": "a summit",
    }  # fmt: skip
    return acting.set_target(act=make.act(make.coordinator()), **given | more)  # type: ignore[arg-type]


def test_euros_of_our_own_records_get_their_share_of_gdp_by_the_recorded_rate_and_say_so() -> None:
    w = make.world()
    code = w.operation.code
    pledged(w, money("EUR 500 million"))
    ExchangeRate.objects.update(superseded_at=make.NOW)
    [before] = read("--operation", code)["sections"]
    assert (before["donors"][0]["of_gdp"], before["donors"][0]["gdp_rate"]) == (None, "")
    rated()
    year, gdp = year_of_gdp()
    found = read("--operation", code, "--target", "0.1")
    [donor] = found["sections"][0]["donors"]
    in_euros = gdp / Decimal("1.0813")
    share = (100 * Decimal(500_000_000) / in_euros).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert Decimal(donor["of_gdp"]) == share
    said = f"1 EUR = 1.0813 USD, average of the period, {year} (a bank)"
    assert donor["gdp_rate"] == said
    assert any(said in note for note in found["notes"])
    assert found == Asker.of(w.coordinator).get("/burden", operation=code, target="0.1").body
    page = text_of(client_of(w.coordinator).get(reverse("burden"), {"operation": code}))
    assert f"{share} GDP of {year}, 1 EUR = 1.0813 USD" in page
    assert f"by a recorded rate: {said}." in page


def test_a_rate_over_another_period_than_the_year_of_the_gdp_is_not_used() -> None:
    w = make.world()
    pledged(w, money("EUR 5"))
    ExchangeRate.objects.update(superseded_at=make.NOW)
    year, _ = year_of_gdp()
    rated(until=date(year, 6, 30))
    rated(since=date(year - 1, 1, 1), until=date(year - 1, 12, 31))
    [section] = read("--operation", w.operation.code)["sections"]
    assert section["donors"][0]["of_gdp"] is None


def test_two_currencies_stay_two_sections_whatever_rate_is_on_record() -> None:
    w = make.world()
    rated()
    pledged(w, money("EUR 5"), money("USD 7"))
    sections = read("--operation", w.operation.code)["sections"]
    assert [(s["currency"], s["total"]) for s in sections] == [("EUR", "5"), ("USD", "7")]


def test_a_later_word_takes_the_place_of_a_rate_and_the_earlier_one_is_kept() -> None:
    rated()
    rated(rate="1.09")
    listed = [
        row for row in json.loads(run(yardsticks, "rates", "--format", "json").stdout)
        if row["source"] == "a bank"
    ]  # fmt: skip
    assert [(row["is"], bool(row["superseded"])) for row in listed] == [
        ("1.09", False), ("1.0813", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"rate": "0"}, RateUnclear),
        ({"rate": "1,08"}, RateUnclear),
        ({"rate": "-1"}, RateUnclear),
        ({"rate": "1.12345678901"}, RateUnclear),
        ({"quote": "EUR"}, SameCurrency),
        ({"base": "euro"}, CurrencyUnclear),
        ({"method": " "}, TextMissing),
        ({"source": ""}, TextMissing),
        ({"until": date(2000, 1, 1)}, DatesOutOfOrder),
    ],
)
def test_a_rate_that_is_not_clear_is_refused(
    more: dict[str, object], refusal: type[Refusal]
) -> None:
    count = ExchangeRate.objects.count()
    with pytest.raises(refusal):
        rated(**more)
    assert ExchangeRate.objects.count() == count


def test_members_are_held_against_the_target_of_their_body_over_its_months() -> None:
    w = make.world()
    rated()
    pledged(w, money("EUR 900 million"))
    pledged(w, money("EUR 50 million"), announced_on=date(2022, 12, 30))
    pledged(w, money("EUR 7 million"), parties=donors("CHE"))
    targeted()
    _, gdp = year_of_gdp()
    [held] = read("--operation", w.operation.code)["targets"]
    assert (held["donor"], held["target"]["body"]) == ("DEU", "NATO")
    assert Decimal(held["amount"]) == 900_000_000
    wanted = gdp / Decimal("1.0813") * Decimal("0.0025")
    assert abs(Decimal(held["wanted"]) - wanted) < Decimal("0.01")
    assert Decimal(held["missing"]) == Decimal(held["wanted"]) - 900_000_000
    page = text_of(client_of(w.coordinator).get(reverse("burden"), {"operation": w.operation.code}))
    assert "Against targets that were set" in page
    assert "0.25 % of GDP NATO, from 1 Jan 2023" in page


def test_a_target_in_money_for_one_party_is_held_in_its_own_currency_alone() -> None:
    w = make.world()
    pledged(w, money("EUR 30"), money("NOK 900"))
    targeted(amount="EUR 100", party="DEU", until=date(2024, 1, 1))
    [held] = read("--operation", w.operation.code)["targets"]
    assert (held["currency"], held["missing"]) == ("EUR", "70")


def test_a_later_word_takes_the_place_of_a_target_and_the_earlier_one_is_kept() -> None:
    targeted()
    targeted(amount="0.3 %")
    listed = Asker.of(make.coordinator()).get("/burden-targets").body
    assert [
        (Decimal(each["target"]["amount"]), bool(each["superseded_at"])) for each in listed
    ] == [(Decimal("0.3"), False), (Decimal("0.25"), True)]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"amount": "0.25"}, TargetUnclear),
        ({"amount": "0 %"}, TargetUnclear),
        ({"amount": "101 %"}, TargetUnclear),
        ({"amount": "$ 5"}, CurrencyUnclear),
        ({"body": "NOBODY"}, PartyUnknown),
        ({"source": ""}, TextMissing),
        ({"until": date(2022, 1, 1)}, DatesOutOfOrder),
    ],
)
def test_a_target_that_is_not_clear_is_refused(
    more: dict[str, object], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        targeted(**more)
    assert not BurdenTarget.objects.exists()


def shared(text: str, **more: object) -> ShareTable:
    given: dict[str, object] = {
        "body": "EU", "name": "shares", "since": date(2022, 1, 1), "source": "a budget",
        "file": "shares.csv",
    }  # fmt: skip
    return acting.bring_in_shares(
        act=make.act(make.coordinator()), shares=text.encode(), **given | more  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "refusal", "said"),
    [
        ("party,share\nDEU,60\nFRA,39\n", SharesNotWhole, "99 %"),
        ("party,share\nDEU,60\nAtlantis,40\n", TableFaulty, "shares.csv, line 3, party"),
        ("party,share\nDEU,60\nGermany,40\n", TableFaulty, "DEU has a share already"),
        ("party,share\nDEU,a lot\nFRA,0\n", TableFaulty, "line 2, share"),
        ("party\nDEU\n", TableFaulty, "share: no such column"),
        ("party,share\n", TableFaulty, "there are none"),
    ],
)
def test_shares_with_a_fault_are_not_stored(text: str, refusal: type[Refusal], said: str) -> None:
    with pytest.raises(refusal) as refused:
        shared(text)
    assert said in refused.value.sentence
    assert not ShareTable.objects.exists()


def test_a_rest_of_rounding_in_shares_is_told_and_shared_in_proportion(tmp_path: Path) -> None:
    w = make.world()
    pledged(w, money("EUR 300"), parties=donors("EU"))
    (tmp_path / "s.csv").write_text("party,share\nGermany,66.6\nFRA,33.3\n")
    run(
        yardsticks, "import", "EU", str(tmp_path / "s.csv"), "--name", "s", "--since",
        "2022-01-01", "--source", "a budget", "--user", anna(),
    )  # fmt: skip
    found = read("--operation", w.operation.code, "--reattribute", "EU", "--key", "shares")
    carried = {d["donor"]: Decimal(d["amount"]) for d in found["sections"][0]["donors"]}
    assert carried == {"DEU": 200, "FRA": 100}
    assert any("add up to 99.9 %" in note for note in found["notes"])


def test_the_page_records_all_three_and_shows_them_to_everybody() -> None:
    client, here = client_of(make.coordinator()), reverse("yardsticks")
    forms: tuple[dict[str, object], ...] = (
        {"verb": "rate", "base": "EUR", "quote": "NOK", "rate": "11.4248", "method": "average",
         "rate_since": "2023-01-01", "rate_until": "2023-12-31", "rate_source": "a bank"},
        {"verb": "target", "body": "NATO", "party": "", "measure": "received", "amount": "0.2 %",
         "target_since": "2023-01-01", "target_source": "a summit"},
        {"verb": "shares", "of": "EU", "name": "key 2023", "shares_since": "2023-01-01",
         "shares_source": "a budget",
         "file": SimpleUploadedFile("s.csv", b"party,share\nDEU,60\nFRA,40\n")},
    )  # fmt: skip
    for form in forms:
        assert client.post(here, form).status_code == 303
    seen = text_of(client_of(make.person(Role.DONOR, "DEU")).get(here))
    for said in ("1 EUR = 11.4248 NOK", "0.2 % of GDP", "key 2023", "Record the rate"):
        assert (said in seen) == (said != "Record the rate")
    wrong = client.post(here, {**forms[0], "rate": "x"})
    assert (wrong.status_code, "rate_unclear" in text_of(wrong)) == (422, True)
    lacking = client.post(here, {**forms[1], "target_since": ""})
    assert (lacking.status_code, "date_unreadable" in text_of(lacking)) == (422, True)
    with pytest.raises(RoleMissing):
        acting.set_target(
            act=make.act(make.person(Role.DONOR, "DEU")), body="NATO", amount="1 %",
            measure="received", since=date(2023, 1, 1), source="x",
        )  # fmt: skip
