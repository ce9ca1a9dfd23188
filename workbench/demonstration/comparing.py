"""Every staged photograph compared with every enrolled one; both are credited samples."""

from __future__ import annotations

from workbench.arrays import FloatArray
from workbench.demonstration.outcome import CATEGORY
from workbench.demonstration.portraits import people
from workbench.demonstration.sample import Sample
from workbench.faces.analysis import primary_face
from workbench.matching.enrolment import enrol_images

__all__ = ["photograph_scores"]


def photograph_scores(sample: Sample) -> tuple[list[float], list[float]]:
    """Compare the photographs, in memory alone and beside any bench.

    Returns:
        Scores of the same person, and scores of different people, in the unit of the matcher.
    """
    enrolled = [
        (person.reference, person.reference, sample.photographs[person.enrolled.artefact.name])
        for person in people()
        if person.enrolled is not None
    ]
    watchlist = enrol_images(enrolled, sample.analyser, name=CATEGORY).watchlist
    matcher = watchlist.matcher(sample.settings.encoder, sample.calibration)
    mated: list[float] = []
    nonmated: list[float] = []
    for person in people():
        image = sample.photographs[person.staged.artefact.name]
        faces = sample.analyser.detect(image)
        best = primary_face(faces, image.shape)
        if best is None:
            continue
        templates = sample.analyser.encode(image, faces[[best]])
        scores: FloatArray = matcher.scores(templates, watchlist.subjects)[0]
        for subject, score in zip(watchlist.subjects, scores.tolist(), strict=True):
            (mated if subject == person.reference else nonmated).append(score)
    return mated, nonmated
