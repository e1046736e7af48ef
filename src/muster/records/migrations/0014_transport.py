"""The transport net: legs in versions, and the days on which they are closed."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


_SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """A leg is never altered; a change is a new version."""

    dependencies = [
        ("records", "0013_enquiries"),
    ]

    operations = [
        migrations.CreateModel(
            name="TransportLeg",
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
                ("code", models.TextField()),
                ("label", models.TextField(blank=True, default="")),
                ("mode", models.TextField()),
                ("gauge_break", models.BooleanField(default=False)),
                ("days", models.IntegerField()),
                (
                    "cost",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True),
                ),
                ("currency", models.TextField(blank=True, default="")),
                ("room_g", models.BigIntegerField(blank=True, null=True)),
                ("room_ml", models.BigIntegerField(blank=True, null=True)),
                (
                    "room_mp",
                    models.BigIntegerField(
                        blank=True, help_text="thousandths of a pallet", null=True
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legs_to",
                        to="records.place",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legs",
                        to="records.operation",
                    ),
                ),
                (
                    "start",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legs_from",
                        to="records.place",
                    ),
                ),
            ],
            options={
                "verbose_name": "leg",
                "db_table": "transport_leg",
            },
        ),
        migrations.CreateModel(
            name="LegClosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("why", models.TextField(blank=True, default="")),
                (
                    "leg",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closures",
                        to="records.transportleg",
                    ),
                ),
            ],
            options={
                "db_table": "leg_closure",
            },
        ),
        migrations.AddIndex(
            model_name="transportleg",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["audiences"], name="transport_leg_audiences"
            ),
        ),
        migrations.AddConstraint(
            model_name="transportleg",
            constraint=models.CheckConstraint(
                condition=models.Q(("start", models.F("end")), _negated=True),
                name="leg_not_onto_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="transportleg",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__gte", 0), ("days__lte", 365)), name="leg_days_likely"
            ),
        ),
        migrations.AddConstraint(
            model_name="transportleg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("room_g__isnull", True), ("room_g__gte", 0), _connector="OR"),
                    models.Q(("room_ml__isnull", True), ("room_ml__gte", 0), _connector="OR"),
                    models.Q(("room_mp__isnull", True), ("room_mp__gte", 0), _connector="OR"),
                ),
                name="leg_room_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="transportleg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cost__isnull", True), ("currency", "")),
                    models.Q(
                        ("cost__gte", 0), ("cost__isnull", False), ("currency__regex", "^[A-Z]{3}$")
                    ),
                    _connector="OR",
                ),
                name="leg_cost_with_its_currency",
            ),
        ),
        migrations.AddConstraint(
            model_name="transportleg",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z0-9-]+$")), name="leg_code_plain"
            ),
        ),
        migrations.AddConstraint(
            model_name="transportleg",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("operation", "code"),
                name="leg_in_force_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="transportleg",
            constraint=models.CheckConstraint(
                condition=models.Q(("audiences", []), _negated=True),
                name="transport_leg_has_an_audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="legclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(("last__gte", models.F("first"))),
                name="leg_closure_dates_in_order",
            ),
        ),
        migrations.RunSQL((_SQL / "transport.sql").read_text(encoding="utf-8")),
    ]
