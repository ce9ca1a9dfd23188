"""Deployments whose false alerts officers counted by group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alert_values import plant_alert, plant_session

from workbench.bench import Workbench
from workbench.governance.alerts import AlertState
from workbench.outcomes.equity_facts import EquityFacts

__all__ = ["SCHEME", "by_group", "next_month", "with_false_alerts"]

SCHEME = "officer-defined 16+1"


def next_month(clock: Any) -> None:
    """Turn the clock to the fourth day of the next month."""
    now = clock()
    clock.turn(days=32 - now.day)
    clock.turn(days=4 - clock().day)


def with_false_alerts(workbench: Workbench, reference: str, count: int) -> list[str]:
    """Search a live deployment and raise so many false alerts in it; returns their ids."""
    plant_session(workbench, reference)
    return [
        plant_alert(workbench, reference, state=AlertState.FALSE_CONFIRMED).id for _ in range(count)
    ]


def by_group(facts: EquityFacts, scheme: str = SCHEME) -> Mapping[str | None, int | None]:
    """Return what is shown of a scheme, by group."""
    (found,) = (one for one in facts.schemes if one.scheme == scheme)
    return {one.group: one.count for one in found.groups}
