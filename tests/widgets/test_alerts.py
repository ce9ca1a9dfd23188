"""The alert list as seen from Python: what travels, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import traitlets

import widgets
from widgets import AlertTable
from workbench.reports import (
    STATES,
    AlertView,
    OtherCandidate,
    Picture,
    QualityView,
    TruthView,
)

STATIC = Path(widgets.__file__).parent / "static"


def view(number: int, *, truth: TruthView | None = None) -> AlertView:
    """Build an alert; the pictures are any bytes."""
    return AlertView(
        number=number,
        time_s=61.25,
        person="Zoë",
        score=-0.5,
        meaning="1 in 10",
        meaning_detail="measured on nothing",
        probe=Picture(b"probe %d" % number, "face", "in the feed"),
        reference=Picture(b"reference %d" % number, "face", "on the list"),
        probe_quality=QualityView("warn", ("small.",)),
        reference_quality=QualityView("accept"),
        others=(OtherCandidate("Other", -2.0, "common"),),
        truth=truth,
    )


def test_empty() -> None:
    table = AlertTable()
    assert (table.alerts, table.pictures, table.selected) == ([], [], -1)


def test_pictures_travel_as_buffers_in_pairs() -> None:
    table = AlertTable([view(1), view(2, truth=TruthView(right=False, person="X", note="n"))])
    assert table.pictures == [b"probe 1", b"reference 1", b"probe 2", b"reference 2"]
    first, second = table.alerts
    assert (first["time"], first["state"], first["truth"]) == ("1:01.2", "open", None)
    assert second["truth"]["word"] == "wrong"
    assert set(table.states) == set(STATES)
    comm_state = table.get_state()
    assert all(isinstance(picture, bytes) for picture in comm_state["pictures"])


@pytest.mark.parametrize("selected", [-2, 2])
def test_selecting_what_is_not_there_is_refused(selected: int) -> None:
    table = AlertTable([view(1), view(2)])
    with pytest.raises(traitlets.TraitError, match="selected must be -1 to 1 for 2 alerts"):
        table.selected = selected
    assert table.selected == 0


def test_a_missing_picture_is_refused() -> None:
    table = AlertTable([view(1)])
    with pytest.raises(traitlets.TraitError, match="two for each alert"):
        table.pictures = [b"only one"]


def test_exported_names_are_the_documented_ones() -> None:
    assert set(widgets.__all__) == {
        "AlertQueue",
        "AlertTable",
        "AppearanceBar",
        "CandidateGrid",
        "CandidateRow",
        "CaseDesk",
        "ComparedPicture",
        "ComparisonView",
        "DemonstrationCase",
        "DemonstrationDesk",
        "DeploymentPage",
        "EncoderComparison",
        "EquityOutcomes",
        "EquityPage",
        "ExaminationDesk",
        "ExaminationPanel",
        "ExaminationPlace",
        "FootageDesk",
        "FootageLane",
        "FootageTimeline",
        "FormPanel",
        "FoundFace",
        "ListHead",
        "LiveView",
        "Operator",
        "OutcomesOverview",
        "PairList",
        "PairsDesk",
        "PictureRow",
        "PreparedProbe",
        "ProbeEditor",
        "ReportDesk",
        "ReportView",
        "SafeguardsPage",
        "ScoreMeaning",
        "SearchDesk",
        "SearchHit",
        "SessionControls",
        "SessionPanel",
        "StepDone",
        "Table",
        "ThresholdLab",
        "WatchlistBuilder",
        "WatchlistDesk",
        "case_desk",
        "compare_encoders",
        "demonstration_desk",
        "equity_page",
        "folder_images",
        "judge_by",
        "judge_eyes_by",
        "list_desk",
        "live_desk",
        "operator",
        "score_chart",
        "score_meaning",
        "set_images",
        "timeline_chart",
        "tune_thresholds",
    }
    assert all(callable(getattr(widgets, name)) for name in widgets.__all__)


@pytest.mark.parametrize("path", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_static_files_name_no_other_host(path: Path) -> None:
    addresses = set(re.findall(r"https?://[^\s\"']+", path.read_text("utf-8")))
    assert addresses <= {"http://www.w3.org/2000/svg"}, "a namespace is a name, not an address"
