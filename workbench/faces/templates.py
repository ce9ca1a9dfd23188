"""Templates: what an encoder makes of a face, tied for good to the encoder that made them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.arrays import BoolArray, FloatArray, IntArray, check_shape
from workbench.errors import EncoderMismatchError

__all__ = ["EncoderIdentity", "Templates"]

UNIT_NORM_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What made a template; two templates compare only where all of this is equal.

    Attributes:
        name: `facenet` or `sface`, or the name of a supplied encoder.
        artefact: catalogue name of the weights.
        sha256: digest of the weights file.
        alignment: name and version of the crop, for example `facenet-box/1`.
        dimension: length of a template, 512 for FaceNet and 128 for SFace.
    """

    name: str
    artefact: str
    sha256: str
    alignment: str
    dimension: int

    def require_same(self, other: EncoderIdentity, what: str = "templates") -> None:
        """Raise `EncoderMismatchError` unless `other` is this very encoder."""
        if self != other:
            msg = (
                f"{what} of encoder {other.describe()} cannot be compared with those of "
                f"{self.describe()}. Enrol again with one encoder for both sides."
            )
            raise EncoderMismatchError(msg)

    def describe(self) -> str:
        """Return the identity in one short phrase for a message."""
        return f"{self.name} ({self.artefact}, {self.sha256[:12]}, {self.alignment})"


@dataclass(frozen=True, slots=True, eq=False)
class Templates:
    """Templates of one encoder.

    Attributes:
        vectors: shape `(n, d)` float32, each row of unit norm.
        encoder: what made them.

    Raises:
        ValueError: when the shape is wrong or a row is not of unit norm.
    """

    vectors: FloatArray
    encoder: EncoderIdentity

    def __post_init__(self) -> None:
        """Check shape and norm."""
        check_shape("vectors", self.vectors, (None, self.encoder.dimension))
        if len(self.vectors):
            # Without the squares, which of many templates would take as much memory again.
            norms = np.sqrt(np.vecdot(self.vectors, self.vectors))
            if not np.all(np.abs(norms - 1.0) < UNIT_NORM_TOLERANCE):
                msg = f"templates must have unit norm, but norms are {norms.min()}..{norms.max()}"
                raise ValueError(msg)

    @classmethod
    def empty(cls, encoder: EncoderIdentity) -> Templates:
        """No template of that encoder."""
        return cls(np.zeros((0, encoder.dimension), np.float32), encoder)

    def __len__(self) -> int:
        """Return how many templates there are."""
        return len(self.vectors)

    def __getitem__(self, index: slice | IntArray | BoolArray | list[int]) -> Templates:
        """Return the templates that a slice, an index array or a mask picks, in that order."""
        return Templates(self.vectors[index], self.encoder)

    def cosine(self, other: Templates) -> FloatArray:
        """Return cosine similarities, shape `(len(self), len(other))`.

        Raises:
            EncoderMismatchError: when `other` was made by another encoder.
        """
        self.encoder.require_same(other.encoder)
        return self.vectors @ other.vectors.T
