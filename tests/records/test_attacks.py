"""The application's own role, with plain SQL in its hands, cannot bend what is kept.

Each attack names the rule that stops it: a constraint, or a right that the role does not have.
"""

# The attacks are SQL made of parts, and some fixtures only have to be there.
# ruff: noqa: E501, ISC004, PLR0917, S608

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from muster.actions import allocations, catalogue, consignments, guarantee, reports, reserves
from muster.core.actors import Role
from muster.queries.amounts import Typed
from muster.queries.verification import verify
from muster.records.models import (
    Account,
    Item,
    JournalEntry,
    SituationReport,
    StageEvent,
    Transfer,
)
from tests import make
from tests.make_guarantee import TODAY, answered, invoked


@dataclass(frozen=True)
class Victim:
    """A small history that is committed, to be attacked."""

    world: make.World
    offer_line: str
    available: int
    reserved: int
    need_open: int
    transfer: int
    entry: str
    event: str
    allocation: str
    receipt_line: str
    manifest_line: str
    box: str
    report: str


@pytest.fixture(scope="module")
def victim(tables: None) -> Victim:
    w = make.world_apart()
    giving, taking = make.offered(w, "100"), make.asked(w, "100")
    promised = make.agreed(w, giving, taking, "40")
    box = make.handed_over(w, promised)
    receipt = make.signed(w, box, damaged=1)
    make.proposed(w, giving, taking, "10")
    report = reports.draft_report(act=make.act(w.coordinator), operation=w.operation.pk)
    reports.submit_report(act=make.act(w.coordinator), report=report.pk)
    a_case_and_a_reserve()
    line = box.lines.get()
    return Victim(
        world=w,
        offer_line=str(giving.pk),
        available=Account.objects.get(owner_id=giving.pk, kind="available").pk,
        reserved=Account.objects.get(owner_id=promised.pk, kind="reserved").pk,
        need_open=Account.objects.get(owner_id=taking.pk, kind="need_open").pk,
        transfer=Transfer.objects.filter(from_account__owner_id=giving.pk)[0].pk,
        entry=str(JournalEntry.objects.filter(subject_id=str(promised.pk))[0].pk),
        event=str(StageEvent.objects.filter(subject_id=giving.pk)[0].pk),
        allocation=str(promised.pk),
        receipt_line=str(receipt.lines.get().pk),
        manifest_line=str(line.pk),
        box=str(box.pk),
        report=str(report.pk),
    )


def a_case_and_a_reserve() -> None:
    """A case of the guarantee that was answered and decided, and a reserve that a nation keeps."""
    case, who = invoked(), make.person(Role.DONOR, "MNE")
    answered(case, who, "MNE")
    decided = {"decided_on": TODAY, "reference": "a decision"}
    guarantee.establish(act=make.act(make.coordinator()), case=case.pk, **decided)
    kept = {"holds": Typed("9"), "floor": Typed("1")}
    reserves.keep_reserve(act=make.act(who), party="MNE", item=make.TENT, **kept)


@pytest.fixture
def app(victim: Victim) -> Iterator[psycopg.Connection]:
    """A connection of the application's role; whatever it does is rolled back."""
    with psycopg.connect(**json.loads(os.environ["MUSTER_APP_DSN"])) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def owner(victim: Victim) -> Iterator[psycopg.Connection]:
    """A connection of the tables' owner."""
    with psycopg.connect(**json.loads(os.environ["MUSTER_OWNER_DSN"])) as connection:
        yield connection
        connection.rollback()


HISTORY = (
    *("transfer", "journal_entry", "stage_event", "item_review", "clarification"),
    *("receipt", "receipt_line", "discrepancy", "report_approval", "message_number"),
    *("guarantee_decision", "guarantee_duty", "guarantee_answer", "reserve"),
)


