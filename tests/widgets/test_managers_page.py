"""What managers' pages have in common: a snapshot is read, renewed, and shown with its age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dataframely as dy
import pytest
from managers_values import part_of, snapshot_folder
from review_values import until

from widgets import managers_page
from widgets.managers_page import ManagersPage
from widgets.managers_parts import Part, cell, chart, column, headline, headlines, section, table
from workbench.errors import UsageError
from workbench.outcomes import OutcomeRecords
from workbench.outcomes.snapshot import Snapshot


class _Page(ManagersPage):
    """Shows how many records there are, or refuses what was chosen."""

    title = "A page"
    notebook = "52_safeguards.ipynb"

    def sections(
        self,
        snapshot: Snapshot,
        records: dy.DataFrame[OutcomeRecords],
        choices: Mapping[str, str],
    ) -> Sequence[Part]:
        if "bad" in choices:
            msg = "there is no such choice. Choose another."
            raise UsageError(msg)
        if "broken" in choices:
            raise ZeroDivisionError
        shown = headlines("all", headline("Records", str(records.height)))
        return [section("counts", "Counts", shown)]

    def empty(self, snapshot: Snapshot, records: dy.DataFrame[OutcomeRecords]) -> str | None:
        return "Close a deployment." if records.is_empty() else None


def _page(folder: Path, **more: Any) -> _Page:
    page = _Page(folder, **more)
    page.wait()
    return page


def test_the_snapshot_is_shown_with_when_it_is_of(tmp_path: Path) -> None:
    at = datetime(2026, 3, 5, 14, 2, 9, tzinfo=UTC)
    page = _page(snapshot_folder(tmp_path, written_at=at, bench="north", renewed_every_s=20))
    shown = page.document()
    page.close()
    assert shown["state"] == "ready"
    assert shown["as_of"] == "5 March 2026, 14:02:09 UTC"
    assert (shown["bench"], shown["demonstration"], shown["stale_s"]) == ("north", False, 60)
    assert shown["age_s"] == pytest.approx((datetime.now(UTC) - at).total_seconds(), abs=60)
    assert part_of(shown, "counts", "all")["figures"][0]["value"] == "287"


def test_figures_are_of_when_they_were_read_and_old_when_nobody_renews_them(
    tmp_path: Path,
) -> None:
    read, renewed = datetime(2026, 3, 5, 13, 55, tzinfo=UTC), datetime(2026, 3, 5, 14, tzinfo=UTC)
    page = _page(snapshot_folder(tmp_path, read_at=read, written_at=renewed))
    shown = page.document()
    page.close()
    assert shown["as_of"] == "5 March 2026, 13:55:00 UTC"
    assert shown["age_s"] == pytest.approx((datetime.now(UTC) - renewed).total_seconds(), abs=60)


def test_a_demonstration_is_marked(tmp_path: Path) -> None:
    page = _page(snapshot_folder(tmp_path, category="demonstration"))
    assert page.document()["demonstration"] is True
    page.close()


def test_pages_are_named_and_one_of_them_is_this(tmp_path: Path) -> None:
    page = _page(snapshot_folder(tmp_path))
    links = page.document()["links"]
    page.close()
    assert [one["address"] for one in links] == [name for name, _ in managers_page.PAGES]
    assert [one["address"] for one in links if one["here"]] == ["52_safeguards.ipynb"]


def test_without_a_snapshot_the_page_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_SNAPSHOT", raising=False)
    page = _Page()
    page.wait()
    shown = page.document()
    page.close()
    assert shown["state"] == "empty"
    assert "workbench dashboard" in shown["words"]


def test_the_folder_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WORKBENCH_SNAPSHOT", str(snapshot_folder(tmp_path)))
    page = _Page()
    page.wait()
    assert page.document()["state"] == "ready"
    page.close()


def test_a_page_without_figures_says_what_to_do(tmp_path: Path) -> None:
    none = OutcomeRecords.create_empty()
    page = _page(snapshot_folder(tmp_path, none))
    shown = page.document()
    page.close()
    assert (shown["state"], shown["words"]) == ("empty", "Close a deployment.")


def test_a_snapshot_that_cannot_be_read_is_an_error_in_words(tmp_path: Path) -> None:
    page = _page(tmp_path / "none")
    shown = page.document()
    page.close()
    assert shown["state"] == "error"
    assert "cannot be read" in shown["words"]


@pytest.mark.parametrize(
    ("choice", "words"), [("bad", "there is no such choice"), ("broken", "ZeroDivisionError: this")]
)
def test_what_cannot_be_shown_is_an_error_in_words(tmp_path: Path, choice: str, words: str) -> None:
    page = _page(snapshot_folder(tmp_path))
    shown = page.document({choice: "1"})
    page.close()
    assert shown["state"] == "error"
    assert shown["words"].startswith(words)


def test_a_renewed_snapshot_is_read_and_a_broken_one_leaves_the_last(tmp_path: Path) -> None:
    first = datetime(2026, 3, 5, 14, 2, tzinfo=UTC)
    later = "5 March 2026, 14:03:00 UTC"
    page = _page(snapshot_folder(tmp_path, written_at=first), poll_s=0.02)
    snapshot_folder(tmp_path, written_at=first + timedelta(minutes=1))
    until(lambda: page.document()["as_of"] == later)
    (tmp_path / "snapshot.json").write_text("{")
    until(lambda: page.document()["fault"] is not None)
    shown = page.document()
    page.close()
    assert (shown["state"], shown["as_of"]) == ("ready", later)
    assert "no snapshot for managers" in shown["fault"]


def test_each_view_is_told_what_it_asked_for(tmp_path: Path) -> None:
    page = _page(snapshot_folder(tmp_path))
    said: list[tuple[str, str]] = []

    def take(content: dict[str, Any], _: object = None) -> None:
        if content["kind"] == "page":
            said.append((content["to"], content["state"]))

    page._model.send = take
    for view, choices in (("v-1", {}), ("v-2", {"bad": "1", "n": 3, "long": "x" * 500})):
        page._on_message(page._model, {"kind": "hello", "view": view}, [])
        page._on_message(page._model, {"kind": "ask", "view": view, "choices": choices}, [])
    until(lambda: {("v-1", "ready"), ("v-2", "error")} <= set(said))
    assert page._asked == {"v-1": {}, "v-2": {"bad": "1"}}
    page._on_message(page._model, {"kind": "bye", "view": "v-2"}, [])
    page.close()
    assert page._asked == {"v-1": {}}
    assert len(set(said)) == 2


def test_parts_hold_plain_values_alone() -> None:
    rows = [[datetime(2026, 3, 5, tzinfo=UTC).date(), float("nan"), cell(None, "unknown")]]
    columns = [column("day", "Day", "date"), column("n", "N", "number"), column("w", "W")]
    made = table("t", "Table", columns, rows)
    assert made["rows"] == [
        ["2026-03-05", None, {"value": None, "words": "unknown", "mark": None, "link": None}]
    ]
    drawn = chart(
        "c", "Chart", alt="a chart", traces=[{"x": (1, float("nan"))}], layout={},
        columns=columns, rows=rows,
    )  # fmt: skip
    assert drawn["traces"] == [{"x": [1, None]}]
