"""What the columns of a list mean, as people say it, and how that is kept for a sender."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from muster.core.actors import Act
from muster.core.exchange import Column
from muster.core.intake.drafts import Data, columns_data
from muster.core.intake.headings import MEANINGS
from muster.core.refusals import ChoiceUnknown
from muster.records.models import SenderMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMeant:
    """What a column means: a field's name as in DraftLine, or nothing for one that is only kept."""

    means: str
    letter: str = ""
    sheet: str = ""
    heading: str = ""
    """The words above it; said beforehand, they find the column wherever it stands."""


def column_data(column: ColumnMeant) -> Data:
    """Write what a column means, as an import keeps it.

    Raises:
        ChoiceUnknown: a column cannot mean that.
    """
    demand_meaning(column.means)
    [data] = columns_data(
        [
            Column(
                sheet=column.sheet,
                letter=column.letter,
                heading=column.heading,
                means=column.means,
                confidence=1.0,
            )
        ]
    )
    return data


def column_named(name: str, means: str) -> ColumnMeant:
    """Say what a column means: one to three capitals are its letter, anything else its heading."""
    if name.isascii() and name.isalpha() and name.isupper() and len(name) <= _LETTERS_AT_MOST:
        return ColumnMeant(letter=name, means=means)
    return ColumnMeant(heading=name, means=means)


def demand_meaning(means: str) -> None:
    """Demand that a column can mean this.

    Raises:
        ChoiceUnknown: it cannot.
    """
    if means not in MEANINGS:
        raise ChoiceUnknown(at="columns", given=means, known=", ".join(filter(None, MEANINGS)))


def remember(act: Act, sender: str, meanings: Mapping[str, str]) -> None:
    """Keep what a sender's headings mean; a list without a sender teaches nothing."""
    if not sender:
        return
    for heading, means in sorted(meanings.items()):
        if heading:
            SenderMapping.objects.update_or_create(
                sender=sender,
                heading=heading,
                defaults={"means": means, "said_by_id": act.user_id, "said_at": act.now},
            )


_LETTERS_AT_MOST: Final = 3
