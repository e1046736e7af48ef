"""Builders of meetings and pledges, made through the real actions."""

import itertools
from datetime import date
from decimal import Decimal

from muster.actions import meetings, pledges
from muster.actions.pledge_lines import LinePledged
from muster.core.pledges import Form, PartyRole, Share
from muster.queries.amounts import Typed
from muster.records.models import Meeting, Pledge, PledgeLine
from tests.make import TENT, World, act

ANNOUNCED = date(2023, 2, 14)
_numbers = itertools.count(1000)


def meeting(w: World, *, held_on: date = ANNOUNCED, **more: object) -> Meeting:
    """A meeting of the contact group about the world's operation."""
    return meetings.enter_meeting(
        act=act(w.coordinator),
        series="UDCG",
        number=next(_numbers),
        held_on=held_on,
        operation=w.operation.pk,
        **more,  # type: ignore[arg-type]
    )


def goods(amount: str = "100", *, item: str = TENT, **more: object) -> LinePledged:
    """So many of an item."""
    return LinePledged(item=item, quantity=Typed(amount), **more)  # type: ignore[arg-type]


def money(
    amount: str = "EUR 500 million", *, form: Form = Form.MONEY, **more: object
) -> LinePledged:
    """So much money."""
    return LinePledged(form=form, quantity=Typed(amount), **more)  # type: ignore[arg-type]


def donors(*codes: str, shares: tuple[str, ...] = ()) -> list[Share]:
    """Donors, with their shares in percent if they are stated."""
    percents = [Decimal(share) for share in shares] or [None] * len(codes)
    return [
        Share(code, PartyRole.DONOR, percent) for code, percent in zip(codes, percents, strict=True)
    ]


def pledged(w: World, *lines: LinePledged, **more: object) -> Pledge:
    """A pledge by the world's donor, of a hundred tents if nothing else is said."""
    given: dict[str, object] = {
        "parties": donors(w.donor_code),
        "announced_on": ANNOUNCED,
        "words": "We will send what is needed.",
        "lines": lines or [goods()],
        **more,
    }
    return pledges.announce_pledge(
        act=act(w.coordinator),
        operation=w.operation.pk,
        **given,  # type: ignore[arg-type]
    )


def line_of(pledge: Pledge, position: int = 1) -> PledgeLine:
    """One line of a pledge."""
    return pledge.lines.get(position=position)
