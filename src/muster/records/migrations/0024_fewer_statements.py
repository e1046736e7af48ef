"""A transfer's accounts are held and written by one statement; an answer is written once."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent.parent / "sql"


def _sql(name: str) -> migrations.RunSQL:
    return migrations.RunSQL((_SQL / name).read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """The functions alone are written anew; what they keep is the same."""

    dependencies = [("records", "0023_agreed_shares")]
    operations = [_sql("proposals.sql"), _sql("transfers.sql")]
