"""What galleries of one encoder have in common, however they keep their references."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.errors import UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.comparisons import Comparisons, Reduction
from workbench.matching.gallery import Gallery

__all__ = ["ROUNDING", "OneEncoderGallery", "products", "require_known"]

ROUNDING: Final = 1e-5
"""More than single precision errs in a cosine of unit vectors of up to some thousand numbers."""
_ROWS_AT_ONCE: Final = 4096


class OneEncoderGallery(ABC):
    """References of one encoder; the part of a `Gallery` that does not depend on their keeping."""

    def __init__(self, encoder: EncoderIdentity) -> None:
        """Take templates of `encoder` alone."""
        self._encoder = encoder

    @property
    def encoder(self) -> EncoderIdentity:
        """What made every template in it."""
        return self._encoder

    @property
    @abstractmethod
    def subjects(self) -> tuple[str, ...]:
        """Names of those it holds, each once, in the order they were first added."""

    @abstractmethod
    def __len__(self) -> int:
        """Return how many references it holds."""

    def holds_the_same(self, other: Gallery) -> bool:
        """Return whether another gallery holds references of the same subjects."""
        return self.subjects == other.subjects and len(self) == len(other)

    def add(self, subject: str, templates: Templates) -> IntArray:
        """Add references of one subject; return their numbers, shape `(len(templates),)`.

        Raises:
            EncoderMismatchError: when another encoder made the templates.
            UsageError: when the name is empty.
        """
        return self.extend([subject] * len(templates), templates)

    @abstractmethod
    def extend(self, subjects: Sequence[str], templates: Templates) -> IntArray:
        """Add one reference for each name; return their numbers, shape `(len(templates),)`."""

    @abstractmethod
    def compare(self, probes: Templates, subjects: Sequence[str]) -> Comparisons:
        """Compare probes with every reference of the named subjects, in the order given."""

    def scores(
        self, probes: Templates, subjects: Sequence[str], by: Reduction = "best"
    ) -> FloatArray:
        """Return one score for each probe and named subject, shape `(n, len(subjects))`.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when a subject is not in the gallery.
        """
        return self.compare(probes, subjects).reduce(by)[0]

    def _require_references(self, subjects: Sequence[str], templates: Templates) -> None:
        """Raise unless each template is of this encoder and has the name of a subject."""
        self._encoder.require_same(templates.encoder, "references")
        if len(subjects) != len(templates) or not all(subjects):
            msg = (
                f"{len(templates)} templates need {len(templates)} subject names that are not "
                f"empty, but {sum(map(bool, subjects))} were given."
            )
            raise UsageError(msg)

    def require_probes(self, probes: Templates, k: int) -> None:
        """Raise unless the probes are of this encoder and a candidate is asked for."""
        self._encoder.require_same(probes.encoder, "probes")
        if k < 1:
            msg = f"a search must ask for at least 1 candidate, not {k}."
            raise UsageError(msg)


def require_known(unknown: Sequence[str]) -> None:
    """Raise `UsageError` where subjects are named of whom a gallery has no reference."""
    if unknown:
        msg = f"no reference of {', '.join(unknown)} is in the gallery; add one first."
        raise UsageError(msg)


def products(probes: FloatArray, count: int, read: Callable[[slice], NDArray[Any]]) -> FloatArray:
    """Return cosines of probes `(n, d)` and references, accumulated in double precision.

    Args:
        probes: of unit norm.
        count: how many references there are.
        read: gives a part of them, `(rows, d)`; some thousand at a time.

    Returns:
        Shape `(n, count)`.
    """
    scores = np.zeros((len(probes), count), np.float32)
    wide = probes.astype(np.float64)
    for start in range(0, count, _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        scores[:, part] = wide @ read(part).astype(np.float64, copy=False).T
    return scores
