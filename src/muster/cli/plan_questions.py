"""`muster plan` asked about a plan that is kept: compared, explained, priced, put under stress."""

import sys
from typing import Any

import click

from muster.actions.clock import now
from muster.cli.acting import Row, Seconds, say_rows
from muster.cli.saying import format_option, reader, say_json, user_option
from muster.core.planning.pricing import Prices
from muster.core.planning.stress import Chances
from muster.queries.comparisons import Compared, Gained, comparison
from muster.queries.plan_questions import (
    ASKED_S,
    MOST_FUTURES,
    MOST_S,
    explained,
    latest_with,
    prices_of,
    stress_of,
)
from muster.queries.visibility import find
from muster.records.models import SavedPlan

# How many of the things that most hangs on are listed.
_HINGES = 20

_seconds_option = click.option(
    "--seconds",
    type=Seconds(MOST_S),
    default=ASKED_S,
    show_default=True,
    help="How long it may look, about; what is found by then is told.",
)


@click.command("compare")
@click.argument("first")
@click.argument("second")
@format_option
@user_option
def compare(first: str, second: str, form: str, user: str | None) -> None:
    """Hold two plans against each other, by their ids: what moved, who gains, who loses."""
    one, other = kept_plan(first, user), kept_plan(second, user)
    found = comparison(one.pk, other.pk, reader(user), now().date())
    if form == "json":
        say_json(_compared(found))
        return
    say_rows([{"figure": w, "first": a, "second": b} for w, a, b in found.met], "text")
    for title, rows in (
        ("Who gains", [_gain(each) for each in found.gains]),
        ("Who loses", [_gain(each) for each in found.losses]),
        ("What moved", _compared(found)["moved"]),
    ):
        click.echo(f"\n{title}")
        say_rows(rows, "text")


@click.command("explain")
@click.argument("need")
@click.option("--plan", "kept", help="In this kept plan; in the latest one if not said.")
@_seconds_option
@format_option
@user_option
def explain_need(need: str, kept: str | None, seconds: float, form: str, user: str | None) -> None:
    """Say why a NEED (REFERENCE/position) stays open, and what would meet it."""
    actor, day = reader(user), now().date()
    record = find(SavedPlan, kept, actor, day) if kept else latest_with(need, actor, day)
    seen = explained(record, need, seconds=seconds, told=_progress)
    if form == "json":
        prices = None if seen.prices is None else _priced(seen.prices)
        told = {"name": seen.name, "need": seen.need, "takes": seen.takes, "turned": seen.turned}
        say_json({"plan": record.pk, "need": {**told, "prices": prices}})
        return
    click.echo(f"{seen.name}, in the plan {record.pk} of {record.recorded_at:%Y-%m-%d %H:%M}Z:")
    if seen.need is None:
        click.echo("The plan meets it in full.")
        return
    click.echo(f"{seen.need.amount:,} {seen.need.unit} stay open.")
    for reason in seen.need.reasons:
        click.echo(f"  {reason}")
    if seen.takes is not None:
        click.echo(f"\nWhat would meet it\n  {seen.takes.sentence}")
        for remedy in seen.takes.found[1:]:
            click.echo(f"  {remedy.sentence}")
        if not seen.takes.complete and seen.takes.of:
            click.echo(f"  {seen.takes.tried} of {seen.takes.of} sets of changes were tried.")
    if seen.turned is not None:
        click.echo(f"\nWhat one more step would displace\n  {seen.turned.sentence}")
    if seen.prices is not None:
        _say_prices(seen.prices)


@click.command("prices")
@click.argument("kept", metavar="PLAN")
@_seconds_option
@format_option
@user_option
def price_plan(kept: str, seconds: float, form: str, user: str | None) -> None:
    """Say what more room on a full leg, or a missing consent, would let through in a PLAN."""
    found = prices_of(kept_plan(kept, user), seconds=seconds)
    if form == "json":
        say_json({"plan": kept, **_priced(found)})
    else:
        _say_prices(found)


