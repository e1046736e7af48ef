"""Meeting verbs: put on the list, correct, note who was there; and a coalition and its leads."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from muster.actions.journal import action
from muster.core.actors import CENTRE, NATIONS, PUBLIC, Act, Role
from muster.core.meetings import FACTS, SERIES_KINDS, NotASeries, NothingCorrected, count_in
from muster.core.refusals import AmountNotPositive, ChoiceUnknown, DuplicateReference, TextMissing
from muster.queries.register import find_party
from muster.queries.visibility import find
from muster.records.models import Attendance, AttendanceCount, Meeting, MeetingCorrection, Operation


@action("put a meeting on the list")
def enter_meeting(
    *,
    act: Act,
    series: str,
    number: int,
    held_on: date,
    place: str = "",
    mode: str = "unknown",
    operation: UUID | None = None,
    source: str = "",
    recalled: Sequence[str] = (),
    invented: bool = False,
) -> Meeting:
    """Write down a meeting of a series, past or to come.

    Args:
        act: the deed.
        series: the body whose meeting it is.
        number: its number in the series.
        held_on: its day.
        place: where.
        mode: in_person, virtual, mixed or unknown.
        operation: the operation whose needs it is about.
        source: where this was read.
        recalled: which of number, date, place and mode are from memory.
        invented: whether the scenario made it up.

    Raises:
        RoleMissing: the actor is not a coordinator.
        PartyUnknown: the register has no such body.
        NotASeries: such a party holds no meetings.
        AmountNotPositive: the number is not above zero.
        ChoiceUnknown: there is no such mode, or no such fact.
        DuplicateReference: the series has a meeting of that number.
    """
    act.must_be(Role.COORDINATOR)
    body = find_party(series)
    if body.kind not in SERIES_KINDS:
        raise NotASeries(party=body.name)
    if number < 1:
        raise AmountNotPositive(at="number", amount=number)
    _demand_known(mode, recalled)
    if Meeting.objects.filter(series=body, number=number).exists():
        raise DuplicateReference(at="number", reference=f"{series} {number}")
    return Meeting.objects.create(
        id=act.part_id("meeting"),
        act_id=act.id,
        recorded_at=act.now,
        audiences=[CENTRE, NATIONS, PUBLIC],
        series=body,
        number=number,
        held_on=held_on,
        place=place.strip(),
        mode=mode,
        operation=find(Operation, operation, act.actor, act.now.date()) if operation else None,
        recalled=list(recalled),
        source=source,
        invented=invented,
    )


@action("correct a meeting")
def correct_meeting(
    *,
    act: Act,
    meeting: UUID,
    held_on: date | None = None,
    place: str | None = None,
    mode: str | None = None,
    operation: UUID | None = None,
    source: str | None = None,
    recalled: Sequence[str] | None = None,
) -> Meeting:
    """Correct what is said of a meeting, with the reason; what is left out stays.

    Raises:
        RoleMissing: the actor is not a coordinator.
        ReasonMissing: no reason is given.
        ChoiceUnknown: there is no such mode, or no such fact.
        NothingCorrected: it says what is on record already.
    """
    act.must_be(Role.COORDINATOR)
    why = act.must_say_why("a correction")
    found = find(Meeting, meeting, act.actor, act.now.date())
    found.refresh_from_db(from_queryset=Meeting.objects.select_for_update(no_key=True))
    _demand_known(mode or found.mode, recalled or ())
    before = _facts(found)
    if operation is not None:
        found.operation = find(Operation, operation, act.actor, act.now.date())
    given = {"held_on": held_on, "place": place, "mode": mode, "source": source}
    for name, value in given.items():
        if value is not None:
            setattr(found, name, value)
    if recalled is not None:
        found.recalled = list(recalled)
    after = _facts(found)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        raise NothingCorrected(meeting=str(found))
    found.save(update_fields=[*given, "operation", "recalled"])
    MeetingCorrection.objects.create(
        id=act.part_id("correction"),
        meeting=found,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        reason=why,
        recorded_at=act.now,
        act_id=act.id,
        user_id=act.user_id,
    )
    return found


def _facts(meeting: Meeting) -> dict[str, str]:
    """Write what is said of a meeting as texts, to be kept beside what is said later."""
    return {
        "day": meeting.held_on.isoformat(),
        "place": meeting.place,
        "mode": meeting.mode,
        "operation": meeting.operation.code if meeting.operation else "",
        "source": meeting.source,
        "from memory": ", ".join(meeting.recalled),
    }


@action("note who was at a meeting")
def note_attendance(
    *,
    act: Act,
    meeting: UUID,
    present: Sequence[str] = (),
    chairs: Sequence[str] = (),
    said: str = "",
    source: str = "",
    recalled: bool = False,
) -> Meeting:
    """Add who was there and who chaired, or the count that was published, with its source.

    A party that is noted already stays as it was noted; a count is added beside earlier ones.

    Raises:
        RoleMissing: the actor is not a coordinator.
        PartyUnknown: the register has no such party.
        TextMissing: neither a party nor a count is given.
    """
    act.must_be(Role.COORDINATOR)
    found = find(Meeting, meeting, act.actor, act.now.date())
    if not (present or chairs or said.strip()):
        raise TextMissing(at="present", what="who was there, or how many")
    write_attendance(
        act, found, present=present, chairs=chairs, said=said, source=source, recalled=recalled
    )
    return found


def write_attendance(
    act: Act,
    meeting: Meeting,
    *,
    present: Sequence[str] = (),
    chairs: Sequence[str] = (),
    said: str = "",
    source: str = "",
    recalled: bool = False,
) -> None:
    """Write who was there and how many, as `note_attendance` says."""
    roles = Attendance.Role
    named = {(find_party(code).pk, roles.PRESENT.value) for code in (*present, *chairs)}
    named |= {(code, roles.CHAIR.value) for code in chairs}
    noted = set(meeting.attendances.values_list("party_id", "role"))
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting,
            party_id=party,
            role=role,
            source=source,
            recalled=recalled,
            act_id=act.id,
        )
        for party, role in sorted(named - noted)
    )
    if said.strip():
        count = count_in(said)
        AttendanceCount.objects.create(
            meeting=meeting,
            said=said.strip(),
            low=count.low,
            high=count.high,
            source=source,
            recalled=recalled,
            recorded_at=act.now,
            act_id=act.id,
        )


def _demand_known(mode: str, recalled: Sequence[str]) -> None:
    if mode not in Meeting.Mode.values:
        raise ChoiceUnknown(at="mode", given=mode, known=", ".join(Meeting.Mode.values))
    for fact in recalled:
        if fact not in FACTS:
            raise ChoiceUnknown(at="recalled", given=fact, known=", ".join(FACTS))
