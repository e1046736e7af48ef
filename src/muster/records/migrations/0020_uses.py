"""A line of a request states what it is for, and rules may ask for it and for its territory."""

from pathlib import Path

from django.db import migrations, models

from muster.core.uses import Use

_SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """What is there states no use, and none is made up for it."""

    dependencies = [("records", "0019_room_on_the_page")]
    operations = [
        migrations.AddField(
            model_name="requestline",
            name="use",
            field=models.TextField(
                blank=True,
                choices=[(use.value, use.label) for use in Use],
                db_default="",
                default="",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestline",
            constraint=models.CheckConstraint(
                condition=models.Q(("use__in", ["", *(use.value for use in Use)])),
                name="request_line_use_known",
            ),
        ),
        migrations.RunSQL((_SQL / "rule_facts.sql").read_text(encoding="utf-8")),
    ]
