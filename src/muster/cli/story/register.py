"""The register of the story: its people, and who is a member on which day."""

from datetime import UTC, date, datetime

from muster.actions import operations, register, setup
from muster.actions.operations import Helped
from muster.cli.story.people import FIRST, PASSWORD, PEOPLE
from muster.cli.story.scenario import Scenario
from muster.cli.story.telling import Step, Story, key_of
from muster.core.actors import Act
from muster.queries.register import standing_on, standings_on

# The sample users are there from this moment, before the first request.
_BEGINS = datetime(2022, 2, 14, 9, tzinfo=UTC)


def install(story: Story) -> None:
    """Enter the sample users with their roles and their one password."""
    since = _BEGINS.date()
    first = Act(key_of("first coordinator"), setup.INSTALLER, _BEGINS, "setup")
    setup.add_first_coordinator(
        act=first, username=FIRST.username, name=FIRST.name, party=FIRST.party, since=since
    )
    for person in PEOPLE:
        if person is FIRST:
            continue
        user = register.add_user(
            act=story.act(FIRST, f"person {person.username}", _BEGINS),
            username=person.username,
            name=person.name,
        )
        register.grant_role(
            act=story.act(FIRST, f"role {person.username}", _BEGINS),
            user=user.pk,
            role=person.role,
            party=person.party,
            since=since,
        )
    setup.set_same_password(usernames=[p.username for p in PEOPLE], password=PASSWORD)
    story.teller.step(_BEGINS, "register", f"{len(PEOPLE)} sample users, one role each")


def show_standings(story: Story, day: date, body: str) -> None:
    """Tell who is a member on the day, and who became one or is about to."""
    members = standings_on(day, body=body, kind="member")
    invited = standings_on(day, body=body, kind="invitee")
    newest = max(members, key=lambda member: member.since)
    story.teller.line(
        f"{len(members)} members of {body} on {day}; the newest is {newest.name}, "
        f"since {newest.since}; invited: {', '.join(m.name for m in invited) or 'nobody'}."
    )


def circulation(day: date, body: str) -> str:
    """Count who a request is passed to on that day."""
    standings = standings_on(day, body=body)
    members = sum(1 for each in standings if each.kind == "member")
    others = len(standings) - members
    return f"{members} members and {others} invitees and partners"


def standing(party: str, body: str, day: date) -> str:
    """Say what a party was to the body on that day, in a word."""
    return standing_on(party, body=body, day=day) or "the organisation"


def opening(story: Story, scenario: Scenario) -> list[Step]:
    """Open the operation before its first request."""
    table = scenario.operation
    if table is None:
        return []
    began = table["began_on"]
    at = datetime(began.year, began.month, began.day, 4, 30, tzinfo=UTC)

    def open_it() -> None:
        operation = operations.open_operation(
            act=story.act(FIRST, f"open {scenario.code}", at),
            code=scenario.code,
            name=table["name"],
            kind=table["kind"],
            body=table["body"],
            recipients=[Helped(r["party"], r.get("place")) for r in table["recipients"]],
            began_on=began,
            situation=table["situation"],
            source=table["source"],
        )
        story.ids[scenario.code] = operation.pk
        story.teller.step(at, "open", f"{scenario.code} {table['name']} ({table['kind']})")

    return [Step(at, open_it)]
