"""What of a live search leaves the bench: recorded as a disclosure before it is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alert_values import plant_alert, plant_session
from bench_steps import log_of
from list_values import WHY

from workbench.bench import Workbench
from workbench.errors import (
    NotPermittedError,
    OutputError,
    RecordError,
    RefusedError,
    UnknownRecordError,
)
from workbench.records.audit.verbs import Verb
from workbench.records.sessions import SessionRow

pytestmark = pytest.mark.slow

Open = Callable[[str], Workbench]
TO = {"recipient": "DI Reid, CID", "justification": "for the review of tomorrow"}


@pytest.fixture
def session(authorised: Callable[..., str], as_role: Open) -> SessionRow:
    """Plant a search with two alerts, one of them decided."""
    reference = authorised()
    operator = as_role("operator")
    row = plant_session(operator, reference)
    plant_alert(operator, reference, session=row.id)
    other = plant_alert(operator, reference, session=row.id, subject="subject-2")
    for account in ("operator", "operator-2"):
        as_role(account).alerts.adjudicate(other, "false-confirmed", "another nose")
    return row


def test_a_page_shows_alerts_as_they_stand(
    session: SessionRow, as_role: Open, tmp_path: Path
) -> None:
    operator = as_role("operator")
    finding = operator.live.write_result(session.id, tmp_path, **TO)
    assert {alert.state for alert in finding.alerts} == {"open", "false-confirmed"}
    page = (tmp_path / "alerts.html").read_text("utf-8")
    assert "<b>open</b>" in page
    assert "<b>false-confirmed</b>" in page
    assert page.count("data:image/jpeg") == 4
    assert "another nose" not in page, "reasons stay in the bench"
    for words in ("2026-11/HIGH-ST-1", session.id, "default-fused/1", "SHA-256"):
        assert words in page
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert (summary["alerts"], summary["decided"], summary["faces_seen"]) == (2, 1, 400)
    assert "base64" not in str(summary)


def test_both_files_are_disclosed_and_the_reading_is_logged(
    session: SessionRow, as_role: Open, tmp_path: Path
) -> None:
    operator = as_role("operator")
    operator.live.write_result(session.id, tmp_path, **TO)
    told = [one for one in log_of(operator) if one.verb is Verb.DISCLOSE]
    assert [one.recipient for one in told] == ["DI Reid, CID"] * 2
    assert {len(one.objects) for one in told} == {4}, "the export, the search, two alerts"
    assert {one.purpose for one in told} == {session.deployment}
    read = [one for one in log_of(operator) if dict(one.details).get("shown") == "faces"]
    assert [one.justification for one in read] == ["for the review of tomorrow"]
    given = as_role("data-protection-officer").exports.list("2026-11/HIGH-ST-1")
    assert sorted(one.what.split()[0] for one in given) == ["alerts.html", "summary.json"]


def test_a_page_can_be_marked(session: SessionRow, as_role: Open, tmp_path: Path) -> None:
    as_role("operator").live.write_result(
        session.id, tmp_path, **TO, change=lambda page: replace(page, category="demonstration")
    )
    assert "Category: demonstration." in (tmp_path / "alerts.html").read_text("utf-8")


@pytest.mark.parametrize("role", ["engagement-officer", "manager", "data-protection-officer"])
def test_others_take_nothing_out(
    role: str, session: SessionRow, as_role: Open, tmp_path: Path
) -> None:
    with pytest.raises(NotPermittedError):
        as_role(role).live.write_result(session.id, tmp_path, **TO)
    assert list(tmp_path.glob("*.html")) == []


@pytest.mark.parametrize("field", ["recipient", "justification"])
def test_nothing_leaves_without_a_recipient_and_a_reason(
    field: str, session: SessionRow, as_role: Open, tmp_path: Path
) -> None:
    with pytest.raises(RecordError, match=f"{field}: is empty"):
        as_role("operator").live.write_result(session.id, tmp_path, **(TO | {field: " "}))
    assert list(tmp_path.glob("*.html")) == []
    assert as_role("data-protection-officer").exports.list() == []


def test_what_cannot_be_written_has_not_left(
    session: SessionRow, as_role: Open, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="Nothing left the bench"):
        as_role("operator").live.write_result(session.id, tmp_path / "nowhere", **TO)
    assert as_role("data-protection-officer").exports.list() == []


def test_a_file_that_is_there_stays(session: SessionRow, as_role: Open, tmp_path: Path) -> None:
    (tmp_path / "alerts.html").write_text("mine")
    with pytest.raises(RefusedError, match="exists and was left as it is"):
        as_role("operator").live.write_result(session.id, tmp_path, **TO)
    assert (tmp_path / "alerts.html").read_text() == "mine"
    as_role("operator").live.write_result(session.id, tmp_path, **TO, force=True)
    assert (tmp_path / "alerts.html").read_text() != "mine"


def test_a_finding_is_for_those_who_may_look_at_alerts(session: SessionRow, as_role: Open) -> None:
    found = as_role("reviewer").live.finding(session.id, justification=WHY)
    assert (found.feed, found.decided, found.counts.faces_seen) == ("gate", 1, 400)
    with pytest.raises(NotPermittedError):
        as_role("manager").live.finding(session.id, justification=WHY)
    with pytest.raises(UnknownRecordError, match="there is no live search session-0"):
        as_role("operator").live.finding("session-0", justification=WHY)
