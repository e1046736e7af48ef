"""The page on the guarantee says what the table of policies says."""

import re
from pathlib import Path

from muster.core.guarantee import POLICIES, Policy
from muster.core.stages import LIFECYCLES, Subject

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "guarantee.md").read_text()


def _row(policy: Policy) -> str:
    cells = (
        f"`{policy.kind}`",
        policy.affected.value,
        ", ".join(sorted(policy.invokers)),
        *(
            ", ".join(sorted(standings)) or "nobody"
            for standings in (policy.bound, policy.asked, policy.informed)
        ),
        policy.mandate.value,
        f"{policy.answer_within.days} days",
        "yes" if policy.decided else "no",
    )
    return f"| {' | '.join(cells)} |"


def test_the_table_of_the_page_is_the_table_of_the_program() -> None:
    listed = re.findall(r"^\| `[a-z]+` \|.*$", PAGE, re.MULTILINE)
    assert listed == [_row(policy) for policy in POLICIES.values()]


def test_the_stages_of_the_page_are_those_of_the_lifecycle() -> None:
    table = PAGE.partition("## Stages")[2].partition("They follow")[0]
    told = {
        (name, frozenset(before.replace("the start", "").split(", ")))
        for name, before in re.findall(r"^\| (\w+) \|[^|]*\| ([^|]+?) \|$", table, re.MULTILINE)
        if name != "stage"
    }
    steps = LIFECYCLES[Subject.GUARANTEE]
    assert told == {
        (after, frozenset(step.before for step in steps if step.after == after))
        for after in {step.after for step in steps}
    }
