"""`muster reserves`: what one's own nation holds at home, and the floor it keeps."""

from datetime import date

import click

from muster.actions import reserves as acting
from muster.actions.clock import now
from muster.cli.acting import DAY, Row, acts, say_rows
from muster.cli.saying import format_option, reader, user_option
from muster.core.actors import Act
from muster.queries.amounts import Typed
from muster.queries.reserves import ReserveRow, reserve_rows, words_on
from muster.records.models import Reserve


@click.group()
def reserves() -> None:
    """What your own nation holds at home and keeps; nobody else reads it, nor the centre."""


@reserves.command("list")
@format_option
@user_option
def list_reserves(form: str, user: str | None) -> None:
    """List the reserves of your nation, with what can be spared."""
    say_rows([_row(row) for row in reserve_rows(reader(user), now().date())], form)


@reserves.command()
@click.argument("item")
@click.option("--party", required=True, help="The code of your nation.")
@format_option
@user_option
def history(item: str, party: str, form: str, user: str | None) -> None:
    """List every word of your nation on an ITEM, the latest first."""
    rows: list[Row] = [
        {
            "since": word.since,
            "holds": word.holds,
            "counted_at": word.counted_at,
            "floor": word.floor,
            "note": word.note,
        }
        for word in words_on(reader(user), now().date(), party=party, item=item)
    ]
    say_rows(rows, form)


@reserves.command()
@click.argument("item")
@click.option("--party", required=True, help="The code of your nation.")
@click.option("--floor", help="The least that stays at home; 0 for no floor.")
@click.option("--holds", help="What is at home; as counted before if not said.")
@click.option("--unit", default="", help="A unit or a pack of the item; its own if not said.")
@click.option("--since", type=DAY, help="From which day on; today if not said.")
@click.option("--note", default="", help="Anything worth keeping beside it.")
@acts
def keep(
    *,
    act: Act,
    item: str,
    party: str,
    floor: str | None,
    holds: str | None,
    unit: str,
    since: date | None,
    note: str,
) -> Reserve:
    """Say what your nation holds at home of an ITEM, and the floor that it keeps."""
    return acting.keep_reserve(
        act=act,
        party=party,
        item=item,
        floor=None if floor is None else Typed(floor, unit),
        holds=None if holds is None else Typed(holds, unit),
        since=since,
        note=note,
    )


def _row(row: ReserveRow) -> Row:
    stock = row.stock
    return {
        "party": row.party,
        "item": row.item,
        "unit": row.unit,
        "since": row.since,
        "holds": stock.holds,
        "floor": stock.floor,
        "promised": stock.promised,
        "on_offer": stock.on_offer,
        "headroom": stock.headroom,
        "held_back": stock.held_back,
        "short": stock.short,
    }
