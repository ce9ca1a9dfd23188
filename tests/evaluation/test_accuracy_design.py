"""The design of `benchmarks/accuracy.py` searches for nobody among their own pictures."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest

from workbench.evaluation import comparison_rates, gather_comparisons
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.measure import MeasuredImages, reference_matcher

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
IMAGES = {
    "Ann": ["Ann/1", "Ann/2", "Ann/3"],
    "Ben": ["Ben/1"],
    "Cat": ["Cat/1", "Cat/2"],
    "Dan": ["Dan/1"],
    "Eve": ["Eve/1"],
}


def module(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    if not BENCHMARKS.is_dir():
        pytest.skip("the benchmarks are no part of an installed workbench")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module(name)


@pytest.fixture
def design(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return module("accuracy_design", monkeypatch)


@pytest.fixture
def longer(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return module("accuracy_extrapolation", monkeypatch)


@pytest.fixture
def measured() -> MeasuredImages:
    paths = [path for paths in IMAGES.values() for path in paths]
    vectors = np.random.default_rng(2).normal(size=(len(paths), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    identity = EncoderIdentity("sface", "made-up", "0" * 64, "made-up/1", 8)
    rows = {path: at for at, path in enumerate(paths)}
    return MeasuredImages(rows, {"sface": Templates(vectors, identity)}, {})


def test_each_person_is_listed_once_and_searched_for_once_while_not_listed(
    design: ModuleType,
) -> None:
    who = design.everyone(IMAGES, ["Ann", "Ben", "Cat"])
    assert who.references.rows() == [("Ann/1", "Ann"), ("Ben/1", "Ben"), ("Cat/1", "Cat")]
    assert who.mated.rows() == [("Ann/2", "Ann"), ("Ann/3", "Ann"), ("Cat/2", "Cat")]
    assert who.others.rows() == [("Ann/2", "Ann"), ("Ben/1", "Ben"), ("Cat/2", "Cat")]


def test_what_is_left_out_has_no_part(design: ModuleType) -> None:
    who = design.everyone(IMAGES, IMAGES, ["Ann/1", "Ben/1", "Cat/2"], most=1)
    assert who.references["path"].to_list() == ["Ann/2", "Cat/1", "Dan/1", "Eve/1"]
    assert who.mated["path"].to_list() == ["Ann/3"]


def test_nobody_is_found_by_their_own_reference_while_not_listed(
    design: ModuleType, measured: MeasuredImages
) -> None:
    who = design.everyone(IMAGES, IMAGES)
    matcher, references = reference_matcher(who.references, measured, "sface")
    found = design.found(who, references, measured, matcher)
    others = found.searches.filter(~pl.col("mated"))
    assert others["identity"].to_list() == list(IMAGES)
    vectors = measured.templates["sface"].vectors
    listed = [measured.rows[path] for path in who.references["path"]]
    for at, row in enumerate(others.iter_rows(named=True)):
        probe = vectors[measured.rows[who.others["path"][at]]]
        scores = np.delete(vectors[listed] @ probe, at)
        assert row["top_identity"] != row["identity"]
        assert row["top_score"] == pytest.approx(scores.max(), abs=1e-6)


def test_two_who_raise_alarms_by_each_other_are_drawn_together(design: ModuleType) -> None:
    searches = pl.DataFrame(
        {
            "identity": ["a", "a", "b", "c", "d"],
            "mated": [True, False, False, False, False],
            "top_score": [0.9, 0.8, 0.8, 0.8, 0.1],
            "top_identity": ["a", "b", "a", "b", "a"],
        }
    )
    named = design.linked(searches, 0.5)["identity"].to_list()
    assert named[0] == "a"
    assert len(set(named[1:4])) == 1
    assert named[4] == "d"
    assert design.linked(searches, 0.85)["identity"].to_list() == ["a", "a", "b", "c", "d"]


def scores_of_one_pair(people: int) -> np.ndarray:
    scores = np.random.default_rng(4).uniform(0.0, 0.5, (people, people))
    scores = np.maximum(scores, scores.T)
    scores[3, 7] = scores[7, 3] = 0.9
    np.fill_diagonal(scores, -np.inf)
    return scores.astype(np.float32)


def test_a_threshold_keeps_the_rate_of_comparisons(longer: ModuleType) -> None:
    made = longer.Comparisons.of(scores_of_one_pair(20))
    assert (made.count, made.pairs) == (380, 190)
    assert made.above(0.9) == 2
    assert made.above(made.threshold(2 / 380)) == 2
    assert made.above(made.threshold(1 / 380)) == 0
    low, high = made.rate_interval(0.9)
    assert low == 0.0
    assert high > 2 / 380


def test_comparisons_are_counted_and_drawn_as_the_library_does(longer: ModuleType) -> None:
    generator = np.random.default_rng(6)
    people = 80
    like = generator.normal(0.0, 0.1, people)
    scores = generator.normal(0.0, 0.1, (people, people)) + like[:, None] + like[None, :]
    scores = ((scores + scores.T) / 2).astype(np.float32)
    np.fill_diagonal(scores, -np.inf)
    made = longer.Comparisons.of(scores)
    names = [f"{place:02}" for place in range(people)]
    whole = np.where(np.isfinite(scores), scores, 0.0)
    gathered = gather_comparisons([(0, 0, whole)], names, names)
    for fmr in (0.002, 0.02):
        threshold = made.threshold(fmr)
        (row,) = comparison_rates(gathered, [threshold]).to_dicts()
        assert (made.above(threshold), made.count) == (row["false_matches"], row["nonmated"])
        assert int(np.count_nonzero(scores >= np.float32(threshold))) == made.above(threshold)
        ends = made.rate_interval(threshold)
        # Other draws of the same people: an end is unsure by a few hundredths of the rate.
        assert ends == pytest.approx((row["fmr_boot_low"], row["fmr_boot_high"]), abs=0.2 * fmr)


def test_a_list_drawn_from_everyone_raises_its_share_of_the_alarms(longer: ModuleType) -> None:
    scores = scores_of_one_pair(20)
    assert longer.searched_rate(scores, 0.9, 19) == pytest.approx(2 / 20)
    half = longer.searched_rate(scores, 0.9, 10, draws=4000)
    assert half == pytest.approx(2 / 20 * 10 / 19, rel=0.06)
