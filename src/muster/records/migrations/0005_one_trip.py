"""Acts wait less for each other: links apart from lines, events and transfers by the statement."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from muster.core.accounts import OWNERS, Owner
from muster.records.models.ledger import Cap, cap_of

_SQL = Path(__file__).parent.parent / "sql"

# The first way of chaining goes; what was linked stays as it was linked.
_TAKE_THE_LINKS = """
DROP TRIGGER journal_entry_joins_its_chain ON journal_entry;
DROP FUNCTION journal_entry_joins_its_chain();
DROP FUNCTION journal_hash(journal_entry);
INSERT INTO journal_link (entry_id, chain, link, previous_hash, hash)
    SELECT id, chain, link, previous_hash, hash FROM journal_entry;
"""
_EVENTS_BY_THE_STATEMENT = """
DROP TRIGGER stage_event_moves_its_subject ON stage_event;
CREATE TRIGGER stage_event_moves_its_subject AFTER INSERT ON stage_event
    REFERENCING NEW TABLE AS new_event
    FOR EACH STATEMENT EXECUTE FUNCTION stage_event_moves_its_subject();
"""


_CAP_THE_ACCOUNTS = """
UPDATE account SET cap = ledger_kind.cap FROM ledger_kind WHERE ledger_kind.kind = account.kind;
"""
_CAPS = {
    "account_offer_not_overdrawn": Cap.OFFER,
    "account_need_not_overdrawn": Cap.NEED,
    "account_not_overdrawn": Cap.OTHER,
}


def _store_the_kinds(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Copy the kinds of accounts from core."""
    kept = apps.get_model("records", "LedgerKind")
    kept.objects.using(schema_editor.connection.alias).bulk_create(
        kept(kind=kind.value, owner=owner.value, cap=cap_of(kind).value)
        for kind, owner in OWNERS.items()
    )


def _sql(name: str) -> migrations.RunSQL:
    return migrations.RunSQL((_SQL / name).read_text(encoding="utf-8"))


def _link_to(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(to=to, on_delete=django.db.models.deletion.PROTECT, **more)


class Migration(migrations.Migration):
    """The functions are those of new sites; records/sql says what each is for."""

    dependencies = [("records", "0004_journal_chain")]
    operations = [
        migrations.CreateModel(
            name="JournalLink",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="link",
                        serialize=False,
                        to="records.journalentry",
                    ),
                ),
                ("chain", models.TextField()),
                ("link", models.BigIntegerField()),
                ("previous_hash", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={"db_table": "journal_link"},
        ),
        migrations.CreateModel(
            name="JournalWaiting",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="records.journalentry",
                    ),
                ),
                ("chain", models.TextField()),
                ("number", models.BigIntegerField()),
            ],
            options={"db_table": "journal_waiting"},
        ),
        migrations.RunSQL(_TAKE_THE_LINKS),
        migrations.RemoveConstraint(model_name="journalentry", name="journal_entry_one_link"),
        migrations.RemoveIndex(model_name="journalentry", name="journal_entry_audiences"),
        migrations.RemoveField(model_name="journalentry", name="chain"),
        migrations.RemoveField(model_name="journalentry", name="hash"),
        migrations.RemoveField(model_name="journalentry", name="link"),
        migrations.RemoveField(model_name="journalentry", name="previous_hash"),
        migrations.AlterField(
            model_name="account",
            name="item",
            field=_link_to("records.item", db_constraint=False, db_index=False),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="donor",
            field=_link_to("records.party", db_constraint=False, related_name="allocations_given"),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="item",
            field=_link_to("records.item", db_constraint=False, db_index=False),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="offer_line",
            field=_link_to("records.offerline", db_constraint=False, related_name="allocations"),
        ),
        migrations.AlterField(
            model_name="journalentry",
            name="operation",
            field=_link_to("records.operation", db_index=False, null=True),
        ),
        migrations.AlterField(
            model_name="journalentry",
            name="user",
            field=_link_to(settings.AUTH_USER_MODEL, db_index=False, null=True),
        ),
        migrations.AlterField(
            model_name="stageevent",
            name="place",
            field=_link_to("records.place", blank=True, db_index=False, null=True),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="corrects",
            field=_link_to("records.transfer", blank=True, db_index=False, null=True),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("corrects__isnull", False)),
                fields=["corrects"],
                name="transfer_corrections",
            ),
        ),
        migrations.AddConstraint(
            model_name="journallink",
            constraint=models.UniqueConstraint(fields=("chain", "link"), name="journal_link_once"),
        ),
        migrations.AddIndex(
            model_name="journalwaiting",
            index=models.Index(fields=["chain", "number"], name="journal_waiting_chain"),
        ),
        migrations.CreateModel(
            name="LedgerKind",
            fields=[
                ("kind", models.TextField(primary_key=True, serialize=False)),
                ("owner", models.TextField(choices=[(o.value, o.value) for o in Owner])),
                ("cap", models.SmallIntegerField(choices=Cap)),
            ],
            options={"db_table": "ledger_kind"},
        ),
        migrations.AddField(
            model_name="account",
            name="cap",
            field=models.SmallIntegerField(choices=Cap, db_default=Cap.OTHER, editable=False),
        ),
        migrations.RunPython(_store_the_kinds, migrations.RunPython.noop),
        migrations.RunSQL(_CAP_THE_ACCOUNTS),
        migrations.RemoveConstraint(model_name="account", name="account_has_its_owner"),
        *(migrations.RemoveConstraint(model_name="account", name=name) for name in _CAPS),
        *(
            migrations.AddConstraint(
                model_name="account",
                constraint=models.CheckConstraint(
                    condition=models.Q(("cap", cap), _negated=True)
                    | models.Q(amount_out__lte=models.F("amount_in")),
                    name=name,
                ),
            )
            for name, cap in _CAPS.items()
        ),
        *(
            _sql(name)
            for name in (
                *("accounts.sql", "events.sql", "transfers.sql", "posting.sql"),
                *("proposals.sql", "journal_links.sql", "journal.sql"),
            )
        ),
        migrations.RunSQL(_EVENTS_BY_THE_STATEMENT),
    ]
