"""What comes of a file does not hang on the machine: its speed, its threads, its faults."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from tests.live.test_pipeline import (
    ListFeed,
    People,
    SquareAnalyser,
    SquareMatcher,
    SquareWatchlist,
    standing,
)
from workbench.arrays import ImageArray
from workbench.faces.templates import Templates
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.governance.stopping import StopReason
from workbench.live import LiveResult, LiveSearch, LiveStatus, RedactedFrame
from workbench.live.ending import Ending
from workbench.live.reading import MOST_AHEAD, MOST_LIVE
from workbench.settings import LiveSettings

FRAMES = 150


class UnevenAnalyser(SquareAnalyser):
    """Takes now this long, now that long."""

    def __init__(self, seed: int | None) -> None:
        super().__init__()
        self._random = None if seed is None else np.random.default_rng(seed)

    def detect(self, image: ImageArray) -> Faces:
        self._dawdle(0.002)
        return super().detect(image)

    def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
        self._dawdle(0.03)
        return super().encode_crops(crops)

    def _dawdle(self, most_s: float) -> None:
        if self._random is not None and self._random.random() < 0.3:
            time.sleep(self._random.random() * most_s)


def passing() -> list[People]:
    """Five people who walk by, two of them listed, now and then one not detected."""
    random = np.random.default_rng(7)
    steps: list[People] = []
    for frame in range(FRAMES):
        seen: People = []
        for person in range(1, 6):
            at = 30.0 + 2.2 * (frame - 15 * (person - 1))
            if 20 < at < 300 and random.random() > 0.05:
                seen.append((person, (at, 30.0 + 40 * (person - 1)), 0.95))
        steps.append(seen)
    return steps


def searching(
    analyser: SquareAnalyser,
    settings: LiveSettings | None = None,
    matcher: SquareMatcher | None = None,
    **more: Any,
) -> LiveSearch:
    return LiveSearch(
        analyser,  # type: ignore[arg-type]
        matcher or SquareMatcher(),  # type: ignore[arg-type]
        SquareWatchlist(),  # type: ignore[arg-type]
        threshold=0.9,
        settings=settings,
        **more,
    )


def drawn(analyser: SquareAnalyser, steps: list[People]) -> list[Frame]:
    return [analyser.draw(index, people) for index, people in enumerate(steps)]


def own_threads() -> list[str]:
    """Return the threads of a search that are still at work."""
    names = {"encoder", "frames ahead"}
    return [thread.name for thread in threading.enumerate() if thread.name in names]


def found(result: LiveResult) -> tuple[Any, ...]:
    """What a result says, but for the times of the machine."""
    alerts = [
        (a.id, a.track, a.subject, a.frame, a.score, a.probe_frame, a.comparisons, a.box.tolist())
        for a in result.alerts
    ]
    return (
        alerts, result.frames, result.faces_seen, result.tracks, result.detections,
        result.detected_frames, result.comparisons, result.suppressed, result.drops,
    )  # fmt: skip


@pytest.mark.slow
def test_ten_runs_of_one_file_find_and_count_the_same() -> None:
    # Joins need a template that is still alive by the machine's clock: they alone hang on it.
    settings = LiveSettings(same_person_cosine=None)
    runs = []
    for seed in range(10):
        analyser = UnevenAnalyser(seed)
        feed = ListFeed(drawn(analyser, passing()))
        runs.append(found(searching(analyser, settings).run(feed)))  # type: ignore[arg-type]
    assert runs[0][1] == FRAMES
    assert sorted(alert[2] for alert in runs[0][0]) == ["person 1", "person 2"]
    assert all(run == runs[0] for run in runs)


def test_working_at_the_same_time_finds_what_one_after_the_other_finds() -> None:
    runs = []
    for overlap in (True, False):
        analyser = UnevenAnalyser(3 if overlap else None)
        settings = LiveSettings(same_person_cosine=None, overlap=overlap)
        feed = ListFeed(drawn(analyser, passing()))
        runs.append(found(searching(analyser, settings).run(feed)))  # type: ignore[arg-type]
    assert runs[0] == runs[1]


def test_a_file_is_searched_whole_however_slow_the_search() -> None:
    analyser = UnevenAnalyser(1)
    shown: list[int] = []
    result = searching(analyser).run(
        ListFeed(drawn(analyser, passing())),  # type: ignore[arg-type]
        on_frame=lambda frame: shown.append(frame.index),
    )
    assert shown == list(range(FRAMES))
    assert (result.frames, result.drops) == (FRAMES, 0)


class LiveFeed(ListFeed):
    """A camera: its frames come whether anybody takes them or not."""

    live = True
    step_s = 0.002

    def frames(self) -> Iterator[Frame]:
        for frame in super().frames():
            time.sleep(self.step_s)
            yield frame


class SlowAnalyser(SquareAnalyser):
    """Takes longer for a frame than the camera."""

    def detect(self, image: ImageArray) -> Faces:
        time.sleep(0.01)
        return super().detect(image)


def test_a_live_feed_is_kept_up_with_by_dropping_frames_and_says_so() -> None:
    analyser = SlowAnalyser()
    search = searching(analyser)
    seen: list[int] = []
    states: list[LiveStatus] = []
    result = search.run(
        LiveFeed(drawn(analyser, standing(1, FRAMES))),  # type: ignore[arg-type]
        on_frame=lambda frame: (seen.append(frame.index), states.append(search.status())),  # type: ignore[func-returns-value]
    )
    assert result.frames + result.drops == FRAMES
    assert result.drops > 0
    assert result.frames == len(seen) < FRAMES
    assert seen == sorted(seen)
    assert search.status().drops == result.drops
    assert max(state.queue_depths["frames"] for state in states) <= MOST_LIVE


def test_what_waits_stays_within_bounds() -> None:
    analyser = UnevenAnalyser(5)
    settings = LiveSettings()
    search = searching(analyser, settings)
    states: list[LiveStatus] = []
    search.run(
        ListFeed(drawn(analyser, passing())),  # type: ignore[arg-type]
        progress=lambda _done, _total: states.append(search.status()),
    )
    people = 5
    assert max(state.queue_depths["frames"] for state in states) <= MOST_AHEAD
    for name in ("crops", "encoding"):
        depths = [state.queue_depths[name] for state in states]
        assert 0 < max(depths) <= people * settings.crops_per_comparison
    assert set(search.status().queue_depths.values()) == set()


class FaultyAnalyser(SquareAnalyser):
    """Fails at its second batch."""

    def __init__(self, fault: BaseException) -> None:
        super().__init__()
        self._fault, self._batches = fault, 0

    def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
        self._batches += 1
        if self._batches > 1:
            raise self._fault
        return super().encode_crops(crops)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [RuntimeError("no memory left"), SystemExit(1)])
def test_a_fault_of_the_encoder_ends_the_search_with_it(fault: BaseException) -> None:
    analyser = FaultyAnalyser(fault)
    with pytest.raises(type(fault)):
        searching(analyser).run(ListFeed(drawn(analyser, standing(5, 200))))  # type: ignore[arg-type]
    assert own_threads() == []
    fault.__traceback__ = None
    gc.collect()
    assert analyser.encoded
    assert [ref for ref in analyser.encoded if ref() is not None] == []


def test_whoever_fails_to_take_a_frame_ends_the_search_and_its_threads() -> None:
    analyser = SquareAnalyser()

    def fail(_frame: RedactedFrame) -> None:
        message = "the disk is full"
        raise OSError(message)

    with pytest.raises(OSError, match="disk is full"):
        searching(analyser).run(ListFeed(drawn(analyser, standing(5, 60))), fail)  # type: ignore[arg-type]
    assert own_threads() == []


@pytest.mark.slow
def test_an_end_while_a_batch_is_being_encoded_drops_it() -> None:
    ending = Ending()

    class EndedWithin(SquareAnalyser):
        def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
            ending.end(StopReason.WITHDRAWN)
            time.sleep(0.05)
            return super().encode_crops(crops)

    analyser = EndedWithin()
    result = searching(analyser).run(
        ListFeed(drawn(analyser, standing(1, 500))),  # type: ignore[arg-type]
        ending=ending,
    )
    assert (result.comparisons, result.alerts) == (0, ())
    assert result.stopped_by is StopReason.WITHDRAWN
    assert result.frames < 500
    gc.collect()
    assert analyser.encoded
    assert [ref for ref in analyser.encoded if ref() is not None] == []


@pytest.mark.slow
def test_a_camera_that_hangs_is_left_when_the_search_is_ended() -> None:
    hang, ending = threading.Event(), Ending()

    class Hanging(LiveFeed):
        def frames(self) -> Iterator[Frame]:
            yield from super().frames()
            threading.Timer(0.05, ending.end, (StopReason.STOPPED,)).start()
            hang.wait(20)

    analyser = SquareAnalyser()
    result = searching(analyser).run(
        Hanging(drawn(analyser, standing(5, 20))),  # type: ignore[arg-type]
        ending=ending,
    )
    hang.set()
    assert result.stopped_by is StopReason.STOPPED


@pytest.mark.slow
def test_templates_of_a_feed_that_stands_still_do_not_wait() -> None:
    made: list[Any] = []
    still = threading.Event()

    class Watching(SquareAnalyser):
        def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
            templates = super().encode_crops(crops)
            made.append(self.encoded[-2])
            return templates

    class Standing(ListFeed):
        def frames(self) -> Iterator[Frame]:
            for frame in super().frames():
                if frame.index == 15:
                    deadline = time.monotonic() + 10
                    while not (made and made[0]() is None) and time.monotonic() < deadline:
                        time.sleep(0.01)
                        gc.collect()
                    still.set()
                    assert made[0]() is None
                yield frame

    analyser = Watching()
    result = searching(analyser, LiveSettings(template_lifetime_s=0.1, overlap=True)).run(
        Standing(drawn(analyser, standing(1, 40)))  # type: ignore[arg-type]
    )
    assert still.is_set()
    assert len(result.alerts) == 1
