"""One method on one problem in a process of its own, so that it can be stopped at any moment.

`python -m muster.solving.apart METHOD SECONDS` reads a problem, and the plan to go on from if there
is one, as JSON from the standard input, and writes the plan to the standard output; nothing else of
Muster is loaded.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from muster.core.planning.keeping import as_plain, from_plain
from muster.core.planning.plans import Plan
from muster.core.planning.problem import Problem
from muster.solving.registry import solve

# How often it is asked whether to stop.
_LOOK_S = 0.2


class SolverFailedError(RuntimeError):
    """The process ended without a plan: a bug, and loud."""


def solved_apart(
    problem: Problem,
    *,
    method: str,
    seconds: float,
    stopped: Callable[[], bool],
    begin: Plan | None = None,
) -> Plan | None:
    """Make a plan in another process; None if it was stopped before there was one.

    Args:
        problem: what may go where.
        method: one of the registry's.
        seconds: how long the method may look for a better plan.
        stopped: asked several times a second; once it says yes, the process is killed.
        begin: a plan of this problem to go on from.

    Raises:
        SolverFailedError: the process ended without a plan.
    """
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "problem", Path(folder) / "plan"
        told = {"problem": as_plain(problem), "begin": as_plain(begin)}
        asked.write_text(json.dumps(told), "utf-8")
        with asked.open("rb") as taken, answered.open("wb") as given:
            running = subprocess.Popen(  # noqa: S603 - our own module, and numbers
                [sys.executable, "-m", "muster.solving.apart", method, str(seconds)],
                stdin=taken,
                stdout=given,
            )
        try:
            while not stopped():
                try:
                    code = running.wait(_LOOK_S)
                except subprocess.TimeoutExpired:
                    continue
                if code:
                    raise SolverFailedError(f"the method {method} ended with {code}")
                return from_plain(Plan, json.loads(answered.read_text("utf-8")))
        finally:
            running.kill()
            running.wait()
    return None


def main() -> None:
    """Read a problem, solve it, write the plan."""
    method, seconds = sys.argv[1:]
    given = json.load(sys.stdin)
    problem = from_plain(Problem, given["problem"])
    begin = from_plain(Plan, given["begin"]) if given["begin"] else None
    plan = solve(problem, method=method, seconds=float(seconds), begin=begin)
    json.dump(as_plain(plan), sys.stdout)


if __name__ == "__main__":
    main()
