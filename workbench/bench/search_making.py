"""What is said of a search: its probe, its gallery, and how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.bench.search_views import ProbeRequest
from workbench.errors import RecordError
from workbench.governance.reference_collections import CollectionGallery
from workbench.governance.searches import (
    LONGEST_LENGTH,
    GalleryChoice,
    ProbeFacts,
    SearchKind,
    SearchRecord,
)
from workbench.governance.text import require_said

if TYPE_CHECKING:
    from workbench.matching.matcher import Matcher
    from workbench.retrospective.candidate_lists import CandidateList
    from workbench.retrospective.probes import PreparedProbe

__all__ = [
    "chosen_gallery",
    "facts_of",
    "gallery_words",
    "record_of",
    "require_length",
    "searched_for",
]


def chosen_gallery(default: str, asked: GalleryChoice | str | None) -> GalleryChoice:
    """Return how a collection is to be gone through.

    Args:
        default: of the settings.
        asked: for this search.

    Raises:
        RecordError: when there is no such way.
    """
    try:
        return GalleryChoice(default if asked is None else asked)
    except ValueError:
        known = " or ".join(GalleryChoice)
        msg = f"a collection is searched by {known}, not by {ascii(asked)[:100]}."
        raise RecordError(msg) from None


def gallery_words(choice: GalleryChoice, gallery: CollectionGallery) -> str:
    """Return how references were gone through, and where."""
    where = "in memory" if gallery is CollectionGallery.MEMORY else "on a Qdrant server"
    return f"{choice.words}, {where}"


def require_length(length: int) -> None:
    """Raise `RecordError` unless a list of so many candidates can be asked for."""
    if not 1 <= length <= LONGEST_LENGTH:
        msg = f"a candidate list has 1 to {LONGEST_LENGTH} candidates, not {length}."
        raise RecordError(msg)


def facts_of(probe: ProbeRequest, prepared: PreparedProbe) -> ProbeFacts:
    """Return what a probe is.

    Raises:
        RecordError: when what is said of it cannot be used.
    """
    quality = {
        "verdict": prepared.verdict,
        "reasons": prepared.reasons,
        "eye_distance_px": prepared.eye_distance_px,
        "override": probe.override,
    }
    facts = ProbeFacts.read(
        {
            "origin": probe.origin,
            "name": probe.name,
            "taken": probe.taken,
            "frame": probe.frame,
            "frames": prepared.frames,
            "log": prepared.log.plain(),
            "quality": quality,
        },
        what="the probe",
    )
    require_said(facts, what="the probe", names=("origin",))
    return facts


def searched_for(matcher: Matcher, made: PreparedProbe, length: int) -> CandidateList:
    """Return who is most like a probe."""
    from workbench.retrospective.candidate_lists import (  # noqa: PLC0415 - opens quickly
        search_collection,
    )

    (found,) = search_collection(matcher, made.templates, length=length)
    return found


def record_of(
    kind: SearchKind,
    probe: ProbeFacts,
    matcher: Matcher,
    found: CandidateList,
    *,
    target: tuple[str, ...],
    target_name: str,
    subjects: int,
    gallery: str,
    reason: str,
) -> SearchRecord:
    """Return what is kept of a search, without anybody whom it found."""
    calibration = matcher.calibration
    return SearchRecord(
        kind=kind,
        probe=probe,
        target=target,
        target_name=target_name,
        references=found.references,
        subjects=subjects,
        length=found.length,
        candidates=len(found.candidates),
        matcher=found.matcher,
        unit=found.unit,
        calibration="none" if calibration is None else calibration.id,
        encoders=tuple(one.describe() for one in matcher.identities.values()),
        precision=dict(found.precision),
        gallery=gallery,
        full_scan=found.full_scan,
        stated=found.stated,
        reason=reason,
    )
