"""`muster burden`: who carries how much, tables that are brought in, and what things are worth."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import click
from django.db import models

from muster.actions import burden as verbs
from muster.actions.clock import now
from muster.cli.acting import DAY, acts, say_rows
from muster.cli.files import bytes_of
from muster.cli.saying import format_option, reader, say_json, user_option
from muster.core.actors import Act
from muster.core.burden import UNITS, Asked, Measure, Section, in_unit
from muster.core.refusals import AmountUnreadable
from muster.formats.burden_sheets import MOST_BYTES
from muster.queries.burden import KEYS, Burden, BurdenAsked, burden_of, tables
from muster.queries.burden_csv import as_csv


class _Percent(click.ParamType[Decimal]):
    """A share of GDP in percent, such as 0.25."""

    name = "percent"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """Read the share."""
        del param, ctx
        try:
            found = Decimal(str(value))
        except InvalidOperation as error:
            raise AmountUnreadable(at="target", text=value) from error
        if not found.is_finite() or found < 0:
            raise AmountUnreadable(at="target", text=value)
        return found


_OPTIONS = (
    click.option("--table", help="A table that was brought in; our own records, if not said."),
    click.option("--operation", help="Of our own records, only this operation's."),
    click.option("--measure", type=click.Choice([m.value for m in Measure])),
    click.option("--kind", help="Only this kind of help, in the words of the table."),
    click.option("--currency", help="Only amounts in this currency, such as EUR."),
    click.option("--method", help="Only amounts by this method of valuation."),
    click.option("--since", type=DAY, help="From the month of this day on."),
    click.option("--until", type=DAY, help="Up to the month of this day."),
    click.option("--reattribute", help="A union or a fund to pass on to its members, such as EU."),
    click.option(
        "--key", type=click.Choice([str(k) for k in KEYS]), default="gdp", show_default=True,
        help="By which figure it is passed on.",
    ),
    click.option("--unit", type=click.Choice(list(UNITS)), help="Show amounts in mn or bn."),
    click.option("--places", type=int, default=4, show_default=True, help="Decimals of shares."),
    click.option("--target", type=_Percent(), help="Hold donors against this share of GDP, in %."),
)  # fmt: skip


def _asks(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group(invoke_without_command=True)
@_asks
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="A table for people, JSON for programs, or CSV with definitions.",
)
@user_option
@click.pass_context
def burden(ctx: click.Context, /, *, form: str, user: str | None, **given: Any) -> None:  # noqa: ANN401
    """Add up who carries how much: announced, allocated, received; never two currencies in one."""
    if ctx.invoked_subcommand is not None:
        return
    shares = Asked(places=given.pop("places"), target=given.pop("target"))
    found = burden_of(reader(user), now().date(), BurdenAsked(**given, shares=shares))
    if form == "json":
        say_json(found)
    elif form == "csv":
        click.echo(as_csv(found), nl=False)
    else:
        _say(found)


@burden.command("tables")
@format_option
@user_option
def list_tables(form: str, user: str | None) -> None:
    """List the tables that were brought in."""
    found = tables(reader(user), now().date())
    say_rows([{"name": t.name, "rows": t.rows, "unit": t.unit, "source": t.source} for t in found],
             form)  # fmt: skip


@burden.command("import")
@click.argument("file")
@click.option("--name", required=True, help="What the table is called from now on.")
@click.option("--figures", help="A file of GDP, population or keys to hold the amounts against.")
@click.option("--measure", default="", help="The measure of every row that does not say it.")
@click.option("--currency", default="", help="The currency of every row that does not say it.")
@click.option("--unit", default="", help="The unit of every row that does not say it: mn, bn.")
@click.option("--method", default="", help="The method of every row that does not say it.")
@click.option("--source", default="", help="The source of every row that does not say it.")
@click.option("--as", "names", multiple=True, metavar="NAME=CODE", help="Whom a name means.")
@acts
def import_table(
    *, act: Act, file: str, name: str, figures: str | None, names: tuple[str, ...], **said: str
) -> models.Model:
    """Bring in the table in FILE, whole or not at all (docs/reference/formats/burden.md)."""
    return verbs.bring_in_table(
        act=act,
        name=name,
        rows=bytes_of(file, most=MOST_BYTES),
        figures=bytes_of(figures, most=MOST_BYTES) if figures else b"",
        said=said,
        names=dict(named_in(each) for each in names),
        files=(file, figures or ""),
    )


@burden.command("value")
@click.argument("subject", type=click.Choice(["offer_line", "allocation", "pledge_line"]))
@click.argument("subject_id", metavar="ID", type=click.UUID)
@click.option("--amount", required=True, help="The worth of all of it, such as EUR 1 200 000.")
@click.option("--currency", default="", help="Its code, if the amount does not say it.")
@click.option("--method", required=True, help="How the worth was found; stored with it.")
@click.option("--as-of", type=DAY, help="The day for which it holds; today if not said.")
@click.option("--source", required=True, help="Who says so, and where.")
@acts
def value(
    *,
    act: Act,
    subject: str,
    subject_id: UUID,
    amount: str,
    currency: str,
    method: str,
    as_of: date | None,
    source: str,
) -> models.Model:
    """Say what a SUBJECT (offer_line, allocation or pledge_line) is worth, by its ID."""
    return verbs.record_valuation(
        act=act,
        subject=subject,
        subject_id=subject_id,
        amount=amount,
        currency=currency,
        method=method,
        as_of=as_of or act.now.date(),
        source=source,
    )


def named_in(pair: str) -> tuple[str, str]:
    """Read whom a name means.

    Raises:
        BadParameter: it is not NAME=CODE.
    """
    name, _, code = pair.rpartition("=")
    if not name or not code:
        raise click.BadParameter(f'"{pair}" is not NAME=CODE', param_hint="--as")
    return name, code


def _say(found: Burden) -> None:
    click.echo(f"Burden: {found.of}.")
    for section in found.sections:
        _say_section(found, section)
    _say_targets(found)
    if not found.sections:
        click.echo("\nThere is nothing to add up.")
    click.echo("\nNotes")
    for note in found.notes:
        click.echo(f"  {note}")


def _say_targets(found: Burden) -> None:
    if not found.targets:
        return
    click.echo("\nAgainst targets that were set")
    say_rows(
        [
            {
                "donor": found.names.get(held.donor, held.donor),
                "target": f"{held.target.text} ({held.target.body})",
                "measure": f"{held.measure}, {held.currency}, {held.method}",
                "since": held.target.since,
                "until": held.target.until or "",
                "amount": f"{in_unit(held.amount, found.unit):,f}",
                "wanted": f"{in_unit(held.wanted, found.unit):,f}",
                "missing": f"{in_unit(held.missing, found.unit):,f}",
            }
            for held in found.targets
        ],
        "text",
    )


def _say_section(found: Burden, section: Section) -> None:
    unit = f" {found.unit}" if found.unit else ""
    click.echo(f"\n{section.measure}, {section.currency}{unit}, {section.method}")
    say_rows(
        [
            {
                "donor": found.names.get(donor.donor, donor.donor),
                "amount": f"{in_unit(donor.amount, found.unit):,f}",
                "passed_on": f"{in_unit(donor.passed_on, found.unit):,f}",
                "% of all": str(donor.of_all),
                "% of GDP": "-" if donor.of_gdp is None else str(donor.of_gdp),
                "per head": "-" if donor.per_head is None else str(donor.per_head),
                "to target": "-"
                if donor.to_target is None
                else f"{in_unit(donor.to_target, found.unit):,f}",
            }
            for donor in section.donors
        ],
        "text",
    )
    for each in section.kinds:
        click.echo(f"{each.kind or 'no kind stated'}: {in_unit(each.amount, found.unit):,f}")
    click.echo(f"Together {in_unit(section.total, found.unit):,f}")
    months = ", ".join(
        f"{each.month:%Y-%m} {in_unit(each.amount, found.unit):,f}" for each in section.months
    )
    click.echo(f"Month by month: {months}")
