"""Property tests that name no number try 50 examples each; `PROPERTY_EXAMPLES=1000` tries so many.

None of them is timed: a machine with other work to do would fail what holds.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

__all__ = ["EXAMPLES"]

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "50"))

settings.register_profile(
    "workbench",
    parent=settings(),
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("workbench")
