"""0006_catalogue."""

from django.db import migrations


class Migration(migrations.Migration):
    """Not filled yet."""

    dependencies = [("records", "0005_journal_seals")]
    operations = []
