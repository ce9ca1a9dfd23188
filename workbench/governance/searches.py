"""Searches of a case: with what, against what, and how; whom they found is sealed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Self, TypeAlias

from pydantic import Field, model_validator

from workbench.governance.enhancements import EnhancementLog
from workbench.governance.eyes_by_hand import EyesByHand
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Identifier, Line, Moment, Prose, Reason

__all__ = [
    "DEFAULT_LENGTH",
    "LENGTH_SOURCE",
    "LONGEST_LENGTH",
    "ProbeFacts",
    "ProbeOrigin",
    "ProbeQuality",
    "SearchKind",
    "SearchRecord",
    "candidate_id",
]

DEFAULT_LENGTH: Final = 50
LONGEST_LENGTH: Final = 200
LENGTH_SOURCE: Final = Source(
    text="A candidate list has a fixed length, 50 unless said otherwise and 200 at the most",
    where="as long as people can look through; no procedure was read for it",
    standing=Standing.OWN_CHOICE,
)
_Count: TypeAlias = Annotated[int, Field(ge=0)]


class SearchKind(StrEnum):
    """What is searched with what, within one case."""

    COLLECTION = "collection"
    FOOTAGE = "footage"

    @property
    def words(self) -> str:
        """What was done, for a report."""
        return _KINDS[self]


_KINDS: Final = {
    SearchKind.COLLECTION: "a probe against a reference collection",
    SearchKind.FOOTAGE: "a probe against the footage of the case",
}


class ProbeQuality(Record):
    """What was found of a probe's quality before the search.

    Attributes:
        verdict: `accept`, `warn` or `reject`.
        reasons: of the verdict.
        eye_distance_px: between the pupils, px.
        override: why it was searched with although it was rejected; needed then.
    """

    verdict: Annotated[str, Field(pattern=r"^(accept|warn|reject)$")]
    reasons: tuple[Line, ...] = ()
    eye_distance_px: Annotated[float, Field(ge=0)]
    override: Reason | None = None

    @model_validator(mode="after")
    def _overridden(self) -> Self:
        if self.verdict == "reject" and self.override is None:
            msg = (
                "the probe is rejected: "
                f"{'; '.join(self.reasons) or 'its quality'}. Say why it is searched with all the "
                "same (override), or take another"
            )
            raise ValueError(msg)
        return self


class ProbeOrigin(Record):
    """Where a probe comes from, as whoever searches says it.

    Attributes:
        origin: which camera or person it comes from.
        taken: when, if that is known.
        frame: number of the frame in footage, if it is one.
    """

    origin: Line
    taken: Moment | None = None
    frame: _Count | None = None


class ProbeFacts(ProbeOrigin):
    """What a probe is; the picture itself is sealed.

    Attributes:
        name: of its file.
        face: number of the face in it that was meant; `None` for the main one.
        appearance: id of the appearance of the case's footage that it was taken from.
        frames: how many frames were joined into the probe.
        log: what was done to it before the search.
        quality: what was found of it.
        by_hand: that its eyes were placed by hand, and where; none where the detector's were taken.
    """

    name: Line | None = None
    face: _Count | None = None
    appearance: Identifier | None = None
    frames: Annotated[int, Field(ge=1)] = 1
    log: EnhancementLog
    quality: ProbeQuality
    by_hand: EyesByHand | None = None

    @model_validator(mode="after")
    def _placed_in_what_is_searched(self) -> Self:
        if self.by_hand is None:
            return self
        if self.by_hand.pixels != self.log.searched:
            msg = (
                "the eyes were placed by hand in another picture than the one that is searched "
                "with. Place them again"
            )
            raise ValueError(msg)
        if self.quality.verdict == "accept":
            msg = "a face whose eyes were placed by hand is at best searched with a warning"
            raise ValueError(msg)
        return self


class SearchRecord(Record):
    """One search, without anybody whom it found.

    Attributes:
        kind: what was searched with what.
        probe: that was searched with.
        target: id of the collection; of the footage ids, in order, where footage was searched.
        target_name: for people.
        references: how many were compared.
        subjects: how many people or appearances those are of.
        length: of the candidate list that was asked for.
        candidates: how many there are.
        matcher: that scored.
        unit: of the scores.
        calibration: id of what says what scores mean, and of what it was measured on.
        encoders: in words, with what references are kept in.
        precision: what references are kept in, by encoder.
        full_scan: whether every reference was compared.
        stated: what has to be said beside the list.
        reason: why the search is made.
    """

    kind: SearchKind
    probe: ProbeFacts
    target: tuple[Identifier, ...]
    target_name: Line
    references: _Count
    subjects: _Count
    length: Annotated[int, Field(ge=1, le=LONGEST_LENGTH)]
    candidates: _Count
    matcher: Line
    unit: Line
    calibration: Line
    encoders: tuple[Line, ...]
    precision: dict[Identifier, Line]
    full_scan: bool
    stated: Prose
    reason: Reason


def candidate_id(rank: int) -> str:
    """Return what names the candidate of a rank within a search."""
    return f"candidate-{rank}"
