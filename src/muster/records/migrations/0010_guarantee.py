"""Cases of the guarantee with who owes an answer, and the reserves that nations keep."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from muster.records.lists import store_lists

_SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """A case is asked about once for each party, and a reserve is kept by the database."""

    dependencies = [
        ("records", "0009_discrepancies"),
    ]

    operations = [
        migrations.AlterField(
            model_name="lifecyclestep",
            name="subject",
            field=models.TextField(
                choices=[
                    ("operation", "operation"),
                    ("assistance_request", "assistance_request"),
                    ("offer_line", "offer_line"),
                    ("allocation", "allocation"),
                    ("consent", "consent"),
                    ("consignment", "consignment"),
                    ("unsolicited_arrival", "unsolicited_arrival"),
                    ("situation_report", "situation_report"),
                    ("import_batch", "import_batch"),
                    ("discrepancy", "discrepancy"),
                    ("guarantee_case", "guarantee_case"),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="operation",
            name="kind",
            field=models.TextField(
                choices=[
                    ("disaster", "disaster relief"),
                    ("support", "standing support to a partner"),
                    ("consultation", "consultation"),
                    ("defence", "collective defence"),
                    ("resilience", "mutual aid for resilience"),
                    ("exercise", "exercise"),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="stageevent",
            name="subject",
            field=models.TextField(
                choices=[
                    ("operation", "operation"),
                    ("assistance_request", "assistance_request"),
                    ("offer_line", "offer_line"),
                    ("allocation", "allocation"),
                    ("consent", "consent"),
                    ("consignment", "consignment"),
                    ("unsolicited_arrival", "unsolicited_arrival"),
                    ("situation_report", "situation_report"),
                    ("import_batch", "import_batch"),
                    ("discrepancy", "discrepancy"),
                    ("guarantee_case", "guarantee_case"),
                ]
            ),
        ),
        migrations.CreateModel(
            name="GuaranteeCase",
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
                ("plays", models.TextField()),
                ("invoked_on", models.DateField()),
                ("basis", models.TextField()),
                ("words", models.TextField()),
                ("due_at", models.DateTimeField()),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.party",
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_to",
                        to="records.guaranteecase",
                    ),
                ),
                (
                    "invoked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.party",
                    ),
                ),
                (
                    "operation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guarantee_case",
                        to="records.operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "case",
                "db_table": "guarantee_case",
            },
        ),
        migrations.CreateModel(
            name="GuaranteeDecision",
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
                ("decided_on", models.DateField()),
                ("reference", models.TextField()),
                ("words", models.TextField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="records.guaranteecase",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "db_table": "guarantee_decision",
            },
        ),
        migrations.CreateModel(
            name="GuaranteeDuty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("standing", models.TextField(blank=True, default="")),
                (
                    "duty",
                    models.TextField(
                        choices=[
                            ("affected", "affected"),
                            ("bound", "bound"),
                            ("asked", "asked"),
                            ("informed", "informed"),
                        ]
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="records.guaranteecase",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.party",
                    ),
                ),
            ],
            options={
                "db_table": "guarantee_duty",
            },
        ),
        migrations.CreateModel(
            name="GuaranteeAnswer",
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
                ("duty", models.TextField()),
                ("answered_on", models.DateField()),
                ("words", models.TextField()),
                ("gives", models.TextField(blank=True, default="")),
                (
                    "offers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                ("nothing_further", models.BooleanField(default=False)),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.operation",
                    ),
                ),
                (
                    "supersedes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="records.guaranteeanswer",
                    ),
                ),
                (
                    "asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="records.guaranteeduty",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "db_table": "guarantee_answer",
            },
        ),
        migrations.CreateModel(
            name="Reserve",
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
                ("number", models.BigIntegerField(db_default=0, editable=False)),
                ("since", models.DateField()),
                ("holds", models.BigIntegerField()),
                ("counted_at", models.DateTimeField()),
                ("floor", models.BigIntegerField()),
                ("note", models.TextField(blank=True, default="")),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.item",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.party",
                    ),
                ),
            ],
            options={
                "db_table": "reserve",
            },
        ),
        migrations.AddIndex(
            model_name="guaranteecase",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["audiences"], name="guarantee_case_audiences"
            ),
        ),
        migrations.AddConstraint(
            model_name="guaranteecase",
            constraint=models.CheckConstraint(
                condition=models.Q(("audiences", []), _negated=True),
                name="guarantee_case_has_an_audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="guaranteedecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("audiences", []), _negated=True),
                name="guarantee_decision_has_an_audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="guaranteeduty",
            constraint=models.UniqueConstraint(
                fields=("case", "party"), name="guarantee_duty_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="guaranteeduty",
            constraint=models.UniqueConstraint(
                fields=("id", "duty"), name="guarantee_duty_with_its_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="guaranteeanswer",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["audiences"], name="guarantee_answer_audiences"
            ),
        ),
        migrations.AddConstraint(
            model_name="guaranteeanswer",
            constraint=models.UniqueConstraint(
                fields=("supersedes",), name="guarantee_answer_superseded_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="guaranteeanswer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("supersedes__isnull", True)),
                fields=("asked",),
                name="guarantee_answer_first_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="guaranteeanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("duty", "affected"), _negated=True),
                name="guarantee_answer_is_asked_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="guaranteeanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("nothing_further", False),
                    models.Q(("gives", ""), ("offers", [])),
                    _connector="OR",
                ),
                name="guarantee_answer_gives_or_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="guaranteeanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("audiences", []), _negated=True),
                name="guarantee_answer_has_an_audience",
            ),
        ),
        migrations.AddIndex(
            model_name="reserve",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["audiences"], name="reserve_audiences"
            ),
        ),
        migrations.AddIndex(
            model_name="reserve",
            index=models.Index(fields=["party", "item", "since", "number"], name="reserve_latest"),
        ),
        migrations.AddIndex(
            model_name="reserve",
            index=models.Index(fields=["item"], name="reserve_item"),
        ),
        migrations.AddConstraint(
            model_name="reserve",
            constraint=models.CheckConstraint(
                condition=models.Q(("floor__gte", 0), ("holds__gte", 0)),
                name="reserve_amounts_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="reserve",
            constraint=models.CheckConstraint(
                condition=models.Q(("audiences", []), _negated=True), name="reserve_has_an_audience"
            ),
        ),
        migrations.RunSQL((_SQL / "guarantee.sql").read_text(encoding="utf-8")),
        migrations.RunSQL((_SQL / "reserves.sql").read_text(encoding="utf-8")),
        migrations.RunPython(store_lists, migrations.RunPython.noop),
    ]
