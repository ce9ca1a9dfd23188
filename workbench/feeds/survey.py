"""What a video file says of itself, from its packets alone: nothing of it is decoded.

Who reads a file in parts needs to know where a reading may begin. A picture that needs no other is
such a place where its stream has times and they run forwards: what is read from there on is then
what a reading from the start gives. A file of which that cannot be said has no such place, and is
read in one piece.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final

import numpy as np
from av import Packet
from av.video.stream import VideoStream

from workbench.arrays import IntArray
from workbench.feeds.damage import DamageLog

__all__ = ["KeyFrame", "StreamFacts", "Survey", "Times", "surveyed"]

_ENTERED: Final = frozenset(
    {
        "av1",
        "dnxhd",
        "dvvideo",
        "ffv1",
        "h264",
        "hevc",
        "mjpeg",
        "mpeg1video",
        "mpeg2video",
        "mpeg4",
        "msmpeg4v2",
        "msmpeg4v3",
        "prores",
        "rawvideo",
        "vp8",
        "vp9",
        "wmv1",
        "wmv2",
        "wmv3",
    }
)
"""Codecs whose key frames need nothing that came before. An animation's may."""
_UNEVEN: Final = 0.02
"""Share of the usual time between two pictures by which it may differ; clocks round."""
_TICKS: Final = 1.5
_REORDERED: Final = 32
"""Pictures by which one may be shown earlier or later than it is stored; H.264 allows half."""
_NOMINAL_S: Final = 0.04
"""Between two pictures where neither times nor a rate are known."""
_DEGREES: Final = {(1, 0): 0, (0, 1): 90, (-1, 0): 180, (0, -1): 270}
"""Where a step to the right in the stored picture leads in the one that is shown."""


class Times(StrEnum):
    """What the times of a file's pictures are like."""

    EVEN = "even"
    VARIABLE = "variable"
    """The time between two pictures changes; it is known of each."""
    MISSING = "missing"
    """Some or all have none: pictures follow each other by the nominal rate."""
    BACKWARDS = "backwards"
    """They repeat or run backwards, as in a joined recording: pictures go on from there."""


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A place in a file from which it can be read.

    Attributes:
        time_s: when its picture is shown, seconds from the start of the stream.
        before: pictures of the file that are shown before it.
        pts: of its packet, in units of the stream.
        dts: likewise, if it has one.
        position: of the packet in the file, bytes, if the container says.
        length: of the packet, bytes.
    """

    time_s: float
    before: int
    pts: int
    dts: int | None
    position: int | None
    length: int

    def is_of(self, packet: Packet[VideoStream]) -> bool:
        """Return whether a packet is that of this picture."""
        return (
            packet.pts == self.pts
            and packet.dts == self.dts
            and packet.size == self.length
            and _position(packet) == self.position
        )


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file says of itself.

    Attributes:
        container: format of the file, as FFmpeg calls it.
        codec: of its pictures.
        size: width and height as shown, px.
        rotation: quarter turns clockwise by which stored pictures are turned to be shown, in
            degrees: 0, 90, 180 or 270.
        mirrored: whether they are mirrored as well.
        fps: mean pictures a second that it announces.
        pictures: that are in it.
        duration_s: from the first picture to the end of the last.
        step_s: usual time between two pictures, s.
        times: what their times are like.
        key_frames: where a reading may begin, but for the start; ascending.
        damage: what is missing of it, in a sentence; pictures were not decoded.
    """

    container: str
    codec: str
    size: tuple[int, int]
    rotation: int
    mirrored: bool
    fps: float | None
    pictures: int
    duration_s: float
    step_s: float
    times: Times
    key_frames: tuple[KeyFrame, ...]
    damage: str | None


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """What is known of a stream before its packets are looked through.

    Attributes:
        container: format of the file.
        codec: of its pictures.
        size: width and height as shown, px.
        orientation: of its first picture, as `workbench.feeds.decoded.orientation` has it.
        rate: pictures a second that it announces.
        origin: time of second 0, by the stream's own clock, s.
        time_base: unit of its times, s.
        expected_s: how long it lasts by its own account, s.
        announced: pictures it says there are.
    """

    container: str
    codec: str
    size: tuple[int, int]
    orientation: tuple[int, int, int, int]
    rate: Fraction | None
    origin: Fraction | None
    time_base: Fraction | None
    expected_s: float | None
    announced: int | None


