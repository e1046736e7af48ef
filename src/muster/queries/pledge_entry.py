"""What a typed announcement means here: which parties, which items; and what has to be asked."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from muster.core.exchange import NOWHERE, DraftLine
from muster.core.intake.nations import find_nation
from muster.core.intake.settled import CERTAIN
from muster.core.pledge_entry import Heard, hear_lines, names_in, shares_of
from muster.core.pledges import Form, PartyRole, Share
from muster.core.refusals import PartyUnknown
from muster.queries.catalogue import entries
from muster.queries.settling import candidates_among
from muster.records.models import Item, Party

OWN_WORDS = "-"
"""Chosen in place of an item: none of the catalogue, the announcement's own words stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An item that a line may mean."""

    code: str
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A line with the item it means, or the choices where a person has to say."""

    heard: Heard
    item: str
    choices: tuple[Choice, ...]

    @property
    def asks(self) -> bool:
        """Whether somebody has to choose first."""
        return self.heard.form is Form.GOODS and not self.item and bool(self.choices)


def understood(text: str, chosen: tuple[str, ...] = ()) -> tuple[Understood, ...]:
    """Understand the lines of an announcement.

    Args:
        text: one line each.
        chosen: what a person chose for each line: an item's code, a dash for the line's own words,
            or nothing.

    Raises:
        PledgeOfNothing, AmountAmbiguous, CurrencyUnclear: as hear_lines.
    """
    look = candidates_among(entries())
    listed = []
    for place, heard in enumerate(hear_lines(text)):
        said = chosen[place] if place < len(chosen) else ""
        if heard.form is not Form.GOODS or said == OWN_WORDS:
            listed.append(Understood(heard=heard, item="", choices=()))
            continue
        if said:
            listed.append(Understood(heard=heard, item=said, choices=()))
            continue
        draft = DraftLine(number=1, place=NOWHERE, text=heard.what, item_text=heard.what)
        found = look(draft) if heard.what else ()
        if found and found[0].confidence >= CERTAIN:
            listed.append(Understood(heard=heard, item=found[0].code, choices=()))
            continue
        names = dict(
            Item.objects.filter(pk__in=[each.code for each in found]).values_list("code", "name")
        )
        choices = tuple(
            Choice(code=each.code, name=names[each.code], why=each.why) for each in found[:5]
        )
        listed.append(Understood(heard=heard, item="", choices=choices))
    return tuple(listed)


def parties_in(
    donors: str, *, funders: str = "", suppliers: str = "", carriers: str = ""
) -> tuple[Share, ...]:
    """Find the parties of an announcement by their codes or names.

    Raises:
        PartyUnknown: the register has no such party.
        PartiesUnclear: there is no donor.
    """
    others = {
        PartyRole.FUNDER: tuple(code for code, _ in _found(funders)),
        PartyRole.SUPPLIER: tuple(code for code, _ in _found(suppliers)),
        PartyRole.CARRIER: tuple(code for code, _ in _found(carriers)),
    }
    return shares_of(_found(donors), others)


def _found(text: str) -> tuple[tuple[str, Decimal | None], ...]:
    if find_nation(text) is not None:
        # A name may have an "and" in it.
        return ((_code(text), None),)
    return tuple((_code(named.words), named.percent) for named in names_in(text))


def _code(words: str) -> str:
    """Find a party's code by its code or its name.

    Raises:
        PartyUnknown: there is none.
    """
    nation = find_nation(words)
    same = Q(pk=words.upper()) | Q(name__iexact=words)
    if nation is not None and nation.iso3:
        same |= Q(iso3=nation.iso3)
    own = Party.objects.filter(same).first()
    if own is None:
        raise PartyUnknown(party=words)
    return own.pk
