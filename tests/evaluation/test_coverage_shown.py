"""What is simulated of the intervals that are shown has the rates that it says it has."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from workbench.intervals import clopper_pearson, clustered_interval

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> ModuleType:
    if not BENCHMARKS.is_dir():
        pytest.skip("the benchmarks are no part of an installed workbench")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module(request.param)


def of(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("script", [name], indirect=True)


@of("coverage_field")
def test_deployments_have_the_rate_and_spread_that_is_said(script: ModuleType) -> None:
    generator = np.random.default_rng(0)
    for kind, spread in zip(script.KINDS, (0.0, 0.5, 0.5), strict=True):
        alerts, faces = script.made(20_000, kind, generator)
        rates = alerts / faces
        assert alerts.sum() / faces.sum() == pytest.approx(script.RATE, rel=0.03)
        assert faces.std() > 0 if kind == script.KINDS[2] else np.all(faces == script.FACES)
        # Of the variance of a rate, that of the counts is 1 over the faces.
        between = rates.var() - (script.RATE / faces).mean()
        assert between / script.RATE**2 == pytest.approx(spread, abs=0.06)


@of("coverage_field")
def test_what_is_shown_is_the_interval_of_the_field(script: ModuleType) -> None:
    alerts, faces = np.array([4, 0, 9, 2]), np.array([5000, 4000, 5000, 900])
    found = script.intervals(alerts, faces, 50, np.random.default_rng(0))
    assert found["as shown"] == clustered_interval(alerts.tolist(), faces.tolist())
    few = script.intervals(np.array([1, 0, 1]), faces[:3], 50, np.random.default_rng(0))
    assert few["as shown"] == clopper_pearson(2, 14_000)
    none = script.intervals(np.zeros(3, np.int64), faces[:3], 50, np.random.default_rng(0))
    assert set(none.values()) == {clopper_pearson(0, 14_000)}


@of("coverage_field")
def test_rates_that_vary_are_held_by_deployment_and_not_by_face(script: ModuleType) -> None:
    found = script.field_cell(20, script.KINDS[1], 200, 60)["coverage"]
    assert found["Clopper-Pearson"] < 0.85
    # Three standard errors of a share of 200 are 0.046.
    assert found["as shown"] > 0.94 - 0.05


@of("coverage_searches")
def test_tpir_and_fpir_are_what_the_thresholds_say(script: ModuleType) -> None:
    generator = np.random.default_rng(0)
    scores = script.standard(2, 40_000, generator)
    assert np.corrcoef(scores[::2], scores[1::2])[0, 1] == pytest.approx(script.PERSON**2, abs=0.02)
    at = np.quantile(script.standard(1, 80_000, generator), 0.97)
    assert (scores + script.MATE >= at).mean() == pytest.approx(script.tpir(4.5, 0.03), abs=0.002)


@of("coverage_searches")
def test_a_tally_says_on_which_side_the_truth_lies(script: ModuleType) -> None:
    ends = ((0.0, 1.0), (0.6, 1.0), (0.6, 0.9), (0.0, 0.1), (None, None))
    (found,) = script.tally(5, lambda seed: {"one": (*ends[seed], 0.5)})
    assert (found["told"], found["coverage"]) == (4, 0.25)
    assert (found["truth_below"], found["truth_above"]) == (0.5, 0.25)


@of("coverage_searches")
def test_every_interval_of_searches_is_told(script: ModuleType) -> None:
    rows = [*script.tpir_cells(3, 20, 400), *script.difference_cells(3, 20, 400)]
    assert len({row["interval"] for row in rows}) == 3 * len(script.TARGETS)
    assert all(row["told"] == 3 for row in rows)


@of("coverage_people")
def test_the_rate_of_a_list_is_what_searches_of_it_find(script: ModuleType) -> None:
    generator = np.random.default_rng(0)
    probes, n = 20_000, 100
    own = generator.normal(0.0, np.sqrt(script.SHARE), (probes, 1))
    scores = own + generator.normal(0.0, np.sqrt(1.0 - script.SHARE), (probes, n))
    found = (scores.max(axis=1) >= 3.0).mean()
    assert found == pytest.approx(script.fpir_of_list(3.0, n), abs=0.01)


@of("coverage_people")
def test_every_interval_of_people_is_told(script: ModuleType) -> None:
    rows = [*script.list_cells(2, 20), *script.ratio_cells(2)]
    assert len({row["interval"] for row in rows}) == len(rows) == 4 + 8 + 3
    cost = next(row for row in rows if row["interval"].startswith("Cllr"))
    assert cost["told"] == 2
