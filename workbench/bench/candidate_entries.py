"""The candidates of a search as they are sealed: with a picture, and what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib import metadata
from typing import TYPE_CHECKING, TypeAlias

from workbench.bench.reference_sealing import ReferenceFacts
from workbench.errors import StoreError
from workbench.records.footage import FootageRow

if TYPE_CHECKING:
    from workbench.arrays import FloatArray
    from workbench.bench.footage_sealing import AppearancePicture
    from workbench.faces.analysis import FaceAnalyser
    from workbench.retrospective.candidate_lists import Candidate, CandidateList
    from workbench.retrospective.footage_parts import FootagePart
    from workbench.retrospective.probes import FaceInPicture, PreparedProbe
    from workbench.retrospective.search_document import (
        CandidateEntry,
        FacePlace,
        MeaningEntry,
        SearchDocument,
    )

__all__ = ["appearance_entries", "document_of", "reference_entry"]

_Eyes: TypeAlias = tuple[tuple[float, float], tuple[float, float]]


def document_of(
    pictures: tuple[bytes, ...],
    probe: PreparedProbe,
    entries: Sequence[CandidateEntry],
    analyser: FaceAnalyser,
) -> SearchDocument:
    """Return what is sealed of a search.

    Args:
        pictures: of the probe, as they came.
        probe: as it was searched with.
        entries: of the candidates, best first.
        analyser: that made the templates of the probe.
    """
    from workbench.images import encode_png  # noqa: PLC0415 - loads OpenCV
    from workbench.retrospective.documents import EncoderFacts  # noqa: PLC0415
    from workbench.retrospective.search_document import (  # noqa: PLC0415
        OtherEntry,
        SearchDocument,
    )

    points = [(float(x), float(y)) for x, y in probe.landmarks]
    return SearchDocument(
        originals=pictures,
        probe=encode_png(probe.shown),
        landmarks=(points[0], points[1], points[2], points[3], points[4]),
        original=_place(probe.original),
        copy_=_place(probe.copy),
        others=tuple(
            OtherEntry(
                picture=encode_png(one.shown),
                eyes=_points(one.landmarks[:2]),
                place=_place(one.place),
            )
            for one in probe.others
        ),
        encoders=tuple(EncoderFacts(**asdict(one.encoder)) for one in probe.templates.values()),
        runtime=", ".join(f"{name} on {one.runtime}" for name, one in analyser.encoders.items()),
        software=f"lfr-workbench {metadata.version('lfr-workbench')}",
        candidates=tuple(entries),
    )


def reference_entry(found: Candidate, known: Mapping[int, ReferenceFacts]) -> CandidateEntry:
    """Return a candidate of a collection.

    Args:
        found: the candidate.
        known: what is known of references, by number.

    Raises:
        StoreError: when whoever compared says that the reference is somebody else's.
    """
    from workbench.retrospective.search_document import CandidateEntry  # noqa: PLC0415

    of = known.get(found.reference)
    if of is None or of.subject != found.subject:
        msg = (
            f"reference {found.reference} is not of the person whose candidate it was made: what "
            "this collection is compared with is damaged. Drop the collection and import it again."
        )
        raise StoreError(msg)
    return CandidateEntry(
        rank=found.rank,
        subject=of.subject,
        score=found.score,
        gap=found.gap,
        reference=found.reference,
        meaning=_meaning(found),
        picture=of.picture,
        eyes=_points(of.eyes),
        thumbnail=of.thumbnail,
        sha256=of.sha256,
        image_date=of.image_date,
        source=of.source,
        legal_basis=of.legal_basis,
        verdict=of.verdict,
        reasons=of.reasons,
    )


def appearance_entries(
    found: CandidateList,
    parts: Sequence[FootagePart],
    footage: Sequence[FootageRow],
    analyser: FaceAnalyser,
    pictured: Callable[[FootagePart, Sequence[int]], Mapping[int, AppearancePicture]],
) -> list[CandidateEntry]:
    """Return the candidates of a search of footage: appearances, each with its best look.

    Args:
        found: the candidate list.
        parts: segments that were searched.
        footage: that they are of.
        analyser: finds the eyes in a small picture, where there is no wider one.
        pictured: opens the wider pictures of rows of a segment that have one.
    """
    from workbench.retrospective.search_document import CandidateEntry  # noqa: PLC0415

    of = {one.id: one.footage for one in footage}
    at = {str(name): (part, row) for part in parts for row, name in enumerate(part.ids)}
    wider = _wider([at[one.subject] for one in found.candidates], pictured)
    entries = []
    for one in found.candidates:
        part, row = at[one.subject]
        known = part.appearances.rows.row(row, named=True)
        file = of[part.footage]
        moment = file.true_time(known["looked_s"])
        small = part.appearances.thumbnails.encoded(row)
        shown = wider.get(one.subject)
        entries.append(
            CandidateEntry(
                rank=one.rank,
                subject=one.subject,
                score=one.score,
                gap=one.gap,
                reference=one.reference,
                meaning=_meaning(one),
                picture=small if shown is None else shown.picture,
                eyes=_eyes(small, analyser) if shown is None else _points(shown.eyes),
                thumbnail=None if shown is None else small,
                sha256=None,
                image_date=None if moment is None else moment.date(),
                source=f"footage {file.name}",
                legal_basis=file.basis,
                verdict=known["verdict"],
                reasons=tuple(known["reasons"].splitlines()),
                time_s=known["looked_s"],
                frame=known["looked_frame"],
            )
        )
    return entries


def _wider(
    wanted: Sequence[tuple[FootagePart, int]],
    pictured: Callable[[FootagePart, Sequence[int]], Mapping[int, AppearancePicture]],
) -> dict[str, AppearancePicture]:
    """Return wider pictures by id of the appearance; those of a segment are opened together."""
    rows: dict[int, list[int]] = {}
    parts = {id(part): part for part, _ in wanted}
    for part, row in wanted:
        rows.setdefault(id(part), []).append(row)
    return {
        str(parts[key].id_of(row)): one
        for key, some in rows.items()
        for row, one in pictured(parts[key], some).items()
    }


def _meaning(found: Candidate) -> MeaningEntry:
    from workbench.retrospective.search_document import MeaningEntry  # noqa: PLC0415

    # Not what is beside them: a report says how often others score as high, on a list of that size.
    return MeaningEntry(
        **{name: getattr(found.meaning, name) for name in MeaningEntry.model_fields}
    )


def _place(face: FaceInPicture) -> FacePlace:
    from workbench.retrospective.search_document import FacePlace  # noqa: PLC0415

    eyes = None if face.eyes is None else _points(face.eyes)
    boxes = tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in face.bystanders)
    return FacePlace(eyes=eyes, bystanders=boxes)


def _eyes(picture: bytes, analyser: FaceAnalyser) -> _Eyes | None:
    """Return where the eyes are in a small picture of one face, as it is shown."""
    from workbench.faces.analysis import primary_face  # noqa: PLC0415 - loads OpenCV
    from workbench.images import load_image  # noqa: PLC0415

    image = load_image(picture)
    faces = analyser.detect(image)
    main = primary_face(faces, image.shape)
    return None if main is None else _points(faces.landmarks[main, :2])


def _points(eyes: FloatArray) -> _Eyes:
    (x0, y0), (x1, y1) = eyes.tolist()
    return (x0, y0), (x1, y1)
