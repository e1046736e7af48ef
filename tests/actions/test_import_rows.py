"""Rows that are settled and written by their columns are what each of them is by itself."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.actions import import_rows
from muster.core.exchange import DraftLine, Hints, Status
from muster.core.intake.plain_rows import Lines, PlainRows
from muster.core.intake.settled import Facts, Purpose
from muster.core.rulebook.book import Verdict
from muster.formats.registry import read
from muster.queries.rule_cases import offer_judged
from muster.queries.rules import book_now, offer_facts, request_facts
from muster.queries.settling import facts_for
from muster.records.models import ImportBatch, Item, Party
from tests.make import TENT, World, world
from tests.make_lists import dropped
from tests.make_rules import in_force

pytestmark = pytest.mark.usefixtures("records")

DAY = date(2023, 4, 20)
_HEADINGS = (
    *("No", "Item code", "Item", "Quantity", "Unit", "Country", "Place", "Status"),
    *("Date of request", "Needed by", "Value", "Currency", "Remarks", "Priority", "Intended use"),
)
_ITEMS = ("Family tents", "Blankets", "Diesel fuel", "Quuxograms", "Additional tents", "Total", "")
_AMOUNTS = ("1", "30", "1 200", "31.078", "1.5", "0", "-4", "up to 20", "10 to 20", "2e14", "", "x")
_UNITS = ("", "", "pieces", "litres", "kg", "boxes", "quux")
_NATIONS = ("Ukraine", "Ukraine", "Germany", "NOR", "Atlantis", "", "ditto")
_WORDS = ("", "Lviv", 'a "b" \\n', "tab\there", "Київ", "c\\d", "#REF!")
_DAYS = ("", "2023-04-01", "2023-05-09", "2024-01-01", "31.02.2023")


def dirty(seed: int, rows: int = 120) -> str:
    """A list in which every kind of cell stands beside every other, clean ones most of all."""
    chance = random.Random(seed)  # noqa: S311 - no secret

    def some(words: tuple[str, ...]) -> str:
        return chance.choice(words) if chance.random() < 0.2 else words[1]

    written = [";".join(_HEADINGS)]
    for number in range(rows):
        item = some(_ITEMS) if chance.random() < 0.3 else _ITEMS[0]
        cells = (
            *(str(number), TENT if chance.random() < 0.5 else "", item, some(_AMOUNTS)),
            *(some(_UNITS), some(_NATIONS), some(_WORDS), some(("", "requested", "declined"))),
            *(some(_DAYS), str(DAY + timedelta(days=chance.randrange(40)))),
            *(some(("", "100", "12.5")), some(("", "EUR")), some(_WORDS), some(("", "High"))),
            some(("", "", "medical", "Xyzzy")),
        )
        written.append(";".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells))
    return "\n".join(written)


def rows_of(batch: ImportBatch) -> list[tuple[object, ...]]:
    """Every column of every stored line, but the names that differ from import to import."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, place, text, item_text, item, confidence, quantity_kind, low, high,"
            " per, typed_amount, typed_unit, party, status, draft::jsonb, verdict, decision,"
            " candidates, issues FROM import_line WHERE batch_id = %s ORDER BY number",
            [batch.pk],
        )
        return cursor.fetchall()


def both_ways(w: World, text: str, purpose: Purpose) -> tuple[ImportBatch, ImportBatch, Lines]:
    """One list stored by its columns, and stored line by line."""
    batches = [dropped(w, "Item;Quantity\n", purpose=purpose) for _ in range(2)]
    hints = Hints(name="list.csv", status=Status.REQUESTED)
    lines = read(text.encode(), hints).lines
    assert isinstance(lines, Lines)
    facts = facts_for(w.operation, purpose, party="", day=DAY)
    import_rows.store_reading(batches[0].pk, lines, facts, {})
    import_rows.store_reading(batches[1].pk, tuple(lines), facts, {})
    return batches[0], batches[1], lines


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("seed", range(4))
def test_a_dirty_list_is_stored_by_columns_as_it_is_stored_line_by_line(
    purpose: Purpose, seed: int
) -> None:
    w = world()
    by_columns, by_lines, lines = both_ways(w, dirty(seed), purpose)
    stored = rows_of(by_columns)
    assert len(stored) == len(lines) > 50
    assert sum(len(part) for part in lines.parts if isinstance(part, PlainRows)) > 20
    assert stored == rows_of(by_lines)
    if purpose in {Purpose.REQUESTS, Purpose.OFFERS}:
        # The list has both kinds, so that neither way is compared with itself alone.
        assert {"ready"} < {str(row[15]) for row in stored}


def test_rows_are_settled_by_columns_where_nothing_about_them_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w = world()
    clean = "Item code;Item;Quantity;Country\n" + f"{TENT};Family tents;5;Ukraine\n" * 50

    def never(draft: DraftLine, facts: Facts) -> None:
        raise AssertionError(draft, facts)

    monkeypatch.setattr(import_rows, "settle", never)
    batch = dropped(w, clean)
    assert [row[15] for row in rows_of(batch)] == ["ready"] * 50


def test_plain_rows_give_the_lines_that_they_stand_for() -> None:
    text = (
        f"Item code;Item;Quantity;Country\n{TENT};Family tents;5;Ukraine\nTotal;;5;\n{TENT};T;6;\n"
    )
    lines = read(text.encode(), Hints(name="list.csv")).lines
    assert isinstance(lines, Lines)
    assert any(isinstance(part, PlainRows) for part in lines.parts)
    assert [line.number for line in lines] == [1, 2]
    assert lines[-1] is lines[1]
    assert lines[0:1] == [lines[0]]
    assert lines == tuple(lines)
    with pytest.raises(IndexError):
        lines[2]


def test_a_party_that_may_not_ask_is_refused_by_columns_too() -> None:
    w = world()
    assert Party.objects.filter(code="NOR").exists()
    text = "Item code;Item;Quantity;Country\n" + f"{TENT};Family tents;5;Norway\n" * 3
    batch = dropped(w, text)
    assert {row[15] for row in rows_of(batch)} == {"error"}


def test_the_book_refuses_gifts_as_for_one_alone_and_is_asked_about_their_giver_once() -> None:
    w = world()
    in_force(w, f'item.code == "{TENT}" && donor.code == "DEU"')
    germany, items = Party.objects.get(pk="DEU"), list(Item.objects.order_by("code")[:40])
    items.append(Item.objects.get(pk=TENT))
    facts = facts_for(w.operation, Purpose.OFFERS, party="", day=DAY)
    assert facts.forbids("DEU", items[0].code, DAY) is None
    with CaptureQueriesContext(connection) as ran:
        found = {item.code: facts.forbids("DEU", item.code, DAY) for item in items}
    assert len(ran) == 0
    recipients = [link.party for link in w.operation.recipient_links.select_related("party")]
    for item in items:
        alone = offer_judged(
            book_now(),
            w.operation,
            donor=germany,
            item=item,
            day=DAY,
            offer=offer_facts(),
            request=request_facts(),
            recipients=recipients,
        ).judgement
        refused = alone.refusal() if alone.verdict is Verdict.FORBIDDEN else None
        assert str(found[item.code]) == str(refused)
    assert found[TENT] is not None
    assert facts.forbids("NOR", TENT, DAY) is None
