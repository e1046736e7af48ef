"""What the database says never to, of cases and reserves, by raw SQL as the application's role."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from muster.actions import reserves
from muster.core.actors import Role
from muster.queries.amounts import Typed
from muster.records.constraints import broken_constraint
from muster.records.models import GuaranteeCase, GuaranteeDuty
from tests import make
from tests.make_guarantee import answered, invoked

pytestmark = pytest.mark.usefixtures("records")

_ANSWER = """
INSERT INTO guarantee_answer (id, marking, audiences, recorded_at, act_id, invented, source,
    operation_id, asked_id, duty, supersedes_id, answered_on, words, gives, offers, nothing_further)
VALUES (gen_random_uuid(), 'unclassified', '{centre}', now(), gen_random_uuid(), false, '',
    %s, %s, %s, %s, current_date, 'words', %s, '{}', %s)
"""


@contextmanager
def broken(constraint: str) -> Iterator[None]:
    """Demand that this very rule stops what is tried."""
    with pytest.raises(IntegrityError) as raised, transaction.atomic():  # noqa: PT012 - all in one
        yield
        make.settled()
    assert broken_constraint(raised.value) == constraint


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def duty(case: GuaranteeCase, party: str) -> GuaranteeDuty:
    return case.duties.get(party=party)


def say(case: GuaranteeCase, party: str, **more: object) -> None:
    asked = duty(case, party)
    said = {"duty": asked.duty, "supersedes": None, "gives": "ships", "nothing": False} | more
    values = (said["duty"], said["supersedes"], said["gives"], said["nothing"])
    run(_ANSWER, case.operation_id, asked.pk, *values)


def test_an_answer_is_of_someone_who_is_asked_and_says_one_thing() -> None:
    case = invoked()
    with broken("guarantee_answer_is_asked_for"):
        say(case, "EST")
    with broken("guarantee_answer_of_its_duty"):
        say(case, "EST", duty="bound")
    with broken("guarantee_answer_gives_or_not"):
        say(case, "DEU", nothing=True)


def test_answers_are_one_chain_for_each_party() -> None:
    case = invoked()
    first = answered(case, make.person(Role.DONOR, "DEU"), "DEU")
    with broken("guarantee_answer_first_once"):
        say(case, "DEU")
    say(case, "DEU", supersedes=first.pk)
    with broken("guarantee_answer_superseded_once"):
        say(case, "DEU", supersedes=first.pk)


def test_a_party_is_asked_once_and_an_operation_has_one_case() -> None:
    case = invoked()
    with broken("guarantee_duty_once"):
        run(
            "INSERT INTO guarantee_duty (case_id, party_id, standing, duty) "
            "VALUES (%s, 'DEU', 'member', 'bound')",
            case.pk,
        )
    with broken("guarantee_case_operation_id_key"):
        GuaranteeCase.objects.create(
            id=uuid4(),
            act_id=uuid4(),
            recorded_at=make.NOW,
            audiences=["centre"],
            operation_id=case.operation_id,
            plays="defence",
            body_id="NATO",
            invoked_by_id="EST",
            invoked_on=make.NOW.date(),
            basis="x",
            words="x",
            due_at=make.NOW,
        )


def test_a_request_in_a_case_comes_from_whom_it_is_about() -> None:
    case = invoked()
    with broken("request_comes_from_the_affected"):
        run(
            "INSERT INTO assistance_request (id, marking, audiences, recorded_at, act_id, invented,"
            " source, stage, operation_id, recipient_id, reference, title, channel, asked_on) "
            "VALUES (gen_random_uuid(), 'unclassified', '{centre}', now(), gen_random_uuid(), "
            "false, '', '', %s, 'LVA', 'R', 'x', '', current_date)",
            case.operation_id,
        )


def test_the_ledger_itself_refuses_to_go_below_a_floor() -> None:
    w = make.world()
    line, need = make.offered(w, "100"), make.asked(w, "100")
    promised = make.proposed(w, line, need, "10")
    reserves.keep_reserve(
        act=make.act(w.donor),
        party="DEU",
        item=make.TENT,
        holds=Typed("1000"),
        floor=Typed("985"),
    )
    draw = (
        "INSERT INTO transfer (act_id, position, item_id, from_account_id, to_account_id, amount, "
        "happened_at, recorded_at) SELECT gen_random_uuid(), 1, item_id, id, (SELECT id FROM "
        "account WHERE owner_id = %s AND kind = %s), %s, now(), now() FROM account "
        "WHERE owner_id = %s AND kind = %s"
    )
    with broken("transfer_keeps_the_reserve"):
        run(draw, promised.pk, "reserved", 6, line.pk, "available")
    with broken("transfer_keeps_the_reserve"):
        run(draw, line.pk, "available", 1, line.pk, "supply_source")


def test_a_reserve_is_of_no_negative_amount_and_has_an_audience() -> None:
    say_it = (
        "INSERT INTO reserve (id, marking, audiences, recorded_at, act_id, invented, source, "
        "party_id, item_id, since, holds, counted_at, floor, note) VALUES (gen_random_uuid(), "
        "'unclassified', %s, now(), gen_random_uuid(), false, '', 'DEU', %s, current_date, %s, "
        "now(), 1, '')"
    )
    with broken("reserve_amounts_not_negative"):
        run(say_it, ["party:DEU"], make.TENT, -1)
    with broken("reserve_has_an_audience"):
        run(say_it, [], make.TENT, 1)
