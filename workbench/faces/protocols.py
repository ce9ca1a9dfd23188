"""What the rest of the workbench asks of a detector, an alignment and an encoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from workbench.arrays import ImageArray
from workbench.faces.runtimes.network import Runtime
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.faces.types import Faces

__all__ = ["Alignment", "Detector", "Encoder", "FaintDetector"]


@runtime_checkable
class Detector(Protocol):
    """Finds faces in images."""

    @property
    def name(self) -> str:
        """`yunet` or `mtcnn`."""
        ...

    def detect(self, image: ImageArray) -> Faces:
        """Find the faces of one RGB image of shape `(height, width, 3)`, most confident first."""
        ...

    def detect_batch(self, images: Sequence[ImageArray]) -> list[Faces]:
        """Find the faces of images of any sizes; one `Faces` each, in order."""
        ...


@runtime_checkable
class FaintDetector(Protocol):
    """A detector that also says, in the same pass, what may be a face."""

    def detect_with_faint(self, image: ImageArray) -> tuple[Faces, Faces]:
        """Return the faces of `detect`, and what it is less sure of, each most confident first."""
        ...


@runtime_checkable
class Alignment(Protocol):
    """Cuts the crop that one encoder wants, the same at enrolment and at search."""

    @property
    def version(self) -> str:
        """Name and version, for example `sface-five-point/1`."""
        ...

    @property
    def size(self) -> int:
        """Side of the square crop in pixels."""
        ...

    def crops(self, image: ImageArray, faces: Faces) -> ImageArray:
        """Return crops of shape `(len(faces), size, size, 3)` uint8 RGB."""
        ...


@runtime_checkable
class Encoder(Protocol):
    """Turns crops into templates."""

    @property
    def identity(self) -> EncoderIdentity:
        """What its templates are tied to."""
        ...

    @property
    def alignment(self) -> Alignment:
        """The crop it wants."""
        ...

    @property
    def runtime(self) -> Runtime:
        """What runs it, and so in which numbers."""
        ...

    def encode(self, crops: ImageArray) -> Templates:
        """Encode crops of shape `(n, size, size, 3)` uint8 RGB; `n` may be 0."""
        ...
