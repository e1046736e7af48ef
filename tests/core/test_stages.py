"""The lifecycle tables hold together."""

import pytest

from muster.core.stages import (
    BEFORE,
    LIFECYCLES,
    OFFER_STAGES_OPEN,
    REQUEST_STAGES_OPEN,
    Subject,
    events_from,
    next_stage,
)


def test_every_subject_has_a_lifecycle() -> None:
    assert set(LIFECYCLES) == set(Subject)


@pytest.mark.parametrize("subject", list(Subject))
def test_every_stage_can_be_reached_from_the_beginning(subject: Subject) -> None:
    reached = {BEFORE}
    while more := {s.after for s in LIFECYCLES[subject] if s.before in reached} - reached:
        reached |= more
    assert {s.before for s in LIFECYCLES[subject]} | {
        s.after for s in LIFECYCLES[subject]
    } == reached


@pytest.mark.parametrize("subject", list(Subject))
def test_an_event_leads_from_a_stage_to_one_stage_and_never_to_itself(subject: Subject) -> None:
    steps = LIFECYCLES[subject]
    assert len({(s.event, s.before) for s in steps}) == len(steps)
    assert [s for s in steps if s.before == s.after] == []


@pytest.mark.parametrize("subject", list(Subject))
def test_nothing_leads_back_to_before_the_beginning(subject: Subject) -> None:
    assert all(step.after != BEFORE for step in LIFECYCLES[subject])


def test_nothing_leaves_before_its_manifest_is_locked() -> None:
    befores = {s.before for s in LIFECYCLES[Subject.CONSIGNMENT] if s.event == "dispatch"}
    assert befores == {"packed", "cleared"}


def test_what_is_signed_for_lost_or_cancelled_is_over() -> None:
    for stage in ("accepted", "accepted_with_discrepancy", "refused", "lost", "cancelled"):
        assert events_from(Subject.CONSIGNMENT, stage) == ()


def test_the_open_stages_are_stages() -> None:
    offers = {step.after for step in LIFECYCLES[Subject.OFFER_LINE]}
    requests = {step.after for step in LIFECYCLES[Subject.REQUEST]}
    assert offers >= OFFER_STAGES_OPEN
    assert requests >= REQUEST_STAGES_OPEN


def test_an_allocation_is_agreed_by_two_words_in_either_order() -> None:
    for first, second in (("confirm", "accept"), ("accept", "confirm")):
        middle = next_stage(Subject.ALLOCATION, first, "proposed")
        assert middle is not None
        assert next_stage(Subject.ALLOCATION, second, middle) == "agreed"
        assert next_stage(Subject.ALLOCATION, first, middle) is None
