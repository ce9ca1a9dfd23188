"""A slow test is run once more, a quick one is not, and what is broken stays so."""

from __future__ import annotations

import pytest

TESTS = """
import pathlib
import pytest

def once(name):
    place = pathlib.Path(name)
    tried = place.exists()
    place.touch()
    return tried

@pytest.mark.slow
def test_late_once():
    assert once("late")

@pytest.mark.slow
def test_broken():
    assert False

def test_quick():
    assert once("quick")
"""


def test_only_what_is_slow_runs_again_and_what_is_broken_fails(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmarkers = slow: takes long")
    pytester.makepyfile(TESTS)
    run = pytester.runpytest_inprocess("-p", "second_chance", "-p", "no:randomly")
    run.assert_outcomes(passed=1, failed=2)
    assert run.parseoutcomes()["rerun"] == 2
