"""Rates, targets and shares; corrections of meetings; ties of pledges to coalitions; kinds."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


_SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """What burden is held against, and what meetings and pledges still lacked."""

    dependencies = [
        ("records", "0021_drafts_as_written"),
    ]

    operations = [
        migrations.AddField(
            model_name="burdenrow",
            name="kind",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.CreateModel(
            name="ExchangeRate",
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
                ("base", models.TextField()),
                ("quote", models.TextField()),
                ("rate", models.DecimalField(decimal_places=10, max_digits=24)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("method", models.TextField()),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "exchange_rate",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["audiences"], name="exchange_rate_audiences"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rate__gt", 0)), name="exchange_rate_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("base__regex", "^[A-Z]{3}$"),
                            ("quote__regex", "^[A-Z]{3}$"),
                            models.Q(("method", ""), _negated=True),
                            models.Q(("source", ""), _negated=True),
                        ),
                        name="exchange_rate_says_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("base", models.F("quote")), _negated=True),
                        name="exchange_rate_of_two_currencies",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))),
                        name="exchange_rate_period_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True)),
                        fields=("base", "quote", "since", "until"),
                        name="exchange_rate_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audiences", []), _negated=True),
                        name="exchange_rate_has_an_audience",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShareTable",
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
                ("name", models.TextField(unique=True)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("sha256", models.TextField()),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="share_tables",
                        to="records.party",
                    ),
                ),
            ],
            options={
                "db_table": "share_table",
            },
        ),
        migrations.CreateModel(
            name="ShareRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("percent", models.DecimalField(decimal_places=10, max_digits=14)),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.party",
                    ),
                ),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="records.sharetable",
                    ),
                ),
            ],
            options={
                "db_table": "share_row",
            },
        ),
        migrations.CreateModel(
            name="BurdenTarget",
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
                (
                    "measure",
                    models.TextField(
                        choices=[
                            ("announced", "announced"),
                            ("allocated", "allocated"),
                            ("received", "received"),
                        ]
                    ),
                ),
                (
                    "basis",
                    models.TextField(
                        choices=[("percent_of_gdp", "percent_of_gdp"), ("amount", "amount")]
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=6, max_digits=24)),
                ("currency", models.TextField(blank=True, default="")),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets_set",
                        to="records.party",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="records.party",
                    ),
                ),
            ],
            options={
                "db_table": "burden_target",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["audiences"], name="burden_target_audiences"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="burden_target_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis", "percent_of_gdp"), ("currency", "")),
                            models.Q(("basis", "amount"), ("currency__regex", "^[A-Z]{3}$")),
                            _connector="OR",
                        ),
                        name="burden_target_says_of_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        name="burden_target_says_whence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("until__gt", models.F("since")),
                            _connector="OR",
                        ),
                        name="burden_target_ends_after_it_begins",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True)),
                        fields=("body", "party", "measure", "basis", "currency", "since"),
                        name="burden_target_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audiences", []), _negated=True),
                        name="burden_target_has_an_audience",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingCorrection",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("act_id", models.UUIDField()),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="records.meeting",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "meeting_correction",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="meeting_correction_says_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PledgeTie",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("reason", models.TextField(blank=True, default="")),
                ("recorded_at", models.DateTimeField()),
                ("act_id", models.UUIDField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "coalition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tied_pledges",
                        to="records.party",
                    ),
                ),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ties",
                        to="records.pledge",
                    ),
                ),
            ],
            options={
                "db_table": "pledge_tie",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("pledge",),
                        name="pledge_tie_of_one_coalition",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="sharetable",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["audiences"], name="share_table_audiences"
            ),
        ),
        migrations.AddConstraint(
            model_name="sharetable",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True), models.Q(("source", ""), _negated=True)
                ),
                name="share_table_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharetable",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"
                ),
                name="share_table_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharetable",
            constraint=models.CheckConstraint(
                condition=models.Q(("audiences", []), _negated=True),
                name="share_table_has_an_audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharerow",
            constraint=models.UniqueConstraint(
                fields=("table", "party"), name="share_row_party_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sharerow",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gt", 0), ("percent__lte", 100)),
                name="share_row_of_a_whole",
            ),
        ),
        migrations.RunSQL((_SQL / "yardsticks.sql").read_text(encoding="utf-8")),
    ]
