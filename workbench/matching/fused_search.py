"""Who has the best fused scores, where no gallery scans for several encoders at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from workbench.errors import UsageError
from workbench.faces.templates import Templates
from workbench.matching.calibration import LinearFusion
from workbench.matching.candidates import Candidates
from workbench.matching.comparisons import Reduction
from workbench.matching.exact import ExactGallery
from workbench.matching.fusion import SUMMED
from workbench.matching.gallery import Gallery
from workbench.matching.one_encoder import ROUNDING

__all__ = ["ANOTHER_ORDER", "among_exact", "among_listed"]

ANOTHER_ORDER: Final = "the galleries of a fused matcher must hold the same references."
_DEEPER: Final = 8
"""So many times as many are listed where somebody left out may be among the best."""


def among_exact(
    galleries: Mapping[str, ExactGallery],
    fusion: LinearFusion,
    probes: Mapping[str, Templates],
    k: int,
    by: Reduction,
) -> list[list[str]]:
    """Return who may be among the best `k` of each probe: everybody is scored by every encoder.

    Raises:
        UsageError: when the galleries hold other references, or `k < 1`.
    """
    lead = next(iter(galleries.values()))
    parts = []
    slack = SUMMED
    for name, gallery in galleries.items():
        if not np.array_equal(gallery.references, lead.references):
            raise UsageError(ANOTHER_ORDER)
        weight = fusion.weights[name]
        parts.append(np.float32(weight) * gallery.sifted(probes[name], k))
        slack += abs(weight) * ROUNDING
    total = parts[0]
    for part in parts[1:]:
        total += part
    return lead.likely(total, k, by, slack)


def among_listed(
    galleries: Mapping[str, Gallery],
    fusion: LinearFusion,
    probes: Mapping[str, Templates],
    k: int,
    *,
    depth: int,
    by: Reduction,
    ranked: Callable[[int, Sequence[str]], Candidates],
) -> list[Candidates]:
    """Return the best `k` for each probe, from the lists of each encoder.

    Lists become longer until nobody who is on none of them can be among the best: whoever is not
    on an encoder's list scores no higher by it than its last. Galleries that are no full scan are
    asked once.

    Args:
        galleries: by encoder name.
        fusion: how their cosines become a score.
        probes: by encoder name, row `i` of each being the same face.
        k: how many candidates at most.
        depth: length of the first lists.
        by: how several references of a subject become one score.
        ranked: gives the best `k` of named subjects for a probe, given by its row.

    Raises:
        EncoderMismatchError: when another encoder made the probes.
        UsageError: when `k < 1`.
    """
    is_full = all(one.full_scan for one in galleries.values())
    found: dict[int, Candidates] = {}
    left = list(range(len(next(iter(probes.values())))))
    depth = max(k, depth) if k >= 1 else k
    while left:
        lists = [one.search(probes[name][left], depth, by) for name, one in galleries.items()]
        for at, of_each in zip(tuple(left), zip(*lists, strict=True), strict=True):
            union = list(dict.fromkeys(name for one in of_each for name in one.subjects))
            found[at] = ranked(at, union)
            ends = dict(zip(galleries, of_each, strict=True))
            if not is_full or _is_whole(found[at], ends, fusion, k, depth):
                left.remove(at)
        depth *= _DEEPER
    return [found[at] for at in sorted(found)]


def _is_whole(
    best: Candidates, lists: Mapping[str, Candidates], fusion: LinearFusion, k: int, depth: int
) -> bool:
    """Return whether nobody who is on none of the lists can be among the best `k`."""
    if any(len(one) < depth for one in lists.values()):
        return True  # that encoder listed everybody
    highest = fusion.intercept
    for name, one in lists.items():
        weight = fusion.weights[name]
        highest += weight * float(one.scores[-1]) if weight >= 0 else -weight
    return len(best) >= k and float(best.scores[k - 1]) > highest + SUMMED
