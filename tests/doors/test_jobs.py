"""Long work: asked for once, done on behalf of whoever asked, and told how far it has come."""

import os
import subprocess
import sys
from uuid import uuid4

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from muster.actions import offers
from muster.core.accounts import AccountKind as K
from muster.core.actors import Role
from muster.jobs.plans import plan, take_up
from muster.jobs.upkeep import let_lapse
from muster.queries.balances import balance
from muster.records.models import Allocation, JournalEntry, SavedPlan
from tests import make
from tests.doors.asking import Asker

_FAR = "2900-01-01T00:00Z"
pytestmark = pytest.mark.usefixtures("committed")


_WORK = """
import django

django.setup()
from muster.jobs.worker import work

work(until_empty=True)
"""


def work() -> None:
    """Run the worker, as a process of its own, until no job is left."""
    subprocess.run([sys.executable, "-c", _WORK], env=dict(os.environ), check=True, timeout=120)


def test_a_plan_is_made_by_the_worker_for_whoever_asked_and_only_once() -> None:
    w = make.world()
    make.offered(w, "40")
    make.asked(w, "100")
    centre, key = Asker.of(w.coordinator), uuid4()
    path = f"/operations/{w.operation.code}/plans?background=true"
    queued = centre.post(path, {"method": "greedy"}, key=key)
    assert (queued.status, queued.body["state"]) == (202, "waiting")
    assert centre.post(path, {"method": "greedy"}, key=key).body["id"] == queued.body["id"]
    job = f"/jobs/{queued.body['id']}"
    stranger = Asker.of(make.person(Role.DONOR, "FRA"))
    assert stranger.get(job).status == 404
    work()
    done = centre.get(job).body
    assert (done["state"], [step["event"] for step in done["steps"]]) == (
        "done",
        ["deferred", "started", "succeeded"],
    )
    assert centre.get(f"/plans/{done['plan']}").body["plan"]["moves"][0]["amount"] == 40
    entry = JournalEntry.objects.get(subject_id=done["plan"])
    assert (entry.door, entry.user_name) == ("job", w.coordinator.name)


def test_what_cannot_be_planned_is_refused_before_it_is_queued() -> None:
    w = make.world()
    path = f"/operations/{w.operation.code}/plans?background=true"
    before = ProcrastinateJob.objects.count()
    assert Asker.of(w.donor).post(path).code == "role_missing"
    assert Asker.of(w.coordinator).post(path, {"method": "guess"}).code == "plan_method_unknown"
    assert ProcrastinateJob.objects.count() == before


def test_a_job_run_twice_makes_one_plan() -> None:
    w = make.world()
    centre = Asker.of(w.coordinator)
    path = f"/operations/{w.operation.code}/plans?background=true"
    queued = centre.post(path, {"method": "greedy"})
    work()
    job = ProcrastinateJob.objects.get(pk=queued.body["id"])
    plan.func(**job.args)
    assert SavedPlan.objects.filter(operation=w.operation).count() == 1


def test_a_plan_is_taken_up_by_the_worker_whole_and_only_once() -> None:
    w = make.world()
    givings = [make.offered(w, "20") for _ in range(3)]
    make.asked(w, "50")
    centre, key = Asker.of(w.coordinator), uuid4()
    made = centre.post(f"/operations/{w.operation.code}/plans", {"method": "greedy"})
    path = f"/plans/{made.body['id']}/accept?background=true"
    assert Asker.of(w.donor).post(path).code == "role_missing"
    queued = centre.post(path, key=key)
    assert (queued.status, queued.body["plan"]) == (202, made.body["id"])
    assert centre.post(path, key=key).body["id"] == queued.body["id"]
    work()
    take_up.func(**ProcrastinateJob.objects.get(pk=queued.body["id"]).args)
    done = centre.get(f"/jobs/{queued.body['id']}").body
    assert (done["state"], done["lines_done"], done["lines"]) == ("done", 3, 3)
    assert sum(balance(K.AVAILABLE, giving.pk) for giving in givings) == 10
    assert Allocation.objects.filter(operation=w.operation).count() == 3


def test_a_plan_that_no_longer_fits_is_not_taken_up_at_all_and_the_job_says_why() -> None:
    w = make.world()
    first, second = make.offered(w, "20"), make.offered(w, "20")
    make.asked(w, "40")
    centre = Asker.of(w.coordinator)
    made = centre.post(f"/operations/{w.operation.code}/plans", {"method": "greedy"})
    offers.withdraw_offer(act=make.act(w.donor, reason="sold"), line=second.pk)
    queued = centre.post(f"/plans/{made.body['id']}/accept?background=true")
    work()
    done = centre.get(f"/jobs/{queued.body['id']}").body
    assert done["state"] == "failed"
    assert "withdrawn" in done["refusal"]
    assert balance(K.AVAILABLE, first.pk) == 20
    assert not Allocation.objects.filter(operation=w.operation).exists()


def test_the_clock_lets_an_unanswered_proposal_lapse_and_leaves_others() -> None:
    w = make.world()
    giving, taking = make.offered(w, "50"), make.asked(w)
    old = make.proposed(w, giving, taking, "30")
    fresh = Asker.of(w.coordinator).post(
        "/allocations",
        {"offer_line": str(giving.pk), "request_line": str(taking.pk), "amount": 5}
        | {"expires_at": _FAR},
    )
    assert fresh.status == 201, fresh.body
    let_lapse.func(timestamp=0)
    old.refresh_from_db()
    assert old.stage == "expired"
    assert balance(K.AVAILABLE, giving.pk) == 45
    let_lapse.func(timestamp=0)
    assert balance(K.AVAILABLE, giving.pk) == 45
    assert JournalEntry.objects.get(subject_id=str(old.pk), door="job").user_name == "the clock"
