"""What changes accuracy: each factor alone against the default, on tuning people and on the test.

Run: python benchmarks/accuracy_factors.py [--root ../shared/data/lfw] [--templates FILE]
     [--variants FILE] [--quality FILE] [--no-write]

Learnt and chosen on tuning people only. Ways that learn many numbers are judged among the tuning
people by halves: learnt on one half, tried on the other. The locked test people are searched once,
with what was learnt on all tuning people. Rounds and intervals: benchmarks/accuracy_trials.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from accuracy_quality import kept_quality
from accuracy_scores import (
    ENCODERS,
    both_must_agree,
    by_turn,
    centred,
    cohort_normalised,
    cosines,
    linear,
    mean_of_mirrored,
    ratio_of_each,
    refitted,
    squares,
    unit,
    whitened,
)
from accuracy_trials import Outcome, Round, Score, compared, outcomes, rounds
from harness import LFW, label_errors, machine, markdown_table, photographs, write_result
from lfw_templates import lfw_templates
from lfw_variants import MIRRORED, YUNET_BOX, joined, lfw_variants

from workbench.arrays import FloatArray, IntArray
from workbench.evaluation.splits import split_people
from workbench.intervals import measurable
from workbench.matching.calibration import load_calibration
from workbench.settings import Settings

TARGETS = (0.03, 0.01, 0.003)
LEARNT_FROM = 6
"""Photographs of a tuning person that are learnt from, as the shipped fusion was."""
Vectors = Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Learnt:
    """Rows that a way may learn from, whose they are, and the first of each person."""

    rows: IntArray
    people: IntArray
    cohort: IntArray

    @classmethod
    def of(cls, images: Sequence[Sequence[int]]) -> Learnt:
        """Take the images of people."""
        kept = [(row, at) for at, one in enumerate(images) for row in one[:LEARNT_FROM]]
        return cls(
            np.array([row for row, _ in kept], np.int64),
            np.array([at for _, at in kept], np.int64),
            np.array([one[0] for one in images], np.int64),
        )


Way = Callable[[Vectors, Learnt], Score]


def plain(v: Vectors) -> dict[str, FloatArray]:
    """The templates that searches are made with."""
    return {name: v[name] for name in ENCODERS}


def mirrored(v: Vectors, *names: str) -> dict[str, FloatArray]:
    """The templates with those of the mirror image averaged in."""
    return plain(v) | {n: mean_of_mirrored(v[n], v[f"{n}{MIRRORED}"]) for n in names}


def shipped(probes: Vectors, references: Vectors | None = None) -> Score:
    """The fusion that ships."""
    fusion = load_calibration().fusion
    assert fusion is not None
    return linear(cosines(probes, references or probes), fusion)


def one_encoder(vectors: FloatArray) -> Score:
    """The cosine of one encoder."""
    return lambda rows, columns: vectors[rows] @ vectors[columns].T


def turned(v: Vectors, learnt: Learnt, change: Callable[[FloatArray], FloatArray]) -> Score:
    """Templates changed by a map, and the form of the shipped fusion fitted to them."""
    changed = {name: change(one) for name, one in plain(v).items()}
    return refitted(cosines(changed, changed), learnt.rows, learnt.people)


def lda(v: Vectors, learnt: Learnt, keep: int, shrink: float) -> Score:
    """Linear discriminants of both encoders' templates."""
    return turned(v, learnt, lambda one: whitened(one, learnt.rows, learnt.people, keep, shrink))


def boxed(v: Vectors) -> dict[str, FloatArray]:
    """FaceNet on the detector's own box."""
    return plain(v) | {"facenet": v[f"facenet{YUNET_BOX}"]}


def of_plain(way: Callable[..., Score]) -> Way:
    """A way of fusing that is learnt on the templates as they are."""
    return lambda v, learnt: way(cosines(plain(v), plain(v)), learnt.rows, learnt.people)


