"""Video files: times, orientation, pixel formats, and everything that can be wrong with them."""

from __future__ import annotations

import gc
import os
import struct
import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from av import VideoFrame
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from workbench.errors import FeedError
from workbench.feeds import Feed, Frame, VideoFile, open_feed

MakeVideo = Callable[..., Path]
Level = Callable[[NDArray[np.uint8]], int]


def test_frames_come_in_order_with_their_times(make_video: MakeVideo, grey_level: Level) -> None:
    with VideoFile(make_video(frames=20)) as feed:
        frames = list(feed.frames())
        assert isinstance(feed, Feed)
    assert [frame.index for frame in frames] == list(range(20))
    assert [grey_level(frame.image) for frame in frames] == list(range(20))
    assert [frame.time_s for frame in frames] == pytest.approx([i / 25 for i in range(20)])
    assert (feed.size, feed.fps, feed.frame_count) == ((64, 48), 25.0, 20)
    assert feed.damage is None
    assert not feed.live
    assert feed.name == "clip.mkv"


@pytest.mark.parametrize("name", ["vfr.mkv", "vfr.mp4"])
def test_a_variable_frame_rate_keeps_its_times(make_video: MakeVideo, name: str) -> None:
    times = [0, 40, 80, 500, 520, 1900, 1933, 4000]
    feed = VideoFile(make_video(name, times_ms=times, frames=len(times)))
    assert [frame.time_s for frame in feed.frames()] == pytest.approx(
        [time / 1000 for time in times], abs=1e-3
    )
    assert feed.damage is None


def test_frames_without_times_follow_the_nominal_rate(make_video: MakeVideo) -> None:
    feed = VideoFile(make_video("bare.h264", frames=10, options={"bf": "0"}))
    assert [frame.time_s for frame in feed.frames()] == pytest.approx([i / 25 for i in range(10)])
    assert feed.damage is None


def test_a_stream_that_starts_late_starts_at_0(make_video: MakeVideo) -> None:
    times = [7000, 7040, 7080, 7120]
    feed = VideoFile(make_video("late.ts", times_ms=times, frames=4))
    assert [frame.time_s for frame in feed.frames()] == pytest.approx([0, 0.04, 0.08, 0.12])


def test_iterating_twice_and_side_by_side_gives_the_same(make_video: MakeVideo) -> None:
    feed = VideoFile(make_video(frames=12))
    first, second = list(feed.frames()), list(feed.frames())
    for one, two in zip(first, second, strict=True):
        assert one.time_s == two.time_s
        np.testing.assert_array_equal(one.image, two.image)
    pairs = list(zip(feed.frames(), feed.frames(), strict=True))
    assert len(pairs) == 12
    assert all(one.index == two.index for one, two in pairs)


def test_a_closed_feed_says_so(make_video: MakeVideo) -> None:
    feed = VideoFile(make_video())
    running = feed.frames()
    next(running)
    feed.close()
    with pytest.raises(FeedError, match="closed"):
        next(running)
    with pytest.raises(FeedError, match="closed"):
        next(feed.frames())


_CORNERS = {
    # (a, b, c, d): a pixel (p, q) is shown at (a p + c q, b p + d q); corner as (row, column)
    "as stored": ((1, 0, 0, 1), (0, 0), (64, 48)),
    "quarter turn right": ((0, 1, -1, 0), (0, 1), (48, 64)),
    "half turn": ((-1, 0, 0, -1), (1, 1), (64, 48)),
    "quarter turn left": ((0, -1, 1, 0), (1, 0), (48, 64)),
    "mirrored": ((-1, 0, 0, 1), (0, 1), (64, 48)),
    "mirrored and turned": ((0, 1, 1, 0), (0, 0), (48, 64)),
}


