"""Webcams through OpenCV; where there is none, a video file stands in for what it delivers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest
from camera_servers import scene

from workbench.errors import CameraError, FeedError
from workbench.feeds import open_feed
from workbench.feeds.cameras import Camera, Health, WebcamAddress
from workbench.feeds.cameras.webcam import WebcamSource
from workbench.settings import CameraSettings

MakeVideo = Callable[..., Path]


def test_a_camera_that_is_not_there_is_named(
    quick: CameraSettings, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FeedError, match="webcam:97: there is no such camera"):
        open_feed("webcam:97", camera=quick)
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_a_camera_that_is_unplugged_is_dead_and_given_up(
    make_video: MakeVideo, quick: CameraSettings
) -> None:
    path = make_video(images=[scene(index) for index in range(10)], size=(160, 120))
    plugged = [cv2.VideoCapture(str(path)), cv2.VideoCapture(str(path))]

    def capture(_number: int) -> cv2.VideoCapture:
        return plugged.pop() if plugged else cv2.VideoCapture(97)

    brief = quick.model_copy(update={"give_up_s": 1.0, "buffer_frames": 8})
    with Camera(WebcamSource(WebcamAddress(0), capture=capture), brief) as camera:
        assert (camera.name, camera.size) == ("webcam:0", (160, 120))
        with pytest.raises(CameraError, match="given up"):
            assert all(frame.image.shape == (120, 160, 3) for frame in camera.frames())
        assert camera.connections == 2
        assert camera.health is Health.DEAD
        assert "it gives no picture any more" in camera.gaps[0].why
        assert "there is no such camera" in camera.gaps[-1].why


@pytest.mark.slow
def test_a_camera_that_hangs_while_it_is_tried_again_is_given_up(
    make_video: MakeVideo, quick: CameraSettings
) -> None:
    path = make_video(images=[scene(index) for index in range(10)], size=(160, 120))
    plugged, goes_on = [cv2.VideoCapture(str(path))], threading.Event()

    def capture(_number: int) -> cv2.VideoCapture:
        if not plugged:
            goes_on.wait(30)
            return cv2.VideoCapture(97)
        return plugged.pop()

    brief = quick.model_copy(update={"give_up_s": 1.0, "open_s": 0.5, "dead_s": 0.5})
    with Camera(WebcamSource(WebcamAddress(0), capture=capture), brief) as camera:
        with pytest.raises(CameraError, match=r"given up \(it could not be tried again\)"):
            list(camera.frames())
        assert camera.health is Health.DEAD
        goes_on.set()
        camera._thread.join(10)
    assert not camera._thread.is_alive()


def test_red_stays_red(make_video: MakeVideo, quick: CameraSettings) -> None:
    path = make_video(frames=5, size=(160, 120))
    source = WebcamSource(WebcamAddress(0), capture=lambda _number: cv2.VideoCapture(str(path)))
    connection = source.connect()
    picture = next(connection.pictures())
    image = picture.image(None)
    assert (image[20, 20] > (200, 0, 0)).all()
    assert image[20, 20, 2] < 60
    assert picture.image((80, 60)).shape == (60, 80, 3)
    connection.close()
