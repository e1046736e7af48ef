"""What things are worth, and public tables of who gave how much."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


_SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Valuations, and tables that are brought in whole."""

    dependencies = [
        ("records", "0017_scenarios"),
    ]

    operations = [
        migrations.CreateModel(
            name="BurdenTable",
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
                ("sha256", models.TextField()),
                ("unit", models.TextField(blank=True, default="")),
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
                "db_table": "burden_table",
            },
        ),
        migrations.CreateModel(
            name="BurdenRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.IntegerField()),
                ("month", models.DateField()),
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
                ("amount", models.DecimalField(decimal_places=12, max_digits=42)),
                ("currency", models.TextField()),
                ("method", models.TextField()),
                ("source", models.TextField()),
                (
                    "donor",
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
                        to="records.burdentable",
                    ),
                ),
            ],
            options={
                "db_table": "burden_row",
            },
        ),
        migrations.CreateModel(
            name="BurdenFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[("gdp", "gdp"), ("population", "population"), ("key", "key")]
                    ),
                ),
                ("year", models.IntegerField()),
                ("amount", models.DecimalField(decimal_places=12, max_digits=42)),
                ("currency", models.TextField(blank=True, default="")),
                ("source", models.TextField()),
                (
                    "donor",
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
                        related_name="figures",
                        to="records.burdentable",
                    ),
                ),
            ],
            options={
                "db_table": "burden_figure",
            },
        ),
        migrations.CreateModel(
            name="Valuation",
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
                ("amount", models.DecimalField(decimal_places=2, max_digits=20)),
                ("currency", models.TextField()),
                ("method", models.TextField()),
                ("as_of", models.DateField()),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "allocation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="valuations",
                        to="records.allocation",
                    ),
                ),
                (
                    "offer_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="valuations",
                        to="records.offerline",
                    ),
                ),
                (
                    "pledge_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="valuations",
                        to="records.pledgeline",
                    ),
                ),
            ],
            options={
                "db_table": "valuation",
            },
        ),
        migrations.AddIndex(
            model_name="burdentable",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["audiences"], name="burden_table_audiences"
            ),
        ),
        migrations.AddConstraint(
            model_name="burdentable",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="burden_table_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="burdentable",
            constraint=models.CheckConstraint(
                condition=models.Q(("audiences", []), _negated=True),
                name="burden_table_has_an_audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="burdenrow",
            constraint=models.UniqueConstraint(
                fields=("table", "line"), name="burden_row_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="burdenrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("currency__regex", "^[A-Z]{3}$"),
                    ("month__day", 1),
                    models.Q(("method", ""), _negated=True),
                    models.Q(("source", ""), _negated=True),
                    ("measure__in", ["announced", "allocated", "received"]),
                ),
                name="burden_row_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="burdenfigure",
            constraint=models.UniqueConstraint(
                fields=("table", "donor", "kind", "year"), name="burden_figure_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="burdenfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gte", 0),
                    ("kind__in", ["gdp", "population", "key"]),
                    models.Q(
                        models.Q(("kind", "gdp"), _negated=True),
                        ("currency__regex", "^[A-Z]{3}$"),
                        _connector="OR",
                    ),
                ),
                name="burden_figure_says_what",
            ),
        ),
        migrations.AddIndex(
            model_name="valuation",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["audiences"], name="valuation_audiences"
            ),
        ),
        migrations.AddConstraint(
            model_name="valuation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("allocation__isnull", True),
                        ("offer_line__isnull", False),
                        ("pledge_line__isnull", True),
                    ),
                    models.Q(
                        ("allocation__isnull", False),
                        ("offer_line__isnull", True),
                        ("pledge_line__isnull", True),
                    ),
                    models.Q(
                        ("allocation__isnull", True),
                        ("offer_line__isnull", True),
                        ("pledge_line__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="valuation_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="valuation",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="valuation_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="valuation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("currency__regex", "^[A-Z]{3}$"),
                    models.Q(("method", ""), _negated=True),
                    models.Q(("source", ""), _negated=True),
                ),
                name="valuation_says_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="valuation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at__isnull", True)),
                fields=("offer_line", "allocation", "pledge_line", "currency", "method"),
                name="valuation_once_by_a_method",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="valuation",
            constraint=models.CheckConstraint(
                condition=models.Q(("audiences", []), _negated=True),
                name="valuation_has_an_audience",
            ),
        ),
        migrations.RunSQL((_SQL / "burden.sql").read_text(encoding="utf-8")),
    ]
