"""Meetings: entered, attended, prepared, read out by two people, followed up."""

from datetime import date

import pytest

from muster.actions import meetings, pledge_links, readouts, requests
from muster.core.actors import CIRCULATION, Role
from muster.core.meetings import MeetingNotHeld, NoOperationNamed, NotASeries, OwnReadout
from muster.core.readouts import CurrenciesMixed
from muster.core.refusals import (
    AmountNotPositive,
    ChoiceUnknown,
    DuplicateReference,
    PartyUnknown,
    ReasonMissing,
    RoleMissing,
    TextMissing,
    WrongStage,
)
from muster.queries.meetings import (
    agenda_of,
    find_meeting,
    follow_up,
    meeting_row,
    meetings_of,
    operation_of,
    readouts_of,
)
from muster.records.models import Meeting
from tests.make import NOW, World, act, agreed, asked, offered, person, world
from tests.make_pledges import donors, goods, line_of, meeting, money, pledged

pytestmark = pytest.mark.usefixtures("records")
TODAY = NOW.date()


def test_the_thirty_two_meetings_that_ship_say_what_is_from_memory() -> None:
    rows = [row for row in meetings_of("UDCG", CIRCULATION, TODAY) if row.number <= 32]
    assert [row.number for row in rows] == list(range(1, 33))
    first, fifth, last = rows[0], rows[4], rows[31]
    assert (first.held_on, first.place, first.said) == (
        date(2022, 4, 26),
        "Ramstein Air Base",
        "41 countries",
    )
    assert first.recalled == ()
    assert fifth.recalled == ("mode",)
    assert last.count_recalled
    assert all(row.source for row in rows)


@pytest.mark.parametrize(
    ("refusal", "wish"),
    [
        (NotASeries, {"series": "DEU"}),
        (PartyUnknown, {"series": "XXX"}),
        (AmountNotPositive, {"number": 0}),
        (DuplicateReference, {"number": 1}),
        (ChoiceUnknown, {"mode": "by_letter"}),
        (ChoiceUnknown, {"recalled": ["weather"]}),
    ],
)
def test_a_meeting_that_is_not_clear_is_refused(
    refusal: type[Exception], wish: dict[str, object]
) -> None:
    w = world()
    before = Meeting.objects.count()
    given: dict[str, object] = {"series": "UDCG", "number": 500, "held_on": TODAY, **wish}
    with pytest.raises(refusal):
        meetings.enter_meeting(act=act(w.coordinator), **given)  # type: ignore[arg-type]
    assert Meeting.objects.count() == before


def test_who_was_there_is_noted_once_and_counts_stand_side_by_side() -> None:
    w = world()
    held = meeting(w)
    for said in ("nearly 50", "51 countries"):
        meetings.note_attendance(
            act=act(w.coordinator), meeting=held.pk, present=["DEU"], chairs=["GBR"], said=said
        )
    row = meeting_row(held, w.coordinator, TODAY)
    assert (row.present, row.chairs, row.said) == (2, ("United Kingdom",), "51 countries")
    with pytest.raises(TextMissing):
        meetings.note_attendance(act=act(w.coordinator), meeting=held.pk)


def test_a_correction_takes_a_reason_and_a_coordinator() -> None:
    w = world()
    held = meeting(w)
    with pytest.raises(ReasonMissing):
        meetings.correct_meeting(act=act(w.coordinator), meeting=held.pk, place="Brussels")
    with pytest.raises(RoleMissing):
        meetings.correct_meeting(act=act(w.donor, reason="so"), meeting=held.pk, place="Bonn")
    meetings.correct_meeting(
        act=act(w.coordinator, reason="read since"), meeting=held.pk, place="Brussels", recalled=[]
    )
    held.refresh_from_db()
    assert (held.place, held.held_on) == ("Brussels", date(2023, 2, 14))


def test_the_agenda_lists_what_is_most_missing_and_what_became_of_announcements() -> None:
    w = world()
    asked(w, "100")
    line = line_of(pledged(w, goods("80"), announced_on=date(2023, 1, 15)))
    pledged(w, goods("7"), parties=donors("NLD"), announced_on=date(2022, 12, 1))
    giving = offered(w, "80")
    pledge_links.specify_pledge(act=act(w.donor), line=line.pk, offer_line=giving.pk)
    taking = asked(w, "60")
    agreed(w, giving, taking, "60")
    coming = meeting(w, held_on=date(2023, 4, 21))
    made = agenda_of(coming, w.operation, w.coordinator, NOW)
    assert [each.line.remaining for each in made.missing] == [100]
    assert "100% of it missing" in made.missing[0].because
    assert [(each.donors, each.idle) for each in made.before] == [
        ("Netherlands", 1),
        ("Germany", 0),
    ]
    assert made.before[1].rows[0].course.allocated == 60


