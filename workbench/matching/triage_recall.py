"""Whom triage loses: how often it finds somebody, by how high they score, as measured.

`benchmarks/gallery_recall.py --write-recall` measures it. It depends on the encoders, the number of
references and the shortlist, and on no machine's speed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from workbench.faces.templates import EncoderIdentity

__all__ = ["TriageRecall", "recall_words", "triage_recall"]


@dataclass(frozen=True, slots=True)
class TriageRecall:
    """What was measured with one encoder, or several that are fused, among so many references.

    Attributes:
        encoder: in words; of several in alphabetical order, joined by a plus.
        references: how many there were.
        probes: of each true score.
        shortlist: references that were scored of an encoder that is compared in two stages.
        candidates: of each list.
        found: which part of the probes had their own reference on the list, by true score, which
            is the cosine of a probe and its reference, by each encoder.
        full_scan: the same by a full scan.
        measured_on: what the references were.
    """

    encoder: str
    references: int
    probes: int
    shortlist: int
    candidates: int
    found: Mapping[float, float]
    full_scan: Mapping[float, float]
    measured_on: str


def triage_recall(
    encoders: Sequence[EncoderIdentity], references: int, shortlist: int
) -> TriageRecall | None:
    """Return what was measured among as many references or more, the fewest of these.

    Args:
        encoders: of the templates: one, or those that are fused.
        references: of the collection.
        shortlist: that its search scores.

    Returns:
        `None` where nothing was measured with these encoders at that size, or with a shortlist
        that is longer than this.
    """
    described = " + ".join(sorted(one.describe() for one in encoders))
    known = [
        one
        for one in _measured()
        if one.encoder == described and one.references >= references and one.shortlist <= shortlist
    ]
    return min(known, key=lambda one: one.references, default=None)


def recall_words(encoders: Sequence[EncoderIdentity], references: int, shortlist: int) -> str:
    """Return whom triage loses, in a sentence for beside a list."""
    found = triage_recall(encoders, references, shortlist)
    names = " and ".join(sorted(one.name for one in encoders))
    if len(encoders) > 1:
        names += " together"
    if found is None:
        return f"{names}: how many are lost among {references:,} references was not measured."
    by_score = "; ".join(
        f"{score:g}: {100 * part:.0f} (full scan {100 * found.full_scan[score]:.0f})"
        for score, part in sorted(found.found.items())
    )
    return (
        f"{names}, measured among {found.references:,} {found.measured_on}: of 100 people who are "
        f"there, so many were on a list of {found.candidates}, by their true score (cosine"
        f"{', the same by each' if len(encoders) > 1 else ''}): {by_score}. Below "
        f"{min(found.found):g}, where stills of cameras often score, nothing was measured, and "
        "triage may lose more than a full scan."
    )


@cache
def _measured() -> tuple[TriageRecall, ...]:
    text = files("workbench.matching").joinpath("data", "triage_recall.json").read_text("utf-8")
    table = json.loads(text)
    return tuple(
        TriageRecall(
            encoder=one["encoder"],
            references=one["references"],
            probes=one["probes"],
            shortlist=one["shortlist"],
            candidates=one["candidates"],
            found={float(score): part for score, part in one["found"].items()},
            full_scan={float(score): part for score, part in one["full_scan"].items()},
            measured_on=table["measured_on"],
        )
        for one in table["measured"]
    )
