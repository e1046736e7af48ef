"""`muster enquiries`: ask another party, answer, list what is open."""

from datetime import date

import click

from muster.actions import enquiries as asking
from muster.actions.clock import now
from muster.cli.acting import DAY, Row, acts, happenings, say_record, say_rows
from muster.cli.saying import format_option, reader, user_option
from muster.core.actors import Act
from muster.core.enquiries import EnquiryAnswer, EnquiryKind
from muster.queries import enquiries as asked
from muster.queries.visibility import find
from muster.records.models import Enquiry, Operation


@click.group()
def enquiries() -> None:
    """Ask other parties about goods, and answer what is asked."""


@enquiries.command("list")
@click.argument("operation")
@click.option("--open", "open_only", is_flag=True, help="Only those that wait for an answer.")
@click.option("--after", help="The place where the page before ended.")
@format_option
@user_option
def list_enquiries(
    *, operation: str, open_only: bool, after: str | None, form: str, user: str | None
) -> None:
    """List what was asked in an OPERATION, newest first."""
    actor, day = reader(user), now().date()
    found = find(Operation, operation, actor, day, by="code")
    page = asked.enquiries_of(found, actor, day=day, open_only=open_only, after=after, limit=200)
    say_rows([_row(each) for each in page.items], form)
    if page.next is not None:
        click.echo(f"There are more: --after {page.next}", err=True)


@enquiries.command("show")
@click.argument("enquiry", type=click.UUID)
@format_option
@user_option
def show_enquiry(*, enquiry: object, form: str, user: str | None) -> None:
    """Show an ENQUIRY with its answers."""
    found = find(Enquiry, str(enquiry), reader(user), now().date())
    say_record(_row(found), {"happened": happenings(found.pk)}, form)


@enquiries.command("ask")
@click.argument("operation")
@click.option("--kind", type=click.Choice([kind.value for kind in EnquiryKind]), required=True)
@click.option("--words", required=True, help="What is asked, in a sentence.")
@click.option("--about", type=click.UUID, help="The record it is about.")
@click.option("--party", default="", help="Who asks; your own party if not said.")
@click.option("--asked", default="", help="Who answers; the other side if not said.")
@click.option("--until", type=DAY, help="Of a longer stay: the last day.")
@acts
def ask(*, act: Act, operation: str, until: date | None, **given: object) -> Enquiry:
    """Ask in an OPERATION for information, a price, a return, a whereabouts, a longer stay."""
    found = find(Operation, operation, act.actor, act.now.date(), by="code")
    return asking.ask(act=act, operation=found.pk, until=until, **given)  # type: ignore[arg-type]


@enquiries.command("answer")
@click.argument("enquiry", type=click.UUID)
@click.argument("answer", type=click.Choice([answer.value for answer in EnquiryAnswer]))
@click.option("--words", default="", help="The answer; a plain yes needs none.")
@acts
def answer_enquiry(*, act: Act, **given: object) -> Enquiry:
    """Answer an ENQUIRY."""
    return asking.answer_enquiry(act=act, **given)  # type: ignore[arg-type]


@enquiries.command("withdraw")
@click.argument("enquiry", type=click.UUID)
@acts
def withdraw_enquiry(*, act: Act, **given: object) -> Enquiry:
    """Take an ENQUIRY back, with --reason."""
    return asking.withdraw_enquiry(act=act, **given)  # type: ignore[arg-type]


def _row(enquiry: Enquiry) -> Row:
    return {
        "kind": enquiry.kind,
        "stage": enquiry.stage,
        "party": enquiry.party_id,
        "asked": enquiry.asked_id,
        "about": enquiry.about,
        "words": enquiry.words,
        "until": enquiry.until,
        "answer": asked.last_answer(enquiry),
        "id": enquiry.pk,
    }