FEW: dict[str, Way] = {
    "**fused, as shipped**": lambda v, _: shipped(plain(v)),
    "facenet alone": lambda v, _: one_encoder(v["facenet"]),
    "sface alone": lambda v, _: one_encoder(v["sface"]),
    "sum of cosines, unweighted": lambda v, _: (
        lambda a, b: sum(cosines(plain(v), plain(v))(a, b).values(), np.zeros(1))
    ),
    "logistic, fitted anew": of_plain(refitted),
    "logistic with squares and product": of_plain(squares),
    "log likelihood ratios of each (isotonic), added": of_plain(ratio_of_each),
    "both must agree: the lower of these": of_plain(both_must_agree),
    "weights by how far heads are turned": lambda v, learnt: by_turn(
        cosines(plain(v), plain(v)), v["yaw_deg"], learnt.rows, learnt.people
    ),
    "mirror image averaged in, facenet": lambda v, _: shipped(mirrored(v, "facenet")),
    "mirror image averaged in, sface": lambda v, _: shipped(mirrored(v, "sface")),
    "mirror image averaged in, both": lambda v, _: shipped(mirrored(v, *ENCODERS)),
    "the same, of references alone": lambda v, _: shipped(plain(v), mirrored(v, *ENCODERS)),
    "the same, both, fitted anew": lambda v, learnt: refitted(
        cosines(mirrored(v, *ENCODERS), mirrored(v, *ENCODERS)), learnt.rows, learnt.people
    ),
    "facenet on YuNet's box, margin 32": lambda v, _: shipped(boxed(v)),
    "the same, fitted anew": lambda v, learnt: refitted(
        cosines(boxed(v), boxed(v)), learnt.rows, learnt.people
    ),
}
"""Ways that learn five numbers at most, or two curves."""

MANY: dict[str, Way] = {
    "**fused, as shipped**": lambda v, _: shipped(plain(v)),
    "mean template taken off": lambda v, learnt: turned(
        v, learnt, lambda one: centred(one, learnt.rows)
    ),
    "linear discriminants, 128": lambda v, learnt: lda(v, learnt, 128, 0.1),
    "linear discriminants, 128, rounder": lambda v, learnt: lda(v, learnt, 128, 0.5),
    "normalised by a cohort": lambda v, learnt: cohort_normalised(shipped(plain(v)), learnt.cohort),
    "normalised by the nearest 100 of a cohort": lambda v, learnt: cohort_normalised(
        shipped(plain(v)), learnt.cohort, 100
    ),
    "normalised by the nearest 20 of a cohort": lambda v, learnt: cohort_normalised(
        shipped(plain(v)), learnt.cohort, 20
    ),
    "mirror images and the nearest 100 of a cohort": lambda v, learnt: cohort_normalised(
        shipped(mirrored(v, *ENCODERS)), learnt.cohort, 100
    ),
}
"""Ways that learn means, covariances or a cohort: tried on people that they did not see."""


def row_of(name: str, found: list[Outcome], base: list[Outcome]) -> dict[str, Any]:
    """What one way gave against the default."""
    row: dict[str, Any] = {"way": name, "rank 1": float(np.mean([one.rank1 for one in found]))}
    for target in TARGETS:
        if not measurable(target, len(base[0].alarms)):
            row[f"{target}"] = None
            continue
        one = compared(found, base, target)
        row[f"{target}"] = {
            "tpir": one.tpir, "difference": one.difference, "low": one.low, "high": one.high,
        }  # fmt: skip
    return row


def tried(
    ways: Mapping[str, Way], v: Vectors, searched: Sequence[Mapping[str, list[int]]],
    learnt: Sequence[Learnt],
) -> list[dict[str, Any]]:  # fmt: skip
    """Try ways on people, part by part, each with what was learnt for it."""
    made = [rounds(people) for people in searched]
    rows, base = [], None
    for name, way in ways.items():
        found = [
            one
            for part, of_part in zip(made, learnt, strict=True)
            for one in outcomes(way(v, of_part), part)
        ]
        base = base or found
        rows.append(row_of(name, found, base))
        print(f"tried: {name}", flush=True)
    return rows


def halves(people: Mapping[str, list[int]]) -> list[dict[str, list[int]]]:
    """Cut people in two."""
    order = np.random.default_rng(3).permutation(len(people))
    names = list(people)
    return [{names[at]: people[names[at]] for at in sorted(order[side::2])} for side in (0, 1)]


