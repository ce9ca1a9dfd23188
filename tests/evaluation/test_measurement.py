"""A measurement is read as it was written, and whatever does not fit is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from workbench.errors import AbsentError, ProtocolError
from workbench.evaluation import (
    Measurement,
    MeasurementFacts,
    read_measurement,
    write_measurement,
)
from workbench.evaluation.measurement import MEASUREMENT_FILES, require_consistent

VALUES: dict[str, Any] = {
    "name": "sface fp32",
    "created": datetime(2026, 11, 27, tzinfo=UTC),
    "data_set": "made up",
    "split": "test",
    "rule": "all of them",
    "protocol_sha256": "0" * 64,
    "matcher": "sface",
    "unit": "cosine",
    "encoders": {"sface": {"artefact": "sface", "dimension": 128}},
    "runtime": "fp32",
    "list_size": 2,
    "opened": datetime(2026, 11, 27, tzinfo=UTC),
    "opened_by": "scientist",
    "opened_for": "street/1",
}


@pytest.fixture
def measured(
    searches: Callable[..., pl.DataFrame], references: Callable[..., pl.DataFrame]
) -> Measurement:
    found = searches([(0.9, 1), (0.4, 2)], [0.3, None], tops=[0.9, 0.5]).with_columns(
        group=pl.Series(["a", None, "b", "b"])
    )
    listed = references(*found.filter("mated")["identity"].unique(maintain_order=True))
    returned = pl.when(pl.col("top_identity").is_not_null()).then(pl.lit(listed["identity"][0]))
    return Measurement.of(
        MeasurementFacts.model_validate(VALUES), found.with_columns(top_identity=returned), listed
    )


def test_it_is_read_as_it_was_written(measured: Measurement, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "report"
    write_measurement(measured, folder)
    again = read_measurement(folder)
    assert again.facts == measured.facts
    assert again.searches.equals(measured.searches)
    assert again.references.equals(measured.references)
    assert again.has_groups
    assert sorted(path.name for path in folder.iterdir()) == sorted(MEASUREMENT_FILES)


def test_what_a_measurement_does_not_know_is_null(
    searches: Callable[..., pl.DataFrame], references: Callable[..., pl.DataFrame]
) -> None:
    made = Measurement.of(
        MeasurementFacts.model_validate(VALUES), searches([(0.9, 1)]), references("listed 0")
    )
    assert not made.has_groups
    assert made.searches["top_reference"].to_list() == [None]


@pytest.mark.parametrize("name", MEASUREMENT_FILES)
def test_a_missing_file_is_named(measured: Measurement, tmp_path: Path, name: str) -> None:
    write_measurement(measured, tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ProtocolError, match=name):
        read_measurement(tmp_path)


@pytest.mark.parametrize("name", MEASUREMENT_FILES)
def test_a_damaged_file_is_named(measured: Measurement, tmp_path: Path, name: str) -> None:
    write_measurement(measured, tmp_path)
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(ProtocolError, match=name):
        read_measurement(tmp_path)


CELLS: list[tuple[str, dict[str, Any], str]] = [
    ("searches", {"top_score": float("nan")}, "row 2, column top_score: is not a number (NaN)"),
    ("searches", {"mate_score": float("nan")}, "row 2, column mate_score: is not a number (NaN)"),
    ("searches", {"top_score": float("inf")}, "row 2, column top_score: is infinite"),
    ("searches", {"mate_rank": 0}, "row 2, column mate_rank: is below 1"),
    ("searches", {"identity": None}, "row 2, column identity: is empty"),
    ("searches", {"identity": ""}, "row 2, column identity: is empty"),
    ("searches", {"probe": "listed 0"}, "row 2, column probe: stands in an earlier row, too"),
    ("references", {"acquired": None}, "row 2, column acquired: is empty"),
    ("searches", {"mate_score": 0.95}, "row 2 (nobody_scores_above_the_top)"),
]


@pytest.mark.parametrize(("table", "cell", "said"), CELLS)
def test_a_wrong_cell_is_named_with_file_row_and_column(
    measured: Measurement, tmp_path: Path, table: str, cell: dict[str, Any], said: str
) -> None:
    write_measurement(measured, tmp_path)
    file = tmp_path / f"{table}.parquet"
    frame = pl.read_parquet(file)
    if "probe" in cell:
        cell = {"probe": frame["probe"][0]}
    second = pl.int_range(pl.len()) == 1
    frame.with_columns(
        pl.when(second).then(pl.lit(value, frame.schema[name])).otherwise(name).alias(name)
        for name, value in cell.items()
    ).write_parquet(file)
    with pytest.raises(ProtocolError) as refused:
        read_measurement(tmp_path)
    assert str(refused.value).startswith(str(file))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_wrong_column_is_named_with_its_file(measured: Measurement, tmp_path: Path) -> None:
    write_measurement(measured, tmp_path)
    file = tmp_path / "searches.parquet"
    frame = pl.read_parquet(file)
    for wrong, said in (
        (frame.drop("mated"), "has no column mated"),
        (frame.cast({"top_score": pl.String}), "column top_score is of type String, not Float32"),
    ):
        wrong.write_parquet(file)
        with pytest.raises(ProtocolError, match=said):
            read_measurement(tmp_path)
    frame.drop("group").write_parquet(file)
    assert not read_measurement(tmp_path).has_groups


@pytest.mark.parametrize("name", ["", *MEASUREMENT_FILES])
def test_what_is_not_there_fails_as_any_missing_path(
    measured: Measurement, tmp_path: Path, name: str
) -> None:
    write_measurement(measured, tmp_path)
    if name:
        (tmp_path / name).unlink()
    with pytest.raises(AbsentError) as refused:
        read_measurement(tmp_path if name else tmp_path / "none")
    assert refused.value.exit_code == 1
    assert "Give a folder that --report wrote." in str(refused.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"opened_by": None}, "come together"),
        ({"split": "tuning"}, "only a locked test set"),
        ({"synthetic_references": 3}, "synthetic"),
        ({"extra": 1}, "extra"),
    ],
)
def test_facts_hold_together(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        MeasurementFacts.model_validate(VALUES | changed)


def test_tracks_of_a_staged_crowd_are_no_evidence(measured: Measurement, tmp_path: Path) -> None:
    require_consistent(measured, "the folder")
    facts = measured.facts.model_copy(update={"searched": "staged tracks"})
    write_measurement(Measurement.of(facts, measured.searches, measured.references), tmp_path)
    staged = read_measurement(tmp_path)
    assert staged.facts.searched == "staged tracks"
    with pytest.raises(ProtocolError, match="the folder: its searches are tracks of a staged"):
        require_consistent(staged, "the folder")


@pytest.mark.parametrize(
    "fault", [pl.exceptions.PanicException("unwrap on an Err"), ValueError("no such type")]
)
def test_whatever_polars_raises_of_a_damaged_table_names_the_file(
    measured: Measurement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    write_measurement(measured, tmp_path)

    def panics(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(pl, "read_parquet", panics)
    with pytest.raises(ProtocolError, match=r"searches.parquet: cannot be read \((unwrap|no such)"):
        read_measurement(tmp_path)


def test_a_folder_is_no_pattern(measured: Measurement, tmp_path: Path) -> None:
    for name in ("x[ab]", "xa"):
        write_measurement(measured, tmp_path / name)
    (tmp_path / "xa" / "searches.parquet").unlink()
    assert read_measurement(tmp_path / "x[ab]").searches.equals(measured.searches)


def test_a_table_of_too_many_rows_is_refused_before_it_is_read(
    measured: Measurement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_measurement(measured, tmp_path)
    file = tmp_path / "searches.parquet"
    pl.DataFrame({"probe": pl.repeat("x", 5_000_001, eager=True)}).write_parquet(file)
    monkeypatch.delattr(pl, "read_parquet")
    with pytest.raises(ProtocolError, match=r"has 5,000,001 rows, more than the 5,000,000"):
        read_measurement(tmp_path)
