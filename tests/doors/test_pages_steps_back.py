"""Pages on which a step is taken back or taken again: manifests, consents, reports, tokens."""

import re
from uuid import uuid4

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from muster.actions import consents, consignments, register, reports
from muster.core.actors import Actor, Role
from muster.records.models import ApiToken, Consent, Consignment, SituationReport, User
from tests import make
from tests.make import NOW, act

pytestmark = pytest.mark.usefixtures("records")


def post(actor: Actor, address: str, **form: object) -> tuple[int, str]:
    """Press a button; give the status, and the page that it leads to."""
    client = client_of(actor)
    with override_settings(CLOCK=NOW.isoformat()):
        answer = client.post(address, {"key": str(uuid4()), **form})
        page = client.get(address) if answer.status_code in {302, 303} else answer
    return answer.status_code, page.content.decode()


def page(actor: Actor, address: str) -> str:
    with override_settings(CLOCK=NOW.isoformat()):
        return client_of(actor).get(address).content.decode()


def client_of(actor: Actor) -> Client:
    client = Client(SERVER_NAME="localhost")
    user = User.objects.get(pk=str(actor.user_id))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def verbs_on(text: str) -> set[str]:
    return set(re.findall(r'name="verb" value="([a-z_]+)"', text))


def test_a_consignment_without_a_consignee_gets_one_on_its_page() -> None:
    w = make.world()
    box = consignments.plan_consignment(
        act=act(w.donor), operation=w.operation.pk, donor=w.donor_code, reference="BOX"
    )
    address = reverse("consignment", kwargs={"consignment_id": box.pk})
    assert "name_consignee" in verbs_on(page(w.donor, address))
    status, _ = post(w.donor, address, verb="name_consignee", consignee="POL")
    assert (status, Consignment.objects.get(pk=box.pk).consignee_id) == (403, None)
    status, _ = post(w.donor, address, verb="name_consignee", consignee="UKR")
    assert (status, Consignment.objects.get(pk=box.pk).consignee_id) == (303, "UKR")
    assert "name_consignee" not in verbs_on(page(w.recipient, address))


def test_a_locked_manifest_is_opened_again_with_a_reason_and_without_one_says_where() -> None:
    w = make.world()
    box = make.shipped(w, make.agreed(w, make.offered(w), make.asked(w), "10"))
    address = reverse("consignment", kwargs={"consignment_id": box.pk})
    assert "unlock" not in verbs_on(page(w.donor, address))
    consignments.lock_manifest(act=act(w.donor), consignment=box.pk)
    ids = re.findall(r' id="([^"]+)"', page(w.donor, address))
    assert len(ids) == len(set(ids))
    status, text = post(w.donor, address, verb="unlock")
    assert status == 422
    assert 'href="#field-unlock-reason"' in text
    status, text = post(w.donor, address, verb="unlock", **{"unlock-reason": "one more came"})
    assert status == 303
    assert "The manifest was opened again." in text
    assert "one more came" in text
    assert Consignment.objects.get(pk=box.pk).stage == "planned"


def test_the_donor_asks_again_after_a_refusal_and_the_origin_answers() -> None:
    w, american = make.world(), make.person(Role.DONOR, "USA")
    promised = make.agreed(w, make.offered(w, origin="USA"), make.asked(w), "10")
    consent = promised.consents.get()
    address = reverse("consent", kwargs={"consent_id": consent.pk})
    assert "request" not in verbs_on(page(w.donor, address))
    consents.refuse_consent(act=act(american, reason="not now"), consent=consent.pk)
    assert verbs_on(page(american, address)) == set()
    assert post(w.donor, address, verb="request")[0] == 303
    assert Consent.objects.get(pk=consent.pk).stage == "requested"
    assert "grant" in verbs_on(page(american, address))


def test_a_report_is_sent_back_by_its_page_with_the_reason() -> None:
    w = make.world()
    report = reports.draft_report(act=act(w.coordinator), operation=w.operation.pk)
    reports.submit_report(act=act(w.coordinator), report=report.pk)
    address = reverse("report", kwargs={"report_id": report.pk})
    other = make.person(Role.COORDINATOR, "EADRCC")
    assert post(other, address, verb="send_back")[0] == 422
    status, text = post(other, address, verb="send_back", reason="a figure is old")
    assert status == 303
    assert "a figure is old" in text
    assert verbs_on(text) == {"submit"}
    assert SituationReport.objects.get(pk=report.pk).stage == "draft"


def test_one_revokes_a_token_of_ones_own_on_the_account_page_and_no_other() -> None:
    w = make.world()
    register.issue_token(act=act(w.donor), name="laptop")
    token = ApiToken.objects.get(user_id=str(w.donor.user_id))
    for wrong in (str(token.pk), "no-token"):
        assert post(w.recipient, "/account", verb="revoke", token=wrong)[0] == 404
    assert "Revoke laptop" in page(w.donor, "/account")
    status, text = post(w.donor, "/account", verb="revoke", token=str(token.pk))
    assert status == 302
    assert "Revoke laptop" not in text
    assert ApiToken.objects.get(pk=token.pk).revoked_at is not None
