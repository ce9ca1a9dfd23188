"""The order of a live search, tried with faces that are coloured squares."""

from __future__ import annotations

import gc
import math
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import FeedError, UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.governance.stopping import StopReason
from workbench.live import COUNTING_METHOD, Alert, LiveResult, LiveSearch, RedactedFrame, Zone
from workbench.live.ending import Ending
from workbench.matching.candidates import Candidates, rank
from workbench.settings import LiveSettings

IDENTITY = EncoderIdentity("sface", "none", "0" * 64, "none/1", 8)
WIDTH, HEIGHT, SIDE = 320, 240, 40
BACKGROUND = 30


def colour(person: int) -> tuple[int, int, int]:
    """The colour that a staged person's square has."""
    return (200, 10 * person, 100)


def vector(person: int) -> FloatArray:
    """The template of a staged person."""
    return np.eye(8, dtype=np.float32)[person]


class SquareAnalyser:
    """Finds squares that were drawn, and encodes them by their colour."""

    def __init__(self) -> None:
        self.places: dict[int, list[tuple[int, tuple[float, float], float]]] = {}
        self.encoded: list[weakref.ref[Any]] = []
        self.cropped_at: list[tuple[float, float]] = []

    def draw(self, frame: int, people: Sequence[tuple[int, tuple[float, float], float]]) -> Frame:
        """Draw a frame of `(person, centre, confidence)`."""
        image = np.full((HEIGHT, WIDTH, 3), BACKGROUND, np.uint8)
        for person, (x, y), _ in people:
            half = SIDE // 2
            image[int(y) - half : int(y) + half, int(x) - half : int(x) + half] = colour(person)
        self.places[id(image)] = list(people)
        return Frame(frame, frame * 0.04, image)

    def detect(self, image: ImageArray) -> Faces:
        people = self.places[id(image)]
        if not people:
            return Faces.empty()
        centre = np.array([place for _, place, _ in people], np.float32)
        half = np.float32(SIDE / 2)
        spread = np.array([[-8, -8], [8, -8], [0, 0], [-8, 8], [8, 8]], np.float32)
        return Faces(
            np.concatenate([centre - half, centre + half], axis=1),
            centre[:, None] + spread[None],
            np.array([confidence for *_, confidence in people], np.float32),
        )

    def crops(self, image: ImageArray, faces: Faces) -> dict[str, ImageArray]:
        centres = ((faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2).astype(int)
        self.cropped_at += [(float(x), float(y)) for x, y in centres]
        cut = [image[y - 4 : y + 4, x - 4 : x + 4] for x, y in centres]
        crops = np.stack(cut)
        self.encoded.append(weakref.ref(crops))
        return {"sface": crops}

    def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
        people = (crops["sface"].mean(axis=(1, 2))[:, 1] / 10).round().astype(int)
        vectors = np.stack([vector(person) for person in people])
        self.encoded += [weakref.ref(vectors), weakref.ref(crops["sface"])]
        return {"sface": Templates(vectors, IDENTITY)}


class SquareMatcher:
    """A matcher with person 1 and person 2 on its list."""

    name = "sface"
    unit = "cosine"

    def __init__(self, listed: Sequence[int] = (1, 2)) -> None:
        self.listed = {f"person {person}": vector(person) for person in listed}

    def search(self, probes: Mapping[str, Templates], k: int = 10) -> list[Candidates]:
        names = list(self.listed)
        scores = self.scores(probes, names)
        return [rank(names, row, np.arange(len(names)), k) for row in scores]

    def scores(self, probes: Mapping[str, Templates], subjects: Sequence[str]) -> FloatArray:
        return probes["sface"].vectors @ np.stack([self.listed[name] for name in subjects]).T


class SquareWatchlist:
    """The list of the matcher."""

    subjects = ("person 1", "person 2")
    references = (0, 1)


class ListFeed:
    """Frames from a list."""

    name, live, damage, fps = "list", False, None, 25.0
    size = (WIDTH, HEIGHT)

    def __init__(self, frames: Sequence[Frame], fails_at: int | None = None) -> None:
        self._frames, self._fails_at = list(frames), fails_at

    @property
    def frame_count(self) -> int | None:
        return len(self._frames)

    def frames(self) -> Iterator[Frame]:
        for frame in self._frames:
            if frame.index == self._fails_at:
                message = "the camera is gone."
                raise FeedError(message)
            yield frame


People = list[tuple[int, tuple[float, float], float]]


def search(
    steps: Sequence[People],
    *,
    threshold: float = 0.9,
    zone: Zone | None = None,
    fails_at: int | None = None,
    analyser: SquareAnalyser | None = None,
    settings: LiveSettings | None = None,
    is_open: Any = None,
) -> tuple[LiveResult, list[RedactedFrame], list[Frame], SquareAnalyser]:
    """Search staged squares."""
    analyser = analyser or SquareAnalyser()
    raw = [analyser.draw(index, people) for index, people in enumerate(steps)]
    live = LiveSearch(
        analyser,  # type: ignore[arg-type]
        SquareMatcher(),  # type: ignore[arg-type]
        SquareWatchlist(),  # type: ignore[arg-type]
        threshold=threshold,
        zone=zone,
        settings=settings,
    )
    shown: list[RedactedFrame] = []
    feed = ListFeed(raw, fails_at)
    result = live.run(feed, shown.append, is_open=is_open)  # type: ignore[arg-type]
    return result, shown, raw, analyser


def standing(person: int, frames: int = 30, at: tuple[float, float] = (100, 100)) -> list[People]:
    """One person who stands there."""
    return [[(person, at, 0.95)] for _ in range(frames)]


def clear_share(raw: Frame, shown: RedactedFrame, at: tuple[float, float]) -> float:
    """Share of a square's pixels that were left as they were."""
    half = SIDE // 2
    rows, columns = slice(int(at[1]) - half, int(at[1]) + half), slice(int(at[0]) - half, int(at[0]) + half)  # fmt: skip
    return float((raw.image[rows, columns] == shown.image[rows, columns]).all(-1).mean())


def test_an_empty_feed_gives_an_empty_result() -> None:
    result, shown, _, _ = search([])
    assert (result.frames, result.faces_seen, result.alerts, shown) == (0, 0, (), [])
    assert result.alert_latency_s is None
    assert result.counting_method == COUNTING_METHOD == "confirmed-tracks-in-zone/1"


def test_a_feed_without_faces_is_shown_as_it_is() -> None:
    result, shown, raw, _ = search([[] for _ in range(10)])
    assert result.faces_seen == result.detections == result.comparisons == 0
    for before, after in zip(raw, shown, strict=True):
        np.testing.assert_array_equal(before.image, after.image)


def test_a_listed_person_raises_one_alert() -> None:
    result, _, _, _ = search(standing(1, 60))
    assert [alert.subject for alert in result.alerts] == ["person 1"]
    alert = result.alerts[0]
    assert alert.state == "open"
    assert alert.comparisons >= 2
    assert alert.probe.shape == (SIDE, SIDE, 3)
    assert (alert.probe == colour(1)).all()
    assert alert.reference == 0
    assert alert.first_seen_s == 0.0
    assert result.faces_seen == result.tracks == 1


def test_others_raise_none_and_never_show() -> None:
    result, shown, raw, _ = search(standing(5, 40))
    assert result.alerts == ()
    assert result.faces_seen == 1
    assert result.comparisons > 0
    for before, after in zip(raw, shown, strict=True):
        assert clear_share(before, after, (100, 100)) < 0.05


def test_an_alerted_face_shows_from_its_alert_on_and_the_one_beside_it_never() -> None:
    steps = [a + b for a, b in zip(standing(1, 40), standing(5, 40, (200, 100)), strict=True)]
    result, shown, raw, _ = search(steps)
    alert = result.alerts[0]
    for before, after in zip(raw, shown, strict=True):
        assert clear_share(before, after, (200, 100)) < 0.05
        expected = 1.0 if after.index >= alert.frame else 0.0
        assert clear_share(before, after, (100, 100)) == pytest.approx(expected, abs=0.05)


def test_a_decided_alert_no_longer_shows_its_face() -> None:
    _, shown, raw, _ = search(standing(1, 40), is_open=lambda _alert: False)
    assert all(
        clear_share(before, after, (100, 100)) < 0.05
        for before, after in zip(raw, shown, strict=True)
    )


def test_a_face_is_covered_in_the_frames_that_waited_when_its_alert_was_decided() -> None:
    awaits = [True]
    shown: list[RedactedFrame] = []
    analyser = SquareAnalyser()
    raw = [analyser.draw(index, people) for index, people in enumerate(standing(1, 60))]
    live = LiveSearch(
        analyser,  # type: ignore[arg-type]
        SquareMatcher(),  # type: ignore[arg-type]
        SquareWatchlist(),  # type: ignore[arg-type]
        threshold=0.9,
    )

    def decide(frame: RedactedFrame) -> None:
        shown.append(frame)
        awaits[0] = awaits[0] and not frame.revealed

    live.run(ListFeed(raw), decide, is_open=lambda _alert: awaits[0])  # type: ignore[arg-type]
    clear = [
        before.index
        for before, after in zip(raw, shown, strict=True)
        if clear_share(before, after, (100, 100)) > 0.05
    ]
    assert len(clear) == 1, "it was decided when that one was shown"


def test_a_face_outside_the_zone_is_redacted_and_never_encoded() -> None:
    zone = Zone(((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
    steps = [a + b for a, b in zip(standing(1, 40), standing(2, 40, (250, 100)), strict=True)]
    result, shown, raw, analyser = search(steps, zone=zone)
    assert [alert.subject for alert in result.alerts] == ["person 1"]
    assert result.faces_seen == 1
    assert analyser.cropped_at
    assert all(x < 160 for x, _ in analyser.cropped_at)
    for before, after in zip(raw, shown, strict=True):
        assert clear_share(before, after, (250, 100)) < 0.05


def test_a_weak_detection_is_redacted_and_not_counted() -> None:
    settings = LiveSettings()
    weak = (settings.redaction_confidence + settings.min_confidence) / 2
    result, shown, raw, analyser = search([[(1, (100, 100), weak)] for _ in range(30)])
    assert (result.faces_seen, result.comparisons, analyser.cropped_at) == (0, 0, [])
    for before, after in zip(raw, shown, strict=True):
        assert clear_share(before, after, (100, 100)) < 0.05


def test_a_missed_detection_is_covered() -> None:
    steps = standing(5, 30)
    steps[10] = []
    analyser = SquareAnalyser()
    raw = [analyser.draw(index, people) for index, people in enumerate(standing(5, 30))]
    analyser.places[id(raw[10].image)] = []
    shown: list[RedactedFrame] = []
    LiveSearch(
        analyser,
        SquareMatcher(),
        SquareWatchlist(),
        threshold=0.9,  # type: ignore[arg-type]
    ).run(ListFeed(raw), shown.append)  # type: ignore[arg-type]
    assert clear_share(raw[10], shown[10], (100, 100)) < 0.05


def test_two_faces_of_one_listed_person_raise_one_alert() -> None:
    steps = [a + b for a, b in zip(standing(1, 40), standing(1, 40, (200, 100)), strict=True)]
    result, _, _, _ = search(steps)
    assert len(result.alerts) == 1


def test_a_bystander_in_front_is_not_in_the_probe() -> None:
    steps = [[(1, (100, 100), 0.95), (5, (125, 100), 0.95)] for _ in range(20)]
    result, _, _, _ = search(steps)
    probe = result.alerts[0].probe
    beside = probe[:, 26:]
    assert not (beside == colour(5)).all(axis=-1).mean() > 0.05


@pytest.mark.slow
def test_nothing_of_a_face_outlives_the_run() -> None:
    analyser = SquareAnalyser()
    result, _, _, _ = search(standing(5, 200), analyser=analyser)
    assert result.comparisons > 2
    gc.collect()
    assert analyser.encoded
    assert [ref for ref in analyser.encoded if ref() is not None] == []
    alive = [o for o in gc.get_objects() if type(o) is Templates and o.encoder is IDENTITY]
    assert alive == []
    assert 0 <= result.max_template_age_s <= LiveSettings().template_lifetime_s
    assert result.overdue_templates == 0


@pytest.mark.slow
def test_a_feed_that_fails_leaves_nothing_of_a_face_either() -> None:
    analyser = SquareAnalyser()
    with pytest.raises(FeedError):
        search(standing(5, 30), analyser=analyser, fails_at=25)
    gc.collect()
    assert [ref for ref in analyser.encoded if ref() is not None] == []


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    search(standing(1, 30))
    assert list(tmp_path.rglob("*")) == []


def test_alerts_and_progress_are_told_as_they_happen() -> None:
    analyser = SquareAnalyser()
    raw = [analyser.draw(index, people) for index, people in enumerate(standing(1, 30))]
    told: list[Alert] = []
    steps: list[tuple[int, int | None]] = []
    result = LiveSearch(
        analyser,
        SquareMatcher(),
        SquareWatchlist(),
        threshold=0.9,  # type: ignore[arg-type]
    ).run(
        ListFeed(raw),  # type: ignore[arg-type]
        on_alert=told.append,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert tuple(told) == result.alerts
    assert steps == [(done, 30) for done in range(1, 31)]


def test_a_gap_in_the_feed_is_named() -> None:
    analyser = SquareAnalyser()
    raw = [analyser.draw(index, people) for index, people in enumerate(standing(5, 20))]
    late = [Frame(f.index, f.time_s + (5.0 if f.index >= 10 else 0.0), f.image) for f in raw]
    result = LiveSearch(
        analyser,
        SquareMatcher(),
        SquareWatchlist(),
        threshold=0.9,  # type: ignore[arg-type]
    ).run(ListFeed(late))  # type: ignore[arg-type]
    assert [(gap.start_s, gap.end_s) for gap in result.gaps] == [(late[9].time_s, late[10].time_s)]
    assert result.faces_seen == 2


def test_a_still_picture_alerts_without_waiting() -> None:
    result, _, _, _ = search([[(1, (100, 100), 0.95), (5, (200, 100), 0.95)]])
    assert [alert.subject for alert in result.alerts] == ["person 1"]
    assert result.faces_seen == 2


def test_pictures_of_a_folder_are_scenes_of_their_own() -> None:
    analyser = SquareAnalyser()
    raw = [analyser.draw(index, people) for index, people in enumerate(standing(1, 3))]
    apart = [Frame(f.index, float(f.index), f.image) for f in raw]
    feed = ListFeed(apart)
    feed.fps = 1.0
    result = LiveSearch(
        analyser,
        SquareMatcher(),
        SquareWatchlist(),
        threshold=0.9,  # type: ignore[arg-type]
    ).run(feed)  # type: ignore[arg-type]
    assert [alert.frame for alert in result.alerts] == [0, 1, 2]
    assert result.faces_seen == 3


def test_a_track_that_ends_between_comparisons_is_still_compared() -> None:
    steps: list[People] = standing(1, 9) + [[] for _ in range(60)]
    settings = LiveSettings(compare_interval_s=2.0)
    result, _, _, _ = search(steps, settings=settings)
    assert [alert.subject for alert in result.alerts] == ["person 1"]


def test_someone_found_again_elsewhere_within_the_second_is_the_same_track() -> None:
    steps = [*standing(5, 25), [], [], *standing(5, 25, at=(280, 180))]
    result, _, _, _ = search(steps)
    assert result.faces_seen == 1
    other = [*standing(5, 25), [], [], *standing(6, 25, at=(280, 180))]
    result, _, _, _ = search(other)
    assert result.faces_seen == 2


def test_after_an_alert_a_track_is_compared_less_often() -> None:
    listed, _, _, _ = search(standing(1, 200))
    other, _, _, _ = search(standing(5, 200), settings=LiveSettings(enough_comparisons=10**6))
    assert 0 < listed.comparisons < other.comparisons / 2


def test_a_threshold_that_is_no_number_is_refused() -> None:
    with pytest.raises(UsageError, match="not a number"):
        search([], threshold=math.nan)


def run_until(
    ended_at: int, steps: Sequence[People], reason: StopReason = StopReason.STOPPED
) -> tuple[LiveResult, list[RedactedFrame], SquareAnalyser]:
    """Search staged squares, and end that from outside before a frame."""
    analyser, ending = SquareAnalyser(), Ending()
    raw = [analyser.draw(index, people) for index, people in enumerate(steps)]

    class Ended(ListFeed):
        gives_on_request = True  # else the end would come as early as the frames are read

        def frames(self) -> Iterator[Frame]:
            for frame in super().frames():
                if frame.index == ended_at:
                    ending.end(reason)
                yield frame

    shown: list[RedactedFrame] = []
    result = LiveSearch(
        analyser,
        SquareMatcher(),
        SquareWatchlist(),
        threshold=0.9,  # type: ignore[arg-type]
    ).run(Ended(raw), shown.append, ending=ending, name_alert="record-{}".format)  # type: ignore[arg-type]
    return result, shown, analyser


@pytest.mark.parametrize("ended_at", [0, 1, 20])
def test_a_search_that_is_ended_from_outside_searches_no_further_frame(ended_at: int) -> None:
    result, shown, _ = run_until(ended_at, standing(5, 60), StopReason.WITHDRAWN)
    assert (result.frames, result.stopped_by) == (ended_at, StopReason.WITHDRAWN)
    assert [frame.index for frame in shown] == list(range(ended_at))
    assert result.faces_seen == (1 if ended_at >= 3 else 0)


@pytest.mark.slow
def test_what_was_held_when_a_search_was_ended_is_not_compared() -> None:
    whole, _, _ = run_until(99, standing(1, 4))
    assert (whole.comparisons, len(whole.alerts)) == (2, 1), "the end of the feed compares it"
    cut, _, analyser = run_until(4, standing(1, 60))
    assert (cut.comparisons, cut.alerts) == (0, ())
    gc.collect()
    assert [ref for ref in analyser.encoded if ref() is not None] == []


def test_a_search_that_ends_with_its_feed_says_so() -> None:
    result, _, _ = run_until(99, standing(1, 30))
    assert result.stopped_by is StopReason.FEED_ENDED


def test_alerts_bear_the_names_that_they_are_given() -> None:
    result, shown, _ = run_until(99, standing(1, 30))
    assert [alert.id for alert in result.alerts] == ["record-1"]
    assert {name for frame in shown for name in frame.revealed} == {"record-1"}


def across_a_gap(
    before: Sequence[People], after: Sequence[People]
) -> tuple[LiveResult, list[RedactedFrame], list[Frame]]:
    """Search what a camera showed before and after a gap that is shorter than tracks live."""
    analyser = SquareAnalyser()
    raw = [analyser.draw(index, people) for index, people in enumerate([*before, *after])]
    raw = [replace(frame, view=int(frame.index >= len(before))) for frame in raw]
    shown: list[RedactedFrame] = []
    result = LiveSearch(
        analyser,  # type: ignore[arg-type]
        SquareMatcher(),  # type: ignore[arg-type]
        SquareWatchlist(),  # type: ignore[arg-type]
        threshold=0.9,
        settings=LiveSettings(cooldown_s=0.1),
    ).run(ListFeed(raw), shown.append)  # type: ignore[arg-type]
    return result, shown, raw


def test_who_is_seen_on_both_sides_of_a_gap_is_two_tracks_and_two_alerts() -> None:
    result, _, _ = across_a_gap(standing(1, 30), standing(1, 30))
    assert [alert.subject for alert in result.alerts] == ["person 1", "person 1"]
    assert len({alert.track for alert in result.alerts}) == 2
    assert [alert.first_seen_s for alert in result.alerts] == [0.0, 30 * 0.04]
    assert (result.tracks, result.faces_seen) == (2, 2)


def test_who_stands_where_a_listed_person_stood_before_a_gap_is_never_shown_for_them() -> None:
    result, shown, raw = across_a_gap(standing(1, 30), standing(5, 30))
    assert [alert.subject for alert in result.alerts] == ["person 1"]
    assert clear_share(raw[29], shown[29], (100, 100)) > 0.95
    for before, after in zip(raw[30:], shown[30:], strict=True):
        assert clear_share(before, after, (100, 100)) < 0.05


def test_looks_that_waited_when_a_gap_came_are_decided_and_nothing_of_them_is_kept() -> None:
    gone: list[People] = [[] for _ in range(30)]
    result, _, _ = across_a_gap(standing(1, 4), gone)
    assert [(alert.subject, alert.frame) for alert in result.alerts] == [("person 1", 4)]
    other, _, _ = across_a_gap(standing(5, 4), standing(5, 4, at=(280, 180)))
    assert other.faces_seen == 2, "no template joins what a gap parts"
    assert other.overdue_templates == 0
