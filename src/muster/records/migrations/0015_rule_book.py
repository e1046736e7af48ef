"""The rule book: versions, changes, reviews, and the decisions that rest on them."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


_SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0014_transport"),
    ]

    operations = [
        migrations.CreateModel(
            name="DispatchDecision",
            fields=[
                (
                    "consignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="decision",
                        serialize=False,
                        to="records.consignment",
                    ),
                ),
                ("rule_book", models.BigIntegerField()),
                (
                    "rules",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                ("act_id", models.UUIDField()),
            ],
            options={
                "db_table": "dispatch_decision",
            },
        ),
        migrations.AddField(
            model_name="allocation",
            name="rule_book",
            field=models.BigIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="allocation",
            name="rules",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                editable=False,
                null=True,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="offerline",
            name="rule_book",
            field=models.BigIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="offerline",
            name="rules",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                editable=False,
                null=True,
                size=None,
            ),
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.TextField()),
                ("version", models.IntegerField()),
                ("title", models.TextField()),
                ("sentence", models.TextField(help_text="what a person reads when it speaks")),
                ("expression", models.TextField(help_text="when it speaks, in CEL")),
                (
                    "effect",
                    models.TextField(
                        choices=[
                            ("forbid", "forbid"),
                            ("review", "review"),
                            ("consent", "consent"),
                            ("allow", "allow"),
                        ]
                    ),
                ),
                ("consent_of", models.TextField(blank=True, default="")),
                (
                    "steps",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(
                            choices=[
                                ("offer", "offer"),
                                ("plan", "plan"),
                                ("allocation", "allocation"),
                                ("dispatch", "dispatch"),
                            ]
                        ),
                        size=None,
                    ),
                ),
                ("precedence", models.IntegerField(default=0)),
                ("authority", models.TextField()),
                ("citation", models.TextField(blank=True, default="")),
                ("source", models.TextField(blank=True, default="")),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("invented", models.BooleanField(default=False)),
                ("recorded_at", models.DateTimeField()),
                ("act_id", models.UUIDField()),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules_written",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.operation",
                    ),
                ),
            ],
            options={
                "db_table": "rule_version",
            },
        ),
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(choices=[("approve", "approved"), ("retire", "retired")]),
                ),
                ("author_id", models.UUIDField(blank=True, null=True)),
                ("day", models.DateField(help_text="retired: the first day no longer in force")),
                ("reason", models.TextField(blank=True, default="")),
                ("recorded_at", models.DateTimeField()),
                ("act_id", models.UUIDField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="records.ruleversion",
                    ),
                ),
            ],
            options={
                "db_table": "rule_change",
            },
        ),
        migrations.CreateModel(
            name="RuleReview",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField(help_text="the rule, in all its versions")),
                ("passes", models.BooleanField()),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("act_id", models.UUIDField()),
                ("number", models.BigIntegerField(db_default=0, editable=False)),
                (
                    "donor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gifts_reviewed",
                        to="records.party",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="records.item"
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="records.operation"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takings_reviewed",
                        to="records.party",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "rule_review",
                "indexes": [
                    models.Index(fields=["operation", "donor", "item"], name="rule_review_of_gift")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="rule_review_has_a_reason",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.UniqueConstraint(
                fields=("code", "version"), name="rule_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.UniqueConstraint(
                fields=("id", "author"), name="rule_version_with_its_author"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z0-9-]+$")), name="rule_version_code_plain"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gt", 0)), name="rule_version_numbered_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"
                ),
                name="rule_version_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sentence", ""), _negated=True),
                    models.Q(("expression", ""), _negated=True),
                    models.Q(("authority", ""), _negated=True),
                ),
                name="rule_version_says_what_and_whose",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("effect__in", ["forbid", "review", "consent", "allow"])),
                name="rule_version_effect_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("steps", []), _negated=True),
                name="rule_version_asked_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulechange",
            constraint=models.UniqueConstraint(fields=("version", "kind"), name="rule_change_once"),
        ),
        migrations.AddConstraint(
            model_name="rulechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "retire"),
                    ("author_id__isnull", True),
                    models.Q(("author_id", models.F("by")), _negated=True),
                    _connector="OR",
                ),
                name="rule_approval_by_another",
            ),
        ),
        migrations.RunSQL((_SQL / "rules.sql").read_text(encoding="utf-8")),
    ]
