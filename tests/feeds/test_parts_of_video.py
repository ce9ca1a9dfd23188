"""A file read in parts gives what it gives as a whole, and says beforehand what it is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from workbench.errors import FeedError
from workbench.feeds import VideoFile
from workbench.feeds.frames import Frame
from workbench.feeds.survey import Survey, Times

MakeVideo = Callable[..., Path]


def moving(count: int, size: tuple[int, int] = (64, 48)) -> list[NDArray[np.uint8]]:
    """Pictures of a pattern that moves, so that each needs those around it."""
    rng = np.random.default_rng(4)
    ground = rng.integers(0, 256, (size[1], size[0], 3)).astype(np.uint8)
    return [np.roll(ground, (at, 2 * at), axis=(0, 1)) for at in range(count)]


def same(whole: list[Frame], parts: list[Frame]) -> bool:
    return len(whole) == len(parts) and all(
        one.index == other.index
        and one.time_s == other.time_s
        and np.array_equal(one.image, other.image)
        for one, other in zip(whole, parts, strict=True)
    )


def in_parts(video: VideoFile, survey: Survey) -> list[Frame]:
    bounds = [None, *survey.key_frames, None]
    return [frame for start, stop in pairwise(bounds) for frame in video.part(start, stop)]


VARIABLE = [int(at) for at in np.cumsum(np.random.default_rng(1).integers(20, 300, 40))]
FILES: dict[str, dict[str, Any]] = {
    "closed.mp4": {"options": {"bf": "3"}},
    "open.mp4": {"options": {"bf": "3", "x264-params": "open-gop=1"}},
    "open.mkv": {"options": {"bf": "3", "x264-params": "open-gop=1"}},
    "plain.mkv": {"options": {"bf": "0"}},
    "stream.ts": {"options": {"bf": "2"}},
    "late.ts": {"options": {"bf": "2"}, "times_ms": [9000 + 40 * at for at in range(40)]},
    "old.avi": {"codec": "mpeg4"},
    "still.avi": {"codec": "mjpeg", "pixels": "yuvj420p"},
    "variable.mkv": {"times_ms": VARIABLE, "options": {"bf": "2"}},
    "variable.mp4": {"times_ms": VARIABLE, "options": {"bf": "2"}},
}


@pytest.mark.parametrize("name", FILES)
def test_the_parts_together_are_the_whole(make_video: MakeVideo, name: str) -> None:
    video = VideoFile(make_video(name, images=moving(40), **FILES[name]))
    survey = video.survey()
    whole = list(video.frames())
    assert video.damage is None
    assert len(whole) == survey.pictures == 40
    assert len(survey.key_frames) >= 4, "it can be read in parts"
    assert [frame.time_s for frame in whole if frame.index in
            {key.before for key in survey.key_frames}] == pytest.approx(
        [key.time_s for key in survey.key_frames]
    )  # fmt: skip
    assert same(whole, in_parts(video, survey))
    assert video.damage is None
    assert survey.times is (Times.VARIABLE if "times_ms" in FILES[name] and "late" not in name
                            else Times.EVEN)  # fmt: skip
    assert survey.damage is None
    assert survey.duration_s == pytest.approx(whole[-1].time_s + survey.step_s)


def test_a_place_that_cannot_be_gone_to_is_read_up_to(
    make_video: MakeVideo, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = VideoFile(make_video("closed.mp4", images=moving(40), options={"bf": "3"}))
    survey = video.survey()
    whole = list(video.frames())
    monkeypatch.setattr("workbench.feeds.video.entered", lambda *_: None)
    assert same(whole, in_parts(video, survey))


def test_a_file_that_was_replaced_since_is_refused(make_video: MakeVideo) -> None:
    path = make_video("clip.mkv", images=moving(40))
    video = VideoFile(path)
    key = video.survey().key_frames[2]
    path.write_bytes(make_video("other.mkv", images=moving(12), codec="mpeg4").read_bytes())
    with pytest.raises(FeedError, match=r"no longer the file that was surveyed.* 0\.60 s"):
        list(video.part(key))


def test_a_file_without_times_says_so_and_is_read_in_one_piece(make_video: MakeVideo) -> None:
    video = VideoFile(make_video("bare.h264", frames=20, options={"bf": "0"}))
    survey = video.survey()
    assert survey.times is Times.MISSING
    assert survey.key_frames == ()
    assert (survey.pictures, survey.duration_s) == (20, pytest.approx(0.8))
    assert survey.damage is None


def test_a_joined_recording_says_that_its_times_run_backwards(
    make_video: MakeVideo, tmp_path: Path
) -> None:
    once = make_video("once.ts", images=moving(60), options={"bf": "0"}).read_bytes()
    path = tmp_path / "joined.ts"
    path.write_bytes(once + once)
    video = VideoFile(path)
    survey = video.survey()
    assert survey.times is Times.BACKWARDS
    assert survey.key_frames == ()
    assert same(list(video.frames()), in_parts(video, survey))


def test_an_animation_is_read_in_one_piece(make_video: MakeVideo) -> None:
    path = make_video("moving.gif", codec="gif", pixels="rgb8", images=moving(20))
    survey = VideoFile(path).survey()
    assert (survey.codec, survey.key_frames, survey.pictures) == ("gif", (), 20)


@pytest.mark.parametrize(
    ("matrix", "rotation", "mirrored", "size"),
    [
        ((1, 0, 0, 1), 0, False, (64, 48)),
        ((0, 1, -1, 0), 90, False, (48, 64)),
        ((-1, 0, 0, -1), 180, False, (64, 48)),
        ((0, -1, 1, 0), 270, False, (48, 64)),
        ((1, 0, 0, -1), 0, True, (64, 48)),
    ],
)
def test_a_turned_picture_says_how_it_is_turned(
    make_video: MakeVideo,
    matrix: tuple[int, int, int, int],
    rotation: int,
    mirrored: bool,
    size: tuple[int, int],
) -> None:
    a, b, c, d = (one << 16 for one in matrix)

    def turn(stream: Any) -> None:
        stream.set_display_matrix([a, b, 0, c, d, 0, 0, 0, 1 << 30])

    video = VideoFile(make_video("turned.mp4", turn=turn, images=moving(20)))
    survey = video.survey()
    assert (survey.rotation, survey.mirrored, survey.size) == (rotation, mirrored, size)
    assert same(list(video.frames()), in_parts(video, survey))


def test_a_cut_file_says_what_is_missing(make_video: MakeVideo) -> None:
    path = make_video("cut.mp4", images=moving(60), muxer={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.6)])
    survey = VideoFile(path).survey()
    assert survey.pictures < 60
    assert survey.damage is not None
    assert "announced" in survey.damage


def test_damage_in_one_part_is_told_of_that_part_alone(make_video: MakeVideo) -> None:
    path = make_video("hole.mp4", images=moving(60, (96, 64)), options={"bf": "0"})
    data = bytearray(path.read_bytes())
    survey = VideoFile(path).survey()
    key, following = survey.key_frames[5:7]
    assert key.position is not None
    assert following.position is not None
    start, end = key.position + key.length, following.position
    data[start:end] = np.random.default_rng(0).bytes(end - start)
    path.write_bytes(bytes(data))
    video = VideoFile(path)
    damaged = []
    for at, (begin, end_) in enumerate(pairwise([None, *survey.key_frames, None])):
        given = len(list(video.part(begin, end_)))
        assert given == 5 or at == 6
        if video.damage is not None:
            damaged.append(at)
    assert damaged == [6]