@pytest.mark.parametrize("table", [*HISTORY, "account", "offer_line", "allocation", "request_line"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_application_may_not_change_or_delete_what_is_kept(
    app: psycopg.Connection, table: str, verb: str
) -> None:
    key = "report_id" if table == "report_approval" else "id"
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(verb.format(table, key, key))


@pytest.mark.parametrize("table", HISTORY)
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_even_the_owner_may_not_change_history(
    owner: psycopg.Connection, victim: Victim, table: str, verb: str
) -> None:
    make_one_row(owner, victim, table)
    key = "report_id" if table == "report_approval" else "id"
    with pytest.raises(errors.CheckViolation) as raised:
        owner.execute(verb.format(table, key, key))
    assert raised.value.diag.constraint_name == "history_is_permanent"


def make_one_row(owner: psycopg.Connection, victim: Victim, table: str) -> None:
    """A trigger for each row needs one to fire on; where there is none yet, write one."""
    if owner.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
        return
    owner.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE waits for no pending trigger
    other = "SELECT id FROM muster_user WHERE id <> (SELECT originator_id FROM situation_report LIMIT 1)"
    owner.execute(
        {
            "clarification": "INSERT INTO clarification (id, line_id, quantity_kind, low, high, per, "
            "typed_amount, typed_unit, happened_at, recorded_at, act_id) SELECT gen_random_uuid(), id,"
            " 'exact', 1, 1, '', '1', 'H87', now(), now(), gen_random_uuid() FROM request_line LIMIT 1",
            "report_approval": "INSERT INTO report_approval (report_id, originator_id, approver_id, "
            f"approved_at) SELECT id, originator_id, ({other} LIMIT 1), now() "
            "FROM situation_report LIMIT 1",
        }[table]
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET amount_in = 1000000 WHERE id = {available}",
        "UPDATE account SET amount_out = 0 WHERE id = {available}",
        "UPDATE offer_line SET stage = 'withdrawn' WHERE id = '{offer_line}'",
        "UPDATE offer_line SET amount = 1000 WHERE id = '{offer_line}'",
        "UPDATE allocation SET amount = 1 WHERE id = '{allocation}'",
        "UPDATE item SET lethality = 'non_lethal' WHERE code = 'WPN-HOW-155'",
        "UPDATE party SET gives_only_reviewed = false WHERE code = 'NATO'",
        "UPDATE standing SET kind = 'member'",
        "UPDATE role_grant SET role = 'coordinator'",
        "UPDATE receipt_line SET good = dispatched WHERE id = '{receipt_line}'",
        "INSERT INTO lifecycle_step (subject, event, before, after) VALUES ('offer_line','x','','y')",
        "INSERT INTO ledger_move (before, after) VALUES ('good', 'available')",
        "ALTER TABLE transfer DROP CONSTRAINT transfer_amount_positive",
        "ALTER TABLE account DISABLE TRIGGER ALL",
        "ALTER TABLE transfer DISABLE TRIGGER transfer_adds_to_totals",
        "DROP TRIGGER history_is_permanent ON transfer",
        "DROP TABLE transfer CASCADE",
        "DROP FUNCTION transfer_adds_to_totals() CASCADE",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NEW; END $$",
        "SET session_replication_role = replica",
        "SET ROLE muster_owner",
        "SET SESSION AUTHORIZATION muster_owner",
        "ALTER ROLE muster_app SUPERUSER",
        "CREATE ROLE helper SUPERUSER",
        "GRANT muster_owner TO muster_app",
        "CREATE TABLE public.mine (id int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "COPY transfer TO PROGRAM 'cat'",
        "SELECT pg_read_file('postgresql.conf')",
        "CREATE EXTENSION dblink",
    ],
)
def test_the_application_has_no_right_to(
    app: psycopg.Connection, victim: Victim, statement: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(
            statement.format(
                available=victim.available,
                offer_line=victim.offer_line,
                allocation=victim.allocation,
                receipt_line=victim.receipt_line,
            )
        )


def test_a_grant_by_the_application_gives_nothing(app: psycopg.Connection) -> None:
    app.add_notice_handler(lambda _: None)
    app.execute("GRANT UPDATE ON transfer TO PUBLIC")
    found = app.execute("SELECT has_table_privilege('muster_app', 'transfer', 'UPDATE')").fetchone()
    assert found == (False,)


def test_the_application_owns_nothing_and_cannot_create(app: psycopg.Connection) -> None:
    owned = app.execute(
        "SELECT relname FROM pg_class WHERE relowner = 'muster_app'::regrole "
        "UNION SELECT proname FROM pg_proc WHERE proowner = 'muster_app'::regrole "
        "UNION SELECT nspname FROM pg_namespace WHERE nspowner = 'muster_app'::regrole "
        "UNION SELECT datname FROM pg_database WHERE datdba = 'muster_app'::regrole"
    ).fetchall()
    assert owned == []
    rights = app.execute(
        "SELECT has_schema_privilege('public', 'CREATE'), "
        "has_database_privilege(current_database(), 'CREATE')"
    ).fetchone()
    assert rights == (False, False)
    able = app.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication "
        "FROM pg_roles WHERE rolname = 'muster_app'"
    ).fetchone()
    assert able == (False, False, False, False, False)
    member = app.execute(
        "SELECT 1 FROM pg_auth_members WHERE member = 'muster_app'::regrole"
    ).fetchall()
    assert member == []


def test_a_table_of_the_same_name_in_the_session_does_not_fool_the_owners_functions(
    app: psycopg.Connection, victim: Victim
) -> None:
    app.execute("CREATE TEMP TABLE ledger_move (id int, before text, after text)")
    app.execute("INSERT INTO ledger_move VALUES (1, 'available', 'need_open')")
    app.execute("CREATE TEMP TABLE account AS SELECT * FROM public.account LIMIT 0")
    with pytest.raises(errors.CheckViolation) as raised:
        transfer(app, victim, victim.available, victim.need_open)
    assert raised.value.diag.constraint_name == "transfer_along_a_permitted_move"


def transfer(
    app: psycopg.Connection,
    victim: Victim,
    giver: int,
    taker: int,
    amount: int = 1,
    *,
    item: str = make.TENT,
    act: str | None = None,
    when: str = "now()",
    position: int = 900,
    corrects: int | None = None,
) -> None:
    app.execute(
        "INSERT INTO public.transfer (act_id, position, item_id, from_account_id, to_account_id, "
        "amount, corrects_id, happened_at, recorded_at) "
        f"VALUES (%s, %s, %s, %s, %s, %s, %s, {when}, now())",
        [act or victim.entry, position, item, giver, taker, amount, corrects],
    )


@pytest.mark.parametrize(
    ("amount", "rule"),
    [
        (0, "transfer_amount_positive"),
        (-5, "transfer_amount_positive"),
        (51, "account_offer_not_overdrawn"),
    ],
)
def test_a_transfer_of_an_impossible_amount_is_refused(
    app: psycopg.Connection, victim: Victim, amount: int, rule: str
) -> None:
    with pytest.raises(errors.CheckViolation) as raised:
        transfer(app, victim, victim.available, victim.reserved, amount)
    assert raised.value.diag.constraint_name == rule


def test_a_transfer_to_itself_is_refused(app: psycopg.Connection, victim: Victim) -> None:
    with pytest.raises(errors.CheckViolation) as raised:
        transfer(app, victim, victim.available, victim.available)
    assert raised.value.diag.constraint_name == "transfer_between_two_accounts"


def test_a_transfer_along_a_forbidden_move_is_refused(
    app: psycopg.Connection, victim: Victim
) -> None:
    with pytest.raises(errors.CheckViolation) as raised:
        transfer(app, victim, victim.available, victim.need_open)
    assert raised.value.diag.constraint_name == "transfer_along_a_permitted_move"


def test_a_transfer_of_another_item_is_refused(app: psycopg.Connection, victim: Victim) -> None:
    with pytest.raises(errors.ForeignKeyViolation) as raised:
        transfer(app, victim, victim.available, victim.reserved, item="GEN-DSL-003")
    assert raised.value.diag.constraint_name == "transfer_from_an_account_of_the_item"


def test_a_transfer_into_the_future_is_refused(app: psycopg.Connection, victim: Victim) -> None:
    with pytest.raises(errors.CheckViolation) as raised:
        transfer(app, victim, victim.available, victim.reserved, when="now() + interval '1 day'")
    assert raised.value.diag.constraint_name == "transfer_not_in_the_future"


def test_a_transfer_without_a_line_in_the_journal_does_not_commit(
    app: psycopg.Connection, victim: Victim
) -> None:
    transfer(app, victim, victim.available, victim.reserved, act=str(uuid4()), position=1)
    with pytest.raises(errors.ForeignKeyViolation) as raised:
        app.commit()
    assert raised.value.diag.constraint_name == "transfer_of_an_act"


def test_a_later_transfer_cannot_stand_in_for_the_first_of_its_act(
    app: psycopg.Connection, victim: Victim
) -> None:
    with pytest.raises(errors.CheckViolation) as raised:
        transfer(app, victim, victim.available, victim.reserved, act=str(uuid4()), position=2)
    assert raised.value.diag.constraint_name == "transfer_numbered_from_one"


def test_a_transfer_from_or_to_no_account_is_refused(
    app: psycopg.Connection, victim: Victim
) -> None:
    for ends, rule in (
        ((-1, victim.reserved), "transfer_from_an_account_of_the_item"),
        ((victim.available, -1), "transfer_to_an_account_of_the_item"),
    ):
        with pytest.raises(errors.ForeignKeyViolation) as raised:
            transfer(app, victim, *ends)
        assert raised.value.diag.constraint_name == rule
        app.rollback()


def test_a_correction_of_nothing_is_refused(app: psycopg.Connection, victim: Victim) -> None:
    with pytest.raises(errors.ForeignKeyViolation) as raised:
        transfer(app, victim, victim.available, victim.reserved, corrects=-1)
    assert raised.value.diag.constraint_name == "transfer_corrects_a_transfer"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET id = -id",
        "UPDATE account SET item_id = 'GEN-DSL-003'",
        "UPDATE account SET kind = 'good'",
        "UPDATE account SET owner_id = gen_random_uuid()",
        "DELETE FROM account",
        "TRUNCATE account CASCADE",
    ],
)
def test_even_the_owner_may_not_make_another_account_of_one(
    owner: psycopg.Connection, statement: str
) -> None:
    with pytest.raises(errors.CheckViolation) as raised:
        owner.execute(statement)
    assert raised.value.diag.constraint_name == "history_is_permanent"


