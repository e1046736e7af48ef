"""The way into a body: each step in its order, each refusal, and what the last step makes."""

from datetime import date
from uuid import uuid4

import pytest

from muster.actions import accessions, register
from muster.core.accessions import (
    InForceBeforeDeposit,
    IntoItself,
    RatificationsMissing,
    RatifierNotMember,
    RatifierUnsaid,
    StepMissing,
    StepOutOfOrder,
    StepTaken,
)
from muster.core.actors import Actor, Role
from muster.core.refusals import (
    ChoiceUnknown,
    NotFound,
    PartyUnknown,
    ReasonMissing,
    Refusal,
    RoleMissing,
    StandingOverlaps,
    TextMissing,
)
from muster.queries.accessions import members_through_time, steps_of, still_owed, timeline_of
from muster.queries.register import standing_on, standings_on
from muster.records.models import AccessionStep
from tests import make

pytestmark = pytest.mark.usefixtures("records")
SIGNED, READY, DAY = date(2026, 1, 10), date(2026, 3, 1), date(2026, 4, 1)


def step(name: str, on: date, by: str | None = None, **changes: object) -> AccessionStep:
    given: dict[str, object] = {"party": "AUT", "body": "NATO", "source": "a treaty"}
    actor = changes.pop("actor", None) or make.coordinator()
    assert isinstance(actor, Actor)
    return accessions.record_step(
        act=make.act(actor), step=name, happened_on=on, by=by, **given | changes
    )  # type: ignore[arg-type]


def signed() -> None:
    step("invited", date(2026, 1, 1))
    step("protocols_signed", SIGNED)


def ratified_by_all(on: date = READY, *, but: str = "") -> None:
    for member in standings_on(on, body="NATO", kind="member"):
        if member.code != but:
            step("ratified", on, by=member.code)


def test_the_last_step_makes_a_member_and_ends_what_it_was() -> None:
    signed()
    ratified_by_all()
    step("deposited", DAY)
    assert standing_on("AUT", body="NATO", day=DAY) == "partner"
    step("in_force", DAY)
    assert standing_on("AUT", body="NATO", day=date(2026, 3, 31)) == "partner"
    assert standing_on("AUT", body="NATO", day=DAY) == "member"
    assert members_through_time("NATO")[-1].members == 33
    assert [h.what for h in timeline_of("AUT").happenings][-1] == "accession in force"


def test_an_accession_is_not_in_force_before_its_deposit() -> None:
    signed()
    ratified_by_all()
    with pytest.raises(InForceBeforeDeposit, match="is not deposited"):
        step("in_force", DAY)
    step("deposited", DAY)
    with pytest.raises(InForceBeforeDeposit, match="is deposited on 2026-04-01"):
        step("in_force", date(2026, 3, 31))
    assert standing_on("AUT", body="NATO", day=DAY) == "partner"


def test_nobody_is_made_a_member_past_the_steps_of_an_accession() -> None:
    signed()
    register.end_standing(
        act=make.act(make.coordinator()), party="AUT", body="NATO", until=date(2026, 2, 1)
    )
    with pytest.raises(InForceBeforeDeposit):
        register.record_standing(
            act=make.act(make.coordinator()), party="AUT", body="NATO", kind="member", since=DAY
        )
    register.record_standing(
        act=make.act(make.coordinator()), party="AUT", body="NATO", kind="invitee", since=DAY
    )


def test_a_deposit_waits_for_every_member_and_names_those_that_are_missing() -> None:
    signed()
    ratified_by_all(but="TUR")
    with pytest.raises(RatificationsMissing, match="by Türkiye"):
        step("deposited", DAY)
    assert still_owed("AUT", body="NATO", day=DAY) == ("Türkiye",)
    step("ratified", DAY, by="TUR")
    step("deposited", DAY)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"name": "ratified", "on": READY}, RatifierUnsaid),
        ({"name": "deposited", "on": READY, "by": "DEU"}, RatifierUnsaid),
        ({"name": "ratified", "on": READY, "by": "UKR"}, RatifierNotMember),
        ({"name": "ratified", "on": READY, "by": "AUT"}, RatifierNotMember),
        ({"name": "ratified", "on": READY, "by": "NOBODY"}, PartyUnknown),
        ({"name": "ratified", "on": date(2026, 1, 5), "by": "DEU"}, StepOutOfOrder),
        ({"name": "invited", "on": date(2026, 1, 2)}, StepTaken),
        ({"name": "blessed", "on": READY}, ChoiceUnknown),
        ({"name": "ratified", "on": READY, "by": "DEU", "party": "CHE"}, StepMissing),
        ({"name": "ratified", "on": READY, "by": "DEU", "source": " "}, TextMissing),
        ({"name": "invited", "on": READY, "party": "NOBODY"}, PartyUnknown),
        ({"name": "invited", "on": READY, "party": "NATO"}, IntoItself),
    ],
)
def test_a_step_that_cannot_have_been_taken_is_refused_and_nothing_stored(
    asked: dict[str, object], refusal: type[Refusal]
) -> None:
    signed()
    before = AccessionStep.objects.count()
    with pytest.raises(refusal):
        step(**asked)  # type: ignore[arg-type]
    make.settled()
    assert AccessionStep.objects.count() == before


