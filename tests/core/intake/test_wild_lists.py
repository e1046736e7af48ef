"""Lists as they come: dots that lead to amounts, money in one word, a column for each place."""

from datetime import date
from decimal import Decimal

import pytest

from muster.core.exchange import Change, DraftLine, Hints, Status, Weight
from muster.core.intake.phrases import read_phrase
from muster.core.intake.texts import read_text
from muster.core.quantities.amounts import Per, QuantityKind
from muster.formats import registry

ASKED = Hints(status=Status.REQUESTED)
GIVEN = Hints(status=Status.OFFERED)


def lines(text: str, hints: Hints = ASKED) -> tuple[DraftLine, ...]:
    return read_text(text, hints).lines


def of_table(text: str) -> tuple[DraftLine, ...]:
    return registry.read(text.encode(), ASKED).lines


def test_dots_lead_from_a_thing_to_its_amount() -> None:
    found = lines(
        "EMERGENCY REQUIREMENTS\n"
        "Insulin (vials) ................ 120,000\n"
        "Oxygen concentrators 10L ....... 300\n"
        "ICU ventilators . . . . . . . .  80 (min. 20 transport)\n"
        "Blood bags 450 ml .............. TBD\n"
    )
    assert [(line.item_text, line.quantity.low) for line in found] == [
        ("Insulin (vials)", 120_000),
        ("Oxygen concentrators 10L", 300),
        ("ICU ventilators", 80),
        ("Blood bags 450 ml", None),
    ]


def test_dots_in_a_sentence_lead_nowhere() -> None:
    found = lines("We need tents... 40 tents by Friday.")
    assert (found[-1].item_text, found[-1].quantity.low) == ("tents", 40)


def test_a_line_that_begins_with_a_nation_is_no_part_of_the_one_above() -> None:
    found = lines(
        "Norway: 2 ambulances, 5 trucks (with crews\n"
        "Japan – 5 tonnes of rice, 30,000 masks (delivered 3 March)\n"
        "Rep. of Korea: 40 t of relief items\n",
        GIVEN,
    )
    said = [(line.party_text, line.item_text, line.status) for line in found[-3:]]
    assert said == [
        ("Japan", "rice", Status.OFFERED),
        ("Japan", "masks", Status.DELIVERED),
        ("South Korea", "relief items", Status.OFFERED),
    ]


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("1 MEUR", 1_000_000, "EUR"),
        ("1.5 M€", 1_500_000, "EUR"),
        ("500 kUSD", 500_000, "USD"),
        ("NOK 75 million", 75_000_000, "NOK"),
    ],
)
def test_money_in_one_word_is_money_and_no_thing(text: str, value: int, currency: str) -> None:
    read = read_phrase(text)
    assert (read.value, read.currency) == (Decimal(value), currency)
    assert read.quantity.kind is QuantityKind.UNKNOWN


@pytest.mark.parametrize(
    "text", ["4 of the 7 hospitals need generators (each 100 kVA).", "3 out of 5 wells need pumps"]
)
def test_some_of_so_many_are_no_amount(text: str) -> None:
    for line in lines(text):
        assert line.quantity.kind is QuantityKind.UNKNOWN
        assert "quantity_several" in [issue.code for issue in line.issues]


def test_a_question_mark_behind_a_thing_is_asked_about() -> None:
    (line,) = lines("Norway: 2 Mi-17? (under consideration)", GIVEN)
    assert [(i.code, i.weight, i.found) for i in line.issues] == [
        ("marked_as_doubtful", Weight.QUESTION, "Mi-17?")
    ]
    assert not any(line.issues for line in lines("- 2 Mi-17 helicopters", GIVEN))


@pytest.mark.parametrize(
    ("text", "per"),
    [("Food kits - 5000 (per month)", Per.MONTH), ("Набори - 5000 (на місяць)", Per.MONTH)],
)
def test_the_time_may_stand_in_brackets_behind_the_amount(text: str, per: Per) -> None:
    read = read_phrase(text).quantity
    assert (read.kind, read.low, read.per) == (QuantityKind.RATE, 5000, per)


def test_sheets_are_counted() -> None:
    (line,) = lines("3. Шифер 8-хвильовий, 12 000 листів")
    assert (line.item_text, line.quantity.low) == ("Шифер 8-хвильовий", 12_000)


@pytest.mark.parametrize(
    "title",
    [
        "Besoins prioritaires – Hôpital régional de Kherson",
        "AFAD ihtiyaç listesi – Hatay (12.02.2023)",
        "Перелік потреб Миколаївської ОВА",
    ],
)
def test_what_a_list_is_called_is_no_line_of_it(title: str) -> None:
    read = read_text(f"{title}\n- 20 generators\n- 5 tents\n", ASKED)
    assert [line.item_text for line in read.lines] == ["generators", "tents"]
    if "12.02" in title:
        assert read.stated_on == date(2023, 2, 12)


