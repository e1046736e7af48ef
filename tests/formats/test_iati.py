from decimal import Decimal

import pytest

from muster.core.exchange import Status, Weight
from tests.formats.iati_cases import WHOLE, activity, counted, has, read, told, transaction


def test_a_transaction_becomes_a_line_with_all_that_it_takes_from_its_activity() -> None:
    reading = read(WHOLE)
    assert told(reading) == []
    (line,) = reading.lines
    assert line.party_text == "Ministry of Testing"
    assert (line.value, line.currency) == (Decimal("1250000.50"), "USD")
    assert line.status is Status.COMMITTED
    assert str(line.stated_on) == "2022-10-05"
    assert line.text == "Winter relief: First tranche"
    assert line.reference == "T1"
    assert line.place_text == "MD"
    assert line.place.path == "iati-activity[1]/transaction[1]"
    assert line.place.line == 21
    assert line.extra["receiver"] == "Relief Fund"
    assert line.extra["humanitarian"] == "true"
    assert line.extra["title_fr"] == "Secours"
    assert line.extra["sectors"] == "72010"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("12", Status.PLEDGED),
        ("13", Status.PLEDGED),
        ("2", Status.COMMITTED),
        ("11", Status.COMMITTED),
        ("3", Status.DELIVERED),
        ("1", Status.DELIVERED),
    ],
)
def test_pledges_commitments_and_disbursements_keep_their_measure(
    code: str, status: Status
) -> None:
    (line,) = read(activity("AA-1", transaction(code))).lines
    assert line.status is status


def test_budgets_and_spending_are_no_pledges() -> None:
    reading = read(activity("AA-1", *(transaction(str(code)) for code in range(4, 11))))
    assert reading.lines == ()
    assert [issue.code for issue in reading.issues] == ["iati_no_gifts", "iati_gifts_none"]


@pytest.mark.parametrize("code", ["12", "2", "3"])
def test_an_outgoing_transaction_without_a_provider_is_the_reporters(code: str) -> None:
    (line,) = read(activity("AA-1", transaction(code, provider=""))).lines
    assert line.party_text == "Reporter AA-1"


@pytest.mark.parametrize("code", ["13", "11", "1"])
def test_an_incoming_transaction_without_a_provider_is_asked_about(code: str) -> None:
    (line,) = read(activity("AA-1", transaction(code, provider=""))).lines
    (question,) = line.issues
    assert (question.code, question.readings) == ("iati_provider_missing", ("P",))
    assert line.party_text == ""


def test_a_parent_and_its_child_count_once_in_each_measure() -> None:
    child_of = '<related-activity ref="AA-1" type="1"/>'
    reading = read(
        activity("AA-1", transaction("2", 100)),
        activity("AA-1-1", transaction("2", 60), transaction("3", 25), related=child_of),
    )
    assert counted(reading, Status.COMMITTED) == 100
    assert counted(reading, Status.DELIVERED) == 25
    assert [line.part_of for line in reading.lines] == ["", "AA-1", ""]


def test_a_parent_that_names_its_child_is_believed_too() -> None:
    names = '<related-activity ref="AA-1-1" type="2"/>'
    reading = read(
        activity("AA-1", transaction("2", 100), related=names),
        activity("AA-1-1", transaction("2", 100)),
    )
    assert counted(reading, Status.COMMITTED) == 100


def test_the_same_money_given_here_and_received_there_counts_once() -> None:
    gave = transaction("3", receiver=' ref="BB" receiver-activity-id="BB-1"')
    got = transaction("1", provider=' ref="AA" provider-activity-id="AA-1"')
    reading = read(activity("AA-1", gave), activity("BB-1", got))
    assert counted(reading, Status.DELIVERED) == 100
    assert reading.lines[1].part_of == reading.lines[0].reference


def test_the_same_sum_from_an_activity_that_gave_it_elsewhere_counts() -> None:
    gave = transaction("3", receiver=' ref="CC" receiver-activity-id="CC-1"')
    got = transaction("1", provider=' ref="AA" provider-activity-id="AA-1"')
    assert counted(read(activity("AA-1", gave), activity("BB-1", got)), Status.DELIVERED) == 200


def test_activities_in_a_circle_end() -> None:
    up, down = (f'<related-activity ref="{ref}" type="1"/>' for ref in ("AA-2", "AA-1"))
    reading = read(
        activity("AA-1", transaction("2"), related=up),
        activity("AA-2", transaction("2"), related=down),
    )
    assert len(reading.lines) == 2


def test_of_one_identifier_the_later_update_is_read_and_two_alike_are_an_error() -> None:
    old, new = (f'last-updated-datetime="2022-0{month}-01T00:00:00"' for month in (1, 2))
    first = activity("AA-1", transaction("2", 1), attributes=old)
    (line,) = read(activity("AA-1", transaction("2", 2), attributes=new), first).lines
    assert line.value == 2
    twice = read(first, first)
    assert all(has(line, "iati_identifier_twice", Weight.ERROR) for line in twice.lines)


def test_what_an_activity_gives_on_of_what_it_received_counts_once() -> None:
    reading = read(activity("A", transaction("11", 100), transaction("2", 60)))
    assert counted(reading, Status.COMMITTED) == 100
    assert has(reading.lines[1], "iati_passed_on", Weight.NOTE)


def test_an_activity_that_gives_more_than_it_received_gives_of_its_own() -> None:
    reading = read(activity("A", transaction("11", 100), transaction("2", 160)))
    assert counted(reading, Status.COMMITTED) == 260
