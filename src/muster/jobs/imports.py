"""Lists read and stored in the background, on behalf of the person who dropped them in."""

from uuid import UUID

from procrastinate.contrib.django import app

from muster.actions.clock import now
from muster.actions.imports import commit_import
from muster.actions.intake import read_kept
from muster.actions.progress import telling
from muster.core.actors import Act
from muster.queries.jobs import COMMIT_TASK, READ_TASK
from muster.queries.register import actor_of


@app.task(name=READ_TASK)
def read(*, key: str, user: str, reason: str, batch: str) -> None:
    """Read a kept list.  Run twice, it reads it once: the key is the caller's.

    Raises:
        Refusal: as read_kept does; the job has then failed, and nothing is changed.
    """
    act = Act(UUID(key), actor_of(UUID(user)), now(), "job", reason)
    with telling(act.id):
        read_kept(act=act, batch=UUID(batch))


@app.task(name=COMMIT_TASK)
def commit(*, key: str, user: str, reason: str, batch: str, leave_out: bool) -> None:
    """Store a list, whole or not at all.  Run twice, it stores it once.

    Raises:
        Refusal: as commit_import does; the job has then failed, and nothing is changed.
    """
    act = Act(UUID(key), actor_of(UUID(user)), now(), "job", reason)
    with telling(act.id):
        commit_import(act=act, batch=UUID(batch), leave_out=leave_out)
