"""`muster report`: situation reports."""

from typing import Any
from uuid import UUID

import click

from muster.actions import reports as acting
from muster.actions.clock import now
from muster.cli.acting import Row, acts, lists, say_list
from muster.cli.saying import format_option, reader, say_json, user_option
from muster.core.actors import Act
from muster.core.sitreps.document import as_data
from muster.core.sitreps.facts import Precedence
from muster.core.sitreps.text import as_text
from muster.queries.naming import named
from muster.queries.reports import document_of
from muster.queries.visibility import find
from muster.records.models import Operation, SituationReport


@click.group()
def report() -> None:
    """List, show and write situation reports.  NUMBER is a message number or an id."""


@report.command("list")
@lists
def list_reports(**given: Any) -> None:  # noqa: ANN401 - the options of `lists`
    """List the situation reports of an OPERATION."""
    say_list(SituationReport, _row, related=("originator",), **given)


@report.command()
@click.argument("number")
@click.option("--text", "form", flag_value="text", help="As the plain text message.")
@format_option
@user_option
def show(number: str, form: str, user: str | None) -> None:
    """Show the report NUMBER as its plain text message, or as data."""
    found = named(SituationReport, number, reader(user), now().date(), by="message_number")
    document = document_of(found)
    if form == "json":
        say_json({**_row(found), "document": as_data(document)})
    else:
        click.echo(as_text(document), nl=False)


@report.command()
@click.argument("operation")
@click.option(
    "--precedence",
    type=click.Choice([level.value for level in Precedence]),
    default=Precedence.ROUTINE.value,
)
@click.option("--needs", default="", help="On further needs, in your own words.")
@acts
def draft(*, act: Act, operation: str, precedence: str, needs: str) -> SituationReport:
    """Write a report on an OPERATION from the records as they stand."""
    found = find(Operation, operation, act.actor, act.now.date(), by="code")
    return acting.draft_report(act=act, operation=found.pk, precedence=precedence, needs=needs)


@report.command()
@click.argument("number")
@acts
def submit(*, act: Act, number: str) -> SituationReport:
    """Hand the draft NUMBER in for approval."""
    return acting.submit_report(act=act, report=_found(act, number))


@report.command("send-back")
@click.argument("number")
@acts
def send_back(*, act: Act, number: str) -> SituationReport:
    """Return the submitted report NUMBER to its draft, with --reason."""
    return acting.send_back_report(act=act, report=_found(act, number))


@report.command()
@click.argument("number")
@acts
def approve(*, act: Act, number: str) -> SituationReport:
    """Approve the report NUMBER that somebody else wrote."""
    return acting.approve_report(act=act, report=_found(act, number))


@report.command()
@click.argument("number")
@acts
def release(*, act: Act, number: str) -> SituationReport:
    """Send the approved report NUMBER to the points of contact."""
    return acting.release_report(act=act, report=_found(act, number))


def _found(act: Act, name: str) -> UUID:
    found = named(SituationReport, name, act.actor, act.now.date(), by="message_number")
    return found.pk


def _row(record: SituationReport) -> Row:
    return {
        "number": record.message_number,
        "report": record.number,
        "stage": record.stage,
        "precedence": record.precedence,
        "as_of": record.as_of,
        "originator": record.originator.name,
        "id": record.pk,
    }
