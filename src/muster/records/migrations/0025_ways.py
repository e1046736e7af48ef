"""A consignment says through which places it will go, so that rules can judge the territories."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """What is there has not said its way, and none is made up for it."""

    dependencies = [("records", "0024_fewer_statements")]
    operations = [
        migrations.AddField(
            model_name="consignment",
            name="way",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(),
                blank=True,
                db_default=[],
                default=list,
                size=None,
            ),
        ),
        migrations.RunSQL(
            "GRANT UPDATE (way) ON consignment TO muster_app", migrations.RunSQL.noop
        ),
    ]
