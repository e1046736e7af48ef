"""The same message through two connections at once: it is taken once, and both are told of it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from muster.actions.messages import take_message
from muster.queries.messages import document
from muster.records.models import AssistanceRequest
from tests import make
from tests.make import NOW, act, world_apart


@pytest.mark.usefixtures("committed")
def test_two_who_receive_one_message_at_once_make_one_request() -> None:
    there, here = world_apart(), world_apart()
    data = document(make.asked(there).request_id, there.coordinator, NOW.date())

    def receive(_: int) -> str:
        try:
            row = take_message(act=act(here.recipient), operation=here.operation.pk, data=data)
            return str(row.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(receive, range(4)))
    assert len(set(told)) == 1
    assert AssistanceRequest.objects.filter(operation=here.operation).count() == 1
