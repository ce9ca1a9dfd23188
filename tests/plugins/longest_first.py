"""The files that take longest are begun first, so that no process waits for one of them at the end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

__all__ = ["LONGEST"]

LONGEST: Final = (
    "tests/live/test_soak.py",
    "tests/browser/test_operator.py",
    "tests/fault/test_places.py",
    "tests/browser/test_live_search.py",
    "tests/fault/test_nothing_kept.py",
    "tests/browser/test_operator_again.py",
    "tests/fault/test_killed.py",
    "tests/browser/test_operator_pairs.py",
    "tests/fault/test_bad_input.py",
    "tests/browser/test_tour.py",
    "tests/cli/test_evaluate.py",
    "tests/cli/test_live.py",
    "tests/cli/test_dashboard.py",
    "tests/notebooks/test_kernel_interrupts.py",
    "tests/team/test_legal_states_team.py",
    "tests/cli/test_demo.py",
    "tests/browser/test_review_panels.py",
    "tests/notebooks/test_tour.py",
    "tests/notebooks/test_live_search.py",
    "tests/browser/test_watchlist.py",
    "tests/fault/test_clumsy_use.py",
    "tests/demonstration/test_demonstration_making.py",
    "tests/browser/test_operator_keys.py",
    "tests/widgets/test_dashboard_server.py",
    "tests/retrospective/test_indexing.py",
    "tests/faces/test_runtimes.py",
    "tests/browser/test_operator_logins.py",
    "tests/demonstration/test_whole_runs.py",
    "tests/live/test_skipping.py",
    "tests/browser/test_probe_editor.py",
    "tests/team/test_creating_team.py",
    "tests/test_demonstration.py",
    "tests/property/test_bench_legal_states.py",
    "tests/fault/test_many_writers.py",
    "tests/bench/test_speakers.py",
    "tests/bench/test_camera_kills.py",
    "tests/live/test_long_run.py",
    "tests/bench/test_session_interrupts.py",
    "tests/browser/test_make_lab.py",
    "tests/browser/test_managers_overview.py",
    "tests/browser/test_managers_parts.py",
    "tests/cli/test_retrospective.py",
    "tests/team/test_safeguards_team.py",
)
"""Files of more than half a minute, about the longest first; those of browsers alternate with
others, since what two browsers and two kernels do at once is slow for people, too."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order files, not what is in them: the longest, then those of many slow tests."""
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    known = {config.rootpath / name: place for place, name in enumerate(LONGEST)}

    def place(item: pytest.Item) -> tuple[int, int]:
        path: Path = item.path
        return known.get(path, len(known)), -slow[path]

    items.sort(key=place)