def _progress(done: int, of: int) -> None:
    """Tell on the terminal how far it is; programs that read along get nothing."""
    if sys.stderr.isatty():
        end = "\n" if done == of else ""
        click.echo(f"\rTried {done} of {of} sets of changes.{end}", nl=False, err=True)


def _say_prices(found: Prices) -> None:
    click.echo("\nWhat one more would let through")
    for price in found.found:
        if price.difference.more or price.difference.on_time:
            click.echo(f"  {price.sentence}")
    click.echo(f"  {found.sentence}")


def _priced(found: Prices) -> dict[str, object]:
    return {
        "sentence": found.sentence,
        "tried": found.tried,
        "of": found.of,
        "prices": [
            {
                "sentence": price.sentence,
                "each": float(price.each),
                "proved": price.proved,
                "more": dict(price.difference.more),
                "less": dict(price.difference.less),
            }
            for price in found.found
        ],
    }


@click.command("stress")
@click.argument("kept", metavar="PLAN")
@click.option("--count", type=click.IntRange(1, MOST_FUTURES), default=2_000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--offer-late", type=float, default=0.15, show_default=True, help="From 0 to 1.")
@click.option("--late-days", type=int, default=14, show_default=True, help="At most.")
@click.option("--leg-closed", type=float, default=0.03, show_default=True, help="In each week.")
@click.option("--consent-refused", type=float, default=0.1, show_default=True)
@click.option("--need-surges", type=float, default=0.1, show_default=True)
@click.option("--surge-percent", type=int, default=50, show_default=True, help="At most.")
@click.option(
    "--own", multiple=True, help="A leg's, donor's or consent's own chance in %: X-MEDYKA=20."
)
@format_option
@user_option
def stress(
    *,
    kept: str,
    count: int,
    seed: int,
    own: tuple[str, ...],
    form: str,
    user: str | None,
    **chances: Any,  # noqa: ANN401 - the options above
) -> None:
    """Draw futures of a PLAN by these chances: what is met in time, and on what most hangs."""
    found = stress_of(kept_plan(kept, user), Chances(**chances), count=count, seed=seed, own=own)
    if form == "json":
        say_json(found)
        return
    click.echo(f"{found.unhurt:,} of {count:,} futures hurt nothing that is planned in time.\n")
    names = ("worst", "p5", "p25", "middle", "p75", "p95", "best")
    say_rows(
        [
            {"class": each.priority, "asked": each.asked, "planned": each.planned}
            | dict(zip(names, each.percentiles, strict=True))
            for each in found.spreads
        ],
        "text",
    )
    click.echo("\nOn what most hangs")
    say_rows(
        [
            {"what": h.name, "trouble": h.trouble.value, "futures": h.futures, "lost": h.lost}
            for h in found.hinges[:_HINGES]
        ],
        "text",
    )


def _compared(found: Compared) -> dict[str, list[Row]]:
    return {
        "figures": [{"figure": w, "first": a, "second": b} for w, a, b in found.met],
        "gains": [_gain(each) for each in found.gains],
        "losses": [_gain(each) for each in found.losses],
        "moved": [
            {
                "line": each.line,
                "donor": each.donor,
                "item": each.item,
                "first": each.before,
                "second": each.after,
                "first_there": each.before_there,
                "second_there": each.after_there,
            }
            for each in found.shifts
        ],
    }


def _gain(each: Gained) -> Row:
    return {
        "line": each.line,
        "item": each.item,
        "first_in_time": each.before_on_time,
        "second_in_time": each.after_on_time,
        "first_in_all": each.before,
        "second_in_all": each.after,
    }


def kept_plan(key: str, user: str | None) -> SavedPlan:
    """Find a kept plan.

    Raises:
        NotFound: there is none, or the caller may not see it.
    """
    return find(SavedPlan, key, reader(user), now().date())


QUESTIONS = (compare, explain_need, price_plan, stress)