def test_units_do_not_pass_from_one_offer_to_the_promise_of_another(
    app: psycopg.Connection, victim: Victim
) -> None:
    other = make.offered(victim.world, "5")
    elsewhere = Account.objects.get(owner_id=other.pk, kind="available").pk
    with pytest.raises(errors.CheckViolation) as raised:
        transfer(app, victim, elsewhere, victim.reserved)
    assert raised.value.diag.constraint_name == "transfer_within_one_chain"


def test_an_account_begins_empty_whatever_is_written(
    app: psycopg.Connection, victim: Victim
) -> None:
    found = app.execute(
        "INSERT INTO account (kind, item_id, offer_line_id, owner_id, amount_in, amount_out) "
        "VALUES ('withdrawn', %s, %s, %s, 500, 0) RETURNING amount_in, amount_out",
        [make.TENT, victim.offer_line, victim.offer_line],
    ).fetchone()
    assert found == (0, 0)


@pytest.mark.parametrize(
    ("kind", "item", "rule"),
    [
        ("withdrawn", "GEN-DSL-003", "account_of_an_offer_line"),
        ("need_open", make.TENT, "account_has_its_owner"),
        ("wallet", make.TENT, "account_has_its_owner"),
        ("available", make.TENT, "account_one_of_a_kind"),
    ],
)
def test_an_account_that_does_not_fit_its_owner_is_refused(
    app: psycopg.Connection, victim: Victim, kind: str, item: str, rule: str
) -> None:
    with pytest.raises(errors.IntegrityError) as raised:
        app.execute(
            "INSERT INTO account (kind, item_id, offer_line_id, owner_id) VALUES (%s, %s, %s, %s)",
            [kind, item, victim.offer_line, victim.offer_line],
        )
    assert raised.value.diag.constraint_name == rule


