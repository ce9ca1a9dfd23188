"""Examples are run wherever one stands, and nothing else is imported to look for them."""

from __future__ import annotations

import pytest


def test_what_holds_no_example_is_not_imported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        holds='"""Counts.\n\n>>> 1 + 1\n2\n"""',
        wrong='"""Counts wrongly.\n\n>>> 1 + 1\n3\n"""',
        nothing='raise RuntimeError("it was imported")',
        test_one="def test_one(): ...",
    )
    run = pytester.runpytest_inprocess("-p", "examples_only", "--doctest-modules", "-q")
    run.assert_outcomes(passed=2, failed=1)
    run.stdout.fnmatch_lines(["FAILED wrong.py::wrong*"])
