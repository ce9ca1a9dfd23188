"""Enrolment: photographs become a watchlist, and every refusal is named."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import RefusedError, UsageError, WatchlistError
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.surroundings import face_alone
from workbench.faces.templates import Templates
from workbench.images import ImageLimits, encode_jpeg
from workbench.matching.copies import copies_among, image_digest
from workbench.matching.judging import judge_image, photograph_pixels
from workbench.matching.person_folders import (
    Photograph,
    Refusal,
    person_folders,
    printable,
    subject_fault,
)
from workbench.matching.thumbnails import Thumbnails
from workbench.matching.watchlist import Watchlist, WatchlistReference

__all__ = [
    "Enrolment",
    "EnrolmentProgress",
    "enrol_folder",
    "enrol_images",
    "enrol_photographs",
]

EnrolmentProgress: TypeAlias = Callable[[int, int, Path], None]
"""Called after each image with how many are done, how many there are, and which it was."""

_REASONS_SHOWN = 5


@dataclass(frozen=True, slots=True, eq=False)
class Enrolment:
    """What came of an enrolment.

    Attributes:
        watchlist: those that were enrolled.
        refused: images, folders and people that were not, with reasons, by path.
    """

    watchlist: Watchlist
    refused: tuple[Refusal, ...]


def enrol_folder(
    folder: Path | str,
    analyser: FaceAnalyser,
    *,
    strict: bool = False,
    progress: EnrolmentProgress | None = None,
    limits: ImageLimits | None = None,
) -> Enrolment:
    """Enrol a folder that holds one folder of images for each person.

    Args:
        folder: its name becomes that of the watchlist.
        analyser: what finds, judges and encodes faces.
        strict: refuse the whole when anything is refused.
        progress: called after each image.
        limits: largest image that is read.

    Raises:
        WatchlistError: when the folder cannot be read, holds nobody, or nobody could be enrolled.
        RefusedError: when `strict` and anything was refused; lists all of it.
    """
    place = Path(folder)
    photographs, refused = person_folders(place)
    name = unicodedata.normalize("NFC", place.resolve().name)
    job = _Job(analyser, limits or ImageLimits(), strict=strict, progress=progress)
    return _enrol(name, photographs, refused, job)


def enrol_images(
    images: Iterable[tuple[str, str, ImageArray | Path]],
    analyser: FaceAnalyser,
    *,
    name: str = "images",
    strict: bool = False,
    progress: EnrolmentProgress | None = None,
    limits: ImageLimits | None = None,
) -> Enrolment:
    """Enrol images that are at hand.

    Args:
        images: subject, source name, and pixels of shape `(height, width, 3)` uint8 RGB or a path.
        analyser: what finds, judges and encodes faces.
        name: of the watchlist.
        strict: refuse the whole when anything is refused.
        progress: called after each image.
        limits: largest image that is read.

    Raises:
        WatchlistError: when nobody could be enrolled.
        RefusedError: when `strict` and anything was refused; lists all of it.
    """
    photographs: list[Photograph] = []
    for subject, source, image in images:
        if isinstance(image, Path):
            photographs.append(Photograph(subject, image))
        else:
            # A name may hold a slash, a file name may not.
            path = Path(source.replace("/", "-") or "image")
            photographs.append(Photograph(subject, path, image))
    return enrol_photographs(
        photographs, analyser, name=name, strict=strict, progress=progress, limits=limits
    )


def enrol_photographs(
    photographs: Sequence[Photograph],
    analyser: FaceAnalyser,
    *,
    name: str = "photographs",
    strict: bool = False,
    progress: EnrolmentProgress | None = None,
    limits: ImageLimits | None = None,
) -> Enrolment:
    """Enrol photographs, each with the governed entry and category that its reference gets.

    Args:
        photographs: of any people in any order, that of the rows.
        analyser: what finds, judges and encodes faces.
        name: of the watchlist.
        strict: refuse the whole when anything is refused.
        progress: called after each image.
        limits: largest image that is read.

    Raises:
        WatchlistError: when nobody could be enrolled.
        RefusedError: when `strict` and anything was refused; lists all of it.
    """
    named: list[Photograph] = []
    refused: list[Refusal] = []
    for photograph in photographs:
        subject = unicodedata.normalize("NFC", photograph.subject)
        fault = subject_fault(subject)
        if fault is not None:
            refused.append(Refusal(photograph.path, None, fault, photograph.entry))
        else:
            named.append(replace(photograph, subject=subject))
    job = _Job(analyser, limits or ImageLimits(), strict=strict, progress=progress)
    return _enrol(name, named, refused, job)


@dataclass(frozen=True, slots=True)
class _Job:
    """How to enrol, the same for every photograph."""

    analyser: FaceAnalyser
    limits: ImageLimits
    strict: bool
    progress: EnrolmentProgress | None

    def __post_init__(self) -> None:
        """Let a list be made in fp32 alone, whatever its searches will run in.

        Policies that were measured in int8 were measured so: faces of a feed in int8, references
        in fp32.
        """
        if self.analyser.numbers != "fp32":
            msg = (
                f"references are enrolled in fp32, and these encoders run in "
                f"{self.analyser.numbers}. Set runtime to auto."
            )
            raise UsageError(msg)


@dataclass(slots=True)
class _Rows:
    """The rows of a watchlist while they are gathered."""

    references: list[WatchlistReference] = field(default_factory=list)
    templates: dict[str, list[FloatArray]] = field(default_factory=lambda: defaultdict(list))
    thumbnails: list[bytes] = field(default_factory=list)

    def append(
        self, reference: WatchlistReference, templates: dict[str, Templates], face: ImageArray
    ) -> None:
        """Add one row: its reference, one template of each encoder, and its thumbnail."""
        self.references.append(reference)
        for name, one in templates.items():
            self.templates[name].append(one.vectors[0])
        # Encoded at once: as pixels, those of a long list would take gigabytes.
        self.thumbnails.append(encode_jpeg(face))


def _enrol(
    name: str, photographs: Sequence[Photograph], refused: list[Refusal], job: _Job
) -> Enrolment:
    digests = [image_digest(photograph) for photograph in photographs]
    copies = copies_among(photographs, digests)
    rows = _Rows()
    for done, (photograph, digest) in enumerate(zip(photographs, digests, strict=True), 1):
        reason = _add(photograph, digest, copies.get(done - 1), job, rows)
        if reason is not None:
            path, subject, entry = photograph.path, photograph.subject, photograph.entry
            refused.append(Refusal(path, subject, reason, entry))
        if job.progress is not None:
            job.progress(done, len(photographs), photograph.path)
    refused += _people_without(photographs, rows)
    refused.sort(key=lambda one: str(one.path))
    if refused and job.strict:
        msg = f"nothing was enrolled, because {len(refused)} were refused: {_listed(refused)}."
        raise RefusedError(msg)
    if not rows.references:
        shown = _listed(refused[:_REASONS_SHOWN]) or "there was no image"
        more = len(refused) - _REASONS_SHOWN
        msg = (
            f"nobody could be enrolled from {name}: {shown}"
            f"{f'; and {more} more' if more > 0 else ''}. Give photographs that each show one "
            "face clearly."
        )
        raise WatchlistError(msg)
    return Enrolment(_watchlist(name, rows, job.analyser), tuple(refused))


def _add(
    photograph: Photograph, digest: str | None, copy_of: str | None, job: _Job, rows: _Rows
) -> str | None:
    """Add one photograph's face to the rows, or return why not."""
    image = photograph_pixels(photograph, job.limits)
    if isinstance(image, str):
        return image
    if digest is None:
        return "the file cannot be read; check its permissions"
    # Only now: two files that are empty are no copies of an image.
    if copy_of is not None:
        return copy_of
    judged = judge_image(image, job.analyser)
    face = judged.face
    if judged.refused is not None or face is None:
        return judged.refused
    reference = WatchlistReference(
        subject=photograph.subject,
        source=printable(unicodedata.normalize("NFC", photograph.path.name)),
        sha256=digest,
        verdict=str(judged.verdict),
        reasons=judged.reasons,
        quality=judged.quality,
        entry=photograph.entry,
        category=photograph.category,
    )
    shown = face_alone(image, face.boxes[0], judged.others, judged.faint)
    rows.append(reference, job.analyser.encode(image, face), shown)
    return None