@pytest.mark.parametrize(
    ("event", "before", "after", "rule"),
    [
        ("dispatch", "planned", "dispatched", "stage_event_is_permitted"),
        ("accept", "planned", "accepted", "stage_event_is_permitted"),
        ("cancel", "planned", "cancelled", "stage_event_follows_the_stage"),
        ("accept", "handed_over", "accepted", "stage_event_follows_the_stage"),
    ],
)
def test_an_event_that_skips_or_repeats_a_stage_is_refused(
    app: psycopg.Connection, victim: Victim, event: str, before: str, after: str, rule: str
) -> None:
    with pytest.raises(errors.IntegrityError) as raised:
        app.execute(
            "INSERT INTO stage_event (id, subject, subject_id, event, before, after, happened_at, "
            "recorded_at, note, act_id) VALUES (gen_random_uuid(), 'consignment', %s, %s, %s, %s, "
            "now(), now(), '', %s)",
            [victim.box, event, before, after, victim.entry],
        )
    assert raised.value.diag.constraint_name == rule


def test_an_event_of_tomorrow_is_refused(app: psycopg.Connection, victim: Victim) -> None:
    with pytest.raises(errors.CheckViolation) as raised:
        app.execute(
            "INSERT INTO stage_event (id, subject, subject_id, event, before, after, happened_at, "
            "recorded_at, note, act_id) VALUES (gen_random_uuid(), 'offer_line', %s, 'review', "
            "'offered', 'under_review', now() + interval '1 day', now(), '', %s)",
            [victim.offer_line, victim.entry],
        )
    assert raised.value.diag.constraint_name == "stage_event_not_in_the_future"


