"""Who has agreed to carry which part of an operation."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


_SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Agreed shares of an operation."""

    dependencies = [
        ("records", "0022_yardsticks"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreedShare",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "marking",
                    models.TextField(
                        choices=[
                            ("unclassified", "NON - CLASSIFIED"),
                            ("public", "NON - CLASSIFIED, RELEASABLE TO THE PUBLIC"),
                        ],
                        default="unclassified",
                    ),
                ),
                (
                    "audiences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                ("act_id", models.UUIDField()),
                ("invented", models.BooleanField(default=False)),
                ("source", models.TextField(blank=True, default="")),
                ("percent", models.DecimalField(decimal_places=2, max_digits=5)),
                ("agreed_on", models.DateField()),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreed_shares",
                        to="records.operation",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreed_shares",
                        to="records.party",
                    ),
                ),
            ],
            options={
                "db_table": "agreed_share",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["audiences"], name="agreed_share_audiences"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent__gt", 0), ("percent__lte", 100)),
                        name="agreed_share_of_a_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        name="agreed_share_says_whence",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True)),
                        fields=("operation", "party"),
                        name="agreed_share_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audiences", []), _negated=True),
                        name="agreed_share_has_an_audience",
                    ),
                ],
            },
        ),
        migrations.RunSQL((_SQL / "shares.sql").read_text(encoding="utf-8")),
    ]
