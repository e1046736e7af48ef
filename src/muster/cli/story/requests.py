"""The requests of the story: drafted, submitted, validated, circulated, clarified."""

from muster.actions import requests
from muster.actions.requests import LineAsked
from muster.cli.story.people import FIRST
from muster.cli.story.register import circulation
from muster.cli.story.scenario import Scenario, Table
from muster.cli.story.telling import Step, Story
from muster.core.moments import dtg
from muster.queries.amounts import Typed


def steps(story: Story, scenario: Scenario, body: str) -> list[Step]:
    """List what happens to the requests of a scenario."""
    listed: list[Step] = []
    for table in scenario.all("requests"):
        listed += _of_request(story, scenario, table, body)
        listed += [_clarified(story, table, line) for line in table["lines"] if "clarified" in line]
    return listed


def typed(table: Table, unit: str) -> Typed:
    """Write a quantity of the scenario as a recipient would type it."""
    low, high = table.get("low"), table.get("high")
    match table["kind"]:
        case "exact":
            return Typed(str(low), unit)
        case "range":
            return Typed(f"{low}-{high}", unit)
        case "bound":
            return Typed(f"at least {low}" if high is None else f"up to {high}", unit)
        case _:
            # "gas masks: tens of thousands" states no number, and is kept in these words.
            _, colon, words = table.get("text", "").rpartition(": ")
            return Typed(words if colon else "not stated", unit)


def _of_request(story: Story, scenario: Scenario, table: Table, body: str) -> list[Step]:
    key, reference = table["key"], table["reference"]
    person = story.recipient(table["recipient"])
    count = len(table["lines"])

    def ask() -> None:
        at = table["submitted_at"]
        act = story.act(person, f"draft {key}", at)
        request = requests.draft_request(
            act=act,
            operation=story.ids[scenario.code],
            recipient=table["recipient"],
            reference=reference,
            title=table["title"],
            channel=table["channel"],
            asked_on=table["asked_on"],
            lines=[_line(line) for line in table["lines"]],
            source=table.get("source", ""),
            invented=table.get("invented", False),
        )
        story.ids[key] = request.pk
        for position, line in enumerate(table["lines"], start=1):
            story.ids[line["key"]] = act.part_id(f"line {position}")
        requests.submit_request(act=story.act(person, f"submit {key}", at), request=request.pk)
        doubts = sum(1 for line in table["lines"] if "question" in line)
        asks = f", {doubts} of them with a question to the recipient" if doubts else ""
        story.teller.step(
            at, "request", f"{reference} {table['title']}: {count} lines{asks} ({_marks(table)})"
        )

    def vouch() -> None:
        at = table["validated_at"]
        act = story.act(person, f"validate {key}", at)
        requests.validate_request(act=act, request=story.ids[key])
        text = f"Request {reference}: {count} lines, validated {dtg(at)} by {person.name}"
        story.teller.step(at, "validate", text)

    def pass_on() -> None:
        at = table["circulated_at"]
        act = story.act(FIRST, f"circulate {key}", at)
        requests.circulate_request(act=act, request=story.ids[key])
        told = circulation(at.date(), body)
        story.teller.step(at, "circulate", f"Request {reference}: circulated to {told}")

    return [
        Step(table["submitted_at"], ask),
        Step(table["validated_at"], vouch),
        Step(table["circulated_at"], pass_on),
    ]


def _line(table: Table) -> LineAsked:
    return LineAsked(
        item=table["item"],
        quantity=typed(table, table["unit"]),
        description=table["text"],
        urgency=table["urgency"],
        needed_by=table.get("needed_by"),
        use=table.get("use", ""),
        question=table.get("question", ""),
        source=table.get("source", ""),
        invented=table.get("invented", False),
    )


def _clarified(story: Story, request: Table, line: Table) -> Step:
    word = line["clarified"]
    person = story.recipient(request["recipient"])

    def clarify() -> None:
        requests.clarify_line(
            act=story.act(person, f"clarify {line['key']}", word["at"]),
            line=story.ids[line["key"]],
            quantity=typed(word, line["unit"]),
        )
        text = f"{line['text']}: {person.name} answers {word['low']:,} (invented)"
        story.teller.step(word["at"], "clarify", text)

    return Step(word["at"], clarify)


def _marks(table: Table) -> str:
    return "invented" if table.get("invented") else f"published: {table['source']}"
