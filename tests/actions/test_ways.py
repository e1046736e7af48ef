"""The way of a consignment is said before it leaves, and rules judge the countries on it."""

import pytest

from muster.actions import consignments
from muster.actions.ways import say_way
from muster.cli.consignments import consignments as commands
from muster.core.refusals import NotFound, Refusal, WrongStage
from muster.core.rulebook.refusals import RuleForbids, RuleNotKnown
from muster.core.ways import WayDoesNotFit, WayTooShort
from muster.queries.rule_effects import effects_of
from muster.queries.rules import rule_of
from muster.records.models import Consignment
from tests import make
from tests.doors.asking import Asker, user_of
from tests.doors.commanding import run
from tests.doors.test_pages_requests_offers import signed_in, text_of
from tests.make_rules import in_force, written

pytestmark = pytest.mark.usefixtures("records")

NOT_THROUGH_ROMANIA = '"ROU" in journey.territories'
BY_POLAND = ["HUB-RZESZOW", "BCP-MEDYKA", "HUB-LVIV"]
BY_ROMANIA = ["HUB-SUCEAVA", "BCP-SIRET", "HUB-LVIV"]


def _packed(w: make.World) -> Consignment:
    promised = make.agreed(w, make.offered(w), make.asked(w), "10")
    box = make.shipped(w, promised)
    return consignments.lock_manifest(act=make.act(w.donor), consignment=box.pk)


def test_a_rule_on_transit_stops_one_way_lets_another_pass_and_blocks_what_is_not_said() -> None:
    w = make.world()
    box = _packed(w)
    in_force(w, NOT_THROUGH_ROMANIA, steps=["dispatch"])
    with pytest.raises(RuleNotKnown) as refused:
        consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
    assert "journey.territories is not known" in refused.value.sentence
    say_way(act=make.act(w.donor), consignment=box.pk, places=BY_ROMANIA)
    with pytest.raises(RuleForbids):
        consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
    say_way(act=make.act(w.donor), consignment=box.pk, places=BY_POLAND)
    assert consignments.dispatch(act=make.act(w.donor), consignment=box.pk).stage == "dispatched"


def test_what_a_rule_on_transit_would_have_stopped_is_told_before_it_takes_force() -> None:
    w = make.world()
    box = _packed(w)
    rule = rule_of(written(w, NOT_THROUGH_ROMANIA, steps=["dispatch"]))
    day = make.NOW.date()
    counts = {each.kind: each for each in effects_of(rule, w.coordinator, day=day).counts}
    assert (counts["consignment"].stopped, counts["consignment"].unknown) == (0, 1)
    say_way(act=make.act(w.donor), consignment=box.pk, places=BY_ROMANIA)
    counts = {each.kind: each for each in effects_of(rule, w.coordinator, day=day).counts}
    assert (counts["consignment"].stopped, counts["consignment"].unknown) == (1, 0)


@pytest.mark.parametrize(
    ("places", "refusal"),
    [
        ([], WayTooShort),
        (["HUB-LVIV"], WayTooShort),
        (["HUB-RZESZOW", "NOWHERE"], NotFound),
        (["HUB-LVIV", "HUB-SUCEAVA"], WayDoesNotFit),
    ],
)
def test_a_way_that_cannot_be_is_refused(places: list[str], refusal: type[Refusal]) -> None:
    w = make.world()
    box = consignments.plan_consignment(
        act=make.act(w.donor), operation=w.operation.pk, donor="DEU", reference="C/1",
        to_place="HUB-LVIV",
    )  # fmt: skip
    with pytest.raises(refusal):
        say_way(act=make.act(w.donor), consignment=box.pk, places=places)
    box.refresh_from_db()
    assert box.way == []


def test_the_way_is_not_said_anew_once_it_has_left() -> None:
    w = make.world()
    box = _packed(w)
    consignments.dispatch(act=make.act(w.donor), consignment=box.pk)
    with pytest.raises(WrongStage):
        say_way(act=make.act(w.donor), consignment=box.pk, places=BY_POLAND)


def test_a_way_is_said_at_every_door() -> None:
    w = make.world()
    box = _packed(w)
    asker = Asker.of(w.donor)
    said = asker.post(f"/consignments/{box.pk}/way", {"places": BY_POLAND})
    assert said.body["way"] == BY_POLAND
    user = f"--user={user_of(w.donor).username}"
    run(commands, "way", box.reference, *BY_ROMANIA, user)
    assert asker.get(f"/consignments/{box.pk}").body["way"] == BY_ROMANIA
    client, here = signed_in(w.donor), f"/consignments/{box.pk}"
    assert "HUB-SUCEAVA, BCP-SIRET, HUB-LVIV" in text_of(client.get(here))
    client.post(here, {"verb": "say_way", "places": "hub-rzeszow, hub-lviv"})
    assert asker.get(f"/consignments/{box.pk}").body["way"] == ["HUB-RZESZOW", "HUB-LVIV"]
    wrong = client.post(here, {"verb": "say_way", "places": "hub-rzeszow"})
    assert wrong.status_code == 422
