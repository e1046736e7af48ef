"""What may never be stored: lifecycles, the ledger's caps, permanence, the mandate, and rights."""

from pathlib import Path

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from muster.core.accounts import MOVES
from muster.core.stages import LIFECYCLES

_SQL = Path(__file__).parent.parent / "sql"


def _store_tables(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Copy the lifecycle tables and the permitted moves from core."""
    alias = schema_editor.connection.alias
    step = apps.get_model("records", "LifecycleStep")
    step.objects.using(alias).bulk_create(
        step(subject=s.subject.value, event=s.event, before=s.before, after=s.after)
        for steps in LIFECYCLES.values()
        for s in steps
    )
    move = apps.get_model("records", "LedgerMove")
    move.objects.using(alias).bulk_create(
        move(before=m.before.value, after=m.after.value) for m in MOVES
    )


class Migration(migrations.Migration):
    """Each SQL file says its rules in sentences."""

    dependencies = [
        ("records", "0002_records"),
        ("sessions", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [
        migrations.RunPython(_store_tables, migrations.RunPython.noop),
        *(
            migrations.RunSQL((_SQL / name).read_text(encoding="utf-8"))
            for name in (
                *("events.sql", "stages.sql", "transfers.sql", "ledger.sql"),
                *("permanence.sql", "mandate.sql", "rights.sql"),
            )
        ),
    ]