def test_only_a_coordinator_records_and_corrects_steps() -> None:
    donor = make.person(Role.DONOR, "DEU")
    with pytest.raises(RoleMissing):
        step("invited", DAY, actor=donor)
    with pytest.raises(RoleMissing):
        accessions.correct_step(
            act=make.act(donor, reason="why"), step=uuid4(), happened_on=DAY, source="x"
        )


def test_a_corrected_step_takes_the_place_of_the_wrong_one_which_stays_on_record() -> None:
    wrong = step("invited", date(2026, 1, 1))
    correcting = {"step": wrong.pk, "happened_on": date(2026, 1, 3), "source": "the letter"}
    coordinator = make.coordinator()
    with pytest.raises(ReasonMissing):
        accessions.correct_step(act=make.act(coordinator), **correcting)  # type: ignore[arg-type]
    act = make.act(coordinator, reason="misread")
    right = accessions.correct_step(act=act, **correcting)  # type: ignore[arg-type]
    assert [s.id for s in steps_of("AUT")] == [right.pk]
    assert AccessionStep.objects.filter(party="AUT").count() == 2
    again = make.act(coordinator, reason="again")
    with pytest.raises(NotFound):
        accessions.correct_step(act=again, **correcting)  # type: ignore[arg-type]


def test_a_deposit_is_not_corrected_to_a_day_after_the_entry_into_force() -> None:
    [deposit] = [s for s in steps_of("FIN", body="NATO") if s.step == "deposited"]
    with pytest.raises(InForceBeforeDeposit):
        accessions.correct_step(
            act=make.act(make.coordinator(), reason="later"),
            step=deposit.id,
            happened_on=date(2023, 4, 5),
            source="x",
        )
    make.settled()


def test_overlapping_standings_are_refused_by_the_names_of_both() -> None:
    with pytest.raises(
        StandingOverlaps,
        match="Sweden is invitee from 2022-07-05 until 2024-03-07 of North Atlantic Treaty "
        "Organization; that overlaps with observer from 2023-01-01 until 2023-06-01",
    ):
        register.record_standing(
            act=make.act(make.coordinator()),
            party="SWE",
            body="NATO",
            kind="observer",
            since=date(2023, 1, 1),
            until=date(2023, 6, 1),
        )


@pytest.mark.parametrize(
    ("party", "step_name", "by", "day"),
    [
        ("FIN", "invited", "", date(2022, 6, 29)),
        ("FIN", "protocols_signed", "", date(2022, 7, 5)),
        ("FIN", "ratified", "HUN", date(2023, 3, 27)),
        ("FIN", "ratified", "TUR", date(2023, 3, 30)),
        ("FIN", "deposited", "", date(2023, 4, 4)),
        ("FIN", "in_force", "", date(2023, 4, 4)),
        ("SWE", "protocols_signed", "", date(2022, 7, 5)),
        ("SWE", "ratified", "FIN", date(2023, 4, 4)),
        ("SWE", "ratified", "TUR", date(2024, 1, 25)),
        ("SWE", "ratified", "HUN", date(2024, 2, 26)),
        ("SWE", "in_force", "", date(2024, 3, 7)),
    ],
)
def test_the_accessions_of_finland_and_sweden_are_on_record_with_their_sources(
    party: str, step_name: str, by: str, day: date
) -> None:
    [found] = [s for s in steps_of(party, body="NATO") if (s.step, s.by) == (step_name, by)]
    assert found.on == day
    assert found.source
    assert found.checked in {"read", "recall"}


@pytest.mark.parametrize(("party", "ratifications"), [("FIN", 30), ("SWE", 31)])
def test_every_member_ratified_before_the_deposit(party: str, ratifications: int) -> None:
    steps = steps_of(party, body="NATO")
    assert sum(s.step == "ratified" for s in steps) == ratifications
    [deposit] = [s for s in steps if s.step == "deposited"]
    assert still_owed(party, body="NATO", day=deposit.on) == ()
