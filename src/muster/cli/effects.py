"""`muster register effect`: what changes when a party joins or leaves a body on a day."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import click

from muster.actions.clock import now
from muster.cli.acting import DAY
from muster.cli.saying import format_option, say_json, say_table
from muster.core.effects import Between, Share, Total, Way
from muster.queries.effects import Effect, effect_of

_CHANGED_AT_MOST = 12


@click.command()
@click.option("--of", "party", required=True, help="The party that joins or leaves.")
@click.option("--in", "body", required=True, help="The alliance, union or group.")
@click.option("--on", "day", type=DAY, help="The day, such as 2023-04-04; today if not said.")
@click.option(
    "--way",
    type=click.Choice([way.value for way in Way]),
    help="Whether it joins or leaves; it joins, unless it left on that very day.",
)
@click.option("--neighbour", help="Only the border with this country, such as RUS.")
@format_option
def effect(
    *, party: str, body: str, day: date | None, way: str | None, neighbour: str | None, form: str
) -> None:
    """Compare a body with and without a party: borders, people, means, shares, duties."""
    found = effect_of(
        party,
        body=body,
        day=day or now().date(),
        way=Way(way) if way else None,
        neighbour=neighbour,
    )
    if form == "json":
        say_json(found)
        return
    click.echo(
        f"{found.party_name} {found.way} {found.body_name}, everyone else as on {found.on}: "
        f"{found.members_before} members before, {found.members_after} after."
    )
    click.echo(f"In fact on that day: {found.standing}.")
    _say_borders(found)
    _say_means(found)
    _say_rest(found)


def _say_borders(found: Effect) -> None:
    click.echo("\nLand borders, km (each method apart; lengths of borders depend on it)")
    changed = [e for e in found.borders if any(each.difference_km for each in e.sums)]
    rows = [
        (
            effect.name,
            each.method,
            _number(each.before_km),
            _number(each.after_km),
            _number(each.difference_km),
            each.ratio or "-",
            each.checked,
        )
        for effect in changed[:_CHANGED_AT_MOST]
        for each in effect.sums
    ]
    if not rows:
        click.echo("No border changes, or none is on record.")
        return
    say_table(["Neighbour", "Method", "Before", "After", "Change", "Ratio", "Checked"], rows)
    for effect in changed[:_CHANGED_AT_MOST]:
        if effect.ratio is not None and len(effect.sums) > 1:
            click.echo(
                f"{effect.name}: {_span(effect.before_km)} km before, "
                f"{_span(effect.after_km)} km after, {_span(effect.ratio)} times."
            )
        for each in effect.sums:
            if each.missing:
                named = ", ".join(found.names.get(code, code) for code in each.missing)
                click.echo(
                    f"{effect.name}, {each.method}: no length for {named}; the sum is too short, "
                    "and left out of the range."
                )
    parts = changed[0].sums[0].members
    if parts:
        named = ", ".join(f"{part.code} {_number(part.km)}" for part in parts)
        click.echo(f"With {changed[0].name}, {changed[0].sums[0].method}: {named}.")


def _say_means(found: Effect) -> None:
    click.echo("\nPeople and means")
    say_table(
        ["Measure", "Before", "After", "Change", "Ratio", "Years", "Without a figure"],
        [_total(total) for total in found.means.totals],
    )
    click.echo("\nShare of the members' GDP, %")
    say_table(
        ["Member", "Before", "After", "Change", "Year"],
        [_share(found, share) for share in found.means.gdp_shares],
    )


def _say_rest(found: Effect) -> None:
    word = "gained" if found.way is Way.JOINS else "lost"
    _say_list(f"Hubs and other places {word}", (f"{p.name} ({p.kind})" for p in found.places))
    _say_list(
        f"Corridors {word}: land borders with members",
        (f"{c.name} {_number(c.km)} km ({c.method})" for c in found.corridors),
    )
    bound = "It is bound to" if found.way is Way.JOINS else "It is no longer bound to"
    _say_list(bound, (f"{o.authority}: {o.text}" for o in found.obligations))
    _say_list("Notes", found.notes)


def _say_list(head: str, lines: Iterable[str]) -> None:
    said = list(lines)
    click.echo(f"\n{head}")
    for line in said or ["none on record"]:
        click.echo(f"  {line}")


def _total(total: Total) -> tuple[object, ...]:
    return (
        total.measure,
        _number(total.before),
        _number(total.after),
        _number(total.difference),
        total.ratio or "-",
        total.years,
        ", ".join(total.missing) or "-",
    )


def _share(found: Effect, share: Share) -> tuple[object, ...]:
    figures = (share.before, share.after, share.difference)
    name = found.names.get(share.code, share.code)
    return (name, *("-" if each is None else each for each in figures), str(share.year))


def _span(between: Between) -> str:
    if between.low == between.high:
        return _number(between.low)
    return f"{_number(between.low)} to {_number(between.high)}"


def _number(value: Decimal) -> str:
    whole = value == value.to_integral_value()
    return f"{value.quantize(Decimal(1)):,}" if whole or abs(value) > 10**6 else f"{value:,}"
