"""Questions between parties, and the answers to them."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from muster.records.lists import store_lists

_SQL = Path(__file__).parent.parent / "sql"
_SUBJECTS = [
    (name, name)
    for name in (
        "operation",
        "assistance_request",
        "offer_line",
        "allocation",
        "consent",
        "consignment",
        "unsolicited_arrival",
        "situation_report",
        "import_batch",
        "discrepancy",
        "guarantee_case",
        "meeting_readout",
        "enquiry",
    )
]


class Migration(migrations.Migration):
    """What is asked is kept as it was asked; the answers are events of its life."""

    dependencies = [
        ("records", "0012_rules_by_the_statement"),
    ]

    operations = [
        *(
            migrations.AlterField(
                model_name=name, name="subject", field=models.TextField(choices=_SUBJECTS)
            )
            for name in ("lifecyclestep", "stageevent")
        ),
        migrations.CreateModel(
            name="Enquiry",
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
                ("stage", models.TextField(default="", editable=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("information", "information"),
                            ("quote", "quote"),
                            ("return", "return"),
                            ("status", "status"),
                            ("extension", "extension"),
                        ]
                    ),
                ),
                ("about", models.TextField(blank=True, default="")),
                ("about_id", models.UUIDField(blank=True, null=True)),
                ("words", models.TextField()),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enquiries_received",
                        to="records.party",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enquiries",
                        to="records.operation",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enquiries_made",
                        to="records.party",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "enquiries",
                "db_table": "enquiry",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["audiences"], name="enquiry_audiences"
                    ),
                    models.Index(fields=["about_id"], name="enquiry_about"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("audiences", []), _negated=True),
                        name="enquiry_has_an_audience",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("party", models.F("asked")), _negated=True),
                        name="enquiry_asks_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="enquiry_has_words"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("about", ""), ("about_id__isnull", True)),
                            models.Q(
                                models.Q(("about", ""), _negated=True), ("about_id__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="enquiry_about_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "information"), ("about_id__isnull", False), _connector="OR"
                        ),
                        name="enquiry_about_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "extension"), _negated=True),
                            ("until__isnull", False),
                            _connector="OR",
                        ),
                        name="enquiry_extension_has_a_day",
                    ),
                ],
            },
        ),
        migrations.RunPython(store_lists, migrations.RunPython.noop),
        migrations.RunSQL((_SQL / "enquiries.sql").read_text(encoding="utf-8")),
    ]
