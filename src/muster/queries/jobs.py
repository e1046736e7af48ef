"""Long work: how far it has come, for whoever asked for it and for the centre."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from muster.core.actors import CENTRE, Actor
from muster.core.refusals import NotFound
from muster.records.models import Allocation, JobProgress, PlanSearch, SavedPlan

PLAN_TASK = "plan an operation"
TAKE_UP_TASK = "take up a plan"
READ_TASK = "read a list"
COMMIT_TASK = "store a list"
# How many jobs are shown at once.
_SHOWN = 5
_TASKS = (PLAN_TASK, TAKE_UP_TASK, READ_TASK, COMMIT_TASK)

_STATES = {
    "todo": "waiting",
    "doing": "working",
    "succeeded": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "aborted": "cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened to a job, and when by the machine's clock."""

    event: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """How far a job has come.

    Args:
        id: its number in the queue.
        what: what it does.
        state: waiting, working, done, failed or cancelled.
        attempts: how often it was begun before; a killed worker's job is begun again.
        steps: what happened to it, oldest first.
        plan: the plan it made, once there is one, or the one it takes up.
        batch: the import it reads or stores, if it does.
        lines_done: how many lines of that import, or moves of that plan, are done.
        lines: how many there are, once that is known.
        refusal: the sentence of the refusal that ended it, if one did.
        search: how far the search for a plan has come, once it has begun.
    """

    id: int
    what: str
    state: str
    attempts: int
    steps: tuple[Step, ...]
    plan: UUID | None
    batch: UUID | None = None
    lines_done: int = 0
    lines: int | None = None
    refusal: str = ""
    search: PlanSearch | None = None


def job_of_key(key: UUID) -> int | None:
    """Find the job that was asked for under the caller's key."""
    found = ProcrastinateJob.objects.filter(task_name__in=_TASKS, args__key=str(key))
    return found.values_list("id", flat=True).first()


def job_state(number: int, actor: Actor, day: date) -> JobState:
    """Say how far a job has come.

    Raises:
        NotFound: there is none, or somebody else asked for it and the actor is not of the centre.
    """
    job = ProcrastinateJob.objects.filter(pk=number, task_name__in=_TASKS).first()
    if job is None or not _may_see(job, actor, day):
        raise NotFound(what="job", name=number)
    key = UUID(job.args["key"])
    plan = UUID(job.args["plan"]) if "plan" in job.args else uuid5(key, "plan")
    told = JobProgress.objects.filter(pk=key).first() or JobProgress(pk=key)
    return JobState(
        id=job.pk,
        what=job.task_name,
        state=_STATES[job.status],
        attempts=job.attempts,
        steps=tuple(
            Step(event=event.type.replace("_", " "), at=event.at)
            for event in ProcrastinateEvent.objects.filter(job=job).order_by("id")
        ),
        plan=plan if SavedPlan.objects.filter(pk=plan).exists() else None,
        batch=UUID(job.args["batch"]) if "batch" in job.args else None,
        lines_done=told.done,
        lines=told.whole,
        refusal=told.sentence,
        search=PlanSearch.objects.filter(pk=key).first(),
    )


def job_of_batch(batch: UUID, actor: Actor, day: date) -> JobState | None:
    """Say how far the latest job on an import has come, if there is one that may be seen."""
    found = ProcrastinateJob.objects.filter(
        task_name__in=(READ_TASK, COMMIT_TASK), args__batch=str(batch)
    )
    job = found.order_by("-id").first()
    if job is None or not _may_see(job, actor, day):
        return None
    return job_state(job.pk, actor, day)


def jobs_of_operation(operation: UUID, actor: Actor, day: date) -> tuple[JobState, ...]:
    """List the plans of an operation that are being made, or failed last, the newest first."""
    found = ProcrastinateJob.objects.filter(task_name=PLAN_TASK, args__operation=str(operation))
    latest = found.order_by("-id").first()
    shown = [
        job
        for job in found.filter(status__in=("todo", "doing", "failed")).order_by("-id")[:_SHOWN]
        # A failure is news until somebody has planned again.
        if (job.status != "failed" or job == latest) and _may_see(job, actor, day)
    ]
    return tuple(job_state(job.pk, actor, day) for job in shown)


def lapsing(now: datetime) -> list[UUID]:
    """List the proposals that nobody answered in their time, for the clock alone."""
    found = Allocation.objects.filter(
        stage__in=["proposed", "confirmed", "accepted"], expires_at__lte=now
    )
    return list(found.order_by("expires_at", "id").values_list("id", flat=True))


def _may_see(job: ProcrastinateJob, actor: Actor, day: date) -> bool:
    return job.args["user"] == str(actor.user_id) or CENTRE in actor.audiences(day)
