"""The composed report, and its storage as plain data that can be read back unchanged.

A stored report keeps its facts beside its sentences: the sentences are never written anew, and
the next report is compared with the facts of this one.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast, get_args, get_origin, get_type_hints

from muster.core.sitreps.facts import Facts

_FORM = 1


class Mark(StrEnum):
    """Whether a paragraph differs from the last report; the first report marks nothing."""

    NONE = "none"
    NEW = "new"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One numbered paragraph, such as 4.2, in one line of text.

    Digits are grouped by no-break spaces, so that a number is never broken over two lines.
    """

    number: str
    text: str
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered section; `intro` says of which moment its figures are, and is never marked."""

    number: int
    heading: str
    intro: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report: the facts it was composed from, and its sections in order.

    `since` is the message number of the report it is compared with, None in the first one.
    """

    facts: Facts
    since: str | None
    sections: tuple[Section, ...]


def as_data(document: Document) -> dict[str, Any]:
    """Turn a report into dicts, lists, strings, whole numbers and nulls, ready for JSON."""
    return {"form": _FORM, "document": _plain(document)}


def from_data(data: Mapping[str, Any]) -> Document:
    """Build the report again from what `as_data` made of it.

    Raises:
        ValueError: the data is of another form, or a name is missing, unknown or of another type:
            what was stored has been damaged.
    """
    if data.get("form") != _FORM:
        raise ValueError(f"a stored report of form {data.get('form')!r}; only {_FORM} is known")
    return cast("Document", _built(Document, data.get("document"), "document"))


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):  # a datetime is a date
        return value.isoformat()
    return value


def _built(kind: Any, value: object, place: str) -> object:  # noqa: ANN401 - a type hint is no type
    """Build a value of the annotated kind; `place` tells where the data is damaged."""
    if isinstance(kind, types.UnionType):
        inner = [part for part in get_args(kind) if part is not type(None)]
        return None if value is None else _built(inner[0], value, place)
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{place} is not a list")
        part = get_args(kind)[0]
        return tuple(_built(part, one, f"{place}[{at}]") for at, one in enumerate(value))
    if is_dataclass(kind):
        return _built_dataclass(kind, value, place)
    if type(value) is kind:  # `is`, because a bool would pass for an int
        return value
    if isinstance(value, str) and kind in (date, datetime):
        return kind.fromisoformat(value)
    if isinstance(value, str) and issubclass(kind, StrEnum):
        return kind(value)
    raise ValueError(f"{place} is not of type {kind.__name__}")


def _built_dataclass(kind: Any, value: object, place: str) -> object:  # noqa: ANN401 - as _built
    hints = get_type_hints(kind)
    if not isinstance(value, dict) or value.keys() != hints.keys():
        raise ValueError(f"{place} does not hold exactly {', '.join(hints)}")
    return kind(
        **{name: _built(hint, value[name], f"{place}.{name}") for name, hint in hints.items()}
    )
