"""Two actors of the demonstration decide on its alerts, by the truth of the staged crowd.

They are scripted, and every reason says so: nobody looked at a picture. What it shows is the way
of a decision: two verdicts, the second given without sight of the first, then whether to engage.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workbench.demonstration.bench import DemonstrationBench
from workbench.demonstration.cast import ENGAGING, OPERATOR
from workbench.governance.alerts import AlertState
from workbench.reports import TruthView

__all__ = ["NOBODY_THERE", "SCRIPTED", "decide", "first_verdicts", "second_verdicts"]

SCRIPTED: Final = "Scripted: taken from the ground truth of the staged crowd, not from a look."
NOBODY_THERE: Final = "Demonstration: there is nobody to speak to."


def decide(bench: DemonstrationBench, truths: Mapping[str, TruthView]) -> None:
    """Have both verifiers decide on each alert, and the second say that nobody is engaged.

    Args:
        bench: of the demonstration.
        truths: who it was, by alert id.
    """
    first_verdicts(bench, truths)
    second_verdicts(bench, truths)


def first_verdicts(bench: DemonstrationBench, truths: Mapping[str, TruthView]) -> None:
    """Have the operator give a verdict on each alert; each is still owed another."""
    with bench.opened(OPERATOR) as operator:
        for alert, truth in truths.items():
            operator.alerts.adjudicate(alert, _verdict(truth), SCRIPTED)


def second_verdicts(bench: DemonstrationBench, truths: Mapping[str, TruthView]) -> None:
    """Have the engagement officer give the second verdict, and decide not to engage anybody."""
    with bench.opened(ENGAGING) as officer:
        for alert, truth in truths.items():
            officer.alerts.adjudicate(alert, _verdict(truth), SCRIPTED)
            if truth.right:
                officer.alerts.engage(alert, "do-not-engage", NOBODY_THERE)


def _verdict(truth: TruthView) -> AlertState:
    return AlertState.TRUE_CONFIRMED if truth.right else AlertState.FALSE_CONFIRMED
