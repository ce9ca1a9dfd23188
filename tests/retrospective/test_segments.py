"""Footage is cut where it can be entered, says what it is, and is refused whole where it is none."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.feeds.test_parts_of_video import moving
from workbench.errors import FootageError, UsageError
from workbench.retrospective.segments import FootageFacts, plan_footage

MakeVideo = Callable[..., Path]


def test_segments_cover_the_footage_and_begin_at_key_frames(make_video: MakeVideo) -> None:
    path = make_video("clip.mp4", images=moving(60), options={"bf": "2"})
    plan = plan_footage(path, length_s=0.5)
    assert [one.number for one in plan.segments] == list(range(len(plan.segments)))
    assert plan.segments[0].start is None
    assert plan.segments[-1].stop is None
    assert plan.segments[0].start_s == 0
    assert plan.segments[-1].end_s == plan.facts.duration_s == pytest.approx(2.4)
    for one, other in pairwise(plan.segments):
        assert one.end_s == other.start_s
        assert one.stop == other.start
        assert 0.5 <= one.end_s - one.start_s <= 0.5 + 5 / 25
    assert sum(one.pictures for one in plan.segments) == plan.facts.pictures == 60
    assert plan_footage(path, length_s=0.5) == plan, "planned again it is the same"
    assert len(plan_footage(path).segments) == 1


def test_facts_are_those_of_the_file(make_video: MakeVideo) -> None:
    path = make_video("clip.mp4", images=moving(60))
    facts = plan_footage(path).facts
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert facts.size_bytes == path.stat().st_size
    assert (facts.codec, facts.width, facts.height, facts.rotation) == ("h264", 64, 48, 0)
    assert (facts.fps, facts.step_s, facts.times) == (25.0, pytest.approx(0.04), "even")
    assert facts.damage is None
    assert facts.stated() == ()
    assert FootageFacts.model_validate_json(facts.model_dump_json()) == facts


def _turned(stream: Any) -> None:
    stream.set_display_matrix([0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30])


def test_footage_that_is_turned_has_the_size_that_is_seen(make_video: MakeVideo) -> None:
    facts = plan_footage(make_video("phone.mp4", turn=_turned, images=moving(10))).facts
    assert (facts.width, facts.height, facts.rotation) == (48, 64, 90)


def test_times_that_cannot_be_relied_on_are_said(make_video: MakeVideo, tmp_path: Path) -> None:
    varied = plan_footage(make_video("v.mkv", times_ms=[0, 40, 500, 520, 1900], frames=5))
    assert varied.facts.stated()[0].startswith("Its frame rate varies")
    bare = plan_footage(make_video("bare.h264", frames=20, options={"bf": "0"}), length_s=0.2)
    assert bare.facts.stated()[0].startswith("Its pictures have no times of their own")
    assert len(bare.segments) == 1
    once = make_video("once.ts", images=moving(60), options={"bf": "0"}).read_bytes()
    twice = tmp_path / "twice.ts"
    twice.write_bytes(once + once)
    backwards = plan_footage(twice, length_s=0.2)
    assert backwards.facts.stated()[0].startswith("Its times repeat or run backwards")
    assert len(backwards.segments) == 1


def test_footage_that_ends_early_says_so(make_video: MakeVideo) -> None:
    path = make_video("cut.mp4", images=moving(60), muxer={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.6)])
    assert plan_footage(path).facts.stated()[0].startswith("Not all of it is there: ")


BAD: dict[str, tuple[bytes | None, str]] = {
    "missing.mp4": (None, "no such file"),
    "empty.mp4": (b"", "the file is empty"),
    "letter.mp4": (b"This is a letter, not a film.\n" * 40, "not a video"),
    "noise.avi": (os.urandom(5000), "not a video"),
    "list.m3u8": (b"#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n", "list.m3u8"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_footage_is_refused_whole(tmp_path: Path, name: str) -> None:
    content, why = BAD[name]
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FootageError) as refused:
        plan_footage(path)
    assert why in str(refused.value)
    assert name in str(refused.value)


def test_sound_without_pictures_is_refused(make_video: MakeVideo, tmp_path: Path) -> None:
    import wave

    path = tmp_path / "sound.mp4"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16_000))
    with pytest.raises(FootageError, match="no video stream"):
        plan_footage(path)


def test_a_stream_without_a_picture_is_refused(make_video: MakeVideo) -> None:
    path = make_video("clip.mp4", images=moving(8), muxer={"movflags": "faststart"})
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"mdat") + 12])
    with pytest.raises(FootageError, match="not one picture"):
        plan_footage(path)


def test_a_segment_has_a_length(make_video: MakeVideo) -> None:
    with pytest.raises(UsageError, match="longer than 0 s"):
        plan_footage(make_video(), length_s=0.0)


def test_a_file_that_was_changed_is_refused(make_video: MakeVideo) -> None:
    path = make_video("clip.mkv", images=moving(20))
    plan = plan_footage(path)
    plan.require_unchanged()
    with path.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(
        FootageError, match=f"was changed while it was indexed.*{plan.facts.sha256}"
    ):
        plan.require_unchanged()
    path.unlink()
    with pytest.raises(FootageError, match="can no longer be read"):
        plan.require_unchanged()


def swapped_in_place(path: Path) -> None:
    data = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(len(data) // 2)
        file.write(bytes(one ^ 0xFF for one in data[len(data) // 2 :]))


def swapped_for_another(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(bytes(path.stat().st_size))
    other.replace(path)


@pytest.mark.parametrize("swap", [swapped_in_place, swapped_for_another])
def test_content_of_the_same_size_whose_date_was_set_back_is_another(
    make_video: MakeVideo, swap: Callable[[Path], None]
) -> None:
    path = make_video("clip.mkv", images=moving(20))
    plan, before = plan_footage(path), path.stat()
    swap(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    with pytest.raises(FootageError, match=f"was changed while it.*{plan.facts.sha256}; otherwise"):
        plan.require_unchanged()


def test_a_file_that_is_changed_while_it_is_looked_through_is_refused(
    make_video: MakeVideo,
) -> None:
    path = make_video("clip.mkv", frames=300)
    before, over = path.stat(), threading.Event()

    def touch() -> None:
        while not over.wait(0.001):
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def look() -> None:
        for _ in range(100):  # a look may be over before it is touched
            plan_footage(path)

    touching = threading.Thread(target=touch)
    touching.start()
    try:
        with pytest.raises(FootageError, match="was changed while it was looked through"):
            look()
    finally:
        over.set()
        touching.join()
    assert plan_footage(path).mark.written_ns == before.st_mtime_ns
