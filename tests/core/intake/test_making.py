"""Lines made quickly are lines like any other."""

from dataclasses import FrozenInstanceError, fields, replace
from decimal import Decimal

import pytest

from muster.core.exchange import Change, DraftLine, Place, Stated, Status
from muster.core.intake.making import make_lines, make_places, make_stated
from muster.core.quantities.amounts import QuantityKind


def made() -> DraftLine:
    (line,) = make_lines(
        numbers=range(1, 2),
        places=make_places("S", range(5, 6), "B"),
        texts=["a | 5"],
        items=["a"],
        quantities=[make_stated(QuantityKind.EXACT, Decimal(5), Decimal(5), "H87", "pcs")],
        parties=["Italy"],
        statuses=[Status.OFFERED],
        changes=[Change.NONE],
        codes=["c"],
        references=["r"],
        place_texts=["p"],
        use_texts=["medical"],
        needed_from=[None],
        needed_by=[None],
        stated_on=[None],
        values=[Decimal(2)],
        currencies=["EUR"],
        notes=["n"],
        extras=[{"k": "v"}],
    )
    return line


def test_a_line_made_quickly_equals_one_made_slowly() -> None:
    assert made() == DraftLine(
        number=1,
        place=Place(sheet="S", row=5, column="B"),
        text="a | 5",
        item_text="a",
        quantity=Stated(
            kind=QuantityKind.EXACT, low=Decimal(5), high=Decimal(5), unit="H87", unit_text="pcs"
        ),
        party_text="Italy",
        status=Status.OFFERED,
        item_code="c",
        reference="r",
        place_text="p",
        use_text="medical",
        value=Decimal(2),
        currency="EUR",
        note="n",
        extra={"k": "v"},
    )


def test_every_field_of_a_line_made_quickly_is_set() -> None:
    line = made()
    for value in (line, line.place, line.quantity):
        for field in fields(value):
            getattr(value, field.name)
    assert replace(line, number=2).number == 2


def test_a_line_made_quickly_is_frozen() -> None:
    line = made()
    with pytest.raises(FrozenInstanceError):
        line.number = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        line.place.row = 2  # type: ignore[misc]
