"""What test_crashes.py does in bulk: plans taken up and lists stored, whole or not at all."""

from collections.abc import Iterator
from itertools import zip_longest
from uuid import UUID, uuid4

from django.db import connection

from muster.actions.intake import read_list
from muster.core.actors import CENTRE
from muster.queries.intake import lines_seen
from muster.records.models import SavedPlan
from tests import make
from tests.make_lists import HEAD

# So many allocations has a plan, and so many lines a list.
SIZE = 400
BULK = ("take_up", "store")

_PARTS = """
SELECT (SELECT count(*) FROM allocation WHERE act_id = %(key)s),
       (SELECT count(*) FROM offer_line WHERE act_id = %(key)s),
       (SELECT count(*) FROM transfer WHERE act_id = %(key)s),
       (SELECT count(*) FROM journal_entry WHERE id = %(key)s)
"""
# Of a plan each allocation reserves at both its sides; of a list each line brings in what it says.
_WHOLE = {"take_up": (SIZE, 0, 2 * SIZE, 1), "store": (0, SIZE, SIZE, 1)}
_NOTHING = (0, 0, 0, 0)


def kept_plan(w: make.World, offer_lines: list[UUID], request_lines: list[UUID]) -> str:
    """Keep a plan of small moves between these lines."""
    moves = [
        {
            "key": f"{number}",
            "offer_line": str(offer_lines[number % len(offer_lines)]),
            "request_line": str(request_lines[number % len(request_lines)]),
            "donor": "Germany",
            "offered_item": "tent",
            "offered_unit": "pieces",
            "line": "1",
            "asked_item": "tent",
            "amount": 1,
            "covers": 1,
            "arrives": "2023-05-01",
            "late": False,
        }
        for number in range(SIZE)
    ]
    words = {"status": "feasible", "method": "greedy", "day": "2023-04-20"}
    plan = {**words, "notes": [], "scores": [], "moves": moves, "unmet": []}
    return str(
        SavedPlan.objects.create(
            id=uuid4(),
            act_id=uuid4(),
            recorded_at=make.NOW,
            audiences=[CENTRE],
            operation=w.operation,
            method="greedy",
            outcome="feasible",
            plan=plan,
        ).pk
    )


def kept_list(w: make.World) -> str:
    """Read a list of gifts, which waits for being stored."""
    lines = [f"{make.TENT};Family tents;{1 + number % 9};;Germany;\n" for number in range(SIZE)]
    batch = read_list(
        act=make.act(w.coordinator),
        operation=w.operation.pk,
        purpose="offers",
        name="gifts.csv",
        data="".join([HEAD, *lines]).encode(),
    )
    if len(lines_seen(batch)) != SIZE:
        message = f"of {SIZE} lines, {len(lines_seen(batch))} were read"
        raise RuntimeError(message)
    return str(batch.pk)


def in_turns(plans: list[str], batches: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Take up and store them one after the other: each verb with what it is about."""
    for plan, batch in zip_longest(plans, batches):
        if plan:
            yield "take_up", {"plan": plan}
        if batch:
            yield "store", {"batch": batch}


def torn(verb: str, key: str) -> list[str]:
    """Say what is there of an act in bulk, if that is neither the whole of it nor nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, {"key": key})
        found = cursor.fetchone()
    return [] if found in (_WHOLE[verb], _NOTHING) else [f"{verb} {key}: {found}"]
