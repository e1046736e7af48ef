"""Messages of the field: kept as they came, with what became of them."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """A message is stored once, under its own id in its operation."""

    dependencies = [("records", "0007_intake")]

    operations = [
        migrations.CreateModel(
            name="ReceivedMessage",
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
                ("kind", models.TextField()),
                ("message_id", models.TextField()),
                ("originating_id", models.TextField(blank=True, default="")),
                ("preceding_id", models.TextField(blank=True, default="")),
                ("recall", models.TextField(blank=True, default="")),
                ("recalled_id", models.TextField(blank=True, default="")),
                ("distribution_id", models.TextField(blank=True, default="")),
                ("sender", models.TextField(blank=True, default="")),
                ("digest", models.TextField()),
                ("position", models.IntegerField(default=1)),
                ("subject", models.TextField(blank=True, default="")),
                ("subject_id", models.UUIDField(blank=True, null=True)),
                ("said", models.TextField(help_text="what came of it, in a sentence")),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="records.importbatch",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="records.operation",
                    ),
                ),
                (
                    "original",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="records.originalfile",
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
                "db_table": "received_message",
            },
        ),
        migrations.CreateModel(
            name="ReceivedEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField()),
                ("element_id", models.TextField()),
                ("subject", models.TextField(blank=True, default="")),
                ("subject_id", models.UUIDField(blank=True, null=True)),
                ("said", models.TextField(blank=True, default="")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="records.receivedmessage",
                    ),
                ),
            ],
            options={
                "db_table": "received_entry",
            },
        ),
        migrations.AddIndex(
            model_name="receivedmessage",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["audiences"], name="received_message_audiences"
            ),
        ),
        migrations.AddIndex(
            model_name="receivedmessage",
            index=models.Index(fields=["subject_id"], name="received_message_subject"),
        ),
        migrations.AddConstraint(
            model_name="receivedmessage",
            constraint=models.UniqueConstraint(
                fields=("operation", "message_id"), name="received_message_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="receivedmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("audiences", []), _negated=True),
                name="received_message_has_an_audience",
            ),
        ),
        migrations.AddIndex(
            model_name="receivedentry",
            index=models.Index(fields=["subject_id"], name="received_entry_subject"),
        ),
        migrations.AddConstraint(
            model_name="receivedentry",
            constraint=models.UniqueConstraint(
                fields=("message", "position"), name="received_entry_position_once"
            ),
        ),
        migrations.RunSQL((_SQL / "messages.sql").read_text(encoding="utf-8")),
    ]
