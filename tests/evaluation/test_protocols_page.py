"""The page on protocols names exactly the columns that are read."""

from __future__ import annotations

import re
from pathlib import Path

from workbench import evaluation
from workbench.evaluation import AlertScores, Protocol
from workbench.evaluation.adjudicated import CENSORED

PAGE = (Path(__file__).parents[2] / "docs/protocols.md").read_text("utf-8")


def columns(heading: str) -> list[str]:
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
    return re.findall(r"`(\w+)`", " ".join(rows))


def test_the_columns_are_those_of_the_schemas() -> None:
    assert columns("Identification") == list(Protocol.column_names())
    assert sorted(columns("Alerts of closed deployments")) == sorted(AlertScores.column_names())


def test_what_is_called_is_there() -> None:
    called = set(re.findall(r"`(\w+)(?:\(|`)", PAGE)) & set(re.findall(r"\w+_\w+", PAGE))
    known = (
        set(evaluation.__all__)
        | set(AlertScores.column_names())
        | {"other_path", "other_identity"}
        | {"pseudonymous_scores"}  # a view of a team's store
    )
    assert {name for name in called if name not in known} == set()
    assert {"read_protocol", "draw_protocol", "alert_scores", "staged_protocol"} <= called


def test_it_says_that_the_alerts_are_censored() -> None:
    for said in (CENSORED, PAGE):
        assert "were never kept" in said
        assert "missed" in said
