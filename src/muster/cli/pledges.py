"""`muster pledges`: what was announced, what was told of it since, and the waterfall."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import click

from muster.actions import pledge_links
from muster.actions import pledges as acting
from muster.actions.clock import now
from muster.actions.pledge_lines import LinePledged, line_heard
from muster.cli.acting import DAY, Row, acts, read_lines, refuse_keys, say_record, say_rows
from muster.cli.saying import format_option, reader, user_option
from muster.cli.waterfall import operation_named, pledge_facts, waterfall_
from muster.core.actors import Act
from muster.core.pledges import Form
from muster.core.refusals import ChoiceUnknown, Refusal
from muster.queries.amounts import Typed
from muster.queries.meetings import SERIES, find_meeting
from muster.queries.naming import named, offer_line_named, pledge_line_named
from muster.queries.pledge_entry import parties_in, understood
from muster.queries.pledges import pledge_shown, pledges_seen, rows_of
from muster.queries.visibility import find
from muster.records.models import (
    Operation,
    Pledge,
    PledgeFunding,
    PledgeLine,
    PledgeReminder,
    PledgeUse,
)

_LINE_KEYS = ("item", "amount", "unit", "description", "form", "currency", "years", "each_year")


class ItemAsked(Refusal, field="item"):
    """The words "{given}" may mean {known}; say which with --item, or - for its own words."""


@click.group()
def pledges() -> None:
    """Pledges.  PLEDGE is a reference or an id; LINE is REFERENCE/position or an id."""


@pledges.command("list")
@click.argument("operation", required=False)
@click.option("--meeting", help="Only what was announced at this meeting.")
@click.option("--donor", default="", help="Only this party's, alone or with others.")
@click.option("--idle", is_flag=True, help="Only what has not become anything; the oldest first.")
@format_option
@user_option
def list_pledges(
    *,
    operation: str | None,
    meeting: str | None,
    donor: str,
    idle: bool,
    form: str,
    user: str | None,
) -> None:
    """List the lines pledged in an OPERATION, or in all that are no exercise."""
    actor, day = reader(user), now().date()
    seen = pledges_seen(
        actor,
        day,
        operation=operation_named(operation, actor, day),
        meeting=find_meeting(meeting, actor, day).pk if meeting else None,
        donor=donor,
    )
    rows = rows_of(seen, actor, day)
    if idle:
        rows = tuple(sorted((r for r in rows if r.counts and r.course.idle), key=lambda r: -r.age))
    say_rows([pledge_facts(row) for row in rows], form)


@pledges.command()
@click.argument("pledge")
@format_option
@user_option
def show(pledge: str, form: str, user: str | None) -> None:
    """Show a PLEDGE with its lines, what was told of each, and what they became."""
    actor, day = reader(user), now().date()
    seen = pledge_shown(named(Pledge, pledge, actor, day).pk, actor, day=day)
    record = seen.record
    facts: Row = {
        "reference": record.reference,
        "announced_on": record.announced_on,
        "words": record.words,
        "source": record.source,
        "recalled": record.recalled,
        "invented": record.invented,
        "id": record.pk,
    }
    parts: dict[str, list[Row]] = {
        "parties": [
            {"party": each.party_id, "role": each.role, "share": each.share}
            for each in seen.parties
        ],
        "lines": [pledge_facts(each.row) for each in seen.lines],
        "events": [
            {
                "line": each.row.position,
                "event": event.event,
                "amount": event.amount,
                "on": event.happened_on,
                "note": event.note,
            }
            for each in seen.lines
            for event in each.events
        ],
        "became": [
            {"line": each.row.position, "offer": str(use.offer_line.offer.reference), "id": use.pk}
            for each in seen.lines
            for use in each.uses
        ],
    }
    say_record(facts, parts, form)


@pledges.command()
@click.argument("operation")
@click.option("--by", "donors", required=True, help='Who: "DEU", "DEU, NLD", "DEU 60, NLD 40".')
@click.option("--say", "said", multiple=True, help='What, as it is heard: "5,000 family tents".')
@click.option("--item", multiple=True, help="The item of each --say in turn; - for its own words.")
@click.option("--lines", metavar="FILE", help="A JSON list of lines instead; - is standard input.")
@click.option("--words", default="", help="The words used; those of --say if not given.")
@click.option("--meeting", help="At which meeting.")
@click.option("--series", default=SERIES, show_default=True)
@click.option("--announced-on", type=DAY, help="The meeting's day, or today, if not said.")
@click.option("--funder", default="")
@click.option("--supplier", default="")
@click.option("--carrier", default="")
@click.option("--coalition", help="The coalition under whose name it is announced.")
@click.option("--reference", default="")
@click.option("--restricted", is_flag=True, help="Seen by its parties, recipient and centre alone.")
@click.option("--source", default="")
@click.option("--recalled", is_flag=True, help="From memory, not read in the source.")
@acts
def announce(
    *,
    act: Act,
    operation: str,
    donors: str,
    said: tuple[str, ...],
    item: tuple[str, ...],
    lines: str | None,
    words: str,
    meeting: str | None,
    series: str,
    announced_on: date | None,
    funder: str,
    supplier: str,
    carrier: str,
    coalition: str | None,
    reference: str,
    restricted: bool,
    source: str,
    recalled: bool,
) -> Pledge:
    """Write down what was announced in an OPERATION."""
    day = act.now.date()
    at = find_meeting(meeting, act.actor, day, series=series) if meeting else None
    given = [_line_of(lines, line) for line in read_lines(lines)] if lines else []
    given += _heard(said, item)
    return acting.announce_pledge(
        act=act,
        operation=find(Operation, operation, act.actor, day, by="code").pk,
        parties=parties_in(donors, funders=funder, suppliers=supplier, carriers=carrier),
        announced_on=announced_on or (at.held_on if at else day),
        words=words or "; ".join(said),
        lines=given,
        meeting=at.pk if at else None,
        reference=reference,
        coalition=coalition,
        restricted=restricted,
        source=source,
        recalled=recalled,
    )


pledges.add_command(waterfall_)


def _tells(name: str, verb: Callable[..., PledgeLine], said: str) -> None:
    """Add a command that tells something of a line."""

    @pledges.command(name, help=said)
    @click.argument("line")
    @click.option("--amount", help="How much; all that is left, if not said.")
    @click.option("--unit", default="")
    @click.option("--on", "happened_on", type=DAY, help="Today if not said.")
    @click.option("--note", default="")
    @click.option("--source", default="")
    @acts
    def tell(
        *,
        act: Act,
        line: str,
        amount: str | None,
        unit: str,
        happened_on: date | None,
        note: str,
        source: str,
    ) -> PledgeLine:
        typed = {} if amount is None else {"amount": Typed(amount, unit)}
        if name == "reduce" and amount is None:
            typed = {"amount": Typed("")}
        return verb(
            act=act,
            line=pledge_line_named(line, act.actor, act.now.date()).pk,
            happened_on=happened_on,
            note=note,
            source=source,
            **typed,
        )


_tells(
    "commit", acting.commit_pledge, "Tell that the donor has bound itself to LINE, or to a part."
)
_tells("allocate", acting.allocate_pledge, "Tell that pledged money of LINE is earmarked.")
_tells("disburse", acting.disburse_pledge, "Tell that pledged money of LINE was paid.")
_tells("reduce", acting.reduce_pledge, "Take --amount off LINE, with --reason.")


@pledges.command()
@click.argument("line")
@click.option("--on", "happened_on", type=DAY, help="Today if not said.")
@click.option("--source", default="")
@acts
def withdraw(*, act: Act, line: str, happened_on: date | None, source: str) -> PledgeLine:
    """Take back what LINE has not become yet, with --reason."""
    found = pledge_line_named(line, act.actor, act.now.date())
    return acting.withdraw_pledge(act=act, line=found.pk, happened_on=happened_on, source=source)


@pledges.command()
@click.argument("line")
@click.argument("offer_line")
@acts
def specify(*, act: Act, line: str, offer_line: str) -> PledgeUse:
    """Say that OFFER_LINE is what LINE became; the ledger tells the rest."""
    day = act.now.date()
    given = offer_line_named(offer_line, act.actor, day)
    found = pledge_line_named(line, act.actor, day)
    return pledge_links.specify_pledge(act=act, line=found.pk, offer_line=given.pk)


@pledges.command()
@click.argument("use", type=click.UUID)
@acts
def unspecify(*, act: Act, use: UUID) -> PledgeUse:
    """Take back that an offer line is what a pledge became, with --reason."""
    return pledge_links.unspecify_pledge(act=act, use=use)


@pledges.command()
@click.argument("money")
@click.argument("goods")
@acts
def fund(*, act: Act, money: str, goods: str) -> PledgeFunding:
    """Say that the line MONEY pays for the line GOODS, with --reason: the gift counts once."""
    day = act.now.date()
    paying, paid = (
        pledge_line_named(money, act.actor, day),
        pledge_line_named(goods, act.actor, day),
    )
    return pledge_links.fund_goods(act=act, money=paying.pk, goods=paid.pk)


@pledges.command()
@click.argument("funding", type=click.UUID)
@acts
def unfund(*, act: Act, funding: UUID) -> PledgeFunding:
    """Take back that money pays for goods."""
    return pledge_links.unfund_goods(act=act, funding=funding)


@pledges.command()
@click.argument("pledge")
@click.option("--party", required=True)
@click.option("--text", required=True, help="What you remind of.")
@click.option("--answer-by", type=DAY)
@acts
def remind(
    *, act: Act, pledge: str, party: str, text: str, answer_by: date | None
) -> PledgeReminder:
    """Remind a party of the PLEDGE; it waits on that party's own page."""
    found = named(Pledge, pledge, act.actor, act.now.date())
    return pledge_links.remind(
        act=act, pledge=found.pk, party=party, text=text, answer_by=answer_by
    )


def _heard(said: tuple[str, ...], items: tuple[str, ...]) -> list[LinePledged]:
    if not said:
        return []
    lines = []
    for each in understood("\n".join(said), items):
        if each.asks:
            known = ", ".join(f"{choice.code} ({choice.name})" for choice in each.choices)
            raise ItemAsked(given=each.heard.what, known=known)
        lines.append(line_heard(each.heard, each.item))
    return lines


def _line_of(file: str, line: Row) -> LinePledged:
    refuse_keys(file, line, _LINE_KEYS)
    form = str(line.get("form", Form.GOODS))
    if form not in set(Form):
        raise ChoiceUnknown(at="form", given=form, known=", ".join(Form))
    return LinePledged(
        form=Form(form),
        quantity=Typed(str(line.get("amount", "")), str(line.get("unit", ""))),
        item=str(line.get("item", "")),
        description=str(line.get("description", "")),
        currency=str(line.get("currency", "")),
        years=str(line.get("years", "")),
        each_year=line.get("each_year") is True,
    )
