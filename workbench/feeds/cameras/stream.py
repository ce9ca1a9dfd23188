"""Streams over a network, read with PyAV.

No file of this machine is read, no other place than the one named, and nothing waits for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final, TypeVar

import av
from av.container import InputContainer
from av.error import (
    ExitError,
    FFmpegError,
    HTTPForbiddenError,
    HTTPUnauthorizedError,
)
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from workbench.errors import CameraError
from workbench.feeds.cameras.address import CameraAddress
from workbench.feeds.cameras.decoded_picture import DecodedPicture
from workbench.feeds.cameras.redirects import is_redirected
from workbench.feeds.cameras.source import Picture
from workbench.feeds.cameras.trust import authorities
from workbench.feeds.damage import DamageLog
from workbench.feeds.decoded import display_size
from workbench.feeds.ffmpeg import reason, silence_ffmpeg
from workbench.settings import CameraSettings

__all__ = ["StreamConnection", "StreamSource"]

T = TypeVar("T")

_PROTOCOLS: Final = {
    "rtsp": "rtsp,tcp",
    "rtsps": "rtsps,rtsp,tls,tcp",
    "http": "http,tcp",
    "https": "https,tls,tcp",
    "tcp": "tcp",
    "udp": "udp",
}
"""What FFmpeg may open on the way, by scheme: never a file (`protocol_whitelist`)."""
_FORMATS: Final = {
    "rtsp": "rtsp",
    "rtsps": "rtsp",
    "http": "mpjpeg,mjpeg,mpegts",
    "https": "mpjpeg,mjpeg,mpegts",
    "tcp": "mpegts",
    "udp": "mpegts",
}
"""What the stream may be: no playlist, which would name other places (`format_whitelist`)."""
_PROBED: Final = {"analyzeduration": "1000000", "probesize": "2000000"}
"""How long FFmpeg studies a stream before it gives the first picture, in microseconds and bytes."""
_TIMED: Final = frozenset({"rtsp", "mpegts"})
"""Formats whose pictures carry the camera's own times; of the others FFmpeg invents them."""
_ELSEWHERE: Final = "it redirects to another address, which would get the login"
_NO_VIDEO: Final = "it sends no pictures"
_NO_PICTURE: Final = "it sends no pictures that can be decoded"


class StreamSource:
    """A stream at an address.

    Args:
        address: where.
        settings: how long is waited.
        max_pixels: the largest width times height that is decoded.
    """

    def __init__(
        self, address: CameraAddress, settings: CameraSettings, *, max_pixels: int = 64_000_000
    ) -> None:
        """Connect to nothing yet."""
        silence_ffmpeg()
        self._address, self._settings = address, settings
        self._max_pixels = max_pixels
        self.log = DamageLog()
        self.began_s = time.monotonic()

    @property
    def shown(self) -> str:
        """Scheme, host and port."""
        return self._address.shown

    @property
    def damage(self) -> str | None:
        """What of the stream could not be decoded."""
        return self.log.sentence()

    def connect(self) -> StreamConnection:
        """Open the stream, within `open_s`.

        Raises:
            CameraError: when that fails.
        """
        # Half for opening and half for finding out what comes: PyAV grants the time to each.
        limits = (self._settings.open_s / 2, self._settings.dead_s)
        self._require_no_redirect()
        container = _quietly(
            lambda: av.open(
                self._address.url,
                format=None if self._address.scheme.startswith("http") else self._format,
                options=self._options(),
                timeout=limits,
            ),
            self._refused,
        )
        streams = [one for one in container.streams.video if one.codec_context is not None]
        if not streams:
            container.close()
            raise self._fault(_NO_VIDEO, "Give the address of the video stream.")
        stream = streams[0]
        stream.codec_context.thread_count = 1
        return StreamConnection(self, container, stream)

    def check_size(self, width: int, height: int) -> None:
        """Refuse pictures that are too large, before one is converted."""
        if width * height > self._max_pixels:
            why = f"its pictures are {width}x{height}, more than {self._max_pixels:,} pixels"
            raise self._fault(why, "Set a lower resolution in the camera.", is_final=True)

    def stopped(self, error: BaseException) -> CameraError:
        """Return the fault of a connection that broke while it was read."""
        if isinstance(error, ExitError):
            return self._fault(f"no packet came for {self._settings.dead_s:g} s")
        if isinstance(error, EOFError):
            return self._fault("it ended the stream")
        return self._fault(f"the connection broke ({reason(error)})")

    def undecodable(self) -> CameraError:
        """Return the fault of a stream that comes and shows nothing."""
        return self._fault(_NO_PICTURE)

    @property
    def open_s(self) -> float:
        """How long the first picture is waited for, and any other while packets come."""
        return self._settings.open_s

    @property
    def _format(self) -> str:
        return _FORMATS[self._address.scheme]

    def _options(self) -> dict[str, str]:
        scheme, host = self._address.scheme, self._address.host
        options = {
            **_PROBED,
            "protocol_whitelist": _PROTOCOLS[scheme],
            "format_whitelist": _FORMATS[scheme],
        }
        if scheme.startswith("rtsp"):
            # RTSP says what comes: without frames counted for their rate a camera is back sooner.
            options |= {"rtsp_transport": "tcp", "fpsprobesize": "0"}
        if scheme.startswith("http"):
            # A redirect could send the login elsewhere, and so could a proxy of the environment.
            options |= {"max_redirects": "0", "http_proxy": ""}
        if scheme in {"rtsps", "https"}:
            options |= {"tls_verify": "1", "ca_file": authorities(self._settings.certificates)}
        if scheme == "udp":
            # Without it FFmpeg would listen on every address of this machine.
            options |= {"localaddr": host, "overrun_nonfatal": "1"}
        return options

    def _require_no_redirect(self) -> None:
        """Refuse an RTSP server that would send the login elsewhere."""
        address, settings = self._address, self._settings
        if address.login is None or not address.scheme.startswith("rtsp"):
            return
        if is_redirected(address, settings.open_s / 4, settings.certificates):
            raise self._fault(_ELSEWHERE, "Give the address that it leads to.", is_final=True)

    def _refused(self, error: BaseException) -> CameraError:
        """Return the fault of a stream that could not be opened."""
        if isinstance(error, HTTPUnauthorizedError | HTTPForbiddenError):
            code = 401 if isinstance(error, HTTPUnauthorizedError) else 403
            return self._fault(
                f"the camera refuses the login ({code})",
                "Correct user name and password; it is not tried again, so that the account is "
                "not locked.",
                is_final=True,
            )
        if isinstance(error, ExitError):
            return self._fault(f"it did not answer within {self._settings.open_s:g} s")
        return self._fault(
            f"cannot be opened ({reason(error)})",
            "Check address, port and path: it must be RTSP, motion JPEG or MPEG-TS itself, and not "
            "a playlist or a redirect to another address.",
        )

    def _fault(
        self, why: str, advice: str = "Check the camera and its network.", *, is_final: bool = False
    ) -> CameraError:
        return CameraError(self.shown, why, advice, is_final=is_final)


