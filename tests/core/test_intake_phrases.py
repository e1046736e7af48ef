# ruff: noqa: RUF001 - the words of Ukrainian and Turkish are meant as they are written
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.exchange import Change, Place, Status, Weight
from muster.core.intake.phrases import Phrase, read_phrase
from muster.core.intake.statuses import read_status
from muster.core.quantities.amounts import QuantityKind
from muster.core.quantities.numbers import Convention


def says(phrase: Phrase) -> str:
    """Write a quantity in one line: kind, ends, unit and time."""
    stated = phrase.quantity
    ends = [f"{end:f}" if end is not None else "-" for end in (stated.low, stated.high)]
    amount = ends[0] if ends[0] == ends[1] else "..".join(ends)
    amount = "" if stated.kind is QuantityKind.UNKNOWN else amount
    return " ".join(part for part in (stated.kind, amount, stated.unit, stated.per or "") if part)


@pytest.mark.parametrize(
    ("text", "item", "quantity"),
    [
        ("16 700 fleece jackets", "fleece jackets", "exact 16700"),
        ("up to 450 000 respirators", "respirators", "bound -..450000"),
        ("more than 260 mine detectors", "mine detectors", "bound 260..-"),
        ("approx. 50 stoves", "stoves", "bound 50"),
        ("30-31 vehicles", "vehicles", "range 30..31"),
        ("between 10 and 20 boats", "boats", "range 10..20"),
        ("20,000 litres of oxygen per week", "oxygen", "rate 20000 LTR week"),
        ("183 diesel generators 1.9 kW to 30 kW", "diesel generators 1.9 kW to 30 kW", "exact 183"),
        ("2 x 40ft containers with coats", "40ft containers with coats", "exact 2"),
        ("generators (12)", "generators", "exact 12"),
        ("Generators: 12 pcs", "Generators", "exact 12 H87"),
        ("tents, family, 12", "tents, family", "exact 12"),
        ("12 t of flour", "flour", "exact 12 TNE"),
        ("12 t flour", "flour", "exact 12 TNE"),
        ("one field hospital", "field hospital", "exact 1"),
        ("5,000 7.62 mm rounds", "7.62 mm rounds", "exact 5000"),
        ("36 122 mm rockets", "122 mm rockets", "exact 36"),
        ("155 mm shells: 10 000", "155 mm shells", "exact 10000"),
        ("10 Leopard 2A6 tanks", "Leopard 2A6 tanks", "exact 10"),
        ("M142 HIMARS x 4", "M142 HIMARS", "exact 4"),
        ("FFP2/FFP3 masks 2 million", "FFP2/FFP3 masks", "exact 2000000"),
        ("A4 paper 300 reams", "A4 paper", "exact 300 ream"),
        ("500 20 l jerrycans", "20 l jerrycans", "exact 500"),
        ("15 6x6 trucks", "6x6 trucks", "exact 15"),
        ("12 V batteries 40", "12 V batteries", "exact 40"),
        ("Mi-8 helicopters: 3", "Mi-8 helicopters", "exact 3"),
        ("500,000 COVID-19 tests", "COVID-19 tests", "exact 500000"),
        ("100 tents for 4 persons", "tents for 4 persons", "exact 100"),
        ("camps for 250-300 persons, 55", "camps for 250-300 persons", "exact 55"),
        ("twenty-five tents", "tents", "exact 25"),
        ("half a million masks", "masks", "exact 500000"),
        ("two dozen pumps", "pumps", "exact 24"),
        ("12 (twelve) boats", "boats", "exact 12"),
        ("a water purification unit", "water purification unit", "exact 1"),
        ("Blankets 5000", "Blankets", "exact 5000"),
        ("Water tanks 5 m3 (qty 12)", "Water tanks 5 m3", "exact 12"),
        ("Rice 25 kg bags: 2,000", "Rice 25 kg bags", "exact 2000"),
        ("Jerrycan, 10 l, foldable, 600 pcs", "Jerrycan, 10 l, foldable", "exact 600 H87"),
        ("125,000 pairs of gloves", "gloves", "exact 125000 PR"),
        ("36.400 wool blankets", "wool blankets", "exact 36400"),
        ("1,5 t sugar", "sugar", "exact 1.5 TNE"),
        ("1.234.567 masks", "masks", "exact 1234567"),
        ("knapp 300 Feldbetten", "Feldbetten", "bound -..300"),
        ("environ 200 couvertures", "couvertures", "bound 200"),
        ("близько 20 тис. літрів дизелю", "дизелю", "bound 20000 LTR"),
        ("yaklaşık 500 battaniye", "battaniye", "bound 500"),
        ("tens of thousands of blankets", "blankets", "unknown"),
        ("several ambulances", "ambulances", "unknown"),
        ("medical supplies", "medical supplies", "unknown"),
        ("450 000", "", "exact 450000"),
        ("up to 70", "", "bound -..70"),
    ],
)
def test_the_amount_is_told_from_the_thing(text: str, item: str, quantity: str) -> None:
    phrase = read_phrase(text)
    assert (phrase.item_text, says(phrase)) == (item, quantity)
    assert not [issue for issue in phrase.issues if issue.weight is not Weight.NOTE]


