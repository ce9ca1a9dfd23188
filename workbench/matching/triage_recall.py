"""Whom triage loses: how often two stages find somebody, by how high they score, as measured.

`benchmarks/galleries.py --write-recall` measures it. It depends on the encoder, the number of
references and the shortlist, and on no machine's speed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from workbench.faces.templates import EncoderIdentity

__all__ = ["TriageRecall", "recall_words", "triage_recall"]


@dataclass(frozen=True, slots=True)
class TriageRecall:
    """What was measured with one encoder among so many references.

    Attributes:
        encoder: in words.
        references: how many there were.
        probes: of each true score.
        shortlist: references that were scored.
        candidates: of each list.
        found: which part of the probes had their own reference on the list, by true score, which
            is the cosine of a probe and its reference.
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


def triage_recall(encoder: EncoderIdentity, references: int, shortlist: int) -> TriageRecall | None:
    """Return what was measured among as many references or more, the fewest of these.

    Args:
        encoder: of the templates.
        references: of the collection.
        shortlist: that its search scores.

    Returns:
        `None` where nothing was measured with that encoder at that size, or with a shortlist that
        is longer than this.
    """
    known = [
        one
        for one in _measured()
        if one.encoder == encoder.describe()
        and one.references >= references
        and one.shortlist <= shortlist
    ]
    return min(known, key=lambda one: one.references, default=None)


def recall_words(encoder: EncoderIdentity, references: int, shortlist: int) -> str:
    """Return whom triage loses, in a sentence for beside a list."""
    found = triage_recall(encoder, references, shortlist)
    if found is None:
        return (
            f"{encoder.name}: how many are lost among {references:,} references was not measured."
        )
    by_score = "; ".join(
        f"{score:g}: {100 * part:.0f} (full scan {100 * found.full_scan[score]:.0f})"
        for score, part in sorted(found.found.items())
    )
    return (
        f"{encoder.name}, measured among {found.references:,} {found.measured_on}: of 100 people "
        f"who are there, so many were on a list of {found.candidates}, by their true score (cosine)"
        f": {by_score}."
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
