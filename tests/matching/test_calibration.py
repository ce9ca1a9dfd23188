"""Calibration files: read back as written, and refused with the field named."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import EncoderMismatchError, InputError
from workbench.faces.templates import EncoderIdentity
from workbench.matching.calibration import Calibration, FmrTable, load_calibration


@pytest.fixture
def document(calibration: Calibration) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(calibration.to_json())
    return parsed


def _write(folder: Path, document: object) -> Path:
    path = folder / "calibration.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_round_trip(calibration: Calibration, tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(calibration.to_json(), "utf-8")
    assert load_calibration(path) == calibration


def test_the_shipped_one_is_real_or_its_absence_is_said() -> None:
    shipped = resources.files("workbench.matching").joinpath("data", "calibration.json")
    if not shipped.is_file():
        with pytest.raises(InputError, match="has no calibration"):
            load_calibration()
        return
    calibration = load_calibration()
    assert "fixture" not in calibration.id
    assert set(calibration.matchers) == {"facenet", "sface", "fused"}
    assert calibration.fusion is not None
    for matcher in calibration.matchers.values():
        assert matcher.fmr.comparisons >= 100_000


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.json: there is no such file, and so no calibr"):
        load_calibration(tmp_path / "nowhere.json")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"{}"])
def test_what_is_no_calibration(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.json"):
        load_calibration(path)


def test_a_folder_is_no_calibration(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_calibration(tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda d: d.update(schema_version=2), "schema_version"),
        (lambda d: d.update(unknown=1), "unknown"),
        (lambda d: d.update(created="2026-01-01T00:00:00"), "created"),
        (lambda d: d["fusion"].update(form="neural"), "fusion.form"),
        (lambda d: d["fusion"]["weights"].update(third=1.0), "encoder that encoders does not"),
        (lambda d: d["encoders"]["sface"].update(name="other"), "that of other"),
        (lambda d: d["encoders"]["sface"].update(sha256="A" * 64), "encoders.sface.sha256"),
        (lambda d: d["matchers"]["fused"].update(unit="cosine"), "cannot have unit cosine"),
        (lambda d: d["matchers"]["fused"].pop("default_threshold"), "default_threshold"),
        (lambda d: d.update(fusion=None), "needs a fusion"),
        (lambda d: d["encoders"].pop("facenet"), "fusion.weights"),
    ],
)
def test_faults_are_named(
    document: dict[str, Any],
    tmp_path: Path,
    change: Callable[[dict[str, Any]], object],
    named: str,
) -> None:
    change(document)
    with pytest.raises(InputError, match=named):
        load_calibration(_write(tmp_path, document))


@pytest.mark.parametrize(
    ("comparisons", "scores", "counts"),
    [
        (10, (), ()),
        (10, (0.1,), (11,)),
        (10, (0.1, 0.1), (5, 4)),
        (10, (0.1, 0.2), (4, 5)),
        (10, (0.1, 0.2), (4,)),
        (10, (0.1,), (-1,)),
        (0, (0.1,), (0,)),
        (10, (float("nan"),), (1,)),
    ],
)
def test_tables_that_cannot_be(
    comparisons: int, scores: tuple[float, ...], counts: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="FmrTable"):
        FmrTable(comparisons=comparisons, scores=scores, counts=counts)


@pytest.mark.parametrize(
    ("score", "count"),
    [(-1.0, 100), (0.1, 90), (0.15, 90), (0.2, 30), (0.29, 30), (0.3, 1), (0.300001, 0), (9.0, 0)],
)
def test_counts_between_grid_scores_are_never_too_low(score: float, count: int) -> None:
    table = FmrTable(comparisons=100, scores=(0.1, 0.2, 0.3), counts=(90, 30, 1))
    assert table.at_or_above(score) == count


@pytest.mark.parametrize(
    ("rate", "score"), [(1.0, 0.1), (0.9, 0.1), (0.5, 0.2), (0.02, 0.3), (0.0, 0.3)]
)
def test_the_score_of_a_rate_is_the_lowest_that_no_more_reach(rate: float, score: float) -> None:
    table = FmrTable(comparisons=100, scores=(0.1, 0.2, 0.3), counts=(90, 30, 1))
    assert table.score_at(rate) == score


def test_other_encoders_are_told_apart(
    calibration: Calibration, identity: Callable[..., EncoderIdentity]
) -> None:
    calibration.require_measured_with({name: identity(name) for name in ("facenet", "sface")})
    assert calibration.was_measured_with(identity("sface"))
    for other in (
        identity("sface", "b"),
        identity("sface", alignment="made-up/2"),
        EncoderIdentity("third", "third-weights", "a" * 64, "made-up/1", 128),
    ):
        assert not calibration.was_measured_with(other)
        with pytest.raises(EncoderMismatchError, match="cannot be fused"):
            calibration.require_measured_with({other.name: other})
