"""Appearances of the footage of a case as what is searched, and as probes.

Within one case alone: whoever calls hands in the footage that one case holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from workbench.arrays import FloatArray
from workbench.errors import EncoderMismatchError, UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.calibration import Calibration, MatcherName
from workbench.matching.gallery import Gallery
from workbench.matching.half import HalfGallery
from workbench.matching.matcher import Matcher
from workbench.matching.subject_table import SubjectTable
from workbench.retrospective.appearances import Appearances, whole
from workbench.retrospective.footage_parts import AppearanceId, FootagePart, in_order

__all__ = ["probes_of", "timeline_matcher"]

_CANCELLED: Final = 1e-3


def timeline_matcher(
    name: MatcherName,
    parts: Sequence[FootagePart],
    identities: Mapping[str, EncoderIdentity],
    calibration: Calibration | None = None,
    *,
    threads: int = 1,
) -> Matcher:
    """Return a matcher whose subjects are appearances, for `search_collection`.

    Each look is a reference, and an appearance scores as its best look does. So the size that
    meanings are stated for is the number of looks: looks of one face are alike, and for a size that
    counts each of them a score means rather less than it could be said to.

    Args:
        name: of the matcher.
        parts: segments of the footage of one case.
        identities: encoders that probes are made with, by name.
        calibration: what scores mean; `fused` needs one.
        threads: of a search.

    Raises:
        EncoderMismatchError: when a segment was indexed with other encoders.
        FootageError: when one segment is given twice.
        UsageError: as `Matcher`.
    """
    in_order(parts)
    for part in parts:
        for identity in identities.values():
            held = part.appearances.encoders.get(identity.name)
            if held is None:
                msg = (
                    f"segment {part.appearances.facts.number} of {part.footage} holds no templates "
                    f"of {identity.describe()}. Index the footage again with this encoder."
                )
                raise EncoderMismatchError(msg)
            identity.require_same(held, f"appearances of {part.footage}")
    subjects = [
        str(one)
        for part in parts
        for one, looks in zip(part.ids, np.diff(part.appearances.offsets).tolist(), strict=True)
        for _ in range(looks)
    ]
    table = SubjectTable()
    galleries: dict[str, Gallery] = {}
    for encoder, identity in identities.items():
        gallery = HalfGallery(identity, threads=threads, table=table)
        vectors = [whole(part.appearances.templates[encoder]) for part in parts]
        empty = Templates.empty(identity).vectors
        gallery.extend(subjects, Templates(np.concatenate([empty, *vectors]), identity))
        galleries[encoder] = gallery
    return Matcher(name, galleries, calibration)


def probes_of(parts: Sequence[FootagePart]) -> tuple[list[AppearanceId], dict[str, Templates]]:
    """Return every appearance as a probe, to search other footage of the case for the same people.

    Args:
        parts: segments, all indexed with the same encoders; at least one.

    Returns:
        Which they are, and by encoder name a template of each: the mean direction of its looks.

    Raises:
        EncoderMismatchError: when segments were indexed with different encoders.
        UsageError: when there is no segment.
    """
    if not parts:
        msg = "no segment was given. Index the footage first."
        raise UsageError(msg)
    encoders = parts[0].appearances.encoders
    probes = {}
    for name, identity in encoders.items():
        means = [Templates.empty(identity).vectors]
        for part in parts:
            held = part.appearances.encoders.get(name, identity)
            identity.require_same(held, f"appearances of {part.footage}")
            means.append(_means(part.appearances, name))
        probes[name] = Templates(np.concatenate(means), identity)
    return [one for part in parts for one in part.ids], probes


def _means(appearances: Appearances, encoder: str) -> FloatArray:
    """Return the mean direction of the looks of each appearance, `(n, d)`."""
    vectors = whole(appearances.templates[encoder])
    if not len(appearances):
        return vectors
    sums = np.add.reduceat(vectors.astype(np.float64), appearances.offsets[:-1], axis=0)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    # Looks that cancel each other out are of several faces: the best of them stands for all.
    best = vectors[appearances.offsets[:-1]]
    return np.where(norms > _CANCELLED, sums / np.maximum(norms, _CANCELLED), best).astype(
        np.float32
    )
