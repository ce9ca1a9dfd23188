"""95 % intervals hold a known rate as often as they say, or the table says where they do not."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from workbench.evaluation.bootstrap import share_bands

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "coverage.py"


@pytest.fixture
def simulation(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(SCRIPT.parent)
    spec = importlib.util.spec_from_file_location("coverage_simulation", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_shared_draws_are_the_draws_of_the_product(simulation: ModuleType) -> None:
    made = simulation.errors(60, 0.2, 5, 4, np.random.default_rng(1))
    sizes = np.full(12, 5, np.int64)
    low, high = simulation.drawn(made, sizes, 200, seed=9)
    for row in range(4):
        ours = share_bands(made[row], sizes, 1, replicates=200, seed=9)
        assert (low[row], high[row]) == pytest.approx((ours[0][0], ours[1][0]), abs=1e-9)


def test_people_correlate_as_they_should(simulation: ModuleType) -> None:
    made = simulation.errors(50_000, 0.1, 5, 1, np.random.default_rng(2))[0].reshape(-1, 5)
    assert made.mean() == pytest.approx(0.1, abs=0.01)
    pairs = np.corrcoef(made[:, 0], made[:, 1])[0, 1]
    assert pairs == pytest.approx(simulation.CORRELATION, abs=0.06)


def test_independent_errors_are_covered(simulation: ModuleType) -> None:
    found = simulation.cell(500, 0.1, 1, 300, 200)["coverage"]
    # Three standard errors of a share of 300 are 0.038.
    assert found["Clopper-Pearson"] > 0.95 - 0.038
    assert found["Wilson"] == pytest.approx(0.95, abs=0.038)
    assert found["bootstrap by identity"] == pytest.approx(0.95, abs=0.045)
    assert found["as shown"] > 0.95 - 0.038


def test_correlated_errors_are_covered_by_those_who_know_people(simulation: ModuleType) -> None:
    found = simulation.cell(500, 0.1, 5, 300, 200)["coverage"]
    assert found["Clopper-Pearson"] < 0.92
    assert found["bootstrap by image"] < 0.92
    assert found["bootstrap by identity"] > 0.95 - 0.038
    assert found["Clopper-Pearson by effective number"] > 0.95 - 0.038


def test_draws_say_nothing_of_errors_never_seen(simulation: ModuleType) -> None:
    cell = simulation.cell(50, 0.001, 1, 200, 50)
    assert cell["without_an_error"] > 0.85
    assert cell["coverage"]["bootstrap by identity"] < 0.2
    assert cell["coverage"]["as shown"] > 0.95


def test_comparisons_are_covered_where_people_of_both_sides_are_drawn(
    simulation: ModuleType,
) -> None:
    many = simulation.crossed(60, 150)[0]
    assert many["fmr"] == 0.1
    assert many["coverage"]["Clopper-Pearson"] < 0.7
    # Three standard errors of a share of 60 are 0.084.
    assert many["coverage"]["people of both sides"] > 0.95 - 0.084