@pytest.mark.parametrize("name", _CORNERS)
def test_the_display_matrix_is_honoured(make_video: MakeVideo, name: str) -> None:
    (a, b, c, d), corner, size = _CORNERS[name]
    one = 1 << 16

    def turn(stream: Any) -> None:
        stream.set_display_matrix([a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30])

    feed = VideoFile(make_video("turned.mp4", turn=turn, frames=3))
    image = next(feed.frames()).image
    assert feed.size == size
    assert image.shape == (size[1], size[0], 3)
    height, width = image.shape[:2]
    quarters = image.reshape(2, height // 2, 2, width // 2, 3).mean(axis=(1, 3))
    redness = quarters[..., 0] - quarters[..., 2]
    assert np.unravel_index(int(redness.argmax()), (2, 2)) == corner


@pytest.mark.slow
def test_a_picture_is_let_go_without_waiting_for_a_collection(make_video: MakeVideo) -> None:
    def kept() -> int:
        return sum(type(one) is VideoFrame for one in gc.get_objects())

    path = make_video("long.mp4", frames=40)
    gc.collect()
    before = kept()
    gc.disable()
    try:
        for _frame in VideoFile(path).frames():
            pass
        left = kept() - before
    finally:
        gc.enable()
    assert left <= 2


def test_a_telephone_held_upright_is_shown_upright(make_video: MakeVideo) -> None:
    # FFmpeg's own word for it: a clip with rotation 90 is to be turned counter-clockwise.
    feed = VideoFile(
        make_video("phone.mp4", turn=lambda stream: stream.set_display_rotation(90), frames=2)
    )
    image = next(feed.frames()).image
    assert feed.size == (48, 64)
    assert image[-4, 4, 0] > 200
    assert image[-4, 4, 2] < 60


def test_pixels_that_are_not_square_become_so(make_video: MakeVideo) -> None:
    feed = VideoFile(make_video("wide.mp4", aspect=Fraction(4, 3), frames=2))
    assert feed.size == (85, 48)
    assert next(feed.frames()).image.shape == (48, 85, 3)


_LOSSLESS = [
    "yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p12le", "gray",
    "gray10le", "gray16le", "gbrp10le", "bgr0",
]  # fmt: skip


@pytest.mark.parametrize("pixels", _LOSSLESS)
@pytest.mark.parametrize("size", [(64, 48), (33, 17), (1, 1), (35, 20)])
def test_any_pixel_format_and_odd_sizes(
    make_video: MakeVideo, pixels: str, size: tuple[int, int]
) -> None:
    flat = np.full((size[1], size[0], 3), 120, np.uint8)
    feed = VideoFile(make_video(codec="ffv1", pixels=pixels, size=size, images=[flat] * 2))
    images = [frame.image for frame in feed.frames()]
    assert len(images) == 2
    for image in images:
        assert image.dtype == np.uint8
        np.testing.assert_allclose(image.astype(int), flat.astype(int), atol=3)


def test_alpha_is_laid_on_white(make_video: MakeVideo) -> None:
    image = np.zeros((16, 16, 4), np.uint8)
    image[:8, :, 3] = 255
    feed = VideoFile(
        make_video(codec="ffv1", pixels="bgra", size=(16, 16), images=[image], images_format="rgba")
    )
    shown = next(feed.frames()).image
    assert (shown[:8] == 0).all()
    assert (shown[8:] == 255).all()


def test_an_animated_gif_is_a_video(tmp_path: Path) -> None:
    path = tmp_path / "moving.gif"
    shades = [Image.new("L", (31, 17), 40 * index) for index in range(5)]
    shades[0].save(path, save_all=True, append_images=shades[1:], duration=[100, 200, 50, 100, 80])
    feed = open_feed(path)
    assert isinstance(feed, VideoFile)
    frames = list(feed.frames())
    assert [frame.time_s for frame in frames] == pytest.approx([0, 0.1, 0.3, 0.35, 0.45])
    assert [int(frame.image.mean()) for frame in frames] == [0, 40, 80, 120, 160]
    assert feed.size == (31, 17)


# --- what can be wrong -------------------------------------------------------------------------


def _cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def _noisy(frames: int, size: tuple[int, int]) -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(1)
    return [rng.integers(0, 255, (size[1], size[0], 3), np.uint8) for _ in range(frames)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "codec", "muxer"),
    [
        ("cut.mkv", "libx264", {}),
        ("cut.avi", "mpeg4", {}),
        ("cut.mp4", "libx264", {"movflags": "faststart"}),
        ("cut.mov", "mpeg4", {"movflags": "faststart"}),
    ],
)
def test_a_cut_file_gives_its_frames_up_to_the_cut_and_names_it(
    make_video: MakeVideo, name: str, codec: str, muxer: dict[str, str]
) -> None:
    images = _noisy(60, (64, 48))
    whole = make_video(name, codec=codec, images=images, muxer=muxer)
    feed = VideoFile(whole)
    assert len(list(feed.frames())) == 60
    assert feed.damage is None
    broken = VideoFile(_cut(whole, 0.6))
    frames = list(broken.frames())
    assert 25 <= len(frames) <= 40
    assert [frame.index for frame in frames] == list(range(len(frames)))
    assert broken.damage is not None
    assert "\n" not in broken.damage
    assert "announced" in broken.damage


def test_a_cut_mp4_with_its_index_at_the_end_cannot_be_opened(make_video: MakeVideo) -> None:
    path = _cut(make_video("cut.mp4", images=_noisy(20, (64, 48))), 0.6)
    with pytest.raises(FeedError, match=r"cut\.mp4: is not a video that can be opened"):
        VideoFile(path)


