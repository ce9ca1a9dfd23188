"""Values of a deployment on a test bench, around the moment at which its clock stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from deployment_values import application_values as governance_values

__all__ = ["ENDS", "FUSED", "FUSED_INT8", "MINIMA", "SFACE", "STARTS", "application_values"]

STARTS = datetime(2026, 11, 25, 10, tzinfo=UTC)
"""An hour after `START` of tests/bench/conftest.py."""
ENDS = STARTS + timedelta(hours=6)
FUSED = "default-fused/1"
FUSED_INT8 = "default-fused-int8/1"
SFACE = "default-sface/1"
MINIMA = {FUSED: 2.3102, FUSED_INT8: 2.312, SFACE: 0.4788, "default-facenet/1": 0.655}
"""Minimum thresholds of the shipped policies."""


def application_values(**changes: Any) -> dict[str, Any]:
    """A complete application for one feed, `gate`; its threshold is the least of its policy."""
    policy = changes.get("policy", FUSED)
    return governance_values(
        **{
            "reference": "2026-11/HIGH-ST-1",
            "starts": STARTS.isoformat(),
            "ends": ENDS.isoformat(),
            "feeds": [{"name": "gate", "place": "lamp post 12, looking north"}],
            "policy": policy,
            "minimum_threshold": MINIMA.get(policy, 9.0),
        }
        | changes
    )