def test_a_record_begins_before_any_stage_whatever_is_written(
    app: psycopg.Connection, victim: Victim
) -> None:
    found = app.execute(
        "INSERT INTO operation SELECT (jsonb_populate_record(o, jsonb_build_object('id', "
        "gen_random_uuid(), 'code', 'T-FORGED', 'stage', 'closed'))).* FROM operation o LIMIT 1 "
        "RETURNING stage"
    ).fetchone()
    assert found == ("",)


def copied(table: str, **changes: str) -> str:
    """Write an INSERT that copies a row of a table with some columns changed."""
    pairs = ", ".join(f"'{name}', {value}" for name, value in changes.items())
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(o, jsonb_build_object('id', "
        f"gen_random_uuid(), {pairs}))).* FROM {table} o WHERE id = %s"
    )


@pytest.mark.parametrize("item", ["WPN-NVD-001", "WPN-HOW-155"])
def test_the_organisation_cannot_offer_what_is_not_reviewed_as_non_lethal(
    app: psycopg.Connection, victim: Victim, item: str
) -> None:
    with pytest.raises(errors.CheckViolation) as raised:
        app.execute(
            copied("offer_line", donor_id="'NATO'", item_id=f"'{item}'", position="77"),
            [victim.offer_line],
        )
    assert raised.value.diag.constraint_name == "organisation_gives_only_reviewed"


def test_a_line_cannot_be_of_another_donor_than_its_offer(
    app: psycopg.Connection, victim: Victim
) -> None:
    with pytest.raises(errors.ForeignKeyViolation) as raised:
        app.execute(
            copied("offer_line", donor_id="'FRA'", position="78"),
            [victim.offer_line],
        )
    assert raised.value.diag.constraint_name == "offer_line_of_the_offers_donor"


def test_a_promise_cannot_be_of_another_donor_than_its_offer(
    app: psycopg.Connection, victim: Victim
) -> None:
    with pytest.raises(errors.ForeignKeyViolation) as raised:
        app.execute(copied("allocation", donor_id="'FRA'"), [victim.allocation])
    assert raised.value.diag.constraint_name == "allocation_of_the_offers_donor"


def test_a_promise_of_another_item_than_offered_is_refused(
    app: psycopg.Connection, victim: Victim
) -> None:
    with pytest.raises(errors.ForeignKeyViolation) as raised:
        app.execute(copied("allocation", item_id="'GEN-DSL-003'"), [victim.allocation])
    assert raised.value.diag.constraint_name == "allocation_of_the_offered_item"


def test_a_verdict_cannot_be_written_with_the_item(app: psycopg.Connection) -> None:
    found = app.execute(
        'INSERT INTO item SELECT (jsonb_populate_record(i, \'{"code": "FORGED", '
        '"lethality": "non_lethal"}\')).* FROM item i LIMIT 1 RETURNING lethality'
    ).fetchone()
    assert found == ("unreviewed",)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"good": "38"}, "receipt_line_adds_up"),
        ({"good": "41", "damaged": "-1"}, "receipt_line_counts_not_negative"),
        ({"extra": "-1"}, "receipt_line_counts_not_negative"),
        ({"dispatched": "39", "good": "38"}, "receipt_line_counts_the_manifest"),
    ],
)
def test_a_receipt_that_does_not_add_up_is_refused(
    app: psycopg.Connection, victim: Victim, changes: dict[str, str], rule: str
) -> None:
    second = consignments.pack(
        act=make.act(victim.world.donor),
        consignment=make.shipped(victim.world, other_promise(victim)).pk,
        allocation=other_promise(victim).pk,
        amount=Typed("1"),
    )
    if rule == "receipt_line_counts_the_manifest":
        line = f"'{second.pk}'"
    else:
        line = f"'{victim.manifest_line}'"
    with pytest.raises(errors.IntegrityError) as raised:
        app.execute(
            copied("receipt_line", manifest_line_id=line, **changes),
            [victim.receipt_line],
        )
    assert raised.value.diag.constraint_name == rule


