"""`muster receipts`: what the recipient found out about a count that it has signed."""

from datetime import datetime
from uuid import UUID

import click

from muster.actions.clock import now
from muster.actions.corrections import correct_receipt
from muster.cli.acting import acts, happened_option, say_rows
from muster.cli.saying import format_option, reader, user_option
from muster.core.actors import Act
from muster.queries.corrections import Correction, corrections
from muster.queries.naming import named
from muster.queries.visibility import find
from muster.records.models import Consignment, Operation, Receipt


@click.group()
def receipts() -> None:
    """Correct signed receipts, and list the corrections; `muster consignments receive` signs."""


@receipts.command()
@click.argument("consignment")
@click.argument("line", type=int)
@click.option("--good", type=int, required=True, help="All that is good by now.")
@click.option("--damaged", type=int, required=True, help="All that is damaged.")
@click.option("--missing", type=int, required=True, help="All that is missing.")
@click.option("--rejected", type=int, help="All that is rejected; as it was if not said.")
@click.option("--extra", type=int, help="All beyond what was dispatched; as it was if not said.")
@happened_option
@acts
def correct(
    *,
    act: Act,
    consignment: str,
    line: int,
    good: int,
    damaged: int,
    missing: int,
    rejected: int | None,
    extra: int | None,
    happened_at: datetime | None,
) -> Receipt:
    """Correct the count of a LINE (its number) of a signed CONSIGNMENT, with --reason."""
    found = named(Consignment, consignment, act.actor, act.now.date())
    lines = {packed.position: packed.pk for packed in found.lines.all()}
    return correct_receipt(
        act=act,
        # A number that is not on the manifest is refused by the action, under the act's own id.
        manifest_line=lines.get(line, act.id),
        good=good,
        damaged=damaged,
        missing=missing,
        rejected=rejected,
        extra=extra,
        happened_at=happened_at,
    )


@receipts.command("corrections")
@click.argument("operation")
@click.option("--consignment", help="Only those of this consignment's receipt.")
@format_option
@user_option
def list_corrections(
    *, operation: str, consignment: str | None, form: str, user: str | None
) -> None:
    """List what was corrected in an OPERATION, with the difference to what was received."""
    actor, day = reader(user), now().date()
    where = find(Operation, operation, actor, day, by="code")
    of: UUID | None = None
    if consignment is not None:
        of = named(Consignment, consignment, actor, day).pk
    say_rows([_row(each) for each in corrections(where, actor, day, consignment=of)], form)


def _row(correction: Correction) -> dict[str, object]:
    return {
        "consignment": correction.reference,
        "line": correction.position,
        "item": correction.item_name,
        "changed": "; ".join(
            f"{part.amount} {part.before} -> {part.after}" for part in correction.moved
        ),
        "received": correction.received,
        "true_since": correction.happened_at,
        "known_since": correction.recorded_at,
        "by": correction.by,
        "why": correction.why,
    }
