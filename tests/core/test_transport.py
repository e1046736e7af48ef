"""Legs as people write them down: what is refused, in which words, and where in a file."""

from datetime import date
from decimal import Decimal

import pytest

from muster.core.planning.loads import carried, without_pallets
from muster.core.planning.net import Leg, Net, Room
from muster.core.planning.transport import (
    Closure,
    CostWrong,
    DaysUnlikely,
    LegOntoItself,
    LegTold,
    NetContradicts,
    NetFileFaulty,
    NumberNotExact,
    RoomNegative,
    leg_forbids,
    opened_from,
    require_sound_net,
)
from muster.core.refusals import ChoiceUnknown, CodeNotPlain, DatesOutOfOrder, Refusal
from muster.formats.transport import read_legs, write_legs

GOOD = LegTold(code="A-B", start="A", end="B", mode="road", days=2)
MAY = Closure(first=date(2023, 5, 1), last=date(2023, 5, 9))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"code": "a b"}, CodeNotPlain),
        ({"end": "A"}, LegOntoItself),
        ({"mode": "rocket"}, ChoiceUnknown),
        ({"days": -1}, DaysUnlikely),
        ({"days": 366}, DaysUnlikely),
        ({"kg": Decimal(-1)}, RoomNegative),
        ({"m3": Decimal("-0.5")}, RoomNegative),
        ({"kg": Decimal("0.0001")}, NumberNotExact),
        ({"kg": Decimal(10) ** 15}, NumberNotExact),
        ({"cost": Decimal(5)}, CostWrong),
        ({"currency": "EUR"}, CostWrong),
        ({"cost": Decimal(-5), "currency": "EUR"}, CostWrong),
        ({"cost": Decimal("0.001"), "currency": "EUR"}, NumberNotExact),
        ({"closures": (Closure(first=MAY.last, last=MAY.first),)}, DatesOutOfOrder),
    ],
)
def test_a_wrong_leg_is_refused_for_what_is_wrong_with_it(
    change: dict[str, object], refusal: type[Refusal]
) -> None:
    assert leg_forbids(GOOD) is None
    fields = {name: getattr(GOOD, name) for name in GOOD.__slots__}
    assert type(leg_forbids(LegTold(**{**fields, **change}))) is refusal  # type: ignore[arg-type]


def test_a_circle_of_legs_that_cost_nothing_and_take_no_time_is_refused() -> None:
    there, back = Leg(id="1", start="A", end="B"), Leg(id="2", start="B", end="A")
    with pytest.raises(NetContradicts, match="A > B > A"):
        require_sound_net(Net(legs=(there, back)))
    require_sound_net(Net(legs=(there, Leg(id="2", start="B", end="A", cost=1))))


def test_a_leg_that_is_opened_again_keeps_what_was_closed_before() -> None:
    told = LegTold(code="A-B", start="A", end="B", mode="road", days=2, closures=(MAY,))
    assert opened_from(told, date(2023, 5, 4)).closures == (
        Closure(first=date(2023, 5, 1), last=date(2023, 5, 3)),
    )
    assert opened_from(told, date(2023, 5, 1)).closures == ()


def test_what_is_written_as_a_table_is_read_back_the_same() -> None:
    full = LegTold(
        code="B-C",
        start="B",
        end="C",
        mode="rail",
        days=0,
        kg=Decimal("12000.5"),
        m3=Decimal(40),
        pallets=Decimal(33),
        cost=Decimal("1200.50"),
        currency="EUR",
        gauge_break=True,
        closures=(MAY,),
        label='Border, "the" bridge',
    )
    assert read_legs(write_legs(iter([GOOD, full])).encode()) == (GOOD, full)


def test_every_fault_of_a_table_is_told_with_its_row_and_column() -> None:
    table = (
        "code,from,to,mode,days,kg,closed,gauge_break\n"
        'A-B,A,B,road,2,"1,200",,\n'
        "B-C,B,C,road,x,-5,2023-13-01/2023-01-02,maybe\n"
        "A-B,A,A,road,1,5,2023-02-02/2023-02-01,\n"
    )
    with pytest.raises(NetFileFaulty) as caught:
        read_legs(table.encode())
    told = "\n".join(caught.value.faults)
    for place in ("Row 2, kg", "Row 3, days", "Row 3, closed", "Row 3, gauge_break", "Row 4, end"):
        assert place in told


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "code is missing"),
        ("code,from,to,mode,days\n", "no rows"),
        ("code,from,to,mode,days,speed\nA,A,B,road,1,9\n", '"speed" is not known'),
        ("code,from,to,mode,days\nA,A,B,road,1,9\n", "more cells"),
        ("code,from,to,mode,days\nA,A,B,road,1\nA,A,B,road,1\n", "more than once"),
    ],
)
def test_a_table_of_another_shape_is_refused(table: str, words: str) -> None:
    with pytest.raises(NetFileFaulty) as caught:
        read_legs(table.encode())
    assert words in " ".join(caught.value.faults)


def test_a_weight_that_is_not_known_is_never_made_up_and_always_told() -> None:
    known = carried(name="tent", category="shelter", unit="H87", mass_g=50_000, volume_ml=200_000)
    assert (known.load.amounts, known.assumed) == ((50_000, 200_000, 0), "")
    heavy = carried(name="crane", category="engineering", unit="H87", mass_g=None, volume_ml=None)
    assert (heavy.load.grams, heavy.weighed) == (0, False)
    assert "The weight of crane is not known" in heavy.assumed
    sized = carried(name="crane", category="engineering", unit="H87", mass_g=None, volume_ml=9)
    assert (sized.load.millilitres, sized.weighed) == (9, False)
    boxed = carried(name="box", category="shelter", unit="H87", mass_g=2_000, volume_ml=None)
    assert (boxed.load.millilitres, boxed.weighed) == (10_000, True)
    assert "5 litres for each kilogram" in boxed.assumed
    flour = carried(name="flour", category="food", unit="KGM", mass_g=None, volume_ml=None)
    assert flour.load.grams == 1_000
    assert min(flour.load.amounts[:2]) > 0
    people = carried(name="team", category="teams", unit="C62", mass_g=None, volume_ml=None)
    assert people.weighed
    assert "takes no room" in people.assumed


def test_a_limit_in_pallets_is_kept_as_weight_and_volume() -> None:
    leg = without_pallets(Leg(id="1", start="A", end="B", room=Room(grams=9, millipallets=2_000)))
    assert leg.room == Room(grams=9, millilitres=2_400_000)
