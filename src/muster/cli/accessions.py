"""`muster register timeline`, `count` and the steps of an accession."""

from datetime import date
from uuid import UUID

import click
from django.db import models

from muster.actions import accessions as verbs
from muster.cli.acting import DAY, acts, say_rows
from muster.cli.saying import format_option, say_json
from muster.core.actors import Act
from muster.queries.accessions import members_through_time, timeline_of
from muster.queries.register import find_party


@click.command()
@click.argument("party")
@format_option
def timeline(party: str, form: str) -> None:
    """Tell the standings of a PARTY through time, and the steps of its accessions."""
    found = timeline_of(party)
    if form == "json":
        say_json(found)
        return
    say_rows(
        [
            {"on": h.on, "body": h.body, "what": h.what, "checked": h.checked, "source": h.source}
            for h in found.happenings
        ],
        form,
    )


@click.command()
@click.option("--body", default="NATO", show_default=True, help="The alliance, union or group.")
@format_option
def count(body: str, form: str) -> None:
    """Count the members of a body from each day on which someone came or went."""
    rows = members_through_time(find_party(body).code)
    if form == "json":
        say_json(rows)
        return
    say_rows(
        [
            {
                "on": row.on,
                "members": row.members,
                "joined": ", ".join(row.joined),
                "left": ", ".join(row.left),
            }
            for row in rows
        ],
        form,
    )


@click.command()
@click.argument("party")
@click.argument("step_name", metavar="STEP")
@click.option("--in", "body", default="NATO", show_default=True, help="The body acceded to.")
@click.option("--on", "happened_on", type=DAY, required=True, help="The day of the step.")
@click.option("--by", help="The member that ratified, for a ratification.")
@click.option("--source", required=True, help="Where it can be read.")
@acts
def step(
    *,
    act: Act,
    party: str,
    step_name: str,
    body: str,
    happened_on: date,
    by: str | None,
    source: str,
) -> models.Model:
    """Record a STEP of a PARTY's accession, such as ratified or deposited."""
    return verbs.record_step(
        act=act,
        party=party,
        body=body,
        step=step_name,
        happened_on=happened_on,
        by=by,
        source=source,
    )


@click.command("correct-step")
@click.argument("step_id", metavar="STEP", type=click.UUID)
@click.option("--on", "happened_on", type=DAY, required=True, help="The right day.")
@click.option("--source", required=True, help="Where it can be read.")
@acts
def correct_step(*, act: Act, step_id: UUID, happened_on: date, source: str) -> models.Model:
    """Put another day in the place of a STEP that was recorded wrongly, by its id; say why."""
    return verbs.correct_step(act=act, step=step_id, happened_on=happened_on, source=source)