def surveyed(packets: Iterable[Packet[VideoStream]], stream: StreamFacts, log: DamageLog) -> Survey:
    """Look through the packets of a stream.

    Args:
        packets: in the order of the file.
        stream: what is known of it.
        log: takes what is missing.
    """
    shown: list[int | None] = []
    entries: list[tuple[int, KeyFrame]] = []
    for packet in packets:
        if not packet.size:
            continue
        log.packet()
        if packet.is_discard:
            continue
        if packet.is_keyframe and packet.pts is not None:
            entry = KeyFrame(0.0, 0, packet.pts, packet.dts, _position(packet), packet.size)
            entries.append((len(shown), entry))
        shown.append(packet.pts)
    step_s = float(1 / stream.rate) if stream.rate else _NOMINAL_S
    times, duration_s = Times.MISSING, len(shown) * step_s
    known = [stamp for stamp in shown if stamp is not None]
    key_frames: tuple[KeyFrame, ...] = ()
    base, origin = stream.time_base, stream.origin
    if base is not None and origin is not None and known and len(known) == len(shown):
        stamps = np.array(known, np.int64)
        in_order = np.sort(stamps)
        usual, times = _pace(stamps, in_order)
        step_s = float(usual * base) if usual else step_s
        duration_s = float(int(in_order[-1]) * base - origin) + step_s
        if times is not Times.BACKWARDS and stream.codec in _ENTERED:
            placed = _placed(entries, stamps, in_order)
            key_frames = tuple(
                replace(one, time_s=float(one.pts * base - origin)) for one in placed
            )
    if times is not Times.BACKWARDS:
        log.given(max(0.0, duration_s - step_s))
        log.ended(stream.expected_s, step_s)
        log.counted(stream.announced)
    a, b, c, d = stream.orientation
    return Survey(
        container=stream.container,
        codec=stream.codec,
        size=stream.size,
        rotation=_DEGREES[a, b],
        mirrored=a * d - b * c < 0,
        fps=float(stream.rate) if stream.rate else None,
        pictures=len(shown),
        duration_s=duration_s,
        step_s=step_s,
        times=times,
        key_frames=key_frames,
        damage=log.sentence(),
    )


def _pace(stamps: IntArray, in_order: IntArray) -> tuple[float, Times]:
    """Return the usual step between times, in their unit, and what the times are like."""
    steps = np.diff(in_order)
    if not len(steps):
        return 0.0, Times.EVEN
    usual = float(np.median(steps))
    moved = np.abs(np.searchsorted(in_order, stamps) - np.arange(len(stamps))).max()
    if steps.min() <= 0 or moved > _REORDERED:
        return usual, Times.BACKWARDS
    uneven = np.abs(steps - usual).max() > max(_TICKS, _UNEVEN * usual)
    return usual, Times.VARIABLE if uneven else Times.EVEN


def _placed(
    entries: list[tuple[int, KeyFrame]], stamps: IntArray, in_order: IntArray
) -> list[KeyFrame]:
    """Return the key frames before which everything comes that is shown before them."""
    latest = np.maximum.accumulate(stamps)
    return [
        replace(entry, before=int(np.searchsorted(in_order, entry.pts)))
        for at, entry in entries
        if at and latest[at - 1] < entry.pts
    ]


def _position(packet: Packet[VideoStream]) -> int | None:
    position = packet.pos
    return None if position is None or position < 0 else position
