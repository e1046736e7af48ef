"""The allocations of the story: proposed, confirmed, accepted; with over-acceptance and consent."""

from muster.actions import allocations, consents, proposals, requests
from muster.cli.story.people import FIRST
from muster.cli.story.scenario import Scenario, Table
from muster.cli.story.telling import Step, Story
from muster.queries.amounts import Typed


def steps(story: Story, scenario: Scenario) -> list[Step]:
    """List what happens to the allocations of a scenario."""
    donors = {
        line["key"]: (offer["donor"], line)
        for offer in scenario.all("offers")
        for line in offer["lines"]
    }
    recipients = {
        line["key"]: request["recipient"]
        for request in scenario.all("requests")
        for line in request["lines"]
    }
    listed: list[Step] = []
    for table in scenario.all("allocations"):
        donor, line = donors[table["offer_line"]]
        recipient = recipients[table["request_line"]]
        if "over_accepted" in table:
            asked = scenario.request_line(table["request_line"])["high"]
            listed.append(_over_accepted(story, table, line, recipient, table["amount"] - asked))
        listed += _agreeing(story, table, line, donor, recipient)
        if "consent" in table:
            listed.append(_consented(story, table, line))
    return listed


def _agreeing(story: Story, table: Table, line: Table, donor: str, recipient: str) -> list[Step]:
    key = table["key"]

    def told() -> str:
        parties = f"from {story.party(donor)} to {story.party(recipient)}"
        return f"{story.goods(table['amount'], line['item'])} {parties}"

    def propose() -> None:
        at = table["proposed_at"]
        allocation = proposals.propose_allocation(
            act=story.act(FIRST, f"propose {key}", at),
            offer_line=story.ids[table["offer_line"]],
            request_line=story.ids[table["request_line"]],
            amount=Typed(str(table["amount"]), line["unit"]),
            invented=table.get("invented", False),
        )
        story.ids[key] = allocation.pk
        if "accepted_at" not in table:
            story.teller.step(at, "propose", told())

    def confirm() -> None:
        at = table["confirmed_at"]
        act = story.act(story.donor(donor), f"confirm {key}", at)
        allocations.confirm_allocation(act=act, allocation=story.ids[key])
        if "accepted_at" not in table:
            waiting = f"{story.party(donor)} confirms, {story.party(recipient)} has not answered"
            story.teller.step(at, "confirm", f"{told()}: {waiting}")

    def accept() -> None:
        at = table["accepted_at"]
        act = story.act(story.recipient(recipient), f"accept {key}", at)
        allocations.accept_allocation(act=act, allocation=story.ids[key])
        # The consent that agreeing asks for is named after the act that agreed.
        story.ids[f"consent {key}"] = act.part_id("consent")
        story.teller.step(at, "allocate", f"{told()}: proposed, confirmed, accepted")

    moments = (("proposed_at", propose), ("confirmed_at", confirm), ("accepted_at", accept))
    return [Step(table[moment], do) for moment, do in moments if moment in table]


def _over_accepted(story: Story, table: Table, line: Table, recipient: str, more: int) -> Step:
    word = table["over_accepted"]

    def accept_more() -> None:
        person = story.recipient(recipient)
        requests.accept_more(
            act=story.act(person, f"accept more {table['key']}", word["at"], word["words"]),
            line=story.ids[table["request_line"]],
            amount=Typed(str(more), line["unit"]),
        )
        text = f'{story.goods(more, line["item"])} beyond what was asked: "{word["words"]}"'
        story.teller.step(word["at"], "over", text)

    return Step(word["at"], accept_more)


def _consented(story: Story, table: Table, line: Table) -> Step:
    consent = table["consent"]
    origin, at = consent["origin"], consent["granted_at"]

    def grant() -> None:
        consents.grant_consent(
            act=story.act(story.donor(origin), f"consent {table['key']}", at),
            consent=story.ids[f"consent {table['key']}"],
            conditions=consent["conditions"],
            valid_until=consent["until"],
        )
        what = f"{story.goods(table['amount'], line['item'])}"
        terms = f"until {consent['until']}; {consent['conditions']}"
        story.teller.step(at, "consent", f"{story.party(origin)} lets {what} pass, {terms}")

    return Step(at, grant)
