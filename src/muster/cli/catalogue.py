"""`muster items` and `muster item`: the catalogue, one item, and other words for it."""

import dataclasses
from uuid import UUID

import click

from muster.actions.catalogue import add_alias, end_alias, state_measures
from muster.cli.acting import acts, say_record, say_rows
from muster.cli.saying import format_option
from muster.core.actors import Act
from muster.queries.catalogue import item_page
from muster.queries.catalogue import items as items_of
from muster.records.models import Alias, Item


@click.command()
@click.option("--search", default="", help="Words that the name, the code or an alias contains.")
@click.option("--category", default="", help="Only this category.")
@click.option("--relief", default="", help="Only this sector of relief.")
@click.option("--support", default="", help="Only this field of military support.")
@click.option("--review", default="", help="Only this verdict: unreviewed, non_lethal, lethal.")
@click.option("--after", help="The code of the last item of the page before.")
@format_option
def items(
    *,
    search: str,
    category: str,
    relief: str,
    support: str,
    review: str,
    after: str | None,
    form: str,
) -> None:
    """List the items of the catalogue, with their unit and the verdict of their review."""
    found = items_of(
        text=search,
        category=category,
        relief=relief,
        support=support,
        review=review,
        after=after,
    )
    say_rows([dataclasses.asdict(item) for item in found.items], form)
    if found.next_after:
        click.echo(f"{found.total} items; --after {found.next_after} lists more.", err=True)


@click.group()
def item() -> None:
    """Show an item of the catalogue, and say what else it is called."""


@item.command()
@click.argument("code")
@format_option
def show(code: str, form: str) -> None:
    """Show an item: its measures, aliases, packs, what is in it if it is a kit, and its reviews."""
    facts = dataclasses.asdict(item_page(code))
    parts = {name: facts.pop(name) for name in _PARTS}
    say_record(facts, parts, form)


_PARTS = ("aliases", "packs", "parts", "in_kits", "substitutes", "stands_in_for", "reviews")


@item.command()
@click.argument("code")
@click.argument("text")
@click.option("--language", default="", help="The language, as ISO 639-1 names it: uk, fr ...")
@acts
def alias(*, act: Act, code: str, text: str, language: str) -> Alias:
    """Record that the words TEXT mean the item CODE."""
    return add_alias(act=act, item=code, text=text, language=language)


@item.command()
@click.argument("code")
@click.option("--mass-g", type=int, help="Of one smallest unit, in grams.")
@click.option("--volume-ml", type=int, help="Of one smallest unit, in millilitres.")
@acts
def measures(*, act: Act, code: str, mass_g: int | None, volume_ml: int | None) -> Item:
    """State what one unit of the item CODE weighs or takes; --reason says where it is from."""
    return state_measures(act=act, item=code, mass_g=mass_g, volume_ml=volume_ml)


@item.command("end-alias")
@click.argument("alias_id", metavar="ALIAS", type=click.UUID)
@acts
def end_alias_(*, act: Act, alias_id: UUID) -> Alias:
    """Take the words ALIAS (its id, as `show` lists it) from their item."""
    return end_alias(act=act, alias=alias_id)
