"""Images and folders of images as feeds."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save

from workbench.errors import FeedError
from workbench.feeds import Feed, ImageFeed, open_feed
from workbench.feeds.frames import shown_name
from workbench.images import ImageLimits, encode_jpeg


def _save(path: Path, shade: int, size: tuple[int, int] = (40, 30)) -> Path:
    Image.new("RGB", size, (shade, shade, shade)).save(path)
    return path


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture", encoding="utf-8")
    with pytest.raises(FeedError, match="the folder has no images"):
        ImageFeed(tmp_path)


def test_one_image_is_one_frame(tmp_path: Path) -> None:
    path = _save(tmp_path / "one.png", 90)
    with open_feed(path) as feed:
        frames = list(feed.frames())
        assert isinstance(feed, ImageFeed)
        assert isinstance(feed, Feed)
    assert [(frame.index, frame.time_s) for frame in frames] == [(0, 0.0)]
    assert (frames[0].image == 90).all()
    assert (feed.size, feed.frame_count, feed.damage) == ((40, 30), 1, None)


def test_a_folder_is_shown_in_order_of_name_at_its_rate(tmp_path: Path) -> None:
    for name, shade in (("b.png", 2), ("a.png", 1), ("ç.png", 3)):
        _save(tmp_path / name, shade)
    feed = ImageFeed(tmp_path, fps=4)
    for _ in range(2):
        frames = list(feed.frames())
        assert [frame.image[0, 0, 0] for frame in frames] == [1, 2, 3]
        assert [frame.time_s for frame in frames] == [0.0, 0.25, 0.5]


def test_images_keep_their_sizes(tmp_path: Path) -> None:
    _save(tmp_path / "a.png", 1, (10, 20))
    _save(tmp_path / "b.png", 1, (30, 5))
    feed = ImageFeed(tmp_path)
    assert feed.size == (10, 20)
    assert [frame.image.shape for frame in feed.frames()] == [(20, 10, 3), (5, 30, 3)]


def test_a_damaged_image_is_left_out_and_named(tmp_path: Path) -> None:
    for name in ("a.png", "c.png"):
        _save(tmp_path / name, 5)
    (tmp_path / "b.png").write_bytes(b"not a picture")
    feed = ImageFeed(tmp_path, fps=2)
    frames = list(feed.frames())
    assert [(frame.index, frame.time_s) for frame in frames] == [(0, 0.0), (1, 1.0)]
    assert feed.damage is not None
    assert "1 of 3 images" in feed.damage
    assert "b.png" in feed.damage


@pytest.mark.parametrize("count", [1, 3])
def test_nothing_but_damaged_images_is_refused(tmp_path: Path, count: int) -> None:
    for number in range(count):
        (tmp_path / f"{number}.jpg").write_bytes(b"")
    with pytest.raises(FeedError, match=r"0\.jpg") as caught:
        open_feed(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_damaged_image_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.jpg"
    path.write_text("not a picture", encoding="utf-8")
    with pytest.raises(FeedError, match=r"text\.jpg"):
        open_feed(path)


def test_a_still_gif_is_an_image(tmp_path: Path) -> None:
    feed = open_feed(_save(tmp_path / "still.gif", 77))
    assert isinstance(feed, ImageFeed)
    np.testing.assert_allclose(next(feed.frames()).image.mean(), 77, atol=1)


def test_a_closed_feed_says_so(tmp_path: Path) -> None:
    feed = ImageFeed(_save(tmp_path / "one.png", 90))
    feed.close()
    with pytest.raises(FeedError, match="closed"):
        next(feed.frames())


@pytest.mark.parametrize("fps", [0.0, -1.0, float("nan")])
def test_a_rate_must_be_above_0(tmp_path: Path, fps: float) -> None:
    with pytest.raises(ValueError, match="fps must be above 0"):
        ImageFeed(_save(tmp_path / "one.png", 90), fps=fps)


def test_group_photographs_make_a_feed(shared_data: Path) -> None:
    feed = open_feed(shared_data / "groups")
    assert sum(1 for _ in feed.frames()) == feed.frame_count
    assert feed.damage is None


def test_an_image_beyond_the_limits_is_refused(tmp_path: Path) -> None:
    path = _save(tmp_path / "a.png", 1, (40, 30))
    assert next(open_feed(path, limits=ImageLimits(max_pixels=1200)).frames()).index == 0
    for source in (path, tmp_path):
        with pytest.raises(FeedError, match="more than the 1,199 pixels"):
            open_feed(source, limits=ImageLimits(max_pixels=1199))


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Zoë 王.png", "Zoë 王.png"), (os.fsdecode(b"a\xff"), "a\\udcff"), ("a\nb", "a\\nb")],
)
def test_a_name_is_text_whatever_the_file_is_called(name: str, shown: str) -> None:
    assert shown_name(Path("folder") / name) == shown


def test_a_safetensors_file_is_no_feed(tmp_path: Path) -> None:
    # FFmpeg would find the picture in it.
    picture = np.frombuffer(encode_jpeg(np.zeros((160, 160, 3), np.uint8)), np.uint8)
    path = tmp_path / "list"
    path.write_bytes(save({"thumbnails": picture}))
    with pytest.raises(FeedError, match="safetensors file, such as a watchlist"):
        open_feed(path)
