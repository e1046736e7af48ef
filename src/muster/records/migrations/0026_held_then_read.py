"""What a proposal rests on and what the rules may ask are read together, after it is held.

Accounts are named to the ledger by columns, and a line of the journal is linked by one statement.
"""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent.parent / "sql"


def _sql(name: str) -> migrations.RunSQL:
    return migrations.RunSQL((_SQL / name).read_text(encoding="utf-8"))


_WHEN = "uuid, timestamptz, timestamptz"
_MOVES = "int[], int[], bigint[], bigint[]"
# As they were, where they are there: what they take or give is another now.
_BEFORE = (
    "rule_sides(uuid[], uuid[], date)",
    "rule_standing(text, text, date)",
    "rule_territory(text)",
    "rule_item(item)",
    "proposal_facts(uuid[], uuid[], text[], date, boolean)",
    f"write_allocations({_WHEN}, json, uuid[])",
    f"write_proposals({_WHEN}, json, uuid[], uuid[], uuid[], json, {_MOVES})",
    f"post_transfers({_WHEN}, json, {_MOVES})",
    "hold_accounts(json)",
)


class Migration(migrations.Migration):
    """The functions alone are written anew; what they keep is the same."""

    dependencies = [("records", "0025_ways")]
    operations = [
        migrations.RunSQL(f"DROP FUNCTION IF EXISTS {', '.join(_BEFORE)}"),
        *(
            _sql(name)
            for name in (
                *("rule_facts.sql", "proposal_facts.sql", "proposals.sql"),
                *("posting.sql", "transfers.sql", "journal_links.sql"),
            )
        ),
    ]
