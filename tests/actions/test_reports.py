"""Situation reports: four eyes, one series, and nothing told that all nations may not read."""

import re
from datetime import date
from uuid import uuid4

import pytest

from muster.actions import offers, reports
from muster.core.actors import Role
from muster.core.refusals import (
    ChoiceUnknown,
    NotFound,
    OwnReport,
    ReasonMissing,
    RoleMissing,
    WrongStage,
)
from muster.queries.amounts import Typed
from muster.queries.visibility import visible
from muster.records.models import ReportApproval, SituationReport
from tests import make

pytestmark = pytest.mark.usefixtures("records")
DAY = make.NOW.date()


def released(w: make.World) -> SituationReport:
    report = reports.draft_report(act=make.act(w.coordinator), operation=w.operation.pk)
    reports.submit_report(act=make.act(w.coordinator), report=report.pk)
    other = make.person(Role.COORDINATOR, "EADRCC")
    reports.approve_report(act=make.act(other), report=report.pk)
    return reports.release_report(act=make.act(w.coordinator), report=report.pk)


def test_nobody_approves_a_report_of_their_own() -> None:
    w = make.world()
    report = reports.draft_report(act=make.act(w.coordinator), operation=w.operation.pk)
    reports.submit_report(act=make.act(w.coordinator), report=report.pk)
    with pytest.raises(OwnReport):
        reports.approve_report(act=make.act(w.coordinator), report=report.pk)
    assert not ReportApproval.objects.filter(report=report).exists()


def test_only_the_centre_writes_approves_and_releases() -> None:
    w = make.world()
    for actor in (w.donor, w.recipient, make.person(Role.ANALYST, "EADRCC")):
        with pytest.raises(RoleMissing):
            reports.draft_report(act=make.act(actor), operation=w.operation.pk)


def test_a_report_that_cannot_be_is_refused_and_takes_no_number() -> None:
    w = make.world()
    with pytest.raises(ChoiceUnknown):
        reports.draft_report(
            act=make.act(w.coordinator), operation=w.operation.pk, precedence="URGENT"
        )
    with pytest.raises(NotFound):
        reports.draft_report(act=make.act(w.coordinator), operation=uuid4())
    first = reports.draft_report(act=make.act(w.coordinator), operation=w.operation.pk)
    second = reports.draft_report(act=make.act(w.coordinator), operation=w.operation.pk)
    serials = [
        int(each.message_number.rsplit("(", 1)[-1].split(")")[-1]) for each in (first, second)
    ]
    assert serials[1] == serials[0] + 1


def test_each_step_needs_the_one_before() -> None:
    w = make.world()
    report = reports.draft_report(act=make.act(w.coordinator), operation=w.operation.pk)
    other = make.person(Role.COORDINATOR, "EADRCC")
    with pytest.raises(WrongStage):
        reports.approve_report(act=make.act(other), report=report.pk)
    with pytest.raises(WrongStage):
        reports.release_report(act=make.act(w.coordinator), report=report.pk)


def test_a_release_supersedes_every_report_before_it() -> None:
    w = make.world()
    drafted = [
        reports.draft_report(act=make.act(w.coordinator), operation=w.operation.pk)
        for _ in range(3)
    ]
    other = make.person(Role.COORDINATOR, "EADRCC")
    for report in drafted:
        reports.submit_report(act=make.act(w.coordinator), report=report.pk)
        reports.approve_report(act=make.act(other), report=report.pk)
        reports.release_report(act=make.act(w.coordinator), report=report.pk)
    stages = w.operation.reports.order_by("number").values_list("stage", flat=True)
    assert list(stages) == ["superseded", "superseded", "released"]


def test_nations_read_a_report_once_it_is_released() -> None:
    w = make.world()
    nation = make.person(Role.DONOR, "FRA")
    report = reports.draft_report(act=make.act(w.coordinator), operation=w.operation.pk)
    assert not visible(SituationReport, nation, DAY).filter(pk=report.pk).exists()
    assert visible(SituationReport, nation, DAY).filter(pk=released(w).pk).exists()


def test_a_report_to_all_nations_does_not_tell_of_a_restricted_gift() -> None:
    w = make.world()
    taking = make.asked(w)
    offer = offers.make_offer(
        act=make.act(w.donor),
        operation=w.operation.pk,
        donor="DEU",
        reference="SECRET",
        title="x",
        offered_on=date(2023, 2, 1),
        lines=[offers.LineOffered(item=make.TENT, quantity=Typed("77"), answers=taking.pk)],
        restricted=True,
    )
    box = make.handed_over(w, make.agreed(w, offer.lines.get(), taking, "77"))
    make.signed(w, box, damaged=7)
    told = str(released(w).document)
    assert not re.search(r"\b77\b", told)  # random references may hold the digits
    assert "Germany" not in told
    assert box.reference not in told


def test_a_report_tells_of_an_open_gift_and_of_what_differed() -> None:
    w = make.world()
    box = make.handed_over(w, make.agreed(w, make.offered(w), make.asked(w), "77"))
    make.signed(w, box, damaged=7)
    told = str(released(w).document)
    assert re.search(r"\b77\b", told)
    assert "Germany" in told
    assert box.reference in told


def test_a_report_that_is_sent_back_says_why_and_can_only_be_submitted_again() -> None:
    w = make.world()
    other = make.person(Role.COORDINATOR, "EADRCC")
    report = reports.draft_report(act=make.act(w.coordinator), operation=w.operation.pk)
    told = report.document
    with pytest.raises(WrongStage):
        reports.send_back_report(act=make.act(other, reason="early"), report=report.pk)
    reports.submit_report(act=make.act(w.coordinator), report=report.pk)
    with pytest.raises(ReasonMissing):
        reports.send_back_report(act=make.act(other), report=report.pk)
    with pytest.raises(RoleMissing):
        reports.send_back_report(act=make.act(w.donor, reason="x"), report=report.pk)
    reports.send_back_report(act=make.act(other, reason="a figure is old"), report=report.pk)
    for step in (reports.approve_report, reports.release_report):
        with pytest.raises(WrongStage):
            step(act=make.act(other), report=report.pk)
    reports.submit_report(act=make.act(w.coordinator), report=report.pk)
    approved = reports.approve_report(act=make.act(other), report=report.pk)
    assert (approved.stage, approved.document) == ("approved", told)
