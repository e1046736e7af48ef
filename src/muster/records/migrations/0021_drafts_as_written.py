"""Drafts of lines are kept as they were written: nothing searches in them."""

from django.db import migrations

import muster.records.models.intake


class Migration(migrations.Migration):
    dependencies = [("records", "0020_uses")]

    operations = [
        migrations.AlterField(
            model_name="importline",
            name="draft",
            field=muster.records.models.intake.KeptJson(),
        ),
    ]
