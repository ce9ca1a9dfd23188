"""The rule on skips, as a plugin: `WORKBENCH_REQUIRE_ALL=1` makes each skip a failure.

On a person's machine a test that lacks a program, data or the package index skips and names what
it needs. In continuous integration all of it is installed, so a skip there is a test lost.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

__all__ = ["VARIABLE"]

VARIABLE = "WORKBENCH_REQUIRE_ALL"
# What pytest says of a docstring whose examples are all marked as not to be run.
NOT_TO_BE_RUN = "all tests skipped by +SKIP option"
# Continuous integration installs programs and data; it has the processor that it has.
NO_GPU = "needs an NVIDIA GPU"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that skips; an expected failure is reported as a skip too and stays one."""
    report = yield
    if not hasattr(report, "wasxfail"):
        _require(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that skips as a whole."""
    report = yield
    _require(report)
    return report


def _require(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get(VARIABLE) == "1" and report.skipped:
        place = report.longrepr
        reason = place[2] if isinstance(place, tuple) else str(place)
        if NOT_TO_BE_RUN in reason or reason.endswith(NO_GPU):
            return
        report.outcome = "failed"
        report.longrepr = f"{VARIABLE}=1, but this was skipped: {reason}"