def other_promise(victim: Victim):  # type: ignore[no-untyped-def] # noqa: ANN201
    w = victim.world
    return make.agreed(w, make.offered(w, "5"), make.asked(w, "5"), "5")


def test_a_consignment_is_signed_for_once(app: psycopg.Connection, victim: Victim) -> None:
    with pytest.raises(errors.UniqueViolation) as raised:
        app.execute(
            "INSERT INTO receipt SELECT (jsonb_populate_record(r, jsonb_build_object('id', "
            "gen_random_uuid()))).* FROM receipt r WHERE consignment_id = %s",
            [victim.box],
        )
    assert raised.value.diag.constraint_name == "receipt_consignment_id_key"


@pytest.mark.parametrize(
    ("originator", "rule"),
    [
        ("r.originator_id", "report_approval_by_another"),
        ("gen_random_uuid()", "report_approval_names_the_originator"),
    ],
)
def test_a_report_is_not_approved_by_its_author_under_any_name(
    app: psycopg.Connection, victim: Victim, originator: str, rule: str
) -> None:
    with pytest.raises(errors.IntegrityError) as raised:
        app.execute(
            "INSERT INTO report_approval (report_id, originator_id, approver_id, approved_at) "
            f"SELECT r.id, {originator}, r.originator_id, now() FROM situation_report r WHERE id = %s",
            [victim.report],
        )
    assert raised.value.diag.constraint_name == rule


def test_a_standing_that_overlaps_another_is_refused(app: psycopg.Connection) -> None:
    with pytest.raises(errors.ExclusionViolation) as raised:
        app.execute(
            "INSERT INTO standing (party_id, body_id, kind, since, source, checked) "
            "VALUES ('DEU', 'NATO', 'observer', '2020-01-01', '', '')"
        )
    assert raised.value.diag.constraint_name == "standing_one_at_a_time"


def test_a_record_without_an_audience_is_refused(app: psycopg.Connection, victim: Victim) -> None:
    with pytest.raises(errors.CheckViolation) as raised:
        app.execute("UPDATE offer_line SET audiences = '{}' WHERE id = %s", [victim.offer_line])
    assert raised.value.diag.constraint_name == "offer_line_has_an_audience"


def test_the_latest_review_counts_even_when_the_clock_stands_still(committed: None) -> None:
    code = f"T-{uuid4().hex[:8].upper()}"
    catalogue.add_item(
        act=make.act(make.coordinator()), code=code, name=code, category="x", unit="H87"
    )
    for verdict in ("lethal", "non_lethal", "lethal", "unreviewed", "non_lethal", "lethal"):
        catalogue.review_item(
            act=make.act(make.coordinator(), reason="looked at it"), item=code, verdict=verdict
        )
        assert Item.objects.get(pk=code).lethality == verdict


def test_after_all_attacks_not_a_unit_is_unaccounted_for(victim: Victim) -> None:
    assert verify().differences == ()
    assert SituationReport.objects.get(pk=victim.report).stage == "submitted"
    cancelled = make.act(victim.world.coordinator, reason="end")
    allocations.cancel_allocation(act=cancelled, allocation=other_promise(victim).pk)
    assert verify().differences == ()