class StreamConnection:
    """A stream that answers."""

    def __init__(
        self, source: StreamSource, container: InputContainer, stream: VideoStream
    ) -> None:
        """Take what was opened."""
        self._source, self._container, self._stream = source, container, stream
        self._is_timed = container.format.name in _TIMED
        self._shrink = VideoReformatter()
        self._given_s = time.monotonic()

    @property
    def fps(self) -> float | None:
        """Nominal frames a second, where the stream's own times are true."""
        rate = self._stream.average_rate
        return float(Fraction(rate)) if rate and self._is_timed else None

    def pictures(self) -> Iterator[Picture]:
        """Give what can be decoded, as it comes.

        Raises:
            CameraError: when the stream ends, breaks, or is silent for `dead_s`; also when it sends
                for `open_s` what gives no picture.
        """
        packets = self._container.demux(self._stream)
        self._given_s = time.monotonic()
        while True:
            packet = _quietly(lambda: next(packets, None), self._source.stopped)
            if packet is None or not packet.size:
                raise self._source.stopped(EOFError())
            yield from self._decoded(packet)
            del packet  # the next one may be long in coming
            if time.monotonic() - self._given_s > self._source.open_s:
                raise self._source.undecodable()

    def _decoded(self, packet: av.Packet[VideoStream]) -> Iterator[Picture]:
        """Give what a packet shows; what cannot be decoded is noted."""
        try:
            frames = packet.decode()
        except FFmpegError as error:
            self._source.log.undecodable(reason(error))
            return
        for frame in frames:
            if frame.is_corrupt:
                self._source.log.broken(self._source.log.last_s)
                continue
            # As it is shown: pixels that are wider than high make a picture wider.
            shown = display_size(frame, self._stream.sample_aspect_ratio)
            self._source.check_size(*shown)
            self._given_s = time.monotonic()
            self._source.log.given(self._given_s - self._source.began_s)
            yield DecodedPicture(frame, self._stream, self._shrink, is_timed=self._is_timed)

    def close(self) -> None:
        """Close the stream."""
        self._container.close()


def _quietly(action: Callable[[], T], named: Callable[[BaseException], CameraError]) -> T:
    """Return what an action of FFmpeg gives, or raise its fault with no trace of FFmpeg's own.

    FFmpeg's errors hold the address with its login, so they are not even the context of ours.
    """
    try:
        return action()
    except (FFmpegError, OSError, ValueError) as error:
        fault = named(error)
    try:
        raise fault
    finally:
        del fault  # it holds this call, and what the call holds would stay with it
