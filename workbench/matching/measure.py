"""Images -> templates -> scores as frames, which is what an evaluation is computed from.

What goes in and comes out are plain polars frames whose columns the schemas of
`workbench.evaluation` declare; neither part knows the other. Every comparison is exact: a probe is
compared with every reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import polars as pl

from workbench.arrays import FloatArray, ImageArray, IntArray
from workbench.errors import ImageError, WatchlistError
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.images import ImageLimits, load_image
from workbench.matching.calibration import Calibration, MatcherName
from workbench.matching.exact import ExactGallery
from workbench.matching.fusion import fused_score
from workbench.matching.matcher import Matcher

__all__ = [
    "MeasureProgress",
    "MeasuredImages",
    "embed_images",
    "pair_scores",
    "reference_matcher",
    "searches",
]

MeasureProgress: TypeAlias = Callable[[int, int], None]
"""Called with how many images are done and how many there are."""

BATCH = 32
_PROBES_AT_ONCE = 256


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredImages:
    """The template of one face of each image that shows one.

    Attributes:
        rows: row of each usable image in the templates, by path.
        templates: by encoder name, shape `(len(rows), d)` each.
        failures: reason for each image of which no template could be made, by path.
    """

    rows: Mapping[str, int]
    templates: Mapping[str, Templates]
    failures: Mapping[str, str]

    @property
    def identities(self) -> dict[str, EncoderIdentity]:
        """What made the templates, by encoder name."""
        return {name: templates.encoder for name, templates in self.templates.items()}

    def acquired(self, path: str) -> bool:
        """Return whether there is a template of an image.

        Raises:
            KeyError: when the image was never looked at: that is no failure to acquire.
        """
        if path not in self.rows and path not in self.failures:
            raise KeyError(path)
        return path in self.rows

    def take(self, paths: Sequence[str]) -> dict[str, Templates]:
        """Return the templates of usable images, by encoder name, in the order given."""
        at = np.array([self.rows[path] for path in paths], np.int64)
        return {name: templates[at] for name, templates in self.templates.items()}


def embed_images(
    paths: Sequence[str],
    root: Path,
    analyser: FaceAnalyser,
    *,
    progress: MeasureProgress | None = None,
    limits: ImageLimits | None = None,
    batch: int = BATCH,
) -> MeasuredImages:
    """Make a template of the main face of each image, each image once.

    Which face that is, `workbench.faces.analysis.primary_face` says: the large one near the
    centre, which is how LFW centres the person it names. An image without a face, or that cannot
    be decoded, is a failure to acquire, with its reason.

    Args:
        paths: relative to the root; one that is named twice is read once.
        root: folder of the images.
        analyser: finds and encodes faces.
        progress: called after each image.
        limits: largest image that is read.
        batch: crops encoded at a time.
    """
    wanted = list(dict.fromkeys(paths))
    rows: dict[str, int] = {}
    failures: dict[str, str] = {}
    vectors: dict[str, list[FloatArray]] = {name: [] for name in analyser.identities}
    waiting: list[dict[str, ImageArray]] = []

    def encode() -> None:
        if not waiting:
            return
        crops = {name: np.concatenate([one[name] for one in waiting]) for name in vectors}
        for name, templates in analyser.encode_crops(crops).items():
            vectors[name].append(templates.vectors)
        waiting.clear()

    for done, path in enumerate(wanted, 1):
        found = _main_face(root / path, analyser, limits)
        if isinstance(found, str):
            failures[path] = found
        else:
            rows[path] = len(rows)
            waiting.append(found)
            if len(waiting) >= batch:
                encode()
        if progress is not None:
            progress(done, len(wanted))
    encode()
    templates = {
        name: Templates(np.concatenate(vectors[name]), identity)
        if vectors[name]
        else Templates.empty(identity)
        for name, identity in analyser.identities.items()
    }
    return MeasuredImages(rows, templates, failures)


def pair_scores(
    pairs: pl.DataFrame,
    images: MeasuredImages,
    matcher: MatcherName,
    calibration: Calibration | None = None,
) -> pl.DataFrame:
    """Compare the two images of each pair.

    Args:
        pairs: with columns `path` and `other_path`; others are kept.
        images: with every image of the pairs.
        matcher: whose score.
        calibration: says how to fuse; `fused` needs it.

    Returns:
        `pairs` with `acquired` and `score` (float32, null where either image has no template).

    Raises:
        UsageError: when an encoder or the fusion is missing.
        EncoderMismatchError: when the fusion was learnt with other encoders.
    """
    sides = pairs["path"].to_list(), pairs["other_path"].to_list()
    acquired = [images.acquired(a) and images.acquired(b) for a, b in zip(*sides, strict=True)]
    first, second = (
        images.take([path for path, usable in zip(side, acquired, strict=True) if usable])
        for side in sides
    )
    # A matcher without references checks that encoders and fusion fit, as any search would.
    used = _empty_matcher(images.identities, matcher, calibration).identities
    cosines = {
        name: np.einsum(
            "ij,ij->i", first[name].vectors.astype(np.float64), second[name].vectors
        ).astype(np.float32)
        for name in used
    }
    scores = cosines[matcher] if matcher != "fused" else _fuse(cosines, calibration)
    values = iter(scores.tolist())
    return pairs.with_columns(
        acquired=pl.Series(acquired, dtype=pl.Boolean),
        score=pl.Series(
            [next(values) if usable else None for usable in acquired], dtype=pl.Float32
        ),
    )


def reference_matcher(
    references: pl.DataFrame,
    images: MeasuredImages,
    matcher: MatcherName,
    calibration: Calibration | None = None,
) -> tuple[Matcher, pl.DataFrame]:
    """Enrol the references of a protocol.

    Args:
        references: with columns `path` and `identity`; several of a person are allowed.
        images: with every image of the references.
        matcher: which one.
        calibration: says how to fuse; `fused` needs it.

    Returns:
        The matcher, and a frame `reference, identity, acquired` with a row for each reference.

    Raises:
        WatchlistError: when no reference has a template.
        UsageError: when an encoder or the fusion is missing.
        EncoderMismatchError: when the fusion was learnt with other encoders.
    """
    table = references.select(reference="path", identity="identity").with_columns(
        acquired=pl.Series([images.acquired(path) for path in references["path"]], dtype=pl.Boolean)
    )
    built = _empty_matcher(images.identities, matcher, calibration)
    enrolled = table.filter("acquired")
    for path, identity in enrolled.select("reference", "identity").iter_rows():
        built.add(identity, images.take([path]))
    if not len(built):
        msg = (
            f"none of {len(table):,} references shows a face that could be encoded, so there is "
            "nobody to search for. Give references that each show a face."
        )
        raise WatchlistError(msg)
    return built, table


def searches(
    probes: pl.DataFrame, references: pl.DataFrame, images: MeasuredImages, matcher: Matcher
) -> pl.DataFrame:
    """Search for each probe among all references.

    The score of every person is computed, with all encoders, so ranks are exact at any depth; the
    first of them is whom `Matcher.search` puts first.

    Args:
        probes: with columns `path` and `identity`.
        references: of `reference_matcher`; a probe is mated where its identity is among them,
            whether or not that reference has a template.
        images: with every image of the probes.
        matcher: of `reference_matcher`.

    Returns:
        `probe, identity, mated, acquired, top_score, top_identity, mate_score, mate_rank`, one
        row a probe, in order. The rank counts those who score as high as the mate as before them.
    """
    listed = set(references["identity"].to_list())
    subjects = matcher.subjects
    column = {subject: at for at, subject in enumerate(subjects)}
    paths, people = probes["path"].to_list(), probes["identity"].to_list()
    usable = [at for at, path in enumerate(paths) if images.acquired(path)]
    answers: dict[int, tuple[float, str, float | None, int | None]] = {}
    for start in range(0, len(usable), _PROBES_AT_ONCE):
        part = usable[start : start + _PROBES_AT_ONCE]
        scores = matcher.scores(images.take([paths[at] for at in part]), subjects)
        mates = np.array([column.get(people[at], -1) for at in part], np.int64)
        tops = _tops(scores, subjects)
        for row, at in enumerate(part):
            top, mate = int(tops[row]), int(mates[row])
            own = None if mate < 0 else float(scores[row, mate])
            rank = None if mate < 0 else int(np.count_nonzero(scores[row] >= scores[row, mate]))
            answers[at] = float(scores[row, top]), subjects[top], own, rank
    rows = [answers.get(at, (None, None, None, None)) for at in range(len(paths))]
    return pl.DataFrame(
        {
            "probe": paths,
            "identity": people,
            "mated": [person in listed for person in people],
            "acquired": [at in answers for at in range(len(paths))],
            "top_score": [row[0] for row in rows],
            "top_identity": [row[1] for row in rows],
            "mate_score": [row[2] for row in rows],
            "mate_rank": [row[3] for row in rows],
        },
        schema={
            "probe": pl.String,
            "identity": pl.String,
            "mated": pl.Boolean,
            "acquired": pl.Boolean,
            "top_score": pl.Float32,
            "top_identity": pl.String,
            "mate_score": pl.Float32,
            "mate_rank": pl.Int64,
        },
    )


def _main_face(
    path: Path, analyser: FaceAnalyser, limits: ImageLimits | None
) -> dict[str, ImageArray] | str:
    """Return the crops of an image's main face, or why there is none."""
    try:
        image = load_image(path, limits=limits)
    except ImageError as error:
        return str(error).removeprefix(f"{path}: ").rstrip(".")
    faces = analyser.detect(image)
    main = primary_face(faces, image.shape)
    if main is None:
        return "no face found"
    return analyser.crops(image, faces[[main]])


def _empty_matcher(
    identities: Mapping[str, EncoderIdentity], name: MatcherName, calibration: Calibration | None
) -> Matcher:
    galleries = {encoder: ExactGallery(identity) for encoder, identity in identities.items()}
    return Matcher(name, galleries, calibration)


def _fuse(cosines: Mapping[str, FloatArray], calibration: Calibration | None) -> FloatArray:
    # The matcher was built with it, so it is there.
    assert calibration is not None  # noqa: S101
    return fused_score(cosines, calibration)


def _tops(scores: FloatArray, subjects: Sequence[str]) -> IntArray:
    """Return who scores highest for each probe; of equals the first by name, as searches do."""
    by_name = np.array(sorted(range(len(subjects)), key=lambda at: subjects[at]), np.int64)
    return np.asarray(by_name[np.argmax(scores[:, by_name], axis=1)], np.int64)
