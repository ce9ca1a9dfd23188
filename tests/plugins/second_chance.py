"""A slow test that fails runs once more, and the closing line of the run counts it as rerun.

Slow tests wait for browsers, kernels and servers that share two processors with other tests; one of
many thousands comes too late now and then. What is broken fails twice, and fails.
"""

from __future__ import annotations

import pytest

__all__ = ["RERUNS"]

RERUNS = 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them; a test that says otherwise of itself keeps what it says."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("flaky"):
            item.add_marker(pytest.mark.flaky(reruns=RERUNS))
