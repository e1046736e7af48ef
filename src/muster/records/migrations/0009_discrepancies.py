"""A discrepancy can be settled, and an update of a request takes the place of the earlier one."""

from django.db import migrations, models

from muster.records.lists import store_lists

_SUBJECTS = [
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
]

# What a case says stays as it was said: an event may move its stage, and nothing may change the rest.
_A_CASE_HAS_A_STAGE = """
DROP TRIGGER history_is_permanent ON discrepancy;
CREATE TRIGGER history_is_permanent
    BEFORE DELETE OR UPDATE OF id, marking, audiences, recorded_at, act_id, invented, source,
        operation_id, receipt_line_id, sentence
    ON discrepancy FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stage_begins_empty BEFORE INSERT ON discrepancy
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();
-- Whoever may change a column may lock the row; the trigger above refuses the change itself.
GRANT UPDATE (marking) ON discrepancy TO muster_app;
"""


class Migration(migrations.Migration):
    """A case that is there already is open, as all are before their first event."""

    dependencies = [("records", "0008_messages")]
    operations = [
        migrations.AddField(
            model_name="discrepancy",
            name="stage",
            field=models.TextField(default="", editable=False),
        ),
        *(
            migrations.AlterField(
                model_name=name, name="subject", field=models.TextField(choices=_SUBJECTS)
            )
            for name in ("lifecyclestep", "stageevent")
        ),
        migrations.RunSQL(_A_CASE_HAS_A_STAGE),
        migrations.RunPython(store_lists, migrations.RunPython.noop),
    ]
