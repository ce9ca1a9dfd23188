"""From stored alerts to a page: states as decided, what was cut short, nothing that nobody said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from alert_values import drawn_alert, sealed_document

from workbench.bench.default_policies import load_default_policies
from workbench.governance.score_meaning import meaning_under
from workbench.governance.session_counts import SessionCounts
from workbench.governance.session_setup import SessionSetup
from workbench.governance.setups import Matcher
from workbench.governance.stopping import StopReason
from workbench.live.alert_document import decode_alert
from workbench.reports import STATES, TruthView, render_alerts
from workbench.reports.building import build_page
from workbench.reports.finding import Finding, FoundAlert
from workbench.reports.summary import summarise

POLICY = load_default_policies()[Matcher.FUSED]
SETUP = SessionSetup(
    matcher=Matcher.FUSED,
    unit="log10 likelihood ratio",
    references=1200,
    subjects=1100,
    watchlist_sha256="0" * 64,
    detector="drawn",
    encoders=("drawn",),
)
COUNTS = SessionCounts(
    frames=15_000,
    duration_s=600.0,
    fps=25.0,
    faces_seen=400,
    counting_method="drawn/1",
    alerts=1,
    overdue_templates=0,
)


def found(
    name: str = "alert-1",
    state: str = "open",
    decided_after: timedelta | None = None,
    **changes: Any,
) -> FoundAlert:
    """An alert with drawn pictures."""
    document = decode_alert(sealed_document(drawn_alert(**changes)), name)
    return FoundAlert(name, state, decided_after, document)


def finding(*alerts: FoundAlert, **changes: Any) -> Finding:
    """A finding of a search that ended with its feed."""
    whole = Finding(
        feed="gate",
        created=datetime(2026, 11, 25, 12, tzinfo=UTC),
        stopped_by=StopReason.FEED_ENDED,
        threshold=2.5,
        setup=SETUP,
        counts=COUNTS,
        alerts=alerts,
        meaning=partial(meaning_under, POLICY, references=1200),
        provenance={"Deployment": "2026-11/HIGH-ST-1"},
    )
    return replace(whole, **changes)


def html(*alerts: FoundAlert, **changes: Any) -> str:
    """The page of a finding."""
    return render_alerts(build_page(finding(*alerts, **changes), title="Alerts in gate"))


def test_a_search_without_alerts_has_a_page() -> None:
    page = build_page(finding(), title="Alerts in gate")
    assert page.alerts == page.spans == page.notices == ()
    assert [(one.label, one.value) for one in page.figures] == [
        ("Alerts", "0"),
        ("Decided", "0 of 0"),
        ("On the list", "1,100"),
        ("Searched", "15,000"),
    ]
    assert "there is nothing to decide" in html()


def test_what_nobody_knows_is_said_to_be_unknown() -> None:
    page = build_page(finding(counts=SessionCounts(alerts=0)), title="Alerts in gate")
    assert [one.value for one in page.figures] == ["0", "0 of 0", "1,100", "unknown"]
    assert page.figures[0].note == "of unknown faces seen"
    assert page.duration_s == 0.0


@pytest.mark.parametrize("state", list(STATES))
def test_each_alert_is_shown_as_it_was_decided(state: str) -> None:
    after = None if state == "open" else timedelta(minutes=3, seconds=12)
    text = html(found(state=state, decided_after=after))
    assert f"<b>{state}</b>: {STATES[state].explanation}" in text
    assert f'class="state-{state}" transform' in text, "on the timeline, too"
    assert ("Decided 3 min 12 s after it was raised." in text) == (after is not None)
    assert "Listed as witness." in text


def test_decided_alerts_are_counted() -> None:
    decided = found("alert-2", "true-confirmed", timedelta(minutes=1))
    page = build_page(finding(found(), decided), title="Alerts in gate")
    assert [(one.value, one.note) for one in page.figures[:2]] == [
        ("2", "of 400 faces seen"),
        ("1 of 2", "by people"),
    ]


def test_an_alert_comes_with_its_meaning_its_quality_and_who_else_it_could_be() -> None:
    (view,) = build_page(finding(found()), title="Alerts in gate").alerts
    assert "1 in" in view.meaning
    assert "95 % interval" in f"{view.meaning} {view.meaning_detail}"
    assert [one.person for one in view.others] == ["subject-2"]
    assert view.probe_quality.verdict == "warn"
    assert view.probe.caption == "gate, 0:04.2, frame 104"
    assert view.reference.caption == "a.jpg"
    assert view.probe.jpeg.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"contests": "alert-1"}, "It contests alert 1: two faces of one frame"),
        ({"contests": "alert-9"}, "It contests an earlier alert: two faces"),
        ({"hidden": 0.25}, "25% of the picture is covered"),
        ({}, "The score fuses 4 looks at the face along its track"),
    ],
)
def test_what_whoever_decides_should_know(changes: dict[str, Any], words: str) -> None:
    page = build_page(finding(found(), found("alert-2", **changes)), title="Alerts in gate")
    assert any(note.startswith(words) for note in page.alerts[1].notes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stopped_by": None}, "The search goes on"),
        ({"stopped_by": StopReason.AUTHORITY_ENDED}, "because the authority ended."),
        ({"stopped_by": StopReason.WITHDRAWN}, "because the authority was withdrawn."),
        ({"stopped_by": StopReason.FAULT}, "because of a fault."),
        (
            {"counts": COUNTS.model_copy(update={"damage": "3 frames were lost"})},
            "Part of the feed could not be read: 3 frames were lost.",
        ),
        (
            {"counts": COUNTS.model_copy(update={"gaps_s": ((61.0, 75.5),)})},
            "The feed has no frames from 1:01.0 to 1:15.5; nothing was searched there.",
        ),
        (
            {"counts": COUNTS.model_copy(update={"faces_seen": 0})},
            "No face was seen in this feed.",
        ),
    ],
)
def test_what_went_wrong_is_said_before_all_else(changes: dict[str, Any], words: str) -> None:
    page = build_page(finding(**changes), title="Alerts in gate")
    assert len(page.notices) == 1
    assert words in page.notices[0]


def test_a_subject_is_shown_as_text() -> None:
    text = html(found(subject="<script>", candidates=drawn_alert().candidates))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def values_of(value: object) -> Sequence[object]:
    """All values of a summary."""
    if isinstance(value, dict):
        return [one for part in value.values() for one in values_of(part)]
    if isinstance(value, list):
        return [one for part in value for one in values_of(part)]
    return [value]


def test_a_summary_has_counts_and_scores_and_no_face() -> None:
    decided = found("alert-2", "false-confirmed", timedelta(minutes=1))
    summary = summarise(finding(found(), decided))
    assert (summary["alerts"], summary["decided"], summary["faces_seen"]) == (2, 1, 400)
    assert summary["stopped_by"] == "feed-ended"
    assert [one["state"] for one in summary["alert_list"]] == ["open", "false-confirmed"]
    assert [one["decided_after_s"] for one in summary["alert_list"]] == [None, 60.0]
    assert "true_alerts" not in summary
    assert summary["provenance"]["deployment"] == "2026-11/HIGH-ST-1"
    assert all(not isinstance(one, str) or len(one) < 400 for one in values_of(summary))


def test_a_summary_of_a_staged_feed_has_the_truth() -> None:
    truths = {"alert-1": TruthView(right=True, person="subject-1", note="this was subject-1.")}
    summary = summarise(finding(found(), truths=truths))
    assert (summary["true_alerts"], summary["false_alerts"]) == (1, 0)
    assert (summary["alert_list"][0]["truth"], summary["alert_list"][0]["right"]) == (
        "subject-1",
        True,
    )
