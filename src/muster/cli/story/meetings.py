"""The contact group of the story: what was announced, what became of it, and who is reminded."""

from muster.actions import meetings, pledge_links, pledges
from muster.actions.pledge_lines import line_heard
from muster.cli.story.people import FIRST
from muster.cli.story.scenario import Scenario, Table
from muster.cli.story.telling import Step, Story
from muster.queries.amounts import Typed
from muster.queries.meetings import find_meeting
from muster.queries.pledge_entry import parties_in, understood

_WHY = "the meeting was about this operation"


def steps(story: Story, scenario: Scenario) -> list[Step]:
    """List the meetings about the operation, and its pledges with what was told of them."""
    listed = [_about(story, scenario, table) for table in scenario.all("meetings")]
    for table in scenario.all("pledges"):
        listed.append(_announced(story, scenario, table))
        listed += [_told(story, table, told) for told in table.get("told", ())]
        listed += [_reminded(story, table, each) for each in table.get("reminders", ())]
    return listed


def _about(story: Story, scenario: Scenario, table: Table) -> Step:
    at = table["at"]

    def do() -> None:
        act = story.act(FIRST, f"meeting {table['number']}", at, _WHY)
        found = find_meeting(str(table["number"]), act.actor, at.date())
        meetings.correct_meeting(act=act, meeting=found.pk, operation=story.ids[scenario.code])

    return Step(at, do)


def _announced(story: Story, scenario: Scenario, table: Table) -> Step:
    at = table["at"]

    def do() -> None:
        act = story.act(FIRST, f"pledge {table['key']}", at)
        at_meeting = table.get("meeting")
        held = find_meeting(str(at_meeting), act.actor, at.date()) if at_meeting else None
        heard = understood("\n".join(table["say"]), tuple(table.get("items", ())))
        pledge = pledges.announce_pledge(
            act=act,
            operation=story.ids[scenario.code],
            parties=parties_in(
                table["by"], funders=table.get("funder", ""), carriers=table.get("carrier", "")
            ),
            announced_on=table["announced_on"],
            words=table["words"],
            lines=[line_heard(line.heard, line.item) for line in heard],
            meeting=held.pk if held else None,
            coalition=table.get("coalition"),
            source=table["source"],
            invented=table["invented"],
        )
        lines = pledge.lines.order_by("position").values_list("pk", flat=True)
        for position, line in enumerate(lines, start=1):
            story.ids[f"{table['key']}/{position}"] = line
        story.ids[table["key"]] = pledge.pk
        made_up = " (made up)" if table["invented"] else ""
        text = f"{table['by']}: {'; '.join(table['say'])}{made_up}"
        story.teller.step(at, "pledge", f"{pledge.reference}, {text}")

    return Step(at, do)


def _told(story: Story, table: Table, told: Table) -> Step:
    at, line = told["at"], f"{table['key']}/{told.get('line', 1)}"

    def do() -> None:
        act = story.act(FIRST, f"{told['event']} {line}", at, told.get("reason", ""))
        if told["event"] == "became":
            given = story.ids[told["offer_line"]]
            pledge_links.specify_pledge(act=act, line=story.ids[line], offer_line=given)
            return
        verb = {
            "commit": pledges.commit_pledge,
            "disburse": pledges.disburse_pledge,
            "reduce": pledges.reduce_pledge,
        }[told["event"]]
        verb(act=act, line=story.ids[line], amount=Typed(told["amount"]))

    return Step(at, do)


def _reminded(story: Story, table: Table, reminder: Table) -> Step:
    at = reminder["at"]

    def do() -> None:
        pledge_links.remind(
            act=story.act(FIRST, f"remind {table['key']}", at),
            pledge=story.ids[table["key"]],
            party=reminder["party"],
            text=reminder["text"],
        )

    return Step(at, do)