@pytest.mark.parametrize(
    "text",
    [
        *["Leopard 2", "Leopard 2 tanks", "Bv 206", "MG3", "COVID-19 tests", "155 mm shells"],
        *["type II cots", "6x6 trucks", "5-ton trucks", "20 l jerrycans", "tents for 4 persons"],
        *[
            "training for 30 days",
            "delivery by 12 March 2020",
            "12.03.2020",
            "10:00 UTC",
            "2e14 tents",
        ],
        *["Tel: +32-2-707.2670", "see page 3", "OPS(CENTRE)(2031)0020", "50 % of the beds"],
        *[
            "EUR 5 million for shelter",
            "$10m",
            "10 million euros",
            "Mk 19 launchers",
            "PAC-3 missiles",
        ],
    ],
)
def test_a_number_in_a_name_a_size_a_date_or_a_sum_is_never_the_amount(text: str) -> None:
    assert read_phrase(text).quantity.kind is QuantityKind.UNKNOWN


@pytest.mark.parametrize(
    ("text", "code", "readings"),
    [
        ("1,200 l of diesel", "quantity_ambiguous", ("1200", "1.200")),
        ("1.200 litres of diesel", "quantity_ambiguous", ("1.200", "1200")),
        ("30 or 31 vehicles", "quantity_ambiguous", ("30", "31")),
        ("-5 tents", "quantity_sign", ("-5", "5")),
        ("20 kg blankets", "quantity_or_size", ("not stated", "20")),
        ("10 man tents", "quantity_or_size", ("not stated", "10")),
        ("5 000 litre tanks", "quantity_or_size", ("not stated", "5 000")),
        ("Generator 12", "quantity_or_name", ("not stated", "12")),
        ("200 tents, 500 blankets", "quantity_several", ("200", "500")),
        ("2 blankets per person", "quantity_per_other", ("2 per person", "2 in all")),
        ("155 rounds for each gun", "quantity_per_other", ("155 per gun", "155 in all")),
        ("500 (600) blankets", "quantity_several", ("500", "600")),
        ("300 tents 200 blankets", "quantity_several", ("300", "200")),
        ("30 pumps or 20 large pumps", "quantity_several", ("30", "20")),
        ("2.5 tents", "quantity_fraction", ("2.5",)),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked(
    text: str, code: str, readings: tuple[str, ...]
) -> None:
    phrase = read_phrase(text)
    assert phrase.quantity.kind is QuantityKind.UNKNOWN
    assert [(each.code, each.weight, each.readings) for each in phrase.issues] == [
        (code, Weight.QUESTION, readings)
    ]


def test_the_convention_of_the_document_settles_the_mark() -> None:
    assert says(read_phrase("1,200 l of diesel", Convention.POINT_DECIMAL)) == "exact 1200 LTR"
    assert says(read_phrase("1,200 l of diesel", Convention.COMMA_DECIMAL)) == "exact 1.200 LTR"


@pytest.mark.parametrize(
    ("text", "code"),
    [("0 tents", "quantity_not_positive"), ("2000000000000000 tents", "quantity_too_large")],
)
def test_an_amount_that_cannot_be_stored_is_an_error(text: str, code: str) -> None:
    phrase = read_phrase(text)
    assert phrase.quantity.kind is QuantityKind.UNKNOWN
    assert [(issue.code, issue.weight) for issue in phrase.issues] == [(code, Weight.ERROR)]


def test_packs_are_kept_beside_what_they_hold() -> None:
    pallets = read_phrase("3 pallets (1,200 pcs) of hygiene kits")
    assert (pallets.item_text, says(pallets)) == ("hygiene kits", "exact 1200 H87")
    assert pallets.pack is not None
    assert (pallets.pack.low, pallets.pack.unit) == (Decimal(3), "pallet")
    boxes = read_phrase("50 boxes of 100 gloves")
    assert (boxes.item_text, says(boxes), boxes.pack_holds) == ("gloves", "exact 50 box", "100")


@pytest.mark.parametrize(
    ("text", "change", "status"),
    [
        ("ADDITIONAL 550 tents", Change.ADDITIONAL, Status.UNSTATED),
        ("550 additional tents", Change.ADDITIONAL, Status.UNSTATED),
        ("a further 550 tents", Change.ADDITIONAL, Status.UNSTATED),
        ("UPDATED: 550 tents", Change.UPDATED, Status.UNSTATED),
        ("550 tents (delivered)", Change.NONE, Status.DELIVERED),
        ("550 tents - CANCELLED", Change.NONE, Status.CANCELLED),
    ],
)
def test_words_of_change_and_status_are_taken_off(
    text: str, change: Change, status: Status
) -> None:
    phrase = read_phrase(text)
    assert (phrase.item_text, says(phrase)) == ("tents", "exact 550")
    assert (phrase.change, phrase.status) == (change, status)


def test_an_issue_points_to_its_number() -> None:
    phrase = read_phrase("1,200 l of diesel", at=Place(line=5, start=100, end=117))
    assert phrase.issues[0].place == Place(line=5, start=100, end=111)


def test_a_sum_of_money_is_a_value() -> None:
    phrase = read_phrase("EUR 1.5 million for shelter")
    assert (phrase.value, phrase.currency) == (Decimal(1_500_000), "EUR")


@given(
    st.integers(1, 10**12),
    st.sampled_from(["tents", "field beds", "FFP2 masks", "Leopard 2A6 tanks"]),
)
def test_a_plain_amount_before_a_thing_reads_back(amount: int, item: str) -> None:
    phrase = read_phrase(f"{amount} {item}")
    assert (phrase.item_text, says(phrase)) == (item, f"exact {amount}")


@given(st.text(max_size=120))
def test_any_text_is_a_phrase(text: str) -> None:
    phrase = read_phrase(text)
    stated = phrase.quantity
    assert 0 <= phrase.span[0] <= phrase.span[1] <= len(text)
    assert (stated.low is None and stated.high is None) == (stated.kind is QuantityKind.UNKNOWN)


@given(st.text(alphabet="0123456789.,' -x()/kgmtonsofto", max_size=40))
def test_a_number_is_exact_only_where_both_conventions_agree_or_parts_make_no_sense(
    text: str,
) -> None:
    phrase = read_phrase(text)
    if phrase.quantity.kind is QuantityKind.EXACT:
        assert phrase.quantity.low == phrase.quantity.high
        assert phrase.quantity.low is not None
        assert phrase.quantity.low > 0


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("requested", Status.REQUESTED),
        ("Angebot angenommen", Status.ACCEPTED),
        ("offered or provided", Status.OFFERED),
        ("sent and delivered", Status.DELIVERED),
        ("to be delivered within four weeks", Status.COMMITTED),
        ("will provide", Status.COMMITTED),
        ("in Planung/Durchführung", Status.PREPARING),
        ("not yet delivered", Status.UNSTATED),
        ("offer declined", Status.DECLINED),
        ("no longer needed", Status.CANCELLED),
        ("en route", Status.SENT),
        ("geliefert", Status.DELIVERED),
        ("livrés", Status.DELIVERED),
        ("annoncé", Status.PLEDGED),
        ("доставлено", Status.DELIVERED),
        ("потребує", Status.REQUESTED),
        ("gönderildi", Status.SENT),
        ("teslim edildi", Status.DELIVERED),
        ("weather is fine", Status.UNSTATED),
    ],
)
def test_words_say_a_status(words: str, status: Status) -> None:
    assert read_status(words) is status