def several_references(v: Vectors, people: Mapping[str, list[int]]) -> list[dict[str, Any]]:
    """One to five references of the people with eight images or more, the others with one."""
    rich = {name: one for name, one in people.items() if len(one) >= 8}
    names = list(people)
    place = {name: at for at, name in enumerate(names)}
    made = Round(
        np.array([people[name][0] for name in names], np.int64),
        np.array([people[name][:2][-1] for name in names], np.int64),
        np.array([row for one in rich.values() for row in one[5:8]], np.int64),
        np.array([place[name] for name in rich for _ in range(3)], np.int64),
    )
    rows, base = [], None
    for count, how in (
        (1, ""),
        *product((2, 3, 5), ("highest score", "mean score", "mean template")),
    ):
        # The mean templates stand below all others.
        means = {
            n: unit(np.stack([one[r[:count]].mean(axis=0) for r in rich.values()]))
            for n, one in plain(v).items()
        }
        score = shipped({n: np.concatenate([one, means[n]]) for n, one in plain(v).items()})

        def reduced(
            of: IntArray, count: int = count, how: str = how, score: Score = score
        ) -> FloatArray:
            table = np.array(score(of, made.references), np.float64)
            for at, (name, one) in enumerate(rich.items()):
                averaged = how == "mean template"
                row = [len(v["sface"]) + at] if averaged else one[:count]
                more = score(of, np.array(row, np.int64))
                table[:, place[name]] = more.mean(1) if how == "mean score" else more.max(1)
            return table

        found = [Outcome.of(made, reduced(made.mated), reduced(made.others))]
        base = base or found
        rows.append(row_of(f"{count} {how}".strip(), found, base) | {"people": len(rich)})
    return rows


def shown(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Rows for a table."""
    table = []
    for row in rows:
        cells = {}
        for name, value in row.items():
            if value is None:
                cells[f"TPIR at FPIR {name}; difference"] = "not measurable here"
            elif isinstance(value, dict):
                interval = f"({value['low']:+.4f} to {value['high']:+.4f})"
                cells[f"TPIR at FPIR {name}; difference"] = (
                    f"{value['tpir']:.4f}; {value['difference']:+.4f} {interval}"
                )
            else:
                cells[name] = f"{value:.4f}" if isinstance(value, float) else str(value)
        table.append(cells)
    return table


def main() -> None:
    """Try everything, print the tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--templates", type=Path, help="file that keeps those in fp32")
    parser.add_argument("--variants", type=Path, help="file that keeps the others")
    parser.add_argument("--quality", type=Path, help="Parquet file that keeps the measures")
    parser.add_argument("--split", choices=("tuning", "test", "both"), default="both")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    photos, wrong = photographs(options.root), label_errors()
    parts = split_people({name: len(paths) for name, paths in photos.items()})
    wanted = [
        path
        for name, paths in photos.items()
        if options.split in ("both", parts[name]) or parts[name] == "tuning"
        for path in paths
        if path not in wrong
    ]
    settings = Settings(threads=options.threads)
    images = joined(
        lfw_templates(wanted, options.root, settings, options.templates),
        lfw_variants(wanted, options.root, settings, options.variants),
    )
    v = {name: one.vectors for name, one in images.templates.items()}
    quality = kept_quality(list(images.rows), options.root, settings, options.quality)
    v["yaw_deg"] = quality["yaw_deg"].to_numpy()
    of_part: dict[str, dict[str, list[int]]] = {"tuning": {}, "test": {}}
    for name, paths in photos.items():
        rows = [images.rows[path] for path in paths if path not in wrong and path in images.rows]
        if rows:
            of_part[parts[name]][name] = rows
    tuning = of_part["tuning"]
    whole, both = Learnt.of(list(tuning.values())), halves(tuning)
    crossed = [Learnt.of(list(one.values())) for one in reversed(both)]
    results: dict[str, Any] = {}
    if options.split != "test":
        results["few, tuning"] = tried(FEW, v, [tuning], [whole])
        results["many, tuning by halves"] = tried(MANY, v, both, crossed)
        results["references, tuning"] = several_references(v, tuning)
    if options.split != "tuning":
        results["few, test"] = tried(FEW, v, [of_part["test"]], [whole])
        results["many, test"] = tried(MANY, v, [of_part["test"]], [whole])
        results["references, test"] = several_references(v, of_part["test"])
    print(
        f"LFW; {', '.join(f'{len(one):,} {n} people' for n, one in of_part.items())}; {machine()}"
    )
    for title, rows in results.items():
        print(f"\n{title}\n\n{markdown_table(shown(rows))}")
    if not options.no_write and options.split == "both":
        people = {name: len(one) for name, one in of_part.items()}
        print(write_result("accuracy_factors", {"people": people, "results": results}).name)


if __name__ == "__main__":
    main()
