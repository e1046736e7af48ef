"""No exact number where the words leave it open, and whose list it is by its title."""

import pytest

from muster.core.exchange import Hints, Status
from muster.core.intake.nations import find_nation
from muster.core.intake.phrases import read_phrase
from muster.core.intake.quantity_cells import read_quantity
from muster.core.intake.texts import read_text
from muster.core.quantities.amounts import QuantityKind


@pytest.mark.parametrize(
    ("text", "item", "said"),
    [
        ("2,000 sandbags or more", "sandbags", "bound 2000 None"),
        ("Sandbags: 2.000.000, at least", "Sandbags", "bound 2000000 None"),
        ("500 tents minimum", "tents", "bound 500 None"),
        ("500 tents at most", "tents", "bound None 500"),
        ("500 tents (approx.)", "tents", "bound 500 500"),
        ("tents: 100 approx", "tents", "bound 100 100"),
        ("500 or so tents", "tents", "bound 500 500"),
        ("500 tents", "tents", "exact 500 500"),
    ],
)
def test_words_behind_an_amount_bound_it(text: str, item: str, said: str) -> None:
    phrase = read_phrase(text)
    quantity = phrase.quantity
    assert (phrase.item_text, f"{quantity.kind} {quantity.low} {quantity.high}") == (item, said)


@pytest.mark.parametrize(
    "text",
    [
        *("30 (or 31) vehicles", "27 (another outlet says 17)", "10? tents"),
        *("at least 500 but no more than 800 tents", "500 tents, possibly 600"),
        "27 (17 according to the ministry) fire trucks",
    ],
)
def test_a_second_number_or_a_doubt_makes_an_amount_a_question(text: str) -> None:
    phrase = read_phrase(text)
    assert phrase.quantity.kind is QuantityKind.UNKNOWN
    assert {issue.code for issue in phrase.issues} & {"quantity_several", "quantity_doubted"}


def test_a_bracket_that_says_something_else_leaves_the_amount_alone() -> None:
    assert read_phrase("50 tents (10 persons)").quantity.low == 50
    assert read_phrase("500 (of which 200 urgent) tents").quantity.low == 500


@pytest.mark.parametrize("cell", ["(200)", "200-", "1O", "I0", "10?", "12 12"])
def test_a_cell_that_is_not_one_number_for_certain_is_asked_about(cell: str) -> None:
    read = read_quantity(cell, "pcs", None)
    assert read.stated.kind is QuantityKind.UNKNOWN
    assert [issue.weight for issue in read.issues] == ["question"]


@pytest.mark.parametrize("cell", ["1 200", "12 000", "100 000", "10 l", "5 boxes"])
def test_a_number_with_its_groups_or_its_unit_is_read(cell: str) -> None:
    read = read_quantity(cell, "", None)
    assert read.stated.kind is QuantityKind.EXACT
    assert not read.issues


@pytest.mark.parametrize(
    ("text", "iso3"),
    [
        ("Norway, Government of", "NOR"),
        ("Republic of Korea, Government of", "KOR"),
        ("Korea, Democratic People's Republic of", "PRK"),
        ("Iran (Islamic Republic of)", "IRN"),
        ("Tanzania, United Republic of", "TZA"),
        ("Netherlands (the)", "NLD"),
        ("Norwegian Government", "NOR"),
        ("الأردن", "JOR"),
    ],
)
def test_nations_are_known_by_the_names_of_lists(text: str, iso3: str) -> None:
    nation = find_nation(text)
    assert nation is not None
    assert nation.iso3 == iso3


@pytest.mark.parametrize("text", ["Congo, Kingdom of", "Tents, set of", "Germany, Red Cross of"])
def test_a_name_with_another_form_is_no_nation(text: str) -> None:
    assert find_nation(text) is None


def test_the_title_over_a_bare_list_says_whose_it_is() -> None:
    reading = read_text("Assistance offered by Germany\n- 500 blankets\n- 3 tents\n", Hints())
    assert reading.title == "Assistance offered by Germany"
    assert [(line.item_text, line.party_text) for line in reading.lines] == [
        ("blankets", "Germany"),
        ("tents", "Germany"),
    ]
    asked = read_text("Потреби ДСНС України\n1. Ковдри – 12 500 шт\n", Hints())
    assert [(line.item_text, line.quantity.low) for line in asked.lines] == [("Ковдри", 12500)]
    assert find_nation(asked.party_text) == find_nation("Ukraine")


def test_digits_of_arabic_are_digits() -> None:
    text = "طلب مساعدة عاجلة من الأردن\n- ٥٠٠٠ بطانية\n- ١٬٢٠٠ خيمة\n- ٣٫٥ طن دقيق\n"
    reading = read_text(text, Hints(status=Status.REQUESTED))
    assert [f"{line.quantity.low} {line.quantity.unit}".strip() for line in reading.lines] == [
        "5000",
        "1200",
        "3.5 TNE",
    ]
    assert {line.party_text for line in reading.lines} == {"الأردن"}


def test_units_behind_a_comma_count_what_stands_before_it() -> None:
    reading = read_text("Needs of Ukraine\n- Generators, 30 units\n- Tents, 20 units\n", Hints())
    assert [(line.item_text, line.quantity.low) for line in reading.lines] == [
        ("Generators", 30),
        ("Tents", 20),
    ]


def test_whoever_gives_together_with_another_is_not_whoever_stood_before() -> None:
    text = "France delivers 100 tents.\nSlovenia, together with Croatia, offers 28 field beds.\n"
    reading = read_text(text, Hints())
    assert [line.party_text for line in reading.lines] == ["France", "Slovenia, Croatia"]


def test_what_is_announced_today_is_read_with_its_first_thing() -> None:
    text = "Canada announced today that it will donate 4 ambulances and 20 tents.\n"
    reading = read_text(text, Hints())
    assert [(line.item_text, line.quantity.low) for line in reading.lines] == [
        ("ambulances", 4),
        ("tents", 20),
    ]
