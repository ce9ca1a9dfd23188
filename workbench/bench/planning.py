"""A threshold policy put to the planner: what a deployment under it has to reckon with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.evaluation.planner import plan
from workbench.evaluation.planner_sources import ScoreCounts

if TYPE_CHECKING:
    from workbench.evaluation.planner import Plan
    from workbench.governance.policies import ThresholdPolicy
    from workbench.governance.score_table import ScoreTable

__all__ = ["plan_under"]


def plan_under(
    policy: ThresholdPolicy,
    *,
    list_size: int,
    faces: int,
    cap: float,
    threshold: float | None = None,
    hours: float | None = None,
    step: float | None = None,
) -> Plan:
    """Return what a deployment under a policy has to reckon with.

    How many listed people are missed is not in a policy, and so not in this plan. Rates of other
    sizes of list are those of `workbench.governance.fpir.fpir`.

    Args:
        policy: with its counted scores.
        list_size: references on the list.
        faces: faces that it expects to see.
        cap: false alerts a face that are not to be exceeded; `false_alert_cap` of the limits.
        threshold: in the policy's unit; the policy's when left out.
        hours: how long it lasts.
        step: also reckoned so much above and below.

    Raises:
        UsageError: when a number is none that can be reckoned with.
    """
    return plan(
        list_size=list_size,
        faces=faces,
        threshold=policy.threshold if threshold is None else threshold,
        rate=_counts(policy.table, f", for policy {policy.id} ({policy.equity_brief})"),
        hours=hours,
        cap=cap,
        step=step,
        checks=[_counts(one) for one in policy.checks],
    )


def _counts(table: ScoreTable, purpose: str = "") -> ScoreCounts:
    of = "comparisons" if table.list_size == 1 else "searches"
    data = (
        f"{table.searches:,} {of} of {table.people:,} people of {table.data_set}, split "
        f"{table.split}{purpose}"
    )
    return ScoreCounts(
        table.list_size, table.searches, table.scores, table.counts, data, table.people
    )
