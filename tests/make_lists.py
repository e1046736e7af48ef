"""Lists that are dropped in, with what they hold in few words; for tests of the import."""

from muster.actions import imports, intake
from muster.core.actors import Actor
from muster.queries import intake as asked
from muster.queries.intake import LineSeen
from muster.records.models import ImportBatch
from tests.make import TENT, World, act

HEAD = "Item code;Item;Quantity;Unit;Country;Place\n"
NEEDS = f"{HEAD}{TENT};Family tents;120;;Ukraine;Lviv\n{TENT};Family tents;30;;Ukraine;Odesa\n"
GIFTS = f"{HEAD}{TENT};Family tents;70;;Germany;\n{TENT};Family tents;5;;Norway;\n"
STRANGE = f"{HEAD}{TENT};Family tents;120;;Ukraine;\n;Quuxograms;5;;Ukraine;\n"


def dropped(
    w: World,
    text: str = NEEDS,
    *,
    purpose: str = "requests",
    actor: Actor | None = None,
    sender: str = "",
    party: str = "",
) -> ImportBatch:
    """A list that was dropped in and read."""
    return intake.read_list(
        act=act(actor or w.coordinator),
        operation=w.operation.pk,
        purpose=purpose,
        name="list.csv",
        data=text.encode(),
        sender=sender,
        party=party,
    )


def stored(w: World, text: str = NEEDS, *, purpose: str = "requests") -> ImportBatch:
    """A list that was stored."""
    batch = dropped(w, text, purpose=purpose)
    return imports.commit_import(act=act(w.coordinator), batch=batch.pk)


def line(batch: ImportBatch, number: int) -> LineSeen:
    """One line of a list as it will be stored."""
    return asked.lines_seen(batch)[number - 1]
