"""A made-up set with groups whose rates are known: to show a page, and to check what it says.

No set with group labels ships. This one shows no photograph and nobody: scores are drawn. It says
nothing about any matcher or any group of people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import polars as pl

from workbench.evaluation.measurement import MeasuredSearches, Measurement, MeasurementFacts
from workbench.evaluation.searches import References

__all__ = [
    "SYNTHETIC",
    "SYNTHETIC_GROUPS",
    "SYNTHETIC_THRESHOLD",
    "SyntheticGroup",
    "is_synthetic",
    "synthetic_measurement",
    "synthetic_searches",
]

SYNTHETIC: Final = "SYNTHETIC: scores drawn from known rates, no photograph and no person"
SYNTHETIC_THRESHOLD: Final = 0.6

_DECADE: Final = 0.1
_SLOPE: Final = 0.05
_HIGHEST: Final = 0.99
_LIST: Final = 1_000


@dataclass(frozen=True, slots=True)
class SyntheticGroup:
    """People of a made-up group, and how often the matcher errs on them.

    Attributes:
        listed: people who are on the list and searched for.
        others: people who are not on it and searched for.
        fpir: rate of false alarms at the threshold; ten times as high where it is 0.1 lower.
        fnir: rate of misses at the threshold.
        images: searches of each person.
        alike: share of a person's further searches that come out as the first.
    """

    listed: int
    others: int
    fpir: float
    fnir: float
    images: int = 1
    alike: float = 0.0


SYNTHETIC_GROUPS: Final[Mapping[str, SyntheticGroup]] = MappingProxyType(
    {
        "group A": SyntheticGroup(500, 1_500, fpir=0.004, fnir=0.06),
        "group B": SyntheticGroup(250, 800, fpir=0.011, fnir=0.07),
        "group C": SyntheticGroup(150, 900, fpir=0.004, fnir=0.14, images=2, alike=0.3),
        "group D": SyntheticGroup(20, 24, fpir=0.004, fnir=0.06),
        "": SyntheticGroup(30, 60, fpir=0.004, fnir=0.06),
    }
)
"""Group B has 2.75 times the false alarms of A, group C 2.3 times the misses, D too few people; the
one without a name is of people without a label."""


def is_synthetic(measurement: Measurement) -> bool:
    """Return whether a measurement is made up here."""
    return measurement.facts.data_set == SYNTHETIC


def synthetic_measurement(
    groups: Mapping[str, SyntheticGroup] = SYNTHETIC_GROUPS, *, seed: int = 1
) -> Measurement:
    """Return a made-up measurement; the same for the same seed."""
    facts = MeasurementFacts(
        name="SYNTHETIC",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        data_set=SYNTHETIC,
        split="whole",
        rule=f"drawn by numpy with seed {seed}",
        protocol_sha256="0" * 64,
        matcher="sface",
        unit="cosine",
        encoders={},
        runtime="fp32",
        list_size=_LIST,
        synthetic_references=_LIST,
    )
    references = pl.DataFrame(
        [(f"synthetic {at}", f"synthetic person {at}", True) for at in range(_LIST)],
        schema=References.create_empty().schema,
        orient="row",
    )
    return Measurement.of(facts, synthetic_searches(groups, seed=seed), references)


def synthetic_searches(
    groups: Mapping[str, SyntheticGroup],
    *,
    threshold: float = SYNTHETIC_THRESHOLD,
    seed: int = 0,
) -> pl.DataFrame:
    """Return made-up searches with the schema `MeasuredSearches`.

    Args:
        groups: by name; the empty name stands for people without a label.
        threshold: at which the rates of the groups hold.
        seed: of the scores.
    """
    generator = np.random.default_rng(seed)
    rows = [
        row
        for name, group in groups.items()
        for row in _searches(name, group, threshold, generator)
    ]
    return pl.DataFrame(rows, schema=MeasuredSearches.create_empty().schema)


def _searches(
    name: str, group: SyntheticGroup, threshold: float, generator: np.random.Generator
) -> Iterator[dict[str, Any]]:
    label = name or None
    for mated, people in ((False, group.others), (True, group.listed)):
        for at in range(people):
            who = f"{name or 'unlabelled'} {'listed' if mated else 'other'} {at}"
            for image, drawn in enumerate(_uniforms(group, generator)):
                alarm = threshold + _DECADE * np.log10(group.fpir / drawn[0])
                rival = np.float32(min(_HIGHEST, alarm))
                row = {"probe": f"{who}/{image}", "identity": who, "mated": mated}
                row |= {"acquired": True, "group": label}
                if not mated:
                    yield row | {"top_score": float(rival), "top_identity": "somebody"}
                    continue
                middle = threshold - _SLOPE * np.log(group.fnir / (1.0 - group.fnir))
                mate = middle + _SLOPE * np.log(drawn[1] / (1.0 - drawn[1]))
                yield row | _mated(np.float32(min(_HIGHEST, mate)), rival, who)


def _uniforms(
    group: SyntheticGroup, generator: np.random.Generator
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return two random numbers for each image of a person, some as those of the first."""
    drawn = generator.uniform(1e-9, 1.0, (group.images, 2))
    drawn[generator.random(group.images) < group.alike] = drawn[0]
    return drawn


def _mated(mate: np.float32, rival: np.float32, who: str) -> dict[str, Any]:
    first = mate > rival
    return {
        "top_score": float(max(mate, rival)),
        "top_identity": who if first else "somebody",
        "mate_score": float(mate),
        "mate_rank": 1 if first else 2,
    }
