"""What `benchmarks/evaluation_speed.py` times on both sides are the same figures."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def speed(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    if not BENCHMARKS.is_dir():
        pytest.skip("the benchmarks are no part of an installed workbench")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("evaluation_speed")


def tiny(speed: ModuleType, draws: int = 60) -> list[Any]:
    """Cases of comparisons and of searches that take a moment."""
    faces, plain = speed.faces(40, 60), speed.Plain()
    at = speed.thresholds_of(faces)
    frame = speed.made_searches(120)
    some = np.linspace(0.1, 0.8, 12).astype(np.float32)
    return [
        speed.Case(
            "comparisons",
            lambda: speed.compared(faces, at, draws),
            lambda: plain.compared(faces, at, draws),
            lambda: plain.once + plain.draws,
            1.0,
            draws,
        ),
        speed.Case(
            "searches",
            lambda: speed.searched(frame, some, draws),
            lambda: speed.searched_plainly(frame, some, draws),
            lambda: 1.0,
            1.0,
            draws,
        ),
    ]


@pytest.mark.parametrize("which", [0, 1], ids=["comparisons", "searches"])
def test_both_sides_find_the_same(speed: ModuleType, which: int) -> None:
    found = speed.measured(tiny(speed)[which], 2)
    assert found["largest_difference_of_rates"] < 1e-12
    assert len(found["ours_seconds"]) == len(found["loop_seconds"]) == 2
    assert found["ratio_least"] <= found["ratio"] <= found["ratio_most"]


def test_another_rate_or_interval_stops_it(speed: ModuleType) -> None:
    case = tiny(speed)[1]
    found = case.ours()
    width = found.high - found.low
    halved = replace(found, rates=found.rates / 2)
    wider = replace(found, low=found.low - width, high=found.high + width)
    for wrong in (halved, wider):
        with pytest.raises(AssertionError):
            speed.measured(replace(case, ours=lambda wrong=wrong: wrong), 1)


def test_of_a_scaled_loop_nothing_is_compared(speed: ModuleType) -> None:
    scaled = replace(tiny(speed)[0], scale_memory=4.0)
    found = speed.measured(scaled, 1)
    assert found["loop_is_scaled"]
    assert found["largest_difference_of_rates"] is None


def test_quick_prints_every_case_and_writes_nothing(
    speed: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(speed, "cases", lambda *, quick: tiny(speed) if quick else [])
    monkeypatch.setattr(speed, "write_result", lambda *_: pytest.fail("a quick run was written"))
    monkeypatch.setattr(sys, "argv", ["evaluation_speed.py", "--quick", "--rounds", "1"])
    speed.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in lines if line.startswith("| ")] == [
        "case", "---", "comparisons", "searches",
    ]  # fmt: skip
