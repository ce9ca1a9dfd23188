"""The record of a live search: what it asks of itself, and the schema that is shipped."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]

from workbench.errors import RecordError
from workbench.governance.alerts import AlertState
from workbench.governance.deployment_counts import DeploymentCounts
from workbench.governance.session_gaps import GapKind, SessionGap
from workbench.governance.session_records import SessionRecord, session_record_schema

DOCS = Path(__file__).parents[2] / "docs"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def record(**changes: Any) -> SessionRecord:
    """Return a record of an hour's search with three alerts, one of them on staff."""
    states = {"alert-1": AlertState.OPEN, "alert-2": AlertState.TRUE_CONFIRMED}
    counts = DeploymentCounts.of(states, [], faces_seen=400, unengaged_is_no_action=False)
    values: dict[str, Any] = {
        "session": "session-1",
        "deployment": "2026-11/HIGH-ST-1",
        "feed": "gate",
        "started": NOON,
        "ended": NOON + timedelta(hours=1),
        "stopped_by": "stopped",
        "zone": [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0]],
        "policy": "default-sface/1",
        "threshold": 0.4788,
        "unit": "cosine",
        "matcher": "sface",
        "encoders": ["sface (2021dec)"],
        "detector": "yunet",
        "references": 12,
        "subjects": 3,
        "faces_seen": 400,
        "counting_method": "confirmed-tracks-in-zone/1",
        "alerts": 3,
        "blue_list_alerts": 1,
        "counts": counts.plain(),
        "gaps": [gap(10, 20, "paused", "the cordon is being moved"), gap(20, 21, "no-frames")],
    }
    return SessionRecord.read(values | changes, what="the record")


def gap(start: int, end: int, kind: str, reason: str | None = None) -> dict[str, Any]:
    """Return a gap by its minutes after noon."""
    return SessionGap(
        kind=GapKind(kind),
        start=NOON + timedelta(minutes=start),
        end=NOON + timedelta(minutes=end),
        reason=reason,
    ).plain()


def test_the_schema_that_is_shipped_is_that_of_the_form() -> None:
    wanted = session_record_schema()
    shipped = resources.files("workbench.governance") / "session-record.schema.json"
    assert json.loads(shipped.read_text("utf-8")) == wanted
    assert json.loads((DOCS / "session-record.schema.json").read_text("utf-8")) == wanted
    Draft202012Validator.check_schema(wanted)


def test_a_record_fits_the_schema_and_is_the_same_when_it_is_read_back() -> None:
    plain = json.loads(json.dumps(record().plain()))
    Draft202012Validator(session_record_schema()).validate(plain)
    assert SessionRecord.read(plain, what="the record") == record()


def test_what_is_unknown_fits_too() -> None:
    bare = record(ended=None, stopped_by=None, faces_seen=None, counting_method=None, gaps=[])
    plain = bare.plain()
    Draft202012Validator(session_record_schema()).validate(plain)
    assert (plain["cost"], plain["frames"], plain["runtime"]) == (None, None, None)
    assert SessionRecord.read(plain, what="the record") == bare


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"alerts": 4}, "is not alerts 4"),
        ({"blue_list_alerts": 0}, "is not alerts 3"),
        ({"counting_method": None}, "come together"),
        ({"gaps": [gap(10, 20, "paused"), gap(19, 21, "lost")]}, "overlap, or are not in order"),
        ({"gaps": [gap(30, 40, "lost"), gap(10, 20, "paused")]}, "overlap, or are not in order"),
        ({"gaps": [gap(50, 61, "paused")]}, "lies outside the search"),
        ({"gaps": [gap(-1, 1, "paused")]}, "lies outside the search"),
        ({"form": "session-record/2"}, "form"),
        ({"operator": "ada"}, "operator"),
        ({"zone": [[0.0, 1.5]]}, "zone"),
        ({"cost": -1}, "cost"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(RecordError, match=said):
        record(**change)


@pytest.mark.parametrize(
    "change", [{"operator": "ada"}, {"alerts": -1}, {"form": "other/1"}, {"stopped_by": "bored"}]
)
def test_the_schema_refuses_it_too(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Draft202012Validator(session_record_schema()).validate(record().plain() | change)
