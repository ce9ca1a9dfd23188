"""FFmpeg and the errors of feeds tell no login."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import av
import pytest

from workbench.errors import FeedError
from workbench.feeds import VideoFile, open_feed
from workbench.feeds.ffmpeg import reason, silence_ffmpeg

ADDRESS = "http://bob:hunter2@127.0.0.1:9/ch1"
"""Nobody listens on port 9 (discard): refused at once."""


def run(code: str) -> str:
    # Other tests silence FFmpeg in this very process, through its environment.
    env = {name: value for name, value in os.environ.items() if "FFMPEG" not in name}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    return done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("silent", [False, True])
def test_pyav_writes_no_log(silent: bool) -> None:
    said = run(
        "import logging, av.logging\n"
        "logging.basicConfig(level=0)\n"
        "av.logging.set_level(av.logging.VERBOSE)\n"
        + ("from workbench.feeds.ffmpeg import silence_ffmpeg; silence_ffmpeg()\n" * silent)
        + f"try: av.open({ADDRESS!r})\nexcept OSError: pass\n"
    )
    assert ("libav" in said) == (not silent)
    assert silent <= (said == "")


@pytest.mark.slow
@pytest.mark.parametrize("silent", [False, True])
def test_opencv_writes_no_log(silent: bool) -> None:
    said = run(
        ("from workbench.feeds.ffmpeg import silence_ffmpeg; silence_ffmpeg()\n" * silent)
        + f"import cv2\nassert not cv2.VideoCapture({ADDRESS!r}, cv2.CAP_FFMPEG).isOpened()\n"
    )
    assert ("tcp @" in said) == (not silent)
    assert "hunter2" not in said


def test_an_error_of_pyav_names_the_login_and_ours_does_not() -> None:
    with pytest.raises(OSError, match="hunter2") as raised:
        av.open(ADDRESS)
    assert reason(raised.value) == "Connection refused"
    assert "hunter2" not in reason(OSError(str(raised.value)))


@pytest.mark.parametrize(
    "source", [ADDRESS, "rtsp://bob:hunter2@10.0.0.7/ch1", "rtsp:/bob:hunter2@10.0.0.7/ch1"]
)
@pytest.mark.parametrize(
    ("opener", "form"), [(VideoFile, str), (VideoFile, Path), (open_feed, Path)]
)
def test_what_is_no_file_is_named_without_its_login(source: str, form: type, opener: type) -> None:
    with pytest.raises(FeedError, match="there is no such file") as refused:
        opener(form(source))
    assert "hunter2" not in str(refused.value)
    assert "bob" not in str(refused.value)


def test_silence_holds_for_what_is_opened_later() -> None:
    av.logging.set_level(av.logging.ERROR)
    silence_ffmpeg()
    assert av.logging.get_level() is None
