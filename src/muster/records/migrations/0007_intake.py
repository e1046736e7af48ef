"""0007_intake."""

from django.db import migrations


class Migration(migrations.Migration):
    """Not filled yet."""

    dependencies = [("records", "0006_catalogue")]
    operations = []
