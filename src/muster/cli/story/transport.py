"""The transport net of the story: made up, written down by logistics, and used by the plans."""

from decimal import Decimal

from muster.actions import transport
from muster.cli.story.people import MOVER
from muster.cli.story.scenario import Scenario, Table
from muster.cli.story.telling import Step, Story
from muster.core.planning.transport import Closure, LegTold

_CURRENCY = "EUR"


def steps(story: Story, scenario: Scenario) -> list[Step]:
    """Write the net of a scenario down, if it has one."""
    table = scenario.tables.get("net")
    if table is None:
        return []
    at = table["written_at"]

    def write() -> None:
        transport.put_legs(
            act=story.act(MOVER, f"net {scenario.code}", at),
            operation=story.ids[scenario.code],
            legs=[_leg(leg) for leg in table["legs"]],
            invented=table["invented"],
        )
        crossings = sum(leg["mode"] == "crossing" for leg in table["legs"])
        text = f"{len(table['legs'])} legs of transport, {crossings} of them crossings (made up)"
        story.teller.step(at, "net", text)

    return [Step(at, write)]


def _leg(leg: Table) -> LegTold:
    return LegTold(
        code=leg["code"],
        label=leg["label"],
        start=leg["start"],
        end=leg["end"],
        mode=leg["mode"],
        days=leg["days"],
        kg=Decimal(leg["kg"]),
        m3=Decimal(leg["m3"]),
        cost=Decimal(leg["cost"]),
        currency=_CURRENCY,
        gauge_break=leg.get("gauge_break", False),
        closures=tuple(Closure(**closure) for closure in leg.get("closures", ())),
    )
