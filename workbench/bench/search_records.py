"""What the records keep of a search: with what, against what and how; nobody whom it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.bench.search_views import ProbeRequest
from workbench.errors import RecordError
from workbench.governance.probe_pictures import NEVER_PROBES, PictureKind
from workbench.governance.searches import (
    LONGEST_LENGTH,
    ProbeFacts,
    SearchKind,
    SearchRecord,
)
from workbench.governance.text import require_said

if TYPE_CHECKING:
    from workbench.matching.matcher import Matcher
    from workbench.retrospective.candidate_lists import CandidateList
    from workbench.retrospective.probes import PreparedProbe

__all__ = ["probe_facts", "require_length", "search_record"]


def require_length(length: int) -> None:
    """Raise `RecordError` unless a candidate list may be so long."""
    if not 1 <= length <= LONGEST_LENGTH:
        msg = f"a candidate list has 1 to {LONGEST_LENGTH} candidates, not {length}."
        raise RecordError(msg)


def probe_facts(
    probe: ProbeRequest, prepared: PreparedProbe, *, what: str = "the probe"
) -> ProbeFacts:
    """Return what a probe is, as the record of a search keeps it.

    Args:
        probe: as it was asked for.
        prepared: what became of it.
        what: what to call it in an error.

    Raises:
        RecordError: when what is said of it cannot be used.
    """
    if probe.kind is None and probe.earlier is None:
        listed = ", ".join(PictureKind)
        msg = f"say what kind of picture the probe is, one of: {listed}. {NEVER_PROBES}."
        raise RecordError(msg)
    quality = {
        "verdict": prepared.verdict,
        "reasons": prepared.reasons,
        "eye_distance_px": prepared.eye_distance_px,
        "override": probe.override,
    }
    facts = ProbeFacts.read(
        {
            "origin": probe.origin,
            "kind": probe.kind,
            "name": probe.name,
            "face": probe.face,
            "appearance": probe.appearance,
            "taken": probe.taken,
            "frame": probe.frame,
            "frames": prepared.frames,
            "pictures": prepared.digests,
            "log": prepared.log.plain(),
            "quality": quality,
            "by_hand": None if prepared.by_hand is None else prepared.by_hand.plain(),
            "others": [one.joined.plain() for one in prepared.others],
            "same_person": probe.same_person,
            "earlier": probe.earlier,
        },
        what=what,
    )
    require_said(facts, what=what, names=("origin",))
    return facts


def search_record(
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
    together: str | None = None,
    left_out: tuple[str, ...] = (),
) -> SearchRecord:
    """Return how a search was made, without anybody whom it found."""
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
        stated=" ".join(filter(None, (probe.may_differ, found.stated, _without(left_out)))),
        reason=reason,
        together=together,
        left_out=left_out,
    )


def _without(left_out: tuple[str, ...]) -> str:
    """Return whose probes were left out, in a sentence; empty where none was."""
    if not left_out:
        return ""
    return f"Left out, as whoever searched asked: the probe of {', '.join(left_out)}."
