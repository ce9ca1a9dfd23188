"""Appearances of the footage of a case as what is searched, and as a timeline to look at.

Within one case alone: whoever calls hands in the footage that one case holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray
from workbench.errors import EncoderMismatchError, FootageError, UsageError
from workbench.faces.boxes import centres, sizes
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.assignment import assign
from workbench.matching.calibration import Calibration, MatcherName
from workbench.matching.gallery import Gallery
from workbench.matching.half import HalfGallery
from workbench.matching.matcher import Matcher
from workbench.matching.subject_table import SubjectTable
from workbench.retrospective.appearances import Appearances, whole
from workbench.tracking.association import Gate

__all__ = [
    "AppearanceId",
    "FootagePart",
    "TimelineEntry",
    "probes_of",
    "timeline",
    "timeline_matcher",
]

SAME_PERSON: Final = 0.5
"""Cosine of the best looks from which two appearances that touch are one person: of every encoder,
as a live search asks it of a face just lost and found again."""
TOUCHING_S: Final = 1.0
"""How far from a segment's end an appearance may end, or begin after it, to be cut by it."""
_CANCELLED: Final = 1e-3


class AppearanceId(NamedTuple):
    """Which appearance: `<footage>/<segment>/<track>` as text."""

    footage: str
    segment: int
    track: int

    def __str__(self) -> str:
        """Return it as a search names it."""
        return f"{self.footage}/{self.segment}/{self.track}"

    @classmethod
    def read(cls, text: str) -> AppearanceId:
        """Return which appearance a search named.

        Raises:
            UsageError: when that is no such name.
        """
        footage, _, rest = text.partition("/")
        segment, _, track = rest.partition("/")
        if not footage or not segment.isdecimal() or not track.isdecimal():
            msg = f"{text!r} is no appearance. Name one as <footage>/<segment>/<track>."
            raise UsageError(msg)
        return cls(footage, int(segment), int(track))


