"""The offers of the story: made, accepted in whole or in part, deferred, declined, withdrawn."""

from muster.actions import offers, proposals
from muster.actions.offers import LineOffered
from muster.cli.story.people import FIRST
from muster.cli.story.register import standing
from muster.cli.story.scenario import Scenario, Table
from muster.cli.story.telling import Step, Story
from muster.queries.amounts import Typed


def steps(story: Story, scenario: Scenario, body: str) -> list[Step]:
    """List what happens to the offers of a scenario."""
    listed: list[Step] = []
    for table in scenario.all("offers"):
        listed.append(_made(story, scenario, table, body))
        for line in table["lines"]:
            if line.get("expect_refusal_at") == "allocation":
                listed.append(_tried(story, line))
            if "decision" in line:
                listed.append(_decided(story, scenario, table, line))
    return listed


def _made(story: Story, scenario: Scenario, table: Table, body: str) -> Step:
    at, donor = table["offered_at"], table["donor"]
    act_key = f"offer {table['key']}"
    wish = f"{table['reference']} {table['title']}"

    def offer() -> None:
        act = story.act(story.donor(donor), act_key, at)
        offers.make_offer(
            act=act,
            operation=story.ids[scenario.code],
            donor=donor,
            reference=table["reference"],
            title=table["title"],
            offered_on=table["offered_on"],
            lines=[_line(story, line) for line in table["lines"]],
            restricted=table["restricted"],
            source=table.get("source", ""),
            invented=table.get("invented", False),
        )
        for position, line in enumerate(table["lines"], start=1):
            story.ids[line["key"]] = act.part_id(f"line {position}")

    def tell_offer() -> None:
        codes = [line["expect_refusal"] for line in table["lines"] if _refused_at_once(line)]
        if codes:
            story.refuse(codes[0], at, f"{story.party(donor)} offers {wish}", offer)
            return
        offer()
        who = f"{story.party(donor)} ({standing(donor, body, at.date())})"
        things = "; ".join(
            f"{story.goods(line['amount'], line['item'])}" for line in table["lines"]
        )
        only = ", restricted" if table["restricted"] else ""
        story.teller.step(at, "offer", f"{who}: {wish}{only}: {things}")

    return Step(at, tell_offer)


def _refused_at_once(line: Table) -> bool:
    return line.get("expect_refusal_at") == "offer"


def _line(story: Story, table: Table) -> LineOffered:
    # A line that cannot answer the need it names is entered without it, and refused when allocated.
    answers = table.get("answers") if table.get("expect_refusal") != "item_mismatch" else None
    return LineOffered(
        item=table["item"],
        quantity=Typed(str(table["amount"]), table["unit"]),
        description=table["text"],
        answers=story.ids[answers] if answers else None,
        available_from=table.get("available_from"),
        available_until=table.get("available_until"),
        place=table.get("place", ""),
        caveat=table.get("caveat", ""),
        origin=table.get("origin"),
        source=table.get("source", ""),
        invented=table.get("invented", False),
    )


def _tried(story: Story, line: Table) -> Step:
    """Propose what cannot serve; it must be refused."""
    at = line["tried_at"]

    def attempt() -> None:
        proposals.propose_allocation(
            act=story.act(FIRST, f"try {line['key']}", at),
            offer_line=story.ids[line["key"]],
            request_line=story.ids[line["answers"]],
            amount=Typed(str(line["amount"]), line["unit"]),
        )

    def try_it() -> None:
        wish = f'{story.goods(line["amount"], line["item"])} for the line "{line["answers"]}"'
        story.refuse(line["expect_refusal"], at, wish, attempt)

    return Step(at, try_it)


def _decided(story: Story, scenario: Scenario, offer: Table, line: Table) -> Step:
    decision = line["decision"]
    at, event = decision["at"], decision["event"]
    recipient = scenario.operation["recipients"][0]["party"] if scenario.operation else ""
    person = {"withdraw": story.donor(offer["donor"]), "review": FIRST, "defer": FIRST}.get(
        event, story.recipient(recipient)
    )
    key, reason = line["key"], decision.get("reason", "")

    def decide() -> None:
        act, at_line = story.act(person, f"{event} {key}", at, reason), story.ids[key]
        taken = decision.get("amount")
        match event:
            case "accept" | "accept_in_part":
                amount = Typed(str(taken), line["unit"]) if taken else None
                offers.accept_offer(act=act, line=at_line, amount=amount)
            case "defer":
                offers.defer_offer(act=act, line=at_line)
            case "decline":
                offers.decline_offer(act=act, line=at_line)
            case "withdraw":
                offers.withdraw_offer(act=act, line=at_line)
            case _:
                offers.review_offer(act=act, line=at_line)
        story.teller.step(at, _WORDS[event], _told(story, offer, line))

    return Step(at, decide)


_WORDS = {
    "accept": "accept",
    "accept_in_part": "in part",
    "defer": "defer",
    "decline": "decline",
    "withdraw": "withdraw",
    "review": "review",
}


def _told(story: Story, offer: Table, line: Table) -> str:
    decision = line["decision"]
    taken = f"{decision['amount']:,} of " if "amount" in decision else ""
    reason = f" ({decision['reason']})" if "reason" in decision else ""
    return f"{offer['reference']}: {taken}{story.goods(line['amount'], line['item'])}{reason}"
