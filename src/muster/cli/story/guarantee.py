"""The exercise of the story: a case of the guarantee is invoked, established, and answered."""

from muster.actions import answers, guarantee
from muster.actions.operations import Helped
from muster.cli.story.people import FIRST, PEOPLE, Person
from muster.cli.story.scenario import Scenario, Table
from muster.cli.story.telling import Step, Story
from muster.core.actors import Role


def steps(story: Story, scenario: Scenario) -> list[Step]:
    """List what happens to the case of a scenario, if it has one."""
    case = scenario.tables.get("guarantee")
    if case is None:
        return []
    told = [_answered(story, scenario, table) for table in scenario.all("answers")]
    return [_invoked(story, scenario, case), _established(story, scenario, case), *told]


def _invoked(story: Story, scenario: Scenario, table: Table) -> Step:
    at = table["invoked_at"]

    def do() -> None:
        operation = scenario.operation or {}
        case = guarantee.invoke(
            act=story.act(FIRST, f"invoke {scenario.code}", at),
            code=scenario.code,
            name=operation["name"],
            kind=operation["kind"],
            plays=table["plays"],
            affected=[Helped(each["party"]) for each in operation["recipients"]],
            invoked_by=table["affected"],
            invoked_on=at.date(),
            words=table["words"],
            body=operation["body"],
            due_at=table["due_at"],
            situation=table["situation"],
            source=table["source"],
            invented=True,
        )
        story.ids[_case(scenario)] = case.pk
        story.ids[scenario.code] = case.operation_id
        bound = case.duties.filter(duty="bound").count()
        story.teller.step(at, "invoke", f"{scenario.code}, an exercise: {bound} owe an answer")

    return Step(at, do)


def _established(story: Story, scenario: Scenario, table: Table) -> Step:
    at = table["established_at"]

    def do() -> None:
        guarantee.establish(
            act=story.act(FIRST, f"establish {scenario.code}", at),
            case=story.ids[_case(scenario)],
            decided_on=at.date(),
            reference=table["established_by"],
            words=table["established_words"],
            source=table["source"],
        )
        story.teller.step(at, "establish", f"{scenario.code}, an exercise")

    return Step(at, do)


def _answered(story: Story, scenario: Scenario, table: Table) -> Step:
    at, party = table["at"], table["party"]

    def do() -> None:
        answers.answer(
            act=story.act(_speaker(party), f"answer {scenario.code} {party} {at}", at),
            case=story.ids[_case(scenario)],
            party=party,
            words=table["words"],
            gives=table.get("gives", ""),
            offers=table.get("offers", ()),
            nothing_further=table["nothing_further"],
            source=table.get("source", ""),
            invented=True,
        )
        story.teller.step(at, "answer", f"{story.party(party)}: {table['words']}")

    return Step(at, do)


def _speaker(party: str) -> Person:
    """Find who speaks for a party: its own sample user, else the centre that passes its word on."""
    own = (each for each in PEOPLE if each.party == party and each.role is Role.DONOR)
    return next(own, FIRST)


def _case(scenario: Scenario) -> str:
    return f"case {scenario.code}"
