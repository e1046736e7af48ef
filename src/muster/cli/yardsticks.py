"""`muster yardsticks`: rates between currencies, targets, published shares of a union or a fund."""

from datetime import date

import click
from django.db import models

from muster.actions import yardsticks as acting
from muster.actions.clock import now
from muster.cli.acting import DAY, Row, acts, say_rows
from muster.cli.burden import named_in
from muster.cli.files import bytes_of
from muster.cli.saying import format_option, reader, user_option
from muster.core.actors import Act
from muster.core.burden import Measure
from muster.formats.burden_sheets import MOST_BYTES
from muster.queries.yardsticks import rates_listed, shares_listed, targets_listed


@click.group()
def yardsticks() -> None:
    """What burden is held against: rates, targets, published shares."""


@yardsticks.command()
@format_option
@user_option
def rates(form: str, user: str | None) -> None:
    """List every exchange rate on record, with those that a later word took the place of."""
    rows: list[Row] = [
        {
            "one": each.rate.base,
            "is": f"{each.rate.rate.normalize():f}",
            "of": each.rate.quote,
            "since": each.rate.since,
            "until": each.rate.until,
            "method": each.rate.method,
            "source": each.rate.source,
            "superseded": each.superseded_at or "",
        }
        for each in rates_listed(reader(user), now().date())
    ]
    say_rows(rows, form)


@yardsticks.command()
@click.argument("base")
@click.argument("quote")
@click.argument("rate")
@click.option("--since", type=DAY, required=True, help="The first day of its period.")
@click.option("--until", type=DAY, required=True, help="The last day of its period.")
@click.option("--method", required=True, help="How it was found: average of the period.")
@click.option("--source", required=True, help="Who says so, and where.")
@acts
def rate(
    *,
    act: Act,
    base: str,
    quote: str,
    rate: str,
    since: date,
    until: date,
    method: str,
    source: str,
) -> models.Model:
    """Record that one BASE was worth RATE of QUOTE over a period: EUR USD 1.0813."""
    return acting.record_rate(
        act=act,
        base=base,
        quote=quote,
        rate=rate,
        since=since,
        until=until,
        method=method,
        source=source,
    )


@yardsticks.command()
@format_option
@user_option
def targets(form: str, user: str | None) -> None:
    """List every target on record, with its history."""
    rows: list[Row] = [
        {
            "body": each.target.body,
            "for": each.target.party or "each member",
            "measure": each.target.measure,
            "target": each.target.text,
            "since": each.target.since,
            "until": each.target.until or "",
            "source": each.target.source,
            "superseded": each.superseded_at or "",
        }
        for each in targets_listed(reader(user), now().date())
    ]
    say_rows(rows, form)


@yardsticks.command()
@click.argument("body")
@click.argument("amount")
@click.option("--party", default="", help="For whom; for each member of the body, if not said.")
@click.option("--measure", type=click.Choice([m.value for m in Measure]), required=True)
@click.option("--since", type=DAY, required=True, help="Its first day.")
@click.option("--until", type=DAY, help="The first day on which it no longer holds.")
@click.option("--source", required=True, help="Who says so, and where.")
@acts
def target(
    *,
    act: Act,
    body: str,
    amount: str,
    party: str,
    measure: str,
    since: date,
    until: date | None,
    source: str,
) -> models.Model:
    """Record the target AMOUNT that BODY set: "0.25 %" of GDP, or "EUR 40 billion"."""
    return acting.set_target(
        act=act,
        body=body,
        amount=amount,
        party=party,
        measure=measure,
        since=since,
        until=until,
        source=source,
    )


@yardsticks.command()
@format_option
@user_option
def shares(form: str, user: str | None) -> None:
    """List the published shares on record, party by party."""
    rows: list[Row] = [
        {
            "table": table.name,
            "body": table.body,
            "since": table.since,
            "until": table.until or "",
            "party": code,
            "percent": f"{percent.normalize():f}",
            "source": table.source,
        }
        for table in shares_listed(reader(user), now().date())
        for code, _, percent in table.shares
    ]
    say_rows(rows, form)


@yardsticks.command("import")
@click.argument("body")
@click.argument("file")
@click.option("--name", required=True, help="What the table is called from now on.")
@click.option("--since", type=DAY, required=True, help="The first day on which they hold.")
@click.option("--until", type=DAY, help="The first day on which they no longer hold.")
@click.option("--source", required=True, help="Where they were published.")
@click.option("--as", "names", multiple=True, metavar="NAME=CODE", help="Whom a name means.")
@acts
def import_shares(
    *,
    act: Act,
    body: str,
    file: str,
    name: str,
    since: date,
    until: date | None,
    source: str,
    names: tuple[str, ...],
) -> models.Model:
    """Bring in the shares that BODY published, from FILE: columns party and share."""
    return acting.bring_in_shares(
        act=act,
        body=body,
        name=name,
        shares=bytes_of(file, most=MOST_BYTES),
        since=since,
        until=until,
        source=source,
        names=dict(named_in(each) for each in names),
        file=file,
    )
