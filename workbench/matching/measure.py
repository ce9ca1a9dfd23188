"""Images -> templates -> scores as frames, which is what an evaluation is computed from.

What goes in and comes out are plain polars frames whose columns the schemas of
`workbench.evaluation` declare; neither part knows the other. Every comparison is exact: a probe is
compared with every reference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl

from workbench.arrays import FloatArray, IntArray
from workbench.errors import WatchlistError
from workbench.faces.templates import EncoderIdentity
from workbench.matching.calibration import Calibration, MatcherName
from workbench.matching.exact import ExactGallery
from workbench.matching.fusion import fused_score
from workbench.matching.matcher import Matcher
from workbench.matching.measured_images import MeasuredImages, MeasureProgress, embed_images

__all__ = [
    "MeasureProgress",
    "MeasuredImages",
    "TakeBlock",
    "compared_people",
    "embed_images",
    "pair_scores",
    "reference_matcher",
    "searches",
]

_PROBES_AT_ONCE = 256

TakeBlock: TypeAlias = Callable[[int, int, FloatArray], None]
"""Takes the place of the first probe, that of the first reference, and scores `(n, references)`."""


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


def compared_people(
    probes: pl.DataFrame, references: pl.DataFrame, images: MeasuredImages, matcher: Matcher
) -> tuple[list[str], list[str]]:
    """Return whom the rows and the columns of the scores show that `searches` hands over.

    Probes without a template make no row, and references without one no column.

    Args:
        probes: as `searches` has them, and so the others.
        references: of `reference_matcher`.
        images: with every image of the probes.
        matcher: of `reference_matcher`.
    """
    paths = probes.select("path", "identity").iter_rows()
    count = Counter(references.filter("acquired")["identity"])
    return (
        [person for path, person in paths if images.acquired(path)],
        [subject for subject in matcher.subjects for _ in range(count[subject])],
    )


def searches(
    probes: pl.DataFrame,
    references: pl.DataFrame,
    images: MeasuredImages,
    matcher: Matcher,
    take_block: TakeBlock | None = None,
) -> pl.DataFrame:
    """Search for each probe among all references.

    The score of every person is computed, with all encoders, so ranks are exact at any depth; the
    first of them is whom `Matcher.search` puts first.

    Args:
        probes: with columns `path` and `identity`, and `group` where the set has groups.
        references: of `reference_matcher`; a probe is mated where its identity is among them,
            whether or not that reference has a template.
        images: with every image of the probes.
        matcher: of `reference_matcher`.
        take_block: takes the scores of every reference, some probes at a time, whose rows and
            columns `compared_people` names; they are dropped after it.

    Returns:
        `probe, identity, mated, acquired, top_score, top_identity, mate_score, mate_rank, group,
        top_reference, mate_reference`, one row a probe, in order. The rank counts those who score
        as high as the mate as before them. The references name the image of each person that
        scored highest.
    """
    listed = set(references["identity"].to_list())
    enrolled = dict(enumerate(references.filter("acquired")["reference"]))
    subjects = matcher.subjects
    column = {subject: at for at, subject in enumerate(subjects)}
    paths, people = probes["path"].to_list(), probes["identity"].to_list()
    usable = [at for at, path in enumerate(paths) if images.acquired(path)]
    answers: dict[int, _Answer] = {}
    for start in range(0, len(usable), _PROBES_AT_ONCE):
        part = usable[start : start + _PROBES_AT_ONCE]
        own = images.take([paths[at] for at in part])
        compared = matcher.comparisons(own, subjects)
        if take_block is not None:
            take_block(start, 0, compared.scores)
        scores, behind = compared.reduce(matcher.settings.by)
        mates = np.array([column.get(people[at], -1) for at in part], np.int64)
        tops = _tops(scores, subjects)
        for row, at in enumerate(part):
            top, mate = int(tops[row]), int(mates[row])
            answer = _Answer(
                float(scores[row, top]),
                subjects[top],
                top_reference=enrolled.get(int(behind[row, top])),
            )
            if mate >= 0:
                answer.mate_score = float(scores[row, mate])
                answer.mate_rank = int(np.count_nonzero(scores[row] >= scores[row, mate]))
                answer.mate_reference = enrolled.get(int(behind[row, mate]))
            answers[at] = answer
    rows = [answers.get(at, _NOBODY) for at in range(len(paths))]
    groups = probes["group"] if "group" in probes.columns else [None] * len(paths)
    values = {name: [getattr(row, name) for row in rows] for name in _ANSWERED}
    return pl.DataFrame(
        {
            "probe": paths,
            "identity": people,
            "mated": [person in listed for person in people],
            "acquired": [at in answers for at in range(len(paths))],
            **values,
            "group": groups,
        },
        schema_overrides={
            **_ANSWERED,
            "probe": pl.String,
            "identity": pl.String,
            "mated": pl.Boolean,
            "acquired": pl.Boolean,
            "group": pl.String,
        },
    )


@dataclass(slots=True)
class _Answer:
    """What one search returned; all `None` where nobody was returned."""

    top_score: float | None = None
    top_identity: str | None = None
    mate_score: float | None = None
    mate_rank: int | None = None
    top_reference: str | None = None
    mate_reference: str | None = None


_NOBODY = _Answer()
_ANSWERED = {
    "top_score": pl.Float32,
    "top_identity": pl.String,
    "mate_score": pl.Float32,
    "mate_rank": pl.Int64,
    "top_reference": pl.String,
    "mate_reference": pl.String,
}


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
