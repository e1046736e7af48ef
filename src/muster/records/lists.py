"""The lists of core that the database refuses by: lifecycle steps and permitted moves."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from muster.core.accounts import MOVES
from muster.core.stages import LIFECYCLES


def store_lists(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Store what core lists and the database does not have yet.

    A migration that follows a new step or move calls it, so that a site which is there already has
    what a new one has.
    """
    alias = schema_editor.connection.alias
    step = apps.get_model("records", "LifecycleStep")
    step.objects.using(alias).bulk_create(
        (
            step(subject=s.subject.value, event=s.event, before=s.before, after=s.after)
            for steps in LIFECYCLES.values()
            for s in steps
        ),
        ignore_conflicts=True,
    )
    move = apps.get_model("records", "LedgerMove")
    move.objects.using(alias).bulk_create(
        (move(before=m.before.value, after=m.after.value) for m in MOVES), ignore_conflicts=True
    )
