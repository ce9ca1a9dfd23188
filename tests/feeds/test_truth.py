"""Ground truth tables: what is written is read again, and damage is refused."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from workbench.errors import FeedError, OutputError
from workbench.feeds import GroundTruth, check_truth, read_truth, truth_path, write_truth


def mock_truth(**columns: object) -> pl.DataFrame:
    """Return two people over two frames, with columns replaced."""
    table: dict[str, object] = {
        "frame": [0, 0, 1],
        "time_s": [0.0, 0.0, 0.04],
        "person": ["a", "b", "a"],
        "listed": [True, False, True],
        "x0": [0.0, 50.0, 2.0],
        "y0": [0.0, 50.0, 2.0],
        "x1": [10.0, 70.0, 12.0],
        "y1": [12.0, 75.0, 14.0],
        "occluded": [0.0, 1.0, 0.25],
        **columns,
    }
    types = {name: column.dtype for name, column in GroundTruth.columns().items()}
    return pl.DataFrame(table, schema_overrides=types)


def test_nobody_in_view_is_ground_truth(tmp_path: Path) -> None:
    path = tmp_path / "empty.parquet"
    write_truth(mock_truth().clear(), path)
    assert read_truth(path).height == 0


def test_what_is_written_is_read_in_order(tmp_path: Path) -> None:
    path = truth_path(tmp_path / "crowd.mp4")
    assert path.name == "crowd.mp4.truth.parquet"
    write_truth(mock_truth().reverse(), path)
    assert read_truth(path).equals(mock_truth())
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert read_truth(path).columns == [
        "frame", "time_s", "person", "listed", "x0", "y0", "x1", "y1", "occluded",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "columns",
    [
        {"frame": [0, 0, -1]},
        {"frame": [0, 0, None]},
        {"person": ["a", "a", "a"]},
        {"person": ["a", "", "a"]},
        {"listed": [True, False, False]},
        {"listed": [True, None, True]},
        {"time_s": [0.0, 0.5, 1.0]},
        {"time_s": [float("nan"), float("nan"), 1.0]},
        {"x1": [0.0, 70.0, 12.0]},
        {"y1": [12.0, 40.0, 14.0]},
        {"x0": [float("nan"), 50.0, 2.0]},
        {"occluded": [0.0, 1.5, 0.0]},
        {"occluded": [0.0, float("nan"), 0.0]},
    ],
    ids=lambda columns: f"{next(iter(columns))}={next(iter(columns.values()))}",
)
def test_a_table_that_breaks_a_rule_is_refused(tmp_path: Path, columns: dict[str, object]) -> None:
    broken = mock_truth(**columns)
    with pytest.raises(FeedError) as caught:
        check_truth(broken, "table")
    assert "\n" not in str(caught.value)
    path = tmp_path / "broken.parquet"
    with pytest.raises(FeedError):
        write_truth(broken, path)
    assert not list(tmp_path.iterdir())
    broken.write_parquet(path)
    with pytest.raises(FeedError, match=r"broken\.parquet"):
        read_truth(path)


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(FeedError, match="occluded"):
        check_truth(mock_truth().drop("occluded"), "table")


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "cut", "folder"])
def test_a_damaged_file_is_refused_in_one_line(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "truth.parquet"
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "text":
        path.write_text("frame,time_s\n0,0\n", encoding="utf-8")
    elif damage == "cut":
        write_truth(mock_truth(), path)
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "folder":
        path.mkdir()
    with pytest.raises(FeedError, match=r"truth\.parquet") as caught:
        read_truth(path)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="could not be written"):
        write_truth(mock_truth(), tmp_path / "absent" / "truth.parquet")
