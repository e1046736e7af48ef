"""Meetings and pledges at the doors: by commands, by calls, on pages."""

import json
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from muster.cli.meetings import meetings
from muster.cli.pledges import ItemAsked, pledges
from muster.core.pledges import CurrencyUnclear, PledgeOfNothing
from muster.core.readouts import CurrenciesMixed
from muster.core.refusals import NotFound
from tests.make import World, world
from tests.make_pledges import meeting

pytestmark = pytest.mark.usefixtures("records")


def run(command: click.Command, *arguments: str) -> Result:
    result = CliRunner().invoke(command, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def read(command: click.Command, *arguments: str) -> Any:  # noqa: ANN401 - as JSON has it
    return json.loads(run(command, *arguments, "--format", "json").stdout)


def announce(w: World, *more: str) -> dict[str, Any]:
    said = ["announce", w.operation.code, "--user", "anna", *more]
    return read(pledges, *said)  # type: ignore[no-any-return]


def test_a_meeting_from_the_announcement_to_the_waterfall_by_commands_alone() -> None:
    w = world()
    held = meeting(w)
    number = str(held.number)
    announce(w, "--by", "Germany", "--say", "5,000 family tents", "--meeting", number)
    announce(w, "--by", "DEU 60, NLD 40", "--say", "EUR 300m a year 2025-2027", "--meeting", number)
    lines = read(pledges, "list", w.operation.code)
    assert [line["said"] for line in lines] == ["5,000 pieces", *["EUR 300,000,000"] * 3]
    assert [line["on"] for line in lines] == ["2023-02-14"] * 4
    run(pledges, "disburse", "P-0002/1", "--amount", "100m", "--user", "anna")
    fall = read(pledges, "waterfall", w.operation.code)
    assert [(each["key"], each["announced"], each["received"]) for each in fall["measures"]] == [
        ("goods:SHL-TNT-FAM", 5000, 0),
        ("money:EUR", "900000000", "100000000"),
    ]
    rows = read(
        pledges, "waterfall", w.operation.code, "--rows", "money:EUR", "--stage", "received"
    )
    assert [row["line"] for row in rows] == ["P-0002/1"]
    said = run(meetings, "readout", number).stdout
    assert "EUR 900,000,000 (money, nominal, as announced; 3 lines)" in said
    owed = read(meetings, "follow-up", number)
    assert {row["owes"] for row in owed} == {"Germany", "Germany and Netherlands"}
    assert read(meetings, "agenda", number)["missing"] == []


def test_what_a_command_cannot_be_sure_of_it_asks_and_writes_nothing() -> None:
    w = world()
    for refusal, said in (
        (CurrencyUnclear, "$500 million"),
        (PledgeOfNothing, "..."),
        (ItemAsked, "14 Leopard tanks"),
    ):
        with pytest.raises(refusal):
            announce(w, "--by", "DEU", "--say", said)
    assert read(pledges, "list", w.operation.code) == []
    announce(w, "--by", "DEU", "--say", "14 Leopard tanks", "--item", "-")
    [line] = read(pledges, "list", w.operation.code)
    assert line["what"] == "Leopard tanks"


def test_a_command_refuses_a_readout_that_sums_two_currencies() -> None:
    w = world()
    number = str(meeting(w).number)
    announce(w, "--by", "DEU", "--say", "EUR 5 million", "--meeting", number)
    announce(w, "--by", "NOR", "--say", "NOK 70 million", "--meeting", number)
    with pytest.raises(CurrenciesMixed):
        run(meetings, "readout", number, "--total", "EUR")


def test_the_series_is_listed_with_what_is_from_memory() -> None:
    rows = [row for row in read(meetings, "list") if row["number"] <= 32]
    assert len(rows) == 32
    assert rows[3]["recalled"] == "number, date, mode"
    with pytest.raises(NotFound):
        run(meetings, "show", "31999")
