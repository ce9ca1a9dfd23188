"""What changes accuracy: each factor alone against the default, on tuning people and on the test.

Run: python benchmarks/accuracy_factors.py [--root ../shared/data/lfw] [--templates FILE]
     [--variants FILE] [--quality FILE] [--mtcnn FILE] [--no-write]

Learnt and chosen on tuning people only. Ways that learn many numbers are judged among the tuning
people by halves: learnt on one half, tried on the other. Of the locked test people every way is
shown, learnt on all tuning people; nothing is chosen by that. Rounds and intervals are those of
benchmarks/accuracy_trials.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from accuracy_quality import kept_quality
from accuracy_scores import unit
from accuracy_trials import Outcome, Round, Score, compared, outcomes, rounds
from accuracy_ways import FEW, MANY, WITH_MTCNN, Learnt, Vectors, Way, plain, shipped
from harness import LFW, label_errors, machine, markdown_table, photographs, write_result
from lfw_templates import lfw_templates
from lfw_variants import MTCNN_BOX, YUNET_BOX, joined, lfw_mtcnn, lfw_variants

from workbench.arrays import FloatArray, IntArray
from workbench.evaluation.splits import split_people
from workbench.intervals import measurable
from workbench.settings import Settings

TARGETS = (0.03, 0.01, 0.003)
USED = 8
"""Images of a person that the rounds come by: five references, and three probes after the last."""


def with_mtcnn(
    v: Vectors, rows: Mapping[str, int], options: argparse.Namespace, settings: Settings
) -> FloatArray:
    """FaceNet's templates of MTCNN's boxes; of YuNet's where MTCNN finds nothing or none is used.

    The rounds use eight images of a person at most.
    """
    by_person: dict[str, list[str]] = {}
    for path in rows:
        by_person.setdefault(path.split("/")[0], []).append(path)
    used = [path for paths in by_person.values() for path in paths[:USED]]
    found = lfw_mtcnn(used, options.root, settings, options.mtcnn)
    vectors = v[f"facenet{YUNET_BOX}"].copy()
    made = found.templates[f"facenet{MTCNN_BOX}"].vectors
    for path, at in found.rows.items():
        if path in rows:
            vectors[rows[path]] = made[at]
    return vectors


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
    parser.add_argument("--mtcnn", type=Path, help="file of MTCNN's boxes; made if it is named")
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
    ways = FEW
    if options.mtcnn is not None:
        ways = FEW | WITH_MTCNN
        v[f"facenet{MTCNN_BOX}"] = with_mtcnn(v, images.rows, options, settings)
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
        results["few, tuning"] = tried(ways, v, [tuning], [whole])
        results["many, tuning by halves"] = tried(MANY, v, both, crossed)
        results["references, tuning"] = several_references(v, tuning)
    if options.split != "tuning":
        results["few, test"] = tried(ways, v, [of_part["test"]], [whole])
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
