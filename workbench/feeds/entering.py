"""Packets of a video file, from its start or from a key frame on, and the pictures in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

import av
from av import Packet
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from workbench.feeds.damage import DamageLog
from workbench.feeds.ffmpeg import reason
from workbench.feeds.survey import KeyFrame

__all__ = ["decoded", "entered", "packets_of"]

_LOOKED_THROUGH: Final = 5_000
"""Packets after the place that a container was gone to; the key frame is among the first."""


def packets_of(
    container: InputContainer, stream: VideoStream, log: DamageLog
) -> Iterator[Packet[VideoStream]]:
    """Give the packets of a stream from where the container is; name in `log` why it stops."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (FFmpegError, OSError) as error:
            log.unreadable(reason(error))
            return
        if packet is None:
            return
        yield packet


def entered(
    container: InputContainer, stream: VideoStream, start: KeyFrame, log: DamageLog
) -> Iterator[Packet[VideoStream]] | None:
    """Go to a key frame, and give the packets from it on; `None` where it cannot be gone to."""
    target = start.pts if start.dts is None else start.dts
    try:
        container.seek(target, stream=stream, backward=True, any_frame=False)
    except (FFmpegError, OSError):
        return None
    packets = packets_of(container, stream, log)
    for packet in islice(packets, _LOOKED_THROUGH):
        if start.is_of(packet):
            return chain([packet], packets)
        if packet.dts is not None and start.dts is not None and packet.dts > start.dts:
            return None
    return None


def decoded(
    packets: Iterable[Packet[VideoStream]],
    stream: VideoStream,
    log: DamageLog,
    between: tuple[int | None, int | None] = (None, None),
) -> Iterator[av.VideoFrame]:
    """Give what can be decoded, in presentation order; name in `log` what cannot.

    Args:
        packets: of the stream.
        stream: that they are of.
        log: takes what of them cannot be decoded.
        between: times of the first picture asked for and of the first after them, in units of the
            stream; of pictures outside nothing is named. `None` is no limit.
    """
    start, stop = between
    asked = True
    for packet in packets:
        after = start is None or packet.pts is None or packet.pts >= start
        asked = after and (stop is None or packet.pts is None or packet.pts < stop)
        if packet.size and asked:
            log.packet()
        try:
            yield from packet.decode()
        except FFmpegError as error:
            if asked:
                log.undecodable(reason(error))
    try:
        # What the decoder still holds; one that has ended holds none.
        yield from stream.codec_context.decode(None)
    except EOFError:
        return
    except FFmpegError as error:
        if asked:
            log.undecodable(reason(error))
