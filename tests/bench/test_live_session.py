"""A live search under way: what it raises is stored at once, and it ends when it must."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bench_steps import log_of
from bench_values import SFACE
from kept_values import copied, kept_files
from live_values import LISTED, FramesFeed, enrol_listed, stage_frames, two_feeds
from worked_bench import alerting

from workbench.bench import Workbench
from workbench.bench.live_session import LiveSession
from workbench.errors import (
    ClockError,
    FeedError,
    IllegalMoveError,
    KeyStoreError,
    NotAuthorisedError,
    StoreError,
    UsageError,
)
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds import Frame
from workbench.governance.deployments import DeploymentState
from workbench.governance.roles import Role
from workbench.governance.setups import RuntimeClass
from workbench.governance.stopping import StopReason
from workbench.live import RedactedFrame, RedactedVideoWriter
from workbench.live.detection import build_live_analyser
from workbench.records.alerts import list_alerts
from workbench.records.audit.verbs import Result, Verb
from workbench.settings import Settings

pytestmark = pytest.mark.slow

REFERENCE = "2026-11/HIGH-ST-1"
WHY = "watching the feed"
TO = {"recipient": "DI Reid, CID", "justification": "for the review of tomorrow"}


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return the analyser of a live search, with the faster encoder alone."""
    return build_live_analyser(settings, store, "sface")


