"""What a matcher asks of a gallery: the stored references of one encoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from workbench.arrays import FloatArray, IntArray
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.candidates import Candidates
from workbench.matching.comparisons import Comparisons, Reduction

__all__ = ["Gallery"]


@runtime_checkable
class Gallery(Protocol):
    """References of one encoder, any number for each subject.

    References are numbered in the order they are added, from 0; a number is never given twice.
    Everything that takes templates raises `EncoderMismatchError` for those of another encoder.
    """

    @property
    def precision(self) -> str:
        """What references are kept in: `float32`, `int16` or `int8`."""
        ...

    @property
    def full_scan(self) -> bool:
        """Whether a search compares every reference; otherwise somebody may be missing."""
        ...

    @property
    def encoder(self) -> EncoderIdentity:
        """What made every template in it."""
        ...

    @property
    def subjects(self) -> tuple[str, ...]:
        """Names of those it holds, each once, in the order they were first added."""
        ...

    def __len__(self) -> int:
        """Return how many references it holds."""
        ...

    def holds_the_same(self, other: Gallery) -> bool:
        """Return whether another gallery holds references of the same subjects."""
        ...

    def add(self, subject: str, templates: Templates) -> IntArray:
        """Add references of one subject; return their numbers, shape `(len(templates),)`."""
        ...

    def remove(self, subject: str) -> int:
        """Drop and overwrite all references of a subject; return how many there were."""
        ...

    def search(self, probes: Templates, k: int, by: Reduction = "best") -> list[Candidates]:
        """Return the best `k` subjects for each probe."""
        ...

    def compare(self, probes: Templates, subjects: Sequence[str]) -> Comparisons:
        """Compare probes with every reference of the named subjects, in the order given."""
        ...

    def scores(
        self, probes: Templates, subjects: Sequence[str], by: Reduction = "best"
    ) -> FloatArray:
        """Return one score for each probe and named subject, shape `(n, len(subjects))`."""
        ...
