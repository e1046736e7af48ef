"""What a transfer rests on is asked once for each statement, not once for each row."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

_SQL = Path(__file__).parent.parent / "sql"

# The functions of before, which took their postings in other words.
_EARLIER = """
DROP FUNCTION IF EXISTS hold_accounts(json);
DROP FUNCTION IF EXISTS post_transfers(uuid, timestamptz, timestamptz, json);
DROP FUNCTION IF EXISTS write_proposals(
    uuid, timestamptz, timestamptz, json, uuid[], uuid[], uuid[], json);
ALTER TABLE transfer DROP CONSTRAINT transfer_from_an_account_of_the_item;
ALTER TABLE transfer DROP CONSTRAINT transfer_to_an_account_of_the_item;
"""


def _sql(name: str) -> migrations.RunSQL:
    return migrations.RunSQL((_SQL / name).read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Accounts and acts stay what they are, which triggers see to; so one look is enough."""

    dependencies = [("records", "0011_meetings")]
    operations = [
        migrations.RunSQL(_EARLIER),
        migrations.AlterField(
            model_name="transfer",
            name="act",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="records.journalentry",
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="corrects",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="records.transfer",
            ),
        ),
        _sql("posting.sql"),
        _sql("proposals.sql"),
        _sql("transfers.sql"),
        _sql("standing.sql"),
    ]
