"""Deletion certificates: true to themselves, without a face, with one digest."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.governance.certificates import DeletionCertificate, Result, seconds_late

DUE = datetime(2026, 3, 3, 18, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "id": "C-1",
    "bench": "bench-7",
    "retention": "watchlist",
    "purpose": "D-1",
    "counts": {"references": 12, "templates": 24},
    "objects": ["list-1"],
    "keys": ["key-1"],
    "due": DUE,
    "started": DUE - timedelta(hours=2),
    "finished": DUE - timedelta(hours=1),
    "late_by_s": 0,
    "method": "data key destroyed, then rows and files",
    "disclosed": [
        {
            "id": "X-1",
            "what": "report of the deployment",
            "recipient": "Crown Prosecution Service",
            "at": DUE - timedelta(days=1),
        }
    ],
    "result": "complete",
    "checker": "workbench retention",
}


def certificate(**changes: object) -> DeletionCertificate:
    return DeletionCertificate.read(VALUES | changes, what="certificate")


def test_of_nothing() -> None:
    empty = certificate(counts={}, objects=[], keys=[], due=None, disclosed=[])
    assert empty.result is Result.COMPLETE
    assert len(empty.digest()) == 64


def test_a_certificate_survives_its_file() -> None:
    one = certificate()
    again = DeletionCertificate.read(json.loads(json.dumps(one.plain())), what="certificate")
    assert again == one
    assert again.digest() == one.digest()


def test_the_digest_is_of_canonical_json() -> None:
    one = certificate(method="Löschung des Schlüssels")
    text = one.canonical().decode()
    assert "Löschung" in text
    assert ": " not in text.replace(VALUES["method"], "")
    parsed = json.loads(text)
    assert list(parsed) == sorted(parsed)
    assert one.digest() == hashlib.sha256(one.canonical()).hexdigest()


def test_the_digest_does_not_depend_on_how_a_moment_was_written() -> None:
    summer = timezone(timedelta(hours=1))
    moments = {
        name: VALUES[name].astimezone(summer).isoformat() for name in ("due", "started", "finished")
    }
    assert certificate(**moments).digest() == certificate().digest()


@pytest.mark.parametrize(
    "change",
    [
        {"counts": {"references": 13, "templates": 24}},
        {"keys": ["key-2"]},
        {"checker": "j.osei"},
        {"disclosed": []},
        {"held": ["alert-9"]},
        {"finished": DUE - timedelta(hours=1, microseconds=-1)},
    ],
)
def test_any_change_shows_in_the_digest(change: dict[str, Any]) -> None:
    assert certificate(**change).digest() != certificate().digest()


@pytest.mark.parametrize(
    ("due", "after", "seconds"),
    [
        (None, timedelta(0), 0),
        (DUE, timedelta(0), 0),
        (DUE, timedelta(seconds=-5), 0),
        (DUE, timedelta(microseconds=1), 1),
        (DUE, timedelta(seconds=1), 1),
        (DUE, timedelta(days=2, seconds=3), 172_803),
    ],
)
def test_lateness_is_never_rounded_away(
    due: datetime | None, after: timedelta, seconds: int
) -> None:
    assert seconds_late(due, DUE + after) == seconds
    late = certificate(due=due, finished=DUE + after, late_by_s=seconds)
    assert late.late_by_s == seconds


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"finished": DUE - timedelta(hours=3)}, "cannot have finished before it started"),
        ({"finished": DUE + timedelta(hours=1)}, "late_by_s must be 3600"),
        ({"late_by_s": 5}, "late_by_s must be 0"),
        ({"result": "partial"}, "the result is complete, by what remains"),
        ({"remaining": ["list-2"]}, "the result is partial, by what remains"),
        (
            {"leftovers": [{"where": "notebook.ipynb", "what": "an output with a picture"}]},
            "the result is partial",
        ),
        ({"held": ["list-1"]}, "list-1 cannot be both destroyed and kept"),
        ({"remaining": ["list-1"], "result": "partial"}, "list-1 cannot be both"),
        ({"counts": {"references": -1}}, "counts.references"),
        ({"counts": {"a face": 1}}, "counts"),
        ({"retention": "other"}, "retention"),
        ({"started": "2026-03-03T12:00:00"}, "started"),
        ({"face": "x"}, "face"),
        ({"checker": "a\x07b"}, "checker"),
    ],
)
def test_a_certificate_that_contradicts_itself_is_refused(
    changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(RecordError, match=named):
        certificate(**changes)


def test_what_was_left_over_or_remains_makes_it_partial() -> None:
    left = {"where": ".ipynb_checkpoints/live.ipynb", "what": "an output with a picture"}
    assert certificate(leftovers=[left], result="partial").result is Result.PARTIAL
    assert certificate(remaining=["list-2"], result="partial").result is Result.PARTIAL


def test_what_a_hold_keeps_leaves_the_rest_complete() -> None:
    assert certificate(held=["alert-9"]).result is Result.COMPLETE
