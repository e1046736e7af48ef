"""What may never be stored: lifecycles, the ledger's caps, permanence, the mandate, and rights."""

from pathlib import Path

from django.db import migrations

from muster.records.lists import store_lists

_SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Each SQL file says its rules in sentences."""

    dependencies = [
        ("records", "0002_records"),
        ("sessions", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [
        migrations.RunPython(store_lists, migrations.RunPython.noop),
        *(
            migrations.RunSQL((_SQL / name).read_text(encoding="utf-8"))
            for name in (
                *("events.sql", "stages.sql", "transfers.sql", "ledger.sql"),
                *("permanence.sql", "mandate.sql", "rights.sql"),
            )
        ),
    ]
