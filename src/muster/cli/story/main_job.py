"""The main job, end to end: from a real request to the signed receipt, and the report on it."""

from dataclasses import dataclass

from muster.cli.story import (
    allocations,
    consignments,
    guarantee,
    meetings,
    offers,
    register,
    reports,
    requests,
    transport,
)
from muster.cli.story.scenario import Scenario, exercise, later, main_job
from muster.cli.story.telling import Step, Story, Teller, tell
from muster.core.moments import long_date
from muster.queries.verification import Verification, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of the story.

    Args:
        refused: the codes of the refusals that came, as they should.
        verified: the ledger's recount at the end.
    """

    refused: tuple[str, ...]
    verified: Verification


def tell_main_job(teller: Teller) -> Told:
    """Walk the scenario through the real actions, in the order of time, and re-add the ledger.

    The tables and the facts that ship with Muster must be there, and nothing else.

    Raises:
        RefusalMissingError: a rule that the scenario puts to the test did not hold.
    """
    story = Story(teller=teller)
    scenarios = main_job()
    teller.chapter("The register")
    register.install(story)
    clock = scenarios[0].clock
    register.show_standings(story, clock.date(), "NATO")
    tell(
        teller, [step for scenario in (*scenarios, exercise()) for step in _steps(story, scenario)]
    )
    after = later()
    teller.chapter(f"And later, on {long_date(after.clock.date())}")
    tell(teller, requests.steps(story, after, "NATO"))
    return Told(refused=tuple(story.refused), verified=_verified(teller))


def _steps(story: Story, scenario: Scenario) -> list[Step]:
    if scenario.operation is None:
        return []
    # A case is opened by its invocation alone.
    invoked = "guarantee" in scenario.tables
    body = scenario.operation["body"]
    return [
        *([] if invoked else register.opening(story, scenario)),
        *guarantee.steps(story, scenario),
        *requests.steps(story, scenario, body),
        *offers.steps(story, scenario, body),
        *allocations.steps(story, scenario),
        *consignments.steps(story, scenario),
        *transport.steps(story, scenario),
        *meetings.steps(story, scenario),
        *reports.steps(story, scenario),
    ]


def _verified(teller: Teller) -> Verification:
    teller.chapter("Verify: the whole ledger, re-added from its transfers")
    found = verify(lambda name: teller.line(f"{name} ..."))
    for difference in found.differences:
        teller.line(f"{difference.what}: stored {difference.stored}, counted {difference.counted}")
    teller.line(
        f"{found.transfers:,} transfers over {found.accounts:,} accounts: "
        f"{found.unaccounted:,} units unaccounted for."
    )
    return found
