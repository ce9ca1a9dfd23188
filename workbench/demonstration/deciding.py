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
from workbench.reports.page import TruthView

__all__ = ["SCRIPTED", "decide"]

SCRIPTED: Final = "Scripted: taken from the ground truth of the staged crowd, not from a look."


def decide(bench: DemonstrationBench, truths: Mapping[str, TruthView]) -> None:
    """Have both verifiers decide on each alert, and the second say that nobody is engaged.

    Args:
        bench: of the demonstration.
        truths: who it was, by alert id.
    """
    for account in (OPERATOR, ENGAGING):
        with bench.opened(account) as workbench:
            for alert, truth in truths.items():
                state = AlertState.TRUE_CONFIRMED if truth.right else AlertState.FALSE_CONFIRMED
                workbench.alerts.adjudicate(alert, state, SCRIPTED)
                if account == ENGAGING and truth.right:
                    workbench.alerts.engage(
                        alert, "do-not-engage", "Demonstration: there is nobody to speak to."
                    )