def test_amounts_under_places_or_groups_are_asked_about_one_by_one() -> None:
    found = of_table("Item,Kherson,Kharkiv\nWinter boots,400,1200\nJackets,500,-\n")
    assert [(line.item_text, line.note) for line in found] == [
        ("Winter boots", "Kherson"),
        ("Winter boots", "Kharkiv"),
        ("Jackets", "Kherson"),
    ]
    for line, stated in zip(found, ("400", "1200", "500"), strict=True):
        assert line.quantity.kind is QuantityKind.UNKNOWN
        (issue,) = line.issues
        assert (issue.code, issue.readings) == ("quantity_guessed", (stated, "not an amount"))
        assert f'"{stated}" under "{line.note}"' in issue.sentence


@pytest.mark.parametrize("other", ["Weight kg,Price", "Ref,Length", "Targeted,Reached"])
def test_columns_of_measures_are_no_amounts(other: str) -> None:
    assert len(of_table(f"Item,{other}\nWinter boots,400,1200\nJackets,500,900\n")) == 2


def test_what_is_left_of_a_target_is_asked_about() -> None:
    read = registry.read(
        b"Item\tQty needed\tQty received\tBalance\nTent\t5,000\t1,250\t3,750\nStove\t10\t10\t0\n",
        ASKED,
    )
    asked = [i.found for i in read.issues if i.weight is Weight.QUESTION]
    assert asked == ["Balance"]


@pytest.mark.parametrize(
    ("text", "item", "amount"),
    [
        ("- Water tanks 5 m3: now 30 (was 45)", "Water tanks 5 m3", 30),
        ("- Tents: increased from 1,000 to 1,500", "Tents", 1500),
        ("- 200 stoves, instead of 350", "stoves", 200),
        ("- Decken: 80 (bisher 60)", "Decken", 80),
    ],
)
def test_what_an_amount_was_before_is_no_amount(text: str, item: str, amount: int) -> None:
    (line,) = lines(text)
    assert (line.item_text, line.quantity.low, line.quantity.high) == (item, amount, amount)
    assert line.change is Change.UPDATED


def test_so_many_of_a_length_are_asked_about() -> None:
    (line,) = lines("– 2 x 500 m de tuyaux DN 70")
    assert line.quantity.kind is QuantityKind.UNKNOWN
    assert [issue.readings for issue in line.issues] == [("2", "500")]


@pytest.mark.parametrize("text", ["- 5 ton kuru gıda / gün", "- 40 ton un"])
def test_tonnes_before_a_stuff_of_another_language_are_not_lost(text: str) -> None:
    (line,) = lines(text)
    assert [issue.code for issue in line.issues] == ["quantity_or_size"]


def test_nations_that_give_together_are_named_together() -> None:
    found = lines(
        "In a joint package, Denmark and Sweden send 100 pickup trucks. "
        "An additional 7,000 sleeping mats will follow in June.",
        GIVEN,
    )
    assert [(line.quantity.low, line.party_text, line.status) for line in found] == [
        (100, "Denmark, Sweden", Status.SENT),
        (7_000, "Denmark, Sweden", Status.COMMITTED),
    ]
    assert lines("Please send 20 tents.")[0].status is Status.REQUESTED


def test_what_is_on_another_list_is_a_line_without_an_amount() -> None:
    found = lines("Просимо надати допомогу:\n- ковдри - 2 тис.\n- ліки (перелік додається)\n")
    assert (found[0].item_text, found[0].quantity.low) == ("ковдри", 2_000)
    assert found[1].quantity.kind is QuantityKind.UNKNOWN
    assert found[1].item_text.startswith("ліки")


def test_what_is_no_longer_needed_is_no_line() -> None:
    found = lines("- 20 stoves\n- Portable toilets - none needed any more\n")
    assert [line.item_text for line in found] == ["stoves"]


def test_a_rate_may_be_said_before_its_amount() -> None:
    (line,) = lines("Su: günde 50.000 litre")
    assert (line.item_text, line.quantity.kind, line.quantity.per) == (
        "Su",
        QuantityKind.RATE,
        Per.DAY,
    )


def test_so_many_of_each_are_asked_about() -> None:
    (line,) = lines("- surgical gloves, sizes 7 / 7.5 / 8 - 5000 pairs of each")
    assert line.quantity.kind is QuantityKind.UNKNOWN
    assert [issue.code for issue in line.issues] == ["quantity_per_other"]


def test_what_is_delivered_already_is_said_in_brackets() -> None:
    (line,) = lines("Österreich: 10.000 Helme (bereits geliefert)", GIVEN)
    assert (line.item_text, line.status) == ("Helme", Status.DELIVERED)
