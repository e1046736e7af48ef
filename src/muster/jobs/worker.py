"""The worker: takes jobs from the queue, one after the other, until it is told to stop."""

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

_POLL_S = 5.0


def work(*, until_empty: bool = False) -> None:
    """Run jobs until a signal comes, or until none is left.

    The queue is reached over connections of the worker's own; each job's records are reached over
    Django's, as at every other door.

    Args:
        until_empty: stop once no job is left, as tests do.
    """
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError(connector)
    with app.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(
            wait=not until_empty,
            listen_notify=not until_empty,
            install_signal_handlers=not until_empty,
            fetch_job_polling_interval=_POLL_S,
            delete_jobs="never",
        )
