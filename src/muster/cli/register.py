"""`muster register`: parties, members and standings through time, and tokens for programs."""

import click

from muster.actions.clock import now
from muster.actions.register import issue_token
from muster.cli.accessions import correct_step, count, step, timeline
from muster.cli.effects import effect
from muster.cli.saying import act_as, format_option, say_json, say_table, user_option
from muster.core.moments import parse_date
from muster.queries.register import find_party, standings_on
from muster.records.models import Party


@click.group()
def register() -> None:
    """Parties, members and standings through time."""


@register.command()
@click.option("--on", metavar="DATE", help="The day, such as 2023-04-20; today if not said.")
@click.option("--body", default="NATO", show_default=True, help="The alliance, union or group.")
@click.option(
    "--standing", default="member", show_default=True, help="member, invitee, partner ..."
)
@format_option
def members(on: str | None, body: str, standing: str, form: str) -> None:
    """List who was a member (or invitee, partner ...) of a body on a day."""
    day = parse_date(on, at="on") if on else now().date()
    found = standings_on(day, body=find_party(body).code, kind=standing or None)
    if form == "json":
        say_json([{"code": m.code, "name": m.name, "since": m.since} for m in found])
        return
    say_table(["Code", "Name", "Since"], [(m.code, m.name, m.since) for m in found])
    click.echo(f"{len(found)} on {day}.", err=True)


@register.command()
@format_option
def parties(form: str) -> None:
    """List all parties."""
    found = Party.objects.order_by("kind", "code")
    rows = [{"code": p.code, "name": p.name, "kind": p.kind} for p in found]
    if form == "json":
        say_json(rows)
    else:
        say_table(["Code", "Name", "Kind"], [tuple(row.values()) for row in rows])


@register.command()
@click.option("--name", default="command line", show_default=True, help="What the token is for.")
@format_option
@user_option
def token(name: str, form: str, user: str | None) -> None:
    """Issue a token with which a program acts as a person at the API; shown once."""
    secret = issue_token(act=act_as(user), name=name)
    if form == "json":
        say_json({"name": name, "token": secret})
    else:
        click.echo(secret)


for command in (effect, timeline, count, step, correct_step):
    register.add_command(command)
