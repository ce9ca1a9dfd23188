"""What a report of a retrospective search is made of, as plain values.

Pictures are arrays here. They are made unrecognisable, where they must be, on their pixels before
anything is encoded (`workbench.reports.search_pictures`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

import numpy as np

from workbench.arrays import FloatArray, ImageArray, check_shape
from workbench.faces.templates import EncoderIdentity
from workbench.governance.enhancements import EnhancementLog
from workbench.governance.eyes_by_hand import EyesByHand
from workbench.governance.joined_pictures import JoinedPicture, may_differ
from workbench.governance.said_before import SaidBefore
from workbench.retrospective.candidate_lists import Candidate

__all__ = [
    "Another",
    "AuditHead",
    "Considered",
    "CutFrom",
    "FacePicture",
    "FootageFile",
    "Further",
    "Making",
    "Override",
    "Probe",
    "Searched",
    "SearchedCollection",
    "SearchedFootage",
    "Settings",
]


@dataclass(frozen=True, slots=True, eq=False)
class FacePicture:
    """A picture in which one face is looked at.

    Attributes:
        image: `(height, width, 3)` uint8 RGB.
        eyes: shape `(2, 2)`, px, the middles of both eyes; `None` where they were not found.
        bystanders: shape `(n, 4)`, px, boxes of the faces of other people, which no report shows;
            `None` where there are none.

    Raises:
        ValueError: when an array has another shape.
    """

    image: ImageArray = field(repr=False)
    eyes: FloatArray | None = None
    bystanders: FloatArray | None = None

    def __post_init__(self) -> None:
        """See that shapes fit."""
        check_shape("image", self.image, (None, None, 3))
        if self.eyes is not None:
            check_shape("eyes", self.eyes, (2, 2))
        if self.bystanders is not None:
            check_shape("bystanders", self.bystanders, (None, 4))

    @property
    def eyes_px(self) -> float | None:
        """Return how far apart the eyes are, px; `None` where they were not found."""
        return None if self.eyes is None else float(np.linalg.norm(self.eyes[1] - self.eyes[0]))


@dataclass(frozen=True, slots=True)
class Override:
    """That a probe of poor quality was searched with all the same.

    Attributes:
        by: who let it pass.
        at: when.
        reason: why, in words.
    """

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CutFrom:
    """That a probe was cut out of footage.

    Attributes:
        appearance: id of the appearance that it shows.
        sha256: of the file of the footage.
    """

    appearance: str
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class Further:
    """A picture that was joined to the first of a probe.

    Attributes:
        sha256: of its file.
        joined: what was found of it; `None` where the version that searched judged the first alone.
        picture: as it came; `None` where that version kept no place of its faces, so that other
            people in it could not be hidden.
    """

    sha256: str
    joined: JoinedPicture | None = None
    picture: FacePicture | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """What was searched with.

    Attributes:
        source: where it comes from, for example which camera.
        file: name of the file.
        taken: when the picture was taken, as far as it is known, in words.
        frame: number of the frame, from 0; `None` for a still image.
        original: as it came.
        picture: that was searched with, after all steps of the log.
        log: what leads from the original to it.
        verdict: on its quality: `accept`, `warn` or `reject`.
        reasons: of the verdict, in sentences.
        override: that a rejected one was let pass.
        frames: how many pictures of the face were joined into one probe.
        others: SHA-256 of the files of those beside the one that is shown.
        by_hand: that its eyes were placed by hand, and where.
        further: the pictures that were joined to the first, in order.
        same_person: why those that are unlike the first were joined to it.
        earlier: the search in which the eyes were placed; `None` where it is this one.
        cut_from: the appearance of footage that it was cut from; `None` for a picture by itself.
        kind: of picture, in words.
    """

    source: str
    file: str
    taken: str
    frame: int | None
    original: FacePicture
    picture: FacePicture
    log: EnhancementLog
    verdict: str
    reasons: Sequence[str] = ()
    override: Override | None = None
    frames: int = 1
    others: Sequence[str] = ()
    by_hand: EyesByHand | None = None
    further: Sequence[Further] = ()
    same_person: Override | None = None
    earlier: SaidBefore | None = None
    cut_from: CutFrom | None = None
    kind: str = "not recorded"

    @property
    def rejected(self) -> tuple[int, ...]:
        """Numbers of its pictures that were judged too poor, from 1."""
        every = [self.verdict, *(one.joined.verdict if one.joined else "" for one in self.further)]
        return tuple(number for number, one in enumerate(every, 1) if one == "reject")

    @property
    def may_differ(self) -> str:
        """That its pictures may show different people, in sentences; empty where they are alike."""
        return may_differ(tuple(one.joined for one in self.further if one.joined is not None))

    @property
    def joined(self) -> str:
        """How several pictures became one probe, in words; empty where it is of one."""
        if self.frames == 1:
            return ""
        of = "" if self.cut_from is None else ", of one track"
        shown = "given as of one face" if self.may_differ else "of one face"
        return (
            f"{self.frames} pictures {shown}{of}, weighted by what each is worth "
            "(size, pose, sharpness)"
        )


@dataclass(frozen=True, slots=True)
class SearchedCollection:
    """A collection of reference images.

    Attributes:
        name: of it.
        references: images in it.
        subjects: people in it, as its records tell them apart.
        sources: how many images come from where.
        legal_bases: how many images are used on which basis.
        state: what identifies it as it was searched, such as the moment of its import.
        refused: further images that were to be imported and were not taken: nobody was compared
            with them.
        listed: SHA-256 of the rows that were to be imported; empty where none is kept.
    """

    name: str
    references: int
    subjects: int
    sources: Mapping[str, int]
    legal_bases: Mapping[str, int]
    state: str = ""
    refused: int = 0
    listed: str = ""


@dataclass(frozen=True, slots=True)
class FootageFile:
    """One file of footage.

    Attributes:
        id: of it in its case.
        name: of the file.
        sha256: of the file.
        codec: facts of it in words, such as codec, size and frame rate.
        duration_s: of what could be read, in seconds.
        origin: which camera or person it comes from.
        basis: what allows the case to hold it.
        starts: when its first frame was taken by its own clock, in words; empty where unknown.
        pictures: in it, as far as it was read; `None` where that is not known.
        looked_at: in how many of them faces were looked for; `None` where that is not known.
        correction_s: what is added to the times of its clock for the true ones; negative where that
            clock was ahead, and `None` where nobody knows when its first frame was taken.
        stated: what has to be known of its times and of what is missing, in sentences.
        doubtful: whether some of its times were counted, and are not those of its camera.
    """

    id: str
    name: str
    sha256: str
    codec: str
    duration_s: float
    correction_s: float | None
    stated: Sequence[str] = ()
    doubtful: bool = False
    origin: str = ""
    basis: str = ""
    starts: str = ""
    pictures: int | None = None
    looked_at: int | None = None


@dataclass(frozen=True, slots=True)
class SearchedFootage:
    """Footage of the case.

    Attributes:
        files: of it.
        appearances: stretches in which one face was followed.
    """

    files: Sequence[FootageFile]
    appearances: int


Searched: TypeAlias = SearchedCollection | SearchedFootage


@dataclass(frozen=True, slots=True)
class Settings:
    """How it was searched, beside what the candidate list says of itself.

    Attributes:
        encoders: that made the templates.
        policy: id of the policy of scores that was in force; empty where none was.
        measured_on: the people and pictures on which the meaning of scores was measured.
        runtime: what ran the encoders, and on what.
        software: name and version of the program.
        gallery: how references were gone through, and where.
    """

    encoders: Sequence[EncoderIdentity]
    policy: str
    measured_on: str
    runtime: str
    software: str
    gallery: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Considered:
    """One candidate that examiners could look at.

    Attributes:
        id: of the candidate in its search.
        candidate: rank, subject, score and what it means.
        verdict: on the quality of its picture: `accept`, `warn` or `reject`.
        reasons: of the verdict, in sentences.
        image_date: when its picture was taken; `None` where nobody knows.
        picture: of the face; `None` where none was kept.
        place: where in footage and when it appears; empty for an image of a collection.
        sha256: of the image's file; empty where it is a frame of footage.
    """

    id: str
    candidate: Candidate
    verdict: str
    reasons: Sequence[str] = ()
    image_date: date | None = None
    picture: FacePicture | None = None
    place: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Another:
    """Another search of the case with a picture of the same probe.

    Attributes:
        id: of it.
        at: when it ran.
        by: who ran it.
        what: what was searched, and how, in words.
        review: how far its examination is, and what came of it, in words.
        examined: who concluded on it, once it is concluded, of those who did on this one.
        knew: who of those knew what another had said of it before they concluded on this one.
    """

    id: str
    at: datetime
    by: str
    what: str
    review: str
    examined: Sequence[str] = ()
    knew: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest entry of the audit log when a report was made.

    Attributes:
        sequence: its place in the log.
        digest: its hash, into which every entry before it is bound.
        at: when it was written.
    """

    sequence: int
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Making:
    """Who made a report, and what for.

    Attributes:
        by: who.
        at: when.
        recipient: who gets it.
        purpose: what for, in words.
    """

    by: str
    at: datetime
    recipient: str
    purpose: str
