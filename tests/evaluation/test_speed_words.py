"""The benchmark of evaluations prints no peak below what it can tell."""

from __future__ import annotations

import doctest
import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.mark.parametrize(
    ("peak", "words"), [(-0.4, "under 1"), (0.0, "under 1"), (0.6, "under 1"), (1234.4, "1,234")]
)
def test_a_peak_that_is_not_measurable_is_under_one(
    peak: float, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    spec = importlib.util.spec_from_file_location("speed", BENCHMARKS / "evaluation_speed.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "speed", module)
    spec.loader.exec_module(module)
    assert module.megabytes(peak) == words
    assert doctest.testmod(module).failed == 0
