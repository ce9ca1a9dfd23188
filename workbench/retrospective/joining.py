"""A timeline of footage: who is in view when, without the cuts that segments make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray
from workbench.faces.boxes import centres, sizes
from workbench.matching.assignment import assign
from workbench.retrospective.appearances import Appearances
from workbench.retrospective.footage_parts import AppearanceId, FootagePart, in_order
from workbench.tracking.association import Gate

__all__ = ["TimelineEntry", "timeline"]

SAME_PERSON: Final = 0.5
"""Cosine of the best looks from which two appearances that touch are one person: of every encoder,
as a live search asks it of a face just lost and found again."""
TOUCHING_S: Final = 1.0
"""How far from a segment's end an appearance may end, or begin after it, to be cut by it."""


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
    for of_one in in_order(parts).values():
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
