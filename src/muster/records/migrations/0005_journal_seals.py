"""0005_journal_seals."""

from django.db import migrations


class Migration(migrations.Migration):
    """Not filled yet."""

    dependencies = [("records", "0004_journal_chain")]
    operations = []
