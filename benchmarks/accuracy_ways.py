"""The ways of scoring that benchmarks/accuracy_factors.py holds against the default."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from accuracy_scores import (
    ENCODERS,
    both_must_agree,
    by_turn,
    centred,
    cohort_normalised,
    cosines,
    linear,
    mean_of_mirrored,
    ratio_of_each,
    refitted,
    squares,
    whitened,
)
from accuracy_trials import Score
from lfw_variants import MIRRORED, MTCNN_BOX, YUNET_BOX

from workbench.arrays import FloatArray, IntArray
from workbench.matching.calibration import load_calibration

__all__ = ["FEW", "MANY", "WITH_MTCNN", "Learnt", "Vectors", "Way", "plain", "shipped"]

LEARNT_FROM = 6
"""Photographs of a tuning person that are learnt from, as the shipped fusion was."""
Vectors = Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Learnt:
    """Rows that a way may learn from, whose they are, and the first of each person."""

    rows: IntArray
    people: IntArray
    cohort: IntArray

    @classmethod
    def of(cls, images: Sequence[Sequence[int]]) -> Learnt:
        """Take the images of people."""
        kept = [(row, at) for at, one in enumerate(images) for row in one[:LEARNT_FROM]]
        return cls(
            np.array([row for row, _ in kept], np.int64),
            np.array([at for _, at in kept], np.int64),
            np.array([one[0] for one in images], np.int64),
        )


Way = Callable[[Vectors, Learnt], Score]


def plain(v: Vectors) -> dict[str, FloatArray]:
    """The templates that searches are made with."""
    return {name: v[name] for name in ENCODERS}


def mirrored(v: Vectors, *names: str) -> dict[str, FloatArray]:
    """The templates with those of the mirror image averaged in."""
    return plain(v) | {n: mean_of_mirrored(v[n], v[f"{n}{MIRRORED}"]) for n in names}


def shipped(probes: Vectors, references: Vectors | None = None) -> Score:
    """The fusion that ships."""
    fusion = load_calibration().fusion
    assert fusion is not None
    return linear(cosines(probes, references or probes), fusion)


def one_encoder(vectors: FloatArray) -> Score:
    """The cosine of one encoder."""
    return lambda rows, columns: vectors[rows] @ vectors[columns].T


def turned(v: Vectors, learnt: Learnt, change: Callable[[FloatArray], FloatArray]) -> Score:
    """Templates changed by a map, and the form of the shipped fusion fitted to them."""
    changed = {name: change(one) for name, one in plain(v).items()}
    return refitted(cosines(changed, changed), learnt.rows, learnt.people)


def lda(v: Vectors, learnt: Learnt, keep: int, shrink: float) -> Score:
    """Linear discriminants of both encoders' templates."""
    return turned(v, learnt, lambda one: whitened(one, learnt.rows, learnt.people, keep, shrink))


def boxed(v: Vectors, suffix: str = YUNET_BOX) -> dict[str, FloatArray]:
    """FaceNet on the box of a detector."""
    return plain(v) | {"facenet": v[f"facenet{suffix}"]}


def of_plain(way: Callable[..., Score]) -> Way:
    """A way of fusing that is learnt on the templates as they are."""
    return lambda v, learnt: way(cosines(plain(v), plain(v)), learnt.rows, learnt.people)


FEW: dict[str, Way] = {
    "**fused, as shipped**": lambda v, _: shipped(plain(v)),
    "facenet alone": lambda v, _: one_encoder(v["facenet"]),
    "sface alone": lambda v, _: one_encoder(v["sface"]),
    "sum of cosines, unweighted": lambda v, _: (
        lambda a, b: sum(cosines(plain(v), plain(v))(a, b).values(), np.zeros(1))
    ),
    "logistic, fitted anew": of_plain(refitted),
    "logistic with squares and product": of_plain(squares),
    "log likelihood ratios of each (isotonic), added": of_plain(ratio_of_each),
    "both must agree: the lower of these": of_plain(both_must_agree),
    "weights by how far heads are turned": lambda v, learnt: by_turn(
        cosines(plain(v), plain(v)), v["yaw_deg"], learnt.rows, learnt.people
    ),
    "mirror image averaged in, facenet": lambda v, _: shipped(mirrored(v, "facenet")),
    "mirror image averaged in, sface": lambda v, _: shipped(mirrored(v, "sface")),
    "mirror image averaged in, both": lambda v, _: shipped(mirrored(v, *ENCODERS)),
    "the same, of references alone": lambda v, _: shipped(plain(v), mirrored(v, *ENCODERS)),
    "the same, both, fitted anew": lambda v, learnt: refitted(
        cosines(mirrored(v, *ENCODERS), mirrored(v, *ENCODERS)), learnt.rows, learnt.people
    ),
    "facenet on YuNet's box, margin 32": lambda v, _: shipped(boxed(v)),
    "the same, fitted anew": lambda v, learnt: refitted(
        cosines(boxed(v), boxed(v)), learnt.rows, learnt.people
    ),
}
"""Ways that learn five numbers at most, or two curves."""

WITH_MTCNN: dict[str, Way] = {
    "facenet on MTCNN's box, margin 32": lambda v, _: shipped(boxed(v, MTCNN_BOX)),
}
"""A way that takes an hour to make ready."""

MANY: dict[str, Way] = {
    "**fused, as shipped**": lambda v, _: shipped(plain(v)),
    "mean template taken off": lambda v, learnt: turned(
        v, learnt, lambda one: centred(one, learnt.rows)
    ),
    "linear discriminants, 128": lambda v, learnt: lda(v, learnt, 128, 0.1),
    "linear discriminants, 128, rounder": lambda v, learnt: lda(v, learnt, 128, 0.5),
    "normalised by a cohort": lambda v, learnt: cohort_normalised(shipped(plain(v)), learnt.cohort),
    "normalised by the nearest 100 of a cohort": lambda v, learnt: cohort_normalised(
        shipped(plain(v)), learnt.cohort, 100
    ),
    "normalised by the nearest 20 of a cohort": lambda v, learnt: cohort_normalised(
        shipped(plain(v)), learnt.cohort, 20
    ),
    "mirror images and the nearest 100 of a cohort": lambda v, learnt: cohort_normalised(
        shipped(mirrored(v, *ENCODERS)), learnt.cohort, 100
    ),
}
"""Ways that learn means, covariances or a cohort: tried on people that they did not see."""
