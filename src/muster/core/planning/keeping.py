"""Frozen dataclasses as plain data that JSON can hold, and back; nothing is lost on the way.

Many rows of one kind are kept as a table, each field's name once and fields of nothing but
defaults left out, because a problem has hundreds of thousands of rows.  A field that is missing
when read back has its default: what was kept before the field was there can still be read.
"""

import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

_T = TypeVar("_T")
_Turn = Callable[[Any], Any]


def as_plain(value: object) -> Any:  # noqa: ANN401 - what json can write
    """Turn a value into plain data."""
    match value:
        case Enum():
            plain: Any = value.value
        case None | bool() | int() | str():
            plain = value
        case date():
            plain = value.isoformat()
        case Fraction() | UUID():
            plain = str(value)
        case tuple():
            rows = value and all(is_dataclass(each) for each in value)
            plain = _table(value) if rows else [as_plain(each) for each in value]
        case _ if is_dataclass(value):
            plain = {each.name: as_plain(getattr(value, each.name)) for each in fields(value)}
        case _:
            raise TypeError(type(value))
    return plain


def from_plain(kind: type[_T], data: object) -> _T:
    """Read a value of this kind back."""
    plain: Any = kind
    value: _T = _reader(plain)(data)
    return value


def _table(rows: tuple[Any, ...]) -> dict[str, Any]:
    named = [each for each in fields(rows[0]) if any(_told(each, row) for row in rows)]
    return {
        "fields": [each.name for each in named],
        "rows": [[as_plain(getattr(row, each.name)) for each in named] for row in rows],
    }


def _told(field: Field[Any], row: object) -> bool:
    return field.default is MISSING or bool(getattr(row, field.name) != field.default)


@cache
def _reader(kind: Any) -> _Turn:  # noqa: ANN401 - a type, or what stands for one
    """Make the function that reads values of a kind; made once for each kind."""
    arguments, origin = get_args(kind), get_origin(kind)
    if origin is tuple:
        return _tuple_reader(arguments)
    if origin in {Union, types.UnionType}:
        [inner] = [_reader(each) for each in arguments if each is not type(None)]
        return lambda data: None if data is None else inner(data)
    if is_dataclass(kind):
        return _row_reader(kind)
    if kind is date:
        return date.fromisoformat
    if kind in {int, str, bool}:
        return lambda data: data
    if kind in {Fraction, UUID} or issubclass(kind, Enum):
        turn: _Turn = kind
        return turn
    raise TypeError(kind)


def _tuple_reader(arguments: tuple[Any, ...]) -> _Turn:
    if arguments[-1] is not Ellipsis:
        turns = [_reader(each) for each in arguments]
        return lambda data: tuple(turn(each) for turn, each in zip(turns, data, strict=True))
    turn = _reader(arguments[0])

    def read(data: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a list or a table
        if isinstance(data, dict):
            names = data["fields"]
            return tuple(turn(dict(zip(names, row, strict=True))) for row in data["rows"])
        return tuple(turn(each) for each in data)

    return read


def _row_reader(kind: Any) -> _Turn:  # noqa: ANN401 - a dataclass
    hints = get_type_hints(kind)
    turns = {each.name: _reader(hints[each.name]) for each in fields(kind)}
    return lambda data: kind(
        **{name: turns[name](value) for name, value in data.items() if name in turns}
    )
