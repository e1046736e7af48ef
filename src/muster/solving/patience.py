"""A planner that has so many seconds for all that is asked of it, however often that is."""

import time

from muster.core.planning.plans import Plan
from muster.core.planning.problem import Problem
from muster.core.planning.turning import OutOfTimeError
from muster.solving.registry import solve

# How long one plan of the many may be looked for.
_EACH_S = 2.0
# With less left than this no plan is begun: what comes of it would only be the greedy one.
_LEAST_S = 0.05


class Patience:
    """Plans by the usual method until its time is over, and then no more."""

    def __init__(self, seconds: float) -> None:
        """Begin to count now.

        Args:
            seconds: for everything together; one plan more may be looked for a little longer.
        """
        self._ends = time.monotonic() + seconds

    def __call__(self, problem: Problem) -> Plan:
        """Make a plan.

        Raises:
            OutOfTimeError: the time is over.
        """
        left = self._ends - time.monotonic()
        if left < _LEAST_S:
            raise OutOfTimeError
        return solve(problem, seconds=min(_EACH_S, left))
