"""What is kept of a live search for good: counted, in step with decisions, and outlasting alerts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alert_values import plant_session
from bench_steps import log_of
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from searched_bench import SearchedBench, copy_of_searched, make_searched_bench
from stepped_feed import SteppedFeed, step, until
from worked_bench import alerting, deciding

from workbench.bench.camera_words import camera_gaps_of
from workbench.bench.live_session import LiveSession
from workbench.bench.processes import this_process
from workbench.bench.session_status import FeedSigns, signs_of
from workbench.errors import NotPermittedError, UnknownRecordError
from workbench.feeds.cameras import CameraGap, Health
from workbench.governance.session_gaps import GapKind, SessionGap
from workbench.governance.session_records import SessionRecord, session_record_schema
from workbench.governance.session_signs import FeedHealth, SessionState
from workbench.live.status import LiveStatus
from workbench.records.sessions import find_session

WHY = "the cordon is being moved"
UNKNOWN = {"amount": "unknown"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SearchedBench:
    """Return the bench that the tests of this module copy."""
    return make_searched_bench(tmp_path_factory.mktemp("recorded"))


@pytest.fixture
def at(made: SearchedBench, tmp_path: Path) -> Iterator[SearchedBench]:
    """Return a bench with a deployment that has begun."""
    with copy_of_searched(made, tmp_path) as copy:
        yield copy


def searched(
    at: SearchedBench, name: str = "camera-1", *, alerts: int = 0
) -> tuple[LiveSession, list[str]]:
    """Search a few frames of a camera with a pause in between; return it and its alerts."""
    feed = SteppedFeed()
    with at.running(feed, name) as session:
        step(feed, 3, lambda: session.status.search.frames)
        raised = [alerting(session) for _ in range(alerts)]
        session.pause(WHY)
        step(feed, 2, lambda: session.status.rested)
        session.resume()
        step(feed, 1, lambda: session.status.search.frames)
        feed.end()
        session.wait(10)
    return session, raised


def kept(at: SearchedBench, session: str) -> dict[str, Any]:
    """Return the record as the row holds it."""
    with at.open("operator")._context.store.reading() as connection:
        found = find_session(connection, session).record
    assert found is not None
    return found


@pytest.mark.slow
def test_it_is_kept_at_the_end_and_fits_its_schema(at: SearchedBench) -> None:
    session, _ = searched(at, alerts=2)
    record = at.open("operator").live.record(session.id)
    assert (record.deployment, record.feed) == (at.reference, "camera-1")
    assert (record.frames, record.rested, record.drops, record.stopped_by) == (
        4,
        2,
        0,
        "feed-ended",
    )
    assert record.ended is not None
    (gap,) = record.gaps
    assert (gap.kind, gap.reason) == (GapKind.PAUSED, WHY)
    assert record.started <= gap.start <= gap.end <= record.ended
    assert (record.references, record.subjects, record.cost) == (6, 6, None)
    assert record.watchlist is not None
    assert record.watchlist.categories == {"wanted-by-courts": 6}
    assert (record.alerts, record.counts.open) == (2, 2)
    row = kept(at, session.id)
    assert row["form"] == "session-record/1"
    assert SessionRecord.read(row["record"], what="it") == record
    plain = json.loads(json.dumps(record.plain()))
    Draft202012Validator(session_record_schema()).validate(plain)


@pytest.mark.slow
def test_what_a_deployment_cost_is_that_of_its_only_search(at: SearchedBench) -> None:
    first, _ = searched(at)
    operator = at.open("operator")
    van = {"what": "van", "amount": "310.50"}
    operator.deployments.note_costs(at.reference, {"lines": [van, {"what": "officers"} | UNKNOWN]})
    assert operator.live.record(first.id).cost is None
    operator.deployments.note_costs(at.reference, {"lines": [van]})
    assert operator.live.record(first.id).cost == pytest.approx(310.5)
    second, _ = searched(at)
    assert [operator.live.record(one.id).cost for one in (first, second)] == [None, None]


def test_nobody_is_in_it(at: SearchedBench) -> None:
    session, _ = searched(at, alerts=1)
    text = json.dumps(kept(at, session.id))
    assert "NOM" not in text
    assert "operator" not in text
    assert "secret" not in text
    assert "alert-" not in text


def test_it_follows_what_is_decided(at: SearchedBench) -> None:
    session, (first, second, _) = searched(at, alerts=3)
    for name in ("operator", "operator-2"):
        deciding(at.open(name), first)
    deciding(at.open("operator"), second)
    operator = at.open("operator")
    record = operator.live.record(session.id)
    assert (record.counts.false_confirmed, record.counts.open, record.alerts) == (1, 2, 3)
    operator.deployments.close(at.reference)
    row = SessionRecord.read(kept(at, session.id)["record"], what="it")
    assert row.counts.false_confirmed == 1, "brought up to date with its deployment"


@pytest.mark.slow
def test_what_is_counted_outlasts_the_alerts_and_the_list(at: SearchedBench) -> None:
    session, (first, *_) = searched(at, alerts=3)
    for name in ("operator", "operator-2"):
        deciding(at.open(name), first)
    operator = at.open("operator")
    operator.deployments.close(at.reference)
    before = operator.live.record(session.id)
    at.turn(days=40)
    with at.open("data-protection-officer") as officer:
        officer.retention.run()
    after = at.open("operator").live.record(session.id)
    # Of what is gone nothing is open: two that nobody had decided count as destroyed undecided.
    assert (before.counts.open, before.counts.destroyed_undecided) == (2, 0)
    gone = before.counts.model_copy(update={"open": 0, "destroyed_undecided": 2})
    assert after.counts == gone
    assert (after.alerts, after.watchlist) == (3, before.watchlist)
    assert kept(at, session.id)["gone"] is not None


@pytest.mark.slow
def test_the_searches_of_a_deployment_add_up_to_its_record(at: SearchedBench) -> None:
    one, raised = searched(at, alerts=1)
    other, _ = searched(at, "camera-2", alerts=1)
    for name in ("operator", "operator-2"):
        deciding(at.open(name), raised[0])
    operator = at.open("operator")
    whole = operator.deployments.record(at.reference)
    parts = [operator.live.record(session.id) for session in (one, other)]
    assert whole.counts.alerts == sum(part.counts.alerts for part in parts)
    assert whole.counts.false == sum(part.counts.false for part in parts)
    assert whole.counts.faces_seen == sum(part.faces_seen or 0 for part in parts)
    assert [search.gaps for search in whole.searches] == [part.gaps for part in parts]


def test_a_search_that_goes_on_has_a_record_too(at: SearchedBench) -> None:
    feed = SteppedFeed()
    with at.running(feed) as session:
        session.pause(WHY)
        record = at.open("operator").live.record(session.id)
        assert (record.ended, record.frames, record.stopped_by) == (None, None, None)
        assert [gap.kind for gap in record.gaps] == [GapKind.PAUSED]
    record = at.open("operator").live.record(session.id)
    assert record.ended is not None
    assert record.gaps[-1].end == record.ended, "it was never resumed"


@pytest.mark.slow
def test_a_pause_of_another_process_is_among_the_gaps_once_it_is_over(at: SearchedBench) -> None:
    feed, other = SteppedFeed(), at.open("operator-2")
    with at.running(feed) as session:
        step(feed, 1, lambda: session.status.search.frames)
        other.live.pause(session.id, WHY)
        other.live.resume(session.id, "the cordon stands")
        (gap,) = other.live.record(session.id).gaps
        assert (gap.kind, gap.reason) == (GapKind.PAUSED, WHY)
        status = other.live.status(session.id)
        assert [(pause.why, pause.at, pause.until) for pause in status.pauses] == [
            (WHY, gap.start, gap.end)
        ]
        until(lambda: session.status.pauses == status.pauses)
    for named in (at.open("operator").live.record(session.id).gaps, kept_gaps(at, session)):
        assert [(one.kind, one.start, one.end, one.reason) for one in named] == [
            (GapKind.PAUSED, gap.start, gap.end, WHY)
        ]
    assert session.status.pauses == at.open("operator").live.status(session.id).pauses
    assert session.status.plain()["pauses"] == [status.pauses[0].plain()]


def kept_gaps(at: SearchedBench, session: LiveSession) -> tuple[SessionGap, ...]:
    """Return the gaps of the record as the row holds it."""
    return SessionRecord.read(kept(at, session.id)["record"], what="it").gaps


def test_a_search_that_was_lost_has_a_gap_from_its_last_sign_of_life(at: SearchedBench) -> None:
    operator = at.open("operator")
    gone = this_process().rpartition(" ")[0] + " 1"
    lost = plant_session(operator, at.reference, feed="camera-1", ended=False, process=gone)
    record = at.open("operator").live.record(lost.id)
    assert (record.lost, record.stopped_by, record.frames) == (True, "fault", None)
    (gap,) = record.gaps
    assert (gap.kind, gap.start, gap.end) == (GapKind.LOST, record.started, record.ended)
    assert gap.reason == "its process ended without saying so"


def test_a_camera_without_frames_leaves_a_gap_with_its_times_of_day(at: SearchedBench) -> None:
    class Halting(SteppedFeed):
        """Jumps ahead by a minute after a while."""

        def frames(self) -> Iterator[Any]:
            for frame in super().frames():
                late = 60.0 if frame.index >= 20 else 0.0
                yield type(frame)(frame.index, frame.time_s + late, frame.image)

    feed = Halting()
    with at.running(feed) as session:
        step(feed, 24, lambda: session.status.search.frames)
        at.turn(seconds=90)
        session.stop("enough")
        session.wait(10)
    record = at.open("operator").live.record(session.id)
    (gap,) = record.gaps
    assert gap.kind is GapKind.NO_FRAMES
    assert timedelta(seconds=59) < gap.end - gap.start < timedelta(seconds=61)
    assert record.feed_gaps_s == ()


class Failing(SteppedFeed):
    """A camera that was frozen for a while, and then died."""

    health, drops = Health.DEAD, 3

    def __init__(self) -> None:
        """Begin ten seconds ago."""
        super().__init__()
        self.began = datetime.now(UTC)
        self.gaps = (
            CameraGap(1.0, 2.5, Health.FROZEN, "no change from rtsp://op:secret@10.0.0.7/ch1"),
            CameraGap(3.0, None, Health.DEAD, "the connection was lost"),
        )


def test_gaps_of_a_camera_are_kept_with_what_it_was(at: SearchedBench) -> None:
    feed = Failing()
    with at.running(feed) as session:
        step(feed, 2, lambda: session.status.search.frames)
        assert session.status.health is FeedHealth.DEAD
        at.turn(seconds=30)
        session.stop("enough")
        session.wait(10)
    record = at.open("operator").live.record(session.id)
    assert [(gap.kind, gap.reason) for gap in record.gaps] == [
        (GapKind.FROZEN, "no change from rtsp://10.0.0.7/ch1"),
        (GapKind.DEAD, "the connection was lost"),
    ]
    frozen, dead = record.gaps
    assert frozen.end - frozen.start == timedelta(seconds=1.5)
    assert frozen.start == feed.began + timedelta(seconds=1)
    assert dead.end == record.ended, "it did not come back"
    assert record.drops == 3
    assert "secret" not in json.dumps(record.plain())


def test_they_are_kept_too_where_the_process_is_lost(at: SearchedBench) -> None:
    operator, feed = at.open("operator"), Failing()
    gone = this_process().rpartition(" ")[0] + " 1"
    lost = plant_session(operator, at.reference, feed="camera-1", ended=False, process=gone)
    feed.began = lost.started
    signs = signs_of(
        SessionState.RUNNING,
        LiveStatus(frames=9),
        FeedSigns(FeedHealth.DEAD, 0, feed.began, camera_gaps_of(feed)),
    )
    operator._context.store.say_status(lost.id, signs)
    record = at.open("operator").live.record(lost.id)
    assert record.lost
    kinds = [gap.kind for gap in record.gaps]
    assert kinds == [GapKind.FROZEN, GapKind.DEAD, GapKind.LOST]


def test_who_may_read_it(at: SearchedBench) -> None:
    session, _ = searched(at)
    officer = at.open("data-protection-officer")
    officer.live.record(session.id)
    entry = log_of(officer)[-1]
    assert entry.justification == "reading the record of a live search, counts alone"
    with pytest.raises(NotPermittedError, match="may not read a deployment's record"):
        at.open("manager").live.record(session.id)
    with pytest.raises(UnknownRecordError, match="there is no live search"):
        officer.live.record("session-unknown")
