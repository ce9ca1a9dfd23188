"""The timeline of footage: lanes and times in words, thumbnails, and clips paced by the browsers."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from review_values import VARIES, Said, at, bars, face, frames, holds_no_picture, lanes, until

from widgets.footage_lanes import AppearanceBar, FootageLane
from widgets.footage_timeline import FootageTimeline
from workbench.errors import FeedError, UsageError


class Clips:
    """Gives clips, and notes which of them were opened and which let go."""

    def __init__(self, count: int = 8, fps: float = 250.0) -> None:
        self.count, self.fps = count, fps
        self.opened: list[str] = []
        self.closed: list[str] = []

    def __call__(self, appearance: str) -> Iterator[tuple[float, bytes]]:
        self.opened.append(appearance)
        try:
            yield from frames(self.count, fps=self.fps)
        finally:
            self.closed.append(appearance)


@pytest.fixture
def clips() -> Clips:
    return Clips()


@pytest.fixture
def timeline(clips: Clips) -> Iterator[FootageTimeline]:
    timeline = FootageTimeline(lanes(), bars(), stated="Every appearance was compared.", clip=clips)
    yield timeline
    timeline.close()


@pytest.fixture
def said(timeline: FootageTimeline) -> Said:
    said = Said(timeline)
    said.tell("hello", tries=1)
    said.tell("follow")
    return said


def playing(said: Said, appearance: str = "f1/0/1") -> str:
    """Play a clip, and return its name once its first frame came."""
    said.tell("play", appearance=appearance)
    name = said.last("clip")["name"]
    until(lambda: any(one["name"] == name for one in said.of("frame")))
    return str(name)


def draw_all(said: Said, until_state: str) -> None:
    """Acknowledge every frame until the clip is so far."""

    def there() -> bool:
        for one in said.of("frame"):
            said.tell("drawn", n=one["n"])
        return bool(said.of("clip")[-1]["state"] == until_state)

    until(there)


def test_no_footage_is_shown_as_that() -> None:
    timeline = FootageTimeline()
    said = Said(timeline)
    said.tell("hello", tries=1)
    told = said.of("footage")[-1]
    assert (told["lanes"], told["bars"], told["plays"]) == ([], [], False)
    said.tell("play", appearance="f1/0/1")
    assert "is not on this timeline" in said.last("refused")["words"]
    timeline.close()


def test_lanes_lie_on_one_axis_and_say_what_is_known_of_their_clocks(said: Said) -> None:
    told = said.of("footage")[-1]
    first, second, third = told["lanes"]
    assert (first["starts_s"], second["starts_s"], third["starts_s"]) == (0.0, 720.0, 0.0)
    assert told["zero_s"] == at(14).timestamp()
    assert first["clock"] == (
        "2 min 13 s added to the clock of the recording: read against a till receipt"
    )
    assert (first["checked"], second["checked"], third["timed"]) == (True, False, False)
    assert second["clock"] == "clock of the recording, never checked"
    assert third["clock"] == "time of day unknown: seconds of the file"
    assert (first["stated"], third["stated"]) == ([], [VARIES])
    assert first["gaps"] == [[900, 960, "damaged"]]


@pytest.mark.parametrize(
    ("offset_s", "words"),
    [
        (0.0, "clock of the recording, found right"),
        (-3661.5, "1 h 1 min 1.5 s taken off the clock of the recording"),
        (60.0, "1 min added to the clock of the recording"),
    ],
)
def test_a_clock_offset_in_words(offset_s: float, words: str) -> None:
    lane = FootageLane(footage="f", name="a.mp4", length_s=1, starts=at(9), offset_s=offset_s)
    assert lane.clock == words


def test_candidates_have_rank_score_and_meaning_and_nothing_else_has(said: Said) -> None:
    told = {one["id"]: one["hit"] for one in said.of("footage")[-1]["bars"]}
    assert told["f1/0/1"]["rank"] == 1
    assert "1 in 900 faces" in told["f1/0/1"]["meaning"]
    assert (told["f1/0/1"]["rare"], told["f2/0/0"]["rare"]) == (True, False)
    assert sum(hit is not None for hit in told.values()) == 2


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: FootageTimeline([*lanes(), *lanes()]), "comes twice"),
        (lambda: FootageTimeline(lanes(), [*bars(), *bars()]), "comes twice"),
        (lambda: FootageTimeline(lanes()[:1], bars()), "lies in no file"),
        (
            lambda: FootageTimeline(
                lanes(), [dataclasses.replace(bars()[0], first_s=1801.0, last_s=1802.0)]
            ),
            "beyond its end",
        ),
        (lambda: FootageLane(footage="f", name="a.mp4", length_s=0.0), "a length above 0 s"),
        (
            lambda: FootageLane(
                footage="f", name="a.mp4", length_s=1.0, starts=at(9).replace(tzinfo=None)
            ),
            "needs a zone",
        ),
        (
            lambda: AppearanceBar(appearance="a", footage="f", first_s=3.0, last_s=2.0),
            "begins at 0 s or later",
        ),
    ],
)
def test_what_has_no_place_on_the_axis_is_refused(make: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        make()


def test_thumbnails_are_sent_when_asked_for(timeline: FootageTimeline, said: Said) -> None:
    said.tell("thumbs", ids=["f1/0/3", "f3/0/0"])
    assert said.last("thumbs")["of"] == ["f1/0/3", "f3/0/0"]
    assert said.pictures("thumbs") == [face(3), face(12)]
    assert "thumbnail" not in repr(bars()[0])


def test_a_clip_is_played_whole_and_never_more_than_two_frames_are_under_way(
    timeline: FootageTimeline, said: Said, clips: Clips
) -> None:
    playing(said)
    until(lambda: len(said.of("frame")) == 2)
    time.sleep(0.1)
    assert len(said.of("frame")) == 2, "the third waits for an acknowledgement"
    assert timeline.under_way == 2
    draw_all(said, "ended")
    assert [one["sent"] for one in said.of("frame")] == list(range(1, 9)), "none is left out"
    assert said.pictures("frame") == [picture for _, picture in frames(8, fps=250.0)]
    assert clips.closed == ["f1/0/1"]
    holds_no_picture(timeline, said.pictures("frame"))


def test_a_clip_is_played_no_faster_than_it_was_taken() -> None:
    timeline = FootageTimeline(lanes(), bars(), clip=Clips(6, fps=20.0))
    said = Said(timeline)
    said.tell("hello", tries=1)
    said.tell("follow")
    began = time.monotonic()
    playing(said)
    draw_all(said, "ended")
    assert time.monotonic() - began >= 5 / 20
    timeline.close()


def test_a_clip_is_paused_stepped_through_and_closed(said: Said, clips: Clips) -> None:
    name = playing(said)
    said.tell("pause", name=name)
    assert said.of("clip")[-1]["state"] == "paused"
    for one in said.of("frame"):
        said.tell("drawn", n=one["n"])
    time.sleep(0.05)
    stands = len(said.of("frame"))
    time.sleep(0.1)
    assert len(said.of("frame")) == stands, "nothing is shown while it is paused"
    said.tell("step", name=name)
    until(lambda: len(said.of("frame")) == stands + 1)
    time.sleep(0.1)
    assert len(said.of("frame")) == stands + 1, "one frame, and no more"
    said.tell("go-on", name=name)
    assert said.of("clip")[-1]["state"] == "playing"
    said.tell("close", name=name)
    until(lambda: clips.closed == ["f1/0/1"])
    assert said.of("clip")[-1]["state"] == "closed"


def test_another_clip_takes_the_place_of_the_first(said: Said, clips: Clips) -> None:
    first = playing(said)
    for one in said.of("frame"):
        said.tell("drawn", n=one["n"])
    second = playing(said, "f2/0/0")
    until(lambda: clips.closed == ["f1/0/1"])
    assert clips.opened == ["f1/0/1", "f2/0/0"]
    before = len(said.of("clip"))
    said.tell("pause", name=first)
    assert len(said.of("clip")) == before, "a word to the one that is over is no word to this one"
    said.tell("close", name=second)
    until(lambda: clips.closed == ["f1/0/1", "f2/0/0"])


def test_a_clip_that_cannot_be_read_says_why() -> None:
    def missing(_: str) -> Iterator[tuple[float, bytes]]:
        yield from frames(1)
        msg = "shop.mp4: the file is gone. Put it back."
        raise FeedError(msg)

    timeline = FootageTimeline(lanes(), bars(), clip=missing)
    said = Said(timeline)
    said.tell("hello", tries=1)
    said.tell("follow")
    playing(said)
    draw_all(said, "failed")
    assert said.of("clip")[-1]["words"] == "shop.mp4: the file is gone. Put it back."
    timeline.close()


def test_frames_that_are_no_jpeg_are_not_sent() -> None:
    timeline = FootageTimeline(lanes(), bars(), clip=lambda _: iter([(1.0, b"\x89PNG")]))
    said = Said(timeline)
    said.tell("hello", tries=1)
    said.tell("follow")
    said.tell("play", appearance="f1/0/1")
    until(lambda: bool(said.of("clip")) and said.of("clip")[-1]["state"] == "failed")
    assert "is not JPEG" in said.of("clip")[-1]["words"]
    assert said.of("frame") == []
    timeline.close()


def test_a_clip_that_nobody_looks_at_ends_and_lets_go_of_its_file(said: Said, clips: Clips) -> None:
    playing(said)
    said.tell("bye")
    until(lambda: clips.closed == ["f1/0/1"])
    until(lambda: not any(one.name.startswith("clip ") for one in threading.enumerate()))


def test_a_timeline_without_clips_says_that_it_plays_none() -> None:
    timeline = FootageTimeline(lanes(), bars())
    said = Said(timeline)
    said.tell("hello", tries=1)
    assert said.of("footage")[-1]["plays"] is False
    said.tell("play", appearance="f1/0/1")
    assert "plays no clips" in said.last("refused")["words"]
    timeline.close()
