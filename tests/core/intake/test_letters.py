"""What letters say around their lists: that one follows, and what became of a part of a line."""

from datetime import date

import pytest

from muster.core.exchange import DraftLine, Hints, Status, Weight
from muster.core.intake.phrases import read_phrase
from muster.core.intake.texts import read_text
from muster.core.quantities.amounts import Per, QuantityKind

ASKED = Hints(status=Status.REQUESTED)


def lines(text: str, hints: Hints = ASKED) -> tuple[DraftLine, ...]:
    return read_text(text, hints).lines


@pytest.mark.parametrize(
    "letter",
    [
        "Please find below the list of needs of our district hospitals (as of 14/11/2022).",
        "Anbei die Liste des Bedarfs der Krankenhäuser (Stand 14.11.2022).",
        "Veuillez trouver ci-joint la liste des besoins des hôpitaux.",
        "Adjunto la lista de necesidades de los hospitales.",
        "W załączeniu lista potrzeb szpitali.",
    ],
)
def test_a_letter_that_says_that_a_list_follows_is_no_line(letter: str) -> None:
    found = lines(f"{letter}\n\n- 20 beds\n- 5 generators\n")
    assert [line.item_text for line in found] == ["beds", "generators"]


def test_a_letter_that_holds_amounts_itself_is_read() -> None:
    assert [line.item_text for line in lines("Attached is our need: 40 tents; 20 stoves.")] == [
        "tents",
        "stoves",
    ]


def test_whose_word_a_part_is_does_not_make_the_line_theirs() -> None:
    (line,) = lines("1. Generators 100 kVA – 12 pcs (4 already confirmed by Denmark)")
    assert (line.party_text, line.quantity.low, line.quantity.high) == ("", 12, 12)
    (issue,) = line.issues
    assert (issue.code, issue.weight) == ("part_covered", Weight.QUESTION)
    assert issue.found == "4 already confirmed by Denmark"
    (given,) = lines("1. Generators: 12 pcs (4 already delivered)", Hints(status=Status.OFFERED))
    assert [(each.code, each.weight) for each in given.issues] == [("part_covered", Weight.NOTE)]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("- Sleeping bags 2000 pcs, of which 500 urgent by 1 December", "Sleeping bags"),
        ("We need 40 generators, of which 10 urgently.", "generators"),
        ("- 1,000 tents, of which 200 for children", "tents, for children"),
        ("- 200 tents, including 50 with stoves", "tents, with stoves"),
    ],
)
def test_a_part_is_of_the_thing_that_it_is_a_part_of(text: str, part: str) -> None:
    whole, found = lines(text)
    assert found.item_text == part
    assert found.part_of == str(whole.number)
    assert found.quantity.low is not None
    assert found.quantity.low < (whole.quantity.low or 0)


def test_the_time_belongs_to_the_number_before_it() -> None:
    for text, item in (
        ("- 2x field kitchens (500 meals/day each)", "field kitchens (500 meals/day each)"),
        ("- 3 water units producing 500 l per day", "water units producing 500 l per day"),
    ):
        (line,) = lines(text)
        assert (line.item_text, line.quantity.kind) == (item, QuantityKind.EXACT)
    (oxygen,) = lines("- 20,000 litres of oxygen (grade 5) per week")
    assert (oxygen.quantity.kind, oxygen.quantity.per) == (QuantityKind.RATE, Per.WEEK)
    for text, amount in (
        ("200 boxes of 12 masks per week", 200),
        ("20,000 155 mm rounds per week", 20_000),
        ("40 generators 30 kVA per week", 40),
        ("7 T-72 tanks per week", 7),
    ):
        found = read_phrase(text).quantity
        assert (found.kind, found.low, found.per) == (QuantityKind.RATE, amount, Per.WEEK), text


def test_a_thing_for_so_many_people_is_a_thing_of_its_own() -> None:
    text = "Norway will donate 150 generators (5-20 kW) and winter clothing for 10,000 soldiers."
    first, second = lines(text)
    assert (first.item_text, first.quantity.low) == ("generators (5-20 kW)", 150)
    assert second.item_text == "winter clothing for 10,000 soldiers"
    assert second.quantity.kind is QuantityKind.UNKNOWN
    assert len(lines("- a team with 5 boats and equipment for 20 divers")) == 1


def test_what_is_to_be_confirmed_is_asked_about() -> None:
    for text in ("- 100 generators tbc", "- 100 generators (to be confirmed)"):
        (line,) = lines(text)
        assert (line.item_text, line.quantity.kind) == ("generators", QuantityKind.UNKNOWN)
        assert [(issue.code, issue.readings) for issue in line.issues] == [
            ("quantity_doubted", ("100",))
        ]


def test_a_heading_with_its_day_is_no_line_and_says_of_when_the_list_is() -> None:
    found = read_text("Besoins urgents (Mayotte, 18/12/2024)\n- Bâches 4x6 m : 8 000 unités", ASKED)
    assert [line.item_text for line in found.lines] == ["Bâches 4x6 m"]
    assert found.stated_on == date(2024, 12, 18)
