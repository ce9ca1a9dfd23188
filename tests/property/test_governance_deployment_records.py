"""Joined counts: however the alerts of a deployment are parted, they add up to the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.governance.alerts import AlertState
from workbench.governance.deployment_counts import DeploymentCounts
from workbench.governance.deployment_records import joined
from workbench.governance.outcomes import Engagement, Outcome

STARTED = datetime(2026, 11, 25, 12, tzinfo=UTC)

alerts = st.lists(
    st.tuples(
        st.sampled_from(AlertState),
        st.none() | st.sampled_from(Outcome),
        st.integers(0, 240),
        st.booleans(),
    ),
    max_size=12,
)


def counted(
    part: list[tuple[str, tuple[AlertState, Outcome | None, int, bool]]],
) -> DeploymentCounts:
    """Counts of some alerts with their engagements."""
    engaged = [
        Engagement(
            alert=name,
            started=STARTED,
            minutes=minutes,
            stopped=stopped or outcome is Outcome.ARREST,
            outcome=outcome,
        )
        for name, (_, outcome, minutes, stopped) in part
        if outcome is not None
    ]
    states = {name: state for name, (state, *_) in part}
    return DeploymentCounts.of(states, engaged, faces_seen=None, unengaged_is_no_action=False)


@pytest.mark.slow
@given(alerts, st.data())
def test_parts_add_up_to_the_whole(
    drawn: list[tuple[AlertState, Outcome | None, int, bool]], data: st.DataObject
) -> None:
    named = [(f"alert-{place}", alert) for place, alert in enumerate(drawn)]
    parts: list[list[tuple[str, tuple[AlertState, Outcome | None, int, bool]]]] = [[], [], []]
    for alert in named:
        parts[data.draw(st.integers(0, 2))].append(alert)
    total = counted([])
    for part in parts:
        total = joined(total, counted(part))
    assert total == counted(named)
