"""What-ifs that are kept, and searches for plans that can be watched and stopped."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


_SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """A plan names the what-if that it was made in."""

    dependencies = [
        ("records", "0016_accessions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Scenario",
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
                ("name", models.TextField()),
                ("note", models.TextField(blank=True, default="")),
                ("changes", models.JSONField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scenarios",
                        to="records.operation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "scenario",
            },
        ),
        migrations.AddField(
            model_name="savedplan",
            name="scenario",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plans",
                to="records.scenario",
            ),
        ),
        migrations.CreateModel(
            name="PlanSearch",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("method", models.TextField()),
                ("seconds", models.FloatField()),
                ("began_at", models.DateTimeField()),
                ("spent", models.FloatField(default=0)),
                ("rounds", models.IntegerField(default=0)),
                ("value", models.BigIntegerField(blank=True, null=True)),
                ("bound", models.BigIntegerField(blank=True, null=True)),
                ("stop_asked", models.BooleanField(default=False)),
                ("ended", models.BooleanField(default=False)),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="searches",
                        to="records.operation",
                    ),
                ),
            ],
            options={
                "db_table": "plan_search",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seconds__gt", 0)), name="plan_search_takes_time"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="scenario",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["audiences"], name="scenario_audiences"
            ),
        ),
        migrations.AddConstraint(
            model_name="scenario",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="scenario_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="scenario",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("operation", "name"),
                name="scenario_named_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenario",
            constraint=models.CheckConstraint(
                condition=models.Q(("audiences", []), _negated=True),
                name="scenario_has_an_audience",
            ),
        ),
        migrations.RunSQL((_SQL / "scenarios.sql").read_text(encoding="utf-8")),
    ]
