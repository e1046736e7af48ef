"""How the command line says things: tables for people, JSON for programs; who asks, and when."""

import dataclasses
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import click

from muster.actions.clock import now
from muster.core.actors import Act, Actor, Grant, Role
from muster.core.refusals import NotFound
from muster.queries.register import actor_named

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A table for people, or JSON for programs.",
)
user_option = click.option(
    "--user",
    envvar="MUSTER_USER",
    help="On whose behalf (a user name).  Without it: the machine's operator, who may only read.",
)


def reader(user: str | None) -> Actor:
    """Say on whose behalf something is read.

    Whoever runs the command line of the machine can read its database anyway, so without a user
    name it reads as the centre's analyst does; it has no user, so it can do nothing.

    Raises:
        NotFound: there is no such user.
    """
    if user is None:
        since = date(1949, 1, 1)
        return Actor(name="operator", grants=(Grant(Role.ANALYST, "EADRCC", since),))
    found = actor_named(user)
    if found is None:
        raise NotFound(what="user", name=user)
    return found


def act_as(user: str | None, *, key: UUID | None = None, reason: str = "") -> Act:
    """Make the act of a command.

    Raises:
        NotFound: there is no such user.
    """
    return Act(key or uuid4(), reader(user), now(), "cli", reason)


def as_json(value: object) -> str:
    """Write a value as one line of JSON."""
    return json.dumps(value, default=_plain, ensure_ascii=False, sort_keys=True)


def say_json(value: object) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def say_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under heads, numbers to the right."""
    cells = [[_shown(cell) for cell in row] for row in rows]
    raw = [heads, *cells]
    widths = [max(len(row[at]) for row in raw) for at in range(len(heads))]
    numeric = [
        all(_is_number(row[at]) for row in cells) and bool(cells) for at in range(len(heads))
    ]
    for row in raw:
        parts = [
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(row, widths, numeric, strict=True)
        ]
        click.echo("  ".join(parts).rstrip())


def _shown(cell: object) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    return str(cell)


def _is_number(cell: str) -> bool:
    return cell == "-" or cell.replace(",", "").isdigit()


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever json can write
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)