@pytest.fixture(scope="module")
def frames(
    analyser: FaceAnalyser, lfw: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[Frame]:
    """Return the frames of a staged crowd."""
    return stage_frames(analyser, lfw, tmp_path_factory.mktemp("staged"))


@pytest.fixture(scope="module")
def prepared() -> dict[str, Any]:
    """Hold the bench that these tests copy, once one of them has made it."""
    return {}


@pytest.fixture
def ready(
    *,
    prepared: dict[str, Any],
    bench: Any,
    authorised: Callable[..., str],
    analyser: FaceAnalyser,
    lfw: Path,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    """Return a bench five minutes into the authority of a deployment with a reviewed list."""
    if not prepared:
        bench.settings = bench.settings.model_copy(update={"encoder": "sface"})
        authorised(policy=SFACE, feeds=two_feeds())
        bench.clock.turn(minutes=59)
        enrol_listed(bench.open, REFERENCE, lfw, analyser)
        bench.close()
        prepared["bench"] = copied(bench, tmp_path_factory.mktemp("prepared"))
    (tmp_path / "copy").mkdir()
    maker = copied(prepared["bench"], tmp_path / "copy")
    maker.clock.turn(minutes=6)
    yield maker
    maker.close()


Begin = Callable[..., LiveSession]


class VideoFrames:
    """Hands the frames of a search on, once there is a video."""

    video: RedactedVideoWriter | None = None

    def take(self, frame: RedactedFrame) -> None:
        if self.video is not None:
            self.video.write(frame)


@pytest.fixture
def begin(ready: Any, analyser: FaceAnalyser) -> Begin:
    """Start a search of `square` as the operator."""

    def start(feed: Any, feed_name: str = "square", **options: Any) -> LiveSession:
        operator = options.pop("bench", None) or ready.open("operator")
        return operator.live.start(
            REFERENCE, feed, feed_name=feed_name, analyser=analyser, **options
        )

    return start


def test_alerts_are_stored_sealed_and_logged_as_they_are_raised(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    told: list[Any] = []
    operator = ready.open("operator")

    def take(alert: Any) -> None:
        with operator._context.store.reading() as connection:
            rows = list_alerts(connection, alert_deployment(operator))
        assert alert.id in {row.id for row in rows}, "stored before anybody hears of it"
        told.append(alert)

    with begin(FramesFeed(frames), bench=operator, on_alert=take) as session:
        result = session.run()
    assert session.stopped_by is result.stopped_by is StopReason.FEED_ENDED
    assert {alert.subject for alert in told} <= set(LISTED)
    assert len(told) >= 2
    assert [alert.id for alert in result.alerts] == [alert.id for alert in told]
    (row,) = operator.live.sessions(REFERENCE)
    assert (row.operator, row.feed, row.ended) == ("operator", "square", ready.clock())
    assert row.counts is not None
    assert (row.counts.frames, row.counts.alerts) == (len(frames), len(told))
    assert row.counts.counting_method == result.counting_method
    assert row.counts.overdue_templates == 0
    assert row.counts.fps is not None
    assert row.setup.references == 12
    assert row.setup.numbers == "fp32"
    assert set(row.setup.runtimes) == {"sface"}
    assert row.setup.runtimes["sface"] in {"torch", "onnxruntime", "openvino"}
    assert row.setup.smallest_face_px == 24.0
    width, height = row.setup.detector_input_px or (0, 0)
    assert width > height > 0
    view = operator.deployments.get(REFERENCE)
    assert view.state is DeploymentState.LIVE, "a search that ends leaves the deployment live"
    record = operator.deployments.record(REFERENCE)
    assert record.counts.faces_seen == row.counts.faces_seen
    sealed, keys = kept_files(ready)
    assert len(sealed) == 1 + len(told), "the list, and each alert by itself"
    assert len(keys) == 1 + len(told)


def alert_deployment(bench: Workbench) -> str:
    """Return the id of the deployment."""
    return bench.deployments.get(REFERENCE).id


def test_the_log_tells_of_a_search_and_of_nobody(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    with begin(FramesFeed(frames)) as session:
        session.run()
    log = log_of(ready.open("operator"))
    searched = [one for one in log if session.id in one.objects or one.verb is Verb.ALERT]
    assert [one.verb for one in searched if one.verb is not Verb.ALERT] == [
        Verb.START,
        Verb.COMBINE,
        Verb.STOP,
    ]
    start, combine, *alerts, stop = searched
    assert start.actor == combine.actor == "operator"
    told = dict(start.details)
    assert (told["feed"], told["policy"], told["threshold"]) == ("square", SFACE, 0.4788)
    assert (told["references"], len(str(told["watchlist"]))) == (12, 64)
    assert combine.justification is not None
    assert "templates of faces in feed square" in combine.justification
    assert alerts
    for alert in alerts:
        assert (alert.actor, alert.role) == ("workbench", "system")
        assert set(alert.details) == {
            "session", "feed", "entry", "category", "blue_list", "score", "threshold", "time_s", "row",
        }  # fmt: skip
    assert dict(stop.details)["reason"] == "feed-ended"
    text = " ".join(one.model_dump_json() for one in log)
    assert not any(name in text for name in LISTED)
    assert "secret" not in text
    assert "rtsp" not in text


def test_an_alert_holds_the_face_beside_its_reference(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    with begin(FramesFeed(frames)) as session:
        result = session.run()
    operator = ready.open("operator")
    for raised in result.alerts:
        view = operator.alerts.get(raised, justification=WHY)
        assert view.document is not None
        assert view.document.probe_image().size > 0
        assert raised.probe.shape == (0, 0, 3), "a face is looked at by a call that logs it"
        assert view.document.reference_image().shape == (160, 160, 3)
        assert view.document.probe_verdict in {"accept", "warn", "reject", "unknown"}
        assert view.subject == raised.subject
        assert view.candidates[0].subject == raised.subject
        assert view.references == 12
        assert "1 in" in view.meaning


def test_alerts_come_by_the_iterator_which_starts_the_search(
    begin: Begin, frames: list[Frame]
) -> None:
    session = begin(FramesFeed(frames))
    found = list(session.alerts)
    assert session.is_done
    assert found == list(session.alerts), "from the first, each time"
    result = session.wait()
    assert result is not None
    assert [one.id for one in found] == [one.id for one in result.alerts]
    with pytest.raises(IllegalMoveError, match="was run already"):
        session.run()


def test_a_face_is_shown_from_its_alert_until_others_have_decided(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    shown: dict[int, set[str]] = {}
    decided: list[tuple[str, int]] = []

    def decide(alert: Any) -> None:
        if decided:
            return
        for verifier in ("operator-2", "engagement-officer"):
            ready.open(verifier).alerts.adjudicate(alert, "true-confirmed", "it is them")
        decided.append((alert.id, max(shown, default=0)))

    def take(frame: RedactedFrame) -> None:
        shown[frame.index] = set(frame.revealed)
        if decided and frame.index == decided[0][1] + 6:
            time.sleep(1.2)  # until the search has looked at the records again

    with begin(FramesFeed(frames), on_alert=decide, on_frame=take) as session:
        session.run()
    alert, at = decided[0]
    # Frames are held back for a moment, so that the alert's own are still to come.
    assert not any(alert in revealed for index, revealed in shown.items() if index <= at)
    later = [index for index, revealed in shown.items() if alert in revealed]
    assert not [index for index in later if index > at + 20]


def test_a_zone_of_the_deployment_is_kept(begin: Begin, frames: list[Frame]) -> None:
    with begin(FramesFeed(frames), "gate") as session:
        result = session.run()
    for alert in result.alerts:
        assert (alert.box[0] + alert.box[2]) / 2 <= 320
    with begin(FramesFeed(frames), "square") as session:
        whole = session.run()
    assert result.faces_seen < whole.faces_seen


# What leaves.


def test_a_video_is_a_disclosure_before_its_first_frame(
    ready: Any, begin: Begin, frames: list[Frame], tmp_path: Path
) -> None:
    operator, held = ready.open("operator"), VideoFrames()
    given: list[int] = []

    def count() -> None:
        given.append(len(ready.open("data-protection-officer").exports.list(REFERENCE)))

    feed = FramesFeed(frames, {0: count})
    with (
        begin(feed, bench=operator, on_frame=held.take) as session,
        operator.live.video(session, tmp_path / "redacted.mp4", **TO) as held.video,
    ):
        session.run()
    assert given == [1]
    (export,) = ready.open("data-protection-officer").exports.list(REFERENCE)
    assert export.what == "redacted.mp4 of the live search of feed square"
    assert (tmp_path / "redacted.mp4").stat().st_size > 10_000


def test_a_video_of_a_search_that_fails_has_not_left(
    ready: Any, begin: Begin, frames: list[Frame], tmp_path: Path
) -> None:
    operator, held = ready.open("operator"), VideoFrames()
    feed = FramesFeed(frames, fails_at=10)
    with begin(feed, bench=operator, on_frame=held.take) as session:
        video = operator.live.video(session, tmp_path / "redacted.mp4", **TO)
        with pytest.raises(FeedError, match="the camera is gone"), video as held.video:
            session.run()
    assert list(tmp_path.glob("*redacted*")) == []
    assert ready.open("data-protection-officer").exports.list(REFERENCE) == []
    (entry,) = [one for one in log_of(operator) if one.verb is Verb.EXPORT]
    assert (entry.result, entry.recipient) == (Result.FAILED, TO["recipient"])
    assert dict(entry.details)["reason"] == "FeedError"


# Ends.


def wait_until(what: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_the_search_ends_with_the_authority_whatever_the_feed_has_left(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    feed = FramesFeed(frames)

    def end_after(done: int, _total: int | None) -> None:
        if done == 20:
            # Frames have come meanwhile, and wait.
            wait_until(lambda: feed.given > 20)
            ready.clock.turn(hours=7)

    with begin(feed, progress=end_after) as session:
        result = session.run()
    assert (result.stopped_by, result.frames) == (StopReason.AUTHORITY_ENDED, 20)
    assert result.stopped_by.phrase == "the authority ended"
    assert feed.given > 20, "the frames that waited were not searched"
    assert feed.closed.wait(5)
    operator = ready.open("operator")
    assert operator.deployments.get(REFERENCE).state is DeploymentState.CLOSED
    (row,) = operator.live.sessions(REFERENCE)
    assert (row.stopped_by, row.ended) == (StopReason.AUTHORITY_ENDED, ready.clock())
    (period,) = operator.deployments.record(REFERENCE).searches
    assert (period.stopped_by, period.faces_seen) == ("authority-ended", result.faces_seen)
    assert dict(log_of(operator)[-3].details).get("reason") != "fault"


def slowly(frames: list[Frame]) -> FramesFeed:
    """Give frames for as long as a test may take."""
    return FramesFeed([*frames, *frames] * 20)


def end_while_running(session: LiveSession, act: Callable[[], object]) -> Any:
    """Do something once a search runs, and wait for its end."""
    session.start_thread()
    time.sleep(0.3)
    act()
    before = time.monotonic()
    result = session.wait(20)
    assert session.is_done
    assert time.monotonic() - before < 5
    return result


def test_the_search_ends_when_the_authority_is_withdrawn(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    officer = ready.open("authorising-officer")
    with begin(slowly(frames)) as session:
        result = end_while_running(
            session,
            lambda: officer.deployments.withdraw_authority(REFERENCE, "no longer necessary"),
        )
    assert result.stopped_by is StopReason.WITHDRAWN


def test_the_search_ends_when_the_deployment_is_closed(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    other = ready.open("operator-2")
    with begin(slowly(frames)) as session:
        result = end_while_running(session, lambda: other.deployments.close(REFERENCE))
    assert result.stopped_by is StopReason.CLOSED
    with pytest.raises(Exception, match="is closed, so its authority covers nothing"):
        begin(slowly(frames))


def test_an_alert_of_a_search_that_is_over_is_not_kept(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    with begin(FramesFeed(frames)) as session:
        ready.open("operator-2").deployments.close(REFERENCE)
        with pytest.raises(
            NotAuthorisedError,
            match="was over before this face was seen, so the alert was not kept",
        ):
            alerting(session)
    assert ready.open("operator").alerts.list(REFERENCE, justification=WHY) == []


def test_the_search_ends_when_somebody_is_taken_off_its_list(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    analyst = ready.open("analyst")
    (entry, *_) = analyst.watchlists.show(REFERENCE, WHY).ids()
    with begin(slowly(frames)) as session:
        result = end_while_running(
            session, lambda: analyst.watchlists.drop(REFERENCE, [entry], "arrested elsewhere")
        )
    assert result.stopped_by is StopReason.LIST_CHANGED


def test_the_search_ends_when_staff_on_its_list_consent_no_longer(
    ready: Any, begin: Begin, frames: list[Frame], analyser: FaceAnalyser, lfw: Path
) -> None:
    enrol_listed(ready.open, REFERENCE, lfw, analyser, staff=LISTED[:1])
    analyst = ready.open("analyst")
    with begin(slowly(frames)) as session:
        result = end_while_running(session, lambda: analyst.blue_list.withdraw_member(LISTED[0]))
    assert result.stopped_by is StopReason.CONSENT_ENDED
    assert "consents no longer; take them off the list" in result.stopped_by.phrase
    with pytest.raises(NotAuthorisedError, match="no consent holds today"):
        begin(slowly(frames))


@pytest.mark.parametrize("change", [{"active": False}, {"role": Role.MANAGER}])
def test_the_search_ends_when_its_operator_may_search_no_longer(
    ready: Any, begin: Begin, frames: list[Frame], change: dict[str, Any]
) -> None:
    admin = ready.open("administrator")
    with begin(slowly(frames)) as session:
        result = end_while_running(session, lambda: admin.users.change("operator", **change))
    assert result.stopped_by is StopReason.OPERATOR_BARRED
    (row,) = ready.open("operator-2").live.sessions(REFERENCE)
    assert row.stopped_by is StopReason.OPERATOR_BARRED
    assert "was disabled, or has another role now" in row.stopped_by.phrase
    assert row.ended is not None, "the end is recorded, though the account may record nothing"


def test_the_search_ends_when_it_is_stopped_here(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    with begin(slowly(frames)) as session:
        result = end_while_running(session, lambda: session.stop("the street is empty"))
    assert result.stopped_by is StopReason.STOPPED
    (stop,) = [one for one in log_of(ready.open("operator")) if one.verb is Verb.STOP]
    assert (stop.actor, stop.justification) == ("operator", "the street is empty")


def test_the_search_ends_when_it_is_stopped_by_another_process(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    other = ready.open("operator-2")
    with begin(slowly(frames)) as session:
        result = end_while_running(session, lambda: other.live.stop(session.id, "enough"))
    assert result.stopped_by is StopReason.STOPPED
    assert other.live.stop(session.id) is False
    asked = next(one for one in log_of(other) if one.verb is Verb.STOP)
    assert (asked.actor, asked.justification) == ("operator-2", "enough")


@pytest.mark.parametrize("way", ["clock", "stop"])
def test_a_camera_that_hangs_does_not_keep_a_search_alive(
    way: str, ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    feed = FramesFeed(frames, hangs_at=5)
    searched: list[int] = []
    with begin(feed, progress=lambda done, _total: searched.append(done)) as session:
        session.start_thread()
        assert feed.hangs.wait(20)
        wait_until(lambda: len(searched) == 5)
        if way == "clock":
            ready.clock.turn(hours=7)
        else:
            session.stop()
        before = time.monotonic()
        result = session.wait(20)
        assert result is not None
        assert time.monotonic() - before < 5
    expected = StopReason.AUTHORITY_ENDED if way == "clock" else StopReason.STOPPED
    assert (result.stopped_by, result.frames) == (expected, 5)
    feed.goes_on.set()
    time.sleep(0.2)
    assert session.wait() is result, "what comes in the end is dropped unseen"


def test_a_feed_that_fails_ends_the_search_without_a_word_of_its_login(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    with begin(FramesFeed(frames, fails_at=30)) as session:
        with pytest.raises(FeedError, match="the camera is gone") as raised:
            session.run()
        assert "secret" not in str(raised.value)
        assert raised.value.__context__ is None or "secret" not in str(raised.value.__context__)
    (row,) = ready.open("operator").live.sessions(REFERENCE)
    assert row.stopped_by is StopReason.FAULT
    assert row.counts is not None
    assert row.counts.frames == 30
    assert row.counts.fault is not None
    assert "secret" not in row.counts.fault
    with pytest.raises(FeedError):
        session.wait()


def test_an_alert_that_cannot_be_stored_ends_the_search_and_is_seen_by_nobody(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    """The key store goes away while the search runs."""
    keys = next(ready.settings.keys.folder.rglob("data"))
    told: list[Any] = []
    revealed: list[Any] = []

    def lose() -> None:
        keys.rename(keys.with_name("gone"))
        keys.write_text("in its place")

    def take(frame: RedactedFrame) -> None:
        revealed.extend(frame.revealed)

    with (
        begin(FramesFeed(frames, {1: lose}), on_alert=told.append, on_frame=take) as session,
        pytest.raises(KeyStoreError),
    ):
        session.run()
    keys.unlink()
    keys.with_name("gone").rename(keys)
    operator = ready.open("operator")
    (row,) = operator.live.sessions(REFERENCE)
    assert row.stopped_by is StopReason.FAULT
    assert row.counts is not None
    assert (row.counts.alerts, told, revealed) == (0, [], [])
    assert operator.alerts.list(REFERENCE, justification=WHY) == []
    assert not [one for one in log_of(operator) if one.verb is Verb.ALERT]


def test_a_listener_that_fails_ends_the_search(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    def fail(_alert: Any) -> None:
        message = "the screen is gone"
        raise RuntimeError(message)

    with (
        begin(FramesFeed(frames), on_alert=fail) as session,
        pytest.raises(RuntimeError, match="the screen"),
    ):
        session.run()
    (row,) = ready.open("operator").live.sessions(REFERENCE)
    assert (row.stopped_by, row.counts and row.counts.alerts) == (StopReason.FAULT, 1)
    assert len(ready.open("operator").alerts.list(REFERENCE, justification=WHY)) == 1


def test_records_that_cannot_be_read_end_the_search(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    records = ready.folder / "records.sqlite"
    operator = ready.open("operator")
    session = begin(slowly(frames), bench=operator)

    def lose() -> None:
        operator._context.store.engine.dispose()
        records.rename(records.with_name("gone"))

    session.start_thread()
    time.sleep(0.3)
    lose()
    with pytest.raises(StoreError):
        session.wait(20)
    for left in ready.folder.glob("records.sqlite*"):
        left.unlink()
    records.with_name("gone").rename(records)
    assert session.stopped_by is StopReason.FAULT


def test_a_clock_that_is_set_back_ends_the_search_and_its_end_is_recorded_later(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    operator = ready.open("operator")
    feed = FramesFeed(frames, {1: lambda: ready.clock.turn(minutes=-30)})
    with begin(feed, bench=operator) as session, pytest.raises(ClockError):
        session.run()
    assert session.stopped_by is StopReason.FAULT
    ready.clock.turn(minutes=31)
    (row,) = operator.live.sessions(REFERENCE)
    assert (row.stopped_by, row.counts and row.counts.alerts) == (StopReason.FAULT, 0)
    assert row.counts is not None
    assert row.counts.fault is not None
    assert row.counts.fault.startswith("ClockError")
    with begin(FramesFeed(frames[:3]), bench=operator) as again:
        again.run()


def test_two_feeds_of_a_deployment_are_searched_at_once_and_one_feed_never_twice(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    first = begin(FramesFeed(frames[:40]))
    second = begin(FramesFeed(frames[:40]), "gate")
    for feed in ("square", "gate", "GATE"):
        with pytest.raises(IllegalMoveError, match="is searched already, by operator"):
            begin(FramesFeed(frames[:2]), feed)
    first.start_thread()
    second.start_thread()
    results = [first.wait(60), second.wait(60)]
    assert [one and one.frames for one in results] == [40, 40]
    with begin(FramesFeed(frames[:2])) as third:
        third.run()
    assert len(ready.open("operator").live.sessions(REFERENCE)) == 3


def test_feeds_that_are_searched_at_once_share_models_that_are_loaded_once(
    ready: Any, frames: list[Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []

    def load(settings: Settings, store: ArtefactStore, **options: Any) -> FaceAnalyser:
        loaded.append(settings.encoder)
        return build_live_analyser(settings, store, **options)

    monkeypatch.setattr("workbench.live.detection.build_live_analyser", load)
    operator = ready.open("operator")
    sessions = [
        operator.live.start(REFERENCE, FramesFeed(frames[:30]), feed_name=name)
        for name in ("square", "gate")
    ]
    for session in sessions:
        session.start_thread()
    results = [session.wait(120) for session in sessions]
    assert [one and one.frames for one in results] == [30, 30]
    assert loaded == ["sface"]
    again = operator.live.start(REFERENCE, FramesFeed(frames[:2]), feed_name="square")
    again.run()
    assert loaded == ["sface"], "a later search uses them too"
    (row, *_) = operator.live.sessions(REFERENCE)
    assert (row.setup.numbers, row.setup.smallest_face_px) == (RuntimeClass.FP32, 24.0)


def test_a_search_that_is_never_run_is_closed_too(
    ready: Any, begin: Begin, frames: list[Frame]
) -> None:
    feed = FramesFeed(frames)
    with begin(feed) as session, pytest.raises(UsageError, match="nothing would end this wait"):
        session.wait(0.1)
    assert session.wait() is None
    assert list(session.alerts) == []
    (row,) = ready.open("operator").live.sessions(REFERENCE)
    assert (row.stopped_by, row.counts and row.counts.frames) == (StopReason.STOPPED, 0)
    assert feed.closed.wait(5)
    assert feed.given == 0


def test_closing_the_bench_ends_its_searches(ready: Any, begin: Begin, frames: list[Frame]) -> None:
    operator = ready.open("operator")
    session = begin(slowly(frames), bench=operator)
    session.start_thread()
    operator.close()
    assert session.is_done
    (row,) = ready.open("operator-2").live.sessions(REFERENCE)
    assert row.stopped_by is StopReason.STOPPED


def test_nothing_of_the_feed_is_in_any_thread_afterwards(begin: Begin, frames: list[Frame]) -> None:
    with begin(FramesFeed(frames[:10])) as session:
        session.run()
    time.sleep(0.2)
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if "square" in name]
