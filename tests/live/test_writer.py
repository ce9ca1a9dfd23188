"""The redacted video: playable, with the feed's own times, whole or absent."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from workbench.errors import OutputError
from workbench.live.redaction import RedactedFrame
from workbench.live.writer import RedactedVideoWriter


def frame(
    index: int, time_s: float, size: tuple[int, int] = (64, 48), level: int = 90
) -> RedactedFrame:
    """A grey frame."""
    image = np.full((size[1], size[0], 3), level, np.uint8)
    return RedactedFrame(index, time_s, image, np.zeros((0, 4), np.int64), {})


def decoded(path: Path) -> list[tuple[float, np.ndarray]]:
    """Times and pictures of a video."""
    with av.open(str(path)) as container:
        return [(f.time, f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]


def test_no_frame_leaves_no_file(tmp_path: Path) -> None:
    with RedactedVideoWriter(tmp_path / "out.mp4"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_uneven_times_are_kept(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.08, 0.5, 0.52, 2.0]
    with RedactedVideoWriter(tmp_path / "out.mp4", fps=25) as writer:
        for index, time_s in enumerate(times):
            writer.write(frame(index, time_s, level=40 * index))
    read = decoded(tmp_path / "out.mp4")
    np.testing.assert_allclose([time_s for time_s, _ in read], times, atol=1e-3)
    assert [round(float(image.mean()) / 40) for _, image in read] == list(range(6))
    assert writer.frames == 6
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"


def test_a_repeated_time_gets_the_next_tick(tmp_path: Path) -> None:
    with RedactedVideoWriter(tmp_path / "out.mp4") as writer:
        for index in range(3):
            writer.write(frame(index, 0.0))
    assert len(decoded(tmp_path / "out.mp4")) == 3


@pytest.mark.parametrize(
    ("size", "expected"),
    [((64, 48), (48, 64)), ((63, 48), (48, 64)), ((64, 47), (48, 64)), ((1, 1), (2, 2))],
)
def test_odd_sides_are_made_even(
    tmp_path: Path, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    with RedactedVideoWriter(tmp_path / "out.mp4") as writer:
        writer.write(frame(0, 0.0, size))
    _, image = decoded(tmp_path / "out.mp4")[0]
    assert image.shape[:2] == expected
    assert image.min() > 70


def test_pictures_of_other_sizes_are_fitted(tmp_path: Path) -> None:
    with RedactedVideoWriter(tmp_path / "out.mp4") as writer:
        for index, size in enumerate([(64, 48), (200, 20), (10, 90), (63, 48)]):
            writer.write(frame(index, index * 1.0, size))
    assert {image.shape for _, image in decoded(tmp_path / "out.mp4")} == {(48, 64, 3)}


def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    path.write_bytes(b"before")

    def fail() -> None:
        with RedactedVideoWriter(path) as writer:
            writer.write(frame(0, 0.0))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.mp4"]
    assert path.read_bytes() == b"before"


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    writer = RedactedVideoWriter(tmp_path / "absent" / "out.mp4")
    with pytest.raises(OutputError, match=r"absent/out\.mp4: the redacted video could not"):
        writer.write(frame(0, 0.0))


def test_nothing_is_at_the_place_before_the_end(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with RedactedVideoWriter(path) as writer:
        writer.write(frame(0, 0.0))
        assert not path.exists()
    assert path.exists()
