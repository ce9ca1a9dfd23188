"""Searches of a staged crowd: who each track truly was, and what it scored.

A staged crowd has a ground truth, so nothing has to be adjudicated and nothing is censored: the
best score of a track is known whether or not it raised an alert.
"""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.frames import check_frame
from workbench.evaluation.searches import Searches

__all__ = ["STAGED", "StagedTracks", "StagedTruth", "staged_protocol"]

STAGED: Final = (
    "These are tracks of a staged crowd: people moved through a picture from photographs of them. "
    "No figure here was counted on a feed, and no policy may rest on one."
)
"""To be shown with every figure of such searches."""

_NOBODY: Final = "nobody of the crowd"


class StagedTruth(dy.Schema):
    """Who is in a staged crowd: the columns of its ground truth that are needed here."""

    person = dy.String(nullable=False, min_length=1)
    listed = dy.Bool(nullable=False)

    @dy.rule()
    def listed_or_not(cls) -> pl.Expr:  # noqa: N805 - dataframely's way
        """A person is on the list in every row or in none."""
        return pl.col("listed").n_unique().over("person") == 1


class StagedTracks(dy.Schema):
    """One row for each track of a search of the crowd.

    - `track`: its number.
    - `true_person`: whose face it showed most often; null where it showed nobody's.
    - `subject`: on the list who scored best; null where nothing was compared.
    - `score`: of that subject, in the matcher's unit.
    """

    track = dy.Int64(primary_key=True)
    true_person = dy.String(nullable=True)
    subject = dy.String(nullable=True)
    score = dy.Float64(nullable=True, allow_inf=False, allow_nan=False)

    @dy.rule()
    def subject_and_score_come_together(cls) -> pl.Expr:  # noqa: N805
        """A track has both or neither."""
        return pl.col("subject").is_null() == pl.col("score").is_null()


def staged_protocol(truth: pl.DataFrame, tracks: pl.DataFrame) -> dy.DataFrame[Searches]:
    """Return the searches that a staged crowd amounts to, one for each track.

    A track of a listed person is a mated search, any other a non-mated one; that of no face of
    the crowd is one of nobody, since it too may raise a false alarm. A person without any track
    is a search that was not acquired: nobody is dropped. Tracks of one person are that person's
    searches, so that a bootstrap by identity keeps them together.

    Only the best subject of a track is known. Where that is another than the mate, the mate has
    no score and no rank: a miss at rank 1, as it is, and at any rank, which may be too harsh.

    Args:
        truth: with the columns of `StagedTruth`, such as a staged feed's ground truth.
        tracks: with the columns of `StagedTracks`, such as those that a live search recorded.

    Raises:
        ProtocolError: when a frame does not fit, a score is no number, a track is of a person whom
            the truth does not name, or there is nobody on the list or nobody off it.
    """
    people = check_frame(StagedTruth, truth, "the ground truth").unique(maintain_order=True)
    listed = dict(people.select("person", "listed").iter_rows())
    checked = check_frame(StagedTracks, tracks, "the tracks")
    _require_known(checked, listed)
    for wanted, kind in ((True, "on the list"), (False, "off the list")):
        if wanted not in listed.values():
            msg = (
                f"nobody of the ground truth is {kind} by its column listed. Stage a crowd of "
                "people on the list and of others."
            )
            raise ProtocolError(msg)
    rows = [
        _search(f"track {track}", person, subject, score, listed)
        for track, person, subject, score in checked.select(StagedTracks.column_names()).iter_rows()
    ]
    seen = set(checked["true_person"].drop_nulls())
    rows += [
        _search(f"{person}, never tracked", person, None, None, listed)
        for person in listed
        if person not in seen
    ]
    found = pl.DataFrame(rows, schema=pl.Schema(Searches.create_empty().schema), orient="row")
    return check_frame(Searches, found, "the searches of the staged crowd")


def _require_known(tracks: pl.DataFrame, listed: dict[str, bool]) -> None:
    for row, person in enumerate(tracks["true_person"], 1):
        if person is not None and person not in listed:
            msg = (
                f"the tracks cannot be evaluated: row {row} has the true_person {person}, whom the "
                "ground truth does not name. Give the ground truth of the same feed."
            )
            raise ProtocolError(msg)


def _search(
    probe: str,
    person: str | None,
    subject: str | None,
    score: float | None,
    listed: dict[str, bool],
) -> tuple[str | float | int | bool | None, ...]:
    mated = person is not None and listed[person]
    is_mate = mated and subject == person
    return (
        probe,
        person if person is not None else f"{_NOBODY}: {probe}",
        mated,
        score is not None,
        score,
        subject,
        score if is_mate else None,
        1 if is_mate else None,
    )