@dataclass(frozen=True, slots=True, eq=False)
class FootagePart:
    """A segment of a piece of footage.

    Attributes:
        footage: id of the footage, without a slash.
        appearances: in the segment.
    """

    footage: str
    appearances: Appearances

    def __post_init__(self) -> None:
        """Check that the id can be told from what follows it."""
        if not self.footage or "/" in self.footage:
            msg = f"footage is named {self.footage!r}, but an id has letters and no slash."
            raise UsageError(msg)

    @property
    def ids(self) -> list[AppearanceId]:
        """Its appearances, in order."""
        return [self.id_of(row) for row in range(len(self.appearances))]

    def id_of(self, row: int) -> AppearanceId:
        """Return which appearance a row is."""
        return AppearanceId(self.footage, self.appearances.facts.number, row)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Somebody in view of one piece of footage, without the cuts that segments make.

    Attributes:
        footage: id of it.
        parts: the appearances, in order of time; more than one where a segment's end cut it.
        best: the one of them whose best look is worth most.
        first_s: when the face was first found, s from the start of the footage.
        last_s: when it was last found.
        found: in how many frames it was found.
    """

    footage: str
    parts: tuple[AppearanceId, ...]
    best: AppearanceId
    first_s: float
    last_s: float
    found: int


def timeline_matcher(
    name: MatcherName,
    parts: Sequence[FootagePart],
    identities: Mapping[str, EncoderIdentity],
    calibration: Calibration | None = None,
    *,
    threads: int = 1,
) -> Matcher:
    """Return a matcher whose subjects are appearances, for `search_collection`.

    Each look is a reference, and an appearance scores as its best look does. So the size that
    meanings are stated for is the number of looks: looks of one face are alike, and for a size that
    counts each of them a score means rather less than it could be said to.

    Args:
        name: of the matcher.
        parts: segments of the footage of one case.
        identities: encoders that probes are made with, by name.
        calibration: what scores mean; `fused` needs one.
        threads: of a search.

    Raises:
        EncoderMismatchError: when a segment was indexed with other encoders.
        FootageError: when one segment is given twice.
        UsageError: as `Matcher`.
    """
    _in_order(parts)
    for part in parts:
        for identity in identities.values():
            held = part.appearances.encoders.get(identity.name)
            if held is None:
                msg = (
                    f"segment {part.appearances.facts.number} of {part.footage} holds no templates "
                    f"of {identity.describe()}. Index the footage again with this encoder."
                )
                raise EncoderMismatchError(msg)
            identity.require_same(held, f"appearances of {part.footage}")
    subjects = [
        str(one)
        for part in parts
        for one, looks in zip(part.ids, np.diff(part.appearances.offsets).tolist(), strict=True)
        for _ in range(looks)
    ]
    table = SubjectTable()
    galleries: dict[str, Gallery] = {}
    for encoder, identity in identities.items():
        gallery = HalfGallery(identity, threads=threads, table=table)
        vectors = [whole(part.appearances.templates[encoder]) for part in parts]
        empty = Templates.empty(identity).vectors
        gallery.extend(subjects, Templates(np.concatenate([empty, *vectors]), identity))
        galleries[encoder] = gallery
    return Matcher(name, galleries, calibration)


def probes_of(parts: Sequence[FootagePart]) -> tuple[list[AppearanceId], dict[str, Templates]]:
    """Return every appearance as a probe, to search other footage of the case for the same people.

    Args:
        parts: segments, all indexed with the same encoders; at least one.

    Returns:
        Which they are, and by encoder name a template of each: the mean direction of its looks.

    Raises:
        EncoderMismatchError: when segments were indexed with different encoders.
        UsageError: when there is no segment.
    """
    if not parts:
        msg = "no segment was given. Index the footage first."
        raise UsageError(msg)
    encoders = parts[0].appearances.encoders
    probes = {}
    for name, identity in encoders.items():
        means = [Templates.empty(identity).vectors]
        for part in parts:
            held = part.appearances.encoders.get(name, identity)
            identity.require_same(held, f"appearances of {part.footage}")
            means.append(_means(part.appearances, name))
        probes[name] = Templates(np.concatenate(means), identity)
    return [one for part in parts for one in part.ids], probes


def timeline(parts: Sequence[FootagePart]) -> list[TimelineEntry]:
    """Join what the ends of segments cut, and return who is in view when.

    Two appearances are one where one ends and the other begins within a second of the border
    between two segments and of each other, near the same place and of a like size, and the
    templates say that it is the same person. Others are never joined, however alike.

    Args:
        parts: segments of any footage of one case, in any order.

    Returns:
        By footage and time.

    Raises:
        FootageError: when one segment is given twice.
    """
    entries = []
    for of_one in _in_order(parts).values():
        chains: list[list[tuple[FootagePart, int]]] = []
        open_: dict[int, list[tuple[FootagePart, int]]] = {}
        before: FootagePart | None = None
        for part in of_one:
            goes_on = {} if before is None else _continued(before.appearances, part.appearances)
            going: dict[int, list[tuple[FootagePart, int]]] = {}
            for row in range(len(part.appearances)):
                chain = open_[goes_on[row]] if row in goes_on else []
                if not chain:
                    chains.append(chain)
                chain.append((part, row))
                going[row] = chain
            open_, before = going, part
        entries += [_entry(chain) for chain in chains]
    return sorted(entries, key=lambda one: (one.footage, one.first_s, one.parts))


def _in_order(parts: Sequence[FootagePart]) -> dict[str, list[FootagePart]]:
    """Return the segments of each piece of footage in order, each given once."""
    found: dict[str, list[FootagePart]] = {}
    for part in sorted(parts, key=lambda one: (one.footage, one.appearances.facts.number)):
        found.setdefault(part.footage, []).append(part)
    for footage, own in found.items():
        for one, other in pairwise(own):
            if one.appearances.facts.number == other.appearances.facts.number:
                number = one.appearances.facts.number
                msg = f"segment {number} of {footage} was given twice. Give each segment once."
                raise FootageError(msg)
    return found


def _continued(before: Appearances, after: Appearances) -> dict[int, int]:
    """Return which rows of a segment go on from which rows of the one before it."""
    adjacent = after.facts.number == before.facts.number + 1
    if not adjacent or not len(before) or not len(after):
        return {}
    border_s = after.facts.start_s
    ended, begun = before.rows["last_s"].to_numpy(), after.rows["first_s"].to_numpy()
    gap_s = begun[:, None] - ended[None, :]
    touching = (
        (gap_s > 0)
        & (gap_s <= TOUCHING_S)
        & (ended[None, :] >= border_s - TOUCHING_S)
        & (begun[:, None] <= border_s + TOUCHING_S)
        & _near(after.boxes[:, 0], before.boxes[:, 2], gap_s)
    )
    table = np.full(touching.shape, -np.inf)
    for row, column in np.argwhere(touching).tolist():
        mine, theirs = after.looks_of(row), before.looks_of(column)
        shared = [name for name in mine if name in theirs]
        table[row, column] = min(float(mine[name].cosine(theirs[name]).max()) for name in shared)
    chosen = assign(table, SAME_PERSON)
    return {row: column for row, column in enumerate(chosen.tolist()) if column >= 0}


def _near(boxes: FloatArray, others: FloatArray, gap_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which boxes `(n, 4)` may be where others `(m, 4)` were that long before: `(n, m)`."""
    gate = Gate()
    wide, wide_before = sizes(boxes).prod(axis=1) ** 0.5, sizes(others).prod(axis=1) ** 0.5
    away = np.linalg.norm(centres(boxes)[:, None] - centres(others)[None], axis=-1)
    width = np.maximum(np.sqrt(wide[:, None] * wide_before[None]), 1.0)
    followed = np.full(gap_s.shape, 2, np.int64)
    larger = np.abs(
        np.log(np.maximum(wide[:, None], 1.0)) - np.log(np.maximum(wide_before[None], 1.0))
    )
    near = away / width <= gate.radius(np.maximum(gap_s, 0.0), followed)
    return np.asarray(near & (larger <= np.log(gate.size_ratio) + np.maximum(gap_s, 0.0)))


def _means(appearances: Appearances, encoder: str) -> FloatArray:
    """Return the mean direction of the looks of each appearance, `(n, d)`."""
    vectors = whole(appearances.templates[encoder])
    if not len(appearances):
        return vectors
    sums = np.add.reduceat(vectors.astype(np.float64), appearances.offsets[:-1], axis=0)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    # Looks that cancel each other out are of several faces: the best of them stands for all.
    best = vectors[appearances.offsets[:-1]]
    return np.where(norms > _CANCELLED, sums / np.maximum(norms, _CANCELLED), best).astype(
        np.float32
    )


def _entry(chain: list[tuple[FootagePart, int]]) -> TimelineEntry:
    ids = tuple(part.id_of(row) for part, row in chain)
    rows = [part.appearances.rows.row(row, named=True) for part, row in chain]
    worth = [
        float(part.appearances.weights[part.appearances.offsets[row]]) * (1.0 - one["hidden"])
        for (part, row), one in zip(chain, rows, strict=True)
    ]
    return TimelineEntry(
        footage=ids[0].footage,
        parts=ids,
        best=ids[int(np.argmax(worth))],
        first_s=rows[0]["first_s"],
        last_s=rows[-1]["last_s"],
        found=sum(one["found"] for one in rows),
    )
