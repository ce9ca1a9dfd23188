"""A drawn feed that gives a frame when it is told to, and says how far it has come."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from drawn_faces import SIDE, drawn_analyser, portrait

from workbench.arrays import ImageArray
from workbench.closing import ClosedAtTheEnd
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.settings import QualitySettings

__all__ = ["CountedAnalyser", "SteppedFeed", "step", "until"]


def until(holds: Callable[[], bool], within_s: float = 10.0) -> None:
    """Wait until something holds; fail where it does not in time."""
    ends = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < ends, "it did not come in time"
        time.sleep(0.01)


def step(feed: SteppedFeed, frames: int, done: Callable[[], int]) -> None:
    """Give frames one by one, each once `done` says that another one was.

    Of a camera that gives them faster than they are searched some would be dropped.
    """
    for _ in range(frames):
        before = done()
        feed.give()
        until(lambda before=before: done() > before)  # type: ignore[misc]


class SteppedFeed(ClosedAtTheEnd):
    """Gives as many frames as it was told, of a camera or of a file.

    Attributes:
        given: how many were taken.
        images: each picture that it gave, as long as anybody holds it.
    """

    name = "rtsp://op:secret@10.0.0.7/ch1"
    size = (SIDE, SIDE)
    fps: float | None = 25.0
    frame_count: int | None = None
    damage: str | None = None

    def __init__(self, *, live: bool = True) -> None:
        """Begin with nothing to give."""
        self.live = live
        self.given = 0
        self.images: list[weakref.ref[Any]] = []
        self._allowed = threading.Semaphore(0)
        self._ended = self.closed = False

    def give(self, frames: int = 1) -> None:
        """Let so many more frames be taken."""
        self._allowed.release(frames)

    def end(self) -> None:
        """Let it end after what was allowed."""
        self._ended = True
        self._allowed.release()

    def frames(self) -> Iterator[Frame]:
        """Give them."""
        while True:
            self._allowed.acquire()
            if self._ended or self.closed:
                return
            image = portrait(1000 + self.given)
            self.images.append(weakref.ref(image))
            frame = Frame(self.given, self.given / 25, image)
            del image
            self.given += 1
            yield frame
            del frame

    def held(self) -> int:
        """Return how many of its pictures somebody still holds."""
        return sum(image() is not None for image in self.images)

    def close(self) -> None:
        """Close it."""
        self.closed = True
        self._allowed.release()


class CountedAnalyser:
    """An analyser of drawn faces that counts what it was asked.

    Attributes:
        analyser: to search with.
        detected: pictures in which faces were looked for.
        encoded: faces of which templates were made.
    """

    def __init__(self) -> None:
        """Begin with nothing asked."""
        drawn = drawn_analyser()
        self.detected = self.encoded = 0
        detector: Any = _CountedDetector(drawn.detector, self)
        encoders: Any = {name: _CountedEncoder(one, self) for name, one in drawn.encoders.items()}
        self.analyser = FaceAnalyser(detector, encoders, QualitySettings())


class _CountedDetector:
    def __init__(self, detector: Any, counts: CountedAnalyser) -> None:
        self._detector, self._counts = detector, counts
        self.name = detector.name

    def detect(self, image: ImageArray) -> Faces:
        self._counts.detected += 1
        found: Faces = self._detector.detect(image)
        return found

    def detect_batch(self, images: Sequence[ImageArray]) -> list[Faces]:
        return [self.detect(image) for image in images]


class _CountedEncoder:
    def __init__(self, encoder: Any, counts: CountedAnalyser) -> None:
        self._encoder, self._counts = encoder, counts
        self.alignment, self.identity = encoder.alignment, encoder.identity
        self.runtime = encoder.runtime

    def encode(self, crops: ImageArray) -> Any:
        self._counts.encoded += len(crops)
        return self._encoder.encode(crops)