def _people_without(photographs: Sequence[Photograph], rows: _Rows) -> list[Refusal]:
    """Return a refusal for each person of whom no photograph was enrolled."""
    enrolled = {reference.subject for reference in rows.references}
    left: dict[str, list[Photograph]] = defaultdict(list)
    for photograph in photographs:
        if photograph.subject not in enrolled:
            left[photograph.subject].append(photograph)
    return [
        Refusal(
            _place_of(subject, own[0]),
            subject,
            f"{subject} is not on the list: none of {len(own)} image"
            f"{'s' if len(own) > 1 else ''} could be used",
        )
        for subject, own in left.items()
    ]


def _place_of(subject: str, photograph: Photograph) -> Path:
    """Return the person's own folder, or, where there is none, the bare name."""
    folder = photograph.path.parent
    if photograph.image is None and unicodedata.normalize("NFC", folder.name) == subject:
        return folder
    return Path(subject)


def _watchlist(name: str, rows: _Rows, analyser: FaceAnalyser) -> Watchlist:
    return Watchlist(
        name=name,
        created=datetime.now(UTC),
        detector=analyser.detector.name,
        references=tuple(rows.references),
        templates={
            encoder: Templates(np.stack(rows.templates[encoder]), identity)
            for encoder, identity in analyser.identities.items()
        },
        thumbnails=Thumbnails.from_encoded(rows.thumbnails),
    )


def _listed(refused: Sequence[Refusal]) -> str:
    return "; ".join(map(str, refused))