def test_a_hole_in_the_middle_is_named_and_the_rest_is_read(make_video: MakeVideo) -> None:
    path = make_video("hole.mp4", images=_noisy(60, (64, 48)), options={"bf": "0"})
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    middle = start + (len(data) - start) // 2
    data[middle : middle + 6000] = np.random.default_rng(0).bytes(6000)
    path.write_bytes(bytes(data))
    feed = VideoFile(path)
    frames = list(feed.frames())
    assert 20 <= len(frames) < 60
    assert feed.damage is not None
    assert "damaged frame" in feed.damage
    assert frames[-1].time_s > 1.8, "what lies behind the hole is read"
    assert np.all(np.diff([frame.time_s for frame in frames]) > 0)
    list(feed.frames())
    assert feed.damage is not None


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(flips=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=30))
@pytest.mark.parametrize("name", ["flip.mp4", "flip.mkv", "flip.avi"])
def test_no_flipped_bytes_do_more_than_lose_frames(
    make_video: MakeVideo, name: str, flips: list[tuple[float, int]]
) -> None:
    path = make_video(name, codec="mpeg4" if name.endswith("avi") else "libx264", frames=15)
    data = bytearray(path.read_bytes())
    for share, mask in flips:
        data[int(share * (len(data) - 1))] ^= mask
    path.write_bytes(bytes(data))
    try:
        times = [frame.time_s for frame in VideoFile(path, max_pixels=10_000_000).frames()]
    except FeedError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right, no other error is
        assert name in str(error)  # noqa: PT017
    else:
        assert times == sorted(set(times))


def _sound(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack("<4000h", *range(4000)))


def _text(path: Path) -> None:
    path.write_text("This is a letter, not a film.\n" * 40, encoding="utf-8")


def _playlist(path: Path) -> None:
    path.write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        encoding="utf-8",
    )


def _script(path: Path) -> None:
    path.write_text("ffconcat version 1.0\nfile '/etc/hostname'\n", encoding="utf-8")


_BAD: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "zero bytes": ("empty.mp4", lambda path: path.write_bytes(b""), "empty"),
    "text renamed": ("letter.mp4", _text, "not a video"),
    "sound only": ("sound.wav", _sound, "no video stream"),
    "sound renamed": ("sound.mp4", _sound, "no video stream"),
    "playlist": ("list.m3u8", _playlist, "list.m3u8"),
    "playlist renamed": ("list.mp4", _playlist, "list.mp4"),
    "script": ("script.ffconcat", _script, "script.ffconcat"),
    "noise": ("noise.avi", lambda path: path.write_bytes(os.urandom(5000)), "not a video"),
    "one byte": ("one.mkv", lambda path: path.write_bytes(b"\x1a"), "not a video"),
    "folder without images": ("folder", lambda path: path.mkdir(), "no images"),
    "missing": ("absent.mp4", lambda _: None, "no such file"),
    "non-ASCII and missing": ("fehlt-Ä-日本.mp4", lambda _: None, "fehlt-Ä-日本.mp4"),
}


@pytest.mark.parametrize("case", _BAD)
def test_what_is_not_a_feed_is_refused_in_one_line(tmp_path: Path, case: str) -> None:
    name, make, words = _BAD[case]
    path = tmp_path / name
    make(path)
    with pytest.raises(FeedError) as caught:
        list(open_feed(path).frames())
    message = str(caught.value)
    assert words in message
    assert str(path) in message
    assert "\n" not in message


@pytest.mark.parametrize("source", ["", "  ", "a\0b.mp4"])
def test_a_feed_without_a_name_is_refused(source: str) -> None:
    with pytest.raises(FeedError, match="no name"):
        open_feed(source)


def test_a_file_that_may_not_be_read_is_refused(
    make_video: MakeVideo, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_video("secret.mp4")
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser may read anything: let the system say no

        def denied(*_: object, **__: object) -> object:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(FeedError, match=r"secret\.mp4: cannot be read \(Permission denied\)"):
        open_feed(path)


def test_pictures_too_large_to_decode_are_refused(make_video: MakeVideo) -> None:
    with pytest.raises(FeedError, match=r"64x48, more than 3,000 pixels"):
        VideoFile(make_video(), max_pixels=3000)


def test_a_non_ascii_name_opens(make_video: MakeVideo) -> None:
    assert len(list(open_feed(make_video("Straße 東京.mkv", frames=4)).frames())) == 4


def test_a_frame_checks_its_shape() -> None:
    with pytest.raises(ValueError, match="image must have shape"):
        Frame(0, 0.0, np.zeros((4, 4), np.uint8))


# --- real clips --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "frames", "size", "seconds"),
    [
        ("street_crowd_1080p.mp4", 105, (1920, 1080), 4.2),
        ("three_men_occluding.avi", 702, (640, 480), 23.4),
        ("family_dinner.mp4", 498, (854, 480), 19.92),
        ("three_walking_up.gif", 41, (480, 270), 3.41),
        ("speaker_gloria_estefan.avi", 125, (320, 238), 5.0),
    ],
)
def test_real_clips_give_every_frame(
    shared_data: Path, name: str, frames: int, size: tuple[int, int], seconds: float
) -> None:
    feed = open_feed(shared_data / "videos" / name)
    count, last_s = 0, -1.0
    for frame in feed.frames():
        assert frame.image.shape == (size[1], size[0], 3)
        assert frame.time_s > last_s
        last_s = frame.time_s
        count += 1
    assert count == frames
    assert feed.size == size
    assert feed.damage is None
    assert last_s == pytest.approx(seconds, abs=0.2)
    assert feed.frame_count == pytest.approx(frames, abs=2)
