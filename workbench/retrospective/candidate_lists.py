"""Candidate lists: a fixed number of people of a collection, best first, and what scores mean.

A list is for people to look through. It decides nothing, and it is as long where nobody of it is
the person: the collection may not hold them at all. So "no candidate" is as good a result as any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from workbench.arrays import FloatArray
from workbench.faces.templates import Templates
from workbench.matching.calibration import MatcherName, Unit
from workbench.matching.confidence import ScoreMeaning
from workbench.matching.matcher import Matcher
from workbench.matching.triage_recall import recall_words

__all__ = ["LENGTH", "Candidate", "CandidateList", "joined_probe", "search_collection"]

LENGTH: Final = 50
"""Candidates of a list unless told otherwise."""
_TRIAGE: Final = (
    "Triage: not every reference was compared, and somebody of the collection may be missing, the "
    "more likely the lower their score. A conclusion rests on a full scan."
)
_FULL: Final = "Every reference was compared."


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person of a list: a suggestion to an examiner.

    Attributes:
        rank: from 1.
        subject: reference of the person.
        reference: number of the reference that scored highest.
        score: in the unit of the matcher.
        gap: to the score of the next candidate; `None` for the last.
        meaning: how often a search for somebody who is not in a collection of this size returns
            anybody with such a score.
    """

    rank: int
    subject: str
    reference: int
    score: float
    gap: float | None
    meaning: ScoreMeaning


@dataclass(frozen=True, slots=True)
class CandidateList:
    """What a search of a collection returned.

    Attributes:
        candidates: best first.
        length: how many were asked for.
        references: that the collection holds.
        matcher: that scored.
        unit: of the scores.
        precision: what references are kept in, by encoder.
        full_scan: whether every reference was compared.
        lost: how often somebody is lost where that is not so, as measured; a sentence.
    """

    candidates: tuple[Candidate, ...]
    length: int
    references: int
    matcher: MatcherName
    unit: Unit
    precision: Mapping[str, str]
    full_scan: bool
    lost: tuple[str, ...] = ()

    @property
    def stated(self) -> str:
        """What has to be said beside the list, on a screen and in a report."""
        return _FULL if self.full_scan else " ".join((_TRIAGE, *self.lost))

    def without(self, subject: str, length: int) -> CandidateList:
        """Return the list as long as asked for, without somebody who is known to be the probe."""
        left = [one for one in self.candidates if one.subject != subject][:length]
        gaps = [one.score - other.score for one, other in pairwise(left)]
        ranked = tuple(
            replace(one, rank=at + 1, gap=gaps[at] if at < len(gaps) else None)
            for at, one in enumerate(left)
        )
        return replace(self, candidates=ranked, length=length)


def search_collection(
    matcher: Matcher, probes: Mapping[str, Templates], *, length: int = LENGTH
) -> list[CandidateList]:
    """Search a collection for each probe.

    Args:
        matcher: with the references of the collection.
        probes: by encoder name, row `i` of each being the same face.
        length: candidates of each list; fewer where the collection has fewer people.

    Raises:
        UsageError: when an encoder is missing, or `length` is less than 1.
        EncoderMismatchError: when another encoder made the probes.
    """
    from workbench.matching.sketch import SketchGallery  # noqa: PLC0415 - loads NumKong

    found = matcher.search(probes, length)
    references = len(matcher)
    galleries = matcher.galleries
    shortlists = [
        max(gallery.shortlist, 4 * length)
        for gallery in galleries.values()
        if isinstance(gallery, SketchGallery) and not gallery.full_scan
    ]
    encoders = [gallery.encoder for gallery in galleries.values()]
    lost = (recall_words(encoders, references, min(shortlists)),) if shortlists else ()
    lists = []
    for candidates in found:
        scores = candidates.scores.tolist()
        numbers = [-1] * len(scores) if candidates.reference is None else candidates.reference
        gaps = [high - low for high, low in pairwise(scores)]
        people = tuple(
            Candidate(
                rank=at + 1,
                subject=subject,
                reference=int(numbers[at]),
                score=scores[at],
                gap=gaps[at] if at < len(gaps) else None,
                meaning=matcher.meaning(scores[at], references),
            )
            for at, subject in enumerate(candidates.subjects)
        )
        lists.append(
            CandidateList(
                candidates=people,
                length=length,
                references=references,
                matcher=matcher.name,
                unit=matcher.unit,
                precision={name: gallery.precision for name, gallery in galleries.items()},
                full_scan=all(gallery.full_scan for gallery in galleries.values()),
                lost=lost,
            )
        )
    return lists


def joined_probe(
    templates: Mapping[str, Templates], weights: FloatArray | None = None
) -> dict[str, Templates]:
    """Join the templates of several pictures of one face into one probe: their mean direction.

    Args:
        templates: by encoder name, `(n, d)`, at least one row each.
        weights: shape `(n,)`, above 0: what each picture is worth, as
            `workbench.tracking.weighting.crop_weights` says; all the same when `None`.

    Raises:
        ValueError: when there is no picture, the weights are not one above 0 for each, or the
            pictures cancel each other out.
    """
    probes = {}
    for name, of_frames in templates.items():
        if not len(of_frames):
            msg = f"no frame has a template of {name}"
            raise ValueError(msg)
        worth = np.ones(len(of_frames)) if weights is None else weights.astype(np.float64)
        if worth.shape != (len(of_frames),) or not (np.isfinite(worth) & (worth > 0)).all():
            msg = f"{len(of_frames)} frames need a weight above 0 each"
            raise ValueError(msg)
        mean = worth / worth.sum() @ of_frames.vectors.astype(np.float64)
        norm = float(np.linalg.norm(mean))
        if norm < _CANCELLED:
            msg = f"the frames are of different faces: their templates of {name} cancel out"
            raise ValueError(msg)
        probes[name] = Templates((mean / norm).astype(np.float32)[None], of_frames.encoder)
    return probes


_CANCELLED: Final = 1e-3