def test_the_more_urgent_need_stands_first_on_the_agenda() -> None:
    w = world()
    request = requests.draft_request(
        act=act(w.recipient),
        operation=w.operation.pk,
        recipient="UKR",
        reference="R-AGENDA",
        title="Two needs",
        asked_on=date(2023, 1, 10),
        lines=[
            requests.LineAsked(item="SHL-TNT-FAM", quantity=requests.Typed("10"), urgency=3),
            requests.LineAsked(item="MED-GLV-EXM", quantity=requests.Typed("10"), urgency=1),
        ],
    )
    requests.submit_request(act=act(w.recipient), request=request.pk)
    requests.validate_request(act=act(w.recipient), request=request.pk)
    made = agenda_of(meeting(w, held_on=date(2023, 4, 21)), w.operation, w.coordinator, NOW)
    assert [each.line.urgency for each in made.missing] == [1, 3]


def test_the_agenda_of_a_past_meeting_knows_no_more_than_was_known_then() -> None:
    w = world()
    asked(w, "100")
    made = agenda_of(meeting(w), w.operation, w.coordinator, NOW)
    assert made.missing == ()


def test_which_operation_a_meeting_is_about_is_asked_where_it_is_not_clear() -> None:
    w, other = world(), world()
    held = meetings.enter_meeting(act=act(w.coordinator), series="UDCG", number=700, held_on=TODAY)
    with pytest.raises(NoOperationNamed):
        operation_of(held, "", w.coordinator, TODAY)
    assert operation_of(held, other.operation.code, w.coordinator, TODAY) == other.operation


def test_the_follow_up_says_who_owes_what_and_was_reminded_when() -> None:
    w = world()
    held = meeting(w)
    tents = pledged(w, goods("80"), meeting=held.pk)
    pledged(w, money("NOK 5"), meeting=held.pk, parties=donors("NOR"))
    pledge_links.remind(act=act(w.coordinator), pledge=tents.pk, party="DEU", text="When?")
    listed = follow_up(held, w.coordinator, TODAY)
    assert [(each.owes, each.step, each.reminded_on) for each in listed] == [
        ("Germany", "make an offer of it: which, where, when", TODAY),
        ("Norway", "commit in writing", None),
    ]


def drafted(w: World, **more: object):  # noqa: ANN201
    held = meeting(w)
    pledged(w, money("EUR 5"), meeting=held.pk)
    pledged(w, money("NOK 7"), meeting=held.pk)
    pledged(w, money("USD 9"), meeting=held.pk, restricted=True)
    return readouts.draft_readout(act=act(w.coordinator), meeting=held.pk, **more)  # type: ignore[arg-type]


def test_a_readout_sums_each_currency_apart_and_tells_nothing_restricted() -> None:
    text = " ".join(drafted(world()).document["paragraphs"])
    assert "EUR 5 (" in text
    assert "NOK 7 (" in text
    assert "USD" not in text


def test_a_readout_that_sums_two_currencies_is_refused() -> None:
    w = world()
    with pytest.raises(CurrenciesMixed):
        drafted(w, total_in="EUR")


def test_a_readout_is_approved_by_another_than_its_originator() -> None:
    w = world()
    readout = drafted(w)
    readouts.submit_readout(act=act(w.coordinator), readout=readout.pk)
    with pytest.raises(OwnReadout):
        readouts.approve_readout(act=act(w.coordinator), readout=readout.pk)
    second = person(Role.COORDINATOR, "EADRCC")
    with pytest.raises(WrongStage):
        readouts.release_readout(act=act(second), readout=readout.pk)
    assert not readouts_of(readout.meeting, w.donor, TODAY)
    readouts.approve_readout(act=act(second), readout=readout.pk)
    readouts.release_readout(act=act(second), readout=readout.pk)
    assert [each.pk for each in readouts_of(readout.meeting, w.donor, TODAY)] == [readout.pk]


def test_a_readout_of_a_meeting_to_come_is_refused() -> None:
    w = world()
    coming = meeting(w, held_on=date(2023, 4, 21))
    with pytest.raises(MeetingNotHeld):
        readouts.draft_readout(act=act(w.coordinator), meeting=coming.pk)


def test_a_meeting_is_found_by_its_number_or_its_series_and_number() -> None:
    w = world()
    assert find_meeting("9", w.donor, TODAY) == find_meeting("UDCG/9", w.donor, TODAY)
