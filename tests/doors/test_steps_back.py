"""By the API and the command line: a consignee is named, and steps are taken back."""

import pytest
from click.testing import CliRunner

from muster.actions import consents, consignments, reports
from muster.cli.allocations import allocations as allocation_commands
from muster.cli.consignments import consignments as consignment_commands
from muster.cli.reports import report as report_commands
from muster.core.actors import Actor, Role
from muster.queries.amounts import Typed
from muster.records.models import Consent, Consignment, SituationReport
from tests import make
from tests.doors.asking import Asker, user_of
from tests.make import act

pytestmark = pytest.mark.usefixtures("records")


def a_box(w: make.World) -> Consignment:
    """A packed and locked consignment without a consignee."""
    goods = make.agreed(w, make.offered(w), make.asked(w), "10")
    box = consignments.plan_consignment(
        act=act(w.donor), operation=w.operation.pk, donor=w.donor_code, reference="BOX"
    )
    consignments.pack(act=act(w.donor), consignment=box.pk, allocation=goods.pk, amount=Typed("10"))
    return consignments.lock_manifest(act=act(w.donor), consignment=box.pk)


def a_refused_consent(w: make.World) -> Consent:
    promised = make.agreed(w, make.offered(w, origin="USA"), make.asked(w), "10")
    consent = promised.consents.get()
    american = make.person(Role.DONOR, "USA")
    consents.refuse_consent(act=act(american, reason="not now"), consent=consent.pk)
    return consent


def a_submitted_report(w: make.World) -> SituationReport:
    report = reports.draft_report(act=act(w.coordinator), operation=w.operation.pk)
    return reports.submit_report(act=act(w.coordinator), report=report.pk)


def command(group: object, actor: Actor, *words: str) -> int:
    """Type a command of the command line; give its exit code."""
    typed = [*words, "--user", user_of(actor).username]
    return CliRunner().invoke(group, typed).exit_code  # type: ignore[arg-type]


def test_a_program_names_the_consignee_that_dispatch_asks_for() -> None:
    w = make.world()
    asker, address = Asker.of(w.donor), f"/consignments/{a_box(w).pk}"
    assert asker.post(f"{address}/dispatch").code == "consignee_missing"
    assert asker.post(f"{address}/consignee", {"consignee": "POL"}).code == "not_a_recipient"
    said = asker.post(f"{address}/consignee", {"consignee": "UKR"})
    assert (said.status, said.body["consignee"]) == (200, "UKR")
    assert asker.post(f"{address}/dispatch").status == 200


def test_a_program_takes_steps_back_with_a_reason_where_one_is_due() -> None:
    w = make.world()
    donor, centre = Asker.of(w.donor), Asker.of(w.coordinator)
    unlock = f"/consignments/{a_box(w).pk}/unlock"
    back = f"/reports/{a_submitted_report(w).pk}/send-back"
    for asker, address in ((donor, unlock), (centre, back)):
        assert asker.post(address).code == "reason_missing"
    why = {"reason": "something is wrong"}
    assert donor.post(unlock, why).body["stage"] == "planned"
    assert centre.post(back, why).body["stage"] == "draft"
    again = donor.post(f"/consents/{a_refused_consent(w).pk}/ask-again")
    assert again.body["stage"] == "requested"


def test_a_program_whose_token_is_revoked_is_a_stranger() -> None:
    w = make.world()
    asker = Asker.of(w.donor)
    [token] = asker.get("/tokens").body["items"]
    assert Asker.of(w.recipient).post(f"/tokens/{token['id']}/revoke").status == 404
    assert asker.post(f"/tokens/{token['id']}/revoke").status == 200
    assert asker.get("/me").code == "token_unknown"


def test_steps_are_taken_back_by_commands() -> None:
    w = make.world()
    box, consent, report = a_box(w), a_refused_consent(w), a_submitted_report(w)
    why = ("--reason", "something is wrong")
    number = report.message_number
    assert command(consignment_commands, w.donor, "name-consignee", str(box.pk), "UKR") == 0
    assert command(consignment_commands, w.donor, "unlock", str(box.pk), *why) == 0
    assert command(allocation_commands, w.donor, "ask-consent-again", str(consent.pk)) == 0
    assert command(report_commands, w.coordinator, "send-back", number, *why) == 0
    for record in (box, consent, report):
        record.refresh_from_db()
    assert (box.consignee_id, box.stage) == ("UKR", "planned")
    assert (consent.stage, report.stage) == ("requested", "draft")
