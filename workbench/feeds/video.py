"""Video files as feeds: true presentation times, upright pictures, damage named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from workbench.closing import ClosedAtTheEnd
from workbench.errors import FeedError
from workbench.feeds.clock import Clock
from workbench.feeds.damage import DamageLog
from workbench.feeds.decoded import display_size, orientation, to_image
from workbench.feeds.ffmpeg import reason, silence_ffmpeg
from workbench.feeds.frames import Frame, shown_name
from workbench.hygiene import without_credentials

__all__ = ["VideoFile"]

_PLAYLISTS = frozenset({"hls", "dash", "concat", "image2", "imf", "tty", "sdp", "lavfi", "mpjpeg"})
"""Formats that name other files or draw text: a feed is one file with pictures in it."""
_NO_OTHER_FILES = {"protocol_whitelist": "none"}


class VideoFile(ClosedAtTheEnd):
    """A video file, decoded with PyAV.

    Every call of `frames()` starts over, and several may run side by side. Times are the file's
    own presentation times from the start of the stream, so a variable frame rate is honoured;
    frames without a time follow the one before by the nominal frame duration. The file's display
    rotation and pixel aspect are applied, and a frame whose size differs from the first one's is
    scaled to it. Frames that cannot be decoded are left out and `damage` says which.

    Args:
        path: the file; any container and codec that the installed FFmpeg reads. A playlist that
            names other files is refused.
        threads: decoder threads; 0 lets the decoder choose.
        max_pixels: the largest width times height that is decoded.

    Raises:
        FeedError: when the file cannot be opened or has no picture that can be decoded.
    """

    live = False

    def __init__(self, path: Path | str, *, threads: int = 1, max_pixels: int = 64_000_000) -> None:
        """Open the file once and decode its first picture."""
        silence_ffmpeg()
        self._path = Path(path)
        self._shown = without_credentials(str(path))
        self._threads = threads
        self._max_pixels = max_pixels
        self._closed = False
        self._damage: str | None = None
        with self._opened() as (container, stream):
            first = next(_decoded(container, stream, DamageLog()), None)
            if first is None:
                msg = (
                    f"{self._shown}: not one picture of its video stream can be decoded. "
                    "Play it in a video player, or export it again."
                )
                raise FeedError(msg)
            self._stored = display_size(first, stream.sample_aspect_ratio)
            self._check_pixels(*self._stored)
            sideways = orientation(first)[0] == 0
            self._size = self._stored[::-1] if sideways else self._stored
            rate = stream.average_rate or stream.guessed_rate
            self._rate = Fraction(rate) if rate else None
            self._expected_s = _announced_seconds(container, stream)
            self._announced_frames = stream.frames or None

    @property
    def name(self) -> str:
        """Return the file's name."""
        return shown_name(self._path)

    @property
    def size(self) -> tuple[int, int]:
        """Return `(width, height)` in pixels, as shown."""
        return self._size

    @property
    def fps(self) -> float | None:
        """Return the mean frames a second that the file announces."""
        return float(self._rate) if self._rate else None

    @property
    def frame_count(self) -> int | None:
        """Return how many frames the file announces, or its duration times its rate."""
        if self._announced_frames:
            return self._announced_frames
        if self._expected_s and self._rate:
            return max(1, round(self._expected_s * self._rate))
        return None

    @property
    def damage(self) -> str | None:
        """Return what could not be read in the last `frames()` that ran, `None` if all could."""
        return self._damage

    def frames(self) -> Iterator[Frame]:
        """Give the frames from the start.

        Raises:
            FeedError: when the feed was closed or its file is gone. A fault inside the file is
                not raised: the frames that can be decoded are given and `damage` is set.
        """
        self._check_open()
        self._damage = None
        log = DamageLog()
        clock = Clock(self._rate, log)
        index = 0
        with self._opened() as (container, stream):
            clock.start(stream.start_time, stream.time_base)
            for picture in _decoded(container, stream, log):
                time_s = clock.time(picture)
                if picture.is_corrupt:
                    log.broken(time_s)
                    continue
                self._check_pixels(picture.width, picture.height)
                image = to_image(picture, self._stored)
                log.given(time_s)
                self._damage = log.sentence()
                yield Frame(index, time_s, image)
                self._check_open()
                index += 1
        log.ended(self._expected_s, float(1 / self._rate) if self._rate else None)
        log.counted(self._announced_frames)
        self._damage = log.sentence()

    def close(self) -> None:
        """Let `frames()` raise from now on, those that run included."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            msg = f"{self._shown}: the feed was closed. Open it again to read it."
            raise FeedError(msg)

    def _check_pixels(self, width: int, height: int) -> None:
        if width * height > self._max_pixels:
            msg = (
                f"{self._shown}: its pictures are {width}x{height}, more than "
                f"{self._max_pixels:,} pixels. Scale the video down first."
            )
            raise FeedError(msg)

    @contextmanager
    def _opened(self) -> Iterator[tuple[InputContainer, VideoStream]]:
        """Open the file and pick its video stream; FFmpeg itself never sees a path."""
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            msg = f"{self._shown}: there is no such file. Check the path of the feed."
            raise FeedError(msg) from None
        except IsADirectoryError:
            msg = f"{self._shown}: is a folder, not a video file."
            raise FeedError(msg) from None
        except OSError as error:
            msg = f"{self._shown}: cannot be read ({error.strerror}). Check its permissions."
            raise FeedError(msg) from None
        with file:
            if not file.read(1):
                msg = f"{self._shown}: the file is empty (0 bytes). Copy it again."
                raise FeedError(msg)
            file.seek(0)
            try:
                container = av.open(file, mode="r", options=_NO_OTHER_FILES)
            except (FFmpegError, OSError, ValueError) as error:
                msg = (
                    f"{self._shown}: is not a video that can be opened ({reason(error)}). If it "
                    "should be one, it was cut short or is of a type that FFmpeg does not read."
                )
                raise FeedError(msg) from None
            with container:
                yield container, self._picked(container)

    def _picked(self, container: InputContainer) -> VideoStream:
        """Return the first video stream that is not a cover picture."""
        if _PLAYLISTS & set(container.format.name.split(",")):
            msg = (
                f"{self._shown}: is read as {container.format.name!r}, which is a list of other "
                "files or text, not a video. Give the video file itself."
            )
            raise FeedError(msg)
        streams = [one for one in container.streams.video if one.codec_context is not None]
        covers = av.stream.Disposition.attached_pic
        moving = [one for one in streams if not one.disposition & covers]
        if not moving:
            kinds = ", ".join(sorted({one.type for one in container.streams})) or "no"
            msg = (
                f"{self._shown}: has no video stream ({kinds} streams only). Give a file with "
                "pictures."
            )
            raise FeedError(msg)
        stream = moving[0]
        self._check_pixels(stream.codec_context.width, stream.codec_context.height)
        stream.codec_context.thread_count = self._threads
        return stream


def _decoded(
    container: InputContainer, stream: VideoStream, log: DamageLog
) -> Iterator[av.VideoFrame]:
    """Give what can be decoded, in presentation order; name in `log` what cannot."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (FFmpegError, OSError) as error:
            log.unreadable(reason(error))
            packet = None
        if packet is None:
            yield from _flushed(stream, log)
            return
        if packet.size:
            log.packet()
        try:
            yield from packet.decode()
        except FFmpegError as error:
            log.undecodable(reason(error))


def _flushed(stream: VideoStream, log: DamageLog) -> Iterator[av.VideoFrame]:
    """Give the frames that the decoder still holds; an ended decoder holds none."""
    try:
        yield from stream.codec_context.decode(None)
    except EOFError:
        return
    except FFmpegError as error:
        log.undecodable(reason(error))


def _announced_seconds(container: InputContainer, stream: VideoStream) -> float | None:
    """Return how long the pictures last by the file's own account, if it is one to rely on."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if container.duration and len(container.streams) == 1:
        return container.duration / av.time_base
    return None
