"""Views over the library for notebooks: hand-written ESM, nothing from a CDN.

Each name is loaded when first used: a server and a kernel import this package at their start.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from widgets.alert_queue import AlertQueue
    from widgets.alerts import AlertTable
    from widgets.candidate_grid import CandidateGrid
    from widgets.candidate_rows import CandidateRow, ListHead
    from widgets.case_pages import CaseDesk, case_desk
    from widgets.charts import score_chart, timeline_chart
    from widgets.comparison_view import ComparedPicture, ComparisonView
    from widgets.deployment_page import DeploymentPage
    from widgets.desks import live_desk
    from widgets.equity_outcomes_page import EquityOutcomes
    from widgets.equity_view import EquityPage, equity_page
    from widgets.examination_desk import ExaminationDesk
    from widgets.examination_panel import ExaminationPanel
    from widgets.examination_place import ExaminationPlace
    from widgets.footage_desk import FootageDesk
    from widgets.footage_lanes import AppearanceBar, FootageLane, SearchHit
    from widgets.footage_timeline import FootageTimeline
    from widgets.form_panel import FormPanel
    from widgets.live import LiveView
    from widgets.meaning_view import ScoreMeaning, score_meaning
    from widgets.operating import Operator
    from widgets.operator_desk import operator
    from widgets.outcomes_overview import OutcomesOverview
    from widgets.pair_list import PairList
    from widgets.pairs_desk import PairsDesk
    from widgets.pictures import PictureRow
    from widgets.probe_editor import ProbeEditor
    from widgets.probe_views import FoundFace, PreparedProbe, judge_by, judge_eyes_by
    from widgets.report_desk import ReportDesk
    from widgets.report_view import ReportView
    from widgets.safeguards_page import SafeguardsPage
    from widgets.sample_case import DemonstrationCase
    from widgets.sample_desk import DemonstrationDesk, demonstration_desk
    from widgets.search_desk import SearchDesk
    from widgets.session_panel import SessionControls, SessionPanel
    from widgets.step_words import StepDone
    from widgets.tables import Table
    from widgets.threshold_lab import ThresholdLab
    from widgets.threshold_lab_comparison import EncoderComparison
    from widgets.threshold_lab_images import folder_images, set_images
    from widgets.threshold_lab_start import compare_encoders, tune_thresholds
    from widgets.watchlist_builder import WatchlistBuilder
    from widgets.watchlist_desk import WatchlistDesk, list_desk

_HOMES = {
    "AlertQueue": "alert_queue",
    "AlertTable": "alerts",
    "AppearanceBar": "footage_lanes",
    "CandidateGrid": "candidate_grid",
    "CandidateRow": "candidate_rows",
    "CaseDesk": "case_pages",
    "ComparedPicture": "comparison_view",
    "ComparisonView": "comparison_view",
    "DemonstrationCase": "sample_case",
    "DemonstrationDesk": "sample_desk",
    "EquityOutcomes": "equity_outcomes_page",
    "DeploymentPage": "deployment_page",
    "EquityPage": "equity_view",
    "EncoderComparison": "threshold_lab_comparison",
    "ExaminationDesk": "examination_desk",
    "ExaminationPanel": "examination_panel",
    "ExaminationPlace": "examination_place",
    "FootageDesk": "footage_desk",
    "FootageLane": "footage_lanes",
    "FootageTimeline": "footage_timeline",
    "FormPanel": "form_panel",
    "FoundFace": "probe_views",
    "ListHead": "candidate_rows",
    "LiveView": "live",
    "Operator": "operating",
    "OutcomesOverview": "outcomes_overview",
    "PairList": "pair_list",
    "PairsDesk": "pairs_desk",
    "PictureRow": "pictures",
    "PreparedProbe": "probe_views",
    "ProbeEditor": "probe_editor",
    "ReportDesk": "report_desk",
    "ReportView": "report_view",
    "SafeguardsPage": "safeguards_page",
    "ScoreMeaning": "meaning_view",
    "SearchDesk": "search_desk",
    "SearchHit": "footage_lanes",
    "SessionControls": "session_panel",
    "SessionPanel": "session_panel",
    "StepDone": "step_words",
    "Table": "tables",
    "ThresholdLab": "threshold_lab",
    "WatchlistBuilder": "watchlist_builder",
    "WatchlistDesk": "watchlist_desk",
    "case_desk": "case_pages",
    "compare_encoders": "threshold_lab_start",
    "demonstration_desk": "sample_desk",
    "equity_page": "equity_view",
    "folder_images": "threshold_lab_images",
    "judge_by": "probe_views",
    "judge_eyes_by": "probe_views",
    "list_desk": "watchlist_desk",
    "live_desk": "desks",
    "operator": "operator_desk",
    "score_chart": "charts",
    "score_meaning": "meaning_view",
    "set_images": "threshold_lab_images",
    "timeline_chart": "charts",
    "tune_thresholds": "threshold_lab_start",
}

__all__ = [
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
]


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
