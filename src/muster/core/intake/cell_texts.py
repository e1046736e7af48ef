"""Cells as tidy texts, a column at a time."""

import re
from collections.abc import Sequence
from datetime import date
from typing import cast

from muster.core.intake.grids import Cell, shown


def as_texts(cells: list[Cell]) -> list[str]:
    """Write a column as texts with single spaces and without marks that nobody sees."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        texts = cast("list[str]", cells)
    elif kinds <= _TOLD_APART:
        known = {cell: shown(cell) for cell in set(cells)}
        texts = list(map(known.__getitem__, cells))
    else:
        texts = list(map(shown, cells))
    if not _has_odd(texts):
        return texts
    tidied = {text: tidy(text) for text in set(texts)}
    return [tidied[text] for text in texts]


# Cells of these kinds are equal only where they are shown alike; 1 equals True, which is not.
_TOLD_APART = frozenset({str, int, float, date})


def spaced(names: list[str]) -> list[str]:
    """Write the names that programs give in words: surgical_mask is "surgical mask"."""
    if "_" not in _BETWEEN.join(names):
        return names
    return [
        name.replace("_", " ") if "_" in name and _PROGRAM.fullmatch(name) else name
        for name in names
    ]


_PROGRAM = re.compile(r"[^\W_]+(?:_+[^\W_]+)+")


def tidy(text: str) -> str:
    """Write a text in one line with single spaces, without direction marks and the like."""
    return " ".join(_UNSEEN.sub("", text).split())


UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1b\x7f"
"""Characters that show nothing, for a pattern: direction marks, soft hyphens, controls."""
_UNSEEN = re.compile(f"[{UNSEEN}]")


def _has_odd(texts: Sequence[str]) -> bool:
    """Say whether any text of a column wants tidying; a look at all at once is much faster.

    What Python calls printable has no blanks but the plain space and no marks that show nothing.
    """
    joined = _BETWEEN.join(texts)
    return (
        not joined.isprintable()
        or "  " in joined
        or f" {_BETWEEN}" in joined
        or f"{_BETWEEN} " in joined
        or joined[:1] == " "
        or joined[-1:] == " "
    )


_BETWEEN = "\u00a6"
