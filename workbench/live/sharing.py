"""Models that several feeds use in turn, whichever analyser each of them holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.protocols import Alignment, Detector, Encoder
from workbench.faces.runtimes.network import Runtime
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.faces.types import Faces
from workbench.live.turns import Turns

__all__ = ["SharedDetector", "SharedEncoder", "shared_parts"]

_ENCODING: Final = 2
"""Batches encoded at the same time: whoever would have to wait for one encodes a part of it."""


class SharedDetector:
    """A detector that looks at one image at a time, in the order in which it is asked."""

    def __init__(self, detector: Detector) -> None:
        """Take the detector to share."""
        self._detector = detector
        self._turns = Turns()

    @property
    def shared(self) -> Detector:
        """The detector itself, to ask how it is set."""
        return self._detector

    @property
    def name(self) -> str:
        """Name of the detector."""
        return self._detector.name

    def detect(self, image: ImageArray) -> Faces:
        """Find the faces of one RGB image, most confident first."""
        with self._turns:
            return self._detector.detect(image)

    def detect_batch(self, images: Sequence[ImageArray]) -> list[Faces]:
        """Find the faces of images of any sizes; each image is a turn of its own."""
        return [self.detect(image) for image in images]


class SharedEncoder:
    """An encoder that takes turns, also with the other encoders that it shares them with."""

    def __init__(self, encoder: Encoder, turns: Turns) -> None:
        """Take the encoder and whose turns it waits for."""
        self._encoder = encoder
        self._turns = turns

    @property
    def identity(self) -> EncoderIdentity:
        """What its templates are tied to."""
        return self._encoder.identity

    @property
    def alignment(self) -> Alignment:
        """The crop it wants."""
        return self._encoder.alignment

    @property
    def runtime(self) -> Runtime:
        """What runs it."""
        return self._encoder.runtime

    def encode(self, crops: ImageArray) -> Templates:
        """Encode crops of shape `(n, size, size, 3)` uint8 RGB; `n` may be 0."""
        with self._turns:
            return self._encoder.encode(crops)


def shared_parts(analyser: FaceAnalyser) -> tuple[Detector, dict[str, Encoder]]:
    """Return an analyser's detector and encoders so that feeds share them fairly.

    One detection and two batches of an encoder are worked on at a time, however many feeds there
    are; each feed asks for as many at a time at most, so they advance alike. Parts that are shared
    already stay as they are.
    """
    detector, turns = analyser.detector, Turns(_ENCODING)
    return (
        detector if isinstance(detector, SharedDetector) else SharedDetector(detector),
        {
            name: one if isinstance(one, SharedEncoder) else SharedEncoder(one, turns)
            for name, one in analyser.encoders.items()
        },
    )
