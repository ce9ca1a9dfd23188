"""What a live search leaves in numbers, and why it ended."""

from __future__ import annotations

import pytest

from workbench.errors import RecordError
from workbench.governance.session_counts import SessionCounts
from workbench.governance.session_setup import SessionSetup
from workbench.governance.stopping import StopReason

SETUP = {
    "matcher": "sface",
    "unit": "cosine",
    "references": 3,
    "subjects": 2,
    "watchlist_sha256": "0" * 64,
    "detector": "yunet",
    "encoders": ["sface"],
}


def test_after_a_crash_only_the_alerts_are_known() -> None:
    counts = SessionCounts.read({"alerts": 0}, what="the counts")
    assert counts.frames is None
    assert counts.gaps_s == ()
    assert SessionCounts.read(counts.plain(), what="the counts") == counts


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "alerts: field required"),
        ({"alerts": -1}, "alerts: input should be greater than or equal to 0"),
        ({"alerts": 0, "frames": 1.5}, "frames: input should be a valid integer"),
        ({"alerts": 0, "faces_seen": 4}, "faces_seen and counting_method come together"),
        ({"alerts": 0, "counting_method": "x/1"}, "faces_seen and counting_method come together"),
        ({"alerts": 0, "fps": float("inf")}, "fps: input should be a finite number"),
        ({"alerts": 0, "gaps_s": [[1.0]]}, "gaps_s"),
        ({"alerts": 0, "fault": "\x1b[2J"}, "fault: character 1 cannot be shown"),
        ({"alerts": 0, "faces": 4}, "faces: extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_counted(values: dict[str, object], words: str) -> None:
    with pytest.raises(RecordError, match=words):
        SessionCounts.read(values, what="the counts")


def test_a_setup_comes_back_as_it_was_written() -> None:
    setup = SessionSetup.read(SETUP | {"zone": [[0.1, 0.1], [0.5, 0.1], [0.5, 0.9]]}, what="it")
    assert setup.zone == ((0.1, 0.1), (0.5, 0.1), (0.5, 0.9))
    assert SessionSetup.read(setup.plain(), what="it") == setup


@pytest.mark.parametrize("field", ["references", "subjects"])
def test_an_empty_list_is_no_setup(field: str) -> None:
    with pytest.raises(RecordError, match=field):
        SessionSetup.read(SETUP | {field: 0}, what="it")


def test_each_reason_to_stop_is_said_in_words() -> None:
    assert len({reason.phrase for reason in StopReason}) == len(StopReason) == 9
    assert [reason for reason in StopReason if reason.is_whole] == [StopReason.FEED_ENDED]
