"""Video files as feeds: true presentation times, upright pictures, damage named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from itertools import chain
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
from workbench.feeds.entering import decoded, entered, packets_of
from workbench.feeds.ffmpeg import reason, silence_ffmpeg
from workbench.feeds.frames import Frame, shown_name
from workbench.feeds.survey import KeyFrame, StreamFacts, Survey, surveyed
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
            log = DamageLog()
            first = next(decoded(packets_of(container, stream, log), stream, log), None)
            if first is None:
                msg = (
                    f"{self._shown}: not one picture of its video stream can be decoded. "
                    "Play it in a video player, or export it again."
                )
                raise FeedError(msg)
            self._stored = display_size(first, stream.sample_aspect_ratio)
            self._check_pixels(*self._stored)
            self._orientation = orientation(first)
            sideways = self._orientation[0] == 0
            self._size = self._stored[::-1] if sideways else self._stored
            self._origin = _origin(stream, first)
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
        return self.part()

    def part(self, start: KeyFrame | None = None, stop: KeyFrame | None = None) -> Iterator[Frame]:
        """Give the frames from one key frame on to the next, found without reading what is before.

        Of an undamaged file the parts together give what `frames()` gives: the same times, and the
        same pixels. Frames are counted with those before the part, whether they could be decoded
        or not.

        Args:
            start: of `survey()`; from the start of the file when left out.
            stop: the first that is not part of it; to the end when left out.

        Raises:
            FeedError: as `frames()`, and when the file is no longer the one that was surveyed.
        """
        self._check_open()
        self._damage = None
        log = DamageLog()
        clock = Clock(self._rate, log)
        clock.start(self._origin)
        index = start.before if start is not None else 0
        with self._read_from(start, stop, log) as pictures:
            for picture in pictures:
                if start is not None and picture.pts is not None and picture.pts < start.pts:
                    continue  # of the part before, and decoded without what it needs
                if stop is not None and picture.pts is not None and picture.pts >= stop.pts:
                    break
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
        if stop is None:
            log.ended(self._expected_s, float(1 / self._rate) if self._rate else None)
        if start is None and stop is None:
            log.counted(self._announced_frames)
        self._damage = log.sentence()

    def survey(self) -> Survey:
        """Look through the whole file without decoding it: what it is, and where it can be read.

        Raises:
            FeedError: when the feed was closed or its file is gone.
        """
        self._check_open()
        log = DamageLog()
        with self._opened() as (container, stream):
            facts = StreamFacts(
                container=container.format.name,
                codec=stream.codec_context.name,
                size=self._size,
                orientation=self._orientation,
                rate=self._rate,
                origin=self._origin,
                time_base=stream.time_base,
                expected_s=self._expected_s,
                announced=self._announced_frames,
            )
            return surveyed(packets_of(container, stream, log), facts, log)

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
    def _read_from(
        self, start: KeyFrame | None, stop: KeyFrame | None, log: DamageLog
    ) -> Iterator[Iterator[av.VideoFrame]]:
        """Open the file, go to a key frame, and give what can be decoded from there on."""
        between = (None if start is None else start.pts, None if stop is None else stop.pts)
        with ExitStack() as opened:
            container, stream = opened.enter_context(self._opened())
            if start is not None:
                found = entered(container, stream, start, log)
                if found is None:
                    # Not every container can be gone to a place in; all can be read up to it.
                    container, stream = opened.enter_context(self._opened())
                    left = packets_of(container, stream, log)
                    first = next((one for one in left if start.is_of(one)), None)
                    if first is None:
                        msg = (
                            f"{self._shown}: is no longer the file that was surveyed: it has no "
                            f"key frame at {start.time_s:.2f} s. Survey it again."
                        )
                        raise FeedError(msg)
                    found = chain([first], left)
            else:
                found = packets_of(container, stream, log)
            yield decoded(found, stream, log, between)

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


def _origin(stream: VideoStream, first: av.VideoFrame) -> Fraction | None:
    """Return the time of second 0 by the stream's own clock, s: what it announces, or earlier."""
    announced = None
    if stream.start_time is not None and stream.time_base is not None:
        announced = stream.start_time * stream.time_base
    if first.pts is None or first.time_base is None:
        return announced
    shown = first.pts * first.time_base
    return shown if announced is None else min(announced, shown)


def _announced_seconds(container: InputContainer, stream: VideoStream) -> float | None:
    """Return how long the pictures last by the file's own account, if it is one to rely on."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if container.duration and len(container.streams) == 1:
        return container.duration / av.time_base
    return None
