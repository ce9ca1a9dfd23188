"""What is kept of a fault of a live search: all that was searched and alerted, and nobody."""

from __future__ import annotations

import gc
import json
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_faces import SIDE, drawn_pair_analyser, portrait
from roll_call import RollCall
from searched_bench import SearchedBench, copy_of_searched, make_searched_bench
from session_ends import WITHIN_S, Timed, require_over
from stepped_feed import SteppedFeed, step

from workbench.bench.session_watch import SessionWatch
from workbench.errors import StoreError
from workbench.faces.analysis import FaceAnalyser
from workbench.feeds import Frame
from workbench.feeds.cameras import CameraGap, Health
from workbench.governance.session_gaps import GapKind
from workbench.governance.stopping import StopReason
from workbench.settings import QualitySettings


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SearchedBench:
    """Return the bench that the tests of this module copy."""
    return make_searched_bench(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def at(made: SearchedBench, tmp_path: Path) -> Iterator[SearchedBench]:
    """Return a bench with a deployment that has begun."""
    with copy_of_searched(made, tmp_path) as copy:
        yield copy


class Frozen(SteppedFeed):
    """A camera that was frozen for a while, and dropped three pictures."""

    health, drops = Health.LIVE, 3

    def __init__(self) -> None:
        """Begin now."""
        super().__init__()
        self.began = datetime.now(UTC)
        self.gaps = (CameraGap(10.0, 12.5, Health.FROZEN, "nothing changed"),)


@pytest.mark.slow
def test_a_fault_of_a_listener_puts_nobody_into_the_record(at: SearchedBench) -> None:
    told: list[Any] = []

    def look_up(alert: Any) -> None:
        told.append(alert)
        raise KeyError(alert.subject, alert.id)

    session = at.begin(RollCall(), on_alert=look_up)
    with pytest.raises(KeyError):
        session.run()
    record = at.open("operator").live.record(session.id)
    assert record.fault == "KeyError"
    text = json.dumps(record.plain())
    assert told[0].subject not in text
    assert told[0].id not in text


@pytest.mark.slow
def test_a_fault_leaves_no_gap_and_no_count_out(at: SearchedBench) -> None:
    feed, shown = Frozen(), threading.Event()

    def fail(_frame: Any) -> None:
        if shown.is_set():
            message = "the screen is gone"
            raise RuntimeError(message)

    session = at.running(feed, on_frame=fail)
    step(feed, 3, lambda: session.status.search.frames)
    session.pause("the cordon is being moved")
    step(feed, 2, lambda: session.status.rested)
    session.resume()
    step(feed, 1, lambda: session.status.search.frames)
    at.turn(seconds=30)
    shown.set()
    feed.give(60)
    with pytest.raises(RuntimeError, match="the screen"):
        session.wait(WITHIN_S)
    record = at.open("operator").live.record(session.id)
    kinds = {gap.kind for gap in record.gaps}
    assert {GapKind.FROZEN, GapKind.PAUSED} <= kinds
    assert record.rested == 2
    assert record.drops is not None
    assert record.drops >= 3
    assert record.frames is not None
    assert record.frames >= 4
    assert record.tracks is not None
    assert record.counting_method is not None


@pytest.mark.slow
def test_who_fails_while_a_camera_is_silent_is_not_taken_for_the_camera(at: SearchedBench) -> None:
    feed, silent = SteppedFeed(), threading.Event()

    def fail(_frame: Any) -> None:
        if silent.is_set():
            message = "the screen is gone"
            raise RuntimeError(message)

    session = at.running(feed, on_frame=fail)
    step(feed, 3, lambda: session.status.search.frames)
    silent.set()
    with pytest.raises(RuntimeError, match="the screen"):
        session.wait(WITHIN_S)
    assert at.open("operator").live.record(session.id).fault == "RuntimeError"


def test_what_goes_wrong_after_the_last_frame_is_a_fault(at: SearchedBench) -> None:
    def fail(_alert: Any) -> None:
        message = "the screen is gone"
        raise RuntimeError(message)

    session = at.begin(Timed([0.0, 0.04, 0.08, 0.12]), on_alert=fail)
    with pytest.raises(RuntimeError, match="the screen"):
        session.run()
    require_over(at, session, StopReason.FAULT)


@pytest.mark.slow
def test_no_error_that_led_to_another_keeps_a_raw_frame(at: SearchedBench) -> None:
    drawn = at.counts.analyser

    class Sick:
        """Finds no face, and says so by an error that another one led to."""

        name = drawn.detector.name

        def detect(self, image: Any) -> Any:
            try:
                self._look(image)
            except ValueError as error:
                message = "cannot look"
                raise RuntimeError(message) from error

        def _look(self, image: Any) -> Any:
            raise ValueError(image.shape)

    feed = RollCall()
    sick: Any = Sick()
    at.counts.analyser = FaceAnalyser(sick, dict(drawn.encoders), QualitySettings())
    session = at.begin(feed)
    with pytest.raises(RuntimeError, match="cannot look"):
        session.run()
    gc.collect()
    assert feed.images
    assert feed.held() == 0
    require_over(at, session, StopReason.FAULT)


def test_an_observer_of_a_search_hears_of_no_score(at: SearchedBench) -> None:
    class Nosy:
        """Notes all that it is told of."""

        def __init__(self) -> None:
            """Begin with nothing."""
            self.tracks, self.scores = set[int](), list[Any]()

        def on_frame(self, _frame: int, tracks: Any, _boxes: Any) -> None:
            """Note the tracks."""
            self.tracks |= set(tracks.tolist())

        def on_scores(self, _track: int, scores: Any) -> None:
            """Note whom a face is like."""
            self.scores.append(scores.candidates(5))

        def on_join(self, _number: int, _into: int) -> None:
            """Pass over."""

    nosy = Nosy()
    session = at.begin(Timed([n * 0.04 for n in range(20)], who=1000), observer=nosy)
    result = session.run()
    assert result.comparisons > 0
    assert result.alerts == ()
    assert nosy.tracks
    assert nosy.scores == []


class Couple(RollCall):
    """Shows two people of the list together."""

    size = (2 * SIDE, SIDE)

    def frames(self) -> Iterator[Frame]:
        """Give a second of them."""
        for index in range(25):
            image = np.concatenate([portrait(0), portrait(1)], axis=1)
            yield Frame(index, index * 0.04, image)


def test_a_listener_that_fails_keeps_no_other_alert_of_that_moment_from_being_stored(
    at: SearchedBench,
) -> None:
    told = list[str]()
    at.counts.analyser = drawn_pair_analyser()

    def fail(alert: Any) -> None:
        told.append(alert.subject)
        message = "the screen is gone"
        raise RuntimeError(message)

    session = at.begin(Couple(), on_alert=fail)
    with pytest.raises(RuntimeError, match="the screen"):
        session.run()
    stored = at.open("operator").alerts.list(at.reference, justification="looking at the feed")
    assert {one.subject for one in stored} == {"NOM-0", "NOM-1"}
    assert len(told) == 2
    require_over(at, session, StopReason.FAULT)


def test_an_alert_that_cannot_be_stored_leaves_no_face_in_its_error(at: SearchedBench) -> None:
    keys = at.bench.settings.keys.folder
    gone = keys.with_name("gone")

    class Losing(RollCall):
        """Loses the keys after a few frames."""

        def frames(self) -> Iterator[Frame]:
            """Give them."""
            for frame in super().frames():
                if frame.index == 2:
                    keys.rename(gone)
                    keys.write_text("in its place")
                yield frame

    session = at.begin(Losing())
    with pytest.raises(StoreError) as refused:
        session.run()
    keys.unlink()
    gone.rename(keys)
    locals_of = [
        frame.f_locals
        for frame, _ in traceback.walk_tb(refused.value.__traceback__)
        if frame.f_code.co_name in {"_raised", "store"}
    ]
    assert locals_of
    assert not [name for found in locals_of for name in found if name in {"alert", "document"}]
    require_over(at, session, StopReason.FAULT)


def test_an_alert_that_the_records_hold_no_more_is_not_open(at: SearchedBench) -> None:
    operator = at.open("operator")
    with at.begin(RollCall(), bench=operator) as session:
        watch = SessionWatch(operator._context, session.id, watchlist="", until=at.bench.clock())
        watch.raised("alert-destroyed")
        assert watch.is_open("alert-destroyed")
        watch.look()
        assert not watch.is_open("alert-destroyed")
