"""What the clock does by itself: stalled jobs begin again, unanswered proposals lapse."""

import logging
from uuid import uuid5

from procrastinate.contrib.django import app

from muster.actions.allocations import lapse_allocation
from muster.actions.clock import now
from muster.core.actors import Act, Actor
from muster.core.refusals import Refusal
from muster.queries.jobs import lapsing

CLOCK = Actor(name="the clock")
# A worker says every ten seconds that it lives; one that was silent for so long is dead.
_SILENT_S = 45
_log = logging.getLogger(__name__)


@app.periodic(cron="*/2 * * * *")
@app.task(name="begin stalled jobs again", queueing_lock="begin stalled jobs again")
async def begin_again(timestamp: int) -> None:  # noqa: ARG001 - every periodic job is told when it was due
    """Queue again what a killed worker left half done; every job may run twice harmlessly."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_S):
        _log.warning("Job %s was left half done by a dead worker and begins again.", job.id)
        await app.job_manager.retry_job(job)


@app.periodic(cron="*/10 * * * *")
@app.task(name="let proposals lapse", queueing_lock="let proposals lapse")
def let_lapse(timestamp: int) -> None:  # noqa: ARG001 - every periodic job is told when it was due
    """Return the quantities of proposals that nobody answered in time."""
    moment = now()
    for allocation in lapsing(moment):
        act = Act(uuid5(allocation, "lapse"), CLOCK, moment, "job")
        try:
            lapse_allocation(act=act, allocation=allocation)
        except Refusal as refusal:
            # Somebody answered between the question and the deed; that is no fault.
            _log.info("Proposal %s did not lapse: %s", allocation, refusal.sentence)
