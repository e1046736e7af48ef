"""`muster receipts`: what the recipient found out about a count that it has signed."""

from datetime import datetime
from uuid import UUID

import click

from muster.actions.clock import now
from muster.actions.corrections import correct_receipt
from muster.actions.discrepancies import resolve_discrepancy
from muster.cli.acting import acts, happened_option, say_rows
from muster.cli.saying import format_option, reader, user_option
from muster.core.actors import Act
from muster.queries.corrections import Correction, corrections
from muster.queries.naming import named
from muster.queries.visibility import find, visible
from muster.records.models import Consignment, Discrepancy, Operation, Receipt


@click.group()
def receipts() -> None:
    """Correct signed receipts, resolve what differed; `muster consignments receive` signs."""


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


@receipts.command()
@click.argument("discrepancy", type=click.UUID)
@happened_option
@acts
def resolve(*, act: Act, discrepancy: UUID, happened_at: datetime | None) -> Discrepancy:
    """Close a DISCREPANCY; --reason says what became of it."""
    return resolve_discrepancy(act=act, discrepancy=discrepancy, happened_at=happened_at)


@receipts.command("discrepancies")
@click.argument("operation")
@click.option("--all", "every", is_flag=True, help="Those that are resolved too.")
@format_option
@user_option
def list_discrepancies(*, operation: str, every: bool, form: str, user: str | None) -> None:
    """List what differed from the manifests of an OPERATION, and is not resolved yet."""
    actor, day = reader(user), now().date()
    found = visible(Discrepancy, actor, day).filter(
        operation=find(Operation, operation, actor, day, by="code")
    )
    if not every:
        found = found.filter(stage="")
    shown = found.select_related("receipt_line__receipt__consignment").order_by("recorded_at", "pk")
    say_rows(
        [
            {
                "id": str(each.pk),
                "consignment": each.receipt_line.receipt.consignment.reference,
                "stage": each.stage or "open",
                "what": each.sentence,
                "since": each.recorded_at,
            }
            for each in shown
        ],
        form,
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
