"""Accessions step by step, what members are bound to, and facts about countries."""

from pathlib import Path

import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


_SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Members through time: the way in, and what it changes."""

    dependencies = [
        ("records", "0015_rule_book"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessionStep",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "step",
                    models.TextField(
                        choices=[
                            ("invited", "invited"),
                            ("protocols_signed", "protocols_signed"),
                            ("ratified", "ratified"),
                            ("deposited", "deposited"),
                            ("in_force", "in_force"),
                        ]
                    ),
                ),
                ("happened_on", models.DateField()),
                ("source", models.TextField()),
                ("checked", models.TextField(blank=True, default="")),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "accession_step",
            },
        ),
        migrations.CreateModel(
            name="BorderStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before_km", models.DecimalField(decimal_places=1, max_digits=7)),
                ("after_km", models.DecimalField(decimal_places=1, max_digits=7)),
                ("method", models.TextField()),
                ("source", models.TextField()),
                ("checked", models.TextField()),
            ],
            options={
                "db_table": "border_statement",
            },
        ),
        migrations.CreateModel(
            name="Country",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
            ],
            options={
                "db_table": "country",
            },
        ),
        migrations.CreateModel(
            name="CountryFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "measure",
                    models.TextField(
                        choices=[
                            ("gdp_usd", "GDP, US dollars"),
                            ("population", "population"),
                            ("defence_percent_of_gdp", "defence spending, % of GDP"),
                        ]
                    ),
                ),
                ("year", models.IntegerField()),
                ("amount", models.DecimalField(decimal_places=4, max_digits=24)),
                ("source", models.TextField()),
                ("checked", models.TextField()),
            ],
            options={
                "db_table": "country_figure",
            },
        ),
        migrations.CreateModel(
            name="LandBorder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("km", models.DecimalField(decimal_places=1, max_digits=7)),
                ("method", models.TextField()),
                ("source", models.TextField()),
                ("checked", models.TextField()),
            ],
            options={
                "db_table": "land_border",
            },
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("authority", models.TextField()),
                ("binds", models.TextField()),
                ("text", models.TextField()),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("source", models.TextField()),
                ("checked", models.TextField()),
            ],
            options={
                "db_table": "obligation",
            },
        ),
        migrations.AddIndex(
            model_name="standing",
            index=django.contrib.postgres.indexes.GistIndex(
                models.F("body"),
                models.Func(
                    models.F("since"),
                    models.F("until"),
                    function="daterange",
                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                ),
                name="standing_of_a_body_on_a_day",
            ),
        ),
        migrations.AddField(
            model_name="accessionstep",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.party"
            ),
        ),
        migrations.AddField(
            model_name="accessionstep",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ratifications",
                to="records.party",
            ),
        ),
        migrations.AddField(
            model_name="accessionstep",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accession_steps",
                to="records.party",
            ),
        ),
        migrations.AddField(
            model_name="borderstatement",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.party"
            ),
        ),
        migrations.AddField(
            model_name="borderstatement",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.party"
            ),
        ),
        migrations.AddField(
            model_name="borderstatement",
            name="neighbour",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.country"
            ),
        ),
        migrations.AddField(
            model_name="countryfigure",
            name="country",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="figures",
                to="records.country",
            ),
        ),
        migrations.AddField(
            model_name="landborder",
            name="country",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="borders",
                to="records.country",
            ),
        ),
        migrations.AddField(
            model_name="landborder",
            name="neighbour",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.country"
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="obligations",
                to="records.party",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by__isnull", False), ("step", "ratified")),
                    models.Q(models.Q(("step", "ratified"), _negated=True), ("by__isnull", True)),
                    _connector="OR",
                ),
                name="accession_step_names_who_ratified",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("party", models.F("body")), _negated=True),
                name="accession_step_into_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessionstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at__isnull", True)),
                fields=("party", "body", "step", "by"),
                name="accession_step_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="borderstatement",
            constraint=models.UniqueConstraint(
                fields=("party", "body", "neighbour", "method"), name="border_statement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="borderstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(("after_km__gte", 0), ("before_km__gte", 0)),
                name="border_statement_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="countryfigure",
            constraint=models.UniqueConstraint(
                fields=("country", "measure", "year", "source"), name="country_figure_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="countryfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="country_figure_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="landborder",
            constraint=models.UniqueConstraint(
                fields=("country", "neighbour", "method"), name="land_border_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="landborder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("km__gt", 0), models.Q(("country", models.F("neighbour")), _negated=True)
                ),
                name="land_border_leads_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"
                ),
                name="obligation_ends_after_it_begins",
            ),
        ),
        migrations.RunSQL((_SQL / "accessions.sql").read_text(encoding="utf-8")),
    ]
