"""Searches of a case: with what, against what, and how; whom they found is sealed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Self, TypeAlias

from pydantic import Field, model_validator

from workbench.errors import UsageError
from workbench.governance.enhancements import EnhancementLog
from workbench.governance.eyes_by_hand import EyesByHand
from workbench.governance.joined_pictures import JoinedPicture, may_differ
from workbench.governance.probe_pictures import ProbePicture
from workbench.governance.quality_words import told_reasons
from workbench.governance.record import Record
from workbench.governance.said_before import SaidBefore
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Identifier, Line, Moment, Prose, Reason

__all__ = [
    "DEFAULT_LENGTH",
    "LENGTH_SOURCE",
    "LONGEST_LENGTH",
    "GalleryChoice",
    "PairFacts",
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
    EVERYONE = "everyone"
    BETWEEN = "between"

    @property
    def words(self) -> str:
        """What was done, for a report."""
        return _KINDS[self]


class GalleryChoice(StrEnum):
    """How the references of a collection are gone through."""

    EXACT = "exact"
    TRIAGE = "triage"

    @property
    def words(self) -> str:
        """How that is, for a list and a report."""
        return _CHOICES[self]


_CHOICES: Final = {
    GalleryChoice.EXACT: "full scan",
    GalleryChoice.TRIAGE: "triage in two stages",
}
_KINDS: Final = {
    SearchKind.COLLECTION: "a probe against a reference collection",
    SearchKind.FOOTAGE: "a probe against the footage of the case",
    SearchKind.EVERYONE: "each probe of the case against its footage; this is one of them",
    SearchKind.BETWEEN: "two pieces of footage of the case, for the same people",
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
                f"the probe is rejected: {told_reasons(self.reasons) or 'its quality'}. Say why it "
                "is searched with all the same (override), or take another"
            )
            raise ValueError(msg)
        return self


class _Origin(Record):
    origin: Line
    taken: Moment | None = None
    frame: _Count | None = None


class ProbeOrigin(_Origin):
    """Where a probe comes from, as whoever searches says it.

    Attributes:
        origin: which camera or person it comes from.
        taken: when, if that is known.
        frame: number of the frame in footage, if it is one.
        kind: of picture; nothing that was drawn, put together or generated.
    """

    kind: Annotated[
        ProbePicture, Field(title="kind of picture (never a sketch, composite or lookalike)")
    ]


class ProbeFacts(_Origin):
    """What a probe is; the picture itself is sealed.

    Attributes:
        origin: which camera or person it comes from.
        taken: when, if that is known.
        frame: number of the frame in footage, if it is one.
        kind: of picture; `None` of a search that was made before it was asked for.
        name: of its file.
        face: number of the face in it that was meant; `None` for the main one.
        appearance: id of the appearance of the case's footage that it was taken from.
        frames: how many pictures of the face were joined into the probe.
        pictures: SHA-256 of the file of each, in order; empty in records from before it was kept.
        log: what was done to it before the search.
        quality: what was found of it.
        by_hand: that its eyes were placed by hand, and where; none where the detector's were taken.
        others: what was found of each further picture, in order; none in the records of versions
            that judged the first alone.
        same_person: why pictures that are so unlike are said to show one person; needed then.
        earlier: the search in which that, the override and the eyes were said; `None` where it is
            this one.
    """

    kind: ProbePicture | None = None
    name: Line | None = None
    face: _Count | None = None
    appearance: Identifier | None = None
    frames: Annotated[int, Field(ge=1)] = 1
    pictures: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")], ...] = ()
    log: EnhancementLog
    quality: ProbeQuality
    by_hand: EyesByHand | None = None
    others: tuple[JoinedPicture, ...] = ()
    same_person: Reason | None = None
    earlier: SaidBefore | None = None

    @property
    def every_picture(self) -> tuple[str, ...]:
        """SHA-256 of the file of each picture; of the first alone in records from before."""
        return self.pictures or (self.log.file,)

    @property
    def may_differ(self) -> str:
        """That its pictures may show different people, in sentences; empty where they are alike."""
        return may_differ(self.others)

    @model_validator(mode="after")
    def _joined_for_a_reason(self) -> Self:
        if self.others and len(self.others) != self.frames - 1:
            msg = f"of {self.frames} pictures each but the first must be judged"
            raise ValueError(msg)
        for number, one in enumerate(self.others, 2):
            if one.verdict == "reject" and self.quality.override is None:
                msg = (
                    f"picture {number} of the probe is rejected: "
                    f"{told_reasons(one.reasons) or 'its quality'}. Leave it out, or say why it is "
                    "searched with all the same (override)"
                )
                raise ValueError(msg)
            if one.is_unlike and self.same_person is None:
                msg = (
                    f"picture {number} of the probe may show somebody else than the first: their "
                    f"likeness is {one.told_likeness}. Leave it out, or say why both show the same "
                    "person (same_person)"
                )
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _every_picture_named(self) -> Self:
        if self.pictures and len(self.pictures) != self.frames:
            msg = (
                f"the probe is made of {self.frames}, and {len(self.pictures)} pictures are "
                "named. Name each of them once"
            )
            raise ValueError(msg)
        if self.pictures and self.pictures[0] != self.log.file:
            msg = "the first picture of the probe is another than the one that was worked on"
            raise ValueError(msg)
        return self

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


class PairFacts(Record):
    """What comparing two pieces of footage came to, without anybody of them.

    Attributes:
        policy: id of the threshold policy.
        threshold: its own, from which on two appearances are a pair.
        comparisons: how many were made: appearances of the one by looks of the other.
        above: how many pairs there are, of which the best were kept.
        expected_false: pairs of different people to be expected among them; `None` where too few
            were counted to say more than `at_most_false`.
        at_most_false: upper end of the 95 % interval of that.
    """

    policy: Identifier
    threshold: float
    comparisons: _Count
    above: _Count
    expected_false: Annotated[float, Field(ge=0)] | None
    at_most_false: Annotated[float, Field(ge=0)]


class SearchRecord(Record):
    """One search, without anybody whom it found.

    Attributes:
        kind: what was searched with what.
        probe: that was searched with; `None` where two pieces of footage were compared.
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
        gallery: how they were gone through, and where.
        full_scan: whether every reference was compared.
        stated: what has to be said beside the list.
        reason: why the search is made.
        together: names the searches that were made together; `None` for one by itself.
        left_out: ids of earlier searches whose probes were left out of a search for everyone, as
            whoever searched asked.
        pairs: of two pieces of footage that were compared; `None` of any other search.
    """

    kind: SearchKind
    probe: ProbeFacts | None
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
    gallery: Line = "full scan, in memory"
    full_scan: bool
    stated: Prose
    reason: Reason
    together: Identifier | None = None
    left_out: tuple[Identifier, ...] = ()
    pairs: PairFacts | None = None

    @model_validator(mode="after")
    def _is_of_its_kind(self) -> Self:
        between = self.kind is SearchKind.BETWEEN
        if (self.probe is None) is not between or (self.pairs is None) is between:
            msg = "two pieces of footage have pairs and no probe, any other search a probe alone"
            raise ValueError(msg)
        if self.left_out and self.kind is not SearchKind.EVERYONE:
            msg = "a probe is left out of a search for everyone of a case alone"
            raise ValueError(msg)
        return self

    @property
    def asked(self) -> ProbeFacts:
        """The probe that was searched with.

        Raises:
            UsageError: when two pieces of footage were compared.
        """
        if self.probe is None:
            msg = (
                "this search compared two pieces of footage and has pairs, but no probe. Read its "
                "pairs, and search with an appearance of the one that is meant."
            )
            raise UsageError(msg)
        return self.probe


def candidate_id(rank: int) -> str:
    """Return what names the candidate of a rank within a search."""
    return f"candidate-{rank}"
