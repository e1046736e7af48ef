"""`muster items`: the catalogue."""

import dataclasses

import click

from muster.cli.acting import say_rows
from muster.cli.saying import format_option
from muster.queries.catalogue import items as items_of


@click.command()
@click.option("--search", default="", help="Words that the name or the code contains.")
@click.option("--category", default="", help="Only this category.")
@click.option("--review", default="", help="Only this verdict: unreviewed, non_lethal, lethal.")
@click.option("--after", help="The code of the last item of the page before.")
@format_option
def items(search: str, category: str, review: str, after: str | None, form: str) -> None:
    """List the items of the catalogue, with their unit and the verdict of their review."""
    found = items_of(text=search, category=category, review=review, after=after)
    say_rows([dataclasses.asdict(item) for item in found.items], form)
    if found.next_after:
        click.echo(f"{found.total} items; --after {found.next_after} lists more.", err=True)
